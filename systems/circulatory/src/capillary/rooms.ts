import { OptionError } from '@organism/cell';
import type { PortableRoom } from './portable.ts';
import type { Session } from './session.ts';

/** Which sessions are in which room: a name that messages can be sent to. */
export class Rooms {
  readonly #now: () => number;
  readonly #members = new Map<string, Set<Session>>();
  /** Each session's rooms, and when it joined them. */
  readonly #joined = new Map<Session, Map<string, number>>();

  /** @param now Milliseconds of the monotonic clock. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Puts a session into a room; it leaves when it ends.
   *
   * @param forMs How long it has been there, in another process.
   * @throws {OptionError} `CELL_BAD_OPTION` for a bad name.
   */
  join(session: Session, room: string, forMs = 0): void {
    if (typeof room !== 'string' || room === '') throw new OptionError('room', 'a non-empty string', room);
    if (session.signal.aborted) return;
    const members = this.#members.get(room) ?? new Set();
    this.#members.set(room, members.add(session));
    const rooms = this.#joined.get(session) ?? new Map<string, number>();
    if (!rooms.has(room)) rooms.set(room, this.#now() - forMs);
    this.#joined.set(session, rooms);
  }

  /** Takes a session out of a room. */
  leave(session: Session, room: string): void {
    this.#joined.get(session)?.delete(room);
    const members = this.#members.get(room);
    members?.delete(session);
    if (members?.size === 0) this.#members.delete(room);
  }

  /** Takes a session out of all rooms. */
  forget(session: Session): void {
    for (const room of this.#joined.get(session)?.keys() ?? []) this.leave(session, room);
    this.#joined.delete(session);
  }

  /** The sessions in a room. */
  in(room: string): Iterable<Session> {
    return this.#members.get(room) ?? [];
  }

  /** The rooms of a session, for another process. */
  of(session: Session): PortableRoom[] {
    const now = this.#now();
    return [...(this.#joined.get(session) ?? [])].map(([name, at]) => ({ name, forMs: now - at }));
  }
}
