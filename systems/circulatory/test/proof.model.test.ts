import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type HeartDriver,
  type JoinFrom,
  type Lease,
  MemoryBroker,
  type NewMessage,
  type Settlement,
} from '@organism/circulatory';
import { RedisBroker } from '@organism/circulatory/redis';
import { SqliteBroker } from '@organism/circulatory/sqlite';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { patient, roundsOf } from './proof.harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'heart-model-'));
const client = patient(6379, { retryStrategy: () => null, lazyConnect: true });
const isUp = await client.connect().then(
  () => true,
  () => false,
);
if (!isUp) process.emitWarning('No Redis at 127.0.0.1:6379: its comparison with the memory is skipped.');
const prefix = `heart-model-${process.pid}`;
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  if (!isUp) return;
  const keys = await client.keys(`${prefix}*`);
  if (keys.length > 0) await client.del(...keys);
  client.disconnect();
});

const group = fc.constantFrom('one', 'two');
const draft = fc.record({
  key: fc.constantFrom(undefined, undefined, 'a', 'b'),
  priority: fc.constantFrom(4, 4, 0, 9),
  delayMs: fc.constantFrom(0, 0, 0, 300),
  ttlMs: fc.constantFrom(Infinity, Infinity, 800),
  id: fc.constantFrom('', '', 'x', 'y'),
});
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('publish' as const),
      drafts: fc.array(draft, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('reserve' as const), group }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      group,
      ends: fc.array(
        fc.record({ which: fc.nat(20), kind: fc.constantFrom('ack', 'ack', 'retry', 'later', 'release', 'dead') }),
        {
          minLength: 1,
          maxLength: 5,
        },
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('extend' as const), group, which: fc.nat(20) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1, 100, 400, 1000) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('join' as const),
      group,
      from: fc.constantFrom('earliest' as const, 'latest' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), group }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('replay' as const), group }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('discard' as const), group }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const textOf = ({ body }: { readonly body: unknown }): string => String(body);

/** A driver, and the leases that it has given, by group and text. */
class Subject {
  readonly #driver: HeartDriver;
  readonly #leases = new Map<string, Lease>();

  constructor(driver: HeartDriver) {
    this.#driver = driver;
  }

  /** Does one step. Gives what can be told of it in the words of any driver: no refs, no tokens. */
  async do(one: Step, now: number, count: number, retentionMs: number): Promise<unknown> {
    const driver = this.#driver;
    if (one.do === 'publish') {
      const messages = one.drafts.map(({ key, priority, delayMs, ttlMs, id }, index): NewMessage => {
        const text = `m${count}-${index}`;
        const times = { publishedAt: now, dueAt: now + delayMs, expiresAt: now + delayMs + ttlMs };
        return { id: id || text, key, priority, ...times, uniqueUntil: id === '' ? 0 : now + 1000, body: text };
      });
      // What has expired makes room at different times.
      await driver.sweep(now);
      return await driver.publish('t', messages, { now, maxDepth: 12, shed: false, retentionMs });
    }
    if (one.do === 'reserve') {
      const order = { now, max: 1000, leaseMs: 500, maxAttempts: 3 };
      const leases = await driver.reserve('t', one.group, order);
      for (const lease of leases) this.#leases.set(`${one.group} ${textOf(lease)}`, lease);
      return leases
        .map((lease) => [textOf(lease), lease.attempt, lease.until, lease.previousDelayMs, lease.publishedAt])
        .toSorted();
    }
    if (one.do === 'settle') {
      const held = this.held(one.group);
      if (held.length === 0) return [];
      const ends = one.ends.map(({ which, kind }): Settlement => {
        const { ref, token } = held[which % held.length] as Lease;
        if (kind === 'dead') return { ref, token, kind, reason: { code: 'bad', detail: `at ${now}` } };
        if (kind === 'retry' || kind === 'later')
          return { ref, token, kind: 'retry', delayMs: kind === 'later' ? 200 : 0 };
        return { ref, token, kind: kind as 'ack' | 'release' };
      });
      return await driver.settle('t', one.group, ends, now);
    }
    if (one.do === 'extend') {
      const held = this.held(one.group);
      return held.length === 0
        ? []
        : await driver.extend('t', one.group, [held[one.which % held.length] as Lease], now + 700, now);
    }
    if (one.do === 'join') return await driver.join('t', one.group, { from: one.from, idleMs: Infinity, now });
    if (one.do === 'leave') return await driver.leave('t', one.group, now);
    if (one.do === 'replay') return await driver.replay('t', one.group, { limit: 100 }, now);
    if (one.do === 'discard') return await driver.discard('t', one.group, { limit: 1 });
    return undefined;
  }

