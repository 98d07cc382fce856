import type { Clock, Context } from '@organism/cell';
import { Alarm } from './ependymal-alarm.ts';
import { ResourceError } from './ependymal-errors.ts';
import { limited } from './ependymal-limit.ts';
import type { EpendymalOptions, GateLimits } from './ependymal-options.ts';

/** What a {@link ResourcePool} works with, and whom it tells. */
export interface PoolOptions<R> extends Pick<EpendymalOptions<R>, 'open' | 'close'> {
  readonly name: string;
  readonly clock: () => Clock;
  readonly context: () => Context;
  readonly limits: GateLimits;
  /** Gets a resource that was opened. */
  readonly onOpened: (resource: R) => void;
  readonly onFailed: (error: ResourceError) => void;
  /** A place may have become free. */
  readonly onRoom: () => void;
}

const dispose = async (resource: unknown): Promise<void> => {
  const { [Symbol.asyncDispose]: later, [Symbol.dispose]: now } = Object(resource) as Partial<
    AsyncDisposable & Disposable
  >;
  if (later !== undefined) await later.call(resource);
  else now?.call(resource);
};

/**
 * The resources of a gate that nobody holds: idle, opening or closing. Isolates what `open` and `close` do wrong: each
 * takes its place until it settles or its time is over, and no longer.
 */
export class ResourcePool<R> {
  readonly #options: PoolOptions<R>;
  /** The one used last is at the end and taken first, so that what is too much stays unused and is closed. */
  readonly #idle: { readonly resource: R; readonly since: number }[] = [];
  #settled: PromiseWithResolvers<void> | undefined;
  readonly #alarm: Alarm;
  opening: number = 0;
  closing: number = 0;
  openFailures: number = 0;
  closeFailures: number = 0;
  lastOpenFailed: boolean = false;

  constructor(options: PoolOptions<R>) {
    this.#options = options;
    this.#alarm = new Alarm(options.clock, (now) => this.#closeDue(now));
  }

  get idle(): number {
    return this.#idle.length;
  }

  /** The idle resource that was used last. */
  take(): R | undefined {
    return this.#idle.pop()?.resource;
  }

  /** Keeps a resource for later, or closes it when it is not to stay idle; resolves when that is done. */
  async keep(resource: R): Promise<void> {
    const { limits, clock } = this.#options;
    if (limits.idleMs === 0) {
      await this.close(resource);
      return;
    }
    const since = clock().monotonic();
    this.#idle.push({ resource, since });
    if (limits.idleMs !== Infinity) this.#alarm.set(since + limits.idleMs);
  }

  /** Begins to open a resource. The signal tells that it is no longer wanted. */
  open(signal: AbortSignal): void {
    void this.#track('opening', () => this.#open(signal));
  }

  /** Closes a resource. Resolves when it is closed, or its time is over; never rejects. */
  async close(resource: R): Promise<void> {
    await this.#track('closing', () => this.#close(resource));
  }

  /** Closes all that is idle. */
  closeIdle(): void {
    this.#alarm.off();
    for (const { resource } of this.#idle.splice(0)) void this.close(resource);
  }

  /** Waits until nothing is opening or closing. */
  async settled(): Promise<void> {
    if (this.opening + this.closing === 0) return;
    this.#settled ??= Promise.withResolvers();
    await this.#settled.promise;
  }

  /** Takes a place before the work begins, and gives it back when it is done; then others are told. */
  async #track(place: 'opening' | 'closing', work: () => Promise<() => void>): Promise<void> {
    this[place] += 1;
    const tell = await work();
    this[place] -= 1;
    tell();
    this.#options.onRoom();
    if (this.opening + this.closing > 0) return;
    this.#settled?.resolve();
    this.#settled = undefined;
  }

  /** Opens a resource; gives what to tell once its place has been handed on. */
  async #open(signal: AbortSignal): Promise<() => void> {
    const { name, clock, limits, onOpened, onFailed, open } = this.#options;
    const context = this.#options.context();
    try {
      const resource = await limited((aborted) => context.run(() => open({ context, signal: aborted })), {
        clock: clock(),
        timeoutMs: limits.openTimeoutMs,
        signal,
        late: (value) => void this.#close(value).then((tell) => tell()),
        what: 'Opening',
      });
      this.lastOpenFailed = false;
      return () => onOpened(resource);
    } catch (error) {
      this.openFailures += 1;
      this.lastOpenFailed = true;
      return () => onFailed(new ResourceError(name, 'open', error));
    }
  }

  async #close(resource: R): Promise<() => void> {
    const { name, clock, limits, onFailed, close = dispose } = this.#options;
    const context = this.#options.context();
    try {
      await limited(async (signal) => void (await context.run(() => close(resource, { context, signal }))), {
        clock: clock(),
        timeoutMs: limits.closeTimeoutMs,
        what: 'Closing',
      });
      return () => {};
    } catch (error) {
      this.closeFailures += 1;
      return () => onFailed(new ResourceError(name, 'close', error));
    }
  }

  #closeDue(now: number): number | undefined {
    const { idleMs } = this.#options.limits;
    while ((this.#idle[0]?.since ?? Infinity) + idleMs <= now) {
      const oldest = this.#idle.shift();
      if (oldest !== undefined) void this.close(oldest.resource);
    }
    const [next] = this.#idle;
    return next && next.since + idleMs;
  }
}
