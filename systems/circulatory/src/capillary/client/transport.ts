import type { Frame } from '../protocol.ts';

/** What a transport tells the client. */
export interface WireEvents {
  /** A frame came. */
  frame(frame: Frame): void;
  /** The connection is gone, or could not be made. */
  closed(): void;
  /** The session was resumed under a new token; told before `open` where that has to wait, as the old one may end. */
  renewed(token: string): void;
  /** Number of the last message that came. */
  last(): number;
}

/** One connection to the server. */
export interface Wire {
  /** Sends a frame, as JSON. */
  send(frame: string): void;
  /** Ends the connection; nothing is told after that. */
  close(): void;
}

/** The host's own `fetch` and `WebSocket`, or others. */
export interface WireHost {
  readonly fetch: typeof fetch;
  readonly WebSocket: typeof WebSocket | undefined;
}

/** A way to reach the server. */
export interface Transport {
  readonly name: string;
  /** Begins to connect, with this frame as the first. */
  connect(url: string, hello: string, events: WireEvents, host: WireHost): Wire;
}
