import type { Lifetime } from './lifetime.ts';

/** What a loader is given. */
export interface LoadScope<V = unknown> {
  readonly key: string;
  /** Aborts when nobody waits for the value any more, and when the cache stops. */
  readonly signal: AbortSignal;
  /** The old value, when there is one. */
  readonly stale: V | undefined;
  /** Says how long to keep this value, and under which tags, when only the loader knows. */
  keep(lifetime: Lifetime): void;
}

/** Gets a value from where it really is. `undefined` says that there is none. */
export type Load<V = unknown> = (scope: LoadScope<V>) => V | Promise<V>;

/** Options of a fetch; what is left out is as the cache was told. */
export interface FetchOptions extends Lifetime {
  /** Leaves the wait; the load itself is cancelled when nobody waits for it any more. */
  readonly signal?: AbortSignal;
}
