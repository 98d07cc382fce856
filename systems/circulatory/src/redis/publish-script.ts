import { quickScript } from './quick-script.ts';
import type { RedisScript } from './script.ts';

/**
 * One message like most, alone, for the only group: half of all time would go into making what it does not need. Scores are
 * written as the rest of the script writes them.
 */
const alone = `
if #ARGV == 11 and ARGV[4] == '0' and ARGV[5] == '' and ARGV[8] == '' and ARGV[10] == '' then
  local T, call, most = KEYS[1], redis.call, tonumber(ARGV[2])
  local all = call('HKEYS', T .. ':groups')
  if #all == 1 and (most < 0 or call('ZCARD', T .. ':waiting') < most) then
    if ARGV[7] ~= '0' then
      local seen = call('ZSCORE', T .. ':seen', ARGV[9])
      if seen and tonumber(seen) > tonumber(ARGV[1]) then return '0' end
      call('ZADD', T .. ':seen', ARGV[7], ARGV[9])
    end
    local seq = string.format('%.0f', call('INCR', T .. ':seq'))
    local rest = string.sub('000000000000000', #seq + 1) .. seq
    local group = T .. ':g:' .. #all[1] .. ':' .. all[1]
    call('HSET', T .. ':body', seq, ARGV[11])
    call('ZADD', T .. ':waiting', '4' .. rest, seq)
    call('HSET', group .. ':items', seq, cmsgpack.pack(1, 4, 0, 0, 0, 0, 0, '', tonumber(ARGV[6])))
    call('ZADD', group .. ':ready', '5' .. rest, seq)
    return '1'
  end
end
`;

/**
 * ARGV: now, most (-1: no bound), shed, retention, how many messages each publish has (empty: one each), the commonest time
 * of publishing and of an id's end (0: no check), then for each message: times, id, key, body. Times are empty when they
 * are the commonest; or published, priority, due, expires (0: never), unique until. Returns a text: for each publish `f`
 * when it did not fit, or for each of its messages 1 when it was stored and 0 when it is a duplicate.
 *
 * Numbers become text once, and scores by joining texts: each time that Lua or a command writes a number takes longer than
 * anything else here.
 */
