import { count, duration } from '../heart/check.ts';
import { type Clock, OptionError, type Timer } from '@organism/cell';
import { Intake } from './intake.ts';
import { clockOf, type TimedOptions } from './options.ts';
import { Outlet } from './outlet.ts';
import { checkSource, type Operator, type Source } from './source.ts';
import { loops, type StageOptions } from './stage.ts';

/** Options of {@link batch}. At least one of `size` and `lingerMs` is needed. */
export interface BatchOptions extends TimedOptions {
  /** Most values of a batch. Default: no limit. */
  readonly size?: number;
  /** How long a batch waits for more, from its first value on, in milliseconds. Default: until it is full. */
  readonly lingerMs?: number;
}

class Batched<T> extends Outlet<readonly T[]> {
  readonly #intake: Intake<T>;
  readonly #size: number;
  readonly #lingerMs: number;
  readonly #clock: Clock;
  #values: T[] = [];
  #timer: Timer | undefined;
  #isLate = false;

  constructor(source: Source<T>, options: { size: number; lingerMs: number; clock: Clock }, stage: StageOptions) {
    super(stage);
    this.#size = options.size;
    this.#lingerMs = options.lingerMs;
    this.#clock = options.clock;
    this.#intake = new Intake(source, {
      value: (value) => this.#add(value),
      end: () => this.#last({}),
      error: (error) => this.#last({ error }),
    });
  }

  #add(value: T): void {
    this.#values.push(value);
    if (this.#values.length === 1 && this.#lingerMs !== Infinity)
      this.#timer = this.#clock.setTimeout(() => this.#late(), this.#lingerMs);
    this.#step();
  }

  #late(): void {
    this.#isLate = true;
    this.#step();
  }

  #step(): void {
    if (!this.isHungry) return;
    if (this.#values.length >= this.#size || this.#isLate) this.#flush();
    else this.#intake.ask();
  }

  #flush(): void {
    this.#timer?.[Symbol.dispose]();
    this.#isLate = false;
    const values = this.#values;
    this.#values = [];
    if (values.length > 0) this.put(values);
  }

  #last(last: { readonly error?: unknown }): void {
    this.#flush();
    this.finish(last);
  }

  protected override wanted(): void {
    this.#step();
  }

  protected override close(): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    return this.#intake.close();
  }
}

/**
 * Gathers values into arrays: of at most `size`, and none waits longer than `lingerMs` for its array while somebody reads.
 * Reads its source only while its reader waits, and at most one value beyond the array that it gave last. What was gathered
 * before an error is given before it.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 */
export const batch = <T>(options: BatchOptions): Operator<T, readonly T[]> => {
  if (options.size === undefined && options.lingerMs === undefined)
    throw new OptionError('size', 'given where lingerMs is not', options.size);
  const size = count('size', options.size ?? Infinity, 1);
  const lingerMs = duration('lingerMs', options.lingerMs ?? Infinity);
  const settings = { size, lingerMs, clock: clockOf(options) };
  return (source) => {
    checkSource(source);
    return loops(() => new Batched(source, settings, options));
  };
};
