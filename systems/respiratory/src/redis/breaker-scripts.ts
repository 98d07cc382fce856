/** The server's time in milliseconds: processes need not agree on theirs. */
const clock = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
`;

/** What answers with the state in KEYS[1]: its text, for how many milliseconds it is still open, and its number. */
const answer = `
local function answer(found)
  return { found[1], string.format('%.0f', math.max(0, tonumber(found[2]) - now)), tonumber(found[3]) }
end
`;

/**
 * Stores a state and tells all who listen, in one step, so that what is told last is what is stored. KEYS[1] holds the state;
 * ARGV: its text, for how many milliseconds it is open, for how many to keep it (-1: for good), the channel, who saves, the
 * number of the state that they know, and the name that is told.
 *
 * States are numbered. One that was decided before a newer one of somebody else was known is not stored, as it may have
 * waited in a queue while the server was away: the newer one is the answer then, and the new number otherwise.
 */
export const saveScript: string = `${clock}${answer}
local found = redis.call('HMGET', KEYS[1], 'state', 'until', 'number', 'by')
local number, known = tonumber(found[3] or 0), tonumber(ARGV[6])
if number > known and found[4] ~= ARGV[5] then return answer(found) end
number = math.max(number, known) + 1
local open = string.format('%.0f', now + tonumber(ARGV[2]))
redis.call('HSET', KEYS[1], 'state', ARGV[1], 'until', open, 'number', number, 'by', ARGV[5])
if ARGV[3] == '-1' then redis.call('PERSIST', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
local news = { from = ARGV[5], name = ARGV[7], leftMs = tonumber(ARGV[2]), number = number, state = ARGV[1] }
redis.call('PUBLISH', ARGV[4], cjson.encode(news))
return number
`;

/** The state in KEYS[1]; nothing when there is none. */
export const loadScript: string = `${clock}${answer}
local found = redis.call('HMGET', KEYS[1], 'state', 'until', 'number')
if not found[1] then return false end
return answer(found)
`;

/** Deletes KEYS[1] if it holds ARGV[1]. */
export const releaseScript = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`;
