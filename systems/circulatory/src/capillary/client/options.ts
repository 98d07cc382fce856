import type { Clock, Entropy } from '@organism/cell';
import type { CloseCode } from '../protocol.ts';
import type { Transport } from './transport.ts';

/** Where a client is: not begun, connecting, connected, waiting to try again, or ended for good. */
export type ClientState = 'idle' | 'connecting' | 'open' | 'waiting' | 'closed';

/** Options of a {@link CapillaryClient}. */
export interface ClientOptions {
  /** The channel's URL, `http:` or `https:`, whatever the transport. */
  readonly url: string;
  /** What the server's `authenticate` is given; asked at each connection, so that it may be fresh. */
  readonly credentials?: () => unknown;
  /** In order of preference; the next is tried when one does not get through. Default WebSocket, SSE, long polling. */
  readonly transports?: readonly Transport[];
  /** A message came: each once, in order. */
  readonly onMessage?: (data: unknown) => void;
  /** The state changed. */
  readonly onState?: (state: ClientState) => void;
  /** The session began anew: the server no longer had the one before, and what it had sent meanwhile is gone. */
  readonly onReset?: () => void;
  /** So many messages were dropped by the server, because they came faster than they were taken. */
  readonly onGap?: (missed: number) => void;
  /** The channel has ended for good, and why. */
  readonly onClose?: (code: CloseCode, reason: string) => void;
  /** A callback threw, or what `credentials` promised has failed; they are then asked for again. Default: the console. */
  readonly onError?: (error: unknown) => void;
  /** Bound of the first wait before trying again, in milliseconds; it doubles each time. Default 500. */
  readonly baseDelayMs?: number;
  /** Bound of every wait. Default 30 000. */
  readonly maxDelayMs?: number;
  /** Time for one transport to get through. Default 10 000. */
  readonly connectTimeoutMs?: number;
  /** How long a connection must have held for the waits to begin from the first again. Default 5000. */
  readonly stableMs?: number;
  /** Messages that may wait for the server's acknowledgement. Default 1024. */
  readonly maxUnacknowledged?: number;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
  /** Default: the host's. */
  readonly fetch?: typeof fetch;
  /** Default: the host's. */
  readonly WebSocket?: typeof WebSocket;
}
