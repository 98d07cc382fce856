import { CancelledError } from '@organism/cell';

/** A signal that is made when somebody looks at it. */
export class Aborter {
  #controller: AbortController | undefined;
  #isAborted = false;

  /** Aborts with {@link Aborter.abort}. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isAborted) this.abort();
    return this.#controller.signal;
  }

  /** Nobody wants the results any more. */
  abort(): void {
    this.#isAborted = true;
    this.#controller?.abort(new CancelledError('Nobody reads the stream any more.'));
  }
}
