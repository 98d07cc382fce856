import type { Clock, Timer } from '@organism/cell';
import type { Acquired } from './driver.ts';
import { type ConnectionLeak, type ConnectionLease, HeldConnection, type Loan } from './loan.ts';

/** What is known of the connections that are out. */
export interface LoansOptions {
  readonly resource: string;
  readonly clock: () => Clock;
  /** Milliseconds. */
  readonly leakAfterMs: number;
  readonly traces: boolean;
  readonly onLeak: (leak: ConnectionLeak) => void;
}

/** Keeps the book of connections that callers hold, and notices those that are not given back. */
export class Loans<Connection> {
  readonly #options: LoansOptions;
  readonly #out = new Set<Loan>();
  readonly #lost = new FinalizationRegistry<Loan>((loan) => void this.#onLost(loan));
  #timer: Timer | undefined;
  #drained: (() => void) | undefined;
  /** Connections that were held for too long, or lost. */
  leaked = 0;

  constructor(options: LoansOptions) {
    this.#options = options;
  }

  /** How many are out. */
  get size(): number {
    return this.#out.size;
  }

  /** Hands a connection to a caller. */
  lend(acquired: Acquired<Connection>, label: string | undefined): ConnectionLease<Connection> {
    const { clock, traces } = this.#options;
    const end = async (isBroken: boolean): Promise<void> => {
      this.#out.delete(loan);
      this.#lost.unregister(loan);
      if (this.#out.size === 0) this.#rest();
      await acquired.release(isBroken);
    };
    const origin = traces ? new Error('Taken here').stack : undefined;
    const loan: Loan = { since: clock().monotonic(), label, origin, end, isReported: false };
    this.#out.add(loan);
    this.#watch();
    const held = new HeldConnection(acquired, end);
    this.#lost.register(held, loan, loan);
    return held;
  }

  #rest(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#drained?.();
  }

  #watch(): void {
    const { clock, leakAfterMs } = this.#options;
    if (this.#timer !== undefined || leakAfterMs === Infinity) return;
    this.#timer = clock()
      .setTimeout(() => this.#look(), leakAfterMs)
      .unref();
  }

  #look(): void {
    const { clock, leakAfterMs } = this.#options;
    this.#timer = undefined;
    const now = clock().monotonic();
    let next = Infinity;
    for (const loan of this.#out) {
      const due = loan.since + leakAfterMs;
      if (due > now) next = Math.min(next, due - now);
      else if (!loan.isReported) this.#report(loan, 'held');
    }
    if (next !== Infinity)
      this.#timer = clock()
        .setTimeout(() => this.#look(), next)
        .unref();
  }

  #leakOf({ since, label, origin }: Loan, kind: ConnectionLeak['kind']): ConnectionLeak {
    const { clock, resource } = this.#options;
    return { resource, kind, heldMs: clock().monotonic() - since, label, origin };
  }

  #report(loan: Loan, kind: ConnectionLeak['kind']): void {
    if (!loan.isReported) this.leaked += 1;
    loan.isReported = true;
    this.#options.onLeak(this.#leakOf(loan, kind));
  }

  async #onLost(loan: Loan): Promise<void> {
    if (!this.#out.has(loan)) return;
    this.#report(loan, 'lost');
    // Whoever had it may have left it in the middle of something.
    await loan.end(true).catch(() => {});
  }

  /** Those that are out now, the oldest first. */
  list(): readonly ConnectionLeak[] {
    return [...this.#out].map((loan) => this.#leakOf(loan, 'held'));
  }

  /** Resolves when all are back, or when the signal aborts. */
  async drain(signal: AbortSignal): Promise<void> {
    if (this.#out.size === 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    this.#drained = undefined;
  }

  /** Takes back all that are still out, as broken. */
  async revoke(): Promise<void> {
    await Promise.allSettled([...this.#out].map(async (loan) => await loan.end(true)));
  }
}
