import { core, library } from './library.ts';
import { RedisScript } from './script.ts';

/**
 * A script of which most calls need no more than a few commands for all of their messages; what works on one message at a
 * time is made when it is needed, as making it takes as long as four commands.
 *
 * @param first What comes before everything else: the commonest case, without so much as a function made.
 */
export const quickScript = (body: string, isRaw = false, first = ''): RedisScript =>
  new RedisScript(
    `${first}${core}
local made
local function lib()
  if made then return made end
  ${library}
  made = { getItem = getItem, setItem = setItem, toItem = toItem, toReady = toReady, enter = enter, leave = leave,
    drop = drop, bury = bury, expireGroup = expireGroup }
  return made
end
${body}`,
    isRaw,
  );
