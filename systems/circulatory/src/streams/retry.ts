import { type Clock, type Entropy, type Timer } from '@organism/cell';
import { type Backoff, exponential, isRetryable } from '@organism/homeostasis';
import { count } from '../heart/check.ts';
import { checkFunction, clockOf, entropyOf, type TimedOptions } from './options.ts';
import { checkSource, ended, type Operator, type Source, type Step, Upstream } from './source.ts';
import { loops, Stage, type StageOptions } from './stage.ts';

/** Options of {@link retry}. */
export interface StreamRetryOptions extends TimedOptions {
  /** How often in a row the source is begun again without a value in between. Default 5; Infinity: for ever. */
  readonly retries?: number;
  /** Default: `exponential({ baseMs: 100, maxMs: 30_000 })` of `@organism/homeostasis`, with full jitter. */
  readonly backoff?: Backoff;
  /** Whether an error is worth another try. Default: `isRetryable` of `@organism/homeostasis`. */
  readonly when?: (error: unknown, failed: number) => boolean;
  readonly entropy?: Entropy;
}

interface Settings {
  readonly retries: number;
  readonly backoff: Backoff;
  readonly when: (error: unknown, failed: number) => boolean;
  readonly clock: Clock;
  readonly entropy: Entropy;
}

class Retried<T> extends Stage<T> {
  readonly #source: Source<T>;
  readonly #settings: Settings;
  #upstream: Upstream<T> | undefined;
  #timer: Timer | undefined;
  #failed = 0;
  #waitedMs = 0;

  constructor(source: Source<T>, settings: Settings, stage: StageOptions) {
    super(stage);
    this.#source = source;
    this.#settings = settings;
  }

  protected override async pull(): Promise<Step<T>> {
    for (;;) {
      try {
        this.#upstream ??= new Upstream(this.#source);
        const step = await this.#upstream.next();
        this.#failed = this.#waitedMs = 0;
        return step;
      } catch (error) {
        const { retries, when } = this.#settings;
        this.#upstream = undefined;
        this.#failed += 1;
        if (this.#failed > retries || !when(error, this.#failed)) throw error;
        await this.#wait();
        if (this.hasEnded) return ended;
      }
    }
  }

  #wait(): Promise<void> {
    const { backoff, clock, entropy } = this.#settings;
    this.#waitedMs = Math.max(0, backoff(this.#failed, this.#waitedMs, entropy));
    return new Promise((resolve) => void (this.#timer = clock.setTimeout(resolve, this.#waitedMs)));
  }

  protected override close(): Promise<void> | undefined {
    this.#timer?.[Symbol.dispose]();
    return this.#upstream?.close();
  }
}

/**
 * Begins its source again when that fails, after a backoff. Needs one that can be begun again: an array, a
 * {@link defer}, operators on those; a generator object that has failed is only over. What was read before the failure has
 * been given, so a source that begins at its beginning gives it again: let `defer` begin where the last one ended.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { constant } from '@organism/homeostasis';
 * import { collect, defer, pipe, retry } from '@organism/circulatory/streams';
 *
 * let next = 1;
 * const feed = defer(async function* () {
 *   for (; next <= 4; next += 1) {
 *     yield next;
 *     if (next === 2) throw new Error(`lost the connection after ${next++}`);
 *   }
 * });
 * assert.deepEqual(await collect(pipe(feed, retry({ backoff: constant(1) }))), [1, 2, 3, 4]);
 * ```
 */
export const retry = <T>(options: StreamRetryOptions = {}): Operator<T, T> => {
  const settings: Settings = {
    retries: count('retries', options.retries ?? 5, 0),
    backoff: checkFunction('backoff', options.backoff ?? exponential({ baseMs: 100, maxMs: 30_000 })),
    when: checkFunction('when', options.when ?? isRetryable),
    clock: clockOf(options),
    entropy: entropyOf(options),
  };
  return (source) => {
    checkSource(source);
    return loops(() => new Retried(source, settings, options));
  };
};

/** A source that is made anew for each loop. */
export const defer = <T>(open: () => Source<T>): AsyncIterable<T> => {
  checkFunction('open', open);
  return {
    [Symbol.asyncIterator]: () => {
      const upstream = new Upstream(checkSource(open()));
      return {
        next: () => upstream.next(),
        return: async () => {
          await upstream.close();
          return ended;
        },
      };
    },
  };
};
