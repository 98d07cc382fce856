import { numberFresh, placeFresh } from './fresh.ts';
import { core, library, soonest } from './library.ts';
import { RedisScript } from './script.ts';

const script = (body: string, isRaw = false): RedisScript => new RedisScript(core + library + body, isRaw);

const leaveGroup = `
${numberFresh}
local function freshCount() return call('LLEN', T .. ':fresh') / 2 end
local function dropFresh()
  if freshCount() == 0 then return end
  call('SET', T .. ':seq', string.format('%.0f', lastNumber(freshCount())))
  call('UNLINK', T .. ':fresh', T .. ':gaps', T .. ':passed')
end
local function leaveGroup(g)
  if call('HEXISTS', T .. ':groups', g) == 0 then return end
  if call('HLEN', T .. ':groups') == 1 then dropFresh() end
  for _, seq in ipairs(call('HKEYS', G(g, 'items'))) do
    local item = getItem(g, seq)
    call('HDEL', G(g, 'items'), seq)
    finish(seq, item, false)
  end
  for _, seq in ipairs(call('ZRANGE', G(g, 'dead'), 0, -1)) do discardDead(g, seq) end
  for _, key in ipairs(call('HKEYS', G(g, 'held'))) do call('DEL', G(g, 'lane:' .. key)) end
  for _, what in ipairs({ 'ready', 'wait', 'leased', 'mortal', 'held' }) do call('DEL', G(g, what)) end
  call('HDEL', T .. ':groups', g)
  -- The last one leaves a place for the next.
  if g ~= '' and call('HLEN', T .. ':groups') == 0 then call('HSET', T .. ':groups', '', pack(-1, 0)) end
end
`;

/** ARGV: now, group, from, idle (-1: for ever). Returns 0 when it has to be called again: the server is not held up for long. */
export const joinScript: RedisScript = script(`${placeFresh}${leaveGroup}
makeWay()
local g, from, idle = ARGV[2], ARGV[3], tonumber(ARGV[4])
local isNew = call('HEXISTS', T .. ':groups', g) == 0
local isNext = isNew and call('HEXISTS', T .. ':groups', '') == 1
if isNext or (isNew and call('HLEN', T .. ':groups') == 0) then
  if from ~= 'earliest' then dropFresh() end
elseif isNew then
  placeFresh(10000)
  if freshCount() > 0 then return 0 end
end
local row = pack(idle, now)
local function move(what, to)
  if call('EXISTS', G('', what)) == 1 then call('RENAME', G('', what), G(to, what)) end
end
if isNext then
  call('HSET', T .. ':groups', g, row)
  if from == 'earliest' then
    for _, key in ipairs(call('HKEYS', G('', 'held'))) do move('lane:' .. key, g) end
    for _, what in ipairs({ 'items', 'ready', 'wait', 'mortal', 'held' }) do move(what, g) end
  else
    for _, seq in ipairs(call('HKEYS', G('', 'items'))) do unretain(seq) end
  end
  leaveGroup('')
elseif isNew then
  call('HSET', T .. ':groups', g, row)
  if from == 'earliest' then
    local all = call('ZRANGE', T .. ':waiting', 0, -1)
    for _, seq in ipairs(call('ZRANGEBYSCORE', T .. ':kept', '(' .. text(now), '+inf')) do all[#all + 1] = seq end
    table.sort(all, function(one, other) return tonumber(one) < tonumber(other) end)
    for _, seq in ipairs(all) do
      local meta = revive(seq)
      setMeta(seq, meta)
      add(g, seq, meta, meta.e)
    end
  end
else
  call('HSET', T .. ':groups', g, row)
end
return 1`);

/** ARGV: now, group. */
export const leaveScript: RedisScript = script(`${leaveGroup}
makeWay()
leaveGroup(ARGV[2])
return 1`);

/** ARGV: now, group, until, then for each lease: ref, token. Returns 1 for each that was held. */
export const extendScript: RedisScript = script(`
makeWay()
local g, untilTime, done = ARGV[2], tonumber(ARGV[3]), {}
for at = 4, #ARGV, 2 do
  local item = leased(g, ARGV[at], ARGV[at + 1])
  done[#done + 1] = item and 1 or 0
  if item then
    item.u = untilTime
    setItem(g, ARGV[at], item)
    call('ZADD', G(g, 'leased'), text(untilTime), ARGV[at])
  end
end
return done`);

