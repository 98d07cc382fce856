import { CancelledError, type Context, OrganismError } from '@organism/cell';
import type { CallOptions, Scope, Work } from './policy.ts';

/** What a scope needs once somebody wants to hear of its abort. */
interface Wire {
  signal?: AbortSignal;
  controller?: AbortController;
  /** Policies that wait; told without a signal. */
  readonly listeners: Set<() => void>;
  /** Stops following the parent. */
  unlink: (() => void) | undefined;
}

/**
 * The scope of one call. A fork can be aborted on its own and follows its parent; the signal behind each is made when
 * someone reads it, because an AbortController costs more than all four common policies together.
 */
export class CallScope implements Scope {
  readonly attempt: number;
  readonly context: Context | undefined;
  readonly key: string | undefined;
  /** The scope this is a part of, or the caller's signal. */
  readonly #source: CallScope | AbortSignal | undefined;
  readonly #forked: boolean;
  #aborted: { readonly reason: unknown } | undefined = undefined;
  #wire: Wire | undefined = undefined;

  // Five plain arguments: an options object per fork is a tenth of what a timeout costs (homeostasis.regulate).
  constructor(
    attempt: number,
    context: Context | undefined,
    key: string | undefined,
    source: CallScope | AbortSignal | undefined,
    forked: boolean,
  ) {
    this.attempt = attempt;
    this.context = context;
    this.key = key;
    this.#source = source;
    this.#forked = forked;
  }

  /** The same call at another attempt. */
  at(attempt: number): CallScope {
    return attempt === this.attempt ? this : new CallScope(attempt, this.context, this.key, this, false);
  }

  /** A part of the call that can be aborted without aborting the rest. */
  fork(): CallScope {
    return new CallScope(this.attempt, this.context, this.key, this, true);
  }

  /** A scope that belongs to no caller. */
  static detached(key: string): CallScope {
    return new CallScope(1, undefined, key, undefined, true);
  }

  /** Whether anything can abort this scope at all. */
  get cancellable(): boolean {
    if (this.#forked) return true;
    return this.#source instanceof CallScope
      ? this.#source.cancellable
      : this.#source !== undefined || this.context !== undefined;
  }

  /** Whether the result is no longer wanted; makes no signal to find out, unless there is a context. */
  get aborted(): boolean {
    if (this.#aborted !== undefined) return true;
    if (this.#forked && this.#source === undefined) return false;
    return this.#source instanceof CallScope ? this.#source.aborted : this.cancellable && this.signal.aborted;
  }

  /** Why it was aborted. */
  get reason(): unknown {
    if (this.#aborted !== undefined) return this.#aborted.reason;
    return this.#source instanceof CallScope ? this.#source.reason : this.signal.reason;
  }

  get signal(): AbortSignal {
    if (this.#source instanceof CallScope && !this.#forked) return this.#source.signal;
    const wire = this.#wired();
    wire.signal ??= this.#forked ? this.#ownSignal(wire) : this.#givenSignal();
    return wire.signal;
  }

  #wired(): Wire {
    if (this.#wire !== undefined) return this.#wire;
    const wire: Wire = { listeners: new Set(), unlink: undefined };
    this.#wire = wire;
    const parent = this.#source;
    if (this.#forked && parent instanceof CallScope && parent.cancellable && !this.aborted)
      wire.unlink = parent.onAbort(() => this.abort(parent.reason));
    return wire;
  }

  #ownSignal(wire: Wire): AbortSignal {
    wire.controller = new AbortController();
    if (this.aborted) wire.controller.abort(this.reason);
    return wire.controller.signal;
  }

  #givenSignal(): AbortSignal {
    const [given, inherited] = [this.#source as AbortSignal | undefined, this.context?.signal];
    if (given !== undefined && inherited !== undefined) return AbortSignal.any([given, inherited]);
    return given ?? inherited ?? new AbortController().signal;
  }

  /** Aborts a fork, once. */
  abort(reason: unknown): void {
    if (this.#aborted !== undefined) return;
    this.#aborted = { reason };
    this.close();
    const wire = this.#wire;
    if (wire === undefined) return;
    for (const listener of wire.listeners) listener();
    wire.controller?.abort(reason);
  }

  /** Lets go of the parent, which may outlive the call by far. */
  close(): void {
    if (this.#wire?.unlink === undefined) return;
    this.#wire.unlink();
    this.#wire.unlink = undefined;
  }

  /** Calls back when the scope is aborted; returns what undoes that. Only for a scope that is not aborted yet. */
  onAbort(listener: () => void): () => void {
    if (this.#forked) {
      const { listeners } = this.#wired();
      // Wrapped, as the same listener may be given twice.
      const own = (): void => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    }
    if (this.#source instanceof CallScope) return this.#source.onAbort(listener);
    const { signal } = this;
    signal.addEventListener('abort', listener, { once: true });
    return () => signal.removeEventListener('abort', listener);
  }

  /** The error for a caller whose call was aborted: the reason when it is one of ours, else a CancelledError. */
  cancellation(): OrganismError {
    const { reason } = this;
    return reason instanceof OrganismError ? reason : new CancelledError(undefined, { cause: reason });
  }
}

/**
 * One that always lives. When a full garbage collection finds no object of a shape, V8 forgets the shape and the code
 * compiled for it: composed calls were three times slower after each (benchmark homeostasis.regulate). Not a static
 * member: the compiler emits a class that makes itself in a static member in a way that fails when it is loaded.
 */
export const lastingScope: CallScope = new CallScope(1, undefined, undefined, undefined, false);

/** The scope of a call: the one handed on by an outer policy, or a new one. */
export const enter = (options: CallOptions | undefined): CallScope => {
  if (options === undefined) return new CallScope(1, undefined, undefined, undefined, false);
  if (options instanceof CallScope) return options;
  return new CallScope(options.attempt ?? 1, options.context, options.key, options.signal, false);
};

/** Runs work so that it never throws, and makes a promise only where the work gives none. */
export const call = <T>(work: Work<T>, scope: CallScope): Promise<T> => {
  try {
    const result = work(scope);
    return result instanceof Promise ? (result as Promise<T>) : Promise.resolve(result);
  } catch (error) {
    return Promise.reject(error as Error);
  }
};

const isAbort = (error: unknown): boolean =>
  error instanceof CancelledError || (error instanceof Error && error.name === 'AbortError');

/** Whether a call failed because nobody wants its result any longer, which says nothing about the callee. */
export const isCancellation = (error: unknown, scope: CallScope): boolean => {
  if (!scope.aborted) return isAbort(error);
  const { reason } = scope;
  // Time that ran out is the callee's doing; that of an outer timeout or the context's deadline as well.
  const timedOut =
    reason instanceof OrganismError ? reason.status === 504 : reason instanceof Error && reason.name === 'TimeoutError';
  return !timedOut;
};
