interface ProcessLike {
  exitCode?: number | string | null | undefined;
  on(event: string, listener: (signal: string) => void): unknown;
  off(event: string, listener: (signal: string) => void): unknown;
  exit(code: number): unknown;
}

/**
 * Stops a body when the operating system asks for it. The first signal stops it gracefully, and the process then ends
 * by itself with exit code 0; a second signal, or a stop that fails (printed to stderr), ends the process at once with a
 * non-zero code.
 * Does nothing where there is no process (browsers).
 *
 * @returns a handle that puts the signals' default behaviour back.
 */
export const stopOnSignals = (signals: readonly string[], stop: () => Promise<void>): Disposable => {
  const { process } = globalThis as { readonly process?: ProcessLike };
  if (typeof process?.on !== 'function') return { [Symbol.dispose]: () => {} };
  let asked = false;
  const handle = (): void => {
    if (asked) {
      process.exit(130);
      return;
    }
    asked = true;
    stop().then(
      () => (process.exitCode ??= 0),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  for (const signal of signals) process.on(signal, handle);
  return {
    [Symbol.dispose]: () => {
      for (const signal of signals) process.off(signal, handle);
    },
  };
};
