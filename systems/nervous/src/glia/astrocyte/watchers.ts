import { type Failure } from '../../errors.ts';
import { isThenable, type Subscription } from '../../bus/topic.ts';

/** A change of a key. */
export interface StateChange<T = unknown> {
  /** `expire`: its time to live was over. `evict`: it gave its place to another key. */
  readonly type: 'set' | 'delete' | 'expire' | 'evict';
  readonly key: string;
  /** The version now; 0 when the key has gone. */
  readonly version: number;
  /** The version before; 0 when there was none. */
  readonly previous: number;
  /** What was set: one copy for all watchers, not to be changed. Undefined when the key has gone. */
  readonly value: T | undefined;
}

/** What to watch: a key, or all keys that begin with a prefix. */
export type WatchTarget = string | { readonly prefix: string };

/** Gets changes, one after another. What it throws or rejects with goes to the store's `onError`. */
export type StateWatcher<T = unknown> = (change: StateChange<T>) => unknown;

interface Watch {
  readonly prefix: string;
  readonly watcher: StateWatcher;
  /** Called when the store stops, not when the watch was ended otherwise. */
  readonly onClose: (() => void) | undefined;
}

/** Who watches what. Every watcher gets all changes in the order they happened, also those made by watchers. */
export class Watchers {
  readonly #byKey = new Map<string, Set<Watch>>();
  readonly #byPrefix = new Set<Watch>();
  readonly #waiting: StateChange[] = [];
  readonly #fail: (failure: Failure) => void;
  #telling = false;

  constructor(fail: (failure: Failure) => void) {
    this.#fail = fail;
  }

  get size(): number {
    let size = this.#byPrefix.size;
    for (const watches of this.#byKey.values()) size += watches.size;
    return size;
  }

  add(target: WatchTarget, watcher: StateWatcher, onClose?: () => void): Subscription {
    const exact = typeof target === 'string';
    const watch: Watch = { prefix: exact ? target : target.prefix, watcher, onClose };
    const watches = exact ? (this.#byKey.get(target) ?? new Set()) : this.#byPrefix;
    if (exact) this.#byKey.set(target, watches);
    watches.add(watch);
    const unsubscribe = (): void => {
      watches.delete(watch);
      if (exact && watches.size === 0 && this.#byKey.get(target) === watches) this.#byKey.delete(target);
    };
    return { unsubscribe, [Symbol.dispose]: unsubscribe };
  }

  /** Ends all watches. */
  close(): void {
    const all = [...[...this.#byKey.values()].flatMap((watches) => [...watches]), ...this.#byPrefix];
    this.#byKey.clear();
    this.#byPrefix.clear();
    for (const { onClose } of all) onClose?.();
  }

  /** Whether anybody would see a change of the key. */
  wants(key: string): boolean {
    if (this.#byKey.has(key)) return true;
    for (const { prefix } of this.#byPrefix) if (key.startsWith(prefix)) return true;
    return false;
  }

  /** Tells of a change. During another telling it waits its turn, so that no watcher sees the later change first. */
  tell(change: StateChange): void {
    this.#waiting.push(change);
    if (this.#telling) return;
    this.#telling = true;
    for (const next of this.#waiting) for (const watch of this.#watching(next.key)) this.#call(watch, next);
    this.#waiting.length = 0;
    this.#telling = false;
  }

  #watching(key: string): readonly Watch[] {
    const watching = [...(this.#byKey.get(key) ?? [])];
    for (const watch of this.#byPrefix) if (key.startsWith(watch.prefix)) watching.push(watch);
    return watching;
  }

  #call({ watcher }: Watch, change: StateChange): void {
    const fail = (error: unknown): void => this.#fail({ source: `a watcher of "${change.key}"`, error, value: change });
    try {
      const result = watcher(change);
      if (isThenable(result)) result.then(undefined, fail);
    } catch (error) {
      fail(error);
    }
  }
}
