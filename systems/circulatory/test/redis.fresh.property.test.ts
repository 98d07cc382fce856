import type { HeartDriver, Lease, NewMessage } from '@organism/circulatory';
import { RedisBroker } from '@organism/circulatory/redis';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { patient, roundsOf } from './proof.harness.ts';

const client = patient(6379, { retryStrategy: () => null, lazyConnect: true });
const isUp = await client.connect().then(
  () => true,
  () => false,
);
if (!isUp) process.emitWarning('No Redis at 127.0.0.1:6379: the properties of its plain messages are skipped.');
const prefix = `heart-fresh-${process.pid}`;
let stores = 0;
afterAll(async () => {
  if (!isUp) return;
  const keys = await client.keys(`${prefix}*`);
  if (keys.length > 0) await client.del(...keys);
  client.disconnect();
});

/** Most are plain, so that they wait in the list of those that nobody has asked for; others get their places at once. */
const draft = fc.record({
  key: fc.constantFrom(undefined, undefined, undefined, undefined, 'a'),
  priority: fc.constantFrom(4, 4, 4, 4, 4, 1, 8),
  delayMs: fc.constantFrom(0, 0, 0, 0, 0, 50),
  id: fc.constantFrom('', '', '', 'x', 'y'),
});
const group = fc.constantFrom('one', 'one', 'two');
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('publish' as const), draft }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('batch' as const),
      drafts: fc.array(draft, { minLength: 2, maxLength: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('burst' as const),
      drafts: fc.array(draft, { minLength: 2, maxLength: 6 }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant('reserve' as const), group, max: fc.integer({ min: 1, max: 5 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      group,
      kind: fc.constantFrom('ack' as const, 'ack' as const, 'retry' as const, 'release' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 60, 700) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('join' as const),
      group,
      from: fc.constantFrom('earliest' as const, 'latest' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), group }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Draft = typeof draft extends fc.Arbitrary<infer T> ? T : never;

const toMessage = (
  { key, priority, delayMs, id }: Draft,
  text: string,
  now: number,
  expiresAt: number,
): NewMessage => ({
  id: id || text,
  key,
  priority,
  publishedAt: now,
  dueAt: now + delayMs,
  expiresAt,
  uniqueUntil: id === '' ? 0 : now + 500,
  body: text,
});

/** A driver, and the leases that are held of it, the oldest first. */
class Subject {
  readonly #driver: HeartDriver = new RedisBroker({ client, prefix: `${prefix}-${(stores += 1)}` });
  readonly #shed: boolean;
  readonly #expiresAt: number;
  readonly #held: Lease[] = [];

  constructor(shed: boolean, expiresAt: number) {
    this.#shed = shed;
    this.#expiresAt = expiresAt;
  }

  /** Does one step, and says what came of it in words of any driver. */
  async do(one: Step, now: number, count: number): Promise<unknown> {
    const driver = this.#driver;
    const order = { now, maxDepth: 9, shed: this.#shed, retentionMs: 0 };
    const make = (each: Draft, text: string): NewMessage => toMessage(each, text, now, this.#expiresAt);
    if (one.do === 'publish') return await driver.publish('t', [make(one.draft, `m${count}`)], order);
    if (one.do === 'batch' || one.do === 'burst') {
      const messages = one.drafts.map((each, index) => make(each, `m${count}-${index}`));
      if (one.do === 'batch') return await driver.publish('t', messages, order);
      return await Promise.all(messages.map(async (message) => await driver.publish('t', [message], order)));
    }
    if (one.do === 'reserve') {
      const leases = await driver.reserve('t', one.group, { now, max: one.max, leaseMs: 600, maxAttempts: 100 });
      this.#held.push(...leases);
      // In their order.
      return leases.map((lease) => [String(lease.body), lease.attempt, lease.until, lease.publishedAt]);
    }
    if (one.do === 'settle') {
      const lease = this.#held.shift();
      if (lease === undefined) return undefined;
      const end = { ref: lease.ref, token: lease.token };
      return await driver.settle(
        't',
        one.group,
        [one.kind === 'retry' ? { ...end, kind: 'retry', delayMs: 20 } : { ...end, kind: one.kind }],
        now,
      );
    }
    if (one.do === 'join') return await driver.join('t', one.group, { from: one.from, idleMs: Infinity, now });
    if (one.do === 'leave') return await driver.leave('t', one.group, now);
    return undefined;
  }

  async depth(now: number): Promise<unknown> {
    const { depth, groups } = await this.#driver.inspect('t', now);
    return { depth, groups: groups.toSorted((a, b) => (a.group < b.group ? -1 : 1)) };
  }
}

describe.runIf(isUp)('plain messages of a RedisBroker', () => {
  it.each([false, true])(
    'are handled as those that get their places at once, whatever comes in between (shed: %s)',
    async (shed) => {
      const runs = fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
        // What may expire is not plain.
        const [model, real] = [new Subject(shed, 1e12), new Subject(shed, Infinity)];
        let now = 1_000_000;
        for (const [count, one] of steps.entries()) {
          if (one.do === 'wait') now += one.ms;
          const wanted = await model.do(one, now, count);
          expect(await real.do(one, now, count), `step ${count}`).toEqual(wanted);
          expect(await real.depth(now), `depth after step ${count}`).toEqual(await model.depth(now));
        }
      });
      await fc.assert(runs, {
        numRuns: roundsOf(60),
        seed: 11,
        ...(process.env['PROOF_ROUNDS'] !== undefined && { seed: Date.now() % 2 ** 31 }),
      });
    },
    120_000,
  );

  it('of any number take their places when a second group joins, before anything that comes later', async () => {
    const driver = new RedisBroker({ client, prefix: `${prefix}-${(stores += 1)}` });
    const order = { now: 1, maxDepth: Infinity, shed: false, retentionMs: 0 };
    const plain = (n: number): NewMessage =>
      toMessage({ key: undefined, priority: 4, delayMs: 0, id: '' }, String(n), 1, Infinity);
    await driver.join('t', 'one', { from: 'earliest', idleMs: Infinity, now: 1 });
    // More than one call of the server moves.
    const many = Array.from({ length: 10_500 }, (_, n) => plain(n));
    await driver.publish('t', many, order);
    await Promise.all([
      driver.join('t', 'late', { from: 'latest', idleMs: Infinity, now: 1 }),
      driver.join('t', 'early', { from: 'earliest', idleMs: Infinity, now: 1 }),
    ]);
    await driver.publish('t', [plain(many.length)], order);
    const { depth, groups } = await driver.inspect('t', 1);
    expect(depth).toBe(many.length + 1);
    expect(Object.fromEntries(groups.map(({ group: name, lag }) => [name, lag]))).toEqual({
      one: many.length + 1,
      early: many.length + 1,
      late: 1,
    });
    for (const name of ['one', 'early']) {
      const leases = await driver.reserve('t', name, { now: 1, max: 20_000, leaseMs: 1000, maxAttempts: 1 });
      expect(
        leases.map(({ body }) => Number(body)),
        name,
      ).toEqual([...many.keys(), many.length]);
    }
    const [only, ...more] = await driver.reserve('t', 'late', { now: 1, max: 9, leaseMs: 1000, maxAttempts: 1 });
    expect([Number(only?.body), more]).toEqual([many.length, []]);
  });
});