export const publishScript: RedisScript = quickScript(
  `
local most, shed, retention = tonumber(ARGV[2]), ARGV[3] == '1', tonumber(ARGV[4])
local common, ending = tonumber(ARGV[6]), tonumber(ARGV[7])
local count = (#ARGV - 7) / 4
local special, ids, seen
for i = 1, count do
  local times, u = ARGV[i * 4 + 4], ending
  if times ~= '' then
    local b, p, d, e, until_ = string.match(times, '^(%S+) (%S+) (%S+) (%S+) (%S+)$')
    u = tonumber(until_)
    special = special or {}
    special[i] = { b = tonumber(b), p = tonumber(p), d = tonumber(d), e = tonumber(e), u = u }
  end
  if u > 0 then
    ids = ids or {}
    ids[#ids + 1] = ARGV[i * 4 + 5]
  end
end
local usual = { b = common, p = 4, d = common, e = 0, u = ending }
local function timesOf(i) return special and special[i] or usual end
if ids then
  seen = {}
  local scores = bulk('ZMSCORE', T .. ':seen', ids)
  for i = 1, #ids do
    local score = scores[i]
    if score and tonumber(score) > now then seen[ids[i]] = true end
  end
end
local all = call('HKEYS', T .. ':groups')
local fresh, size = {}, 0

local function enterLanes(g, keyed, seqs)
  local keys, blocked, turns, taken = {}, {}, {}, {}
  for at, i in ipairs(keyed) do keys[at] = ARGV[i * 4 + 6] end
  local held = bulk('HMGET', G(g, 'held'), keys)
  for at, key in ipairs(keys) do
    local seq = seqs[keyed[at]]
    if held[at] or taken[key] then
      blocked[keyed[at]] = true
      call('ZADD', G(g, 'lane:' .. key), seq, seq)
    else
      taken[key] = true
      turns[#turns + 1] = key
      turns[#turns + 1] = seq
    end
  end
  bulk('HSET', G(g, 'held'), turns)
  return blocked
end

local usualItem = pack(1, 4, 0, 0, 0, 0, 0, '', common)

local function arrive(g, seqs, keyed)
  local items, ready, wait, ends = {}, {}, nil, nil
  local blocked = keyed and enterLanes(g, keyed, seqs)
  local n = 0
  for j = 1, size do
    local i = fresh[j]
    local seq, times, key, stage = seqs[i], timesOf(i), ARGV[i * 4 + 6], 1
    if times.d > now then
      stage = 0
      wait = wait or {}
      wait[#wait + 1] = times.d
      wait[#wait + 1] = seq
    elseif blocked and blocked[i] then
      stage = 3
    else
      ready[n + 1], ready[n + 2] = score(9 - times.p, seq), seq
      n = n + 2
    end
    if times.e > 0 then
      ends = ends or {}
      ends[#ends + 1] = times.e
      ends[#ends + 1] = seq
    end
    local isUsual = key == '' and times == usual and stage == 1
    items[j * 2 - 1], items[j * 2] = seq, isUsual and usualItem or pack(stage, times.p, 0, 0, 0, 0, times.e, key, times.b)
  end
  bulk('HSET', G(g, 'items'), items)
  bulk('ZADD', G(g, 'ready'), ready)
  if wait then bulk('ZADD', G(g, 'wait'), wait) end
  if ends then bulk('ZADD', G(g, 'mortal'), ends) end
end

local function store()
  if size == 0 then return end
  if #all == 0 then
    call('HSET', T .. ':groups', '', pack(-1, 0))
    all = { '' }
  end
  local last = call('INCRBY', T .. ':seq', size) - size
  local function metaOf(key, times)
    return pack(key, times.p, times.b, times.d, times.e, retention > 0 and times.b + retention or 0, #all, 0)
  end
  local usualMeta, hasMeta = metaOf('', usual), retention > 0 or #all > 1
  local seqs, metas, bodies, waiting, sights, keyed = {}, {}, {}, {}, nil, nil
  for j = 1, size do
    local i = fresh[j]
    local at, times, seq = i * 4 + 4, timesOf(i), string.format('%.0f', last + j)
    local key, two = ARGV[at + 2], j * 2
    seqs[i] = seq
    if key ~= '' and times.d <= now then
      keyed = keyed or {}
      keyed[#keyed + 1] = i
    end
    if hasMeta then metas[two - 1], metas[two] = seq, key == '' and times == usual and usualMeta or metaOf(key, times) end
    bodies[two - 1], bodies[two] = seq, ARGV[at + 3]
    waiting[two - 1], waiting[two] = score(times.p, seq), seq
    if times.u > 0 then
      sights = sights or {}
      sights[#sights + 1] = times.u
      sights[#sights + 1] = ARGV[at + 1]
    end
  end
  bulk('HSET', T .. ':meta', metas)
  bulk('HSET', T .. ':body', bodies)
  bulk('ZADD', T .. ':waiting', waiting)
  if sights then bulk('ZADD', T .. ':seen', sights) end
  for g = 1, #all do arrive(all[g], seqs, keyed) end
  fresh, size = {}, 0
end

local depth = most >= 0 and call('ZCARD', T .. ':waiting') or 0

local function isFree(seq)
  for _, g in ipairs(all) do
    local item = lib().getItem(g, seq)
    if item and item.s == 2 then return false end
  end
  return true
end

local function makeRoom(wanted, lowest)
  store()
  for _, g in ipairs(all) do lib().expireGroup(g, 10000) end
  depth = call('ZCARD', T .. ':waiting')
  local missing = depth + wanted - most
  if missing <= 0 then return true end
  if not shed then return false end
  local victims = {}
  for _, seq in ipairs(call('ZRANGEBYSCORE', T .. ':waiting', '-inf', '(' .. score(lowest, '0'))) do
    if isFree(seq) then victims[#victims + 1] = seq end
    if #victims == missing then break end
  end
  if #victims < missing then return false end
  for _, seq in ipairs(victims) do
    for _, g in ipairs(all) do
      local item = lib().getItem(g, seq)
      if item then lib().drop(g, seq, item) end
    end
  end
  depth = call('ZCARD', T .. ':waiting')
  return true
end

local outcome, i = {}, 0

local function one()
  i = i + 1
  local times = timesOf(i)
  local id = times.u > 0 and ARGV[i * 4 + 5]
  if id and seen[id] then return '0' end
  if most >= 0 and depth >= most and not makeRoom(1, times.p) then return 'f' end
  size = size + 1
  fresh[size] = i
  if id then seen[id] = true end
  depth = depth + 1
  return '1'
end

local function several(wanted)
  local last, new, mine, marks, lowest = i + wanted, {}, {}, {}, 9
  while i < last do
    i = i + 1
    local times, id = timesOf(i), ARGV[i * 4 + 5]
    if times.u > 0 and (seen[id] or mine[id]) then
      marks[#marks + 1] = '0'
    else
      if times.u > 0 then mine[id] = true end
      marks[#marks + 1] = '1'
      new[#new + 1] = i
      lowest = math.min(lowest, times.p)
    end
  end
  if most >= 0 and depth + #new > most and not makeRoom(#new, lowest) then return 'f' end
  for at = 1, #new do fresh[size + at] = new[at] end
  size = size + #new
  for id in pairs(mine) do seen[id] = true end
  depth = depth + #new
  return table.concat(marks)
end

if ARGV[5] == '' then
  for n = 1, count do outcome[n] = one() end
else
  for wanted in string.gmatch(ARGV[5], '%d+') do outcome[#outcome + 1] = several(tonumber(wanted)) end
end
store()
return table.concat(outcome)`,
  false,
  alone,
);
