import type { Clock } from '@organism/cell';
import type { Announcement, Fanout } from './fanout.ts';
import { type Heard, History } from './history.ts';
import { catchUp, type Claim, matches, type Parked, Parking, skewMs } from './parking.ts';
import { type PortableSession, readPortable } from './portable.ts';
import { hashToken } from './tokens.ts';

/** What a {@link Relay} needs from its channel. */
export interface RelayParts {
  readonly clock: Clock;
  /** Names this process among the others. */
  readonly process: string;
  /** How long to wait for another process to give a session up, in milliseconds. */
  readonly claimMs: number;
  /** How long a session waits for its client, in milliseconds. */
  readonly resumeMs: number;
  /** Most sessions that may be parked here. */
  readonly maxParked: number;
  /** Another process has a message for a room. */
  readonly deliver: (heard: Heard) => void;
  /** Another process wants a session: gives it up, or undefined when it is not here, or not theirs. */
  readonly release: (id: string, claim: Claim) => Promise<PortableSession | undefined>;
  /** A failure that nobody waits for. */
  readonly failed: (error: unknown) => void;
}

/** Claims under way at once; a client beyond gets a new session. */
const maxPending = 1024;

interface Pending {
  readonly claim: Claim;
  readonly promise: Promise<void>;
  readonly resolve: () => void;
}

/** One process's part in the talk of all that serve a channel. */
export class Relay {
  readonly history: History;
  readonly #fanout: Fanout;
  readonly #parts: RelayParts;
  readonly #parking: Parking;
  readonly #pending = new Map<string, Pending>();
  /** Counts messages for rooms. */
  #number = 0;

  constructor(fanout: Fanout, parts: RelayParts) {
    const { resumeMs, maxParked } = parts;
    this.#fanout = fanout;
    this.#parts = parts;
    this.#parking = new Parking({ maxSessions: maxParked, maxCharacters: 2 ** 26, resumeMs });
    this.history = new History({ maxEntries: 8192, maxCharacters: 2 ** 24, maxAgeMs: resumeMs + skewMs });
  }

  /** Listens to the others until disposed. */
  async open(): Promise<AsyncDisposable> {
    return await this.#fanout.subscribe((announcement) => this.#hear(announcement));
  }

  /** Sessions that wait here for their clients. */
  get parked(): number {
    return this.#parking.size;
  }

  get #now(): number {
    return this.#parts.clock.monotonic();
  }

  #say(kind: Announcement['kind'], room: string, text: string): Promise<unknown> {
    const number = kind === 'room' ? ++this.#number : 0;
    const announcement = { from: this.#parts.process, number, kind, room, text };
    return Promise.resolve().then(() => this.#fanout.publish(announcement));
  }

  #sayAside(kind: Announcement['kind'], room: string, said: object): void {
    this.#say(kind, room, JSON.stringify(said)).catch((error: unknown) => this.#parts.failed(error));
  }

  /** Tells the others of a message for a room. */
  publish(room: string, text: string): Promise<unknown> {
    const said = this.#say('room', room, text);
    this.history.note({ from: this.#parts.process, number: this.#number, room, text, at: this.#now });
    return said;
  }

  #hear({ from, number, kind, room, text }: Announcement): void {
    if (from === this.#parts.process) return;
    if (kind === 'room') {
      const heard = { from, number, room, text, at: this.#now };
      if (this.history.note(heard)) this.#parts.deliver(heard);
      return;
    }
    let said: Partial<Claim> & { readonly to?: unknown; readonly state?: unknown; readonly moves?: unknown };
    try {
      said = (JSON.parse(text) ?? {}) as typeof said;
    } catch {
      return;
    }
    const { hash, principal, to, state, moves } = said;
    if (kind === 'taken' && typeof moves === 'number') this.#parking.taken(room, moves);
    else if (kind === 'park') {
      const session = readPortable(state);
      if ((to === undefined || to === this.#parts.process) && session?.id === room) this.#park(session);
    } else if (kind === 'claim' && typeof hash === 'string' && typeof principal === 'string')
      this.#answer(from, room, { hash, principal }).catch((error: unknown) => this.#parts.failed(error));
  }

  async #answer(to: string, id: string, claim: Claim): Promise<void> {
    if (this.#parking.find(id, claim) === undefined) {
      const released = await this.#parts.release(id, claim);
      // Here too until it is taken: whoever wants it may be gone by then, or out of reach.
      if (released !== undefined) this.#park(released);
    }
    const parked = this.#parking.find(id, claim);
    const state = parked && this.#refresh(parked);
    if (state !== undefined) await this.#say('park', id, JSON.stringify({ to, state }));
  }

  /** The session for a process that may not have heard what we have. */
  #refresh(parked: Parked): PortableSession | undefined {
    const now = catchUp(parked, this.history, this.#now);
    return now && { ...now.state, messages: [...now.state.messages, ...now.missed] };
  }

  #park(state: PortableSession): void {
    const pending = this.#parking.put(state, this.#now) ? this.#pending.get(state.id) : undefined;
    if (pending !== undefined && matches(state, pending.claim)) pending.resolve();
  }

  /** Leaves sessions with the others, those that waited here too: this process stops. */
  async park(sessions: readonly PortableSession[]): Promise<void> {
    const waiting = this.#parking.all.flatMap((parked) => this.#refresh(parked) ?? []);
    const all = [...sessions, ...waiting];
    await Promise.allSettled(all.map((state) => this.#say('park', state.id, JSON.stringify({ state }))));
  }

  /** Asks for a session that is elsewhere; undefined when no process gives it up in time. It stays parked until it is taken. */
  async claim(id: string, token: string, principal: string): Promise<Parked | undefined> {
    const claim = { hash: hashToken(token), principal };
    if (this.#parking.find(id, claim) === undefined) await this.#ask(id, claim);
    return this.#parking.find(id, claim);
  }

  /** This process goes on with a session. */
  take({ id, moves }: PortableSession): void {
    this.#parking.taken(id, moves);
    this.#sayAside('taken', id, { moves });
  }

  async #ask(id: string, claim: Claim): Promise<void> {
    const known = this.#pending.get(id);
    if (known !== undefined && known.claim.hash === claim.hash) return await known.promise;
    if (this.#pending.size >= maxPending) return;
    // A newer claim of one client ends the one before.
    known?.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const pending = { claim, promise, resolve };
    this.#pending.set(id, pending);
    const { clock, claimMs } = this.#parts;
    const ask = (): void => this.#sayAside('claim', id, claim);
    ask();
    // It may be on its way to a process that could not know of the claim.
    const again = clock.setInterval(ask, Math.ceil(claimMs / 4));
    const timer = clock.setTimeout(pending.resolve, claimMs);
    try {
      await pending.promise;
    } finally {
      timer[Symbol.dispose]();
      again[Symbol.dispose]();
      if (this.#pending.get(id) === pending) this.#pending.delete(id);
    }
  }

  /** Lets go of sessions whose clients did not come. */
  tick(): void {
    this.#parking.expire(this.#now);
  }
}
