import { createAmbient } from '#ambient';
import { type Clock, systemClock, type Timer } from './clock.ts';
import { type Entropy, systemEntropy } from './entropy.ts';
import { CancelledError, DeadlineError, OptionError } from './errors.ts';
import { childTrace, newTrace, type TraceContext } from './trace.ts';

/** Who the work is done for. Organs add their own members (roles, claims). */
export interface Principal {
  readonly id: string;
  readonly [claim: string]: unknown;
}

/** What can be said of a unit of work; everything is optional. */
export interface ContextOptions {
  readonly trace?: TraceContext;
  /** Groups everything that follows from one outside event. Default: the parent's, else a fresh UUID. */
  readonly correlationId?: string;
  /** Id of the message or call that directly caused this one. */
  readonly causationId?: string;
  readonly principal?: Principal;
  readonly tenant?: string;
  /** When the work is no longer wanted: milliseconds since the epoch on `clock`. A child never outlives its parent. */
  readonly deadline?: number;
  /** Aborts when the caller gives up. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
}

const ambient = createAmbient<Context>();
const never = new AbortController().signal;

/**
 * Ambient request context: one immutable object per unit of work. On servers it follows the call by itself
 * ({@link Context.current}); in browsers it is passed explicitly.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Context } from '@organism/cell';
 *
 * const request = new Context({ tenant: 'lisbon', principal: { id: 'ada' } });
 * await request.run(async () => {
 *   await Promise.resolve();
 *   assert.equal(Context.current()?.tenant, 'lisbon');
 * });
 * ```
 */
export class Context implements Disposable {
  readonly causationId: string | undefined;
  readonly principal: Principal | undefined;
  readonly tenant: string | undefined;
  /** Milliseconds since the epoch, or undefined when there is no deadline. */
  readonly deadline: number | undefined;
  readonly clock: Clock;
  readonly entropy: Entropy;
  readonly #given: AbortSignal | undefined;
  readonly #parent: Context | undefined;
  // Ids and the deadline's timer cost more than the rest together, and many units of work never look at them.
  #trace: TraceContext | undefined;
  #correlationId: string | undefined;
  #signal: AbortSignal | undefined;
  #timer: Timer | undefined;

  /** @throws {OptionError} `CELL_BAD_OPTION` when the deadline is no number. */
  constructor(options: ContextOptions = {}, parent?: Context) {
    this.clock = options.clock ?? parent?.clock ?? systemClock;
    this.entropy = options.entropy ?? parent?.entropy ?? systemEntropy;
    this.causationId = options.causationId ?? parent?.causationId;
    this.principal = options.principal ?? parent?.principal;
    this.tenant = options.tenant ?? parent?.tenant;
    const { deadline: own = Infinity } = options;
    if (typeof own !== 'number' || Number.isNaN(own))
      throw new OptionError('deadline', 'milliseconds since the epoch', own);
    const deadline = Math.min(own, parent?.deadline ?? Infinity);
    this.deadline = deadline === Infinity ? undefined : deadline;
    this.#trace = options.trace;
    this.#correlationId = options.correlationId;
    this.#given = options.signal;
    this.#parent = parent;
  }

  /** The context of the running unit of work, or undefined outside one, and always in browsers. */
  static current(): Context | undefined {
    return ambient.get();
  }

  /** The trace position; a fresh one is made on first use when none came from outside. */
  get trace(): TraceContext {
    this.#trace ??= this.#parent === undefined ? newTrace(this.entropy) : childTrace(this.#parent.trace, this.entropy);
    return this.#trace;
  }

  /** Groups everything that follows from one outside event. */
  get correlationId(): string {
    this.#correlationId ??= this.#parent?.correlationId ?? this.entropy.uuid();
    return this.#correlationId;
  }

  /** Aborts when the caller gives up or the deadline passes; the reason is an OrganismError or the caller's own. */
  get signal(): AbortSignal {
    this.#signal ??= this.#makeSignal();
    return this.#signal;
  }

  #makeSignal(): AbortSignal {
    const sources: AbortSignal[] = [];
    if (this.#given !== undefined) sources.push(this.#given);
    const inherited = this.#parent?.signal ?? never;
    if (inherited !== never) sources.push(inherited);
    if (this.deadline !== undefined && this.deadline !== this.#parent?.deadline)
      sources.push(this.#deadlineSignal(this.deadline));
    const [first = never] = sources;
    return sources.length < 2 ? first : AbortSignal.any(sources);
  }

  #deadlineSignal(deadline: number): AbortSignal {
    const controller = new AbortController();
    const left = deadline - this.clock.now();
    if (left <= 0) controller.abort(new DeadlineError());
    else this.#timer = this.clock.setTimeout(() => controller.abort(new DeadlineError()), left).unref();
    return controller.signal;
  }

  /** Milliseconds left until the deadline, at least 0; Infinity when there is none. */
  get remainingMs(): number {
    return this.deadline === undefined ? Infinity : Math.max(0, this.deadline - this.clock.now());
  }

  /**
   * Throws when the work is no longer wanted.
   * @throws {DeadlineError} when the deadline has passed.
   * @throws {CancelledError} when the caller gave up.
   */
  throwIfDone(): void {
    if (this.remainingMs === 0) throw new DeadlineError();
    if (!this.signal.aborted) return;
    const reason: unknown = this.signal.reason;
    throw reason instanceof DeadlineError ? reason : new CancelledError(undefined, { cause: reason });
  }

  /** A context for a part of this work: same trace with a new span, same correlation, the earlier deadline. */
  child(options: ContextOptions = {}): Context {
    return new Context(options, this);
  }

  /** Runs `work` with this as the current context (also handed to it as its argument, for browsers). */
  run<R>(work: (context: Context) => R): R {
    return ambient.run(this, () => work(this));
  }

  /** Cancels the deadline's timer. The signal stays as it is. */
  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
  }
}
