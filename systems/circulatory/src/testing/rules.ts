import type { HeartDriver, Lease, Settlement } from '../heart/driver.ts';
import { leasing, message, same, start, textOf, textsOf, topic, unbounded } from './check.ts';

/** One rule of the port. */
export type Rule = (driver: HeartDriver) => Promise<void>;

const now = start;

/** Publishes texts one by one at the start. */
export const publish = async (driver: HeartDriver, ...texts: readonly string[]): Promise<void> => {
  for (const text of texts)
    same(`The publish of ${text}`, await driver.publish(topic, [message(driver, text, now)], unbounded(now)), [
      'stored',
    ]);
};

/** Makes a group that gets all messages. */
export const join = async (driver: HeartDriver, group = 'g'): Promise<void> =>
  await driver.join(topic, group, { from: 'earliest', idleMs: Infinity, now });

const ack = ({ ref, token }: Lease): Settlement => ({ ref, token, kind: 'ack' });
const retry = ({ ref, token }: Lease, delayMs: number): Settlement => ({ ref, token, kind: 'retry', delayMs });

const lagOf = async (driver: HeartDriver, at: number, group = 'g'): Promise<number | undefined> =>
  (await driver.inspect(topic, at)).groups.find((one) => one.group === group)?.lag;

/** Rules of publishing and of delivering once all goes well. */
export const deliveryRules: Readonly<Record<string, Rule>> = {
  'delivers what was published, in order, until it is acknowledged': async (driver) => {
    await join(driver);
    await publish(driver, 'a', 'b', 'c');
    const leases = await driver.reserve(topic, 'g', leasing(now, { max: 2 }));
    same('The messages', textsOf(leases), ['a', 'b']);
    same(
      'Their attempts',
      leases.map(({ attempt, until }) => [attempt, until]),
      [
        [1, now + 1000],
        [1, now + 1000],
      ],
    );
    same('The next message', textsOf(await driver.reserve(topic, 'g', leasing(now))), ['c']);
    same('The depth', (await driver.inspect(topic, now)).depth, 3);
    same('The acknowledgements', await driver.settle(topic, 'g', leases.map(ack), now), [true, true]);
    same('A second acknowledgement', await driver.settle(topic, 'g', leases.map(ack), now), [false, false]);
    const depth = await driver.inspect(topic, now + 500);
    same('The depth', depth.depth, 1);
    same('The group', depth.groups, [{ group: 'g', lag: 1, delayed: 0, inFlight: 1, dead: 0, oldestAgeMs: 500 }]);
    same('Messages at another topic', await driver.reserve('other', 'g', leasing(now)), []);
    same('Messages of another group', await driver.reserve(topic, 'nobody', leasing(now)), []);
  },
  'keeps what comes before the first group, and gives it all': async (driver) => {
    await publish(driver, 'a', 'b');
    same('The depth before', (await driver.inspect(topic, now)).depth, 2);
    await join(driver);
    await join(driver);
    await publish(driver, 'c');
    same('The messages', textsOf(await driver.reserve(topic, 'g', leasing(now))), ['a', 'b', 'c']);
  },
  'gives each group its own': async (driver) => {
    await join(driver, 'one');
    await join(driver, 'two');
    await publish(driver, 'a');
    await driver.join(topic, 'late', { from: 'latest', idleMs: Infinity, now });
    await driver.join(topic, 'early', { from: 'earliest', idleMs: Infinity, now });
    const [one] = await driver.reserve(topic, 'one', leasing(now));
    if (one !== undefined) await driver.settle(topic, 'one', [ack(one)], now);
    same('Of one', await lagOf(driver, now, 'one'), 0);
    same('Of two', textsOf(await driver.reserve(topic, 'two', leasing(now))), ['a']);
    same('From the latest', textsOf(await driver.reserve(topic, 'late', leasing(now))), []);
    same('From the earliest', textsOf(await driver.reserve(topic, 'early', leasing(now))), ['a']);
    same('The depth', (await driver.inspect(topic, now)).depth, 1);
    await driver.leave(topic, 'two', now);
    await driver.leave(topic, 'early', now);
    await driver.leave(topic, 'nobody', now);
    same('The depth when the others have left', (await driver.inspect(topic, now)).depth, 0);
  },
  'keeps handled messages for groups to come, as long as told': async (driver) => {
    await join(driver);
    const order = unbounded(now, { retentionMs: 5000 });
    for (const text of ['a', 'b']) await driver.publish(topic, [message(driver, text, now)], order);
    const leases = await driver.reserve(topic, 'g', leasing(now));
    await driver.settle(topic, 'g', leases.map(ack), now);
    same('The depth', (await driver.inspect(topic, now)).depth, 0);
    await driver.join(topic, 'second', { from: 'earliest', idleMs: Infinity, now: now + 4000 });
    same('Of the second', textsOf(await driver.reserve(topic, 'second', leasing(now + 4000))), ['a', 'b']);
    await driver.leave(topic, 'second', now + 4000);
    await driver.sweep(now + 5000);
    await driver.join(topic, 'third', { from: 'earliest', idleMs: Infinity, now: now + 5000 });
    same('Of the third', textsOf(await driver.reserve(topic, 'third', leasing(now + 5000))), []);
  },
  'drops a group that nobody asks for': async (driver) => {
    await join(driver);
    await driver.join(topic, 'idle', { from: 'latest', idleMs: 1000, now });
    await publish(driver, 'a');
    await driver.reserve(topic, 'idle', leasing(now + 900));
    await driver.sweep(now + 1800);
    same('A group that was asked for', await lagOf(driver, now + 1800, 'idle'), 1);
    await driver.sweep(now + 1900);
    same('A group that was not', await lagOf(driver, now + 1900, 'idle'), undefined);
    same('Another one', await lagOf(driver, now + 1900), 1);
  },
  'handles higher priorities first': async (driver) => {
    await join(driver);
    for (const [text, priority] of Object.entries({ a: 4, b: 0, c: 9, d: 4, e: 9 }))
      await driver.publish(topic, [message(driver, text, now, { priority })], unbounded(now));
    same('The order', textsOf(await driver.reserve(topic, 'g', leasing(now))), ['c', 'e', 'a', 'd', 'b']);
  },
  'puts off what is not due': async (driver) => {
    await join(driver);
    await driver.publish(topic, [message(driver, 'late', now, { dueAt: now + 2000 })], unbounded(now));
    await driver.publish(topic, [message(driver, 'soon', now, { dueAt: now + 1000 })], unbounded(now));
    same('Before', await driver.reserve(topic, 'g', leasing(now + 999)), []);
    same('When the next is due', await driver.nextDue(topic, 'g', now), now + 1000);
    same('Delayed', (await driver.inspect(topic, now)).groups[0]?.delayed, 2);
    same('Then', textsOf(await driver.reserve(topic, 'g', leasing(now + 1000, { leaseMs: 5000 }))), ['soon']);
    same('Later', textsOf(await driver.reserve(topic, 'g', leasing(now + 2000))), ['late']);
  },
  'drops what has expired': async (driver) => {
    await join(driver);
    await driver.publish(topic, [message(driver, 'short', now, { expiresAt: now + 1000 })], unbounded(now));
    await driver.publish(topic, [message(driver, 'long', now, { expiresAt: now + 5000 })], unbounded(now));
    same('At the end of its life', textsOf(await driver.reserve(topic, 'g', leasing(now + 1000))), ['long']);
    await driver.sweep(now + 1000);
    same('The depth', (await driver.inspect(topic, now + 1000)).depth, 1);
    same('Again', await driver.reserve(topic, 'g', leasing(now + 6000)), []);
    await driver.sweep(now + 6000);
    same('The depth when all have', (await driver.inspect(topic, now + 6000)).depth, 0);
  },
  'takes an id once in its window': async (driver) => {
    await join(driver);
    const one = (at: number) => message(driver, 'a', at, { id: 'x', uniqueUntil: at + 1000 });
    same('The first', await driver.publish(topic, [one(now)], unbounded(now)), ['stored']);
    same('The second', await driver.publish(topic, [one(now + 999)], unbounded(now + 999)), ['duplicate']);
    same('At another topic', await driver.publish('other', [one(now)], unbounded(now)), ['stored']);
    same('After the window', await driver.publish(topic, [one(now + 1000)], unbounded(now + 1000)), ['stored']);
    const batch = ['x', 'y', 'y'].map((id) => message(driver, id, now, { id, uniqueUntil: now + 2000 }));
    same('In a batch', await driver.publish(topic, batch, unbounded(now + 1500)), ['duplicate', 'stored', 'duplicate']);
    same('The depth', (await driver.inspect(topic, now + 1500)).depth, 3);
  },
  'refuses what is over its bound, all or nothing': async (driver) => {
    await join(driver);
    const order = unbounded(now, { maxDepth: 2 });
    const texts = (...of: readonly string[]) => of.map((text) => message(driver, text, now));
    same('Too many at once', await driver.publish(topic, texts('a', 'b', 'c'), order), 'full');
    same('The depth', (await driver.inspect(topic, now)).depth, 0);
    same('As many as may', await driver.publish(topic, texts('a', 'b'), order), ['stored', 'stored']);
    same('One more', await driver.publish(topic, texts('c'), order), 'full');
    const [lease] = await driver.reserve(topic, 'g', leasing(now, { max: 1 }));
    same('While one is handled', await driver.publish(topic, texts('c'), order), 'full');
    if (lease !== undefined) await driver.settle(topic, 'g', [ack(lease)], now);
    same('When one is done', await driver.publish(topic, texts('c'), order), ['stored']);
  },
  'sheds lower priorities where it may': async (driver) => {
    await join(driver);
    const order = unbounded(now, { maxDepth: 3, shed: true });
    const put = async (text: string, priority: number): Promise<unknown> =>
      await driver.publish(topic, [message(driver, text, now, { priority })], order);
    for (const [text, priority] of Object.entries({ a: 1, b: 1, c: 5 })) await put(text, priority);
    const [held] = await driver.reserve(topic, 'g', leasing(now, { max: 1 }));
    same('The one that is handled', held && textOf(held), 'c');
    same('One of the lowest', await put('d', 1), 'full');
    same('A higher one', await put('e', 5), ['stored']);
    same('Another', await put('f', 9), ['stored']);
    same('When none is lower', await put('g', 5), 'full');
    same('What is left', textsOf(await driver.reserve(topic, 'g', leasing(now))), ['f', 'e']);
  },
  'puts back what failed, after its delay': async (driver) => {
    await join(driver);
    await publish(driver, 'a');
    const [first] = await driver.reserve(topic, 'g', leasing(now));
    if (first !== undefined) same('The retry', await driver.settle(topic, 'g', [retry(first, 500)], now), [true]);
    same('Before', await driver.reserve(topic, 'g', leasing(now + 499)), []);
    const [second] = await driver.reserve(topic, 'g', leasing(now + 500));
    same('The second attempt', [second?.attempt, second?.previousDelayMs], [2, 500]);
    if (second !== undefined) await driver.settle(topic, 'g', [{ ...second, kind: 'release' }], now + 500);
    const [third] = await driver.reserve(topic, 'g', leasing(now + 500));
    same('An attempt that was given back does not count', third?.attempt, 2);
  },
};
