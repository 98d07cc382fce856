import type { Clock } from '@organism/cell';
import type { Consumption } from './consume-options.ts';
import type { HeartDriver } from './driver.ts';

/** A consumer's part in its group: joins it, and keeps one that would be dropped when nobody asks. */
export class Membership {
  readonly #driver: HeartDriver;
  readonly #topic: string;
  readonly #options: Consumption;
  readonly #clock: Clock;
  #joinedAt = 0;

  constructor(driver: HeartDriver, topic: string, options: Consumption, clock: Clock) {
    this.#driver = driver;
    this.#topic = topic;
    this.#options = options;
    this.#clock = clock;
  }

  /** How often it has to say that the group is wanted, in milliseconds; Infinity when it need not. */
  get everyMs(): number {
    return this.#options.idleMs / 3;
  }

  /** Joins, or says that the group is still wanted. */
  async join(): Promise<void> {
    const { group, from, idleMs } = this.#options;
    this.#joinedAt = this.#clock.monotonic();
    await this.#driver.join(this.#topic, group, { from, idleMs, now: this.#clock.now() });
  }

  /** Whether it is time to say so again. */
  get isDue(): boolean {
    return this.#clock.monotonic() - this.#joinedAt >= this.everyMs;
  }

  /** Drops the group of a broadcast. */
  async leave(): Promise<void> {
    const { broadcast, group } = this.#options;
    if (broadcast) await this.#driver.leave(this.#topic, group, this.#clock.now());
  }
}
