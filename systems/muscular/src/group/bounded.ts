import { CancelledError, Context, OptionError } from '@organism/cell';
import type { ExecuteOptions, Work } from '../work.ts';

/** How many members may be at work at once. @throws {OptionError} */
export const checkConcurrency = (concurrency: number): number => {
  if (concurrency !== Infinity && !(Number.isSafeInteger(concurrency) && concurrency >= 1))
    throw new OptionError('concurrency', 'a whole number of 1 or more, or Infinity', concurrency);
  return concurrency;
};

/** A part of some work that can be cancelled on its own. */
export const fork = (work: Work): { readonly how: ExecuteOptions; readonly cancel: (why: string) => void } => {
  const controller = new AbortController();
  const context = new Context({ signal: controller.signal }, work.context);
  return { how: { context }, cancel: (why) => controller.abort(new CancelledError(why)) };
};

/**
 * Runs tasks, so many at a time, and gives their results in order. The first failure cancels those under way and starts
 * no others; it is thrown when all have ended, so that nothing goes on behind the caller's back.
 */
export const runBounded = async <T>(
  count: number,
  concurrency: number,
  work: Work,
  task: (index: number, how: ExecuteOptions) => Promise<T>,
): Promise<T[]> => {
  const { how, cancel } = fork(work);
  const results: T[] = [];
  let failure: { readonly error: unknown } | undefined;
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count && failure === undefined) {
      const index = next;
      next += 1;
      try {
        results[index] = await task(index, how);
      } catch (error) {
        if (failure !== undefined) return;
        failure = { error };
        cancel('Another part of the group failed.');
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, concurrency) }, worker));
  if (failure !== undefined) throw failure.error;
  return results;
};
