import type { CellOptions } from '@organism/cell';
import { checkCount, checkFunction, checkMs } from '../check.ts';
import type { PoolLeak } from './lease.ts';

/** Options of an {@link ObjectPool}. */
export interface ObjectPoolOptions<T> extends Partial<Pick<CellOptions, 'name' | 'needs' | 'clock'>> {
  /** Makes one. What it throws goes to whoever asked. */
  readonly create: () => T | Promise<T>;
  /** Makes one that was given back ready for the next; when it throws, that one is destroyed. */
  readonly reset?: (value: T) => void;
  /** Whether one that has waited is still good. Default: it is. */
  readonly validate?: (value: T) => boolean;
  /** Ends one that is not needed any more. What it throws is ignored. */
  readonly destroy?: (value: T) => void | Promise<void>;
  /** Most that exist at one time. Default 10. */
  readonly max?: number;
  /** Made when the cell starts, and kept. Default 0. */
  readonly min?: number;
  /** Callers that may wait. Default 1000. */
  readonly maxWaiting?: number;
  /** Longest wait for one to become free, in milliseconds. Default 30 000. */
  readonly acquireTimeoutMs?: number;
  /** How long one above the minimum is kept unused, in milliseconds. Default Infinity. */
  readonly idleMs?: number;
  /** A lease held for longer is reported as a leak, in milliseconds. Default Infinity. */
  readonly leakAfterMs?: number;
  /** Keep where each lease was taken, for reports; some microseconds each. Default false. */
  readonly traces?: boolean;
  /** Gets leaks. Default: the console. */
  readonly onLeak?: (leak: PoolLeak) => void;
}

/** The options with every default filled in. */
export type PoolLimits = Required<
  Pick<
    ObjectPoolOptions<unknown>,
    'max' | 'min' | 'maxWaiting' | 'acquireTimeoutMs' | 'idleMs' | 'leakAfterMs' | 'traces' | 'onLeak'
  >
>;

const toConsole = ({ pool, kind, heldMs, origin }: PoolLeak): void =>
  console.warn(
    `Pool "${pool}": a lease is ${kind}, borrowed ${Math.round(heldMs)} ms ago.${origin ? `\n${origin}` : ''}`,
  );

/**
 * Checks the options.
 *
 * @throws {OptionError} that names the option.
 */
export const readPoolLimits = <T>(options: ObjectPoolOptions<T>): PoolLimits => {
  checkFunction('create', options.create);
  for (const field of ['reset', 'validate', 'destroy', 'onLeak'] as const)
    if (options[field] !== undefined) checkFunction(field, options[field]);
  const max = checkCount('max', options.max ?? 10);
  return {
    max,
    min: Math.min(max, checkCount('min', options.min ?? 0, 0)),
    maxWaiting: checkCount('maxWaiting', options.maxWaiting ?? 1000, 0),
    acquireTimeoutMs: checkMs('acquireTimeoutMs', options.acquireTimeoutMs ?? 30_000),
    idleMs: checkMs('idleMs', options.idleMs ?? Infinity),
    leakAfterMs: checkMs('leakAfterMs', options.leakAfterMs ?? Infinity),
    traces: options.traces === true,
    onLeak: options.onLeak ?? toConsole,
  };
};
