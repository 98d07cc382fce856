import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Heart, type Vein } from '@organism/circulatory';
import { NatsBroker } from '@organism/circulatory/nats';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';

const servers = '127.0.0.1:4222';
const connection = await connect({ servers, reconnect: false, timeout: 1000 }).catch(() => undefined);
if (connection === undefined) console.warn(`Skipped: there is no NATS server at ${servers}.`);
const prefix = `property-${process.pid}`;
let made = 0;

afterAll(async () => {
  if (connection === undefined) return;
  const { streams } = await jetstreamManager(connection);
  const all: string[] = [];
  for await (const name of streams.names()) if (name.startsWith(prefix)) all.push(name);
  await Promise.all(all.map((name) => streams.delete(name)));
  await connection.close();
});

/** What consumers do with a message, attempt by attempt; then they acknowledge it. */
const fates = fc.array(fc.constantFrom('retry' as const, 'release' as const, 'late' as const), { maxLength: 2 });

interface Planned {
  readonly key: string | undefined;
  readonly delayMs: number;
  readonly fates: readonly ('retry' | 'release' | 'late')[];
  readonly isPoison: boolean;
}

const messages: fc.Arbitrary<Planned[]> = fc.array(
  fc.record({
    key: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
    delayMs: fc.constantFrom(0, 0, 0, 60),
    fates,
    isPoison: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  }),
  { minLength: 1, maxLength: 12 },
);

it.runIf(connection !== undefined)(
  'handles each message of any mix of keys, delays and failures to its end, with as many attempts as there were',
  async () => {
    const check = async (plan: readonly Planned[]): Promise<void> => {
      const name = `${prefix}-${made++}`;
      const open = (): Promise<Heart<{ jobs: number }>> =>
        new Heart<{ jobs: number }>({
          driver: new NatsBroker({ servers, prefix: name, partitions: 2, pollMs: 50 }),
        }).start();
      await using one = await open();
      await using other = await open();
      const ends: number[] = [];
      const wrong: unknown[] = [];
      const tried = new Map<number, number>();
      const attempts = new Map<number, number>();
      const work = async (heart: Heart<{ jobs: number }>): Promise<void> => {
        await using vein = await heart.vein('jobs', { prefetch: 3, ackTimeoutMs: 250, maxAttempts: 100 });
        while (ends.length < plan.length) {
          const [message] = await vein.pull({ waitMs: 20 });
          if (message === undefined) continue;
          const n = message.data;
          const step = tried.get(n) ?? 0;
          tried.set(n, step + 1);
          const expected = (attempts.get(n) ?? 0) + 1;
          if (message.attempt !== expected) wrong.push([n, message.attempt, expected]);
          const fate = plan[n]?.fates[step];
          if (fate !== 'release') attempts.set(n, expected);
          if (fate === 'retry') await message.nack({ delayMs: 10 });
          else if (fate === 'release') await message.release();
          else if (fate === 'late') continue;
          else {
            await (plan[n]?.isPoison === true ? message.reject('poison') : message.ack());
            ends.push(n);
          }
        }
      };
      for (const [n, { key, delayMs }] of plan.entries())
        await one.publish('jobs', n, { delayMs, ...(key !== undefined && { key }) });
      await Promise.all([work(one), work(other)]);
      expect(ends.toSorted((a, b) => a - b)).toEqual(plan.map((_, n) => n));
      expect(wrong).toEqual([]);
      for (const key of ['a', 'b', 'c']) {
        const inOrder = ends.filter((n) => plan[n]?.key === key && plan[n]?.delayMs === 0);
        expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
      }
      const letters = await one.deadLetters('jobs');
      expect(letters.map(({ envelope }) => envelope?.data).toSorted()).toEqual(
        plan.flatMap(({ isPoison }, n) => (isPoison ? [n] : [])).toSorted(),
      );
      await expect.poll(async () => (await one.inspect('jobs')).depth).toBe(0);
    };
    await fc.assert(fc.asyncProperty(messages, check), {
      numRuns: Number(process.env['NATS_RUNS'] ?? 4),
      endOnFailure: true,
    });
  },
  60_000 + Number(process.env['NATS_RUNS'] ?? 4) * 10_000,
);

it.runIf(connection !== undefined)(
  'gives all that came before to whoever joins first, though others join at the same time',
  async () => {
    const open = (): Promise<Heart> =>
      new Heart({ driver: new NatsBroker({ servers, prefix: `${prefix}-race`, partitions: 2, pollMs: 50 }) }).start();
    await using one = await open();
    await using other = await open();
    for (let round = 0; round < 40; round += 1) {
      const topic = `jobs-${round}`;
      const sent = [`${round} a`, `${round} b`, `${round} c`];
      for (const [index, value] of sent.entries()) await one.publish(topic, value, index === 0 ? { key: 'k' } : {});
      const [left, right] = await Promise.all([one.vein(topic), other.vein(topic)]);
      const got: unknown[] = [];
      const take = async (vein: Vein): Promise<void> => {
        for (const message of await vein.pull({ max: 3, waitMs: 30 })) {
          got.push(message.data);
          await message.ack();
        }
      };
      await expect.poll(async () => (await Promise.all([take(left), take(right)]), got.toSorted())).toEqual(sent);
      await expect.poll(async () => (await one.inspect(topic)).depth).toBe(0);
      await Promise.all([left.close(), right.close()]);
    }
  },
);
