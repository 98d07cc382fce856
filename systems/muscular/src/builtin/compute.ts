import type { FaultMap } from '../fault.ts';
import { Muscle } from '../muscle.ts';
import type { NoNeeds } from '../needs.ts';
import type { CommonOptions } from '../options.ts';
import { checkFunction } from './items.ts';
import { offloading, type RunOn } from './pool.ts';

/** Options that built-in operations have like any other. */
export type BuiltInOptions<In, Out> = Omit<
  CommonOptions<In, In, Out, Out, FaultMap, NoNeeds>,
  'needs' | 'errors' | 'validate' | 'deterministic'
>;

/** Options of {@link compute}. */
export interface ComputeOptions<In, Out> extends BuiltInOptions<In, Out> {
  /** A pure function: same input, same output, no effects. */
  readonly of: (input: In) => Out;
  /** Works in a pool of threads when the input is big. Default: always here. */
  readonly runOn?: RunOn<In>;
}

/**
 * Compute: an operation from a pure function; deterministic, so that a memory takes it as it is.
 *
 * @throws {OptionError} that names the option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { compute } from '@organism/muscular';
 *
 * const mean = compute({ name: 'mean', of: (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length });
 * assert.equal(await mean.execute([1, 2, 6]), 3);
 * ```
 */
export const compute = <In, Out>(options: ComputeOptions<In, Out>): Muscle<In, Out> => {
  const { of, runOn, ...rest } = options;
  checkFunction('of', of);
  const placeOf = offloading(runOn);
  return new Muscle<In, Out>({
    ...rest,
    deterministic: true,
    run: (input, work) => {
      const place = placeOf(input);
      if (place === undefined) return of(input);
      return place.pool.run(place.task, input as never, { signal: work.signal }) as Promise<Out>;
    },
  });
};
