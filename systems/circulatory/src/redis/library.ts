/**
 * Lua that all scripts begin with. KEYS[1] is the begin of all keys of a topic and holds its hash tag, so all of them are
 * in one slot of a cluster. ARGV[1] is the time.
 *
 * Of a topic: `fresh` has the plain messages that nobody has asked for yet, `seq`, `gaps` and `passed` number all messages
 * (see `fresh.ts`), `token` counts leases; `meta` and `body` are hashes by message; `waiting` has the messages that some
 * group has yet to handle, without the fresh, by priority and number; `kept` those that are kept for groups to come, by the
 * end of that; `seen` the ids, by the end of their window; `groups` the groups. Of a group, whose name follows its length,
 * so that no two make the same key: `items` is a hash by message; `ready`, `wait` (delayed, or put off) and `leased` order
 * them; `mortal` has those that expire; `held` says which message has the turn of a key, `lane:<key>` which wait behind it;
 * `dead` and `why` are the dead letters.
 *
 * An item is stage, priority, attempts, last delay, token, end of the lease, end of life, key, time of publishing. Stages
 * are those of the memory: 0 delayed, 1 ready, 2 leased, 3 behind another of its key, 4 put off. A meta is key, priority,
 * time of publishing, due, end of life, end of keeping, groups that have yet to handle it, groups it is dead in. A message
 * that only one group ever had, alive, has none: its item says it all.
 *
 * A server whose memory is full refuses what may need more, but not in a script that has begun with a command that frees
 * some: hence `makeWay` in all that end or move messages.
 *
 * Packed one value after the other, which takes a third of the time of a table; commands take many messages at once, since
 * a call of a command takes as long as its work for three.
 */
export const core: string = `
local T, now = KEYS[1], tonumber(ARGV[1])
local call, pack, unpack_ = redis.call, cmsgpack.pack, cmsgpack.unpack
local function G(group, what) return T .. ':g:' .. #group .. ':' .. group .. ':' .. what end
local zeros, heads = '000000000000000', {}
local function score(rank, seq)
  local length = #seq
  local head = heads[rank * 16 + length]
  if not head then
    head = rank .. string.sub(zeros, length + 1)
    heads[rank * 16 + length] = head
  end
  return head .. seq
end
local function makeWay() call('UNLINK', T .. ':none') end
local function bulk(command, key, list)
  local count = #list
  if count == 0 then return {} end
  if count <= 4000 then return call(command, key, unpack(list)) end
  local replies = {}
  for from = 1, count, 4000 do
    local reply = call(command, key, unpack(list, from, math.min(from + 3999, count)))
    if type(reply) == 'table' then
      for _, value in ipairs(reply) do replies[#replies + 1] = value end
    end
  end
  return replies
end
local function groups() return call('HKEYS', T .. ':groups') end
`;

