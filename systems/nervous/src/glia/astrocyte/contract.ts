import { OrganismError } from '@organism/cell';
import type { StateDriver, StateRow } from './driver.ts';

/** One rule of a port, to be run as a test. */
export interface DriverCheck {
  readonly name: string;
  /** Rejects with a {@link ContractError} when the driver breaks the rule. */
  readonly run: () => Promise<void>;
}

/** A driver that breaks a rule of its port. Code `NERVOUS_CONTRACT`. */
export class ContractError extends OrganismError {
  constructor(what: string, expected: unknown, got: unknown) {
    super('NERVOUS_CONTRACT', `${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(got)}.`);
  }
}

const same = (what: string, got: unknown, expected: unknown): void => {
  if (JSON.stringify(got) !== JSON.stringify(expected)) throw new ContractError(what, expected, got);
};
const holds = (what: string, fact: boolean): void => same(what, fact, true);
const valueOf = (row: StateRow | undefined): unknown => row?.value;

const any = { ifVersion: undefined, expiresAt: undefined };
const at = (now: number) => ({ ...any, now });

const rules: Readonly<Record<string, (driver: StateDriver) => Promise<void>>> = {
  'gives back what was written, with its version': async (driver) => {
    same('A key never written', await driver.read('a', 0), undefined);
    const value = { text: 'Hualien – 花蓮\0', list: [1, -2.5, null, true, { deep: [] }], empty: {} };
    const written = await driver.write('a', value, at(0));
    const row = await driver.read('a', 0);
    holds('The write is done', written.done && written.previous === 0 && written.version > 0);
    same('The value read', valueOf(row), value);
    same('The version read', row?.version, written.version);
    for (const [index, plain] of [0, '', false, null, []].entries()) {
      await driver.write(`plain-${index}`, plain, at(0));
      same('A plain value', valueOf(await driver.read(`plain-${index}`, 0)), plain);
    }
  },
  'keeps copies': async (driver) => {
    const value = { list: [1] };
    await driver.write('a', value, at(0));
    value.list.push(2);
    const read = valueOf(await driver.read('a', 0)) as { list: number[] };
    same('A stored value after its original was changed', read, { list: [1] });
    read.list.push(3);
    same('A stored value after a read one was changed', valueOf(await driver.read('a', 0)), { list: [1] });
  },
  'compares and sets': async (driver) => {
    const none = { ...at(0), ifVersion: 0 };
    const first = await driver.write('a', 1, none);
    holds('A write to a key that must not be there', first.done);
    const refused = await driver.write('a', 2, none);
    same('A write that expected none', [refused.done, refused.version], [false, first.version]);
    const second = await driver.write('a', 3, { ...at(0), ifVersion: first.version });
    same('A write that expected the right version', [second.done, second.previous], [true, first.version]);
    holds('A version grows', second.version > first.version);
    const late = await driver.remove('a', { now: 0, ifVersion: first.version });
    same('A delete that expected an old version', [late.done, late.version], [false, second.version]);
    same('The value after all that', valueOf(await driver.read('a', 0)), 3);
    const gone = await driver.remove('a', { now: 0, ifVersion: second.version });
    same('A delete', [gone.done, gone.version, gone.previous], [true, 0, second.version]);
    same('A deleted key', await driver.read('a', 0), undefined);
    same('A delete of nothing', (await driver.remove('a', at(0))).previous, 0);
  },
  'never gives a version twice, also after a delete and after an expiry': async (driver) => {
    let last = 0;
    for (let round = 0; round < 5; round += 1) {
      const { version } = await driver.write('a', round, { ...at(round * 10), expiresAt: round * 10 + 5 });
      holds('A version grows', version > last);
      last = version;
      if (round % 2 === 0) await driver.remove('a', at(round * 10));
    }
  },
  'lets rows expire': async (driver) => {
    const { version } = await driver.write('a', 1, { ...at(1000), expiresAt: 1500 });
    await driver.write('b', 1, { ...at(1000), expiresAt: 1200 });
    await driver.write('c', 1, at(1000));
    same('The soonest expiry', await driver.nextExpiry(), 1200);
    same('The expiry of a row', (await driver.read('a', 1499))?.expiresAt, 1500);
    same('A row at its expiry', await driver.read('a', 1500), undefined);
    same('What a write finds there', (await driver.write('a', 2, { ...at(1500), ifVersion: version })).done, false);
    const again = await driver.write('a', 2, { ...at(1500), ifVersion: 0 });
    same('What a write over it tells', again.gone, [{ key: 'a', version, reason: 'expire' }]);
    same('A row written without expiry', (await driver.read('a', 9e12))?.expiresAt, undefined);
    same('What a delete of an expired row finds', (await driver.remove('b', at(1200))).previous, 0);
    same('The soonest expiry of none', await driver.nextExpiry(), undefined);
  },
  'deletes what has expired, the first before others, up to a limit': async (driver) => {
    for (const [key, expiresAt] of [
      ['x', 30],
      ['y', 10],
      ['z', 20],
      ['later', 99],
    ] as const)
      await driver.write(key, key, { ...at(0), expiresAt });
    const first = await driver.expire(50, 2);
    same('The first two', first.map(({ key, reason }) => [key, reason]).toSorted(), [
      ['y', 'expire'],
      ['z', 'expire'],
    ]);
    same(
      'The rest',
      (await driver.expire(50, 2)).map(({ key }) => key),
      ['x'],
    );
    same('Nothing more', await driver.expire(50, 2), []);
    same('The soonest expiry', await driver.nextExpiry(), 99);
  },
  'lists the keys of a prefix': async (driver) => {
    const keys = Array.from({ length: 600 }, (_, index) => `room/${index}`);
    for (const key of [...keys, 'roof', 'room', 'room0', 'rooms/1', '部屋/1', '\u{1F3E0}'])
      await driver.write(key, 1, at(0));
    await driver.write('room/gone', 1, { ...at(0), expiresAt: 5 });
    const found: string[] = [];
    for await (const key of driver.keys('room/', 10)) found.push(key);
    same('The keys', found.toSorted(), keys.toSorted());
    const all: string[] = [];
    for await (const key of driver.keys('', 10)) all.push(key);
    same('How many keys there are', [all.length, new Set(all).size], [606, 606]);
    for await (const key of driver.keys('roo', 10)) if (key.startsWith('room/')) await driver.remove(key, at(10));
    same('A key deleted while listing', await driver.read('room/1', 10), undefined);
  },
  'keeps one order when writes overlap': async (driver) => {
    const written = await Promise.all(Array.from({ length: 20 }, (_, index) => driver.write('a', index, at(0))));
    const versions = written.map(({ version }) => version);
    same('Versions of overlapping writes', new Set(versions).size, 20);
    const row = await driver.read('a', 0);
    same('The value of the highest version', row?.value, versions.indexOf(Math.max(...versions)));
  },
};

