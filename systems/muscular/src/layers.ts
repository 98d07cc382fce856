import { hooked } from './hooks.ts';
import { once } from './once.ts';
import type { AnyOptions } from './options.ts';
import { type Call, regulated } from './policies.ts';
import { inSpan } from './tracer.ts';

/** What the layers have from their operation. */
export interface Inner {
  readonly idempotent: boolean;
  /** Checks the output; undefined when it is not to be checked. */
  readonly check: ((result: unknown) => unknown) | undefined;
}

const checked =
  (run: Call, check: (result: unknown) => unknown): Call =>
  async (input, work) =>
    check(await run(input, work));

/**
 * What stands around `run`, from the inside: policies, the check of the output, the idempotency key, hooks, the span.
 * Built once; undefined when there is nothing but `run`, so that plain operations pay for none of it.
 */
export const layered = (options: AnyOptions, { idempotent, check }: Inner): Call | undefined => {
  const { policies = [], policyKey, hooks, tracer, idempotencyKey, name, output } = options;
  const run = options.run as Call;
  let call = run;
  if (policies.length > 0) call = regulated(call, { policies, idempotent, policyKey });
  if (call === run && idempotencyKey === undefined && hooks === undefined && tracer === undefined) return undefined;
  if (check !== undefined) call = checked(call, check);
  if (idempotencyKey !== undefined) call = once(call, { name, output }, options);
  if (hooks !== undefined) call = hooked(call, hooks);
  if (tracer === undefined) return call;
  const inner = call;
  return (input, work) => inSpan(tracer, name, async () => await inner(input, work));
};
