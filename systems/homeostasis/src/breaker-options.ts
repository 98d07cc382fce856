import type { Clock, Entropy } from '@organism/cell';
import type { Backoff } from './backoff.ts';
import type { PolicyOptions } from './policy.ts';
import type { TripRule, TripSnapshot } from './trip.ts';

/** State of a {@link Breaker}; isolated is open until somebody closes it by hand. */
export type BreakerState = 'closed' | 'open' | 'half-open' | 'isolated';

/** A breaker's state as plain data, for another process or a later life. */
export interface BreakerSnapshot {
  readonly state: 'closed' | 'open' | 'isolated';
  /** Until when an open breaker turns every call away: milliseconds since the epoch. */
  readonly openUntil: number;
  /** How often it has opened since it was last closed. */
  readonly opens: number;
  readonly trip: TripSnapshot;
}

/** Options of a {@link Breaker}. */
export interface BreakerOptions extends PolicyOptions {
  /** When to open. Default: `consecutive({ failures: 5 })`. */
  readonly trip?: TripRule;
  /** How long to stay open, in milliseconds, or a backoff over the times it has opened in a row. Default 30 000. */
  readonly openMs?: number | Backoff;
  /** How to find out whether the callee is well again. */
  readonly halfOpen?: {
    /** How many calls are let through; the others are turned away. Default 1. */
    readonly probes?: number;
    /** Share of them that must succeed. Default 1. */
    readonly successRate?: number;
    /** Probes that have not ended after this time no longer count, and new ones may start. Default 60 000. */
    readonly maxMs?: number;
  };
  /** A success that took longer than this counts as a failure, in milliseconds. Default: never. */
  readonly slowMs?: number;
  /** Whether an error tells of a sick callee. Default {@link isFailure}. Cancellations never do. */
  readonly when?: (error: unknown) => boolean;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
}
