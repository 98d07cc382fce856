import type { Clock, Timer } from '@organism/cell';
import { isThenable } from '../../bus/topic.ts';
import type { MaybePromise } from './driver.ts';

/** What an {@link Expirer} works with. */
export interface ExpirerOptions {
  readonly clock: () => Clock;
  /** Deletes up to so many expired rows; gives how many it deleted. */
  readonly expire: (limit: number) => MaybePromise<number>;
  readonly next: () => MaybePromise<number | undefined>;
  readonly fail: (error: unknown) => void;
}

/** Rows deleted in one go, so that a great many of them don't hold up everything else. */
const batch = 1000;
/** Milliseconds after a failure until it tries again. */
const retryMs = 1000;

/** Deletes what has expired, with one timer for the soonest. The timer does not keep the process alive. */
export class Expirer {
  readonly #options: ExpirerOptions;
  #timer: Timer | undefined;
  #due = Infinity;
  /** Changes with every start and stop: what was under way before must not set timers after. */
  #life = 0;

  constructor(options: ExpirerOptions) {
    this.#options = options;
  }

  /** Tells of a row that expires at a time. */
  expect(expiresAt: number): void {
    if (expiresAt >= this.#due) return;
    const clock = this.#options.clock();
    this.#timer?.[Symbol.dispose]();
    this.#due = expiresAt;
    this.#timer = clock.setTimeout(() => this.#sweep(), Math.max(0, expiresAt - clock.now())).unref();
  }

  async start(): Promise<void> {
    this.stop();
    const life = this.#life;
    const next = await this.#options.next();
    if (next !== undefined && life === this.#life) this.expect(next);
  }

  stop(): void {
    this.#life += 1;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#due = Infinity;
  }

  /** At once where the driver answers at once: no turn of the loop lies between the timer and the events. */
  #sweep(): void {
    const life = this.#life;
    this.#due = Infinity;
    const arm = (next: number | undefined): void => {
      if (next !== undefined && life === this.#life) this.expect(next);
    };
    const fail = (error: unknown): void => {
      this.#options.fail(error);
      arm(this.#options.clock().now() + retryMs);
    };
    try {
      const expired = this.#options.expire(batch);
      if (isThenable(expired)) {
        Promise.resolve(expired)
          .then(() => this.#options.next())
          .then(arm)
          .catch(fail);
        return;
      }
      const next = this.#options.next();
      if (isThenable(next)) Promise.resolve(next).then(arm).catch(fail);
      else arm(next);
    } catch (error) {
      fail(error);
    }
  }
}
