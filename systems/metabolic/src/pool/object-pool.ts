import {
  type Anatomy,
  CancelledError,
  Cell,
  type Health,
  StateError,
  type StopScope,
  type Timer,
} from '@organism/cell';
import { PoolExhaustedError } from './errors.ts';
import { type Borrowed, Lease, type Loan, type PoolLeak } from './lease.ts';
import { type ObjectPoolOptions, type PoolLimits, readPoolLimits } from './options.ts';

interface Waiter<T> {
  /** Where it was asked for. */
  readonly origin: string | undefined;
  /** Gives a lease, or the failure to make one. */
  give(outcome: Borrowed<T> | { readonly error: unknown }): void;
}

interface Idle<T> {
  readonly value: T;
  readonly since: number;
}

/** Counters of an {@link ObjectPool}, and its present size. */
export interface ObjectPoolStats {
  /** All that exist, those being made included. */
  readonly size: number;
  readonly idle: number;
  readonly borrowed: number;
  readonly waiting: number;
  readonly created: number;
  readonly destroyed: number;
  readonly leaked: number;
}

/**
 * Object pool: lends out things that are costly to make, such as connections and big buffers, and notices those that
 * are not given back.
 *
 * A lease held for longer than `leakAfterMs` is reported once. A lease that was lost, so that nobody can give it back,
 * is reported when the garbage collector finds it; its place is then free again.
 *
 * Works as soon as it is made; as a cell it makes its minimum when it starts, and destroys everything when it stops.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { ObjectPool } from '@organism/metabolic';
 *
 * const buffers = new ObjectPool({ create: () => new Uint8Array(65_536), max: 4 });
 * {
 *   using buffer = await buffers.acquire();
 *   buffer.value[0] = 1;
 * }
 * assert.equal(await buffers.use((buffer) => buffer.length), 65_536);
 * assert.deepEqual([buffers.stats().created, buffers.stats().idle], [1, 1]);
 * ```
 */
export class ObjectPool<T> extends Cell {
  readonly #options: ObjectPoolOptions<T>;
  readonly #limits: PoolLimits;
  /** The one used last goes out first, so that those not needed grow old. */
  readonly #idle: Idle<T>[] = [];
  readonly #loans = new Set<Loan<T>>();
  readonly #waiting = new Set<Waiter<T>>();
  readonly #lost: FinalizationRegistry<Loan<T>>;
  readonly #counts = { created: 0, destroyed: 0, leaked: 0 };
  #making = 0;
  #closed = false;
  #watch: Timer | undefined;
  #watchAt = Infinity;
  #drained: (() => void) | undefined;

  /** @throws {OptionError} `CELL_BAD_OPTION` that names the option. */
  constructor(options: ObjectPoolOptions<T>) {
    super({ name: 'pool', ...options });
    this.#options = options;
    this.#limits = readPoolLimits(options);
    this.#lost = new FinalizationRegistry((loan) => this.#onLost(loan));
  }

  /**
   * Borrows one: at once when one is idle or may be made, else when one is given back; first come, first served.
   *
   * @throws {PoolExhaustedError} `METABOLIC_POOL_TIMEOUT`, `METABOLIC_POOL_QUEUE_FULL`
   * @throws {CancelledError} `CELL_CANCELLED` when the signal aborts first.
   * @throws {StateError} `CELL_STATE` when the pool has stopped.
   */
  async acquire({ signal }: { readonly signal?: AbortSignal } = {}): Promise<Borrowed<T>> {
    if (this.#closed) throw new StateError(this.name, this.state, 'lend');
    if (signal?.aborted)
      throw new CancelledError('The wait for a pooled object was cancelled.', { cause: signal.reason });
    const { maxWaiting, traces } = this.#limits;
    const origin = traces ? new Error('Borrowed here').stack : undefined;
    if (this.#waiting.size === 0) {
      const idle = this.#takeIdle();
      if (idle !== undefined) return this.#lend(idle.value, origin);
    }
    if (this.#waiting.size >= maxWaiting && !this.#hasRoom())
      throw new PoolExhaustedError(
        'METABOLIC_POOL_QUEUE_FULL',
        `Pool "${this.name}": ${maxWaiting} callers wait already.`,
      );
    return await this.#wait(signal, origin);
  }

  #hasRoom(): boolean {
    return this.#waiting.size === 0 && (this.#idle.length > 0 || this.#size < this.#limits.max);
  }

  get #size(): number {
    return this.#idle.length + this.#loans.size + this.#making;
  }

