import type { Socket } from 'node:net';
import type { CallPlace } from '../errors.ts';
import { Handshake } from './handshake.ts';
import type { HttpProxy } from './proxy.ts';

const longestAnswer = 16_384;
const endOfHead = '\r\n\r\n';

/** Asks a proxy to pass everything on to another host. @see RFC 9110 section 9.3.6 */
export const tunnel = async (socket: Socket, to: string, proxy: HttpProxy, place: CallPlace): Promise<void> => {
  using talk = new Handshake(socket, place);
  socket.write(`CONNECT ${to} HTTP/1.1\r\nhost: ${to}\r\n${proxy.field}\r\n`, 'latin1');
  const bytes = await talk.take((held) => {
    const at = held.indexOf(endOfHead);
    if (at >= 0) return at + endOfHead.length;
    return held.length > longestAnswer ? held.length : undefined;
  });
  const answer = bytes.toString('latin1');
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1];
  if (status?.startsWith('2') !== true) throw talk.refusal(`PROXY_${status ?? 'PROTOCOL'}`);
  if (!answer.endsWith(endOfHead)) throw talk.refusal('PROXY_PROTOCOL');
};
