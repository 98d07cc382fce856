import { type CellOptions, type Health, OptionError } from '@organism/cell';
import type { AlveoliOptions } from '../alveoli.ts';
import type { ApiInfo } from '../openapi/openapi.ts';
import type { HttpTendon } from '../route.ts';

/** Options of a {@link Lung}. */
export interface LungOptions
  extends Partial<Pick<CellOptions, 'name' | 'needs' | 'clock' | 'entropy'>>, AlveoliOptions {
  /** Default 3000; 0 takes a free one. */
  readonly port?: number;
  /** Address to listen on. Default `127.0.0.1`: only this machine. */
  readonly host?: string;
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
  /** Milliseconds after which a client that takes nothing of a streamed response is cut off. Default 30 000. */
  readonly stallTimeoutMs?: number;
  /** How long readiness says 503 before the port closes, in milliseconds, for load balancers to see. Default 0. */
  readonly drainDelayMs?: number;
  /** Title and version for the API document. */
  readonly info?: ApiInfo;
  /** How the application is, for `/health/ready`. Usually `() => body.health()`. Default: the server's own. */
  readonly ready?: () => Health | Promise<Health>;
  /** Believe principal and tenant in the headers of requests. Only behind a gateway of your own. Default false. */
  readonly trusted?: boolean;
  /** Endpoints and other bindings; more may be attached later. */
  readonly endpoints?: readonly HttpTendon[];
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
  return limits as unknown as Limits;
};
