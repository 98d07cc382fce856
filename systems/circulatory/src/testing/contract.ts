import type { HeartDriver } from '../heart/driver.ts';
import type { Rule } from './rules.ts';
import { deliveryRules } from './rules.ts';
import { durableRules, leaseRules } from './lease-rules.ts';

export { ContractError } from './check.ts';

/** One rule of a port, to be run as a test. */
export interface DriverCheck {
  readonly name: string;
  /** Rejects with a {@link ContractError} when the driver breaks the rule. */
  readonly run: () => Promise<void>;
}

/** What else a driver promises. */
export interface HeartDriverCheckOptions {
  /** Adds that what is stored outlives a close. Default false. */
  readonly isDurable?: boolean;
}

/**
 * Conformance suite of the {@link HeartDriver} port: one check per rule, for any test runner. `make` gives a new, empty
 * driver for each check, and opens nothing: the check does.
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
  { isDurable = false }: HeartDriverCheckOptions = {},
): readonly DriverCheck[] => {
  const check = ([name, rule]: [string, Rule]): DriverCheck => ({
    name,
    run: async () => {
      const driver = await make();
      await driver.open?.();
      try {
        await rule(driver);
      } finally {
        await driver.close?.();
      }
    },
  });
  const rules = { ...deliveryRules, ...leaseRules, ...(isDurable && durableRules) };
  return Object.entries(rules).map(check);
};
