import { Heart, type Lease, type ReserveOrder, type Settlement, type Vein } from '@organism/circulatory';
import { NatsBroker } from '@organism/circulatory/nats';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sharedNats } from './nats.harness.ts';

const { servers, connection, prefix } = await sharedNats('property');
let made = 0;

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

/** Counts the leases that all processes were given, also those that ran out before anybody looked at them. */
class Ledger {
  readonly #attempts = new Map<string, number>();
  /** Message, attempt, and which it was. */
  readonly wrong: unknown[] = [];

  leased({ ref, attempt }: Lease): void {
    const expected = this.add(ref, 1);
    if (attempt !== expected) this.wrong.push([ref, attempt, expected]);
  }

  add(ref: number | string, count: number): number {
    const sum = (this.#attempts.get(String(ref)) ?? 0) + count;
    this.#attempts.set(String(ref), sum);
    return sum;
  }
}

class CountedBroker extends NatsBroker {
  readonly #ledger: Ledger;

  constructor(prefixOfOne: string, ledger: Ledger) {
    super({ servers, prefix: prefixOfOne, partitions: 2, pollMs: 50 });
    this.#ledger = ledger;
  }

  override async reserve(topic: string, group: string, order: ReserveOrder): Promise<readonly Lease[]> {
    const leases = await super.reserve(topic, group, order);
    for (const lease of leases) this.#ledger.leased(lease);
    return leases;
  }

  override async settle(topic: string, group: string, ends: readonly Settlement[]): Promise<readonly boolean[]> {
    // Before, since another process may have what is given back before this one hears that it was.
    for (const { ref, kind } of ends) if (kind === 'release') this.#ledger.add(ref, -1);
    const outcome = await super.settle(topic, group, ends);
    for (const [index, { ref, kind }] of ends.entries())
      if (kind === 'release' && outcome[index] !== true) this.#ledger.add(ref, 1);
    return outcome;
  }
}

it.runIf(connection !== undefined)(
  'handles each message of any mix of keys, delays and failures to its end, with as many attempts as there were',
  async () => {
    const check = async (plan: readonly Planned[]): Promise<void> => {
      const name = `${prefix}-${made++}`;
      const ledger = new Ledger();
      const open = (): Promise<Heart<{ jobs: number }>> =>
        new Heart<{ jobs: number }>({ driver: new CountedBroker(name, ledger) }).start();
      await using one = await open();
      await using other = await open();
      const ends: number[] = [];
      const tried = new Map<number, number>();
      const work = async (heart: Heart<{ jobs: number }>): Promise<void> => {
        await using vein = await heart.vein('jobs', { prefetch: 3, ackTimeoutMs: 1000, maxAttempts: 100 });
        while (ends.length < plan.length) {
          const [message] = await vein.pull({ waitMs: 20 });
          if (message === undefined) continue;
          const n = message.data;
          const step = tried.get(n) ?? 0;
          tried.set(n, step + 1);
          const fate = plan[n]?.fates[step];
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
      expect(ledger.wrong).toEqual([]);
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
  60_000,
);
