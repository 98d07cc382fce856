import { OptionError } from '@organism/cell';
import type { Session } from './session.ts';

/** Which sessions are in which room: a name that messages can be sent to. */
export class Rooms {
  readonly #members = new Map<string, Set<Session>>();
  readonly #joined = new Map<Session, Set<string>>();

  /** Puts a session into a room; it leaves when it ends. @throws {OptionError} `CELL_BAD_OPTION` for a bad name. */
  join(session: Session, room: string): void {
    if (typeof room !== 'string' || room === '') throw new OptionError('room', 'a non-empty string', room);
    if (session.signal.aborted) return;
    const members = this.#members.get(room) ?? new Set();
    this.#members.set(room, members.add(session));
    const rooms = this.#joined.get(session) ?? new Set();
    this.#joined.set(session, rooms.add(room));
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
    for (const room of this.#joined.get(session) ?? []) this.leave(session, room);
    this.#joined.delete(session);
  }

  /** The sessions in a room. */
  in(room: string): Iterable<Session> {
    return this.#members.get(room) ?? [];
  }
}