  #wait(signal: AbortSignal | undefined, origin: string | undefined): Promise<Borrowed<T>> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#waiting.delete(waiter);
        timer[Symbol.dispose]();
        signal?.removeEventListener('abort', onAbort);
      };
      const waiter: Waiter<T> = {
        origin,
        give: (outcome) => {
          end();
          if ('error' in outcome) reject(outcome.error);
          else resolve(outcome);
        },
      };
      const onAbort = (): void =>
        waiter.give({
          error: new CancelledError('The wait for a pooled object was cancelled.', { cause: signal?.reason }),
        });
      const { acquireTimeoutMs } = this.#limits;
      const message = `Pool "${this.name}": nothing became free within ${acquireTimeoutMs} ms.`;
      const timer = this.clock.setTimeout(
        () => waiter.give({ error: new PoolExhaustedError('METABOLIC_POOL_TIMEOUT', message) }),
        acquireTimeoutMs,
      );
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(waiter);
      this.#serve();
    });
  }

  /** Borrows one while `work` runs. */
  async use<R>(work: (value: T) => R | Promise<R>, options: { readonly signal?: AbortSignal } = {}): Promise<R> {
    using lease = await this.acquire(options);
    return await work(lease.value);
  }

  /** Gives those who wait what there is, and makes what may be made for the others. */
  #serve(): void {
    for (const waiter of this.#waiting) {
      const value = this.#takeIdle();
      if (value === undefined) break;
      waiter.give(this.#lend(value.value, waiter.origin));
    }
    while (this.#making < this.#waiting.size && this.#size < this.#limits.max) void this.#make();
  }

  #takeIdle(): Idle<T> | undefined {
    const { validate } = this.#options;
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      let isGood = false;
      try {
        isGood = validate === undefined || validate(idle.value);
      } catch {
        // One that can't be checked is no good.
      }
      if (isGood) return idle;
      this.#destroy(idle.value);
    }
    return undefined;
  }

  async #make(): Promise<void> {
    this.#making += 1;
    try {
      const value = await this.#options.create();
      this.#counts.created += 1;
      this.#making -= 1;
      this.#takeBack(value);
    } catch (error) {
      this.#making -= 1;
      const [first] = this.#waiting;
      first?.give({ error });
      this.#serve();
    }
  }

  #takeBack(value: T): void {
    if (this.#closed) this.#destroy(value);
    else {
      this.#idle.push({ value, since: this.clock.monotonic() });
      this.#serve();
      this.#watchOver();
    }
    if (this.#loans.size === 0) this.#drained?.();
  }

  #lend(value: T, origin: string | undefined): Borrowed<T> {
    const loan: Loan<T> = { value, since: this.clock.monotonic(), origin, isReported: false };
    this.#loans.add(loan);
    const lease = new Lease(value, (isBroken) => {
      this.#lost.unregister(loan);
      this.#giveBack(loan, isBroken);
    });
    this.#lost.register(lease, loan, loan);
    this.#watchOver();
    return lease;
  }

  #giveBack(loan: Loan<T>, isBroken: boolean): void {
    if (!this.#loans.delete(loan)) return;
    if (!isBroken) {
      try {
        this.#options.reset?.(loan.value);
        this.#takeBack(loan.value);
        return;
      } catch {
        // What can't be made ready is of no use to the next.
      }
    }
    this.#destroy(loan.value);
    this.#serve();
    if (this.#loans.size === 0) this.#drained?.();
  }

  #onLost(loan: Loan<T>): void {
    if (!this.#loans.has(loan)) return;
    this.#report(loan, 'lost');
    // Whoever lost the lease may still use the object: so it goes to nobody else.
    this.#giveBack(loan, true);
  }

  #report(loan: Loan<T>, kind: PoolLeak['kind']): void {
    this.#counts.leaked += loan.isReported ? 0 : 1;
    loan.isReported = true;
    try {
      this.#limits.onLeak({ pool: this.name, kind, heldMs: this.clock.monotonic() - loan.since, origin: loan.origin });
    } catch {
      // A reporter's failure is not the pool's.
    }
  }

  #destroy(value: T): void {
    this.#counts.destroyed += 1;
    void (async () => this.#options.destroy?.(value))().catch(() => {});
  }

  /** Sets one timer for whatever is due first: a lease to report, or an idle one to destroy. */
  #watchOver(): void {
    if (this.#closed) return;
    const { leakAfterMs, idleMs, min } = this.#limits;
    let dueAt = Infinity;
    for (const loan of this.#loans) if (!loan.isReported) dueAt = Math.min(dueAt, loan.since + leakAfterMs);
    if (this.#size > min) dueAt = Math.min(dueAt, (this.#idle[0]?.since ?? Infinity) + idleMs);
    if (dueAt >= this.#watchAt) return;
    this.#watch?.[Symbol.dispose]();
    this.#watchAt = dueAt;
    this.#watch = this.clock
      .setTimeout(
        () => {
          this.#stopWatch();
          this.#check();
          this.#watchOver();
        },
        Math.max(0, dueAt - this.clock.monotonic()),
      )
      .unref();
  }

  #stopWatch(): void {
    this.#watch?.[Symbol.dispose]();
    this.#watch = undefined;
    this.#watchAt = Infinity;
  }

  #check(): void {
    const { leakAfterMs, idleMs, min } = this.#limits;
    const now = this.clock.monotonic();
    for (const loan of this.#loans) if (!loan.isReported && now - loan.since >= leakAfterMs) this.#report(loan, 'held');
    while (this.#size > min && now - (this.#idle[0]?.since ?? now) >= idleMs && this.#idle[0] !== undefined) {
      const oldest = this.#idle.shift();
      if (oldest !== undefined) this.#destroy(oldest.value);
    }
  }

  /** Counters since the pool was made, and its present size. */
  stats(): ObjectPoolStats {
    const waiting = this.#waiting.size;
    return { size: this.#size, idle: this.#idle.length, borrowed: this.#loans.size, waiting, ...this.#counts };
  }

  protected override async onStart(): Promise<void> {
    this.#closed = false;
    const { min } = this.#limits;
    while (this.#size < min) {
      const value = await this.#options.create();
      this.#counts.created += 1;
      this.#takeBack(value);
    }
  }

  /** Takes back what is lent until the deadline, and destroys everything. */
  protected override async onStop({ signal }: StopScope): Promise<void> {
    this.#closed = true;
    this.#stopWatch();
    for (const waiter of this.#waiting) waiter.give({ error: new CancelledError(`Pool "${this.name}" was stopped.`) });
    for (const { value } of this.#idle.splice(0)) this.#destroy(value);
    if (this.#loans.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#drained = resolve;
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    this.#drained = undefined;
  }

  protected override onHealth(): Health {
    const { waiting, leaked } = this.stats();
    if (waiting > 0 || leaked > 0) return { status: 'warn', output: `${waiting} wait; ${leaked} leaked so far` };
    return { status: 'pass' };
  }

  protected override onDescribe(): Partial<Anatomy> {
    return { counters: { ...this.stats() } };
  }
}
