import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Heart, type HeartDriver, MemoryBroker, type Message } from '@organism/circulatory';
import { RedisBroker } from '@organism/circulatory/redis';
import { SqliteBroker } from '@organism/circulatory/sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { isAscending, patient } from './proof.harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'heart-proof-'));
const client = patient(6379, { retryStrategy: () => null, lazyConnect: true });
const isUp = await client.connect().then(
  () => true,
  () => false,
);
if (!isUp) process.emitWarning('No Redis at 127.0.0.1:6379: its part of the proof of many consumers is skipped.');
const prefix = `heart-many-${process.pid}`;
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  if (!isUp) return;
  const keys = await client.keys(`${prefix}*`);
  if (keys.length > 0) await client.del(...keys);
  client.disconnect();
});

const memory = new MemoryBroker();
const drivers: readonly (readonly [string, boolean, () => HeartDriver])[] = [
  ['memory', true, () => memory],
  ['sqlite', true, () => new SqliteBroker({ path: join(folder, 'heart.db'), synchronous: 'normal', pollMs: 20 })],
  ['redis', isUp, () => new RedisBroker({ client, prefix, pollMs: 20 })],
];

describe.each(drivers)('120 consumers of one group on %s', (_name, canRun, make) => {
  it.runIf(canRun)(
    'share the work: each message is handled once, and each key in order',
    async () => {
      const names = ['one', 'two', 'three', 'four'];
      const hearts = await Promise.all(
        names.map((name) => new Heart<{ numbers: number }>({ name, driver: make() }).start()),
      );
      const handled: { readonly n: number; readonly key: string | undefined; readonly by: string }[] = [];
      const atWork = new Set<string>();
      const together: string[] = [];
      for (let consumer = 0; consumer < 120; consumer += 1) {
        const handle = async ({ data, key }: Message<number>): Promise<void> => {
          if (key !== undefined && atWork.has(key)) together.push(key);
          if (key !== undefined) atWork.add(key);
          await new Promise<void>((resolve) => void setImmediate(resolve));
          handled.push({ n: data, key, by: `${consumer}` });
          if (key !== undefined) atWork.delete(key);
        };
        // None takes more than it has time for.
        await hearts[consumer % hearts.length]?.subscribe('numbers', handle, { prefetch: 1 });
      }
      const [first] = hearts;
      const count = 1500;
      const entries = Array.from({ length: count }, (_, n) => ({
        value: n,
        ...(n % 3 !== 0 && { key: `k${n % 20}` }),
      }));
      for (let from = 0; from < count; from += 100)
        await first?.publishBatch('numbers', entries.slice(from, from + 100));
      await expect.poll(async () => (await first?.inspect('numbers'))?.depth, { timeout: 15_000 }).toBe(0);

      expect(handled.map(({ n }) => n).toSorted((a, b) => a - b)).toEqual(entries.map(({ value }) => value));
      expect(together).toEqual([]);
      for (const [key, of] of Map.groupBy(handled, (one) => one.key))
        if (key !== undefined) expect(isAscending(of.map(({ n }) => n)), key).toBe(true);
      expect(new Set(handled.map(({ by }) => by)).size, 'all had their share').toBeGreaterThan(100);
      await Promise.all(hearts.map((heart) => heart.stop()));
    },
    30_000,
  );
});
