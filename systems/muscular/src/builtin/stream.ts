import { refuseIfDone } from '../work.ts';
import { type ItemWork, type Items, iteratorOf } from './items.ts';

/** How a stream of items becomes another. */
export interface Stage<T, U> {
  /** What comes of an item. */
  readonly of: (item: T, index: number) => U | Promise<U>;
  /** How many items may be worked on at once. */
  readonly concurrency: number;
}

/** Resolves when one of the promises has settled, or the signal aborts; leaves nothing behind. */
const anySettled = (promises: readonly Promise<unknown>[], signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const wake = (): void => {
      signal.removeEventListener('abort', wake);
      resolve();
    };
    for (const promise of promises) promise.then(wake, wake);
    if (signal.aborted) wake();
    else signal.addEventListener('abort', wake, { once: true });
  });

/** The source of a stage, and what is being worked on. */
class Ahead<T, U> {
  readonly #source: Iterator<T> | AsyncIterator<T>;
  readonly #isAsync: boolean;
  readonly #of: Stage<T, U>['of'];
  /** What comes of the items that were read and not given on, in order. */
  readonly results: Promise<U>[] = [];
  /** A read that the source has not answered yet. */
  reading: Promise<void> | undefined;
  ended = false;
  #index = 0;

  constructor(items: Items<T>, of: Stage<T, U>['of']) {
    this.#source = iteratorOf(items);
    this.#isAsync = Symbol.asyncIterator in items;
    this.#of = of;
  }

  /** Reads an item: at once from a list, in the background from a stream. */
  read(): void {
    let next: IteratorResult<T> | Promise<IteratorResult<T>>;
    try {
      next = this.#source.next();
    } catch (error) {
      return this.#fail(error);
    }
    if (!this.#isAsync) return this.#take(next as IteratorResult<T>);
    this.reading = Promise.resolve(next).then(
      (result) => this.#take(result),
      (error: unknown) => this.#fail(error),
    );
  }

  #take({ done, value }: IteratorResult<T>): void {
    this.reading = undefined;
    if (done === true) this.ended = true;
    else this.#add(this.#start(value as T, this.#index++));
  }

  /** What the source throws is told after the items before it. */
  #fail(error: unknown): void {
    this.reading = undefined;
    this.ended = true;
    this.#add(this.#refuse(error));
  }

  async #refuse(error: unknown): Promise<never> {
    throw error;
  }

  #add(result: Promise<U>): void {
    // Its failure is told when its turn comes.
    result.catch(() => {});
    this.results.push(result);
  }

  async #start(item: T, index: number): Promise<U> {
    return this.#of(item, index);
  }

  /** Closes the source, unless it has come to its end. */
  async close(): Promise<void> {
    if (this.ended) return;
    const closing = this.#source.return?.();
    // A generator that is still being read closes only after its answer, which may never come.
    if (this.reading === undefined) await closing;
    else void Promise.resolve(closing).catch(() => {});
  }
}

/**
 * Items, worked on lazily and in order: nothing is read before somebody asks, and never more than `concurrency` items
 * ahead. Closes the source when the reader stops; fails when the caller gives up.
 */
export async function* staged<T, U>(
  items: Items<T>,
  { of, concurrency }: Stage<T, U>,
  work: ItemWork,
): AsyncGenerator<U> {
  const ahead = new Ahead(items, of);
  const { results } = ahead;
  try {
    for (;;) {
      refuseIfDone(work.context, undefined);
      while (!ahead.ended && ahead.reading === undefined && results.length < concurrency) ahead.read();
      const [first] = results;
      if (ahead.reading !== undefined) {
        let isReady = false;
        const mark = (): void => void (isReady = true);
        const readied = first?.then(mark, mark);
        await anySettled([ahead.reading, ...(readied === undefined ? [] : [readied])], work.signal);
        if (!isReady) continue;
      }
      if (first === undefined) return;
      results.shift();
      yield await first;
    }
  } finally {
    await ahead.close();
  }
}
