import { defaultPriority } from '../heart/publish-options.ts';
import { placeFresh, popFresh } from './fresh.ts';
import { soonest } from './library.ts';
import { quickScript } from './quick-script.ts';
import type { RedisScript } from './script.ts';

/**
 * ARGV: now, group, most, until, most attempts. Returns a text and then the bodies. The text has the number of the first
 * token and then, for each lease, its message, attempt, last delay and time of publishing; tokens go up by one. Without
 * leases it is as `dueScript` has it.
 */
export const reserveScript: RedisScript = quickScript(
  `
makeWay()
local g, max, untilTime, most = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local row = call('HGET', T .. ':groups', g)
if not row then return { '' } end
local idle = unpack_(row)
if idle >= 0 then call('HSET', T .. ':groups', g, pack(idle, now)) end
-- The server orders those of one time as texts: 10 before 9. So all of the last time come along.
local function past(what)
  local found, rows = call('ZRANGEBYSCORE', G(g, what), '-inf', now, 'WITHSCORES', 'LIMIT', 0, 1000), {}
  if #found == 2000 then
    found = call('ZRANGEBYSCORE', G(g, what), '-inf', found[2000], 'WITHSCORES')
  end
  for at = 1, #found, 2 do rows[#rows + 1] = { seq = found[at], at = tonumber(found[at + 1]) } end
  table.sort(rows, function(one, other)
    if one.at ~= other.at then return one.at < other.at end
    return tonumber(one.seq) < tonumber(other.seq)
  end)
  for at, row in ipairs(rows) do rows[at] = row.seq end
  return rows
end
for _, seq in ipairs(past('wait')) do
  local item = lib().getItem(g, seq)
  call('ZREM', G(g, 'wait'), seq)
  if item.s == 4 then lib().toReady(g, seq, item) else lib().enter(g, seq, item) end
end
for _, seq in ipairs(past('leased')) do
  local item = lib().getItem(g, seq)
  if item.e > 0 and item.e <= now then
    lib().drop(g, seq, item)
  elseif item.a >= most then
    lib().bury(g, seq, item, 'lease-expired', 'The lease ran out on attempt ' .. item.a .. '.')
  else
    call('ZREM', G(g, 'leased'), seq)
    lib().toReady(g, seq, item)
  end
end
local said = { [0] = '0', '1' }
local function say(number)
  local found = said[number]
  if not found then
    found = string.format('%.17g', number)
    said[number] = found
  end
  return found
end
local seqs, texts, items, ends, count = {}, { '' }, {}, {}, 0
local function lease(seq, text)
  count = count + 1
  seqs[count], texts[count + 1] = seq, text
  ends[count * 2 - 1], ends[count * 2] = ARGV[4], seq
end
local isFresh, bodies, popped = call('EXISTS', T .. ':fresh') == 1, {}, nil
repeat
  if isFresh then
    local isOnly = call('HLEN', T .. ':groups') == 1
    local last = isOnly and call('ZRANGE', G(g, 'ready'), -1, -1, 'WITHSCORES')[2]
    if isOnly and not last then
      -- Nobody else's, and nothing comes before them: they go straight to who asks.
      ${popFresh}
      local rows, fresh = popFresh(max - count)
      local waiting, stored, head, length = {}, {}, nil, nil
      for at, seq in ipairs(fresh) do
        local n, since, body = at * 2, rows[at * 2 - 1], rows[at * 2]
        if #seq ~= length then
          length = #seq
          head = string.sub(score(${defaultPriority}, seq), 1, -1 - length)
        end
        lease(seq, seq .. ' 1 0 ' .. since)
        items[count] = since
        waiting[n - 1], waiting[n] = head .. seq, seq
        stored[n - 1], stored[n] = seq, body
        bodies[at] = body
      end
      bulk('ZADD', T .. ':waiting', waiting)
      bulk('HSET', T .. ':body', stored)
      break
    end
    local first = last and string.format('%.0f', tonumber(call('GET', T .. ':seq') or 0) + 1)
    if not last or tonumber(last) > tonumber(score(${9 - defaultPriority}, first)) then
      -- The next are among those that are ready and as many of the fresh.
      ${placeFresh}
      placeFresh(max - count)
    end
  end
  popped = call('ZPOPMIN', G(g, 'ready'), max - count)
  local found = {}
  for at = 1, #popped, 2 do found[#found + 1] = popped[at] end
  local raws = bulk('HMGET', G(g, 'items'), found)
  for at, seq in ipairs(found) do
    local s, p, a, d, t, u, e, k, b = unpack_(raws[at])
    if e > 0 and e <= now then
      lib().drop(g, seq, lib().toItem(raws[at]))
    else
      lease(seq, seq .. ' ' .. say(a + 1) .. ' ' .. say(d) .. ' ' .. say(b))
      items[count] = { p, a + 1, d, e, k, b }
    end
  end
until #popped == 0 or count == max
if count == 0 then
  ${soonest}
  return { soonest }
end
local token, rows = call('INCRBY', T .. ':token', count) - count, {}
texts[1] = say(token + 1)
-- Values are packed one after the other, so that what many share is packed once.
local begin, since, rest = pack(2, ${defaultPriority}, 1, 0), nil, nil
for at, item in ipairs(items) do
  rows[at * 2 - 1] = seqs[at]
  if type(item) == 'table' then
    rows[at * 2] = pack(2, item[1], item[2], item[3], token + at, untilTime, item[4], item[5], item[6])
  else
    if item ~= since then since, rest = item, pack(untilTime, 0, '', tonumber(item)) end
    rows[at * 2] = begin .. pack(token + at) .. rest
  end
end
-- The server looks through a hash of short values from its begin; one that is long makes it a table.
if count > 16 then rows[2] = rows[2] .. pack('${' '.repeat(64)}') end
bulk('HSET', G(g, 'items'), rows)
bulk('ZADD', G(g, 'leased'), ends)
local reply = #bodies == count and bodies or bulk('HMGET', T .. ':body', seqs)
table.insert(reply, 1, table.concat(texts, ' '))
return reply`,
  true,
);

