import { OptionError } from '@organism/cell';
import type { Socket } from 'node:net';
import { type CallPlace, ConnectError } from '../errors.ts';

/** A forward proxy. */
export interface Proxy {
  readonly host: string;
  readonly port: number;
  /** The field that lets us in, with its line end; empty when there is none. */
  readonly field: string;
}

/** Reads a proxy's URL. @throws {OptionError} `CELL_BAD_OPTION` unless it is one of the scheme http. */
export const parseProxy = (text: string): Proxy => {
  const url = typeof text === 'string' ? URL.parse(text) : null;
  if (url === null || url.protocol !== 'http:' || url.pathname !== '/' || url.search !== '')
    throw new OptionError('proxy', 'an http URL of a host and a port', text);
  const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const field = user === ':' ? '' : `proxy-authorization: Basic ${Buffer.from(user, 'utf8').toString('base64')}\r\n`;
  return { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 80), field };
};

const longestAnswer = 16_384;

/** Asks a proxy to pass everything on to another host. @see RFC 9110 section 9.3.6 */
export const tunnel = (socket: Socket, to: string, proxy: Proxy, place: CallPlace): Promise<void> =>
  new Promise((resolve, reject) => {
    let answer = '';
    const end = (): void => {
      socket.off('data', read);
      socket.off('close', lost);
    };
    const refuse = (reason: string): void => {
      end();
      reject(new ConnectError(place, undefined, reason));
    };
    const lost = (): void => refuse('PROXY_CLOSED');
    const read = (piece: Buffer): void => {
      answer += piece.toString('latin1');
      const at = answer.indexOf('\r\n\r\n');
      if (at < 0 && answer.length <= longestAnswer) return;
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1];
      // Whoever speaks first in the tunnel is the client: more than the answer can't be for us.
      if (status?.startsWith('2') !== true || at + 4 !== answer.length) refuse(`PROXY_${status ?? 'PROTOCOL'}`);
      else {
        end();
        socket.pause();
        resolve();
      }
    };
    socket.on('data', read);
    socket.on('close', lost);
    socket.write(`CONNECT ${to} HTTP/1.1\r\nhost: ${to}\r\n${proxy.field}\r\n`, 'latin1');
  });
