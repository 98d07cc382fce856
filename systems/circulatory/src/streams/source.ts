import { OptionError } from '@organism/cell';

/** What a stream reads from: an asynchronous sequence, or a plain one. */
export type Source<T> = AsyncIterable<T> | Iterable<T>;

/**
 * Turns one sequence into another. Each loop over the result begins a loop of its own over the source, and ends it, so that
 * a source that can be read again, such as one of {@link defer}, is.
 */
export type Operator<In, Out> = (source: Source<In>) => AsyncIterable<Out>;

/** An iterator's step: a value or the end. */
export type Step<T> = IteratorResult<T, undefined>;

/** The end of a sequence. */
export const ended: IteratorReturnResult<undefined> = Object.freeze({ done: true, value: undefined });

/** @throws {OptionError} when it is none. */
export const checkSource = <T>(source: Source<T>): Source<T> => {
  const given = source as Partial<AsyncIterable<T> & Iterable<T>> | null | undefined;
  if (typeof given?.[Symbol.asyncIterator] !== 'function' && typeof given?.[Symbol.iterator] !== 'function')
    throw new OptionError('source', 'an asynchronous or plain iterable', source);
  return source;
};

const open = <T>(source: Source<T>): AsyncIterator<T> | Iterator<T> =>
  Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();

/** An iterator that is pulled one value at a time, and closed once. */
export class Upstream<T> {
  readonly #iterator: AsyncIterator<T> | Iterator<T>;
  readonly #isAsync: boolean;
  #isPulling = false;
  #isDone = false;

  constructor(source: Source<T>) {
    this.#isAsync = Symbol.asyncIterator in source;
    this.#iterator = open(source);
  }

  /** The next value. Not to be called while one is on its way. */
  next(): Promise<Step<T>> {
    if (this.#isDone) return Promise.resolve(ended);
    this.#isPulling = true;
    try {
      const step = this.#iterator.next();
      // A plain sequence may hold promises, which `for await` waits for.
      return (this.#isAsync ? (step as Promise<IteratorResult<T>>) : settle(step as IteratorResult<T>)).then(
        this.#arrived,
        this.#failed,
      );
    } catch (error) {
      return Promise.resolve(error).then(this.#failed);
    }
  }

  readonly #arrived = (step: IteratorResult<T>): Step<T> => {
    this.#isPulling = false;
    if (step.done !== true) return step;
    this.#isDone = true;
    return ended;
  };

  readonly #failed = (error: unknown): never => {
    this.#isPulling = false;
    this.#isDone = true;
    throw error;
  };

  /**
   * Lets the source go. Waits for its clean-up, unless a value is on its way: a generator that waits for something can't
   * be ended before that comes, and its reader need not wait for it.
   */
  async close(): Promise<void> {
    if (this.#isDone) return;
    this.#isDone = true;
    const closing = Promise.resolve(this.#iterator.return?.());
    if (this.#isPulling) closing.catch(() => {});
    else await closing;
  }
}

const settle = async <T>(step: IteratorResult<T>): Promise<IteratorResult<T>> =>
  step.done === true ? step : { done: false, value: await step.value };
