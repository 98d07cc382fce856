import { OptionError } from '@organism/cell';
import { Hedge, type Policy, regulate, Retry } from '@organism/homeostasis';
import { AttemptWork, callerOf, type InnerWork } from './work.ts';

/** What runs an operation, once its input has been checked. */
export type Call = (input: unknown, work: InnerWork) => unknown;

/** Whether a policy may run the work more than once. */
const repeats = (policy: Policy<unknown>): boolean =>
  policy instanceof Retry ||
  policy instanceof Hedge ||
  ('policies' in policy && (policy.policies as readonly Policy<unknown>[]).some(repeats));

/** How an operation is regulated. */
export interface Regulation {
  readonly policies: readonly Policy<unknown>[];
  readonly idempotent: boolean;
  /** What the call is about, for policies that keep state for each key. */
  readonly policyKey: ((input: never) => string) | undefined;
}

/**
 * Puts policies around what runs an operation. Each attempt has a context of its own, so that what it calls hears when
 * a policy gives it up.
 *
 * @throws {OptionError} when one is no policy, or would run again what is not idempotent.
 */
export const regulated = (run: Call, regulation: Regulation): Call => {
  const { policies, idempotent, policyKey } = regulation;
  const policy = regulate(...policies);
  if (!idempotent && policies.some(repeats))
    throw new OptionError('policies', 'without Retry and Hedge unless the operation is idempotent', policies);
  return (input, work) =>
    policy.execute(
      (scope) => {
        const attempt = new AttemptWork(scope, work.context, work.traits);
        return attempt.context.run(() => run(input, attempt)) as PromiseLike<unknown>;
      },
      { ...callerOf(work), ...(policyKey !== undefined && { key: policyKey(input as never) }) },
    );
};
