import {
  CancelledError,
  type Clock,
  Context,
  DeadlineError,
  systemClock,
  systemEntropy,
  toOrganismError,
} from '@organism/cell';
import { type PlasticityOptions, type Settings, settingsOf } from './options.ts';
import type { Path } from './path.ts';
import { checkSnapshot, type PlasticitySnapshot } from './snapshot.ts';
import { type RouteChange, RouteTable } from './table.ts';

/** One target's state, for anatomy and telemetry. */
export interface RouteInfo<T> {
  readonly target: T;
  readonly name: string;
  /** 0 to 1. */
  readonly strength: number;
  readonly inFlight: number;
  readonly succeeded: number;
  readonly failed: number;
  /** False while it is taken out. */
  readonly live: boolean;
}

const never = new AbortController().signal;

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

/**
 * Adaptive router: sends each message to one of several parallel targets, and learns from every outcome which of them
 * answer, and how fast. Targets may be names, functions, dendrites of a circuit: anything.
 *
 * Each target has a strength, moved by every outcome towards 1 (a success no slower than typical), towards less (a slower
 * one) or below nothing (a failure). A message goes where the messages in flight over the strength are fewest; targets
 * that are about as good share by strength. A target that keeps silent while it has messages loses strength as time
 * passes, without a timer. What was learned fades towards the mean by half in `halfLifeMs`.
 *
 * With `n` live targets, each gets at least about one message in `n / exploration`, unless it leaves those unanswered.
 * With the defaults and three equal targets, one that starts to fail every call is down to this share within 200
 * messages (in the median 11), as is one that turns 20 times slower (33), and within 300 of healing its share is back at
 * 25 % or more; the tests hold this for 1000 seeds. One that swallows messages gets fewer still, and is back
 * when these are settled or given up.
 *
 * `pruneBelow` takes weak targets out altogether, at most a third of all at a time (or one): they get no message until
 * their probation ends, and then one to try. With 0.2 it has the fewest errors and the least latency (benchmark
 * nervous.routing), but a healed target waits for its probation to end.
 * Settling takes constant time, choosing a plain loop over the targets.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Neuroplasticity } from '@organism/nervous';
 *
 * const router = new Neuroplasticity({ targets: ['tokyo', 'osaka'] });
 * let served = 0;
 * for (let message = 0; message < 100; message += 1) {
 *   const path = router.choose();
 *   const ok = path.target === 'tokyo';
 *   path.settle({ ok, latencyMs: 20 });
 *   if (ok) served += 1;
 * }
 * assert.ok(served > 90);
 * ```
 * @see Hebb, D. O. (1949): The Organization of Behavior
 * @see Mitzenmacher, M. (2001): The Power of Two Choices in Randomized Load Balancing, IEEE TPDS 12; here all targets
 *   are compared, as they are few
 */
export class Neuroplasticity<T = string> {
  readonly #table: RouteTable<T>;
  readonly #settings: Settings<T>;
  readonly #clock: Clock;
  readonly #observers = new Set<(change: RouteChange<T>) => void>();

  /** @throws {OptionError} naming the option; {@link RoutingError} `NERVOUS_TARGET_TAKEN` for two targets of one name. */
  constructor(options: PlasticityOptions<T> = {}) {
    const { clock = systemClock, entropy = systemEntropy } = options;
    this.#settings = settingsOf(options);
    this.#clock = clock;
    this.#table = new RouteTable(this.#settings, clock, entropy, (change) => this.#report(change));
    for (const target of this.#settings.targets) this.#table.add(target);
  }

  /** How many targets there are, those taken out included. */
  get size(): number {
    return this.#table.ways.size;
  }

  /** Relative strength of each target: 0 to 1, together 1; 0 while it is taken out. */
  get weights(): ReadonlyMap<T, number> {
    const now = this.#clock.monotonic();
    const strengths = [...this.#table.ways.values()].map(
      (way) => [way.target, way.outUntil > 0 ? 0 : this.#table.learning.strengthOf(way, now)] as const,
    );
    const sum = strengths.reduce((total, [, strength]) => total + strength, 0);
    return new Map(strengths.map(([target, strength]) => [target, strength / sum]));
  }

  /** Every target's state and counters. */
  get routes(): readonly RouteInfo<T>[] {
    return [...this.#table.ways.values()].map(({ target, name, strength, inFlight, succeeded, failed, outUntil }) => ({
      target,
      name,
      strength,
      inFlight,
      succeeded,
      failed,
      live: outUntil === 0,
    }));
  }

