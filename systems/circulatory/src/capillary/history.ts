import { Hearing, hasHeard, type Marks } from './marks.ts';

/** What was announced for a room. */
export interface Heard {
  readonly from: string;
  readonly number: number;
  readonly room: string;
  readonly text: string;
  /** When it was heard, in milliseconds of the monotonic clock. */
  readonly at: number;
}

/** Bounds of a {@link History}. */
export interface HistoryLimits {
  readonly maxEntries: number;
  readonly maxCharacters: number;
  readonly maxAgeMs: number;
}

/**
 * What was announced of late, bounded: so that a session which comes from another process gets just what that one had not
 * heard, and so that what is delivered twice counts once.
 */
export class History {
  readonly #limits: HistoryLimits;
  readonly #hearing = new Hearing();
  #entries: Heard[] = [];
  /** Entries in front that are gone. */
  #gone = 0;
  #characters = 0;
  #lostAt = -Infinity;

  constructor(limits: HistoryLimits) {
    this.#limits = limits;
  }

  /** Notes an announcement. Gives false when it was heard before. */
  note(entry: Heard): boolean {
    if (!this.#hearing.note(entry.from, entry.number)) return false;
    this.#entries.push(entry);
    this.#characters += entry.text.length;
    const { maxEntries, maxCharacters, maxAgeMs } = this.#limits;
    for (let old = this.#entries[this.#gone]; old !== undefined; old = this.#entries[this.#gone]) {
      const isOver = this.#entries.length - this.#gone > maxEntries || this.#characters > maxCharacters;
      if (!isOver && entry.at - old.at <= maxAgeMs) break;
      if (isOver) this.#lostAt = old.at;
      this.#gone += 1;
      this.#characters -= old.text.length;
    }
    if (this.#gone > 1024 && this.#gone * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#gone);
      this.#gone = 0;
    }
    return true;
  }

  /** What was heard, whether it is still here or not. */
  get marks(): Marks {
    return this.#hearing.marks;
  }

  /** Whether all that was heard since then is still here. */
  covers(since: number): boolean {
    return this.#lostAt < since;
  }

  /** What was heard for rooms, for each since a time of its own, and not by a process with those marks; in order. */
  missedBy(marks: Marks, rooms: ReadonlyMap<string, number>): Heard[] {
    return this.#entries
      .slice(this.#gone)
      .filter(({ from, number, room, at }) => at >= (rooms.get(room) ?? Infinity) && !hasHeard(marks, from, number));
  }
}
