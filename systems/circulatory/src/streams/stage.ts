import { CancelledError } from '@organism/cell';
import { Fifo } from '../memory/fifo.ts';
import { ended, type Step } from './source.ts';

/** Options of every operator. */
export interface StageOptions {
  /** Ends the stream: its reader gets a `CancelledError`, and all sources are closed. */
  readonly signal?: AbortSignal;
}

/**
 * One loop over an operator's result: an asynchronous iterator that pulls only when its reader does, and that its reader
 * can end at any time, also while it waits for a value.
 */
export abstract class Stage<T> implements AsyncIterableIterator<T, undefined>, AsyncDisposable {
  /** The one that is waited for, and those that have asked after it, which is rare. */
  #reader: PromiseWithResolvers<Step<T>> | undefined;
  readonly #readers = new Fifo<PromiseWithResolvers<Step<T>>>();
  readonly #signal: AbortSignal | undefined;
  #hasEnded = false;
  #failure: { readonly error: unknown } | undefined;

  constructor({ signal }: StageOptions = {}) {
    this.#signal = signal;
    // Deferred, since who derives from this has yet to get its fields.
    if (signal?.aborted === true) queueMicrotask(this.#aborted);
    else signal?.addEventListener('abort', this.#aborted, { once: true });
  }

  /** The next value or the end. Called when a reader asks, and not again before it has answered. */
  protected abstract pull(): Promise<Step<T>>;

  /** Lets go of sources and timers. Called once, at the end, however that comes. */
  protected abstract close(): Promise<void> | undefined;

  /** Whether it is over: no reader gets anything any more. */
  protected get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** The next value. Readers that ask at once get values in the order in which they asked. */
  next(): Promise<Step<T>> {
    if (this.#hasEnded) return this.#afterEnd();
    const reader = Promise.withResolvers<Step<T>>();
    const isFirst = this.#reader === undefined;
    if (isFirst) this.#reader = reader;
    else this.#readers.push(reader);
    if (this.#signal?.aborted === true) this.#aborted();
    else if (isFirst) this.#advance();
    return reader.promise;
  }

  #afterEnd(): Promise<Step<T>> {
    const failure = this.#failure;
    this.#failure = undefined;
    return failure === undefined ? Promise.resolve(ended) : Promise.reject(failure.error as Error);
  }

  #advance(): void {
    try {
      this.pull().then(this.#give, this.#caught);
    } catch (error) {
      this.#caught(error);
    }
  }

  readonly #give = (step: Step<T>): void => {
    if (this.#hasEnded) return;
    if (step.done === true) {
      void this.#end().then(
        () => this.#finish(),
        (error: unknown) => this.#finish({ error }),
      );
      return;
    }
    const reader = this.#reader;
    this.#reader = this.#readers.size === 0 ? undefined : this.#readers.shift();
    reader?.resolve(step);
    if (this.#reader !== undefined) this.#advance();
  };

  readonly #caught = (error: unknown): void => void this.fail(error);

  readonly #aborted = (): void => {
    void this.fail(new CancelledError('The stream was cancelled.', { cause: this.#signal?.reason }));
  };

  /** Ends with an error, which goes to the reader that waits or the next one. What closing throws is less telling. */
  protected async fail(thrown: unknown): Promise<void> {
    if (this.#hasEnded) return;
    await Promise.allSettled([this.#end()]);
    this.#finish({ error: thrown });
  }

  async #end(): Promise<void> {
    this.#hasEnded = true;
    this.#signal?.removeEventListener('abort', this.#aborted);
    await this.close();
  }

  #finish(failure?: { readonly error: unknown }): void {
    const first = this.#reader;
    this.#reader = undefined;
    if (first === undefined) this.#failure = failure;
    else if (failure === undefined) first.resolve(ended);
    else first.reject(failure.error);
    for (let reader = this.#readers.shift(); reader !== undefined; reader = this.#readers.shift())
      reader.resolve(ended);
  }

  /** Ends it and closes its sources; what is on its way comes to nothing. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    if (this.#hasEnded) return ended;
    const closing = this.#end();
    this.#finish();
    await closing;
    return ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** A sequence that begins anew with each loop. */
export const loops = <T>(open: () => AsyncIterator<T, undefined>): AsyncIterable<T, undefined> => ({
  [Symbol.asyncIterator]: open,
});
