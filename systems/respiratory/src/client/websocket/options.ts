import type { Clock, Entropy } from '@organism/cell';
import type { Backoff } from '@organism/homeostasis';
import type { InputShape, OutputShape } from '../options.ts';

/** What the client needs of a WebSocket: those of browsers, of Node and of `ws` fit. */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  /** Bytes that wait to be sent. */
  readonly bufferedAmount: number;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open' | 'error', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { readonly code: number; readonly reason: string }) => void): void;
}

/** Where a {@link WebSocketClient} is; closed is for good. */
export type WebSocketState = 'idle' | 'connecting' | 'open' | 'waiting' | 'closed';

/** Options of a {@link WebSocketClient}. */
export interface WebSocketClientOptions<In, Out> {
  /** `ws:`, `wss:`, `http:` or `https:`; a function is asked at each connection, for a fresh token, say. */
  readonly url: string | (() => string | Promise<string>);
  /** Subprotocols to offer. */
  readonly protocols?: readonly string[];
  /** The Bone of what comes: JSON is checked against it. */
  readonly incoming?: OutputShape<Out>;
  /** The Bone of what is sent. */
  readonly outgoing?: InputShape<In>;
  /** `raw` gives and takes strings and bytes as they are. Default `json`. */
  readonly format?: 'json' | 'raw';
  /** Opens a connection. Default: the host's WebSocket. With `ws` it may send headers. */
  readonly open?: (url: string, protocols: readonly string[]) => WebSocketLike;
  /** How long opening a connection may take, in milliseconds. Default 10 000. */
  readonly connectTimeoutMs?: number;
  /** How long to wait before the next try; false connects once. Default: full jitter from 500 ms to 30 s. */
  readonly reconnect?: Backoff | false;
  /**
   * Whether a connection that was closed with a code is worth another try. Default: those that are lost or whose server
   * restarts or is busy; not those whose server says that they are over, were wrong, or are not allowed.
   */
  readonly isPassing?: (code: number) => boolean;
  /** Said when nothing was sent for so long, so that nobody in between takes the connection for dead. Default: nothing. */
  readonly heartbeat?: { readonly everyMs: number; readonly message: In };
  /** A connection over which nothing has come for so long is taken for dead, in milliseconds. Default: never. */
  readonly silenceMs?: number;
  /** Most messages that wait while there is no connection. Default 256. */
  readonly maxWaiting?: number;
  /** Most messages that have come and nobody has taken; beyond, the connection ends with an error. Default 4096. */
  readonly maxUnread?: number;
  /** From how many unsent bytes on `send` waits. Default 1 MiB. */
  readonly maxUnsentBytes?: number;
  readonly onState?: (state: WebSocketState) => void;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
}
