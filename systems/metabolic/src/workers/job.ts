import { CancelledError, type Clock, type Timer } from '@organism/cell';
import { TaskTimeoutError } from './errors.ts';
import type { TaskMessage } from './messages.ts';

/** Options of one task. */
export interface RunOptions {
  /** Takes the task out of the queue, or ends the thread that runs it. */
  readonly signal?: AbortSignal;
  /** Time limit from when the task starts to run, in milliseconds. Default: the pool's. */
  readonly timeoutMs?: number;
  /** Buffers and ports of the input that move to the thread rather than being copied. */
  readonly transfer?: readonly unknown[];
}

/** One task, from the queue to its end. */
export class Job {
  readonly task: string;
  readonly message: TaskMessage;
  readonly transfer: readonly unknown[];
  readonly timeoutMs: number;
  /** Ends the thread. */
  readonly abort: AbortController = new AbortController();
  readonly promise: Promise<unknown>;
  /** Why it was ended by us. */
  endedBy: unknown;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (error: unknown) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort: () => void;
  #timer: Timer | undefined;

  constructor(message: TaskMessage, timeoutMs: number, options: RunOptions, onAbort: (job: Job) => void) {
    this.message = message;
    this.task = message.task ?? 'warmUp';
    this.timeoutMs = timeoutMs;
    this.transfer = options.transfer ?? [];
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.promise = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#signal = options.signal;
    this.#onAbort = () => {
      this.end(new CancelledError(`Task "${this.task}" was cancelled.`, { cause: options.signal?.reason }));
      onAbort(this);
    };
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Starts the time limit. */
  arm(clock: Clock): void {
    if (this.timeoutMs === Infinity) return;
    this.#timer = clock.setTimeout(() => this.end(new TaskTimeoutError(this.task, this.timeoutMs)), this.timeoutMs);
  }

  /** Ends the thread that runs it, if one does. */
  end(reason: unknown): void {
    this.endedBy ??= reason;
    this.abort.abort(this.endedBy);
  }

  /** The task is over. */
  settle(outcome: { readonly value: unknown } | { readonly error: unknown }): void {
    this.#timer?.[Symbol.dispose]();
    this.#signal?.removeEventListener('abort', this.#onAbort);
    if ('error' in outcome) this.#reject(outcome.error);
    else this.#resolve(outcome.value);
  }
}