/** ARGV: now, group. Returns the time, or an empty text. */
export const dueScript: RedisScript = new RedisScript(`${core}
local g = ARGV[2]
${soonest}
return soonest`);

/** ARGV: now, group, last index, refs. Returns seven fields for each dead letter. */
export const deadScript: RedisScript = script(
  `
local g, found = ARGV[2], {}
for _, seq in ipairs(picked(g, ARGV[3], { unpack(ARGV, 4) })) do
  local why = unpack_(call('HGET', G(g, 'why'), seq))
  local fields = { seq, why.c, why.w, text(why.a), text(why.f), text(getMeta(seq).b), call('HGET', T .. ':body', seq) }
  for _, field in ipairs(fields) do found[#found + 1] = field end
end
return found`,
  true,
);

/** ARGV: now, group, last index, refs. Returns how many. */
export const replayScript: RedisScript = script(`
makeWay()
local g = ARGV[2]
local found = picked(g, ARGV[3], { unpack(ARGV, 4) })
for _, seq in ipairs(found) do
  unbury(g, seq)
  local meta = revive(seq)
  setMeta(seq, meta)
  add(g, seq, meta, 0)
end
return #found`);

/** ARGV: now, group, last index, refs. Returns how many. */
export const discardScript: RedisScript = script(`
makeWay()
local found = picked(ARGV[2], ARGV[3], { unpack(ARGV, 4) })
for _, seq in ipairs(found) do discardDead(ARGV[2], seq) end
return #found`);

/** ARGV: now. Returns the depth, then six fields for each group. */
export const inspectScript: RedisScript = script(`
local waiting, all = call('LLEN', T .. ':fresh') / 2, groups()
local fields = { call('ZCARD', T .. ':waiting') + waiting }
if #all == 0 then all = { '' } end
local function oldestOf(g, count)
  local oldest
  local function look(seqs)
    for _, seq in ipairs(seqs) do
      if not oldest or tonumber(seq) < tonumber(oldest) then oldest = seq end
    end
  end
  if count > 1 then
    look(call('HKEYS', G(g, 'items')))
  else
    for rank = 0, 9 do
      look(call('ZRANGEBYSCORE', T .. ':waiting', score(rank, '0'), '(' .. score(rank + 1, '0'), 'LIMIT', 0, 1))
    end
  end
  return oldest
end
local first, since = tonumber(call('GET', T .. ':seq') or 0) + 1, call('LINDEX', T .. ':fresh', 0)
for _, g in ipairs(all) do
  local oldest, published = oldestOf(g, #all), since or ''
  if oldest and not (since and first < tonumber(oldest)) then published = text(getItem(g, oldest).b) end
  local more = { g, call('HLEN', G(g, 'items')) + waiting, call('ZCARD', G(g, 'wait')),
    call('ZCOUNT', G(g, 'leased'), '(' .. text(now), '+inf'), call('ZCARD', G(g, 'dead')), published }
  for _, field in ipairs(more) do fields[#fields + 1] = field end
end
return fields`);

/** ARGV: now. Returns how many messages went. */
export const sweepScript: RedisScript = script(`${leaveGroup}
makeWay()
local gone = 0
for _, g in ipairs(groups()) do
  local idle, asked = unpack_(call('HGET', T .. ':groups', g))
  if idle >= 0 and now - asked >= idle then leaveGroup(g) else gone = gone + expireGroup(g, 10000) end
end
call('ZREMRANGEBYSCORE', T .. ':seen', '-inf', text(now))
for _, seq in ipairs(call('ZRANGEBYSCORE', T .. ':kept', '-inf', text(now), 'LIMIT', 0, 10000)) do
  call('ZREM', T .. ':kept', seq)
  local meta = ownMeta(seq)
  if meta and meta.x > 0 then
    -- A dead letter of some group stays.
    unretain(seq)
  else
    forget(seq)
    gone = gone + 1
  end
end
return gone`);
