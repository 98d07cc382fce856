import type { Clock } from '@organism/cell';
import type { Socket } from 'node:net';

/** How long a refused client may go on sending before it is cut off. */
const lingerMs = 2000;

/**
 * Lets a connection end so that its client can read the refusal: a socket that is closed with bytes unread resets the
 * connection, and the client, who is still sending, loses what was said. What still comes is dropped, for a while.
 *
 * @see RFC 9112 section 9.6
 */
export const linger = (socket: Socket, clock: Clock): void => {
  // What `node:http` calls when the response is out.
  socket.destroySoon = () => {
    if (socket.destroyed) return;
    socket.end();
    const timer = clock.setTimeout(() => socket.destroy(), lingerMs).unref();
    socket.once('end', () => socket.destroy());
    socket.once('close', () => timer[Symbol.dispose]());
  };
};
