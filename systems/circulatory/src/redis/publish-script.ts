import { defaultPriority } from '../heart/publish-options.ts';
import { numberFresh, placeFresh } from './fresh.ts';
import { quickScript } from './quick-script.ts';
import type { RedisScript } from './script.ts';

/**
 * One plain message, alone: most of the time would go into making what it does not need. ARGV: now, body, and when its id is
 * checked, unique until and id. Returns 1 when it was stored, 0 when it is a duplicate. It goes on as any other when there
 * is no room.
 *
 * The bound is part of the text: each argument takes both sides as long as a lookup. Ids are in a sorted set so that a sweep
 * finds those whose time is over; a key for each, with SET NX PX, takes as long, and a hash a tenth of the script's time
 * less, but would have to be searched through.
 */
const alone = (most: string): string => `
local ARGV = ARGV
if #ARGV <= 4 then
  local T, call, ending, id = KEYS[1], redis.call, ARGV[3], ARGV[4]
  if id and call('ZADD', T .. ':seen', 'NX', ending, id) == 0 then
    if tonumber(call('ZSCORE', T .. ':seen', id)) > tonumber(ARGV[1]) then return 0 end
    call('ZADD', T .. ':seen', ending, id)
  end
  local length = call('RPUSH', T .. ':fresh', ARGV[1], ARGV[2])
  if ${Number(most) < 0 ? 'true' : `length / 2 + call('ZCARD', T .. ':waiting') <= ${Number(most)}`} then return 1 end
  call('RPOP', T .. ':fresh', 2)
  if id then call('ZREM', T .. ':seen', id) end
  ARGV = { ARGV[1], '0', '', ARGV[1], ending or '0', '', id or '', '', ARGV[2] }
end
`;

/**
 * The script that publishes to a topic of which so many may wait (-1: no bound; with a plus when those of lower priority
 * give way). ARGV of one plain message: see above. Else: now, retention, how many messages each publish has (empty: one each),
 * the commonest time of publishing and of an id's end (0: no check), then for each message: times, id, key, body. Times are
 * empty when they are the commonest; or published, priority, due, expires (0: never), unique until. Returns a text: for
 * each publish `f` when it did not fit, or for each of its messages 1 when it was stored and 0 when it is a duplicate.
 *
 * Numbers become text once, and scores by joining texts: each time that Lua or a command writes a number takes longer than
 * anything else here.
 */
