import { type Failure, reportToConsole } from '../errors.ts';
import { Topic } from './topic.ts';

const toConsole = (failure: Failure): void => {
  try {
    reportToConsole(failure);
  } catch {
    // A console that throws leaves nobody to tell.
  }
};

/** Where a bus's failures go: its `onError`, its errors topic, or with neither the console. Never throws. */
export class Failures {
  readonly #onError: ((failure: Failure) => void) | undefined;
  #isReporting = false;
  /** Failures as a topic. What its own listeners throw goes to the console. */
  readonly topic: Topic<Failure>;
  /** How many there were. */
  count: number = 0;

  constructor(onError: ((failure: Failure) => void) | undefined, nextOrder: () => number) {
    this.#onError = onError;
    this.topic = new Topic('errors', { fail: toConsole, nextOrder });
  }

  readonly report = (failure: Failure): void => {
    this.count += 1;
    // One that comes of reporting another could go on for ever.
    if (this.#isReporting) {
      toConsole(failure);
      return;
    }
    this.#isReporting = true;
    try {
      this.#report(failure);
    } catch (error) {
      toConsole({ source: 'onError', error, value: failure });
    } finally {
      this.#isReporting = false;
    }
  };

  #report(failure: Failure): void {
    const hasListeners = this.topic.listenerCount > 0;
    try {
      this.#onError?.(failure);
    } finally {
      if (hasListeners) this.topic.emit(failure);
      else if (this.#onError === undefined) toConsole(failure);
    }
  }
}
