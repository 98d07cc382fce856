import type { HeaderList } from './header-list.ts';

/** What may be sent as it is: whole, or piece by piece. */
export type WireBody = string | Uint8Array | AsyncIterable<Uint8Array>;

/** One request as a transport sends it. */
export interface WireRequest {
  readonly method: string;
  /** Scheme, host and port: `http://127.0.0.1:3000`. */
  readonly origin: string;
  /** Path and query, percent-encoded. */
  readonly path: string;
  /** By lower-case name. Without `host`, `content-length` and `transfer-encoding`, which are the transport's. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: WireBody | undefined;
  /** Bytes of a streamed body, if they are known. */
  readonly contentLength?: number | undefined;
  /** Called as the body leaves, with how many bytes have left. */
  readonly onSent?: ((bytes: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The body of a response: read it whole, or piece by piece, once. */
export interface WireContent extends AsyncIterable<Uint8Array> {
  /** All of it. @throws {ResponseTooLargeError} when it has more than `maxBytes`. */
  bytes(maxBytes: number): Promise<Uint8Array>;
  /** Lets go of what has not been read. */
  cancel(): void;
}

/** One response as a transport gives it, as soon as its header is there. */
export interface WireResponse {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: WireContent;
  /** Whether the body was decompressed on the way, so that its bytes are not those of the server's file. */
  readonly decompressed?: boolean;
}

/**
 * Carries requests: what a client needs of the network. Does not follow redirects, keep cookies or read status codes.
 *
 * `send` rejects with the signal's reason when that aborts, with a ConnectError when nothing was sent, and with a
 * ConnectionLostError when something was.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { FetchTransport, LungClient, type Transport } from '@organism/respiratory/client';
 *
 * // Another process is not needed: any Fetch handler answers.
 * const transport: Transport = new FetchTransport({ fetch: async () => Response.json({ ok: true }) });
 * const client = new LungClient({ baseUrl: 'http://test', transport });
 * assert.deepEqual(await client.get('/'), { ok: true });
 * ```
 */
export interface Transport {
  /** The compressions it takes apart, for `Accept-Encoding`; none when the host sees to that. */
  readonly acceptEncoding?: string | undefined;
  send(request: WireRequest): Promise<WireResponse>;
  /** Closes connections; requests under way fail. */
  close(): Promise<void>;
}
