import type { HeartDriver, Lease, Settlement } from '../heart/driver.ts';
import { holds, leasing, message, same, start, textsOf, topic, unbounded } from './check.ts';
import { join, publish, type Rule } from './rules.ts';

const now = start;
const ack = ({ ref, token }: Lease): Settlement => ({ ref, token, kind: 'ack' });
const retry = ({ ref, token }: Lease, delayMs: number): Settlement => ({ ref, token, kind: 'retry', delayMs });
const bury = ({ ref, token }: Lease, code: string): Settlement => ({
  ref,
  token,
  kind: 'dead',
  reason: { code, detail: 'why' },
});

const keyed = async (driver: HeartDriver, ...texts: readonly string[]): Promise<void> => {
  for (const text of texts)
    await driver.publish(topic, [message(driver, text, now, { key: text.slice(0, 1) })], unbounded(now));
};

/** Rules of leases, keys and dead letters. */
export const leaseRules: Readonly<Record<string, Rule>> = {
  'gives a message again when its lease has run out, and refuses the one before': async (driver) => {
    await join(driver);
    await publish(driver, 'a');
    const [first] = await driver.reserve(topic, 'g', leasing(now));
    same('While it is leased', await driver.reserve(topic, 'g', leasing(now + 999)), []);
    same('When the lease ends', await driver.nextDue(topic, 'g', now), now + 1000);
    if (first === undefined) return same('The first lease', undefined, 'a lease');
    same('An acknowledgement at its end', await driver.settle(topic, 'g', [ack(first)], now + 1000), [false]);
    const [second] = await driver.reserve(topic, 'g', leasing(now + 1000));
    same('The second attempt', second?.attempt, 2);
    holds('A fencing token grows', (second?.token ?? 0) > first.token);
    same(
      'What the first may still do',
      await driver.settle(topic, 'g', [ack(first), retry(first, 0), bury(first, 'x')], now + 1001),
      [false, false, false],
    );
    same('A longer lease for the first', await driver.extend(topic, 'g', [first], now + 9000, now + 1001), [false]);
    if (second !== undefined) same('The second', await driver.settle(topic, 'g', [ack(second)], now + 1001), [true]);
    same('The depth', (await driver.inspect(topic, now + 1001)).depth, 0);
  },
  'lets a lease run longer': async (driver) => {
    await join(driver);
    await publish(driver, 'a', 'b');
    const leases = await driver.reserve(topic, 'g', leasing(now));
    same('In time', await driver.extend(topic, 'g', leases.slice(0, 1), now + 2000, now + 500), [true]);
    same('After the first end', textsOf(await driver.reserve(topic, 'g', leasing(now + 1500))), ['b']);
    same('Too late', await driver.extend(topic, 'g', leases, now + 9000, now + 2000), [false, false]);
  },
  'buries what ran out on its last attempt': async (driver) => {
    await join(driver);
    await publish(driver, 'a');
    for (let attempt = 1; attempt <= 3; attempt += 1)
      same('A lease', (await driver.reserve(topic, 'g', leasing(now + attempt * 1000, { maxAttempts: 3 }))).length, 1);
    same('After the last', await driver.reserve(topic, 'g', leasing(now + 9000, { maxAttempts: 3 })), []);
    const [dead] = await driver.deadLetters(topic, 'g', { limit: 10 });
    same('The dead letter', [dead?.reason.code, dead?.attempts], ['lease-expired', 3]);
    same('The depth', (await driver.inspect(topic, now + 9000)).depth, 0);
  },
  'keeps the order of each key': async (driver) => {
    await join(driver);
    await keyed(driver, 'a1', 'a2', 'b1', 'a3');
    const first = await driver.reserve(topic, 'g', leasing(now));
    same('One of each', textsOf(first), ['a1', 'b1']);
    const [a1] = first;
    if (a1 === undefined) return;
    await driver.settle(topic, 'g', [retry(a1, 500)], now);
    same('While the first waits for its retry', textsOf(await driver.reserve(topic, 'g', leasing(now + 499))), []);
    const [again] = await driver.reserve(topic, 'g', leasing(now + 500));
    if (again !== undefined) await driver.settle(topic, 'g', [bury(again, 'bad')], now + 500);
    const [a2] = await driver.reserve(topic, 'g', leasing(now + 500));
    same('The next, when the first is buried', a2 && textsOf([a2]), ['a2']);
    if (a2 !== undefined) await driver.settle(topic, 'g', [ack(a2)], now + 500);
    same('The last', textsOf(await driver.reserve(topic, 'g', leasing(now + 500))), ['a3']);
  },
  'keeps the order of a key over lease ends, delays and expiry': async (driver) => {
    await join(driver);
    await driver.publish(topic, [message(driver, 'late', now, { key: 'k', dueAt: now + 3000 })], unbounded(now));
    await driver.publish(topic, [message(driver, 'one', now, { key: 'k' })], unbounded(now));
    await driver.publish(topic, [message(driver, 'mortal', now, { key: 'k', expiresAt: now + 100 })], unbounded(now));
    await driver.publish(topic, [message(driver, 'two', now, { key: 'k' })], unbounded(now));
    await driver.reserve(topic, 'g', leasing(now));
    const again = await driver.reserve(topic, 'g', leasing(now + 1000));
    same('When the lease has run out', textsOf(again), ['one']);
    await driver.settle(topic, 'g', again.map(ack), now + 1000);
    const two = await driver.reserve(topic, 'g', leasing(now + 1000, { leaseMs: 5000 }));
    same('Past what has expired', textsOf(two), ['two']);
    same('While that is out', textsOf(await driver.reserve(topic, 'g', leasing(now + 3000))), []);
    await driver.settle(topic, 'g', two.map(ack), now + 3000);
    same('What was put off', textsOf(await driver.reserve(topic, 'g', leasing(now + 3000))), ['late']);
  },
  'keeps dead letters with their reason, and replays them': async (driver) => {
    await join(driver);
    await publish(driver, 'a', 'b', 'c', 'd');
    const leases = await driver.reserve(topic, 'g', leasing(now));
    same(
      'The burials',
      await driver.settle(
        topic,
        'g',
        leases.map((lease) => bury(lease, 'bad')),
        now + 10,
      ),
      [true, true, true, true],
    );
    const dead = await driver.deadLetters(topic, 'g', { limit: 3 });
    same('The first three', textsOf(dead), ['a', 'b', 'c']);
    same(
      'What they tell',
      dead.map(({ reason, attempts, failedAt, publishedAt }) => [
        reason.code,
        reason.detail,
        attempts,
        failedAt,
        publishedAt,
      ])[0],
      ['bad', 'why', 1, now + 10, now],
    );
    same('Those of another group', await driver.deadLetters(topic, 'other', { limit: 3 }), []);
    const [, second] = dead;
    same(
      'A replay of one',
      await driver.replay(topic, 'g', { limit: 9, refs: second === undefined ? [] : [second.ref] }, now + 20),
      1,
    );
    same('A discard of one', await driver.discard(topic, 'g', { limit: 1 }), 1);
    same('Those left', textsOf(await driver.deadLetters(topic, 'g', { limit: 9 })), ['c', 'd']);
    const again = await driver.reserve(topic, 'g', leasing(now + 20));
    same('What was replayed', [textsOf(again), again[0]?.attempt], [['b'], 1]);
    same('A replay of the rest', await driver.replay(topic, 'g', { limit: Infinity }, now + 20), 2);
    same('The group', (await driver.inspect(topic, now + 20)).groups[0], {
      group: 'g',
      lag: 3,
      delayed: 0,
      inFlight: 1,
      dead: 0,
      oldestAgeMs: 20,
    });
  },
  'replays what has expired as if it had no end': async (driver) => {
    await join(driver);
    await driver.publish(topic, [message(driver, 'a', now, { expiresAt: now + 1000, key: 'k' })], unbounded(now));
    const [lease] = await driver.reserve(topic, 'g', leasing(now));
    if (lease !== undefined) await driver.settle(topic, 'g', [bury(lease, 'bad')], now);
    await driver.sweep(now + 2000);
    same('The replay', await driver.replay(topic, 'g', { limit: 1 }, now + 2000), 1);
    same('The message', textsOf(await driver.reserve(topic, 'g', leasing(now + 2000))), ['a']);
  },
  'tells who watches of what may be ready': async (driver) => {
    await join(driver);
    let [told, others] = [0, 0];
    const watch = driver.watch(topic, () => void (told += 1));
    using _other = driver.watch('other', () => void (others += 1));
    await publish(driver, 'a');
    holds('Of a message', told > 0);
    const before = told;
    const [lease] = await driver.reserve(topic, 'g', leasing(now));
    if (lease !== undefined) await driver.settle(topic, 'g', [bury(lease, 'x')], now);
    holds('Of room', told > before);
    const last = told;
    await driver.replay(topic, 'g', { limit: 1 }, now);
    holds('Of a replay', told > last);
    const end = told;
    watch[Symbol.dispose]();
    await publish(driver, 'b');
    same('After the end', [told - end, others], [0, 0]);
  },
  'takes calls side by side': async (driver) => {
    await join(driver);
    const texts = Array.from({ length: 50 }, (_, index) => `m${index}`);
    await Promise.all(texts.map((text) => driver.publish(topic, [message(driver, text, now)], unbounded(now))));
    const reserve = (): PromiseLike<readonly Lease[]> | readonly Lease[] =>
      driver.reserve(topic, 'g', leasing(now, { max: 7 }));
    const leases = (await Promise.all(Array.from({ length: 10 }, reserve))).flat();
    same('Every message is leased once', textsOf(leases).toSorted(), texts.toSorted());
    same('Every token is given once', new Set(leases.map(({ token }) => token)).size, 50);
    const acks = await Promise.all(leases.map((lease) => driver.settle(topic, 'g', [ack(lease)], now)));
    same('Every one is acknowledged', acks.flat().filter(Boolean).length, 50);
    same('The depth', (await driver.inspect(topic, now)).depth, 0);
  },
};

