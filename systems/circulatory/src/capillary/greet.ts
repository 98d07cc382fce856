import { toOrganismError } from '@organism/cell';
import { FrameError, OverloadedError } from './errors.ts';
import { closeFrame, readFrame } from './frames.ts';
import { closeCodeOf } from './handshake.ts';
import type { Link, LinkEvents, LinkOrigin } from './link.ts';
import type { Hello } from './protocol.ts';
import type { Reception } from './reception.ts';
import type { Session } from './session.ts';

/** Takes a connection: waits for its hello, finds its session, and from then on hands that what comes. */
export const greet = (link: Link, origin: LinkOrigin, reception: Reception): LinkEvents => {
  const { maxSessions, helloTimeoutMs } = reception.limits;
  let session: Session | undefined;
  let state: 'new' | 'greeting' | 'open' | 'closed' = 'new';

  const refuse = (thrown: unknown): void => {
    if (state === 'closed') return;
    close();
    const code = closeCodeOf(thrown);
    link.send(closeFrame(code, toOrganismError(thrown).publicMessage ?? 'The server could not open the channel.'));
    link.close(code);
  };
  const known = (): void => {
    if (state === 'new' || state === 'greeting') reception.strangers--;
    late[Symbol.dispose]();
  };
  const close = (): void => {
    known();
    state = 'closed';
    session?.detach(link);
  };
  const late = reception.clock.setTimeout(() => refuse(new FrameError('a hello, in time')), helloTimeoutMs);
  if (reception.strangers++ >= maxSessions) refuse(new OverloadedError('connections without a session', maxSessions));

  const open = async (hello: Hello): Promise<void> => {
    const { session: found, resumed } = await reception.welcome(hello, origin, link.transport);
    if (state === 'closed') {
      // Nobody has its token.
      if (!resumed) found.end('expired', 'The connection was gone before the session began.');
      return;
    }
    known();
    state = 'open';
    const frame = JSON.stringify(['open', found.opening(resumed)]);
    found.attach(link, resumed ? (hello.last ?? 0) : 0, { hello: frame });
    session = found;
  };

  return {
    frame: (text) => {
      if (state === 'closed') return;
      try {
        const frame = readFrame(text);
        if (session !== undefined) session.receive(frame);
        else if (state === 'new' && frame[0] === 'hello') {
          state = 'greeting';
          open(frame[1]).catch(refuse);
        } else throw new FrameError('a hello, and then nothing before the answer');
      } catch (error) {
        refuse(error);
      }
    },
    drained: () => session?.drained(link),
    closed: close,
  };
};
