import { CancelledError } from '@organism/cell';

/** One load under way, and everybody who waits for it. */
export class Flight {
  readonly key: string;
  /** For the loader: aborts when nobody waits any more. */
  readonly abort: AbortController = new AbortController();
  /** An old value is being served meanwhile: nobody waits, and nothing is lost when this fails. */
  readonly isRefresh: boolean;
  /** What the load gives. */
  readonly result: Promise<unknown>;
  /** Tags under which its value will be kept, as far as they are known. */
  readonly tags: readonly string[];
  /** Tags invalidated since the load began. */
  readonly invalidated: Set<string> = new Set<string>();
  /** The key was set, deleted or invalidated meanwhile: the result must not be kept. */
  isOutdated = false;
  #waiting = 0;
  readonly #onAbandoned: (flight: Flight) => void;

  constructor(
    key: string,
    tags: readonly string[],
    isRefresh: boolean,
    run: (flight: Flight) => Promise<unknown>,
    onAbandoned: (flight: Flight) => void,
  ) {
    this.key = key;
    this.tags = tags;
    this.isRefresh = isRefresh;
    this.#onAbandoned = onAbandoned;
    // A turn later, so that the flight is registered before its loader runs and asks for the same key.
    this.result = Promise.resolve().then(() => run(this));
    // Everybody who waits is told; when nobody does, nobody needs to be.
    this.result.catch(() => {});
  }

  /** Whether anybody waits for the result. */
  get isAwaited(): boolean {
    return this.#waiting > 0;
  }

  /** Whether a value with these tags must not be kept, since it was invalidated while it was loaded. */
  isOutdatedFor(tags: readonly string[]): boolean {
    return this.isOutdated || tags.some((tag) => this.invalidated.has(tag));
  }

  /** Waits for the result; the caller may leave with its signal, and the last one to leave cancels the load. */
  join(signal: AbortSignal | undefined): Promise<unknown> {
    this.#waiting += 1;
    if (signal === undefined) return this.result;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting -= 1;
        if (this.#waiting === 0 && !this.isRefresh) this.#onAbandoned(this);
        reject(new CancelledError('The wait for a cached value was cancelled.', { cause: signal.reason }));
      };
      signal.addEventListener('abort', leave, { once: true });
      const settled = (): void => signal.removeEventListener('abort', leave);
      this.result.then(
        (value) => (settled(), resolve(value)),
        (error: unknown) => (settled(), reject(error)),
      );
    });
  }
}
