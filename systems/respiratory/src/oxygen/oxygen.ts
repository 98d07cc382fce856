import {
  type Anatomy,
  Cell,
  Context,
  type Health,
  messageOf,
  OptionError,
  type StartScope,
  type StopScope,
} from '@organism/cell';
import type { Acquired } from './driver.ts';
import { ResourceBusyError } from './errors.ts';
import { Link } from './link.ts';
import type { ConnectionLeak, ConnectionLease } from './loan.ts';
import { Loans } from './loans.ts';
import { type OxygenLimits, type OxygenOptions, readLimits, type ResourceState } from './options.ts';
import { limit, orAbort } from './within.ts';

/** How to take a connection. */
export interface TakeOptions {
  /** Named in the report when it leaks. */
  readonly label?: string;
  /** Gives up waiting, and the work. The current {@link Context} bounds both anyway. */
  readonly signal?: AbortSignal;
  /** Default: the current one, if any. */
  readonly context?: Context;
}

/** What work on a connection may use. */
export interface UseScope {
  /** Aborts when the caller gives up or the deadline passes. The connection is then closed. */
  readonly signal: AbortSignal;
}

/**
 * External resource: the client of a server that others keep (a database, a cache, a broker, a store), with a life, a
 * health, a report of leaks, and counters.
 *
 * It waits for the server when it starts, connects anew when the client is lost, and when it stops lets those finish who
 * hold a connection. `use` is bounded by the current context: when its caller gives up, the connection is closed, since
 * nobody knows what state it is in.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Oxygen, type OxygenDriver } from '@organism/respiratory/oxygen';
 *
 * const driver: OxygenDriver<Map<string, number>> = {
 *   kind: 'map',
 *   connect: async () => new Map([['a', 1]]),
 *   check: async () => {},
 *   close: async (map) => map.clear(),
 * };
 * await using numbers = await new Oxygen({ name: 'numbers', driver }).start();
 * assert.equal(await numbers.use(async (map) => map.get('a')), 1);
 * assert.deepEqual(await numbers.health(), { status: 'pass' });
 * ```
 */
export class Oxygen<Client, Connection = Client> extends Cell {
  readonly #options: OxygenOptions<Client, Connection>;
  readonly #limits: OxygenLimits;
  readonly #loans: Loans<Connection>;
  readonly #counts = { uses: 0, failures: 0, waiting: 0 };
  #link: Link<Client>;