  /**
   * Adds a target, as strong as the others are in the mean.
   *
   * @throws {RoutingError} `NERVOUS_TARGET_TAKEN` when there is one of that name.
   */
  add(target: T): this {
    this.#table.add(target);
    return this;
  }

  /**
   * Takes a target out for good. Messages it has may still be settled.
   *
   * @throws {RoutingError} `NERVOUS_UNKNOWN_TARGET` when there is no such target.
   */
  remove(target: T): this {
    this.#table.remove(target);
    return this;
  }

  /**
   * The target for the next message, to be settled when its outcome is known.
   *
   * @throws {RoutingError} `NERVOUS_NO_TARGET` when there is none.
   */
  choose(): Path<T> {
    return this.#table.choose();
  }

  /**
   * Gives a message to a target by calling `work` with it, and returns what that returns; measures it until it returns,
   * or until its promise settles. For handlers that may be synchronous, such as those of a circuit.
   *
   * @throws what `work` throws.
   */
  relay<R>(work: (target: T) => R): R {
    const path = this.choose();
    try {
      const result = work(path.target);
      if (isThenable(result))
        result.then(
          () => path.succeed(),
          (error: unknown) => this.#close(path, error),
        );
      else path.succeed();
      return result;
    } catch (error) {
      this.#close(path, error);
      throw error;
    }
  }

  /**
   * Gives a message to a target and waits for the answer. When the signal aborts, nothing is learned from the error that
   * follows, unless time ran out. The signal is the given one, or the current context's.
   *
   * @throws what `work` throws; {@link CancelledError} when the signal has aborted before.
   * @example
   * ```ts
   * import assert from 'node:assert/strict';
   * import { Neuroplasticity } from '@organism/nervous';
   *
   * const tokyo = async (id: number) => `tokyo ${id}`;
   * const osaka = async (id: number) => `osaka ${id}`;
   * const router = new Neuroplasticity({ targets: [tokyo, osaka] });
   * assert.match(await router.route((replica) => replica(7)), /^(tokyo|osaka) 7$/);
   * ```
   */
  async route<R>(
    work: (target: T, signal: AbortSignal) => R | PromiseLike<R>,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<R> {
    const signal = options.signal ?? Context.current()?.signal ?? never;
    if (signal.aborted) throw new CancelledError(undefined, { cause: signal.reason });
    const path = this.choose();
    try {
      const result = await work(path.target, signal);
      path.succeed();
      return result;
    } catch (error) {
      if (signal.aborted && !(toOrganismError(signal.reason) instanceof DeadlineError)) path.cancel();
      else this.#close(path, error);
      throw error;
    }
  }

  #close(path: Path<T>, error: unknown): void {
    if (this.#settings.isFailure(error)) path.fail();
    else path.succeed();
  }

  /** Calls `observer` at each change among the targets until the returned handle is disposed. */
  observe(observer: (change: RouteChange<T>) => void): Disposable {
    // One of its own for each call: the same function may observe twice.
    const own = (change: RouteChange<T>): void => observer(change);
    this.#observers.add(own);
    return { [Symbol.dispose]: () => void this.#observers.delete(own) };
  }

  /** What was learned, as plain data to store. Messages in flight and probations are not part of it. */
  snapshot(): PlasticitySnapshot {
    const pathways = [...this.#table.ways.values()].map(({ name, strength }) => ({ name, strength }));
    return { version: 1, typicalMs: this.#table.learning.typicalMs, pathways };
  }

  /**
   * Takes up what was learned before, for the targets of the same names.
   *
   * @throws {OptionError} naming the field when it is not a snapshot.
   */
  hydrate(snapshot: PlasticitySnapshot): this {
    this.#table.resume(checkSnapshot(snapshot));
    return this;
  }

  #report(change: RouteChange<T>): void {
    for (const observer of this.#observers) {
      try {
        observer(change);
      } catch {
        // An observer's failure is not the router's.
      }
    }
  }
}
