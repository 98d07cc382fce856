import { systemClock } from '@organism/cell';
import { type DriverCheck, heartDriverChecks } from '@organism/circulatory/testing';
import type { HeartDriver, NewMessage } from '@organism/circulatory';
import { RabbitBroker } from '@organism/circulatory/rabbitmq';
import { describe, expect, it } from 'vitest';
import { deleteAll, isUp, newPrefix, PatientBroker, serverUrl } from './rabbit.harness.ts';

const prefixes = new WeakMap<HeartDriver, string>();
const partitions = 1;

/** Its queues are there already, since to make them takes as long as some of the moments that the rules tell apart. */
const make = async (): Promise<HeartDriver> => {
  const prefix = newPrefix();
  const first = new RabbitBroker({ url: serverUrl, prefix, partitions });
  await first.open();
  await first.inspect('orders', 0);
  await first.close();
  const driver = new PatientBroker({ url: serverUrl, prefix, partitions });
  prefixes.set(driver, prefix);
  return driver;
};

const checks = heartDriverChecks(make, {
  isDurable: true,
  leasesAtClose: 'returned',
  lacks: ['priority', 'shed', 'retention', 'deduplication', 'batch'],
  clock: 'store',
  cleanUp: async (driver) => {
    const groups = ['g', 'one', 'two', 'late', 'early', 'idle', 'other', 'nobody'];
    await deleteAll(prefixes.get(driver) ?? '', ['orders', 'other'], groups, partitions);
  },
});

/** What the server can't do, and no name of a feature says. */
const impossible: Readonly<Record<string, string>> = {
  'gives each group its own': 'a group that joins later does not get what earlier ones have yet to handle; see below',
};
const reasonOf = ({ name, skipped }: DriverCheck): string | undefined => skipped ?? impossible[name];
const checked = checks.filter((check) => reasonOf(check) === undefined);
const left = checks.flatMap(({ name, ...check }) => {
  const reason = reasonOf({ name, ...check });
  return reason === undefined ? [] : [{ name, reason }];
});

describe.runIf(isUp)('RabbitBroker keeps the contract of a broker driver', () => {
  it.concurrent.each(checked)('$name', { timeout: checked[0]?.timeoutMs ?? 0 }, async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });

  it.skip.each(left)('$name: $reason', () => {});

  it('gives each group its own, from when it joined', async () => {
    const prefix = newPrefix();
    const driver = new PatientBroker({ url: serverUrl, prefix, partitions });
    await driver.open();
    const now = systemClock.now();
    const order = { now, max: 10, leaseMs: 5000, maxAttempts: 5 };
    const message = (id: string): NewMessage => ({
      id,
      key: undefined,
      priority: 4,
      publishedAt: now,
      dueAt: now,
      expiresAt: Infinity,
      uniqueUntil: 0,
      body: id,
    });
    const publish = (id: string): unknown =>
      driver.publish('orders', [message(id)], { now, maxDepth: Infinity, shed: false, retentionMs: 0 });
    const join = (group: string, from: 'earliest' | 'latest'): Promise<void> =>
      driver.join('orders', group, { from, idleMs: Infinity, now });
    const bodies = async (group: string): Promise<unknown[]> =>
      (await driver.reserve('orders', group, order)).map(({ body }) => body);
    await publish('before');
    for (const group of ['one', 'two']) await join(group, 'earliest');
    await publish('a');
    await join('late', 'latest');
    await join('early', 'earliest');
    await publish('b');
    const [first, ...rest] = await driver.reserve('orders', 'one', order);
    if (first !== undefined) await driver.settle('orders', 'one', [{ ...first, kind: 'ack' }], now);
    expect([first?.body, ...rest.map(({ body }) => body)]).toEqual(['before', 'a', 'b']);
    expect(await bodies('two')).toEqual(['a', 'b']);
    expect([await bodies('late'), await bodies('early')]).toEqual([['b'], ['b']]);
    const { groups } = await driver.inspect('orders', now);
    const lags = Object.fromEntries(groups.map(({ group, lag }) => [group, lag]));
    expect(lags).toEqual({ one: 2, two: 2, late: 1, early: 1 });
    for (const group of ['two', 'late', 'early', 'nobody']) await driver.leave('orders', group);
    expect(await driver.inspect('orders', now)).toMatchObject({ depth: 2, groups: [{ group: 'one' }] });
    await driver.leave('orders', 'one');
    expect((await driver.inspect('orders', now)).depth).toBe(0);
    await driver.close();
    await deleteAll(prefix, ['orders'], ['one', 'two', 'late', 'early'], partitions);
  });
});