/** What most scripts need of one message at a time. */
export const library: string = `
local function text(number) return string.format('%.17g', number) end
local function toMeta(raw)
  if not raw then return raw end
  local m = {}
  m.k, m.p, m.b, m.d, m.e, m.r, m.n, m.x = unpack_(raw)
  return m
end
local function toItem(raw)
  if not raw then return raw end
  local i = {}
  i.s, i.p, i.a, i.d, i.t, i.u, i.e, i.k, i.b = unpack_(raw)
  return i
end
local function getItem(g, seq) return toItem(call('HGET', G(g, 'items'), seq)) end
local function setItem(g, seq, i)
  call('HSET', G(g, 'items'), seq, pack(i.s, i.p, i.a, i.d, i.t, i.u, i.e, i.k, i.b))
end
local function ownMeta(seq) return toMeta(call('HGET', T .. ':meta', seq)) end
local function metaOf(item, due)
  return { k = item.k, p = item.p, b = item.b, d = due, e = item.e, r = 0, n = 1, x = 0 }
end
local function getMeta(seq)
  local meta = ownMeta(seq)
  if meta then return meta end
  for _, g in ipairs(groups()) do
    local item = getItem(g, seq)
    if item then return metaOf(item, item.s == 0 and tonumber(call('ZSCORE', G(g, 'wait'), seq)) or item.b) end
  end
end
local function setMeta(seq, m) call('HSET', T .. ':meta', seq, pack(m.k, m.p, m.b, m.d, m.e, m.r, m.n, m.x)) end
local function forget(seq)
  call('HDEL', T .. ':meta', seq)
  call('HDEL', T .. ':body', seq)
end
local function toReady(g, seq, item)
  item.s = 1
  setItem(g, seq, item)
  call('ZADD', G(g, 'ready'), score(9 - item.p, seq), seq)
end
local function enter(g, seq, item)
  if item.k ~= '' then
    if call('HSETNX', G(g, 'held'), item.k, seq) == 0 then
      item.s = 3
      setItem(g, seq, item)
      call('ZADD', G(g, 'lane:' .. item.k), seq, seq)
      return
    end
  end
  toReady(g, seq, item)
end
local function leave(g, item)
  if item.k == '' then return end
  local nextOne = call('ZPOPMIN', G(g, 'lane:' .. item.k))
  if nextOne[1] == nil then
    call('HDEL', G(g, 'held'), item.k)
    return
  end
  call('HSET', G(g, 'held'), item.k, nextOne[1])
  toReady(g, nextOne[1], getItem(g, nextOne[1]))
end
local function add(g, seq, meta, expires)
  local item = { s = 0, p = meta.p, k = meta.k, a = 0, d = 0, t = 0, u = 0, e = expires, b = meta.b }
  if expires > 0 then call('ZADD', G(g, 'mortal'), text(expires), seq) end
  if meta.d > now then
    setItem(g, seq, item)
    call('ZADD', G(g, 'wait'), text(meta.d), seq)
  else
    enter(g, seq, item)
  end
end
local function takeOut(g, seq, item)
  call('HDEL', G(g, 'items'), seq)
  if item.s == 1 then call('ZREM', G(g, 'ready'), seq)
  elseif item.s == 2 then call('ZREM', G(g, 'leased'), seq)
  elseif item.s == 3 then call('ZREM', G(g, 'lane:' .. item.k), seq)
  else call('ZREM', G(g, 'wait'), seq) end
  if item.e > 0 then call('ZREM', G(g, 'mortal'), seq) end
  if item.s ~= 0 and item.s ~= 3 then leave(g, item) end
end
local function finish(seq, item, died)
  local meta = ownMeta(seq) or metaOf(item, item.b)
  meta.n = meta.n - 1
  if died then meta.x = meta.x + 1 end
  if meta.n == 0 then call('ZREM', T .. ':waiting', seq) end
  if meta.n == 0 and meta.r > now then
    setMeta(seq, meta)
    call('ZADD', T .. ':kept', text(meta.r), seq)
  elseif meta.n > 0 or meta.x > 0 then
    setMeta(seq, meta)
  else
    forget(seq)
  end
end
local function unretain(seq)
  local meta = ownMeta(seq)
  if meta and meta.r > 0 then
    meta.r = 0
    setMeta(seq, meta)
  end
end
local function drop(g, seq, item)
  unretain(seq)
  takeOut(g, seq, item)
  finish(seq, item, false)
end
local function bury(g, seq, item, code, detail)
  takeOut(g, seq, item)
  finish(seq, item, true)
  call('ZADD', G(g, 'dead'), call('INCR', T .. ':deaths'), seq)
  call('HSET', G(g, 'why'), seq, pack({ c = code, w = detail, a = item.a, f = now }))
end
local function expireGroup(g, count)
  local gone = 0
  for _, seq in ipairs(call('ZRANGEBYSCORE', G(g, 'mortal'), '-inf', text(now), 'LIMIT', 0, count)) do
    local item = getItem(g, seq)
    if item and item.s ~= 2 then
      drop(g, seq, item)
      gone = gone + 1
    end
  end
  return gone
end
local function revive(seq)
  local meta = getMeta(seq)
  meta.n = meta.n + 1
  if meta.n == 1 then
    call('ZADD', T .. ':waiting', score(meta.p, seq), seq)
    call('ZREM', T .. ':kept', seq)
  end
  return meta
end
local function unbury(g, seq)
  call('ZREM', G(g, 'dead'), seq)
  call('HDEL', G(g, 'why'), seq)
  local meta = getMeta(seq)
  meta.x = meta.x - 1
  setMeta(seq, meta)
  return meta
end
local function discardDead(g, seq)
  local meta = unbury(g, seq)
  if meta.n == 0 and meta.x == 0 and meta.r <= now then forget(seq) end
end
local function leased(g, seq, token)
  local item = getItem(g, seq)
  if item and item.s == 2 and item.t == tonumber(token) and item.u > now then return item end
end
local function picked(g, limit, refs)
  if #refs > 0 then
    local found = {}
    for _, seq in ipairs(refs) do
      if call('ZSCORE', G(g, 'dead'), seq) then found[#found + 1] = seq end
    end
    return found
  end
  return call('ZRANGE', G(g, 'dead'), 0, limit)
end
`;

/** When something of the group `g` is due or its lease runs out next: the time, or an empty text. */
export const soonest: string = `
local soonest = ''
for _, what in ipairs({ 'wait', 'leased' }) do
  local first = call('ZRANGE', G(g, what), 0, 0, 'WITHSCORES')[2]
  if first and (soonest == '' or tonumber(first) < tonumber(soonest)) then soonest = first end
end
`;
