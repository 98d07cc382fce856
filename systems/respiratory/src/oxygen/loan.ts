import type { Acquired } from './driver.ts';

/** A connection that a caller holds: give it back with `await using`, or with `release`. */
export interface ConnectionLease<Connection> extends AsyncDisposable {
  readonly connection: Connection;
  /** Gives it back. Doing so again does nothing. */
  release(): Promise<void>;
  /** Gives it up: it is broken, or in a state that nobody knows, and is closed. */
  discard(): Promise<void>;
}

/** A connection that was not given back as it should. */
export interface ConnectionLeak {
  readonly resource: string;
  /** `held`: longer than `leakAfterMs`. `lost`: nobody can give it back any more; it has been closed. */
  readonly kind: 'held' | 'lost';
  /** Milliseconds since it was taken. */
  readonly heldMs: number;
  /** What its holder called it, if anything. */
  readonly label: string | undefined;
  /** Where it was taken, when the resource has `traces`. */
  readonly origin: string | undefined;
}

/** What the resource knows of a lease. Holds no reference to the lease, so that a lost one is noticed. */
export interface Loan {
  readonly since: number;
  readonly label: string | undefined;
  readonly origin: string | undefined;
  readonly end: (isBroken: boolean) => Promise<void>;
  isReported: boolean;
}

/** A lease on a loan. */
export class HeldConnection<Connection> implements ConnectionLease<Connection> {
  readonly connection: Connection;
  #end: ((isBroken: boolean) => Promise<void>) | undefined;

  constructor({ connection }: Acquired<Connection>, end: (isBroken: boolean) => Promise<void>) {
    this.connection = connection;
    this.#end = end;
  }

  async #finish(isBroken: boolean): Promise<void> {
    const end = this.#end;
    this.#end = undefined;
    await end?.(isBroken);
  }

  async release(): Promise<void> {
    await this.#finish(false);
  }

  async discard(): Promise<void> {
    await this.#finish(true);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#finish(false);
  }
}
