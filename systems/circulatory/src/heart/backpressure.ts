import { CancelledError, type Clock, type Context } from '@organism/cell';
import { ClosedError, QueueFullError } from '../errors.ts';
import type { HeartDriver, MaybePromise, PublishOutcome } from './driver.ts';
import type { HeartTopic } from './topic.ts';

/** How often a publisher that waits looks again where others may make room unseen. */
const lookMs = 250;

const calledOff = ({ reason }: AbortSignal): Error =>
  reason instanceof ClosedError ? reason : new CancelledError(undefined, { cause: reason });

/** Who waits in line need not wait for the turn to hear that it is called off; the turn itself then does nothing. */
const untilAborted = <T>(turn: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const cancel = (): void => reject(calledOff(signal));
    signal.addEventListener('abort', cancel, { once: true });
    turn.then(resolve, reject).finally(() => signal.removeEventListener('abort', cancel));
  });

/** Publishers that wait for room in one topic: one after another, in the order in which they came. */
export class WaitingRoom {
  readonly #driver: HeartDriver;
  readonly #clock: Clock;
  readonly #topic: HeartTopic;
  readonly #over = new AbortController();
  #tail: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(driver: HeartDriver, clock: Clock, topic: HeartTopic) {
    this.#driver = driver;
    this.#clock = clock;
    this.#topic = topic;
  }

  /** Publishers that wait. */
  get size(): number {
    return this.#waiting;
  }

  /**
   * Publishes when those before are done and there is room.
   *
   * @throws {QueueFullError} when it has waited for as long as it may, or as many wait as may.
   * @throws {CancelledError} when the context's signal aborts first.
   * @throws {ClosedError} when the room closes first.
   */
  enter(publish: () => MaybePromise<PublishOutcome>, context: Context | undefined): Promise<PublishOutcome> {
    const { name, options } = this.#topic;
    if (this.#waiting >= options.maxWaiting) return Promise.reject(new QueueFullError(name, options.maxDepth));
    this.#waiting += 1;
    const until = this.#clock.monotonic() + options.maxWaitMs;
    const over = this.#over.signal;
    const signal = context === undefined ? over : AbortSignal.any([over, context.signal]);
    const turn = this.#tail.then(() => this.#turn(publish, until, context, signal));
    this.#tail = turn.catch(() => {}).finally(() => (this.#waiting -= 1));
    return untilAborted(turn, signal);
  }

  /** Sends all that wait away. */
  close(reason: ClosedError): void {
    this.#over.abort(reason);
  }

  async #turn(
    publish: () => MaybePromise<PublishOutcome>,
    until: number,
    context: Context | undefined,
    signal: AbortSignal,
  ): Promise<PublishOutcome> {
    for (;;) {
      context?.throwIfDone();
      if (signal.aborted) throw calledOff(signal);
      const change = this.#nextChange(until, signal);
      try {
        const outcome = await publish();
        if (outcome !== 'full') return outcome;
        const { name, options } = this.#topic;
        if (this.#clock.monotonic() >= until) throw new QueueFullError(name, options.maxDepth);
        await change.happened;
      } finally {
        change.forget();
      }
    }
  }

  /** Listens before it looks, so that nothing can happen in between. */
  #nextChange(until: number, signal: AbortSignal): { readonly happened: Promise<void>; forget(): void } {
    const { promise: happened, resolve, reject } = Promise.withResolvers<void>();
    happened.catch(() => {});
    const cancel = (): void => reject(calledOff(signal));
    const watch = this.#driver.watch(this.#topic.name, () => resolve());
    const left = Math.max(0, until - this.#clock.monotonic());
    const timer = this.#clock.setTimeout(resolve, this.#driver.pollMs === Infinity ? left : Math.min(left, lookMs));
    signal.addEventListener('abort', cancel, { once: true });
    return {
      happened,
      forget: () => {
        watch[Symbol.dispose]();
        timer[Symbol.dispose]();
        signal.removeEventListener('abort', cancel);
      },
    };
  }
}
