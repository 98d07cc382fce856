import { defaultPriority } from '../heart/publish-options.ts';

/*
 * Lua for plain messages: those without a key, of the usual priority, due at once and for ever, and not kept for groups to
 * come. They are appended to the list `fresh`, as time of publishing and body, and stay there until a group asks for
 * messages: then as many get their places in all groups there are, or go to the one that asks. So a publish is quick, and
 * what changes the groups has to mind the list.
 *
 * They get their numbers as they leave the list: `seq` is the number of the last that has left it, or that never was in it.
 * The others need a number at once, behind those in the list: `gaps` has, for each such time, the number before and how
 * many there were, and `passed` how many that is in all.
 *
 * To make a function takes as long as a command: so each is a text of its own, for the place that needs it.
 */

/** What the last number will be when so many that are in the list have theirs. */
export const numberFresh: string = `
local function lastNumber(behind)
  return tonumber(call('GET', T .. ':seq') or 0) + behind + tonumber(call('GET', T .. ':passed') or 0)
end
`;

/** Takes so many from the list. Returns time and body of each, and their numbers. */
export const popFresh: string = `
local function popFresh(most)
  local rows = call('LPOP', T .. ':fresh', most * 2)
  if not rows then return {}, {} end
  local number, seqs, past = tonumber(call('GET', T .. ':seq') or 0), {}, 0
  local gap, digits, head = call('LRANGE', T .. ':gaps', 0, 1), { [0] = '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' }, nil
  for n = 1, #rows / 2 do
    number = number + 1
    -- Written anew for every tenth only.
    local last = number % 10
    if last == 0 or not head then head = number < 10 and '' or string.format('%.0f', (number - last) / 10) end
    seqs[n] = head .. digits[last]
    while gap[1] and tonumber(gap[1]) == number do
      number, past, head = number + gap[2], past + gap[2], nil
      call('LPOP', T .. ':gaps', 2)
      gap = call('LRANGE', T .. ':gaps', 0, 1)
    end
  end
  call('SET', T .. ':seq', string.format('%.0f', number))
  if past > 0 then call('DECRBY', T .. ':passed', past) end
  return rows, seqs
end
`;

/** Gives places to so many. */
export const placeFresh: string = `
${popFresh}
local function placeFresh(most)
  local rows, seqs = popFresh(most)
  if #seqs == 0 then return end
  local all = groups()
  if #all == 0 then
    all = { '' }
    call('HSET', T .. ':groups', '', pack(-1, 0))
  end
  local bodies, waiting, metas, items, ready = {}, {}, {}, {}, {}
  for at, seq in ipairs(seqs) do
    local b, n = tonumber(rows[at * 2 - 1]), #items
    bodies[n + 1], bodies[n + 2] = seq, rows[at * 2]
    waiting[n + 1], waiting[n + 2] = score(${defaultPriority}, seq), seq
    if #all > 1 then metas[n + 1], metas[n + 2] = seq, pack('', ${defaultPriority}, b, b, 0, 0, #all, 0) end
    items[n + 1], items[n + 2] = seq, pack(1, ${defaultPriority}, 0, 0, 0, 0, 0, '', b)
    ready[n + 1], ready[n + 2] = score(${9 - defaultPriority}, seq), seq
  end
  bulk('HSET', T .. ':body', bodies)
  bulk('ZADD', T .. ':waiting', waiting)
  bulk('HSET', T .. ':meta', metas)
  for _, g in ipairs(all) do
    bulk('HSET', G(g, 'items'), items)
    bulk('ZADD', G(g, 'ready'), ready)
  end
end
`;
