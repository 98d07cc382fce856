/**
 * The strategies of homeostasis in Lua, decision for decision. KEYS[1] holds the state of one key; ARGV: kind, and two
 * numbers: capacity and refill per millisecond, or limit and window, or interval and burst. Answers: whether it may, in how
 * many milliseconds it would, and how many more would be allowed now.
 */
export const rateScript = `
local key, kind, a, b = KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + tonumber(time[2]) / 1000
local function tidy(value) return math.floor(value * 1e6 + 0.5) / 1e6 end
local function text(number) return string.format('%.17g', number) end
local function keep(ms) redis.call('PEXPIRE', key, math.max(1, math.ceil(ms))) end

if kind == 'token-bucket' then
  local state = redis.call('HMGET', key, 'tokens', 'since')
  local tokens, since = tonumber(state[1]) or a, tonumber(state[2]) or now
  local filled = math.min(a, tidy(tokens + math.max(0, now - since) * b))
  if filled < 1 then return { 0, text(tidy((1 - filled) / b)), 0 } end
  local left = filled - 1
  redis.call('HSET', key, 'tokens', text(left), 'since', text(now))
  keep((a - left) / b)
  return { 1, '0', math.floor(left) }
end

if kind == 'sliding-window' then
  redis.call('ZREMRANGEBYSCORE', key, '-inf', text(now - b))
  local count = redis.call('ZCARD', key)
  if count >= a then
    local oldest = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
    return { 0, text(tidy(tonumber(oldest[2]) + b - now)), 0 }
  end
  redis.call('ZADD', key, text(now), text(now) .. ':' .. count)
  keep(b)
  return { 1, '0', a - count - 1 }
end

local tolerance = (b - 1) * a
local arrival = math.max(tonumber(redis.call('GET', key) or '-inf') or now, now)
local early = tidy(arrival - now - tolerance)
if early > 0 then return { 0, text(early), 0 } end
local following = tidy(arrival + a)
redis.call('SET', key, text(following))
keep(following - now)
return { 1, '0', math.max(0, math.floor(tidy((tolerance - (following - now)) / a) + 1)) }
`;
