import { type Clock, messageOf, sleep } from '@organism/cell';
import { HeartDriverError } from '../errors.ts';
import type { OpenOptions } from './driver.ts';

/** Waits between tries to open: this long at first, then ever longer. */
const againMs = { least: 50, most: 2000 };

/** A try to open has failed, and there will be another. */
export interface UnreachableWarning {
  readonly code: 'unreachable';
  readonly message: string;
}

/** Tells of a warning of a driver through the process. */
export const warnProcess =
  (server: string) =>
  ({ code, message }: UnreachableWarning): void =>
    process.emitWarning(message, {
      type: 'CirculatoryWarning',
      code: `CIRCULATORY_${server}_${code}`.toUpperCase(),
    });

/** How to reach a server. */
export interface OpeningOptions {
  /** Its name, for people. */
  readonly server: string;
  readonly clock: Clock;
  /** How long to go on trying, in milliseconds. */
  readonly openTimeoutMs: number;
  readonly warn: (warning: UnreachableWarning) => void;
  /** One try. When it fails, nothing is left open. */
  readonly connect: () => Promise<void>;
  /** Lets go of everything; ends a try that is under way, where that can be. */
  readonly disconnect: () => Promise<void>;
}

interface Trying {
  readonly over: AbortController;
  /** Rejects with the last failure, or when it was called off. */
  readonly done: Promise<void>;
}

const closedMeanwhile = (): HeartDriverError =>
  new HeartDriverError('connect', { cause: new Error('The driver was closed meanwhile.'), retryable: false });

/**
 * Opens a driver for all Hearts that use it: connects for the first, and goes on trying while it may; disconnects after
 * the last.
 */
export class Opening {
  readonly #options: OpeningOptions;
  #users = 0;
  #trying: Trying | undefined;

  constructor(options: OpeningOptions) {
    this.#options = options;
  }

  /** Whether somebody uses it. */
  get isOpen(): boolean {
    return this.#users > 0;
  }

  /** Whether it has yet to reach the server. */
  get isTrying(): boolean {
    return this.#trying !== undefined;
  }

  /** @throws {HeartDriverError} when the server can't be reached, or the driver is closed meanwhile. */
  async open({ signal }: OpenOptions = {}): Promise<void> {
    this.#users += 1;
    if (this.#trying === undefined && this.#users > 1) return;
    const trying = (this.#trying ??= this.#begin());
    // What else goes wrong is told by what `open` rejects with.
    const giveUp = (): void => void this.close().catch(() => {});
    signal?.addEventListener('abort', giveUp, { once: true });
    try {
      await trying.done;
    } catch (error) {
      if (this.#trying === trying) this.#users = 0;
      throw error;
    } finally {
      signal?.removeEventListener('abort', giveUp);
      if (this.#trying === trying) this.#trying = undefined;
    }
  }

  #begin(): Trying {
    const over = new AbortController();
    return { over, done: this.#try(over.signal) };
  }

  async #try(signal: AbortSignal): Promise<void> {
    const { server, clock, openTimeoutMs, warn, connect, disconnect } = this.#options;
    const until = clock.monotonic() + openTimeoutMs;
    for (let waitMs = againMs.least; ; waitMs = Math.min(againMs.most, waitMs * 2)) {
      try {
        await connect();
        if (!signal.aborted) return;
        await disconnect();
      } catch (error) {
        if (!signal.aborted) {
          if (clock.monotonic() + waitMs > until) throw error;
          const cause = messageOf(error instanceof HeartDriverError ? error.cause : error);
          warn({ code: 'unreachable', message: `${server} does not answer (${cause}); trying again in ${waitMs} ms.` });
          await sleep(clock, waitMs, { signal }).catch(() => {});
        }
      }
      if (signal.aborted) throw closedMeanwhile();
    }
  }

  /** Disconnects, when nobody uses it any more. */
  async close(): Promise<void> {
    this.#users = Math.max(0, this.#users - 1);
    if (this.#users > 0) return;
    const trying = this.#trying;
    trying?.over.abort();
    await this.#options.disconnect();
    await trying?.done.catch(() => {});
  }
}
