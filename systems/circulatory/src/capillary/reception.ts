import { type Clock, Context, type Entropy, OrganismError, type Principal } from '@organism/cell';
import { OverloadedError, SessionUnknownError } from './errors.ts';
import { whoIs } from './handshake.ts';
import type { LinkOrigin } from './link.ts';
import type { CapillaryOptions, Limits } from './options.ts';
import { type Hello, protocolVersion } from './protocol.ts';
import { Rooms } from './rooms.ts';
import { Session } from './session.ts';
import { drawId, idOf, SessionToken } from './tokens.ts';

/** A session that was opened or resumed. */
export interface Welcome {
  readonly session: Session;
  readonly resumed: boolean;
}

/** The sessions of one server: opens, finds and resumes them, and lets them go. */
export class Reception {
  readonly limits: Limits;
  readonly sessions: Map<string, Session> = new Map();
  readonly rooms: Rooms = new Rooms();
  /** Connections that have no session yet. */
  strangers = 0;
  readonly #options: CapillaryOptions;
  readonly #host: { readonly clock: Clock; readonly entropy: Entropy };

  constructor(options: CapillaryOptions, limits: Limits, host: { readonly clock: Clock; readonly entropy: Entropy }) {
    this.#options = options;
    this.limits = limits;
    this.#host = host;
  }

  /** The time source. */
  get clock(): Clock {
    return this.#host.clock;
  }

  /** The randomness source. */
  get entropy(): Entropy {
    return this.#host.entropy;
  }

  /** The session of a token. @throws {SessionUnknownError} `CIRCULATORY_SESSION_UNKNOWN` */
  find(token = ''): Session {
    const session = this.sessions.get(idOf(token));
    if (session === undefined || !session.accepts(token)) throw new SessionUnknownError();
    return session;
  }

  /**
   * Opens a session, or resumes the one that the hello names: if it is there, and belongs to the same principal.
   *
   * @throws {UnauthorizedError} {@link OverloadedError} or what `authenticate` throws.
   */
  async welcome(hello: Hello, origin: LinkOrigin, transport: string): Promise<Welcome> {
    if (hello.version !== protocolVersion)
      throw new OrganismError('CIRCULATORY_PROTOCOL_VERSION', `This server speaks version ${protocolVersion}.`, {
        status: 400,
      });
    const principal = await whoIs(this.#options.authenticate, origin, hello, transport);
    const { token } = hello;
    const known = token === undefined ? undefined : this.sessions.get(idOf(token));
    if (known !== undefined && token !== undefined && known.principal.id === principal.id && known.accepts(token)) {
      known.rotate(token);
      return { session: known, resumed: true };
    }
    return { session: this.#open(principal), resumed: false };
  }

  #open(principal: Principal): Session {
    const { maxSessions } = this.limits;
    if (this.sessions.size >= maxSessions) throw new OverloadedError('sessions', maxSessions);
    const { clock, entropy } = this.#host;
    const { slow = 'disconnect', shape, onMessage, onSession, onEnd, onError } = this.#options;
    const { tenant } = principal;
    const id = drawId(entropy);
    const session = new Session({
      id,
      token: new SessionToken(id, entropy),
      principal,
      context: (signal) =>
        new Context({ principal, clock, entropy, signal, ...(typeof tenant === 'string' && { tenant }) }),
      limits: this.limits,
      slow,
      shape,
      handle: (data, from) => onMessage?.(data, from),
      ended: (one, reason) => {
        this.sessions.delete(one.id);
        this.rooms.forget(one);
        onEnd?.(one, reason);
      },
      failed: (error, one) => {
        if (onError === undefined) console.error('Unhandled failure in a channel:', error);
        else onError(error, one);
      },
      now: () => clock.monotonic(),
    });
    this.sessions.set(id, session);
    onSession?.(session);
    return session;
  }

  /** Looks after heartbeats and expiry. */
  tick(): void {
    for (const session of this.sessions.values()) session.tick();
  }

  /** Takes no more from clients; resolves when what came is handled. */
  async settled(): Promise<void> {
    await Promise.all([...this.sessions.values()].map((session) => session.settle()));
  }

  /** Ends all sessions: clients may come back, to another server or later. */
  close(): void {
    for (const session of this.sessions.values()) session.end('going-away', 'The server is stopping.');
  }

  /** Live counters. */
  count(): Record<string, number> {
    const counters = { sessions: this.sessions.size, connected: 0, buffered: 0 };
    for (const session of this.sessions.values()) {
      if (session.transport !== undefined) counters.connected++;
      counters.buffered += session.buffered;
    }
    return counters;
  }
}
