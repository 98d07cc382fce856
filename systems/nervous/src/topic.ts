import type { ShapeReference } from '@organism/cell';
import { type Failure, NotRunningError } from './errors.ts';

/** What a listener is told about where a value came from. */
export interface TopicInfo {
  readonly name: string;
  readonly shape: ShapeReference | undefined;
}

/** A function that gets a topic's values. What it throws, or rejects with, goes to the bus's error handling. */
export type Listener<T> = (value: T, topic: TopicInfo) => unknown;

/** Handle of a subscription. Disposing it ends it; disposing it again does nothing. */
export interface Subscription extends Disposable {
  unsubscribe(): void;
}

type AnyListener = Listener<never>;

/** Whether a listener gave back a promise. */
export const isThenable = (result: unknown): result is PromiseLike<unknown> =>
  typeof result === 'object' && result !== null && typeof (result as { readonly then?: unknown }).then === 'function';

/**
 * Bound topic: the fastest way to emit and listen, since the name is looked up only once.
 *
 * The list of listeners is never changed in place, so an emit walks a steady list without copying it: listeners added
 * during an emit get the next value, those removed may still get this one.
 */
export class Topic<T> implements TopicInfo {
  readonly name: string;
  shape: ShapeReference | undefined;
  /** How many values were emitted. */
  emitted: number = 0;
  readonly #fail: (failure: Failure) => void;
  #parse: ((value: unknown) => T) | undefined;
  readonly #onFirst: (() => void) | undefined;
  #own: readonly AnyListener[] = [];
  #wild: readonly AnyListener[] = [];
  #all: readonly AnyListener[] = [];
  #closed = false;

  constructor(options: {
    readonly name: string;
    readonly fail: (failure: Failure) => void;
    readonly onFirst?: () => void;
  }) {
    this.name = options.name;
    this.#fail = options.fail;
    this.#onFirst = options.onFirst;
  }

  /** How many listeners a value reaches, wildcard ones included. */
  get listenerCount(): number {
    return this.#all.length;
  }

  /** Whether somebody listens to this very topic, rather than to a pattern that it matches. */
  get isOwned(): boolean {
    return this.#own.length > 0;
  }

  /**
   * Gives a value to every listener, at once and in order. A failing listener never disturbs the others.
   *
   * @returns how many listeners got it.
   * @throws {NotRunningError} when the bus has stopped.
   */
  emit(value: T): number {
    const listeners = this.#all as readonly Listener<T>[];
    const count = listeners.length;
    if (count === 0) return this.#emitToNone(value);
    this.emitted += 1;
    const checked = this.#parse === undefined ? value : this.#parse(value);
    let next = 0;
    // One try around the loop rather than one in it: a listener that throws costs a new turn, the others nothing.
    while (next < count) {
      try {
        while (next < count) {
          const listener = listeners[next++] as Listener<T>;
          const result = listener(checked, this);
          if (result !== undefined && isThenable(result)) this.#guard(result, value);
        }
      } catch (error) {
        this.#fail({ source: this.name, error, value });
      }
    }
    return count;
  }

  #emitToNone(value: T): number {
    if (this.#closed) throw new NotRunningError('The event bus', `emit "${this.name}"`);
    this.#parse?.(value);
    this.emitted += 1;
    return 0;
  }

  #guard(result: PromiseLike<unknown>, value: T): void {
    result.then(undefined, (error: unknown) => this.#fail({ source: this.name, error, value }));
  }

  /**
   * Gives a value to every listener and waits for those that are asynchronous.
   *
   * @param options.concurrency How many listeners may be at work at once. Default all of them.
   * @returns how many listeners handled it without failing.
   */
  async publish(value: T, options: { readonly concurrency?: number } = {}): Promise<number> {
    const listeners = this.#all as readonly Listener<T>[];
    if (listeners.length === 0) return this.#emitToNone(value);
    this.emitted += 1;
    const checked = this.#parse === undefined ? value : this.#parse(value);
    let next = 0;
    let handled = 0;
    const worker = async (): Promise<void> => {
      for (let listener = listeners[next++]; listener !== undefined; listener = listeners[next++]) {
        try {
          await listener(checked, this);
          handled += 1;
        } catch (error) {
          this.#fail({ source: this.name, error, value });
        }
      }
    };
    const workers = Math.max(1, Math.min(options.concurrency ?? listeners.length, listeners.length));
    await Promise.all(Array.from({ length: workers }, worker));
    return handled;
  }

  /** Calls `listener` for every value until unsubscribed. The same function may be added more than once. */
  on(listener: Listener<T>): Subscription {
    if (this.#closed) throw new NotRunningError('The event bus', `subscribe to "${this.name}"`);
    this.#onFirst?.();
    // A wrapper would cost a call on every emit, so an entry is the function itself, told apart by position only.
    this.#set([...this.#own, listener], this.#wild);
    let active = true;
    const unsubscribe = (): void => {
      if (!active) return;
      active = false;
      this.off(listener);
    };
    return { unsubscribe, [Symbol.dispose]: unsubscribe };
  }

  /** Calls `listener` for the next value only. */
  once(listener: Listener<T>): Subscription {
    const subscription = this.on((value, topic) => {
      subscription.unsubscribe();
      return listener(value, topic);
    });
    return subscription;
  }

  /** Ends one subscription of `listener`. */
  off(listener: Listener<T>): void {
    const index = this.#own.indexOf(listener);
    if (index >= 0) this.#set(this.#own.toSpliced(index, 1), this.#wild);
  }

  /** Says what the topic carries, and how to check it. For the bus. */
  carry(shape: ShapeReference, parse: ((value: unknown) => T) | undefined): void {
    this.shape = shape;
    this.#parse = parse;
  }

  /** Replaces the wildcard listeners that this topic matches. For the bus. */
  setWild(listeners: readonly AnyListener[]): void {
    this.#set(this.#own, listeners);
  }

  #set(own: readonly AnyListener[], wild: readonly AnyListener[]): void {
    this.#own = own;
    this.#wild = wild;
    this.#all = wild.length === 0 ? own : [...own, ...wild];
  }

  /** Drops every listener and refuses further values, or takes them again. For the bus. */
  close(closed: boolean): void {
    this.#closed = closed;
    if (closed) this.#set([], []);
  }
}
