import {
  type Anatomy,
  CancelledError,
  Cell,
  Context,
  DeadlineError,
  type Health,
  OptionError,
  type StartScope,
  type StopScope,
} from '@organism/cell';
import { Alarm } from './ependymal-alarm.ts';
import {
  AdmissionError,
  type LeaseInfo,
  LeaseLeakError,
  LeasesHeldError,
  type ResourceError,
} from './ependymal-errors.ts';
import { Lease, type LeaseEnd } from './ependymal-lease.ts';
import { throwIfDone, WaitingLine } from './ependymal-line.ts';
import {
  type AcquireOptions,
  duration,
  type EpendymalOptions,
  type Freed,
  type GateLimits,
  limitsOf,
  nameOf,
  type Owner,
} from './ependymal-options.ts';
import { ResourcePool } from './ependymal-pool.ts';
import { type Failure, NotRunningError, reportToConsole } from '../errors.ts';

/**
 * Gate for outside resources (connections, files, handles): opens as many as may be open, lends them to named owners,
 * lets a bounded number wait in turn, and takes back what a dead owner held.
 *
 * At its stop it refuses newcomers and those who wait, and waits for the leases. Shortly before the deadline (by
 * `closeTimeoutMs`, or a quarter of the time if that is less) it takes away what is left, closes it, and fails with a
 * {@link LeasesHeldError} that says who held it.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Ependymal } from '@organism/nervous';
 *
 * let open = 0;
 * const gate = new Ependymal({
 *   name: 'connections',
 *   capacity: 2,
 *   open: async () => ({ id: ++open }),
 *   close: () => void open--,
 * });
 * await gate.start();
 * const ids = await Promise.all(['a', 'b', 'c'].map((owner) => gate.use(owner, ({ id }) => id)));
 * assert.deepEqual(ids, [1, 2, 1]);
 *
 * await gate.acquire('writer');
 * assert.equal((await gate.releaseOwner('writer')).leases.length, 1);
 * await gate.stop();
 * assert.equal(open, 0);
 * ```
 */