/** Rules of storage that outlives its process, over a close and an open. */
export const durableRules: Readonly<Record<string, Rule>> = {
  'keeps messages, leases, groups and dead letters': async (driver) => {
    await join(driver);
    await publish(driver, 'a', 'b', 'c');
    await driver.publish(topic, [message(driver, 'd', now, { id: 'x', uniqueUntil: now + 1000 })], unbounded(now));
    const [a, b] = await driver.reserve(topic, 'g', leasing(now, { max: 2 }));
    if (b !== undefined) await driver.settle(topic, 'g', [bury(b, 'bad')], now);
    await driver.close?.();
    await driver.open?.();
    same(
      'A duplicate',
      await driver.publish(topic, [message(driver, 'd', now, { id: 'x', uniqueUntil: now + 1000 })], unbounded(now)),
      ['duplicate'],
    );
    const rest = await driver.reserve(topic, 'g', leasing(now + 500));
    same('What was not leased', textsOf(rest), ['c', 'd']);
    holds(
      'Tokens go on growing',
      rest.every(({ token }) => token > (a?.token ?? Infinity)),
    );
    if (a !== undefined) same('A lease', await driver.settle(topic, 'g', [ack(a)], now + 500), [true]);
    same('A dead letter', textsOf(await driver.deadLetters(topic, 'g', { limit: 9 })), ['b']);
    same('The depth', (await driver.inspect(topic, now + 500)).depth, 2);
  },
};
