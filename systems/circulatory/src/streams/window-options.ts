import { type Clock, OptionError } from '@organism/cell';
import { count, duration, period } from '../heart/check.ts';
import { checkFunction, clockOf, type TimedOptions } from './options.ts';

/** Options of {@link window}: `sizeMs` or `gapMs` is needed. Times are in milliseconds. */
export interface WindowOptions<T, K = undefined> extends TimedOptions {
  /** How long a window is. Windows are aligned to the epoch. */
  readonly sizeMs?: number;
  /** How long after each other they begin, `sizeMs` at most. Default `sizeMs`: they don't overlap. */
  readonly everyMs?: number;
  /** A session ends when no value has come for so long. */
  readonly gapMs?: number;
  /** The time of a value, in milliseconds since the epoch. Default: when it arrives. */
  readonly timeOf?: (value: T) => number;
  /** How late a value may come, with `timeOf`. Default 0. */
  readonly latenessMs?: number;
  /** Gives what is open when nothing has come for so long, with `timeOf`. Default: waits for ever. */
  readonly idleMs?: number;
  /** Windows of its own for each key. */
  readonly keyOf?: (value: T) => K;
  /** Gets the values that came too late for any window; they are dropped. */
  readonly onLate?: (value: T) => void;
  /** Most values in open windows, counted in each; more end the stream with a {@link StreamOverflowError}. Default 100 000. */
  readonly maxHeld?: number;
}

/** Values of a span of time. */
export interface TimeWindow<T, K = undefined> {
  readonly key: K;
  /** The first instant, in milliseconds since the epoch; of a session, its first value's. */
  readonly startMs: number;
  /** The first instant after it. */
  readonly endMs: number;
  /** In the order in which they came. */
  readonly values: readonly T[];
}

/** The options, checked. */
export interface WindowSettings<T, K> {
  readonly sizeMs: number;
  readonly everyMs: number;
  /** 0 when there are no sessions. */
  readonly gapMs: number;
  readonly latenessMs: number;
  readonly idleMs: number;
  readonly maxHeld: number;
  readonly clock: Clock;
  readonly timeOf: ((value: T) => number) | undefined;
  readonly keyOf: ((value: T) => K) | undefined;
  readonly onLate: ((value: T) => void) | undefined;
}

const optional = <F>(field: string, value: F | undefined): F | undefined =>
  value === undefined ? undefined : checkFunction(field, value);

/** @throws {OptionError} for a bad option. */
export const checkWindow = <T, K>(options: WindowOptions<T, K>): WindowSettings<T, K> => {
  const { sizeMs, gapMs, everyMs = sizeMs, latenessMs, idleMs, timeOf } = options;
  if ((sizeMs === undefined) === (gapMs === undefined))
    throw new OptionError('sizeMs', 'given, or gapMs, and not both', sizeMs);
  if (gapMs !== undefined && everyMs !== undefined) throw new OptionError('everyMs', 'left out of sessions', everyMs);
  if (timeOf === undefined && latenessMs !== undefined)
    throw new OptionError('latenessMs', 'left out without timeOf', latenessMs);
  if (timeOf === undefined && idleMs !== undefined) throw new OptionError('idleMs', 'left out without timeOf', idleMs);
  if (everyMs !== undefined && sizeMs !== undefined && everyMs > sizeMs)
    throw new OptionError('everyMs', 'at most sizeMs', everyMs);
  return {
    sizeMs: sizeMs === undefined ? 0 : period('sizeMs', sizeMs),
    everyMs: everyMs === undefined ? 0 : period('everyMs', everyMs),
    gapMs: gapMs === undefined ? 0 : period('gapMs', gapMs),
    latenessMs: duration('latenessMs', latenessMs ?? 0),
    idleMs: duration('idleMs', idleMs ?? Infinity),
    maxHeld: count('maxHeld', options.maxHeld ?? 100_000, 1),
    clock: clockOf(options),
    timeOf: optional('timeOf', timeOf),
    keyOf: optional('keyOf', options.keyOf),
    onLate: optional('onLate', options.onLate),
  };
};
