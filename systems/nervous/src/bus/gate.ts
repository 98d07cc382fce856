import type { Sink } from './deliver.ts';
import type { Failure } from '../errors.ts';
import type { TopicInfo } from './listener.ts';
import { type BusEvent, type Middleware, runThrough } from './middleware.ts';

/** What happens to a topic's values on their way to the listeners: middleware, then the check, then they are kept. */
export class Gate<T> {
  parse: ((value: unknown) => T) | undefined;
  middleware: readonly Middleware[] = [];
  kept: readonly T[] = [];
  #keep = 0;

  /** Whether values pass unseen. */
  get isOpen(): boolean {
    return this.parse === undefined && this.#keep === 0 && this.middleware.length === 0;
  }

  /** How many values are kept for those who listen later. */
  get keep(): number {
    return this.#keep;
  }

  set keep(count: number) {
    this.#keep = count;
    this.kept = count === 0 ? [] : this.kept.slice(-count);
  }

  /** Drops what is kept. */
  drop(): void {
    this.kept = [];
  }

  #accept(value: unknown): T {
    const checked = this.parse === undefined ? (value as T) : this.parse(value);
    // A new list, so that whoever is being given the old one is not disturbed.
    if (this.#keep > 0) this.kept = this.#keep === 1 ? [checked] : [...this.kept.slice(1 - this.#keep), checked];
    return checked;
  }

  /**
   * Takes a value through.
   *
   * @param sink Where failures of listeners go in the end.
   * @param core Delivers what comes out.
   * @returns what the outermost middleware gives back, or `core`.
   */
  pass(
    kind: BusEvent['kind'],
    value: T,
    info: TopicInfo,
    sink: Sink,
    core: (value: T, sink: Sink) => unknown,
  ): unknown {
    if (this.middleware.length === 0) return core(this.#accept(value), sink);
    const { name: topic, shape, context } = info;
    const failures: Failure[] = [];
    const event: BusEvent = { kind, topic, shape, context, value, failures };
    const note: Sink = {
      fail: (error, failed) => {
        failures.push({ source: topic, error, value: failed });
        sink.fail(error, failed);
      },
    };
    return runThrough(this.middleware, event, () => core(this.#accept(event.value), note));
  }
}
