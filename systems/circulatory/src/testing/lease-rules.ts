import type { HeartDriver, Lease } from '../heart/driver.ts';
import { becomes, holds, leasing, message, same, take, textsOf, topic, unbounded } from './check.ts';
import { ack, bury, depthOf, join, publish, retry, type Rule } from './rules.ts';

const keyed = async (driver: HeartDriver, now: number, ...texts: readonly string[]): Promise<void> => {
  for (const text of texts)
    await driver.publish(topic, [message(driver, text, now, { key: text.slice(0, 1) })], unbounded(now));
};

/** Rules of leases, keys and dead letters. */
export const leaseRules: Readonly<Record<string, Rule>> = {
  'gives a message again when its lease has run out, and refuses the one before': async (driver, time) => {
    const now = time.now();
    await join(driver, now);
    await publish(driver, now, 'a');
    const [first] = await take(driver, time, 1, leasing(time.now()));
    const leased = time.now();
    same('While it is leased', await driver.reserve(topic, 'g', leasing(await time.before(1000))), []);
    const due = await driver.nextDue(topic, 'g', time.now());
    same('When the lease ends', time.near(due, leased + 1000), leased + 1000);
    if (first === undefined) return same('The first lease', undefined, 'a lease');
    const end = await time.at(1000);
    same('An acknowledgement at its end', await driver.settle(topic, 'g', [ack(first)], end), [false]);
    const [second] = await take(driver, time, 1, leasing(end));
    same('The second attempt', second?.attempt, 2);
    holds('A fencing token grows', (second?.token ?? 0) > first.token);
    const later = time.now() + 1;
    same(
      'What the first may still do',
      await driver.settle(topic, 'g', [ack(first), retry(first, 0), bury(first, 'x')], later),
      [false, false, false],
    );
    same('A longer lease for the first', await driver.extend(topic, 'g', [first], later + 8000, later), [false]);
    if (second !== undefined) same('The second', await driver.settle(topic, 'g', [ack(second)], later), [true]);
    await becomes('The depth', time, () => depthOf(driver, later), 0);
  },
  'lets a lease run longer': async (driver, time) => {
    await join(driver, time.now());
    await publish(driver, time.now(), 'a', 'b');
    const leases = await take(driver, time, 2, leasing(time.now()));
    const early = await time.at(500);
    same('In time', await driver.extend(topic, 'g', leases.slice(0, 1), early + 1500, early), [true]);
    const again = await take(driver, time, 1, leasing(await time.at(1500)));
    same('After the first end', textsOf(again), ['b']);
    const late = await time.at(2000);
    same('Too late', await driver.extend(topic, 'g', leases, late + 7000, late), [false, false]);
  },
  'buries what ran out on its last attempt': async (driver, time) => {
    await join(driver, time.now());
    await publish(driver, time.now(), 'a');
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const leases = await take(driver, time, 1, leasing(await time.at(attempt * 1000), { maxAttempts: 3 }));
      same('A lease', leases.length, 1);
    }
    await time.at(4000);
    const look = async (): Promise<unknown> => {
      same('After the last', await driver.reserve(topic, 'g', leasing(time.now(), { maxAttempts: 3 })), []);
      const dead = await driver.deadLetters(topic, 'g', { limit: 10 });
      return dead.map(({ reason, attempts }) => [reason.code, attempts]);
    };
    await becomes('The dead letter', time, look, [['lease-expired', 3]]);
    await becomes('The depth', time, () => depthOf(driver, time.now()), 0);
  },
  'keeps the order of each key': async (driver, time) => {
    const now = time.now();
    await join(driver, now);
    await keyed(driver, now, 'a1', 'a2', 'b1', 'a3');
    const first = await take(driver, time, 2, leasing(time.now(), { leaseMs: 5000 }));
    same('One of each', textsOf(first), ['a1', 'b1']);
    const [a1] = first;
    if (a1 === undefined) return;
    await driver.settle(topic, 'g', [retry(a1, 500)], time.now());
    const waiting = await driver.reserve(topic, 'g', leasing(await time.before(500)));
    same('While the first waits for its retry', textsOf(waiting), []);
    const [again] = await take(driver, time, 1, leasing(await time.at(500)));
    if (again !== undefined) await driver.settle(topic, 'g', [bury(again, 'bad')], time.now());
    const [a2] = await take(driver, time, 1, leasing(time.now()));
    same('The next, when the first is buried', a2 && textsOf([a2]), ['a2']);
    if (a2 !== undefined) await driver.settle(topic, 'g', [ack(a2)], time.now());
    same('The last', textsOf(await take(driver, time, 1, leasing(time.now()))), ['a3']);
  },
  'keeps the order of a key over lease ends': async (driver, time) => {
    await join(driver, time.now());
    await keyed(driver, time.now(), 'k1', 'k2');
    same('The first', textsOf(await take(driver, time, 1, leasing(time.now()))), ['k1']);
    same('While it is out', await driver.reserve(topic, 'g', leasing(await time.before(1000))), []);
    const again = await take(driver, time, 1, leasing(await time.at(1000)));
    same('When its lease has run out', textsOf(again), ['k1']);
    await driver.settle(topic, 'g', again.map(ack), time.now());
    same('Then', textsOf(await take(driver, time, 1, leasing(time.now()))), ['k2']);
  },
  'keeps the order of a key over lease ends, delays and expiry': async (driver, time) => {
    const now = time.now();
    await join(driver, now);
    await driver.publish(topic, [message(driver, 'late', now, { key: 'k', dueAt: now + 3000 })], unbounded(now));
    await driver.publish(topic, [message(driver, 'one', now, { key: 'k' })], unbounded(now));
    await driver.publish(topic, [message(driver, 'mortal', now, { key: 'k', expiresAt: now + 100 })], unbounded(now));
    await driver.publish(topic, [message(driver, 'two', now, { key: 'k' })], unbounded(now));
    await take(driver, time, 1, leasing(time.now()));
    const again = await take(driver, time, 1, leasing(await time.at(1000)));
    same('When the lease has run out', textsOf(again), ['one']);
    await driver.settle(topic, 'g', again.map(ack), time.now());
    const two = await take(driver, time, 1, leasing(time.now(), { leaseMs: 5000 }));
    same('Past what has expired', textsOf(two), ['two']);
    same('While that is out', textsOf(await driver.reserve(topic, 'g', leasing(await time.at(3000)))), []);
    await driver.settle(topic, 'g', two.map(ack), time.now());
    same('What was put off', textsOf(await take(driver, time, 1, leasing(time.now()))), ['late']);
  },
  'keeps dead letters with their reason, and replays them': async (driver, time) => {
    const now = time.now();
    await join(driver, now);
    await publish(driver, now, 'a', 'b', 'c', 'd');
    const leases = await take(driver, time, 4, leasing(now));
    const failed = await time.at(10);
    const burials = leases.map((lease) => bury(lease, 'bad'));
    same('The burials', await driver.settle(topic, 'g', burials, failed), [true, true, true, true]);
    const dead = await driver.deadLetters(topic, 'g', { limit: 3 });
    same('The first three', textsOf(dead), ['a', 'b', 'c']);
    same(
      'What they tell',
      dead.map(({ reason, attempts, failedAt, publishedAt }) => [
        reason.code,
        reason.detail,
        attempts,
        time.near(failedAt, failed),
        time.near(publishedAt, now),
      ])[0],
      ['bad', 'why', 1, failed, now],
    );
    same('Those of another group', await driver.deadLetters(topic, 'other', { limit: 3 }), []);
    const [, second] = dead;
    const which = { limit: 9, refs: second === undefined ? [] : [second.ref] };
    same('A replay of one', await driver.replay(topic, 'g', which, await time.at(20)), 1);
    same('A discard of one', await driver.discard(topic, 'g', { limit: 1 }), 1);
    same('Those left', textsOf(await driver.deadLetters(topic, 'g', { limit: 9 })), ['c', 'd']);
    const again = await take(driver, time, 1, leasing(time.now()));
    same('What was replayed', [textsOf(again), again[0]?.attempt], [['b'], 1]);
    same('A replay of the rest', await driver.replay(topic, 'g', { limit: Infinity }, time.now()), 2);
    const at = time.now();
    const look = async (): Promise<unknown> => {
      const [group] = (await driver.inspect(topic, at)).groups;
      return group && { ...group, oldestAgeMs: time.near(group.oldestAgeMs, at - now) };
    };
    const expected = { group: 'g', lag: 3, delayed: 0, inFlight: 1, dead: 0, oldestAgeMs: at - now };
    await becomes('The group', time, look, expected);
  },
  'replays what has expired as if it had no end': async (driver, time) => {
    const now = time.now();
    await join(driver, now);
    await driver.publish(topic, [message(driver, 'a', now, { expiresAt: now + 1000, key: 'k' })], unbounded(now));
    const [lease] = await take(driver, time, 1, leasing(now));
    if (lease !== undefined) await driver.settle(topic, 'g', [bury(lease, 'bad')], now);
    const late = await time.at(2000);
    await driver.sweep(late);
    same('The replay', await driver.replay(topic, 'g', { limit: 1 }, late), 1);
    same('The message', textsOf(await take(driver, time, 1, leasing(late))), ['a']);
  },
  'tells who watches of what may be ready': async (driver, time) => {
    const now = time.now();
    await join(driver, now);
    let [told, others] = [0, 0];
    const watch = driver.watch(topic, () => void (told += 1));
    using _other = driver.watch('other', () => void (others += 1));
    await publish(driver, now, 'a');
    holds('Of a message', told > 0);
    const before = told;
    const [lease] = await take(driver, time, 1, leasing(now));
    if (lease !== undefined) await driver.settle(topic, 'g', [bury(lease, 'x')], now);
    holds('Of room', told > before);
    const last = told;
    await driver.replay(topic, 'g', { limit: 1 }, now);
    holds('Of a replay', told > last);
    const end = told;
    watch[Symbol.dispose]();
    await publish(driver, now, 'b');
    same('After the end', [told - end, others], [0, 0]);
  },
  'takes calls side by side': async (driver, time) => {
    const now = time.now();
    await join(driver, now);
    const texts = Array.from({ length: 50 }, (_, index) => `m${index}`);
    await Promise.all(texts.map((text) => driver.publish(topic, [message(driver, text, now)], unbounded(now))));
    const reserve = (): Promise<readonly Lease[]> => take(driver, time, 5, leasing(now, { max: 5 }));
    const leases = (await Promise.all(Array.from({ length: 10 }, reserve))).flat();
    same('Every message is leased once', textsOf(leases).toSorted(), texts.toSorted());
    same('Every token is given once', new Set(leases.map(({ token }) => token)).size, 50);
    const acks = await Promise.all(leases.map((lease) => driver.settle(topic, 'g', [ack(lease)], now)));
    same('Every one is acknowledged', acks.flat().filter(Boolean).length, 50);
    await becomes('The depth', time, () => depthOf(driver, now), 0);
  },
};

