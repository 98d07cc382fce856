import { createServer, type Server, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { tls } from '../node/builtins.ts';
import type { Limits, TlsOptions } from './options.ts';
import type { Protocol } from './protocol.ts';

/** What every connection of HTTP/2 begins with. @see RFC 9113 section 3.4 */
const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** Gives each connection to the protocol that its client speaks, as the TLS handshake agreed upon it (ALPN). */
export const tlsFront = (options: TlsOptions, limits: Limits, http1: Protocol, http2: Protocol): Server => {
  const server = tls().createServer({
    ...options,
    ALPNProtocols: ['h2', 'http/1.1'],
    handshakeTimeout: limits.headersTimeoutMs || 120_000,
    noDelay: true,
  });
  server.on('secureConnection', (socket: TLSSocket) => (socket.alpnProtocol === 'h2' ? http2 : http1).take(socket));
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
};

/**
 * Without TLS: HTTP/2 by clients that know of it beforehand (h2c) begins with words of its own. As many bytes are waited
 * for as it takes to tell; meanwhile they are `undecided`.
 */
export const plainFront = (limits: Limits, http1: Protocol, http2: Protocol, undecided: Set<Socket>): Server => {
  const server = createServer({ noDelay: true });
  server.on('connection', (socket: Socket) => {
    undecided.add(socket);
    socket.once('close', () => undecided.delete(socket));
    const quit = (): void => void socket.destroy();
    socket.setTimeout(limits.headersTimeoutMs, quit);
    socket.on('error', quit);
    let held: Buffer | undefined;
    const look = (): void => {
      const bytes = socket.read() as Buffer | null;
      if (bytes === null) return;
      held = held === undefined ? bytes : Buffer.concat([held, bytes]);
      const text = held.toString('latin1', 0, preface.length);
      if (text.length < preface.length && preface.startsWith(text)) return;
      undecided.delete(socket);
      socket.off('readable', look);
      socket.off('error', quit);
      socket.setTimeout(0);
      socket.off('timeout', quit);
      socket.unshift(held);
      if (text === preface) {
        // A session takes what was read already by itself.
        http2.take(socket);
        return;
      }
      http1.take(socket);
      socket.resume();
    };
    socket.on('readable', look);
  });
  return server;
};
