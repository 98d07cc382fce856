import { type Clock, type Timer } from '@organism/cell';
import { period, whole } from '../heart/check.ts';
import { clockOf, type TimedOptions } from './options.ts';
import { checkSource, ended, type Operator, type Source, type Step, Upstream } from './source.ts';
import { loops, Stage, type StageOptions } from './stage.ts';

/** Options of {@link pace}. */
export interface PaceOptions extends TimedOptions {
  /** How many values may pass in each interval. Default 1. */
  readonly amount?: number;
  /** In milliseconds. */
  readonly intervalMs: number;
}

class Paced<T> extends Stage<T> {
  readonly #upstream: Upstream<T>;
  readonly #clock: Clock;
  readonly #amount: number;
  readonly #intervalMs: number;
  /** When the last values passed, as many as may pass in an interval; a ring. */
  readonly #passed: number[] = [];
  #next = 0;
  #timer: Timer | undefined;

  constructor(source: Source<T>, options: { amount: number; intervalMs: number; clock: Clock }, stage: StageOptions) {
    super(stage);
    this.#upstream = new Upstream(source);
    this.#amount = options.amount;
    this.#intervalMs = options.intervalMs;
    this.#clock = options.clock;
  }

  protected override async pull(): Promise<Step<T>> {
    for (let waitMs = this.#waitMs(); waitMs > 0; waitMs = this.#waitMs())
      await new Promise<void>((resolve) => void (this.#timer = this.#clock.setTimeout(resolve, waitMs)));
    if (this.hasEnded) return ended;
    const step = await this.#upstream.next();
    if (step.done === true) return step;
    this.#passed[this.#next] = this.#clock.monotonic();
    this.#next = (this.#next + 1) % this.#amount;
    return step;
  }

  #waitMs(): number {
    return (this.#passed[this.#next] ?? -Infinity) + this.#intervalMs - this.#clock.monotonic();
  }

  protected override close(): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    return this.#upstream.close();
  }
}

/**
 * Slows its source down: in no interval, wherever it begins, do more than `amount` values pass. Loses none.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 */
export const pace = <T>(options: PaceOptions): Operator<T, T> => {
  const settings = {
    amount: whole('amount', options.amount ?? 1, 1),
    intervalMs: period('intervalMs', options.intervalMs),
    clock: clockOf(options),
  };
  return (source) => {
    checkSource(source);
    return loops(() => new Paced(source, settings, options));
  };
};
