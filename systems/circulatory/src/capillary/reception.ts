import { type Clock, Context, type Entropy, OrganismError, type Principal } from '@organism/cell';
import { ChannelNotRunningError, OverloadedError, SessionUnknownError } from './errors.ts';
import { whoIs } from './handshake.ts';
import type { LinkOrigin } from './link.ts';
import type { CapillaryOptions, Limits } from './options.ts';
import { type Hello, protocolVersion } from './protocol.ts';
import type { PortableSession } from './portable.ts';
import { catchUp, type Claim, matches, type Parked } from './parking.ts';
import type { Relay } from './relay.ts';
import { Rooms } from './rooms.ts';
import { Session } from './session.ts';
import { drawId, idOf, isToken, SessionToken } from './tokens.ts';

/** A session that was opened or resumed. */
export interface Welcome {
  readonly session: Session;
  readonly resumed: boolean;
}

/** The sessions of one server: opens, finds and resumes them, and lets them go. */
export class Reception {
  readonly limits: Limits;
  readonly sessions: Map<string, Session> = new Map();
  readonly rooms: Rooms = new Rooms(() => this.#host.clock.monotonic());
  /** The way to other processes, while the channel runs. */
  relay: Relay | undefined;
  /** Whether it takes sessions: from the start of the channel until it stops. */
  isOpen = false;
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
    if (!this.isOpen) throw new ChannelNotRunningError();
    const principal = await whoIs(this.#options.authenticate, origin, hello, transport);
    const { token } = hello;
    const known = token === undefined ? undefined : await this.#resume(token, principal);
    if (known !== undefined) return { session: known, resumed: true };
    return { session: this.#open(principal), resumed: false };
  }

  async #resume(token: string, principal: Principal): Promise<Session | undefined> {
    const here = this.#known(token, principal);
    if (here !== undefined || this.relay === undefined || !isToken(token)) return here;
    const parked = await this.relay.claim(idOf(token), token, principal.id);
    // Another connection of the same client may have brought it here meanwhile.
    return this.#known(token, principal) ?? (parked && this.#takeOver(parked, principal));
  }

  #known(token: string, principal: Principal): Session | undefined {
    const known = this.sessions.get(idOf(token));
    if (known === undefined || known.principal.id !== principal.id || !known.accepts(token)) return undefined;
    known.rotate();
    return known;
  }

  /** Goes on with a session of another process; undefined when what was announced meanwhile is no longer known. */
  #takeOver(parked: Parked, principal: Principal): Session | undefined {
    const now = this.relay && catchUp(parked, this.relay.history, this.#host.clock.monotonic());
    if (now === undefined) return undefined;
    // A copy whose client never heard of it.
    this.sessions.get(now.state.id)?.leave();
    const session = this.#open(principal, now.state);
    this.relay?.take(now.state);
    for (const { name, forMs } of now.state.rooms) this.rooms.join(session, name, forMs);
    for (const text of now.missed) void session.sendPayload({ text, bytes: Buffer.byteLength(text) });
    this.#options.onSession?.(session);
    return session;
  }

  /** Gives a session up to the process that its client has come to. The handler at work ends first. */
  async release(id: string, claim: Claim): Promise<PortableSession | undefined> {
    const session = this.sessions.get(id);
    if (session === undefined) return undefined;
    const isTheirs = (): boolean =>
      !session.signal.aborted && matches({ tokens: session.tokenHashes, principal: session.principal.id }, claim);
    if (!isTheirs()) return undefined;
    await session.halt();
    if (isTheirs()) return this.pack(session);
    session.resume();
    return undefined;
  }

  /** Ends a session here, and gives what another process needs to go on with it. */
  pack(session: Session): PortableSession {
    const state = session.pack({ rooms: this.rooms.of(session), heard: this.relay?.history.marks ?? {} });
    session.leave();
    return state;
  }

  #open(principal: Principal, before?: PortableSession): Session {
    const { maxSessions } = this.limits;
    // A connection may be older than the stop.
    if (!this.isOpen) throw new ChannelNotRunningError();
    if (this.sessions.size >= maxSessions) throw new OverloadedError('sessions', maxSessions);
    const { clock, entropy } = this.#host;
    const { slow = 'disconnect', shape, onMessage, onSession, onEnd, onError } = this.#options;
    const { tenant } = principal;
    const id = before?.id ?? drawId(entropy);
    const session = new Session({
      id,
      ...(before !== undefined && { before }),
      token: new SessionToken(id, entropy, before?.tokens),
      principal,
      context: (signal) =>
        new Context({ principal, clock, entropy, signal, ...(typeof tenant === 'string' && { tenant }) }),
      limits: this.limits,
      slow,
      shape,
      handle: (data, one) => onMessage?.(data, one),
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
    // One that comes from elsewhere is told of when it is complete.
    if (before === undefined) onSession?.(session);
    return session;
  }

  /** Looks after heartbeats and expiry. */
  tick(): void {
    for (const session of this.sessions.values()) session.tick();
    this.relay?.tick();
  }

  /** Takes no more from clients; resolves when what came is handled. */
  async settled(): Promise<void> {
    await Promise.all([...this.sessions.values()].map((session) => session.settle()));
  }

  /** Leaves all sessions with the other processes, if there are any that listen. */
  async park(): Promise<void> {
    const { relay } = this;
    if (relay === undefined) return;
    await relay.park([...this.sessions.values()].map((session) => this.pack(session)));
  }

  /** Ends all sessions: clients may come back, to another server or later. */
  close(): void {
    for (const session of this.sessions.values()) session.end('going-away', 'The server is stopping.');
  }

  /** Live counters. */
  count(): Record<string, number> {
    let [connected, buffered] = [0, 0];
    for (const session of this.sessions.values()) {
      if (session.transport !== undefined) connected++;
      buffered += session.buffered;
    }
    const counters = { sessions: this.sessions.size, connected, buffered };
    return this.relay === undefined ? counters : { ...counters, parked: this.relay.parked };
  }
}
