import type { Immutable } from '@organism/skeletal';
import type { Call } from './policies.ts';
import type { Work } from './work.ts';

/** Called around each execution whose input fits. Each is awaited. */
export interface Hooks<Parsed, Out> {
  /** Before the operation runs, and before its policies. What it throws refuses the execution. */
  readonly before?: (input: Immutable<Parsed>, work: Pick<Work, 'context' | 'signal'>) => unknown;
  /** When it has come through, with its checked output. */
  readonly after?: (
    output: Immutable<Out>,
    input: Immutable<Parsed>,
    work: Pick<Work, 'context' | 'signal'>,
  ) => unknown;
  /** When it has failed. What it throws takes the place of the error. */
  readonly error?: (error: unknown, input: Immutable<Parsed>, work: Pick<Work, 'context' | 'signal'>) => unknown;
}

/** Puts hooks around what runs an operation. */
export const hooked = (run: Call, hooks: Hooks<never, never>): Call => {
  const { before, after, error: failed } = hooks as Hooks<unknown, unknown>;
  return async (input, work) => {
    try {
      await before?.(input as Immutable<unknown>, work);
      const output = await run(input, work);
      await after?.(output as Immutable<unknown>, input as Immutable<unknown>, work);
      return output;
    } catch (error) {
      await failed?.(error, input as Immutable<unknown>, work);
      throw error;
    }
  };
};
