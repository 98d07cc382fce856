/** What a store holds under a key. */
export interface Stored<T = unknown> {
  readonly value: T;
  /** Grows by at least one with every change of the key, also over a deletion. */
  readonly version: number;
}

/** Condition on a write. */
export interface WriteCondition {
  /** The version that the key must have; 0 when there must be none. */
  readonly ifVersion?: number;
}

/**
 * State store port: where stateful neurons keep their snapshots. `Astrocyte` fills it; so can anything else.
 */
export interface StateStore {
  get(key: string): Promise<Stored | undefined>;
  set(key: string, value: unknown, condition?: WriteCondition): Promise<Stored>;
  delete(key: string, condition?: WriteCondition): Promise<boolean>;
}
