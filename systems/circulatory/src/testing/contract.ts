import type { DriverFeature, HeartDriver } from '../heart/driver.ts';
import { ContractLateError, same } from './check.ts';
import { durableRules, leaseRules, type LeasesAtClose } from './lease-rules.ts';
import { needsOf } from './needs.ts';
import { deliveryRules, type Rule } from './rules.ts';
import { SlowedDriver } from './slowed.ts';
import { type DriverClock, RealTime, virtualTime } from './time.ts';

export { ContractError, ContractLateError } from './check.ts';
export type { DriverClock } from './time.ts';
export type { LeasesAtClose } from './lease-rules.ts';

/** One rule of a port, to be run as a test. */
export interface DriverCheck {
  readonly name: string;
  /** Why it is left out, if it is: `run` then does nothing. */
  readonly skipped?: string;
  /**
   * How long it may take, in milliseconds, on a machine that is busy elsewhere: what to tell the test runner. On a quiet one
   * it takes a few seconds at most.
   */
  readonly timeoutMs: number;
  /**
   * Rejects with a {@link ContractError} when the driver breaks the rule, or with a {@link ContractLateError} when a machine
   * that is too busy for it leaves that open.
   */
  readonly run: () => Promise<void>;
}

/** What a driver promises. */
export interface HeartDriverCheckOptions {
  /** Adds that what is stored outlives a close. Default false. */
  readonly isDurable?: boolean;
  /** What a close does with leases, where it is durable. Default `kept`. */
  readonly leasesAtClose?: LeasesAtClose;
  /**
   * What the driver says it {@link HeartDriver.lacks}; must be the same. Rules that need it are left out, and say so.
   * Default nothing.
   */
  readonly lacks?: readonly DriverFeature[];
  /**
   * Whose time leases and delays go by: `caller` (default) for a driver that goes by what each call hands in, with exact
   * moments; `store` for one whose server has a clock of its own: time then passes for real, a few seconds for a rule. A
   * rule that fails after the machine was late is checked again with a new driver and slower: a lease that ran out before
   * anybody looked says nothing about a driver.
   */
  readonly clock?: DriverClock;
  /** Called with the driver when a check is over and the driver is closed, to clear away what it stored. */
  readonly cleanUp?: (driver: HeartDriver) => Promise<void> | void;
}

/** By how much a rule may be late, in its milliseconds: less than any rule leaves between a look and what ends its time. */
const allowedMs = 200;

/** How much slower a rule goes each time, when the machine was late. */
const scales = [1, 3, 9] as const;

/** Time that is handed in does not pass; else the longest rule, at all scales. */
const timeoutsMs = { caller: 20_000, store: 180_000 } as const;

/**
 * Conformance suite of the {@link HeartDriver} port: one check per rule, for any test runner. `make` gives a new, empty
 * driver for each check, and opens nothing: the check does. Checks don't share anything, so they may run side by side.
 *
 * @example
 * ```ts
 * import { MemoryBroker } from '@organism/circulatory';
 * import { heartDriverChecks } from '@organism/circulatory/testing';
 *
 * for (const { run } of heartDriverChecks(() => new MemoryBroker())) await run();
 * ```
 */
export const heartDriverChecks = (
  make: () => HeartDriver | Promise<HeartDriver>,
  { isDurable = false, leasesAtClose = 'kept', lacks = [], clock = 'caller', cleanUp }: HeartDriverCheckOptions = {},
): readonly DriverCheck[] => {
  const reasonOf = (name: string): string | undefined => {
    const missing = (needsOf[name] ?? []).filter((feature) => lacks.includes(feature));
    return missing.length === 0 ? undefined : `lacks ${missing.join(', ')}`;
  };
  const use = async <T>(work: (driver: HeartDriver) => Promise<T>): Promise<T> => {
    const driver = await make();
    same('What it lacks', (driver.lacks ?? []).toSorted(), lacks.toSorted());
    await driver.open?.();
    try {
      return await work(driver);
    } finally {
      await driver.close?.();
      await cleanUp?.(driver);
    }
  };
  const runAt = (rule: Rule, scale: number): Promise<ContractLateError | undefined> =>
    use(async (driver) => {
      using time = new RealTime(scale);
      try {
        await rule(scale === 1 ? driver : new SlowedDriver(driver, time), time);
        return undefined;
      } catch (error) {
        const { lateMs } = time;
        if (lateMs <= allowedMs) throw error;
        return new ContractLateError(error, lateMs, allowedMs, scale);
      }
    });
  const runForReal = async (rule: Rule): Promise<void> => {
    let late: ContractLateError | undefined;
    for (const scale of scales) {
      late = await runAt(rule, scale);
      if (late === undefined) return;
    }
    throw late;
  };
  const run = (rule: Rule): Promise<void> =>
    clock === 'store' ? runForReal(rule) : use((driver) => rule(driver, virtualTime()));
  const timeoutMs = timeoutsMs[clock];
  const check = ([name, rule]: [string, Rule]): DriverCheck => {
    const skipped = reasonOf(name);
    if (skipped !== undefined) return { name, skipped, timeoutMs, run: () => Promise.resolve() };
    return { name, timeoutMs, run: () => run(rule) };
  };
  const rules = { ...deliveryRules, ...leaseRules, ...(isDurable && durableRules(leasesAtClose)) };
  return Object.entries(rules).map(check);
};
