import { type CellOptions, type Clock, type Entropy, OptionError, type Principal } from '@organism/cell';
import type { Fanout } from './fanout.ts';
import type { LinkOrigin } from './link.ts';
import type { Session } from './session.ts';

/** What to do when a client takes messages slower than they come, and its buffer is full. */
export type SlowPolicy = 'drop-oldest' | 'disconnect' | 'block';

/** Who asks for a channel. */
export interface AuthenticationRequest extends LinkOrigin {
  /** What the client gave as `credentials`; undefined when nothing. Not checked in any way. */
  readonly credentials: unknown;
  /** The name of the transport. */
  readonly transport: string;
}

/** Checks values from clients; every Bone is one. */
export interface MessageShape {
  parse(value: unknown): unknown;
}

/** Bounds of one client and of all. */
export interface CapillaryLimits {
  /** Sessions, connected or to be resumed. Default 10 000. */
  readonly maxSessions?: number;
  /** Bytes of a message from a client. Default 65 536. */
  readonly maxMessageBytes?: number;
  /** Messages to one client that it has not acknowledged. Default 1024. */
  readonly maxBufferedMessages?: number;
  /** Their bytes. Default 1 048 576. */
  readonly maxBufferedBytes?: number;
  /** Bytes handed to a socket that have not left it. Default 65 536. */
  readonly maxSocketBytes?: number;
  /** Messages of one client that wait to be handled; its socket is paused meanwhile. Default 256. */
  readonly maxInFlight?: number;
  /** Time from connection to an accepted hello, in milliseconds. Default 10 000. */
  readonly helloTimeoutMs?: number;
  /** How often to ping; after twice that without an answer the connection is dropped. Default 15 000. */
  readonly heartbeatMs?: number;
  /** How long a session outlives its connection, in milliseconds. Looked after at each heartbeat. Default 120 000. */
  readonly resumeMs?: number;
  /**
   * How long a client that comes with a session of another process waits for that to give it up, in milliseconds; then it
   * gets a new one. Default 2000.
   */
  readonly claimMs?: number;
}

/** Options of a {@link Capillary}. */
export interface CapillaryOptions extends CapillaryLimits {
  /** Name of the cell. Default `capillary`. */
  readonly name?: string;
  /** Cells that must run before this one, such as the Heart behind `fanout`. */
  readonly needs?: NonNullable<CellOptions['needs']>;
  /** The way to other processes, so that rooms reach across them, and sessions move between them. Default: none. */
  readonly fanout?: Fanout;
  /** Path of the URL. Default `/capillary`. */
  readonly path?: string;
  /**
   * Says who the client is; undefined, or a thrown error, refuses it. An error with a status of 500 or more means that
   * it could not be found out: the client tries again. Asked at each hello, also of a client that resumes.
   */
  readonly authenticate: (request: AuthenticationRequest) => Principal | undefined | Promise<Principal | undefined>;
  /**
   * Pages that may connect: `same` for those of this host, `any`, or a list such as `https://app.example.com`.
   * Requests without an `Origin` are no pages, and pass. Use `any` only where cookies give no rights. Default `same`.
   */
  readonly origins?: 'same' | 'any' | readonly string[];
  /** Default `disconnect`. */
  readonly slow?: SlowPolicy;
  /** What messages from clients must be, such as a Bone; those that are not are refused. Default: anything. */
  readonly shape?: MessageShape;
  /** A session began, or came here from another process: see {@link Session.moved}. */
  readonly onSession?: (session: Session) => void;
  /** A message came. Those of one session come one after another; the next waits for the promise. */
  readonly onMessage?: (data: unknown, session: Session) => void | Promise<void>;
  /** A session ended here; with the reason `moved` it goes on in another process. */
  readonly onEnd?: (session: Session, reason: string) => void;
  /** A handler failed. Default: the console. */
  readonly onError?: (error: unknown, session: Session) => void;
  /** The fan-out failed where nobody waits for it: while a session moved. Default: the console. */
  readonly onRelayError?: (error: unknown) => void;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
}

/** All limits, with their defaults. */
export type Limits = Required<CapillaryLimits>;

const defaults: Limits = {
  maxSessions: 10_000,
  maxMessageBytes: 65_536,
  maxBufferedMessages: 1024,
  maxBufferedBytes: 1_048_576,
  maxSocketBytes: 65_536,
  maxInFlight: 256,
  helloTimeoutMs: 10_000,
  heartbeatMs: 15_000,
  resumeMs: 120_000,
  claimMs: 2000,
};

/** Checks the options and fills in limits. @throws {OptionError} `CELL_BAD_OPTION` */
export const checkOptions = (options: CapillaryOptions): Limits => {
  const { path = '/capillary', authenticate, origins = 'same', slow = 'disconnect' } = options;
  if (typeof path !== 'string' || !/^\/[^?#]*$/.test(path))
    throw new OptionError('path', 'a path that begins with /', path);
  if (typeof authenticate !== 'function') throw new OptionError('authenticate', 'a function', authenticate);
  if (origins !== 'same' && origins !== 'any' && !Array.isArray(origins))
    throw new OptionError('origins', '"same", "any" or a list of origins', origins);
  if (!['drop-oldest', 'disconnect', 'block'].includes(slow))
    throw new OptionError('slow', '"drop-oldest", "disconnect" or "block"', slow);
  const limits: Record<string, number> = {};
  for (const [name, value] of Object.entries(defaults)) {
    const given: unknown = options[name as keyof Limits] ?? value;
    if (!Number.isSafeInteger(given) || (given as number) < 1)
      throw new OptionError(name, 'a whole number from 1', given);
    limits[name] = given as number;
  }
  return limits as unknown as Limits;
};
