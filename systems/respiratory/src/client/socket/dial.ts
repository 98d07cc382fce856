import type { Clock } from '@organism/cell';
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectSecurely, type ConnectionOptions } from 'node:tls';
import { ConnectError } from '../errors.ts';
import type { WireRequest } from '../transport.ts';
import type { Proxy } from './proxy.ts';
import { passThrough } from './socks.ts';
import { tunnel } from './tunnel.ts';

/** Opens a socket for a request. */
export type Dial = (request: WireRequest) => Promise<Socket>;

/** How sockets are opened. */
export interface DialOptions {
  readonly connectTimeoutMs: number;
  readonly clock: Clock;
  readonly tls: ConnectionOptions;
  readonly proxy: Proxy | undefined;
  /** Protocols to offer in the handshake, the best first. */
  readonly alpn: readonly string[];
}

/** Waits for an event, or for the error that comes in its place. */
const until = (socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once(event, () => {
      socket.off('error', reject);
      resolve();
    });
  });

/** Only a name belongs in the handshake; an address would be refused. @see RFC 6066 section 3 */
const isName = (host: string): boolean => !/^[\d.]+$|:/.test(host);

/** Makes the function that opens sockets to one origin; TLS sessions are resumed. */
export const dialTo = (url: URL, { connectTimeoutMs, clock, tls, proxy, alpn }: DialOptions): Dial => {
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  /** Elsewhere the client speaks first, so that what comes behind the words of a proxy can't be for us. */
  const serverMayBegin = !secure && alpn.includes('h2');
  let session: Buffer | undefined;

  const plain = (to: { readonly host: string; readonly port: number }): Socket =>
    connectPlain({ host: to.host, port: to.port, noDelay: true, keepAlive: true });
  const encrypted = (over: Socket | undefined): Socket => {
    const socket = connectSecurely({
      ...(over === undefined ? { host, port } : { socket: over }),
      ALPNProtocols: [...alpn],
      ...(isName(host) && { servername: host }),
      ...(session !== undefined && { session }),
      ...tls,
    });
    socket.on('session', (next: Buffer) => {
      session = next;
    });
    return socket.setNoDelay(true);
  };

  /** To a proxy that is spoken to over TLS. */
  const secured = (to: Proxy): Socket =>
    connectSecurely({ host: to.host, port: to.port, ...(isName(to.host) && { servername: to.host }), ...tls });

  /** Tells `keep` of each socket, so that all can be destroyed when the time is up. */
  const open = async (request: WireRequest, keep: (socket: Socket) => Socket): Promise<Socket> => {
    if (proxy === undefined) {
      const socket = keep(secure ? encrypted(undefined) : plain({ host, port }));
      await until(socket, secure ? 'secureConnect' : 'connect');
      return socket;
    }
    const toProxy = keep(proxy.secure ? secured(proxy) : plain(proxy));
    await until(toProxy, proxy.secure ? 'secureConnect' : 'connect');
    if (proxy.kind === 'http' && !secure) return toProxy;
    if (proxy.kind === 'socks') await passThrough(toProxy, { host, port }, proxy, request);
    else await tunnel(toProxy, `${url.hostname}:${port}`, proxy, request);
    if (toProxy.readableLength > 0 && !serverMayBegin) throw new ConnectError(request, undefined, 'PROXY_PROTOCOL');
    // A session of HTTP/2 takes what has come by itself; of a socket that flows it would be lost.
    if (!secure) return serverMayBegin ? toProxy : toProxy.resume();
    const socket = keep(encrypted(toProxy));
    await until(socket, 'secureConnect');
    return socket;
  };

  return async (request) => {
    const { signal } = request;
    const sockets: Socket[] = [];
    const stopped = Promise.withResolvers<never>();
    const abort = (): void => stopped.reject(signal?.reason);
    const timer = clock.setTimeout(
      () => stopped.reject(new ConnectError(request, undefined, 'TIMEOUT')),
      connectTimeoutMs,
    );
    signal?.addEventListener('abort', abort, { once: true });
    try {
      signal?.throwIfAborted();
      const keep = (socket: Socket): Socket => {
        sockets.push(socket);
        // An error that nobody listens to would end the process; each comes with a close, which somebody waits for.
        return socket.on('error', () => {});
      };
      return await Promise.race([open(request, keep), stopped.promise]);
    } catch (error) {
      for (const socket of sockets) socket.destroy();
      if (error instanceof ConnectError || signal?.aborted === true) throw error;
      throw new ConnectError(request, error);
    } finally {
      timer[Symbol.dispose]();
      signal?.removeEventListener('abort', abort);
    }
  };
};
