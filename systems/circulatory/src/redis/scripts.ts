import { library } from './library.ts';
import { RedisScript } from './script.ts';

const script = (body: string): RedisScript => new RedisScript(library + body);

/**
 * ARGV: now, most (-1: no bound), shed, retained until, then for each message: id, key, priority, published, due, expires
 * (0: never), unique until, body. Returns 'full', or 1 for each that was stored and 0 for each duplicate.
 */
export const publishScript: RedisScript = script(`
local most, shed, retention = tonumber(ARGV[2]), ARGV[3] == '1', tonumber(ARGV[4])
local fresh, outcome, ids, lowest = {}, {}, {}, 9
for at = 5, #ARGV, 8 do
  local id, unique = ARGV[at], tonumber(ARGV[at + 6])
  if unique > 0 and next(ids) == nil then call('ZREMRANGEBYSCORE', T .. ':seen', '-inf', text(now)) end
  local isNew = unique == 0 or not (ids[id] or call('ZSCORE', T .. ':seen', id))
  outcome[#outcome + 1] = isNew and 1 or 0
  if isNew then
    if unique > 0 then ids[id] = true end
    fresh[#fresh + 1] = at
    lowest = math.min(lowest, tonumber(ARGV[at + 2]))
  end
end
local all = groups()
if most >= 0 then
  local missing = call('ZCARD', T .. ':waiting') + #fresh - most
  if missing > 0 then
    for _, g in ipairs(all) do expireGroup(g, 10000) end
    missing = call('ZCARD', T .. ':waiting') + #fresh - most
  end
  if missing > 0 then
    if not shed then return 'full' end
    local victims = {}
    for _, seq in ipairs(call('ZRANGEBYSCORE', T .. ':waiting', '-inf', '(' .. text(lowest * span))) do
      local isFree = true
      for _, g in ipairs(all) do
        local item = getItem(g, seq)
        if item and item.s == 2 then isFree = false end
      end
      if isFree then victims[#victims + 1] = seq end
      if #victims == missing then break end
    end
    if #victims < missing then return 'full' end
    for _, seq in ipairs(victims) do
      for _, g in ipairs(all) do
        local item = getItem(g, seq)
        if item then drop(g, seq, item) end
      end
    end
  end
end
if #all == 0 then
  call('HSET', T .. ':groups', '', pack({ i = -1, a = 0 }))
  all = { '' }
end
for _, at in ipairs(fresh) do
  local seq = text(call('INCR', T .. ':seq'))
  local expires, unique = tonumber(ARGV[at + 5]), tonumber(ARGV[at + 6])
  local published = tonumber(ARGV[at + 3])
  local meta = { k = ARGV[at + 1], p = tonumber(ARGV[at + 2]), b = published, d = tonumber(ARGV[at + 4]), e = expires,
    r = retention > 0 and published + retention or 0, n = #all, x = 0 }
  setMeta(seq, meta)
  call('HSET', T .. ':body', seq, ARGV[at + 7])
  call('ZADD', T .. ':waiting', text(meta.p * span + tonumber(seq)), seq)
  for _, g in ipairs(all) do add(g, seq, meta, expires) end
  if unique > 0 then call('ZADD', T .. ':seen', text(unique), ARGV[at]) end
end
return outcome`);

