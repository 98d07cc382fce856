import type { IncomingHttpHeaders } from 'node:http';
import type { CloseCode } from './protocol.ts';

/** A message on its way to a client, as JSON. */
export interface Payload {
  readonly text: string;
  readonly bytes: number;
}

/**
 * One connection to a client, whatever carries it: what the server needs of it. A link ends and another takes its
 * place; the session goes on.
 */
export interface Link {
  /** What carries it, such as `websocket`. */
  readonly transport: string;
  /**
   * Sends a frame. `seq` and `payload` are there when it is a message.
   *
   * @returns false when it can't take more now; it tells {@link LinkEvents.drained} when it can.
   */
  send(frame: string, seq?: number, payload?: Payload): boolean;
  /** Stops taking frames from the client, or goes on: the handler is behind. */
  pause?(paused: boolean): void;
  /** Ends the connection. The `close` frame has been sent. */
  close(code: CloseCode): void;
}

/** What a link tells the server. */
export interface LinkEvents {
  /** A frame came. */
  frame(text: string): void;
  /** There is room again. */
  drained(): void;
  /** The connection is gone. */
  closed(): void;
}

/** Where a connection comes from. */
export interface LinkOrigin {
  readonly headers: IncomingHttpHeaders;
  /** The client's address. */
  readonly remoteAddress?: string | undefined;
}
