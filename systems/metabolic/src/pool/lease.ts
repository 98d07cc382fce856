/** Something borrowed from an {@link ObjectPool}: give it back with `using`, or with `release`. */
export interface Borrowed<T> extends Disposable {
  readonly value: T;
  /** Gives it back. Doing so again does nothing. */
  release(): void;
  /** Gives it up: it is broken, and the pool destroys it. */
  discard(): void;
}

/** A lease that was not given back as it should. */
export interface PoolLeak {
  readonly pool: string;
  /** `held`: longer than `leakAfterMs`. `lost`: nobody can give it back any more; its place is free again. */
  readonly kind: 'held' | 'lost';
  /** Milliseconds since it was borrowed. */
  readonly heldMs: number;
  /** Where it was borrowed, when the pool has `traces`. */
  readonly origin: string | undefined;
}

/** What the pool itself knows of a lease. Holds no reference to the lease, so that a lost one is noticed. */
export interface Loan<T> {
  readonly value: T;
  readonly since: number;
  readonly origin: string | undefined;
  isReported: boolean;
}

/** A lease on a loan. */
export class Lease<T> implements Borrowed<T> {
  readonly value: T;
  #end: ((isBroken: boolean) => void) | undefined;

  constructor(value: T, end: (isBroken: boolean) => void) {
    this.value = value;
    this.#end = end;
  }

  #finish(isBroken: boolean): void {
    const end = this.#end;
    this.#end = undefined;
    end?.(isBroken);
  }

  release(): void {
    this.#finish(false);
  }

  discard(): void {
    this.#finish(true);
  }

  [Symbol.dispose](): void {
    this.#finish(false);
  }
}