/**
 * Conformance suite of the {@link StateDriver} port: one check per rule, for any test runner. `make` gives a new, empty
 * driver for each check, and opens nothing: the check does. `isDurable` adds that rows outlive a close.
 *
 * @example
 * ```ts
 * import { MemoryState } from '@organism/nervous';
 * import { stateDriverChecks } from '@organism/nervous/testing';
 *
 * for (const { run } of stateDriverChecks(() => new MemoryState())) await run();
 * ```
 */
export const stateDriverChecks = (
  make: () => StateDriver | Promise<StateDriver>,
  options: { readonly isDurable?: boolean } = {},
): readonly DriverCheck[] => {
  const check = (name: string, rule: (driver: StateDriver) => Promise<void>): DriverCheck => ({
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
  const durable = async (driver: StateDriver): Promise<void> => {
    const { version } = await driver.write('a', { kept: true }, { ...at(0), expiresAt: 50 });
    await driver.write('b', 1, at(0));
    const { previous } = await driver.remove('b', at(0));
    await driver.close?.();
    await driver.open?.();
    same('A row after close and open', await driver.read('a', 0), { value: { kept: true }, version, expiresAt: 50 });
    holds('A version after a deletion, close and open', (await driver.write('b', 1, at(0))).version > previous);
  };
  return [
    ...Object.entries(rules).map(([name, rule]) => check(name, rule)),
    ...(options.isDurable === true ? [check('keeps rows and versions over a close', durable)] : []),
  ];
};
