import { OptionError } from '@organism/cell';
import type { Decision } from './decision.ts';
import type { CallOptions, Policy, Work } from './policy.ts';
import { call, enter } from './scope.ts';

/** What policies may answer with in place of the work's result. */
export type AlternativeOf<P> = P extends { readonly alternative?: () => infer A }
  ? unknown extends A
    ? never
    : A
  : never;

type Execute = <T>(work: Work<T>, options?: CallOptions) => Promise<T>;

/** Policies composed into one by {@link regulate}. */
export class Regulated<Alternative = never> implements Policy<Alternative> {
  /** The policies, the outermost first. */
  readonly policies: readonly Policy<unknown>[];
  readonly name: string;
  declare readonly alternative?: () => Alternative;
  readonly #execute: Execute;

  /** @internal Use {@link regulate}. */
  constructor(policies: readonly Policy<unknown>[]) {
    this.policies = policies;
    this.name = policies.map(({ name = 'policy' }) => name).join(' > ');
    this.#execute = compile(policies as readonly Policy[]);
  }

  /** Runs the work under all policies. */
  execute<T>(work: Work<T>, options?: CallOptions): Promise<T | Alternative> {
    return this.#execute(work, options);
  }

  /** Calls back at every decision of every policy that tells them. */
  observe(listener: (decision: Decision) => void): Disposable {
    const observed = this.policies.map((policy) => policy.observe?.(listener));
    return {
      [Symbol.dispose]: () => {
        for (const one of observed) one?.[Symbol.dispose]();
      },
    };
  }
}

/** The chain is built once, so that a call makes one small function per policy and nothing else. */
const compile = (policies: readonly Policy[]): Execute => {
  const [outer, ...rest] = policies;
  if (outer === undefined) return (work, options) => call(work, enter(options));
  if (rest.length === 0) return (work, options) => outer.execute(work, options);
  const inner = compile(rest);
  return (work, options) => outer.execute((scope) => inner(work, scope), options);
};

/**
 * Composes policies into one, the outermost first: `regulate(retry, timeout)` times each attempt,
 * `regulate(timeout, retry)` all attempts together.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` when one is no policy.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Breaker, Bulkhead, regulate, Retry, Timeout } from '@organism/homeostasis';
 *
 * const policy = regulate(
 *   new Retry({ attempts: 3 }),
 *   new Timeout({ ms: 2000 }),
 *   new Breaker(),
 *   new Bulkhead({ concurrency: 10, queue: 100 }),
 * );
 * assert.equal(await policy.execute(async () => 'answer'), 'answer');
 * assert.equal(policy.name, 'retry > timeout > breaker > bulkhead');
 * ```
 */
export const regulate = <P extends readonly Policy<unknown>[]>(...policies: P): Regulated<AlternativeOf<P[number]>> => {
  for (const [index, policy] of policies.entries()) {
    if (typeof (policy as Partial<Policy> | undefined)?.execute !== 'function')
      throw new OptionError(`policies[${index}]`, 'a policy, with a method execute', policy);
  }
  return new Regulated(policies);
};
