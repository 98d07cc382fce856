import { CancelledError } from '@organism/cell';
import { LeaseEndedError } from './ependymal-errors.ts';

/** How a lease ended. */
export type LeaseEnd = 'released' | 'discarded' | 'revoked';

/** Right to use a resource, until it is released. Disposing it releases it. */
export class Lease<R> implements AsyncDisposable {
  readonly owner: string;
  /** When it was granted: milliseconds on the gate's monotonic clock. */
  readonly since: number;
  readonly #gate: string;
  readonly #resource: R;
  readonly #onEnd: (lease: Lease<R>, resource: R, how: LeaseEnd, error: unknown) => Promise<void>;
  #abort: AbortController | undefined;
  #end: LeaseEnd | undefined;

  constructor(options: {
    readonly gate: string;
    readonly owner: string;
    readonly since: number;
    readonly resource: R;
    readonly onEnd: (lease: Lease<R>, resource: R, how: LeaseEnd, error: unknown) => Promise<void>;
  }) {
    this.owner = options.owner;
    this.since = options.since;
    this.#gate = options.gate;
    this.#resource = options.resource;
    this.#onEnd = options.onEnd;
  }

  /**
   * The resource.
   *
   * @throws {LeaseEndedError} `NERVOUS_LEASE_ENDED` when the lease has ended: by now it may be another's.
   */
  get resource(): R {
    if (this.#end !== undefined) throw new LeaseEndedError(this.#gate, this.owner);
    return this.#resource;
  }

  /** How it ended; undefined while it holds. */
  get ended(): LeaseEnd | undefined {
    return this.#end;
  }

  /** Aborts when the resource is taken away: its owner died, or the gate had to stop. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#end === 'revoked') this.#revoke();
    return this.#abort.signal;
  }

  /** Gives the resource back for others. Does nothing when the lease has ended. Resolves when that is done; never rejects. */
  async release(): Promise<void> {
    await this.end('released');
  }

  /** Says that the resource is broken: it is closed, and a new one opened when one is needed. Resolves when it is closed. */
  async discard(error?: unknown): Promise<void> {
    await this.end('discarded', error);
  }

  /** Ends the lease; the first end counts. For the gate. */
  async end(how: LeaseEnd, error?: unknown): Promise<void> {
    if (this.#end !== undefined) return;
    this.#end = how;
    const ending = this.#onEnd(this, this.#resource, how, error);
    if (how === 'revoked') this.#revoke();
    await ending;
  }

  #revoke(): void {
    this.#abort?.abort(new CancelledError(`The lease of "${this.owner}" from gate "${this.#gate}" was taken away.`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}
