import type { CellOptions } from '@organism/cell';
import { checkCount, checkFunction, checkMs } from '../check.ts';
import type { InvalidationBus } from './bus.ts';
import type { Lifetime } from './lifetime.ts';
import type { CachePersistence } from './persistence.ts';
import type { CacheStore } from './store.ts';

/** Options of a {@link Glycogen}. The lifetime given here is the default for every value. */
export interface GlycogenOptions extends Lifetime, Partial<Pick<CellOptions, 'name' | 'needs' | 'clock' | 'entropy'>> {
  /** Most entries in memory. Default 10 000, or no such bound when `maxBytes` is given. */
  readonly max?: number;
  /** Most bytes in memory, by `sizeOf`. Default: no such bound. */
  readonly maxBytes?: number;
  /** Size of a value in bytes. Default {@link estimateBytes}; give one of your own where values are big. */
  readonly sizeOf?: (value: unknown, key: string) => number;
  /** Second level, shared with other processes. */
  readonly l2?: CacheStore;
  /** Longest wait for the second level, in milliseconds. Default 1000. */
  readonly l2TimeoutMs?: number;
  /** How long the second level is left alone after a failure, in milliseconds. Default 1000. */
  readonly l2PauseMs?: number;
  /** How long the right to load a key is held without a sign of life, in milliseconds. Default 10 000. */
  readonly lockMs?: number;
  /** Longest wait for a load in another process, in milliseconds; then this one loads too. Default 10 000. */
  readonly lockWaitMs?: number;
  /** How long an old value is served before the next attempt, after a load failed, in milliseconds. Default 1000. */
  readonly retryMs?: number;
  /** Tells other processes what is no longer valid. Heard from the start of the cell on. */
  readonly bus?: InvalidationBus;
  /** Fills memory at the start with what it held before. */
  readonly persistence?: CachePersistence;
  /** How long changes are gathered before they are persisted, in milliseconds. Default 1000. */
  readonly persistDelayMs?: number;
}

/** The options with every default filled in. */
export type CacheLimits = Required<
  Pick<GlycogenOptions, 'l2TimeoutMs' | 'l2PauseMs' | 'lockMs' | 'lockWaitMs' | 'retryMs' | 'persistDelayMs'>
> &
  Pick<GlycogenOptions, 'max' | 'maxBytes' | 'sizeOf'>;

/**
 * Checks the numbers among the options.
 *
 * @throws {OptionError} that names the option.
 */
export const readLimits = (options: GlycogenOptions): CacheLimits => ({
  ...(options.max !== undefined && { max: checkCount('max', options.max) }),
  ...(options.maxBytes !== undefined && { maxBytes: checkCount('maxBytes', options.maxBytes) }),
  ...(options.sizeOf !== undefined && { sizeOf: checkFunction('sizeOf', options.sizeOf) }),
  l2TimeoutMs: checkMs('l2TimeoutMs', options.l2TimeoutMs ?? 1000),
  l2PauseMs: checkMs('l2PauseMs', options.l2PauseMs ?? 1000),
  lockMs: checkMs('lockMs', options.lockMs ?? 10_000),
  lockWaitMs: checkMs('lockWaitMs', options.lockWaitMs ?? 10_000),
  retryMs: checkMs('retryMs', options.retryMs ?? 1000),
  persistDelayMs: checkMs('persistDelayMs', options.persistDelayMs ?? 1000),
});
