/**
 * Lua that all scripts begin with. KEYS[1] is the begin of all keys of a topic and holds its hash tag, so all of them are
 * in one slot of a cluster. ARGV[1] is the time.
 *
 * Of a topic: `seq` and `token` count; `meta` and `body` are hashes by message; `waiting` has the messages that some group
 * has yet to handle, by priority and number; `kept` those that are kept for groups to come, by the end of that; `seen` the
 * ids, by the end of their window; `groups` the groups. Of a group: `items` is a hash by message; `ready`, `wait`
 * (delayed, or put off) and `leased` order them; `mortal` has those that expire; `held` says which message has the turn of
 * a key, `lane:<key>` which wait behind it; `dead` and `why` are the dead letters.
 *
 * Stages are those of the memory: 0 delayed, 1 ready, 2 leased, 3 behind another of its key, 4 put off.
 */
export const library = `
local T, now = KEYS[1], tonumber(ARGV[1])
local span = 35184372088832
local call, pack, unpack_ = redis.call, cmsgpack.pack, cmsgpack.unpack
local function text(number) return string.format('%.17g', number) end
local function G(group, what) return T .. ':g:' .. group .. ':' .. what end
local function getMeta(seq)
  local raw = call('HGET', T .. ':meta', seq)
  return raw and unpack_(raw)
end
local function setMeta(seq, meta) call('HSET', T .. ':meta', seq, pack(meta)) end
local function getItem(g, seq)
  local raw = call('HGET', G(g, 'items'), seq)
  return raw and unpack_(raw)
end
local function setItem(g, seq, item) call('HSET', G(g, 'items'), seq, pack(item)) end
local function forget(seq)
  call('HDEL', T .. ':meta', seq)
  call('HDEL', T .. ':body', seq)
end
local function toReady(g, seq, item)
  item.s = 1
  setItem(g, seq, item)
  call('ZADD', G(g, 'ready'), text((9 - item.p) * span + tonumber(seq)), seq)
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
  local item = { s = 0, p = meta.p, k = meta.k, a = 0, d = 0, t = 0, u = 0, e = expires }
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
local function finish(seq, died)
  local meta = getMeta(seq)
  meta.n = meta.n - 1
  if died then meta.x = meta.x + 1 end
  if meta.n == 0 then call('ZREM', T .. ':waiting', seq) end
  if meta.n > 0 or meta.x > 0 then
    setMeta(seq, meta)
  elseif meta.r > now then
    setMeta(seq, meta)
    call('ZADD', T .. ':kept', text(meta.r), seq)
  else
    forget(seq)
  end
end
local function unretain(seq)
  local meta = getMeta(seq)
  if meta and meta.r > 0 then
    meta.r = 0
    setMeta(seq, meta)
  end
end
local function drop(g, seq, item)
  unretain(seq)
  takeOut(g, seq, item)
  finish(seq, false)
end
local function bury(g, seq, item, code, detail)
  takeOut(g, seq, item)
  finish(seq, true)
  call('ZADD', G(g, 'dead'), call('INCR', T .. ':deaths'), seq)
  call('HSET', G(g, 'why'), seq, pack({ c = code, w = detail, a = item.a, f = now }))
end
local function groups() return call('HKEYS', T .. ':groups') end
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
    call('ZADD', T .. ':waiting', text(meta.p * span + tonumber(seq)), seq)
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
local function leaveGroup(g)
  if call('HEXISTS', T .. ':groups', g) == 0 then return end
  for _, seq in ipairs(call('HKEYS', G(g, 'items'))) do
    call('HDEL', G(g, 'items'), seq)
    finish(seq, false)
  end
  for _, seq in ipairs(call('ZRANGE', G(g, 'dead'), 0, -1)) do discardDead(g, seq) end
  for _, key in ipairs(call('HKEYS', G(g, 'held'))) do call('DEL', G(g, 'lane:' .. key)) end
  for _, what in ipairs({ 'ready', 'wait', 'leased', 'mortal', 'held' }) do call('DEL', G(g, what)) end
  call('HDEL', T .. ':groups', g)
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