/**
 * ARGV: now, group, then for each lease: how it ends, ref, token, and for `retry` the delay, for `dead` reason and detail;
 * acknowledgements in a row are `ack`, how many, then ref and token of each.
 * Returns a text: 1 for each that was held, else 0.
 */
export const settleScript: RedisScript = quickScript(`
makeWay()
local g, done, order = ARGV[2], {}, {}
local acks, tokens, taken = {}, {}, {}
local function finishAll()
  if #acks == 0 then return end
  local raws, held, keys, ends = bulk('HMGET', G(g, 'items'), acks), {}, {}, {}
  for at, seq in ipairs(acks) do
    local isHeld = false
    if raws[at] then
      local s, p, a, d, t, u, e, k = unpack_(raws[at])
      isHeld = s == 2 and t == tokens[at] and u > now
      if isHeld then
        held[#held + 1] = seq
        if k ~= '' then keys[#keys + 1] = k end
        if e > 0 then ends[#ends + 1] = seq end
      end
    end
    done[order[at]] = isHeld and '1' or '0'
  end
  local metas = call('EXISTS', T .. ':meta') == 1 and bulk('HMGET', T .. ':meta', held) or {}
  local handled, gone, past, left, kept = {}, {}, {}, {}, {}
  for at, seq in ipairs(held) do
    local k, p, b, d, e, r, n, x
    if metas[at] then
      k, p, b, d, e, r, n, x = unpack_(metas[at])
      n = n - 1
    else
      r, n, x = 0, 0, 0
    end
    if n == 0 then handled[#handled + 1] = seq end
    if n > 0 or x > 0 or r > now then
      left[#left + 1] = seq
      left[#left + 1] = pack(k, p, b, d, e, r, n, x)
      if n == 0 and r > now then
        kept[#kept + 1] = r
        kept[#kept + 1] = seq
      end
    else
      gone[#gone + 1] = seq
      if metas[at] then past[#past + 1] = seq end
    end
  end
  bulk('HDEL', G(g, 'items'), held)
  bulk('ZREM', G(g, 'leased'), held)
  bulk('ZREM', G(g, 'mortal'), ends)
  bulk('ZREM', T .. ':waiting', handled)
  bulk('HSET', T .. ':meta', left)
  bulk('ZADD', T .. ':kept', kept)
  bulk('HDEL', T .. ':meta', past)
  bulk('HDEL', T .. ':body', gone)
  for _, key in ipairs(keys) do lib().leave(g, { k = key }) end
  acks, tokens, order, taken = {}, {}, {}, {}
end
local function putBack(seq, item, delay)
  if item.e > 0 and item.e <= now then return lib().drop(g, seq, item) end
  call('ZREM', G(g, 'leased'), seq)
  if delay <= 0 then return lib().toReady(g, seq, item) end
  item.s, item.d = 4, delay
  lib().setItem(g, seq, item)
  call('ZADD', G(g, 'wait'), now + delay, seq)
end
local at, index = 3, 0
while at <= #ARGV do
  local kind = ARGV[at]
  if kind == 'ack' then
    local last = at + 2 * ARGV[at + 1]
    for here = at + 2, last, 2 do
      local seq, n = ARGV[here], #acks + 1
      index = index + 1
      if taken[seq] then
        finishAll()
        n = 1
      end
      taken[seq] = true
      acks[n], tokens[n], order[n] = seq, tonumber(ARGV[here + 1]), index
    end
    at = last + 2
  else
    local seq, token = ARGV[at + 1], tonumber(ARGV[at + 2])
    finishAll()
    index = index + 1
    local item = lib().getItem(g, seq)
    local isHeld = item and item.s == 2 and item.t == token and item.u > now
    done[index] = isHeld and '1' or '0'
    if kind == 'dead' then
      if isHeld then lib().bury(g, seq, item, ARGV[at + 3], ARGV[at + 4]) end
      at = at + 5
    elseif kind == 'retry' then
      if isHeld then putBack(seq, item, tonumber(ARGV[at + 3])) end
      at = at + 4
    else
      if isHeld then
        item.a = item.a - 1
        putBack(seq, item, 0)
      end
      at = at + 3
    end
  end
end
finishAll()
return table.concat(done)`);
