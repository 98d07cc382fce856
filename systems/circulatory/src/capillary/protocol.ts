/**
 * What client and server say to each other. A frame is a JSON array: its kind, then its members. Messages are numbered
 * from 1 in each direction; who has received number n has received all before it.
 *
 * The client opens with `hello`; the server answers `open` or `close`. After that both send `msg`, `ack`, `ping`,
 * `pong` and `close`; the server also `skip` (messages that are gone) and `fail` (a message that was refused).
 */
export type Frame =
  | readonly ['hello', Hello]
  | readonly ['open', Open]
  | readonly ['msg', number, unknown]
  | readonly ['ack', number]
  | readonly ['skip', number]
  | readonly ['fail', number, Problem]
  | readonly ['ping']
  | readonly ['pong']
  | readonly ['close', CloseCode?, string?];

/** Version of this protocol. */
export const protocolVersion = 1;

/** First frame of a client. */
export interface Hello {
  readonly version: number;
  /** Of the session to resume. */
  readonly token?: string | undefined;
  /** Number of the last message that came, in the session to resume. */
  readonly last?: number | undefined;
  /** For the server's `authenticate`. */
  readonly credentials?: unknown;
}

/** First frame of the server. */
export interface Open {
  readonly session: string;
  /** What the next resume asks for; it changes with each. */
  readonly token: string;
  /** False for a new session, also when another was asked for. */
  readonly resumed: boolean;
  /** Number of the client's last message that was handled. */
  readonly ack: number;
  /** The client's messages that were refused, with why. */
  readonly failures: readonly (readonly [number, Problem])[];
  /** How often the server pings, in milliseconds. Twice that without a frame, and the connection is dead. */
  readonly heartbeatMs: number;
  /** Bytes of a frame that the server takes. */
  readonly maxMessageBytes: number;
  /** How many messages a client may leave unacknowledged. */
  readonly ackEvery: number;
}

/** Why a message was refused. @see RFC 9457 */
export interface Problem {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly [extension: string]: unknown;
}

/** Why a connection ends. */
export type CloseCode =
  | 'normal'
  | 'unauthorized'
  | 'forbidden'
  | 'version'
  | 'replaced'
  | 'protocol'
  | 'slow'
  | 'overloaded'
  | 'unavailable'
  | 'going-away'
  | 'expired'
  | 'silent';

/** Close codes after which a client does not come back by itself. */
export const finalCodes: ReadonlySet<string> = new Set<CloseCode>([
  'normal',
  'unauthorized',
  'forbidden',
  'version',
  'replaced',
]);

/** The HTTP header that carries the session's token. */
export const sessionHeader = 'capillary-session';