export const publishScript = (most: string): RedisScript =>
  quickScript(
    `
local most, shed, retention = ${Number(most)}, ${most.startsWith('+')}, tonumber(ARGV[2])
local common, ending = tonumber(ARGV[4]), tonumber(ARGV[5])
local count = (#ARGV - 5) / 4
local special, ids, seen
for i = 1, count do
  local times, u = ARGV[i * 4 + 2], ending
  if times ~= '' then
    local b, p, d, e, until_ = string.match(times, '^(%S+) (%S+) (%S+) (%S+) (%S+)$')
    u = tonumber(until_)
    special = special or {}
    special[i] = { b = tonumber(b), p = tonumber(p), d = tonumber(d), e = tonumber(e), u = u }
  end
  if u > 0 then
    ids = ids or {}
    ids[#ids + 1] = ARGV[i * 4 + 3]
  end
end
local usual = { b = common, p = ${defaultPriority}, d = common, e = 0, u = ending }
local function timesOf(i) return special and special[i] or usual end
if ids then
  seen = {}
  local scores = bulk('ZMSCORE', T .. ':seen', ids)
  for i = 1, #ids do
    local score = scores[i]
    if score and tonumber(score) > now then seen[ids[i]] = true end
  end
end
local all = groups()
local chosen = {}

local function enterLanes(g, keyed, seqs)
  local keys, blocked, turns, taken = {}, {}, {}, {}
  for at, i in ipairs(keyed) do keys[at] = ARGV[i * 4 + 4] end
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

local usualItem = pack(1, ${defaultPriority}, 0, 0, 0, 0, 0, '', common)

local function arrive(g, placed, seqs, keyed)
  local items, ready, wait, ends = {}, {}, nil, nil
  local blocked = keyed and enterLanes(g, keyed, seqs)
  local n = 0
  for j, i in ipairs(placed) do
    local seq, times, key, stage = seqs[i], timesOf(i), ARGV[i * 4 + 4], 1
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

local function place(placed)
  if #all == 0 then
    call('HSET', T .. ':groups', '', pack(-1, 0))
    all = { '' }
  end
  local function metaOf(key, times)
    return pack(key, times.p, times.b, times.d, times.e, retention > 0 and times.b + retention or 0, #all, 0)
  end
  local behind, last = call('LLEN', T .. ':fresh') / 2, nil
  if behind == 0 then
    last = call('INCRBY', T .. ':seq', #placed) - #placed
  else
    ${numberFresh}
    last = lastNumber(behind)
    call('RPUSH', T .. ':gaps', last, #placed)
    call('INCRBY', T .. ':passed', #placed)
  end
  local usualMeta, hasMeta = metaOf('', usual), retention > 0 or #all > 1
  local seqs, metas, bodies, waiting, keyed = {}, {}, {}, {}, nil
  for j, i in ipairs(placed) do
    local times, key, seq, two = timesOf(i), ARGV[i * 4 + 4], string.format('%.0f', last + j), j * 2
    seqs[i] = seq
    if key ~= '' and times.d <= now then
      keyed = keyed or {}
      keyed[#keyed + 1] = i
    end
    if hasMeta then metas[two - 1], metas[two] = seq, key == '' and times == usual and usualMeta or metaOf(key, times) end
    bodies[two - 1], bodies[two] = seq, ARGV[i * 4 + 5]
    waiting[two - 1], waiting[two] = score(times.p, seq), seq
  end
  bulk('HSET', T .. ':meta', metas)
  bulk('HSET', T .. ':body', bodies)
  bulk('ZADD', T .. ':waiting', waiting)
  for _, g in ipairs(all) do arrive(g, placed, seqs, keyed) end
end

local function store()
  if #chosen == 0 then return end
  local sights, fresh, arePlain = {}, {}, retention == 0
  for _, i in ipairs(chosen) do
    local times, n = timesOf(i), #fresh
    fresh[n + 1], fresh[n + 2] = times == usual and ARGV[4] or times.b, ARGV[i * 4 + 5]
    arePlain = arePlain and ARGV[i * 4 + 4] == '' and times.p == ${defaultPriority} and times.d <= now and times.e == 0
    if times.u > 0 then
      sights[#sights + 1] = times == usual and ARGV[5] or times.u
      sights[#sights + 1] = ARGV[i * 4 + 3]
    end
  end
  bulk('ZADD', T .. ':seen', sights)
  -- If one is not plain, all get their places at once, so that they keep their order.
  if arePlain then bulk('RPUSH', T .. ':fresh', fresh) else place(chosen) end
  chosen = {}
end

local function depthNow() return call('ZCARD', T .. ':waiting') + call('LLEN', T .. ':fresh') / 2 end
local depth = most >= 0 and depthNow() or 0

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
  depth = depthNow()
  local missing = depth + wanted - most
  if missing <= 0 then return true end
  if not shed then return false end
  if lowest > ${defaultPriority} then
    ${placeFresh}
    placeFresh(missing)
    all = groups()
  end
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
  depth = depthNow()
  return true
end

local outcome, i = {}, 0

local function one()
  i = i + 1
  local times = timesOf(i)
  local id = times.u > 0 and ARGV[i * 4 + 3]
  if id and seen[id] then return '0' end
  if most >= 0 and depth >= most and not makeRoom(1, times.p) then return 'f' end
  chosen[#chosen + 1] = i
  if id then seen[id] = true end
  depth = depth + 1
  return '1'
end

local function several(wanted)
  local last, new, mine, marks, lowest = i + wanted, {}, {}, {}, 9
  while i < last do
    i = i + 1
    local times, id = timesOf(i), ARGV[i * 4 + 3]
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
  for at = 1, #new do chosen[#chosen + 1] = new[at] end
  for id in pairs(mine) do seen[id] = true end
  depth = depth + #new
  return table.concat(marks)
end

if ARGV[3] == '' then
  for n = 1, count do outcome[n] = one() end
else
  for wanted in string.gmatch(ARGV[3], '%d+') do outcome[#outcome + 1] = several(tonumber(wanted)) end
end
store()
return table.concat(outcome)`,
    false,
    alone(most),
  );
