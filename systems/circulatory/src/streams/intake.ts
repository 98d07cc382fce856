import { type Source, type Step, Upstream } from './source.ts';

/** What is told of a source's values. */
export interface IntakeEvents<T> {
  value(value: T): void;
  end(): void;
  error(error: unknown): void;
}

/** A source whose values are waited for beside other things: asked for one at a time, it tells what came. */
export class Intake<T> {
  readonly #upstream: Upstream<T>;
  readonly #events: IntakeEvents<T>;
  #isPulling = false;
  #isOpen = true;

  constructor(source: Source<T>, events: IntakeEvents<T>) {
    this.#upstream = new Upstream(source);
    this.#events = events;
  }

  /** Whether it may bring more. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Asks for a value, unless one is on its way or there are no more. */
  ask(): void {
    if (this.#isPulling || !this.#isOpen) return;
    this.#isPulling = true;
    this.#upstream.next().then(
      (step) => {
        this.#isPulling = false;
        if (this.#isOpen) this.#tell(step);
        return undefined;
      },
      (error: unknown) => {
        this.#isPulling = false;
        if (!this.#isOpen) return;
        this.#isOpen = false;
        this.#events.error(error);
      },
    );
  }

  #tell(step: Step<T>): void {
    if (step.done !== true) {
      this.#events.value(step.value);
      return;
    }
    this.#isOpen = false;
    this.#events.end();
  }

  /** Tells no more, and closes the source. */
  close(): Promise<void> {
    this.#isOpen = false;
    return this.#upstream.close();
  }
}