export class Ependymal<R> extends Cell {
  readonly #limits: GateLimits;
  readonly #onError: (failure: Failure) => void;
  readonly #pool: ResourcePool<R>;
  readonly #line = new WaitingLine<Lease<R>>();
  readonly #leases = new Set<Lease<R>>();
  /** Leases not yet reported as leaks, the oldest first. */
  readonly #unreported = new Set<Lease<R>>();
  readonly #leakAlarm = new Alarm(
    () => this.clock,
    (now) => this.#reportLeaks(now),
  );
  readonly #counts = { granted: 0, refused: 0, discarded: 0, revoked: 0, leaks: 0 };
  #phase: 'closed' | 'open' | 'draining' = 'closed';
  #context: Context = new Context();
  #stopping = new AbortController();
  #drained: PromiseWithResolvers<void> | undefined;

  constructor(options: EpendymalOptions<R>) {
    super({ name: 'ependymal', ...options });
    const { open, close, onError } = options;
    if (typeof open !== 'function') throw new OptionError('open', 'a function', open);
    this.#limits = limitsOf(options);
    this.#onError = onError ?? reportToConsole;
    this.#pool = new ResourcePool<R>({
      name: this.name,
      open,
      ...(close !== undefined && { close }),
      limits: this.#limits,
      clock: () => this.clock,
      context: () => this.#context,
      onOpened: (resource) => void this.#offer(resource),
      onFailed: (error) => this.#failed(error),
      onRoom: () => this.#serve(),
    });
  }

  /** How many more resources may be opened now. */
  get #free(): number {
    const { idle, opening, closing } = this.#pool;
    return this.#limits.capacity - this.#leases.size - idle - opening - closing;
  }

  /**
   * Lends a resource: an idle one, a new one, or the next that is given back. First come, first served.
   *
   * @throws {AdmissionError} when too many wait already, none is free in time, or the gate is stopping.
   * @throws {ResourceError} `NERVOUS_RESOURCE_OPEN` when opening failed; the one who has waited longest is told.
   * @throws {CancelledError} when the signal aborts, or the owner is released meanwhile.
   * @throws {DeadlineError} when the context's deadline passes first.
   * @throws {NotRunningError} before the start and after the stop.
   */
  async acquire(owner: Owner, options: AcquireOptions = {}): Promise<Lease<R>> {
    const { signal, timeoutMs, context = Context.current() } = options;
    const name = nameOf(owner);
    if (timeoutMs !== undefined) duration('timeoutMs', timeoutMs, true);
    if (this.#phase === 'closed') throw new NotRunningError(`Gate "${this.name}"`, 'lend a resource');
    throwIfDone(context, signal);
    if (this.#phase === 'draining') throw this.#refusal('NERVOUS_ADMISSION_DRAINING', name);
    // Nobody waits while something is idle, so nobody is passed here.
    if (this.#pool.idle > 0) return this.#grant(name, this.#pool.take() as R);
    if (this.#line.size >= this.#limits.queue + this.#pool.opening + this.#free)
      throw this.#refusal('NERVOUS_ADMISSION_FULL', name);
    const late = (): AdmissionError => this.#refusal('NERVOUS_ADMISSION_TIMEOUT', name);
    const waiting = this.#line.join(name, { context, signal, timeoutMs, clock: this.clock, late });
    this.#serve();
    return await waiting;
  }

  /** Works with a resource and gives it back, whatever happens. Throws what `work` throws, and as `acquire` does. */
  async use<T>(
    owner: Owner,
    work: (resource: R, lease: Lease<R>) => T | PromiseLike<T>,
    options?: AcquireOptions,
  ): Promise<T> {
    const lease = await this.acquire(owner, options);
    try {
      return await work(lease.resource, lease);
    } finally {
      await lease.release();
    }
  }

  /**
   * Takes back everything that an owner has and waits for: for a supervisor, when the owner was stopped or restarted.
   * The resources are closed, since nobody knows in which state they were left. Resolves when they are; never rejects
   * but for a bad name.
   */
  async releaseOwner(owner: Owner): Promise<Freed> {
    const name = nameOf(owner);
    const gone = (): CancelledError => new CancelledError(`"${name}" was released from gate "${this.name}".`);
    const waiting = this.#line.reject(gone, name);
    const held = [...this.#leases].filter((lease) => lease.owner === name);
    const leases = this.#infosOf(held);
    await Promise.all(held.map((lease) => lease.end('revoked')));
    return { owner: name, leases, waiting };
  }

  /** The leases that are held, the oldest first. */
  get leases(): readonly LeaseInfo[] {
    return this.#infosOf(this.#leases);
  }

  #infosOf(leases: Iterable<Lease<R>>): readonly LeaseInfo[] {
    const now = this.clock.monotonic();
    return Array.from(leases, ({ owner, since }) => ({ owner, heldMs: now - since }));
  }

  #refusal(code: AdmissionError['code'], owner: string): AdmissionError {
    this.#counts.refused += 1;
    const why = {
      NERVOUS_ADMISSION_FULL: `${this.#line.size} wait already`,
      NERVOUS_ADMISSION_TIMEOUT: 'no resource became free in time',
      NERVOUS_ADMISSION_DRAINING: 'it is stopping',
    }[code];
    return new AdmissionError(code, this.name, owner, why);
  }

  #grant(owner: string, resource: R): Lease<R> {
    const since = this.clock.monotonic();
    const onEnd = (ended: Lease<R>, _resource: R, how: LeaseEnd, error: unknown): Promise<void> =>
      this.#takeBack(ended, resource, how, error);
    const lease = new Lease<R>({ gate: this.name, owner, since, resource, onEnd });
    this.#counts.granted += 1;
    this.#leases.add(lease);
    if (this.#limits.leakAfterMs !== Infinity) {
      this.#unreported.add(lease);
      this.#leakAlarm.set(since + this.#limits.leakAfterMs);
    }
    return lease;
  }

  /** Serves those who wait, as far as there are resources, and opens as many more as are needed and allowed. */
  #serve(): void {
    for (let waiter = this.#line.first(); waiter !== undefined; waiter = this.#line.first()) {
      if (this.#pool.idle > 0) waiter.resolve(this.#grant(waiter.owner, this.#pool.take() as R));
      else if (this.#pool.opening < this.#line.size && this.#free > 0) this.#pool.open(this.#stopping.signal);
      else return;
    }
  }

  /** Gives a resource to whoever has waited longest; keeps it when nobody waits. */
  async #offer(resource: R): Promise<void> {
    const waiter = this.#line.first();
    if (this.#phase !== 'open') await this.#pool.close(resource);
    else if (waiter === undefined) await this.#pool.keep(resource);
    else waiter.resolve(this.#grant(waiter.owner, resource));
  }

  #failed(error: ResourceError): void {
    const isOpening = error.code === 'NERVOUS_RESOURCE_OPEN';
    if (isOpening) this.#line.first()?.reject(error);
    // An opening that ends because the gate stops has done what it was told.
    if (!isOpening || this.#phase === 'open') this.#report(error);
  }

  async #takeBack(lease: Lease<R>, resource: R, how: LeaseEnd, error: unknown): Promise<void> {
    this.#leases.delete(lease);
    this.#unreported.delete(lease);
    if (how !== 'released') this.#counts[how] += 1;
    const done = how === 'released' ? this.#offer(resource) : this.#pool.close(resource);
    if (this.#leases.size === 0) this.#drained?.resolve();
    if (error !== undefined) this.#report(error, lease.owner);
    await done;
  }

  #reportLeaks(now: number): number | undefined {
    const isDue = ({ since }: Lease<R>): boolean => since + this.#limits.leakAfterMs <= now;
    const leaked: Lease<R>[] = [];
    let next: number | undefined;
    for (const lease of this.#unreported) {
      if (!isDue(lease)) {
        next = lease.since + this.#limits.leakAfterMs;
        break;
      }
      leaked.push(lease);
      this.#unreported.delete(lease);
    }
    this.#counts.leaks += leaked.length;
    if (leaked.length > 0) this.#report(new LeaseLeakError(this.name, this.#infosOf(leaked)));
    return next;
  }

  #report(error: unknown, value?: unknown): void {
    const failure: Failure = { source: this.name, error, value };
    try {
      this.#onError(failure);
    } catch (thrown) {
      reportToConsole({ source: 'onError', error: thrown, value: failure });
    }
  }

  protected override onStart({ context }: StartScope): void {
    this.#context = context;
    this.#stopping = new AbortController();
    this.#pool.lastOpenFailed = false;
    this.#phase = 'open';
  }

  protected override async onStop({ deadline }: StopScope): Promise<void> {
    this.#phase = 'draining';
    this.#line.reject(({ owner }) => this.#refusal('NERVOUS_ADMISSION_DRAINING', owner));
    this.#stopping.abort(new CancelledError(`Gate "${this.name}" is stopping.`));
    this.#pool.closeIdle();

    const leftMs = Math.max(0, deadline - this.clock.now());
    const reserveMs = Math.min(this.#limits.closeTimeoutMs, leftMs / 4);
    this.#drained = Promise.withResolvers();
    if (this.#leases.size > 0) await this.#within(leftMs - reserveMs, this.#drained.promise);
    this.#drained = undefined;
    const held = this.#infosOf(this.#leases);
    for (const lease of this.#leases) void lease.end('revoked');
    this.#leakAlarm.off();
    // A little before the deadline, so that the stop can still say what happened.
    const closed = await this.#within(Math.max(0, deadline - this.clock.now()) - reserveMs / 10, this.#pool.settled());
    this.#phase = 'closed';
    const errors: unknown[] = [];
    if (held.length > 0) errors.push(new LeasesHeldError(this.name, held));
    if (!closed) errors.push(new DeadlineError(`Gate "${this.name}" could not close its resources in time.`));
    if (errors.length > 0) throw new AggregateError(errors);
  }

  /** Waits for work for some milliseconds. Tells whether it was done by then. */
  async #within(ms: number, work: Promise<void>): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = this.clock.setTimeout(() => resolve(false), Math.max(0, ms));
    const done = await Promise.race([work.then(() => true), promise]);
    timer[Symbol.dispose]();
    return done;
  }

  protected override onHealth(): Health {
    if (this.#pool.lastOpenFailed) return { status: 'warn', output: 'The last resource could not be opened.' };
    if (this.#line.size > 0 && this.#line.size >= this.#limits.queue)
      return { status: 'warn', output: 'The queue is full.' };
    return { status: 'pass' };
  }

  protected override onDescribe(): Partial<Anatomy> {
    const { idle, opening, closing, openFailures, closeFailures } = this.#pool;
    return {
      counters: {
        capacity: this.#limits.capacity,
        leased: this.#leases.size,
        idle,
        opening,
        closing,
        waiting: this.#line.size,
        cancelled: this.#line.cancelled,
        ...this.#counts,
        openFailures,
        closeFailures,
      },
    };
  }
}