  /** @throws {OptionError} `CELL_BAD_OPTION` that names the option. */
  constructor(options: OxygenOptions<Client, Connection>) {
    super(options);
    if (typeof options.driver?.connect !== 'function')
      throw new OptionError('driver', 'an OxygenDriver', options.driver);
    this.#options = options;
    this.#limits = readLimits(options);
    this.#loans = new Loans<Connection>({
      resource: this.name,
      clock: () => this.clock,
      leakAfterMs: this.#limits.leakAfterMs,
      traces: options.traces === true,
      onLeak: (leak) => this.#options.onLeak?.(leak),
    });
    this.#link = this.#newLink();
  }

  #newLink(): Link<Client> {
    const { driver, onState, onError } = this.#options;
    return new Link<Client>({
      name: this.name,
      clock: this.clock,
      entropy: this.entropy,
      driver,
      limits: this.#limits,
      isBusy: () => this.#isBusy(),
      onState: (event) => onState?.(event),
      onError: (error) => onError?.(error),
    });
  }

  #isBusy(): boolean {
    const { driver } = this.#options;
    const { current } = this.#link;
    const counts = current === undefined ? undefined : driver.counts?.(current);
    return counts === undefined ? driver.acquire !== undefined && this.#loans.size > 0 : counts.waiting > 0;
  }

  /** Whether the server was reached when it was asked last. */
  get resource(): ResourceState {
    return this.#link.state;
  }

  /** The driver's own client, shared. @throws {ResourceDownError} `RESPIRATORY_RESOURCE_DOWN` while there is none. */
  get client(): Client {
    return this.#link.client;
  }

  /** Connections that are out at this moment, the oldest first. */
  get held(): readonly ConnectionLeak[] {
    return this.#loans.list();
  }

  protected override async onStart({ signal, defer }: StartScope): Promise<void> {
    const link = (this.#link = this.#newLink());
    defer(async () => await link.stop());
    if (this.#options.required === false) {
      void link.connect(new AbortController().signal).catch(() => {});
      return;
    }
    using start = limit(this.clock, this.#limits.startTimeoutMs, () => link.down(), [signal]);
    await link.connect(start.signal);
  }

  /** Lets those finish who hold a connection, up to the deadline; what is still out then is closed. */
  protected override async onStop({ signal }: StopScope): Promise<void> {
    await this.#loans.drain(signal);
    await this.#loans.revoke();
  }

  /**
   * Takes a connection. Give it back with `await using`.
   *
   * @throws {ResourceDownError} `RESPIRATORY_RESOURCE_DOWN` while the server can't be reached.
   * @throws {ResourceBusyError} `RESPIRATORY_RESOURCE_BUSY` when none becomes free in time.
   * @throws {CancelledError | DeadlineError} when the caller gives up first.
   */
  async lease({ label, signal, context = Context.current() }: TakeOptions = {}): Promise<ConnectionLease<Connection>> {
    return await this.#lease(label, [signal, context?.signal]);
  }

  async #lease(label: string | undefined, outer: readonly (AbortSignal | undefined)[]) {
    if (this.state !== 'running') throw this.#link.down();
    return this.#loans.lend(await this.#take(this.#link.client, outer), label);
  }

  async #take(client: Client, outer: readonly (AbortSignal | undefined)[]): Promise<Acquired<Connection>> {
    const { driver } = this.#options;
    const { acquireTimeoutMs } = this.#limits;
    // Without `acquire` the client is the connection, by the driver's type.
    if (driver.acquire === undefined) return { connection: client as unknown as Connection, release: () => {} };
    const busy = (): Error => new ResourceBusyError(this.name, acquireTimeoutMs);
    using wait = limit(this.clock, acquireTimeoutMs, busy, outer);
    this.#counts.waiting += 1;
    try {
      return await orAbort(driver.acquire(client), wait.signal, (late) => void late.release(false));
    } finally {
      this.#counts.waiting -= 1;
    }
  }

  /**
   * Runs `work` with a connection of its own, or the shared client where the driver has no pool of connections.
   *
   * @throws what `work` throws, as it is; and what {@link Oxygen.lease} throws.
   */
  async use<R>(
    work: (connection: Connection, scope: UseScope) => R | Promise<R>,
    { label, signal, context = Context.current() }: TakeOptions = {},
  ): Promise<R> {
    context?.throwIfDone();
    this.#counts.uses += 1;
    try {
      const lease = await this.#lease(label, [signal, context?.signal]);
      return await this.#run(lease, work, signal, context);
    } catch (error) {
      this.#counts.failures += 1;
      throw error;
    }
  }

  async #run<R>(
    lease: ConnectionLease<Connection>,
    work: (connection: Connection, scope: UseScope) => R | Promise<R>,
    given: AbortSignal | undefined,
    context: Context | undefined,
  ): Promise<R> {
    using scope = limit(this.clock, Infinity, () => new Error('never'), [given, context?.signal]);
    const { signal } = scope;
    const doing = (async () => await work(lease.connection, { signal }))();
    try {
      const result = await orAbort(doing, signal, () => {});
      await lease.release();
      return result;
    } catch (error) {
      // Work that was given up may still be using its connection.
      await (signal.aborted ? lease.discard() : lease.release());
      throw error;
    }
  }

  /** Asks the server for a sign of life now, rather than at the next interval. @throws what went wrong. */
  async check(): Promise<void> {
    await this.#link.check();
  }

  protected override onHealth(): Health {
    const { state, error, busy } = this.#link;
    if (state === 'up') return busy ? { status: 'warn', output: 'All connections are in use.' } : { status: 'pass' };
    return { status: 'fail', output: error === undefined ? state : `${state}: ${messageOf(error)}` };
  }

  protected override onDescribe(): Partial<Anatomy> {
    const { driver } = this.#options;
    const { current, connects, failedChecks } = this.#link;
    const pool = current === undefined ? undefined : driver.counts?.(current);
    return {
      ports: [{ name: driver.kind, direction: 'out', protocol: driver.kind }],
      counters: {
        ...this.#counts,
        held: this.#loans.size,
        leaked: this.#loans.leaked,
        connects,
        failedChecks,
        ...(pool !== undefined && { open: pool.open, idle: pool.idle, queued: pool.waiting }),
      },
    };
  }
}
