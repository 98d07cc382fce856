import { type Clock, CancelledError, DeadlineError, type Entropy, sleep, type Timer } from '@organism/cell';
import type { OxygenDriver } from './driver.ts';
import { ResourceDownError } from './errors.ts';
import type { OxygenLimits, ResourceEvent, ResourceState } from './options.ts';
import { limit, orAbort } from './within.ts';

/** What a link needs of its resource. */
export interface LinkHost<Client> {
  readonly name: string;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly driver: Pick<OxygenDriver<Client>, 'kind' | 'connect' | 'check' | 'close'>;
  readonly limits: OxygenLimits;
  /** Whether a sign of life may be late for want of a free connection. */
  isBusy(): boolean;
  onState(event: ResourceEvent): void;
  onError(error: unknown): void;
}

/** Keeps one client connected: connects, asks for signs of life, and connects anew when the client is lost. */
export class Link<Client> {
  readonly #host: LinkHost<Client>;
  readonly #stopped = new AbortController();
  #client: Client | undefined;
  #state: ResourceState = 'down';
  #error: unknown;
  #busy = false;
  #connecting: Promise<void> | undefined;
  #checking: Promise<void> | undefined;
  #timer: Timer | undefined;
  /** Clients connected so far. */
  connects = 0;
  /** Signs of life that did not come. */
  failedChecks = 0;

  constructor(host: LinkHost<Client>) {
    this.#host = host;
  }

  get state(): ResourceState {
    return this.#state;
  }

  /** Why it is down. */
  get error(): unknown {
    return this.#error;
  }

  /** @throws {ResourceDownError} when there is none. */
  get client(): Client {
    if (this.#client === undefined) throw this.down();
    return this.#client;
  }

  /** Whether the last sign of life did not come because all connections were in use. */
  get busy(): boolean {
    return this.#busy;
  }

  /** The client, or undefined while there is none. */
  get current(): Client | undefined {
    return this.#client;
  }

  /** The error for callers while it is down. */
  down(): ResourceDownError {
    const { name, driver } = this.#host;
    return new ResourceDownError(name, driver.kind, this.#error === undefined ? {} : { cause: this.#error });
  }

  #become(to: ResourceState, error?: unknown): void {
    const from = this.#state;
    this.#error = to === 'up' ? undefined : (error ?? this.#error);
    if (from === to) return;
    this.#state = to;
    const { name, clock } = this.#host;
    this.#host.onState({ resource: name, from, to, at: clock.now(), ...(error !== undefined && { error }) });
  }

  /** Goes on trying until it is connected, or `signal` aborts. Rejects only for the latter, with the last error. */
  connect(signal: AbortSignal): Promise<void> {
    this.#connecting ??= this.#keepTrying(AbortSignal.any([signal, this.#stopped.signal])).finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #keepTrying(signal: AbortSignal): Promise<void> {
    const { clock, entropy, limits } = this.#host;
    let waited = 0;
    for (let failed = 1; ; failed += 1) {
      this.#become('connecting');
      try {
        await this.#connectOnce(signal);
        return;
      } catch (error) {
        this.#become('down', error);
        if (signal.aborted) throw this.down();
        waited = limits.backoff(failed, waited, entropy);
        await sleep(clock, waited, { signal }).catch(() => {
          throw this.down();
        });
      }
    }
  }

  async #connectOnce(outer: AbortSignal): Promise<void> {
    const { clock, driver, limits } = this.#host;
    const late = (): Error => new DeadlineError(`No connection within ${limits.connectTimeoutMs} ms.`);
    using attempt = limit(clock, limits.connectTimeoutMs, late, [outer]);
    const { signal } = attempt;
    let mine: { readonly client: Client } | undefined;
    const scope = {
      signal,
      clock,
      onError: (error: unknown) => this.#host.onError(error),
      onLost: (error: unknown) => {
        if (mine !== undefined && this.#client === mine.client) this.#lose(mine.client, error);
      },
    };
    const client = await orAbort(driver.connect(scope), signal, (it) => void this.#close(it));
    mine = { client };
    if (this.#stopped.signal.aborted) {
      await this.#close(client);
      throw new CancelledError('The resource was stopped.');
    }
    this.#client = client;
    this.connects += 1;
    this.#become('up');
    this.#schedule();
  }

  #lose(client: Client, error: unknown): void {
    this.#client = undefined;
    this.#timer?.[Symbol.dispose]();
    this.#become('down', error);
    void this.#close(client);
    if (!this.#stopped.signal.aborted) void this.connect(this.#stopped.signal).catch(() => {});
  }

  async #close(client: Client): Promise<void> {
    try {
      await this.#host.driver.close(client);
    } catch (error) {
      this.#host.onError(error);
    }
  }

  #schedule(): void {
    const { clock, limits } = this.#host;
    this.#timer?.[Symbol.dispose]();
    if (limits.checkEveryMs === Infinity) return;
    this.#timer = clock.setTimeout(() => void this.check().catch(() => {}), limits.checkEveryMs).unref();
  }

  /** Asks the server for a sign of life. Callers at the same time share one. @throws what went wrong. */
  check(): Promise<void> {
    this.#checking ??= this.#ask().finally(() => {
      this.#checking = undefined;
      if (this.#client !== undefined) this.#schedule();
    });
    return this.#checking;
  }

  async #ask(): Promise<void> {
    const { clock, driver, limits } = this.#host;
    const { client } = this;
    const late = (): Error => new DeadlineError(`No sign of life within ${limits.checkTimeoutMs} ms.`);
    using asking = limit(clock, limits.checkTimeoutMs, late, [this.#stopped.signal]);
    try {
      await orAbort(driver.check(client, asking.signal), asking.signal, () => {});
      this.#busy = false;
      if (this.#client === client) this.#become('up');
    } catch (error) {
      this.#busy = asking.signal.aborted && this.#host.isBusy();
      if (this.#busy) return;
      if (this.#client === client && !this.#stopped.signal.aborted) {
        this.failedChecks += 1;
        this.#become('down', error);
      }
      throw error;
    }
  }

  /** Ends all attempts and closes the client. */
  async stop(): Promise<void> {
    this.#stopped.abort(new CancelledError('The resource was stopped.'));
    this.#timer?.[Symbol.dispose]();
    await this.#connecting?.catch(() => {});
    const client = this.#client;
    this.#client = undefined;
    this.#become('down');
    if (client !== undefined) await this.#host.driver.close(client);
  }
}
