import type { ExecuteOptions } from '../work.ts';

/** Executes an operation: gives its output for an input. */
export type Recall = (input: unknown, options: ExecuteOptions) => Promise<unknown>;

/** The operation that is remembered, as far as a memory must know it. */
export interface Remembered {
  readonly name: string;
  readonly deterministic: boolean;
}

/** Memory of what operations gave: a port, filled by {@link MuscleMemory}. */
export interface Memory<in In = never, in Out = never> {
  /**
   * What an operation does in place of running.
   *
   * @param run runs it anew.
   * @throws {OptionError} when it must not be remembered.
   */
  recallOf(operation: Remembered, run: Recall): Recall;
  /** Only for the types, which can't be read off {@link Memory.recallOf}; never set. */
  readonly remembers?: (input: In, output: Out) => void;
}
