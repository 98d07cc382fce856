import { messageOf, OrganismError } from '@organism/cell';

/** A worker thread ended while it ran a task: it exited, or threw outside the task. Code `METABOLIC_WORKER_CRASHED`. */
export class WorkerCrashedError extends OrganismError {
  constructor(task: string, cause: unknown) {
    super('METABOLIC_WORKER_CRASHED', `The worker thread ended while it ran "${task}": ${messageOf(cause)}`, { cause });
  }
}

/** A task took longer than its time limit; its thread was ended. Code `METABOLIC_TASK_TIMEOUT`, status 504. */
export class TaskTimeoutError extends OrganismError {
  constructor(task: string, timeoutMs: number) {
    super('METABOLIC_TASK_TIMEOUT', `Task "${task}" was ended after its time limit of ${timeoutMs} ms.`, {
      status: 504,
    });
  }
}

/** A task needed more memory than its limit; its thread was ended. Code `METABOLIC_TASK_OUT_OF_MEMORY`. */
export class TaskMemoryError extends OrganismError {
  constructor(task: string, memoryLimitMb: number | undefined, cause: unknown) {
    const limit = memoryLimitMb === undefined ? 'the memory of a thread' : `its memory limit of ${memoryLimitMb} MiB`;
    super('METABOLIC_TASK_OUT_OF_MEMORY', `Task "${task}" was ended when it reached ${limit}.`, { cause });
  }
}

/** As many tasks wait as may. Code `METABOLIC_QUEUE_FULL`, status 503. */
export class QueueFullError extends OrganismError {
  constructor(pool: string, maxQueue: number) {
    super('METABOLIC_QUEUE_FULL', `Pool "${pool}" has ${maxQueue} tasks waiting and takes no more.`, {
      status: 503,
      retryable: true,
    });
  }
}

/** An input or a result that can't cross threads, such as a function. Code `METABOLIC_NOT_CLONEABLE`. */
export class NotCloneableError extends OrganismError {
  constructor(task: string, cause: unknown) {
    super('METABOLIC_NOT_CLONEABLE', `The input or the result of task "${task}" can't be sent between threads.`, {
      cause,
    });
  }
}
