import { type Clock, OptionError, type Timer } from '@organism/cell';
import {
  type Breaker,
  BreakerOpenError,
  type BreakerStore,
  type CallOptions,
  type Decision,
  type Policy,
  shareBreaker,
  Timeout,
  type Work,
} from '@organism/homeostasis';

/** Where breakers of several processes keep a common state, and agree on who finds out whether the callee is well. */
export interface SharedBreakerStore extends BreakerStore {
  /**
   * Asks to be the only one that probes under a name, for so many milliseconds at most. Gives whether it is so. Without
   * it, each process sends probes of its own.
   */
  claim?(name: string, ms: number): boolean | PromiseLike<boolean>;
  /** Gives back what was claimed. */
  release?(name: string): void | PromiseLike<void>;
}

/** How breakers share their state. */
export interface BreakerSharing {
  /** A `RedisBreakerStore` of `@organism/respiratory/redis`, say. */
  readonly store: SharedBreakerStore;
  /** How long a call may wait for the store, in milliseconds; then the breaker goes its own way. Default 250. */
  readonly waitMs?: number;
  /** Told of what the store fails with. Calls go on by the breaker's own state. */
  readonly onError?: (error: unknown, origin: string) => void;
}

/** What a {@link SharedBreaker} is made of. */
export interface SharedBreakerParts {
  readonly breaker: Breaker;
  readonly sharing: BreakerSharing;
  readonly origin: string;
  /** How long one probe may take, in milliseconds: whoever dies over it must not keep the others from trying. */
  readonly probeMs: number;
  readonly clock: Clock;
}

/** How long a process that may not probe does not ask again: it would ask with each call. */
const askAgainMs = 100;
/** How long to wait before a store that could not be reached is tried again. */
const rejoinMs = 5000;

/** A breaker in step with those of other processes: when one opens, all do, and one of them probes for all. */
export class SharedBreaker implements Policy, Disposable {
  readonly name: string;
  readonly #parts: SharedBreakerParts;
  readonly #bound: Timeout;
  readonly #key: string;
  /** The first calls wait for it, so that a process that comes later does not call a sick server either. */
  #joining: Promise<void> | undefined;
  #hasJoined = false;
  #sharing: Disposable | undefined;
  #rejoin: Timer | undefined;
  #claiming: Promise<boolean> | undefined;
  /** Until when we are the one that probes, and until when we are not, on the monotonic clock. */
  #claimedUntil = -Infinity;
  #refusedUntil = -Infinity;
  #listeners: readonly ((decision: Decision) => void)[] = [];
  readonly #watching: Disposable;
  #disposed = false;

  constructor(parts: SharedBreakerParts) {
    const { breaker, sharing, origin, clock } = parts;
    const { waitMs = 250 } = sharing;
    if (!(waitMs > 0 && waitMs < Infinity))
      throw new OptionError('breaker.share.waitMs', 'a number of milliseconds > 0', waitMs);
    this.name = breaker.name;
    this.#parts = parts;
    this.#key = `${breaker.name}:${origin}`;
    this.#bound = new Timeout({ clock, ms: waitMs, name: 'breaker-store' });
    this.#watching = breaker.observe(({ type }) => {
      if (type === 'open' || type === 'close') this.#release();
    });
  }

  execute<T>(work: Work<T>, options?: CallOptions): Promise<T> {
    const { breaker } = this.#parts;
    if (this.#hasJoined && breaker.state === 'closed') return breaker.execute(work, options);
    return this.#executeJointly(work, options);
  }

  async #executeJointly<T>(work: Work<T>, options: CallOptions | undefined): Promise<T> {
    const { breaker, clock } = this.#parts;
    if (!this.#hasJoined) await (this.#joining ??= this.#joinInTime());
    const { state } = breaker;
    const isDue = state === 'half-open' || (state === 'open' && breaker.snapshot().openUntil <= clock.now());
    // Whatever else it is, the breaker knows by itself what to do.
    if (isDue && !(await this.#mayProbe())) throw this.#refusal();
    return breaker.execute(work, options);
  }

  async #mayProbe(): Promise<boolean> {
    const { sharing, clock, probeMs } = this.#parts;
    const now = clock.monotonic();
    if (now < this.#claimedUntil || sharing.store.claim === undefined) return true;
    if (now < this.#refusedUntil) return false;
    this.#claiming ??= this.#bound
      .execute(async () => (await sharing.store.claim?.(this.#key, probeMs)) ?? true)
      .catch((error: unknown) => {
        this.#fail(error);
        return true;
      })
      .then((claimed) => {
        if (claimed) this.#claimedUntil = clock.monotonic() + probeMs;
        else this.#refusedUntil = clock.monotonic() + askAgainMs;
        return claimed;
      })
      .finally(() => (this.#claiming = undefined));
    return this.#claiming;
  }

  #release(): void {
    const { sharing, clock } = this.#parts;
    this.#refusedUntil = -Infinity;
    if (this.#claimedUntil <= clock.monotonic()) return;
    this.#claimedUntil = -Infinity;
    void this.#bound.execute(() => sharing.store.release?.(this.#key)).catch((error: unknown) => this.#fail(error));
  }

  #refusal(): BreakerOpenError {
    const decision = { policy: 'breaker', name: this.name, type: 'reject', at: this.#parts.clock.now() } as const;
    for (const listener of this.#listeners) listener(decision);
    return new BreakerOpenError(this.name, askAgainMs);
  }

  /** Goes its own way when that takes too long; joins all the same, later. */
  async #joinInTime(): Promise<void> {
    await this.#bound.execute(() => this.#join()).catch((error: unknown) => this.#fail(error));
    this.#hasJoined = true;
  }

  async #join(): Promise<void> {
    const { breaker, sharing, clock } = this.#parts;
    const { store } = sharing;
    try {
      const shared = await shareBreaker(
        breaker,
        {
          load: () => store.load(this.#key),
          save: (_name, snapshot) => store.save(this.#key, snapshot),
          watch: (_name, listener) => store.watch(this.#key, listener),
        },
        (error) => this.#fail(error),
      );
      if (this.#disposed) shared[Symbol.dispose]();
      else this.#sharing = shared;
    } catch (error) {
      this.#fail(error);
      if (!this.#disposed) this.#rejoin = clock.setTimeout(() => void this.#join(), rejoinMs).unref();
    }
  }

  #fail(error: unknown): void {
    const { sharing, origin } = this.#parts;
    if (!this.#disposed) sharing.onError?.(error, origin);
  }

  observe(listener: (decision: Decision) => void): Disposable {
    const own = this.#parts.breaker.observe(listener);
    this.#listeners = [...this.#listeners, listener];
    return {
      [Symbol.dispose]: () => {
        own[Symbol.dispose]();
        this.#listeners = this.#listeners.filter((other) => other !== listener);
      },
    };
  }

  /** Leaves the others; the breaker goes its own way from now on. */
  [Symbol.dispose](): void {
    this.#disposed = true;
    this.#release();
    this.#watching[Symbol.dispose]();
    this.#sharing?.[Symbol.dispose]();
    this.#rejoin?.[Symbol.dispose]();
  }
}
