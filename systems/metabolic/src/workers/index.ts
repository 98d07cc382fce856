export {
  Mitochondrion,
  type MitochondrionOptions,
  type MitochondrionStats,
  type TaskArguments,
  type TaskModule,
  type TaskName,
  type TaskResult,
} from './mitochondrion.node.ts';
export type { RunOptions } from './job.ts';
export { transferred, type Transferred } from './messages.ts';
export { NotCloneableError, QueueFullError, TaskMemoryError, TaskTimeoutError, WorkerCrashedError } from './errors.ts';
