import { type Clock, type Entropy, OptionError, systemClock, systemEntropy } from '@organism/cell';
import { whole } from '../heart/check.ts';
import type { EntryMaker } from './entry.ts';

/** Options of every outbox. */
export interface OutboxOptions {
  /** Name of its table; the table of its lanes has `_lanes` behind it. Default `outbox`. */
  readonly table?: string;
  /**
   * Into how many lanes keys are spread: as many relays can work at once. The same in all processes; change it only while the
   * outbox is empty, or messages of one key may get ahead of each other. Default 16.
   */
  readonly lanes?: number;
  /** Also carry principal and tenant of the context. Default false. */
  readonly trusted?: boolean;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
}

/** A name that is safe in SQL. @throws {OptionError} when it is none. */
export const tableName = (table: string): string => {
  if (typeof table !== 'string' || !/^[A-Za-z_]\w{0,40}$/.test(table))
    throw new OptionError('table', 'a name of up to 41 letters, digits and underscores', table);
  return table;
};

/** What making entries needs. @throws {OptionError} for a bad option. */
export const entryMaker = (options: OutboxOptions): EntryMaker => ({
  lanes: whole('lanes', options.lanes ?? 16, 1),
  trusted: options.trusted === true,
  clock: options.clock ?? systemClock,
  entropy: options.entropy ?? systemEntropy,
});
