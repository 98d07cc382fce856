import { OptionError } from '@organism/cell';
import { ClosedError } from '../errors.ts';
import { checkSource, ended, type Operator, type Source, type Step, Upstream } from './source.ts';
import { loops, Stage, type StageOptions } from './stage.ts';

/**
 * A Web stream that reads its source when its own reader does, and closes it when that cancels.
 *
 * @param options.highWaterMark How many values it reads ahead. Default 0.
 * @see https://streams.spec.whatwg.org/#rs-class
 */
export const toReadableStream = <T>(
  source: Source<T>,
  options: { readonly highWaterMark?: number } = {},
): ReadableStream<T> => {
  const upstream = new Upstream(checkSource(source));
  return new ReadableStream<T>(
    {
      pull: async (controller) => {
        const step = await upstream.next();
        if (step.done === true) controller.close();
        else controller.enqueue(step.value);
      },
      cancel: () => upstream.close(),
    },
    { highWaterMark: options.highWaterMark ?? 0 },
  );
};

class FromReadable<T> extends Stage<T> {
  readonly #reader: ReadableStreamDefaultReader<T>;
  #isOver = false;

  constructor(stream: ReadableStream<T>, stage: StageOptions) {
    super(stage);
    this.#reader = stream.getReader();
  }

  protected override async pull(): Promise<Step<T>> {
    try {
      const step = await this.#reader.read();
      if (!step.done) return step;
      this.#isOver = true;
      return ended;
    } catch (error) {
      this.#isOver = true;
      throw error;
    }
  }

  protected override async close(): Promise<void> {
    if (!this.#isOver) await this.#reader.cancel();
    this.#reader.releaseLock();
  }
}

/**
 * A Web stream as a sequence, also where it is none by itself; cancelled when its reader leaves, even while that waits. It can be
 * read once.
 */
export const fromReadableStream = <T>(stream: ReadableStream<T>, options: StageOptions = {}): AsyncIterable<T> => {
  if (typeof (stream as Partial<ReadableStream<T>> | undefined)?.getReader !== 'function')
    throw new OptionError('stream', 'a ReadableStream', stream);
  return loops(() => new FromReadable(stream, options));
};

interface Parcel<T> {
  readonly value: T;
  readonly taken: () => void;
}

/** What a writer writes, for an operator to read: each write is done when its value is read. */
class Hatch<T> implements AsyncIterableIterator<T, undefined> {
  #parcel: Parcel<T> | undefined;
  #reader: PromiseWithResolvers<Step<T>> | undefined;
  #last: { readonly error?: unknown } | undefined;
  readonly #left = Promise.withResolvers<never>();

  constructor() {
    this.#left.promise.catch(() => {});
  }

  write(value: T): Promise<void> {
    const reader = this.#reader;
    this.#reader = undefined;
    if (reader !== undefined) {
      reader.resolve({ done: false, value });
      return Promise.resolve();
    }
    const written = new Promise<void>((taken) => void (this.#parcel = { value, taken }));
    return Promise.race([written, this.#left.promise]);
  }

  end(last: { readonly error?: unknown }): void {
    this.#last = last;
    if ('error' in last) this.#reader?.reject(last.error);
    else this.#reader?.resolve(ended);
    this.#reader = undefined;
  }

  /** Nobody reads any more. */
  leave(reason: unknown): void {
    this.end({});
    this.#left.reject(reason);
  }

  next(): Promise<Step<T>> {
    const parcel = this.#parcel;
    this.#parcel = undefined;
    if (parcel !== undefined) {
      parcel.taken();
      return Promise.resolve({ done: false, value: parcel.value });
    }
    if (this.#last !== undefined)
      return 'error' in this.#last ? Promise.reject(this.#last.error as Error) : Promise.resolve(ended);
    this.#reader = Promise.withResolvers<Step<T>>();
    return this.#reader.promise;
  }

  return(): Promise<Step<T>> {
    this.end({});
    return Promise.resolve(ended);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/**
 * An operator as a Web transform, for `readable.pipeThrough(…)`. A write is done when the operator has read the value, so
 * backpressure goes through; aborting one side ends the other.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { batch, collect, fromReadableStream, toReadableStream, toTransformStream } from '@organism/circulatory/streams';
 *
 * const pairs = toReadableStream([1, 2, 3]).pipeThrough(toTransformStream(batch<number>({ size: 2 })));
 * assert.deepEqual(await collect(fromReadableStream(pairs)), [[1, 2], [3]]);
 * ```
 * @see https://streams.spec.whatwg.org/#generictransformstream
 */
export const toTransformStream = <In, Out>(
  operator: Operator<In, Out>,
): { readonly readable: ReadableStream<Out>; readonly writable: WritableStream<In> } => {
  const hatch = new Hatch<In>();
  const output = new Upstream(operator(hatch));
  let control: WritableStreamDefaultController | undefined;
  const leave = (reason: unknown): void => {
    control?.error(reason);
    hatch.leave(reason);
  };
  const writable = new WritableStream<In>({
    start: (controller) => void (control = controller),
    write: (value) => hatch.write(value),
    close: () => hatch.end({}),
    abort: (error: unknown) => hatch.end({ error }),
  });
  const readable = new ReadableStream<Out>(
    {
      pull: async (controller) => {
        try {
          const step = await output.next();
          if (step.done !== true) {
            controller.enqueue(step.value);
            return;
          }
          controller.close();
          // An operator that wants no more, such as `take`, ends what is written too; after the writer's own end this does nothing.
          leave(new ClosedError('The stream', 'take more'));
        } catch (error) {
          leave(error);
          throw error;
        }
      },
      cancel: async (reason: unknown) => {
        leave(reason);
        await output.close();
      },
    },
    { highWaterMark: 0 },
  );
  return { readable, writable };
};