/** ARGV: now, group, from, idle (-1: for ever). */
export const joinScript: RedisScript = script(`
local g, from, idle = ARGV[2], ARGV[3], tonumber(ARGV[4])
local isNew = call('HEXISTS', T .. ':groups', g) == 0
local row = pack({ i = idle, a = now })
if isNew and call('HEXISTS', T .. ':groups', '') == 1 then
  local first = call('HKEYS', G('', 'items'))
  call('HSET', T .. ':groups', g, row)
  table.sort(first, function(one, other) return tonumber(one) < tonumber(other) end)
  for _, seq in ipairs(first) do
    local item, meta = getItem('', seq), getMeta(seq)
    if from == 'earliest' then
      meta.n = meta.n + 1
      setMeta(seq, meta)
      add(g, seq, meta, item.e)
    else
      unretain(seq)
    end
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
export const leaveScript: RedisScript = script('leaveGroup(ARGV[2])\nreturn 1');

/** ARGV: now, group, most, until, most attempts. Returns seven fields for each lease. */
export const reserveScript: RedisScript = script(`
local g, max, untilTime, most = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local row = call('HGET', T .. ':groups', g)
if not row then return {} end
row = unpack_(row)
if row.i >= 0 then
  row.a = now
  call('HSET', T .. ':groups', g, pack(row))
end
for _, seq in ipairs(call('ZRANGEBYSCORE', G(g, 'wait'), '-inf', text(now), 'LIMIT', 0, 1000)) do
  local item = getItem(g, seq)
  call('ZREM', G(g, 'wait'), seq)
  if item.s == 4 then toReady(g, seq, item) else enter(g, seq, item) end
end
for _, seq in ipairs(call('ZRANGEBYSCORE', G(g, 'leased'), '-inf', text(now), 'LIMIT', 0, 1000)) do
  local item = getItem(g, seq)
  if item.e > 0 and item.e <= now then
    drop(g, seq, item)
  elseif item.a >= most then
    bury(g, seq, item, 'lease-expired', 'The lease ran out on attempt ' .. item.a .. '.')
  else
    call('ZREM', G(g, 'leased'), seq)
    toReady(g, seq, item)
  end
end
local leases = {}
while #leases < max * 7 do
  local seqs = call('ZRANGE', G(g, 'ready'), 0, max - #leases / 7 - 1)
  if #seqs == 0 then break end
  for _, seq in ipairs(seqs) do
    local item = getItem(g, seq)
    if item.e > 0 and item.e <= now then
      drop(g, seq, item)
    else
      call('ZREM', G(g, 'ready'), seq)
      item.s, item.a, item.u = 2, item.a + 1, untilTime
      item.t = call('INCR', T .. ':token')
      setItem(g, seq, item)
      call('ZADD', G(g, 'leased'), text(untilTime), seq)
      local fields = { seq, text(item.t), text(item.a), text(untilTime), text(item.d), text(getMeta(seq).b),
        call('HGET', T .. ':body', seq) }
      for _, field in ipairs(fields) do leases[#leases + 1] = field end
    end
  end
end
return leases`);

/** ARGV: now, group, then for each lease: ref, token, kind, delay or reason, detail. Returns 1 for each that was held. */
export const settleScript: RedisScript = script(`
local g, done = ARGV[2], {}
for at = 3, #ARGV, 5 do
  local seq, kind = ARGV[at], ARGV[at + 2]
  local item = leased(g, seq, ARGV[at + 1])
  done[#done + 1] = item and 1 or 0
  if item then
    if kind == 'ack' then
      takeOut(g, seq, item)
      finish(seq, false)
    elseif kind == 'dead' then
      bury(g, seq, item, ARGV[at + 3], ARGV[at + 4])
    elseif item.e > 0 and item.e <= now then
      drop(g, seq, item)
    else
      call('ZREM', G(g, 'leased'), seq)
      local delay = kind == 'retry' and tonumber(ARGV[at + 3]) or 0
      if kind == 'release' then item.a = item.a - 1 end
      if delay > 0 then
        item.s, item.d = 4, delay
        setItem(g, seq, item)
        call('ZADD', G(g, 'wait'), text(now + delay), seq)
      else
        toReady(g, seq, item)
      end
    end
  end
end
return done`);

/** ARGV: now, group, until, then for each lease: ref, token. Returns 1 for each that was held. */
export const extendScript: RedisScript = script(`
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
export const dueScript: RedisScript = script(`
local soonest = ''
for _, what in ipairs({ 'wait', 'leased' }) do
  local first = call('ZRANGE', G(ARGV[2], what), 0, 0, 'WITHSCORES')[2]
  if first and (soonest == '' or tonumber(first) < tonumber(soonest)) then soonest = first end
end
return soonest`);

/** ARGV: now, group, last index, refs. Returns seven fields for each dead letter. */
export const deadScript: RedisScript = script(`
local g, found = ARGV[2], {}
for _, seq in ipairs(picked(g, ARGV[3], { unpack(ARGV, 4) })) do
  local why = unpack_(call('HGET', G(g, 'why'), seq))
  local fields = { seq, why.c, why.w, text(why.a), text(why.f), text(getMeta(seq).b), call('HGET', T .. ':body', seq) }
  for _, field in ipairs(fields) do found[#found + 1] = field end
end
return found`);

/** ARGV: now, group, last index, refs. Returns how many. */
export const replayScript: RedisScript = script(`
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
local found = picked(ARGV[2], ARGV[3], { unpack(ARGV, 4) })
for _, seq in ipairs(found) do discardDead(ARGV[2], seq) end
return #found`);

/** ARGV: now. Returns the depth, then six fields for each group. */
export const inspectScript: RedisScript = script(`
local fields = { call('ZCARD', T .. ':waiting') }
for _, g in ipairs(groups()) do
  local oldest = nil
  for _, seq in ipairs(call('HKEYS', G(g, 'items'))) do
    if oldest == nil or tonumber(seq) < tonumber(oldest) then oldest = seq end
  end
  local more = { g, call('HLEN', G(g, 'items')), call('ZCARD', G(g, 'wait')),
    call('ZCOUNT', G(g, 'leased'), '(' .. text(now), '+inf'), call('ZCARD', G(g, 'dead')),
    oldest and text(getMeta(oldest).b) or '' }
  for _, field in ipairs(more) do fields[#fields + 1] = field end
end
return fields`);

/** ARGV: now. Returns how many messages went. */
export const sweepScript: RedisScript = script(`
local gone = 0
for _, g in ipairs(groups()) do
  local row = unpack_(call('HGET', T .. ':groups', g))
  if row.i >= 0 and now - row.a >= row.i then leaveGroup(g) else gone = gone + expireGroup(g, 10000) end
end
call('ZREMRANGEBYSCORE', T .. ':seen', '-inf', text(now))
for _, seq in ipairs(call('ZRANGEBYSCORE', T .. ':kept', '-inf', text(now), 'LIMIT', 0, 10000)) do
  call('ZREM', T .. ':kept', seq)
  forget(seq)
  gone = gone + 1
end
return gone`);
