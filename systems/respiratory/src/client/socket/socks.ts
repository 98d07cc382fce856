import { lookup } from 'node:dns/promises';
import { isIP, type Socket } from 'node:net';
import { type CallPlace, ConnectError } from '../errors.ts';
import { exactly, Handshake } from './handshake.ts';
import type { SocksProxy } from './proxy.ts';

const version = 5;
const methods = { none: 0, password: 2 } as const;
const kinds = { ipv4: 1, name: 3, ipv6: 4 } as const;
const connect = 1;
const longestName = 255;

/** Why the proxy has no connection, as the system would say it. @see RFC 1928 section 6 */
const reasons: Readonly<Record<number, string>> = {
  2: 'PROXY_FORBIDDEN',
  3: 'ENETUNREACH',
  4: 'EHOSTUNREACH',
  5: 'ECONNREFUSED',
  6: 'ETIMEDOUT',
};

/** The sixteen bytes of an address. */
const bytesOfIpv6 = (address: string): readonly number[] => {
  // The URL parser writes every form in the same way: hexadecimal, with at most one gap.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const words = (text = ''): number[] => (text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16)));
  const [before, after] = [words(head), words(tail)];
  const gap = Array.from({ length: 8 - before.length - after.length }, () => 0);
  return [...before, ...gap, ...after].flatMap((word) => [word >> 8, word & 0xff]);
};

/** A host as it stands in a request: its kind and its bytes. @see RFC 1928 section 5 */
const addressOf = (host: string): Buffer => {
  const family = isIP(host);
  if (family === 4) return Buffer.of(kinds.ipv4, ...host.split('.').map(Number));
  if (family === 6) return Buffer.of(kinds.ipv6, ...bytesOfIpv6(host));
  return Buffer.concat([Buffer.of(kinds.name, host.length), Buffer.from(host, 'latin1')]);
};

/** How many bytes the rest of an answer has, whose first five are there: what is left of the address, and the port. */
const restOf = (kind: number | undefined, first: number | undefined): number | undefined => {
  if (kind === kinds.ipv4) return 3 + 2;
  if (kind === kinds.ipv6) return 15 + 2;
  return kind === kinds.name ? (first ?? 0) + 2 : undefined;
};

/** Proves who we are, as the proxy wants it. */
const prove = async (socket: Socket, talk: Handshake, credentials: Buffer | undefined): Promise<void> => {
  const offered = credentials === undefined ? [methods.none] : [methods.none, methods.password];
  socket.write(Buffer.of(version, offered.length, ...offered));
  const [spoken, method] = await talk.take(exactly(2));
  if (spoken !== version) throw talk.refusal('PROXY_PROTOCOL');
  if (method === methods.none) return;
  if (method !== methods.password || credentials === undefined) throw talk.refusal('PROXY_AUTH');
  socket.write(credentials);
  const [, status] = await talk.take(exactly(2));
  if (status !== 0) throw talk.refusal('PROXY_AUTH');
};

/**
 * Asks a SOCKS proxy to pass everything on to another host.
 *
 * @throws {ConnectError} whose reason says why not: `PROXY_AUTH`, `PROXY_FORBIDDEN`, the system's code for what the proxy
 * met, `PROXY_CLOSED`, `PROXY_PROTOCOL`, or `PROXY_SOCKS_` with the proxy's number.
 * @see RFC 1928, RFC 1929
 */
export const passThrough = async (
  socket: Socket,
  to: { readonly host: string; readonly port: number },
  proxy: SocksProxy,
  place: CallPlace,
): Promise<void> => {
  const isGiven = proxy.resolvesNames || isIP(to.host) !== 0;
  if (to.host.length > longestName) throw new ConnectError(place, undefined, 'ENAMETOOLONG');
  const address = addressOf(isGiven ? to.host : (await lookup(to.host)).address);
  using talk = new Handshake(socket, place);
  await prove(socket, talk, proxy.credentials);
  socket.write(Buffer.concat([Buffer.of(version, connect, 0), address, Buffer.of(to.port >> 8, to.port & 0xff)]));
  const [spoken, reply] = await talk.take(exactly(2));
  if (spoken !== version) throw talk.refusal('PROXY_PROTOCOL');
  // Whoever refuses may close at once: the rest need not come.
  if (reply !== 0) throw talk.refusal(reasons[reply ?? 0] ?? `PROXY_SOCKS_${reply}`);
  const [, kind, first] = await talk.take(exactly(3));
  const rest = restOf(kind, first);
  if (rest === undefined) throw talk.refusal('PROXY_PROTOCOL');
  await talk.take(exactly(rest));
};
