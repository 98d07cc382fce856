/** A clean-up: a function, or anything disposable. */
export type Release = (() => void | Promise<void>) | Disposable | AsyncDisposable;

const dispose = async (release: Release): Promise<void> => {
  if (typeof release === 'function') await release();
  else if (Symbol.asyncDispose in release) await release[Symbol.asyncDispose]();
  else release[Symbol.dispose]();
};

/** Runs clean-ups in reverse order; one that fails never keeps the others from running. Returns their errors. */
export const disposeAll = async (releases: readonly Release[]): Promise<unknown[]> => {
  const errors: unknown[] = [];
  for (const release of releases.toReversed()) {
    try {
      await dispose(release);
    } catch (error) {
      errors.push(error);
    }
  }
  return errors;
};
