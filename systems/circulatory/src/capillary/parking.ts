import type { History } from './history.ts';
import { joinMarks } from './marks.ts';
import type { PortableSession } from './portable.ts';

/** Who wants a session. */
export interface Claim {
  /** Of the token that the client has shown. */
  readonly hash: string;
  readonly principal: string;
}

/** A session that waits here for its client. */
export interface Parked {
  readonly state: PortableSession;
  /** When it came, in milliseconds of the monotonic clock. */
  readonly at: number;
}

/** Bounds of a {@link Parking}. */
export interface ParkingLimits {
  readonly maxSessions: number;
  readonly maxCharacters: number;
  /** How long a session waits, in milliseconds. */
  readonly resumeMs: number;
}

/** How far one process may lag behind another, in milliseconds, for a session to move between them without a gap. */
export const skewMs = 30_000;

/** How much earlier than a session began an announcement may have come that its process had yet to hear, in milliseconds. */
const transitMs = 5000;

/** Copies of one session: a client that comes to two processes at once may leave one in each. */
const mostCopies = 4;

/** Whether a claim is by the client of a session. */
export const matches = ({ tokens, principal }: Pick<PortableSession, 'tokens' | 'principal'>, claim: Claim): boolean =>
  principal === claim.principal && tokens.includes(claim.hash);

const sizeOf = ({ state }: Parked): number => state.messages.reduce((sum, { length }) => sum + length, 0);

/** Sessions of processes that gave them up, until their clients come. */
export class Parking {
  readonly #limits: ParkingLimits;
  readonly #parked = new Map<string, readonly Parked[]>();
  /** Moves of the sessions that were taken over: what comes late of them is stale. */
  readonly #taken = new Map<string, number>();
  #characters = 0;

  constructor(limits: ParkingLimits) {
    this.#limits = limits;
  }

  /** How many sessions there are. */
  get size(): number {
    return this.#parked.size;
  }

  /** All of them. */
  get all(): readonly Parked[] {
    return [...this.#parked.values()].flat();
  }

  /** The session that is claimed. */
  find(id: string, claim: Claim): Parked | undefined {
    return this.#parked.get(id)?.find(({ state }) => matches(state, claim));
  }

  /** Takes a session in; gives false when somebody has gone on with it since. */
  put(state: PortableSession, at: number): boolean {
    const { id, moves, tokens } = state;
    if (moves <= (this.#taken.get(id) ?? -1)) return false;
    const others = (this.#parked.get(id) ?? []).filter((one) => one.state.tokens[0] !== tokens[0]);
    this.#replace(id, [...others, { state, at }].slice(-mostCopies));
    for (const oldest of this.#parked.keys()) {
      if (this.#parked.size <= this.#limits.maxSessions && this.#characters <= this.#limits.maxCharacters) break;
      this.#replace(oldest, []);
    }
    return true;
  }

  #replace(id: string, copies: readonly Parked[]): void {
    for (const one of this.#parked.get(id) ?? []) this.#characters -= sizeOf(one);
    this.#parked.delete(id);
    if (copies.length === 0) return;
    this.#parked.set(id, copies);
    for (const one of copies) this.#characters += sizeOf(one);
  }

  /** Somebody goes on with the session. */
  taken(id: string, moves: number): void {
    const copies = this.#parked.get(id) ?? [];
    this.#replace(
      id,
      copies.filter(({ state }) => state.moves > moves),
    );
    const newest = Math.max(moves, this.#taken.get(id) ?? -1);
    this.#taken.delete(id);
    this.#taken.set(id, newest);
    for (const oldest of this.#taken.keys()) {
      if (this.#taken.size <= this.#limits.maxSessions) break;
      this.#taken.delete(oldest);
    }
  }

  /** Lets go of sessions whose clients did not come. */
  expire(now: number): void {
    for (const [id, copies] of this.#parked) {
      const left = copies.filter(({ at }) => now - at < this.#limits.resumeMs);
      if (left.length < copies.length) this.#replace(id, left);
    }
  }
}

/**
 * A parked session as of now: with what was announced for its rooms since it was given up, as far as its process had not
 * heard it. Undefined when not all of that is known any more.
 */
export const catchUp = (
  { state, at }: Parked,
  history: History,
  now: number,
): { readonly state: PortableSession; readonly missed: readonly string[] } | undefined => {
  const rooms = new Map(state.rooms.map(({ name, forMs }) => [name, at - Math.min(skewMs, forMs + transitMs)]));
  for (const since of rooms.values()) if (!history.covers(since)) return undefined;
  return {
    state: {
      ...state,
      rooms: state.rooms.map(({ name, forMs }) => ({ name, forMs: forMs + now - at })),
      heard: joinMarks(state.heard, history.marks),
    },
    missed: history.missedBy(state.heard, rooms).map(({ text }) => text),
  };
};
