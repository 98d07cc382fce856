/** What ends a subscription, in the forms that are common. */
export type Stop = (() => void) | { unsubscribe(): void } | Disposable;

/**
 * Something that gives values as they come: a topic of an `EventBus` (`bus.topic('quake.seen')`), a {@link Feed}, any
 * observable or store with `subscribe`, or an asynchronous sequence.
 */
export type DataSource<T> =
  | { on(listener: (value: T) => void): Stop }
  | { subscribe(listener: (value: T) => void): Stop }
  | AsyncIterable<T>;

const stopping = (stop: Stop): (() => void) => {
  if (typeof stop === 'function') return stop;
  return 'unsubscribe' in stop ? () => stop.unsubscribe() : () => stop[Symbol.dispose]();
};

/** Reads a sequence until it ends or nobody listens any more. */
const readAll = <T>(
  sequence: AsyncIterable<T>,
  next: (value: T) => void,
  fail: (error: unknown) => void,
): (() => void) => {
  const iterator = sequence[Symbol.asyncIterator]();
  const ending = new AbortController();
  const { signal } = ending;
  const run = async (): Promise<void> => {
    try {
      for (;;) {
        const { done, value } = await iterator.next();
        if (done === true || signal.aborted) return;
        next(value);
      }
    } catch (error) {
      if (!signal.aborted) fail(error);
    }
  };
  void run();
  return () => {
    ending.abort();
    void Promise.resolve(iterator.return?.()).catch(() => {});
  };
};

/**
 * Listens to a source. Returns what ends that.
 *
 * @throws {TypeError} when it is no source.
 */
export const listenTo = <T>(
  source: DataSource<T>,
  next: (value: T) => void,
  fail: (error: unknown) => void,
): (() => void) => {
  if (typeof source === 'object' && source !== null) {
    if ('on' in source && typeof source.on === 'function') return stopping(source.on((value) => next(value)));
    if ('subscribe' in source && typeof source.subscribe === 'function')
      return stopping(source.subscribe((value) => next(value)));
    if (Symbol.asyncIterator in source) return readAll(source, next, fail);
  }
  throw new TypeError('A source must have on(), subscribe() or be an asynchronous sequence.');
};

/**
 * A source that is fed by a callback, such as the `onMessage` of a `CapillaryClient`.
 *
 * @example
 * ```ts browser
 * import { bindData, Feed, latest } from '@organism/skin-elements/bind-data';
 * import { StatCell } from '@organism/skin-elements/stat';
 *
 * const stat = new StatCell();
 * const feed = new Feed<{ magnitude: number }>();
 * bindData(stat, 'value', feed, { take: latest(({ magnitude }) => magnitude.toFixed(1)) });
 * feed.push({ magnitude: 4.2 });
 * ```
 */
export class Feed<T> {
  readonly #listeners = new Set<(value: T) => void>();
  readonly #read: (data: unknown) => T;

  /** @param read Makes a value of what `receive` is given, or throws; what comes is taken as it is by default. */
  constructor(read: (data: unknown) => T = (data) => data as T) {
    this.#read = read;
  }

  /** Gives what came from elsewhere to all who listen, once it is read. It may be handed on as a callback by itself. */
  readonly receive = (data: unknown): void => this.push(this.#read(data));

  /** Gives a value to all who listen. */
  push(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }

  /** Listens, until the function that it returns is called. */
  subscribe(listener: (value: T) => void): () => void {
    // Its own, so that the same function may listen twice.
    const own = (value: T): void => listener(value);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }
}
