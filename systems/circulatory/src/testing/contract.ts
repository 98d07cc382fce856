import type { DriverFeature, HeartDriver } from '../heart/driver.ts';
import { same } from './check.ts';
import { durableRules, leaseRules, type LeasesAtClose } from './lease-rules.ts';
import { needsOf } from './needs.ts';
import { deliveryRules, type Rule } from './rules.ts';
import { type DriverClock, realTime, virtualTime } from './time.ts';

export { ContractError } from './check.ts';
export type { DriverClock } from './time.ts';
export type { LeasesAtClose } from './lease-rules.ts';

/** One rule of a port, to be run as a test. */
export interface DriverCheck {
  readonly name: string;
  /** Why it is left out, if it is: `run` then does nothing. */
  readonly skipped?: string;
  /** Rejects with a {@link ContractError} when the driver breaks the rule. */
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
   * moments; `store` for one whose server has a clock of its own: time then passes for real, a few seconds for a rule.
   */
  readonly clock?: DriverClock;
  /** Called with the driver when a check is over and the driver is closed, to clear away what it stored. */
  readonly cleanUp?: (driver: HeartDriver) => Promise<void> | void;
}

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
  const run = async (rule: Rule): Promise<void> => {
    const driver = await make();
    same('What it lacks', (driver.lacks ?? []).toSorted(), lacks.toSorted());
    await driver.open?.();
    try {
      await rule(driver, clock === 'store' ? realTime() : virtualTime());
    } finally {
      await driver.close?.();
      await cleanUp?.(driver);
    }
  };
  const check = ([name, rule]: [string, Rule]): DriverCheck => {
    const skipped = reasonOf(name);
    return skipped === undefined ? { name, run: () => run(rule) } : { name, skipped, run: () => Promise.resolve() };
  };
  const rules = { ...deliveryRules, ...leaseRules, ...(isDurable && durableRules(leasesAtClose)) };
  return Object.entries(rules).map(check);
};
