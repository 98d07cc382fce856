import { type Clock, systemClock } from '@organism/cell';
import { period } from '../heart/check.ts';
import { tableName } from './options.ts';

/** Options of every inbox. */
export interface InboxOptions {
  /** Name of its table; the table of what it has forgotten has `_horizon` behind it. Default `inbox`. */
  readonly table?: string;
  /**
   * How long a message is remembered after its effect, in milliseconds: longer than any message is delivered again. What is older
   * is forgotten, now and then. Default 604 800 000: a week.
   */
  readonly keepMs?: number;
  readonly clock?: Clock;
}

/** The options, checked. */
export interface InboxSettings {
  readonly table: string;
  readonly keepMs: number;
  readonly clock: Clock;
}

/** @throws {OptionError} for a bad option. */
export const checkInbox = (options: InboxOptions): InboxSettings => ({
  table: tableName(options.table ?? 'inbox'),
  keepMs: period('keepMs', options.keepMs ?? 604_800_000),
  clock: options.clock ?? systemClock,
});

/** Says when it is time to forget: at first, and then twenty times in the time that messages are kept. */
export class PruneTimer {
  readonly #clock: Clock;
  readonly #everyMs: number;
  #last = -Infinity;

  constructor({ clock, keepMs }: InboxSettings) {
    this.#clock = clock;
    this.#everyMs = keepMs / 20;
  }

  /** True once when it is time. */
  get isDue(): boolean {
    const now = this.#clock.monotonic();
    if (now - this.#last < this.#everyMs) return false;
    this.#last = now;
    return true;
  }
}
