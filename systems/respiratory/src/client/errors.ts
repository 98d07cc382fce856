import { OrganismError } from '@organism/cell';
import type { Issue } from '@organism/skeletal';

/** Which call failed, for logs. */
export interface CallPlace {
  readonly method: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path without the query, which may hold secrets. */
  readonly path: string;
}

const name = ({ method, origin, path }: CallPlace): string => `${method} ${origin}${path.split('?', 1)[0]}`;
const detailsOf = ({ method, origin, path }: CallPlace): Record<string, unknown> => ({
  method,
  origin,
  path: path.split('?', 1)[0],
});

/** Causes that may be gone at the next attempt; others, such as a bad certificate or an unknown host, stay. */
const passing = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'ETIMEDOUT',
  'EPIPE',
  'EAI_AGAIN',
  'EADDRNOTAVAIL',
  'EMFILE',
  'UND_ERR_CONNECT_TIMEOUT',
  'REFUSED_STREAM',
]);

/** The code of a system error, such as `ECONNREFUSED`. */
export const systemCode = (error: unknown): string | undefined => {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  // Node tries several addresses, and gives the error of each.
  if (error instanceof AggregateError) return systemCode(error.errors[0]);
  return 'cause' in error ? systemCode(error.cause) : undefined;
};

/**
 * No connection: the request never left. Code `RESPIRATORY_CONNECT_FAILED`, status 502. Repeating it is safe, whatever
 * its method; `retryable` unless the cause is one that stays, such as a bad certificate.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { ConnectError, LungClient } from '@organism/respiratory/client';
 *
 * await using client = new LungClient({ baseUrl: 'http://127.0.0.1:9', retry: false });
 * await assert.rejects(client.get('/'), (error) => error instanceof ConnectError && error.reason === 'ECONNREFUSED');
 * ```
 */
export class ConnectError extends OrganismError {
  /** The system's code, such as `ECONNREFUSED`, `TIMEOUT`, or what a proxy said: `PROXY_407`, `PROXY_AUTH`, `PROXY_CLOSED` … */
  readonly reason: string;

  constructor(place: CallPlace, cause: unknown, reason: string = systemCode(cause) ?? 'UNKNOWN') {
    super('RESPIRATORY_CONNECT_FAILED', `${name(place)}: no connection (${reason}).`, {
      status: 502,
      publicMessage: 'A service can not be reached.',
      retryable: reason === 'TIMEOUT' || passing.has(reason),
      details: { ...detailsOf(place), reason },
      cause,
    });
    this.reason = reason;
  }
}

/**
 * The connection broke before the whole answer was there. Code `RESPIRATORY_CONNECTION_LOST`, status 502, retryable
 * where the request may be made twice: the server may or may not have acted on it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { ConnectionLostError } from '@organism/respiratory/client';
 *
 * const error = new ConnectionLostError({ method: 'GET', origin: 'http://localhost', path: '/' }, 'after 5 of 9 bytes');
 * assert.equal(error.message, 'GET http://localhost/: the connection was lost after 5 of 9 bytes.');
 * ```
 */
export class ConnectionLostError extends OrganismError {
  constructor(place: CallPlace, when: string, cause?: unknown) {
    super('RESPIRATORY_CONNECTION_LOST', `${name(place)}: the connection was lost ${when}.`, {
      status: 502,
      publicMessage: 'A service broke off its answer.',
      retryable: true,
      details: detailsOf(place),
      cause,
    });
  }
}

/** What is wrong with a response: its framing, encoding, media type, JSON, the shape of its value, or where it leads. */
export type BadResponseReason =
  | 'protocol'
  | 'encoding'
  | 'media-type'
  | 'json'
  | 'shape'
  | 'redirect'
  | 'range'
  | 'link';

/**
 * The answer is none that this client understands. Code `RESPIRATORY_BAD_RESPONSE`, status 502, not retryable. When it
 * does not fit its Bone, `issues` names each field; no value is ever quoted.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { BadResponseError } from '@organism/respiratory/client';
 *
 * const error = new BadResponseError({ method: 'GET', origin: 'http://localhost', path: '/' }, 'json', 'malformed JSON');
 * assert.equal(error.message, 'GET http://localhost/: bad response: malformed JSON.');
 * ```
 */
