import { type Clock, Context, systemClock } from '@organism/cell';
import { type Failure, reportToConsole } from '../errors.ts';
import type { Message } from '../neuron/mailbox.ts';
import type { NeuralNode } from '../neuron/neuron.ts';

/** What a supervisor does for a circuit. */
export interface Supervision {
  /** A neuron failed on a message, or all by itself. Returns whether the supervisor keeps the message. */
  failed(neuron: NeuralNode, error: unknown, message: Message | undefined): boolean;
}

/** What a nerve needs of its circuit. */
export interface NerveOptions {
  readonly clock: () => Clock;
  readonly onError: (failure: Failure) => void;
  /** Called when work begins and ends, so that an outer circuit can wait for it too. */
  readonly outer?: () => Nerve | undefined;
}

/**
 * What a circuit lends its neurons: time, error handling, the context of the message being handled, and the count of
 * what is under way.
 */
export class Nerve {
  readonly #options: NerveOptions;
  /** The explicit context of what is being handled right now. */
  context: Context | undefined;
  /** Whether its circuit runs. */
  live: boolean = false;
  supervision: Supervision | undefined;
  failures: number = 0;
  #underWay = 0;
  #idle: PromiseWithResolvers<void> | undefined;

  constructor(options: NerveOptions) {
    this.#options = options;
  }

  get clock(): Clock {
    return this.#options.clock();
  }

  /** How many messages wait, reactions run and values are on their way. */
  get underWay(): number {
    return this.#underWay;
  }

  /** Counts a failure and reports it. */
  fail(failure: Failure): void {
    this.failures += 1;
    try {
      this.#options.onError(failure);
    } catch (error) {
      reportToConsole({ source: 'onError', error, value: failure });
    }
  }

  /** Something is under way until `end` is called. */
  begin(): void {
    this.#underWay += 1;
    this.#options.outer?.()?.begin();
  }

  end(): void {
    this.#underWay -= 1;
    this.#options.outer?.()?.end();
    if (this.#underWay > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    if (this.#underWay === 0) return Promise.resolve();
    this.#idle ??= Promise.withResolvers();
    return this.#idle.promise;
  }

  /** The context that a value which must wait takes along. */
  present(): Context | undefined {
    return this.context ?? Context.current();
  }

  /** Handles something under the context it came with, whatever the context of the caller. */
  within<R>(context: Context | undefined, work: () => R): R {
    const [before, ambient] = [this.context, Context.current()];
    this.context = context;
    try {
      if (context === ambient) return work();
      // Another message's context must not be seen by one that has none.
      return (context ?? new Context({ clock: this.clock })).run(work);
    } finally {
      this.context = before;
    }
  }
}

/** For neurons that are not in a circuit. */
export const looseNerve: Nerve = new Nerve({ clock: () => systemClock, onError: reportToConsole });
