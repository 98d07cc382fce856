import { OptionError } from '@organism/cell';
import type { Pathway } from './pathway.ts';

/** How a message went. */
export interface Outcome {
  readonly ok: boolean;
  /** Milliseconds it took. Default: measured on the router's clock since the choice. */
  readonly latencyMs?: number;
}

/**
 * One message on its way to a target: made by `choose`, and counted as in flight until it is settled. Only the first
 * settling counts, so a timeout and a late answer may both report; each method tells whether it was the first.
 */
export interface Path<T> {
  readonly target: T;
  /** Whether it has yet to be settled. */
  readonly open: boolean;
  /** @throws {OptionError} naming `latencyMs` when it is not a number of milliseconds >= 0. */
  settle(outcome: Outcome): boolean;
  /** The target answered. */
  succeed(latencyMs?: number): boolean;
  /** The target failed. */
  fail(): boolean;
  /** The message was given up for a reason that is not the target's: nothing is learned. */
  cancel(): boolean;
}

/** What a path tells its router. */
export interface PathOwner<T> {
  now(): number;
  settled(way: Pathway<T>, ok: boolean, latencyMs: number, now: number): void;
}

/** A path as the router sees it: an entry in its pathway's list of messages in flight. */
export class OpenPath<T> implements Path<T> {
  readonly way: Pathway<T>;
  readonly at: number;
  readonly #owner: PathOwner<T>;
  open = true;
  earlier: OpenPath<T> | undefined = undefined;
  later: OpenPath<T> | undefined = undefined;

  constructor(owner: PathOwner<T>, way: Pathway<T>, at: number) {
    this.#owner = owner;
    this.way = way;
    this.at = at;
    way.push(this);
  }

  get target(): T {
    return this.way.target;
  }

  settle({ ok, latencyMs }: Outcome): boolean {
    if (typeof ok !== 'boolean') throw new OptionError('ok', 'true or false', ok);
    return this.#settle(ok, latencyMs);
  }

  succeed(latencyMs?: number): boolean {
    return this.#settle(true, latencyMs);
  }

  fail(): boolean {
    return this.#settle(false, undefined);
  }

  cancel(): boolean {
    if (!this.open) return false;
    this.way.drop(this);
    return true;
  }

  #settle(ok: boolean, latencyMs: number | undefined): boolean {
    if (latencyMs !== undefined && !(latencyMs >= 0 && latencyMs < Infinity))
      throw new OptionError('latencyMs', 'a number of milliseconds >= 0', latencyMs);
    if (!this.open) return false;
    this.way.drop(this);
    const now = this.#owner.now();
    this.#owner.settled(this.way, ok, latencyMs ?? now - this.at, now);
    return true;
  }
}
