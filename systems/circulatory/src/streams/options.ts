import { type Clock, type Entropy, OptionError, systemClock, systemEntropy } from '@organism/cell';
import { oneOf } from '../heart/check.ts';
import type { StageOptions } from './stage.ts';

/** Options of operators that look at the time. */
export interface TimedOptions extends StageOptions {
  /** Default: the host's. */
  readonly clock?: Clock;
}

/** What a full buffer does with one value more. */
export type StreamOverflow = 'wait' | 'drop-oldest' | 'drop-newest' | 'error';

/** Options of a buffer between a source and a reader. */
export interface BufferOptions extends StageOptions {
  /** How many values may wait for a reader. Default 16. */
  readonly capacity?: number;
  /**
   * When it is full: `wait` (default) reads no more of the source; `drop-oldest` and `drop-newest` lose a value; `error`
   * ends the reader's stream with a {@link StreamOverflowError}, after what it holds.
   */
  readonly overflow?: StreamOverflow;
}

/** Buffer options, checked. */
export interface Bounds {
  readonly capacity: number;
  readonly overflow: StreamOverflow;
}

const overflows: readonly StreamOverflow[] = ['wait', 'drop-oldest', 'drop-newest', 'error'];

/** @throws {OptionError} for a bad option. */
export const checkBounds = ({ capacity = 16, overflow = 'wait' }: BufferOptions): Bounds => {
  if (capacity !== Infinity && !(Number.isSafeInteger(capacity) && capacity >= 1))
    throw new OptionError('capacity', 'a whole number >= 1', capacity);
  return { capacity, overflow: oneOf('overflow', overflow, overflows) };
};

/** @throws {OptionError} when it is no function. */
export const checkFunction = <F>(field: string, value: F): F => {
  if (typeof value !== 'function') throw new OptionError(field, 'a function', value);
  return value;
};

/** The clock of the options. */
export const clockOf = (options: { readonly clock?: Clock }): Clock => options.clock ?? systemClock;

/** The entropy of the options. */
export const entropyOf = (options: { readonly entropy?: Entropy }): Entropy => options.entropy ?? systemEntropy;