  /** Leases that it has ever given, the same for all drivers. */
  held(of: string): Lease[] {
    const names = [...this.#leases.keys()].filter((name) => name.startsWith(`${of} `)).toSorted();
    return names.map((name) => this.#leases.get(name) as Lease);
  }

  /** All that can be seen from outside. */
  async state(now: number): Promise<unknown> {
    await this.#driver.sweep(now);
    const { depth, groups } = await this.#driver.inspect('t', now);
    const dead = await Promise.all(['one', 'two'].map((of) => this.#driver.deadLetters('t', of, { limit: 100 })));
    return {
      depth,
      groups: groups.toSorted((a, b) => (a.group < b.group ? -1 : 1)),
      dead: dead.map((letters) =>
        letters.map((letter) => [textOf(letter), letter.reason, letter.attempts, letter.failedAt]),
      ),
    };
  }
}

let stores = 0;
const drivers: readonly (readonly [string, boolean, () => HeartDriver])[] = [
  ['SqliteBroker', true, () => new SqliteBroker({ path: join(folder, `${(stores += 1)}.db`), synchronous: 'normal' })],
  ['RedisBroker', isUp, () => new RedisBroker({ client, prefix: `${prefix}-${(stores += 1)}` })],
];

const all: typeof drivers = [['MemoryBroker', true, () => new MemoryBroker()], ...drivers];

describe.each(all)('a %s', (_name, canRun, make) => {
  it.runIf(canRun)('keeps the order of a key among messages that are due at one time', async () => {
    const driver = make();
    await driver.open?.();
    await driver.join('t', 'one', { from: 'earliest', idleMs: Infinity, now: 0 });
    const times = { publishedAt: 0, dueAt: 1000, expiresAt: Infinity, uniqueUntil: 0 };
    const messages = Array.from({ length: 25 }, (_, n): NewMessage => ({
      id: `${n}`,
      key: n % 5 === 0 ? undefined : 'k',
      priority: 4,
      body: `${n}`,
      ...times,
    }));
    await driver.publish('t', messages, { now: 0, maxDepth: 100, shed: false, retentionMs: 0 });
    const seen: string[] = [];
    for (;;) {
      const leases = await driver.reserve('t', 'one', { now: 1000, max: 100, leaseMs: 1000, maxAttempts: 1 });
      if (leases.length === 0) break;
      seen.push(...leases.map(textOf));
      const ends = leases.map(({ ref, token }) => ({ ref, token, kind: 'ack' as const }));
      await driver.settle('t', 'one', ends, 1000);
    }
    await driver.close?.();
    const keyed = messages.filter(({ key }) => key !== undefined).map(textOf);
    expect(seen.filter((text) => Number(text) % 5 !== 0)).toEqual(keyed);
  });

  it.runIf(canRun)('keeps what retention keeps when a group that wants none of it is the next to come', async () => {
    const driver = make();
    await driver.open?.();
    const publish = async (text: string): Promise<void> => {
      const times = { publishedAt: 0, dueAt: 0, expiresAt: Infinity, uniqueUntil: 0 };
      const message: NewMessage = { id: text, key: undefined, priority: 4, body: text, ...times };
      await driver.publish('t', [message], { now: 0, maxDepth: 100, shed: false, retentionMs: 2000 });
    };
    const enter = async (of: string, from: JoinFrom): Promise<void> =>
      await driver.join('t', of, { from, idleMs: Infinity, now: 0 });
    const textsOf = async (of: string): Promise<string[]> =>
      (await driver.reserve('t', of, { now: 0, max: 10, leaseMs: 1000, maxAttempts: 1 })).map(textOf);
    await enter('one', 'earliest');
    await publish('kept');
    await driver.leave('t', 'one', 0);
    await enter('one', 'latest');
    await publish('new');
    await enter('two', 'earliest');
    expect(await driver.inspect('t', 0)).toMatchObject({ depth: 2 });
    expect([await textsOf('one'), await textsOf('two')]).toEqual([['new'], ['kept', 'new']]);
    await driver.close?.();
  });
});

describe.each(drivers)('a %s', (_name, canRun, make) => {
  it.runIf(canRun)(
    'does what the MemoryBroker does, whatever is asked of it',
    async () => {
      const runs = fc.asyncProperty(
        fc.array(step, { minLength: 10, maxLength: 60 }),
        fc.constantFrom(0, 2000),
        async (steps, retentionMs) => {
          const driver = make();
          await driver.open?.();
          const [model, real] = [new Subject(new MemoryBroker()), new Subject(driver)];
          let now = 1_000_000;
          try {
            for (const [count, one] of steps.entries()) {
              if (one.do === 'wait') now += one.ms;
              const wanted = await model.do(one, now, count, retentionMs);
              expect(await real.do(one, now, count, retentionMs), `step ${count}`).toEqual(wanted);
              expect(await real.state(now), `state after step ${count}`).toEqual(await model.state(now));
            }
          } finally {
            await driver.close?.();
          }
        },
      );
      await fc.assert(runs, {
        numRuns: roundsOf(40),
        seed: 7,
        ...(process.env['PROOF_ROUNDS'] !== undefined && { seed: Date.now() % 2 ** 31 }),
      });
    },
    120_000,
  );
});
