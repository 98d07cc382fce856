import { whole } from '../heart/check.ts';
import { Fifo } from '../memory/fifo.ts';
import { Aborter } from './aborter.ts';
import { Intake } from './intake.ts';
import { checkFunction } from './options.ts';
import { Outlet } from './outlet.ts';
import { serial } from './serial.ts';
import { checkSource, type Operator, type Source } from './source.ts';
import { loops, type StageOptions } from './stage.ts';

/** What a mapper gets besides the value. */
export interface MapScope {
  /** Which value it is, from 0. */
  readonly index: number;
  /** Aborts when nobody wants the result any more. */
  readonly signal: AbortSignal;
}

/** Turns a value into another, now or later. */
export type Mapper<In, Out> = (value: In, scope: MapScope) => Out | PromiseLike<Out>;

/** Options of {@link map}. */
export interface MapOptions extends StageOptions {
  /** How many values may be in work or wait for the reader, read ahead of demand. Default 1: none is read ahead. */
  readonly concurrency?: number;
  /** Whether results come in the order of their values (default), or as they are done. */
  readonly ordered?: boolean;
}

class Scope implements MapScope {
  readonly index: number;
  readonly #aborter: Aborter;

  constructor(index: number, aborter: Aborter) {
    this.index = index;
    this.#aborter = aborter;
  }

  get signal(): AbortSignal {
    return this.#aborter.signal;
  }
}

interface Work<T> {
  outcome: { readonly value: T } | undefined;
}

class Concurrent<In, Out> extends Outlet<Out> {
  readonly #intake: Intake<In>;
  readonly #mapper: Mapper<In, Out>;
  readonly #concurrency: number;
  readonly #ordered: boolean;
  readonly #aborter = new Aborter();
  /** In the order of the values; done ones stay until their turn. */
  readonly #queue = new Fifo<Work<Out>>();
  #head: Work<Out> | undefined;
  #running = 0;
  #index = 0;

  constructor(
    source: Source<In>,
    mapper: Mapper<In, Out>,
    options: Required<Omit<MapOptions, 'signal'>>,
    stage: StageOptions,
  ) {
    super(stage);
    this.#mapper = mapper;
    this.#concurrency = options.concurrency;
    this.#ordered = options.ordered;
    this.#intake = new Intake(source, {
      value: (value) => this.#begin(value),
      end: () => this.#settle(),
      error: (error) => this.#stop(error),
    });
  }

  protected override wanted(): void {
    this.#ask();
  }

  protected override taken(): void {
    this.#ask();
  }

  #ask(): void {
    const inWork = this.#ordered ? this.#queue.size + (this.#head === undefined ? 0 : 1) : this.#running;
    if (inWork + this.waiting < this.#concurrency && !this.isLast) this.#intake.ask();
  }

  #begin(value: In): void {
    const work: Work<Out> = { outcome: undefined };
    if (this.#ordered) this.#queue.push(work);
    this.#running += 1;
    void this.#run(value, work);
    this.#ask();
  }

  async #run(value: In, work: Work<Out>): Promise<void> {
    try {
      work.outcome = { value: await this.#mapper(value, new Scope(this.#index++, this.#aborter)) };
      this.#running -= 1;
      if (this.hasEnded || this.isLast) return;
      if (this.#ordered) this.#flush();
      else this.put(work.outcome.value);
    } catch (error) {
      this.#running -= 1;
      this.#stop(error);
    }
    this.#ask();
    this.#settle();
  }

  #flush(): void {
    for (;;) {
      this.#head ??= this.#queue.shift();
      const outcome = this.#head?.outcome;
      if (outcome === undefined) return;
      this.#head = undefined;
      this.put(outcome.value);
    }
  }

  #stop(error: unknown): void {
    this.#aborter.abort();
    this.finish({ error });
  }

  #settle(): void {
    if (!this.#intake.isOpen && this.#running === 0) this.finish();
  }

  protected override close(): Promise<void> {
    this.#aborter.abort();
    return this.#intake.close();
  }
}

const one = <In, Out>(mapper: Mapper<In, Out>, options: StageOptions): Operator<In, Out> =>
  serial<In, Out>((aborter) => {
    let index = 0;
    return { map: (value) => mapper(value, new Scope(index++, aborter)) };
  }, options);

/**
 * Turns each value into another; with `concurrency` several at a time.
 *
 * After a failure no further value is begun, and the signal of those at work aborts. The reader gets what was ready for it,
 * then the error.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { sleep, systemClock } from '@organism/cell';
 * import { collect, map, pipe } from '@organism/circulatory/streams';
 *
 * const slowFirst = async (ms: number) => {
 *   await sleep(systemClock, ms);
 *   return ms;
 * };
 * assert.deepEqual(await collect(pipe([20, 1], map(slowFirst, { concurrency: 2 }))), [20, 1]);
 * assert.deepEqual(await collect(pipe([20, 1], map(slowFirst, { concurrency: 2, ordered: false }))), [1, 20]);
 * ```
 */
export const map = <In, Out>(mapper: Mapper<In, Out>, options: MapOptions = {}): Operator<In, Out> => {
  checkFunction('mapper', mapper);
  const concurrency = whole('concurrency', options.concurrency ?? 1, 1);
  if (concurrency === 1) return one(mapper, options);
  const settings = { concurrency, ordered: options.ordered ?? true };
  return (source) => {
    checkSource(source);
    return loops(() => new Concurrent(source, mapper, settings, options));
  };
};
