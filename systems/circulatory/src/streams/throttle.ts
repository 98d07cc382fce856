import type { Clock, Timer } from '@organism/cell';
import { oneOf, period } from '../heart/check.ts';
import { Intake } from './intake.ts';
import { clockOf, type TimedOptions } from './options.ts';
import { Outlet } from './outlet.ts';
import { checkSource, type Operator, type Source } from './source.ts';
import { loops, type StageOptions } from './stage.ts';

/** A stage that reads its source at the source's own pace, and keeps one value for a reader that is behind: the latest. */
abstract class Latest<T> extends Outlet<T> {
  readonly #intake: Intake<T>;
  protected readonly clock: Clock;
  protected timer: Timer | undefined;

  constructor(source: Source<T>, clock: Clock, stage: StageOptions) {
    super(stage);
    this.clock = clock;
    this.#intake = new Intake(source, {
      value: (value) => {
        this.came(value);
        this.#intake.ask();
      },
      end: () => {
        this.flush();
        this.finish();
      },
      error: (error) => this.finish({ error }),
    });
  }

  /** A value has come. */
  protected abstract came(value: T): void;

  /** The source has ended: gives what is held back. */
  protected abstract flush(): void;

  protected give(value: T): void {
    if (this.waiting > 0) this.unput();
    this.put(value);
  }

  protected override wanted(): void {
    this.#intake.ask();
  }

  protected override close(): Promise<void> {
    this.timer?.[Symbol.dispose]();
    return this.#intake.close();
  }
}

class Debounced<T> extends Latest<T> {
  readonly #quietMs: number;
  #held: { readonly value: T } | undefined;

  constructor(source: Source<T>, quietMs: number, clock: Clock, stage: StageOptions) {
    super(source, clock, stage);
    this.#quietMs = quietMs;
  }

  protected override came(value: T): void {
    this.#held = { value };
    this.timer?.[Symbol.dispose]();
    this.timer = this.clock.setTimeout(() => this.flush(), this.#quietMs);
  }

  protected override flush(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.give(held.value);
  }
}

/** Options of {@link debounce}. */
export interface DebounceOptions extends TimedOptions {
  /** How long no other value must come, in milliseconds. */
  readonly quietMs: number;
}

/**
 * Gives a value when no other has come for a while, and the last one at the end. Once read from, it reads its source at the
 * source's own pace; a reader that is behind gets the latest.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 */
export const debounce = <T>(options: DebounceOptions): Operator<T, T> => {
  const quietMs = period('quietMs', options.quietMs);
  return (source) => {
    checkSource(source);
    return loops(() => new Debounced(source, quietMs, clockOf(options), options));
  };
};

/** Which values {@link throttle} keeps: the first of each interval, its last, or both. */
export type ThrottleEdge = 'leading' | 'trailing' | 'both';

/** Options of {@link throttle}. */
export interface ThrottleOptions extends TimedOptions {
  /** At most one value per so many milliseconds. */
  readonly intervalMs: number;
  /** Default `leading`: the first of each interval. An interval begins with a value. */
  readonly edge?: ThrottleEdge;
}

class Throttled<T> extends Latest<T> {
  readonly #intervalMs: number;
  readonly #edge: ThrottleEdge;
  #isClosed = false;
  #held: { readonly value: T } | undefined;

  constructor(
    source: Source<T>,
    options: { intervalMs: number; edge: ThrottleEdge; clock: Clock },
    stage: StageOptions,
  ) {
    super(source, options.clock, stage);
    this.#intervalMs = options.intervalMs;
    this.#edge = options.edge;
  }

  protected override came(value: T): void {
    if (!this.#isClosed) {
      if (this.#edge === 'trailing') this.#held = { value };
      else this.give(value);
      this.#begin();
    } else if (this.#edge !== 'leading') this.#held = { value };
  }

  #begin(): void {
    this.#isClosed = true;
    this.timer = this.clock.setTimeout(() => {
      this.#isClosed = false;
      const held = this.#held;
      this.flush();
      if (held !== undefined) this.#begin();
    }, this.#intervalMs);
  }

  protected override flush(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.give(held.value);
  }
}

/**
 * Gives at most one value per interval and drops the others. Once read from, it reads its source at the source's own pace; a
 * reader that is behind gets the latest. To slow a source down without losing values: {@link pace}.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 */
export const throttle = <T>(options: ThrottleOptions): Operator<T, T> => {
  const settings = {
    intervalMs: period('intervalMs', options.intervalMs),
    edge: oneOf('edge', options.edge ?? 'leading', ['leading', 'trailing', 'both']),
    clock: clockOf(options),
  };
  return (source) => {
    checkSource(source);
    return loops(() => new Throttled(source, settings, options));
  };
};
