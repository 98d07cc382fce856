import { sleep, systemClock } from '@organism/cell';

/** Whose time leases and delays go by: that of the caller, which hands it in with every call, or the store's own. */
export type DriverClock = 'caller' | 'store';

/** Time of a rule, in its own milliseconds: a slowed one has longer ones. Moments count from its beginning. */
export interface RuleTime {
  /** The present, in milliseconds since the epoch. */
  now(): number;
  /** Lets time pass until a moment has come, and returns the present. */
  at(moment: number): Promise<number>;
  /** Lets time pass until a moment is about to come, and returns the present. */
  before(moment: number): Promise<number>;
  /** What was expected, where what came is as near as this clock can tell; else what came. */
  near<T extends number | undefined>(got: T, expected: number): T | number;
  /** Looks, once or until it is enough or there is no hope any more, and returns what it saw last. */
  until<T>(look: () => Promise<T>, isEnough: (seen: T) => boolean): Promise<T>;
}

/** Moment at which checks begin whose time is handed in. */
const start: number = Date.UTC(2026, 0, 1);

/** Time that is handed in: goes at once to where it is told, and is exact. */
export const virtualTime = (): RuleTime => {
  let now = start;
  return {
    now: () => now,
    at: async (moment) => (now = start + moment),
    before: async (moment) => (now = start + moment - 1),
    near: (got) => got,
    until: (look) => look(),
  };
};

/** By how much two clocks, and a round trip, may differ. */
const toleranceMs = 400;

/** How long after a moment a store must have noticed it. */
const marginMs = 200;

/** How long what must come true may take, in milliseconds of the machine: a store may be slow, and still right. */
const patienceMs = 5000;

/** How often it is looked at meanwhile. */
const lookMs = 50;

/** How often it is looked whether the machine stands still. */
const pulseMs = 25;

/**
 * Time that passes, and that knows by how much it was late. Moments count from what was done last, so that a slow machine is
 * only slower: nothing is looked at too early. What is looked at too late can't be told from a driver that is wrong; whoever
 * runs a rule asks for {@link RealTime.lateMs} then.
 */
export class RealTime implements RuleTime, Disposable {
  /** How many of the machine's milliseconds one of the rule's takes. */
  readonly scale: number;
  readonly #begunAt: number = systemClock.now();
  readonly #begun: number = systemClock.monotonic();
  readonly #pulse: Disposable;
  #mark = 0;
  /** Time that was to pass, in milliseconds of the machine. */
  #planned = 0;
  /** The longest wait that was in vain. */
  #hopeless = 0;
  #lastPulse = this.#begun;
  #longestGap = 0;

  constructor(scale: number) {
    this.scale = scale;
    this.#pulse = systemClock.setInterval(() => this.#beat(), pulseMs).unref();
  }

  #beat(): void {
    const now = systemClock.monotonic();
    this.#longestGap = Math.max(this.#longestGap, now - this.#lastPulse - pulseMs);
    this.#lastPulse = now;
  }

  /**
   * By how much the rule is later than it planned, in its milliseconds: what calls have taken, by how much waits were too
   * long, or for how long the process stood still. A wait for what never came true is no reason for that: it is what the
   * rule found.
   */
  get lateMs(): number {
    this.#beat();
    const drift = systemClock.monotonic() - this.#begun - this.#planned - this.#hopeless;
    return Math.max(drift, this.#longestGap) / this.scale;
  }

  /** A moment of the rule's clock, in milliseconds since the epoch, on that of the machine. */
  toMachine(moment: number): number {
    return this.#begunAt + (moment - this.#begunAt) * this.scale;
  }

  /** A moment of the machine's clock on the rule's. */
  toRule(moment: number): number {
    return this.#begunAt + Math.floor((moment - this.#begunAt) / this.scale);
  }

  now(): number {
    return this.toRule(systemClock.now());
  }

  async #pass(moment: number, ms: number): Promise<number> {
    this.#mark = moment;
    this.#planned += ms * this.scale;
    await sleep(systemClock, ms * this.scale);
    return this.now();
  }

  at(moment: number): Promise<number> {
    return this.#pass(moment, Math.max(0, moment - this.#mark) + marginMs);
  }

  before(moment: number): Promise<number> {
    const part = Math.max(0, moment - this.#mark) / 2;
    return this.#pass(this.#mark + part, part);
  }

  near<T extends number | undefined>(got: T, expected: number): T | number {
    return got !== undefined && Math.abs(got - expected) <= toleranceMs ? expected : got;
  }

  async until<T>(look: () => Promise<T>, isEnough: (seen: T) => boolean): Promise<T> {
    let seen = await look();
    const begun = systemClock.monotonic();
    while (!isEnough(seen)) {
      const waited = systemClock.monotonic() - begun;
      if (waited >= patienceMs) {
        this.#hopeless = Math.max(this.#hopeless, waited);
        break;
      }
      await sleep(systemClock, lookMs);
      seen = await look();
    }
    return seen;
  }

  [Symbol.dispose](): void {
    this.#pulse[Symbol.dispose]();
  }
}
