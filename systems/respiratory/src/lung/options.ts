import type { SecureContextOptions, TlsOptions as NodeTlsOptions } from 'node:tls';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type CellOptions, type Health, OptionError } from '@organism/cell';
import type { AlveoliOptions } from '../alveoli.ts';
import type { ApiInfo } from '../openapi/openapi.ts';

/** Certificate and key, and whom to believe; as `node:tls` takes them. TLS 1.2 is the least. */
export type TlsOptions = SecureContextOptions &
  Pick<NodeTlsOptions, 'requestCert' | 'rejectUnauthorized' | 'SNICallback' | 'ticketKeys' | 'sessionTimeout'>;

/** Options of HTTP/2. */
export interface Http2Options {
  /** Requests that one client may have under way at once. Default 100. */
  readonly maxStreams?: number;
}

/**
 * Takes over the connection of a request that asks for another protocol, WebSocket say, and gives true; or false for a
 * path that is not its own. `Capillary.upgrade` is one.
 *
 * @see RFC 9110 section 7.8
 */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => boolean;

/** Options of a {@link Lung}. */
export interface LungOptions
  extends Partial<Pick<CellOptions, 'name' | 'needs' | 'clock' | 'entropy'>>, AlveoliOptions {
  /** Default 3000; 0 takes a free one. */
  readonly port?: number;
  /** Address to listen on. Default `127.0.0.1`: only this machine. */
  readonly host?: string;
  /** Serve HTTPS. Default: plain HTTP, for behind a proxy. */
  readonly tls?: TlsOptions;
  /**
   * Also speak HTTP/2, on the same port: over TLS with whoever agrees on it in the handshake (ALPN), without TLS with
   * clients that know of it beforehand (h2c), as proxies do. Default false.
   */
  readonly http2?: boolean | Http2Options;
  /**
   * Serve from so many processes of the same program, `auto` for one on each core. The first process starts and watches
   * them and serves nothing itself; {@link Lung.role} tells which one this is. One such server for a program. Default:
   * only this process.
   */
  readonly workers?: number | 'auto';
  /** Milliseconds a worker may take to start, and one that is replaced to finish. Default 30 000. */
  readonly workerTimeoutMs?: number;
  /** What a worker does when it is to stop, such as `() => body.stop()`. Default: stops the server. */
  readonly onWorkerStop?: () => Promise<unknown>;
  /**
   * Let other processes listen on the same port; the system then spreads the connections, where it can (Linux). Workers
   * each listen for themselves. Default false: the first process hands connections to its workers in turn.
   */
  readonly reusePort?: boolean;
  /** Largest body, in bytes. Default 1 MiB. */
  readonly maxBodyBytes?: number;
  /** Longest request target, in bytes. Default 8192. */
  readonly maxUrlBytes?: number;
  /** Most bytes of all headers of a request. Default 16 KiB. */
  readonly maxHeaderBytes?: number;
  /** Most headers of a request. Default 100. */
  readonly maxHeaders?: number;
  /** Milliseconds a client may take to send its headers. Default 10 000. */
  readonly headersTimeoutMs?: number;
  /** Milliseconds a client may take to send a whole request. Default 30 000; 0 for endless uploads. */
  readonly requestTimeoutMs?: number;
  /** Milliseconds a connection may idle between requests. Default 65 000, more than most proxies keep theirs. */
  readonly keepAliveTimeoutMs?: number;
  /** Milliseconds after which a client that takes nothing of a response is cut off. Default 30 000. */
  readonly stallTimeoutMs?: number;
  /** How long readiness says 503 before the port closes, in milliseconds, for load balancers to see. Default 0. */
  readonly drainDelayMs?: number;
  /** Title and version for the API document. */
  readonly info?: ApiInfo;
  /** How the application is, for `/health/ready`. Usually `() => body.health()`. Default: the server's own. */
  readonly ready?: () => Health | Promise<Health>;
  /** Believe principal and tenant in the headers of requests. Only behind a gateway of your own. Default false. */
  readonly trusted?: boolean;
  /**
   * Who may take over connections, in order; what nobody takes is answered by 404. Such connections end when the server
   * stops. HTTP/1.1 only. Default: none, and requests for an upgrade are answered as any other.
   */
  readonly upgrades?: readonly UpgradeHandler[];
}

/** Numbers of {@link LungOptions}, complete. */
export interface Limits {
  readonly maxBodyBytes: number;
  readonly maxUrlBytes: number;
  readonly maxHeaderBytes: number;
  readonly maxHeaders: number;
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  readonly stallTimeoutMs: number;
  readonly drainDelayMs: number;
}

const defaults: Limits = {
  maxBodyBytes: 2 ** 20,
  maxUrlBytes: 8192,
  maxHeaderBytes: 16 * 1024,
  maxHeaders: 100,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 65_000,
  stallTimeoutMs: 30_000,
  drainDelayMs: 0,
};

/** Limits with their defaults. @throws {OptionError} `CELL_BAD_OPTION` that names the option. */
export const limitsOf = (options: LungOptions): Limits => {
  const limits: Record<string, number> = {};
  for (const [name, fallback] of Object.entries(defaults) as [keyof Limits, number][]) {
    const value = options[name] ?? fallback;
    if (!Number.isSafeInteger(value) || value < 0) throw new OptionError(name, 'a whole number of 0 or more', value);
    limits[name] = value;
  }
  const { port = 3000 } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new OptionError('port', 'a whole number from 0 to 65535', port);
  const { altSvc, http2 } = options;
  if (altSvc !== undefined && !/^[\x20-\x7e]+$/.test(altSvc))
    throw new OptionError('altSvc', 'the value of an alt-svc header', altSvc);
  const streams = typeof http2 === 'object' ? http2.maxStreams : undefined;
  if (streams !== undefined && (!Number.isSafeInteger(streams) || streams < 1))
    throw new OptionError('http2.maxStreams', 'a whole number of 1 or more', streams);
  const { workers, reusePort } = options;
  if (workers !== undefined && workers !== 'auto' && (!Number.isSafeInteger(workers) || workers < 1))
    throw new OptionError('workers', '"auto" or a whole number of 1 or more', workers);
  if (workers !== undefined && reusePort === true && port === 0)
    throw new OptionError('port', 'the same for all workers where they reuse it', port);
  return limits as unknown as Limits;
};
