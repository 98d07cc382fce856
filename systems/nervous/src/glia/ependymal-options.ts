import { type CellOptions, type Context, OptionError } from '@organism/cell';
import type { Failure } from '../errors.ts';
import type { LeaseInfo } from './ependymal-errors.ts';

/** What opening and closing a resource may use. */
export interface ResourceScope {
  /** The gate's own context, not that of whoever asked: the resource outlives the request that opened it. */
  readonly context: Context;
  /** Aborts when it takes too long, or the gate stops while opening. */
  readonly signal: AbortSignal;
}

/** The numbers of a gate. */
export interface GateLimits {
  /** How many resources may be open at once, those that are opening or closing included. Default 10. */
  readonly capacity: number;
  /** How many may wait for a resource. One more is refused. Default 100. */
  readonly queue: number;
  /** Milliseconds that a resource nobody uses stays open. 0 closes it at once. Default 60 000. */
  readonly idleMs: number;
  /** Milliseconds that opening may take. Default 10 000. */
  readonly openTimeoutMs: number;
  /** Milliseconds that closing may take; after that its place is given to another. Default 5000. */
  readonly closeTimeoutMs: number;
  /** Milliseconds after which a lease is reported as a leak, once. Default: never. */
  readonly leakAfterMs: number;
}

/** Options of an {@link Ependymal}. */
export interface EpendymalOptions<R>
  extends Partial<GateLimits>, Partial<Pick<CellOptions, 'name' | 'needs' | 'clock' | 'entropy'>> {
  /** Opens a resource. */
  readonly open: (scope: ResourceScope) => R | PromiseLike<R>;
  /** Closes a resource. Default: its `Symbol.asyncDispose` or `Symbol.dispose`, if it has one. */
  readonly close?: (resource: R, scope: ResourceScope) => unknown;
  /** Gets failures to open and close, leaks, and errors of discarded resources. Default: the console. */
  readonly onError?: (failure: Failure) => void;
}

/** How to wait for a resource. */
export interface AcquireOptions {
  /** Leaves the queue when it aborts. */
  readonly signal?: AbortSignal;
  /** The unit of work this is for; its signal and deadline end the wait. Default: the current one, where there is one. */
  readonly context?: Context;
  /** Milliseconds to wait at most. Default: as long as the context allows. */
  readonly timeoutMs?: number;
}

/** Who holds a resource: a name, or something that has one. */
export type Owner = string | { readonly name: string };

/** What a dead owner gave back. */
export interface Freed {
  readonly owner: string;
  /** The leases that were taken away; their resources are closed. */
  readonly leases: readonly LeaseInfo[];
  /** How many of its calls were waiting. */
  readonly waiting: number;
}

const whole = (field: string, count: number, least: number): number => {
  if (!Number.isSafeInteger(count) || count < least)
    throw new OptionError(field, `a whole number of ${least} or more`, count);
  return count;
};

/** A duration that was given, checked. */
export const duration = (field: string, ms: number, isZeroAllowed = false): number => {
  if (typeof ms !== 'number' || !(isZeroAllowed ? ms >= 0 : ms > 0))
    throw new OptionError(field, `a number of milliseconds ${isZeroAllowed ? '>=' : '>'} 0`, ms);
  return ms;
};

/** The numbers of a gate. @throws {OptionError} that names the field. */
export const limitsOf = (options: Partial<GateLimits>): GateLimits => ({
  capacity: whole('capacity', options.capacity ?? 10, 1),
  queue: whole('queue', options.queue ?? 100, 0),
  idleMs: duration('idleMs', options.idleMs ?? 60_000, true),
  openTimeoutMs: duration('openTimeoutMs', options.openTimeoutMs ?? 10_000),
  closeTimeoutMs: duration('closeTimeoutMs', options.closeTimeoutMs ?? 5000),
  leakAfterMs: duration('leakAfterMs', options.leakAfterMs ?? Infinity),
});

/** The name of an owner. @throws {OptionError} when there is none. */
export const nameOf = (owner: Owner): string => {
  const name: unknown = typeof owner === 'string' ? owner : (owner as { readonly name?: unknown } | null)?.name;
  if (typeof name !== 'string' || name === '') throw new OptionError('owner', 'a name, or something named', owner);
  return name;
};