export class BadResponseError extends OrganismError {
  readonly reason: BadResponseReason;
  /** What does not fit, when the reason is `shape`. */
  readonly issues: readonly Issue[];

  constructor(
    place: CallPlace,
    reason: BadResponseReason,
    problem: string,
    options: { readonly issues?: readonly Issue[]; readonly cause?: unknown } = {},
  ) {
    super('RESPIRATORY_BAD_RESPONSE', `${name(place)}: bad response: ${problem}.`, {
      status: 502,
      publicMessage: 'A service gave an answer that is not understood.',
      details: { ...detailsOf(place), reason, ...(options.issues && { issues: options.issues }) },
      cause: options.cause,
    });
    this.reason = reason;
    this.issues = options.issues ?? [];
  }
}

/**
 * The answer is larger than allowed, as sent or once decompressed. Code `RESPIRATORY_RESPONSE_TOO_LARGE`, status 502.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { ResponseTooLargeError } from '@organism/respiratory/client';
 *
 * const error = new ResponseTooLargeError({ method: 'GET', origin: 'http://localhost', path: '/' }, 1024);
 * assert.equal(error.message, 'GET http://localhost/: the response has more than 1024 bytes.');
 * ```
 */
export class ResponseTooLargeError extends OrganismError {
  constructor(place: CallPlace, maxBytes: number) {
    super('RESPIRATORY_RESPONSE_TOO_LARGE', `${name(place)}: the response has more than ${maxBytes} bytes.`, {
      status: 502,
      publicMessage: 'A service gave an answer that is too large.',
      details: { ...detailsOf(place), maxBytes },
    });
  }
}

/**
 * A WebSocket was closed. Code `RESPIRATORY_SOCKET_CLOSED`, status 502, `retryable` where another connection may last.
 *
 * @see RFC 6455 section 7.4
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { SocketClosedError } from '@organism/respiratory/client';
 *
 * const error = new SocketClosedError({ method: 'CONNECT', origin: 'ws://localhost', path: '/' }, 1008, 'no ticket', false);
 * assert.equal(error.message, 'CONNECT ws://localhost/: closed with 1008 (no ticket).');
 * ```
 */
export class SocketClosedError extends OrganismError {
  readonly closeCode: number;
  readonly reason: string;

  constructor(place: CallPlace, closeCode: number, reason: string, retryable: boolean) {
    super(
      'RESPIRATORY_SOCKET_CLOSED',
      `${name(place)}: closed with ${closeCode}${reason === '' ? '' : ` (${reason})`}.`,
      { status: 502, publicMessage: 'A service broke off.', retryable, details: { ...detailsOf(place), closeCode } },
    );
    this.closeCode = closeCode;
    this.reason = reason;
  }
}

/**
 * The client was closed. Code `RESPIRATORY_CLIENT_CLOSED`, status 503.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { ClientClosedError, LungClient } from '@organism/respiratory/client';
 *
 * const client = new LungClient({ baseUrl: 'http://localhost:1' });
 * await client.close();
 * await assert.rejects(client.get('/'), ClientClosedError);
 * ```
 */
export class ClientClosedError extends OrganismError {
  constructor() {
    super('RESPIRATORY_CLIENT_CLOSED', 'The client was closed.', { status: 503 });
  }
}

/**
 * Nothing stored fits a request that asks for nothing else (`only-if-cached`). Code `RESPIRATORY_NOT_CACHED`, status 504.
 *
 * @see RFC 9111 section 5.2.1.7
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { LungClient, NotCachedError } from '@organism/respiratory/client';
 *
 * await using client = new LungClient({ baseUrl: 'http://localhost:1', cache: true });
 * await assert.rejects(client.get('/', { headers: { 'cache-control': 'only-if-cached' } }), NotCachedError);
 * ```
 */
export class NotCachedError extends OrganismError {
  constructor() {
    super('RESPIRATORY_NOT_CACHED', 'Nothing stored fits the request, which asks for nothing else.', { status: 504 });
  }
}
