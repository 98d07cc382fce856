import { isolated } from '../isolate.ts';
import type { Task } from './worker.ts';

/** Has a task done in a worker of its own. */
export const ask = <T>(task: Task): Promise<T> => isolated<T>(new URL('./worker.ts', import.meta.url), task);