/** What a close does with leases: a store may keep them until they run out, or give their messages back at once. */
export type LeasesAtClose = 'kept' | 'returned';

/** Rules of storage that outlives its process, over a close and an open. */
export const durableRules = (leases: LeasesAtClose): Readonly<Record<string, Rule>> => ({
  'keeps messages, leases, groups and dead letters': async (driver, time) => {
    const now = time.now();
    await join(driver, now);
    await publish(driver, now, 'a', 'b', 'c', 'd');
    const [a, b] = await take(driver, time, 2, leasing(now, { max: 2, leaseMs: 3000 }));
    if (b !== undefined) await driver.settle(topic, 'g', [bury(b, 'bad')], now);
    await driver.close?.();
    await driver.open?.();
    const rest = await take(driver, time, leases === 'kept' ? 2 : 3, leasing(await time.at(500)));
    same('What was not leased', textsOf(rest), leases === 'kept' ? ['c', 'd'] : ['a', 'c', 'd']);
    holds(
      'Tokens go on growing',
      rest.every(({ token }) => token > (a?.token ?? Infinity)),
    );
    const isHeld = leases === 'kept';
    if (a !== undefined) same('A lease', await driver.settle(topic, 'g', [ack(a)], time.now()), [isHeld]);
    same('A dead letter', textsOf(await driver.deadLetters(topic, 'g', { limit: 9 })), ['b']);
    await becomes('The depth', time, () => depthOf(driver, time.now()), isHeld ? 2 : 3);
  },
  'keeps the ids of what it took': async (driver, time) => {
    const now = time.now();
    await join(driver, now);
    const put = async (): Promise<unknown> =>
      await driver.publish(topic, [message(driver, 'd', now, { id: 'x', uniqueUntil: now + 1000 })], unbounded(now));
    same('The first', await put(), ['stored']);
    await driver.close?.();
    await driver.open?.();
    same('The second', await put(), ['duplicate']);
    await becomes('The depth', time, () => depthOf(driver, time.now()), 1);
  },
});
