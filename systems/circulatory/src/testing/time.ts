import { sleep, systemClock } from '@organism/cell';

/** Whose time leases and delays go by: that of the caller, which hands it in with every call, or the store's own. */
export type DriverClock = 'caller' | 'store';

/** Time of a rule. Moments are milliseconds since its beginning. */
export interface RuleTime {
  /** How often to ask again for what must be there. */
  readonly tries: number;
  /** The present, in milliseconds since the epoch. */
  now(): number;
  /** Lets time pass until a moment has come, and returns the present. */
  at(moment: number): Promise<number>;
  /** Lets time pass until a moment is about to come, and returns the present. */
  before(moment: number): Promise<number>;
  /** What was expected, where what came is as near as this clock can tell; else what came. */
  near<T extends number | undefined>(got: T, expected: number): T | number;
}

/** Moment at which checks begin whose time is handed in. */
const start: number = Date.UTC(2026, 0, 1);

/** Time that is handed in: goes at once to where it is told, and is exact. */
export const virtualTime = (): RuleTime => {
  let now = start;
  return {
    tries: 0,
    now: () => now,
    at: async (moment) => (now = start + moment),
    before: async (moment) => (now = start + moment - 1),
    near: (got) => got,
  };
};

/** By how much two clocks, and a round trip, may differ. */
const toleranceMs = 400;

/** How long after a moment a store must have noticed it. */
const marginMs = 200;

/** Time that passes. Moments count from what was done last, so that a slow machine is only slower. */
export const realTime = (): RuleTime => {
  let mark = 0;
  const pass = async (moment: number, ms: number): Promise<number> => {
    mark = moment;
    await sleep(systemClock, ms);
    return systemClock.now();
  };
  return {
    // For a second.
    tries: 20,
    now: () => systemClock.now(),
    at: (moment) => pass(moment, Math.max(0, moment - mark) + marginMs),
    before: (moment) => {
      const part = Math.max(0, moment - mark) / 2;
      return pass(mark + part, part);
    },
    near: (got, expected) => (got !== undefined && Math.abs(got - expected) <= toleranceMs ? expected : got),
  };
};
