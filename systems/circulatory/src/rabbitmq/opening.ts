import { type Clock, messageOf, sleep } from '@organism/cell';
import { HeartDriverError } from '../errors.ts';
import type { RabbitWarning } from './options.ts';

/** Waits between tries to open: this long at first, then ever longer. */
const againMs = { least: 50, most: 2000 };

/** How to open. */
export interface OpeningOptions {
  readonly clock: Clock;
  /** How long to go on trying, in milliseconds. */
  readonly openTimeoutMs: number;
  readonly warn: (warning: RabbitWarning) => void;
}

const closedMeanwhile = (): HeartDriverError =>
  new HeartDriverError('connect', { cause: new Error('The driver was closed meanwhile.'), retryable: false });

/** Tries to reach a server until that works, its time is over, or nobody wants it any more. */
export class Opening {
  readonly #attempt: () => Promise<void>;
  readonly #options: OpeningOptions;
  readonly #over = new AbortController();
  /** Resolves when it is open. Rejects with the last failure, or when it was cancelled. */
  readonly done: Promise<void>;

  constructor(attempt: () => Promise<void>, options: OpeningOptions) {
    this.#attempt = attempt;
    this.#options = options;
    this.done = this.#run();
  }

  async #run(): Promise<void> {
    const { clock, openTimeoutMs, warn } = this.#options;
    const { signal } = this.#over;
    const until = clock.monotonic() + openTimeoutMs;
    for (let waitMs = againMs.least; ; waitMs = Math.min(againMs.most, waitMs * 2)) {
      try {
        await this.#attempt();
        if (!signal.aborted) return;
      } catch (error) {
        if (!signal.aborted) {
          if (clock.monotonic() + waitMs > until) throw error;
          const cause = messageOf(error instanceof HeartDriverError ? error.cause : error);
          warn({ code: 'unreachable', message: `RabbitMQ does not answer (${cause}); trying again in ${waitMs} ms.` });
          await sleep(clock, waitMs, { signal }).catch(() => {});
        }
      }
      if (signal.aborted) throw closedMeanwhile();
    }
  }

  /** Ends the wait. A try that is under way has to be ended by itself. */
  cancel(): void {
    this.#over.abort();
  }
}
