import { OptionError } from '@organism/cell';

/** Runs named tasks elsewhere: a port. `Mitochondrion` of `@organism/metabolic/workers` is one. */
export interface TaskPool {
  run(task: string, input: never, options: { readonly signal: AbortSignal }): Promise<unknown>;
}

/** When to work in a pool rather than here. */
export interface RunOn<In> {
  readonly pool: TaskPool;
  /** The task's name; it takes the operation's input and gives its output, both structured-cloneable. */
  readonly task: string;
  /** From which size on. Default 1000. */
  readonly above?: number;
  /** Size of an input. Default: its `length`, `size` or `byteLength`, else 0. */
  readonly sizeOf?: (input: In) => number;
}

const sizeOfAnything = (input: unknown): number => {
  const { length, size, byteLength } = Object(input) as Readonly<Record<string, unknown>>;
  const found = [byteLength, length, size].find((one) => typeof one === 'number');
  return typeof found === 'number' ? found : 0;
};

/** Whether an input goes to the pool. @throws {OptionError} that names the option. */
export const offloading = <In>(runOn: RunOn<In> | undefined): ((input: In) => RunOn<In> | undefined) => {
  if (runOn === undefined) return () => undefined;
  const { pool, task, above = 1000, sizeOf = sizeOfAnything } = runOn;
  if (typeof pool?.run !== 'function') throw new OptionError('runOn.pool', 'able to run tasks', pool);
  if (typeof task !== 'string' || task === '') throw new OptionError('runOn.task', 'the name of a task', task);
  if (!(above >= 0)) throw new OptionError('runOn.above', 'a number of 0 or more', above);
  return (input) => (sizeOf(input) >= above ? runOn : undefined);
};
