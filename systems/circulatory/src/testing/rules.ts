import type { HeartDriver, Lease, Settlement } from '../heart/driver.ts';
import { becomes, holds, leasing, message, same, take, textOf, textsOf, topic, unbounded } from './check.ts';
import type { RuleTime } from './time.ts';

/** One rule of the port. */
export type Rule = (driver: HeartDriver, time: RuleTime) => Promise<void>;

/** Publishes texts one by one. */
export const publish = async (driver: HeartDriver, now: number, ...texts: readonly string[]): Promise<void> => {
  for (const text of texts)
    same(`The publish of ${text}`, await driver.publish(topic, [message(driver, text, now)], unbounded(now)), [
      'stored',
    ]);
};

/** Makes a group that gets all messages. */
export const join = async (driver: HeartDriver, now: number, group = 'g'): Promise<void> =>
  await driver.join(topic, group, { from: 'earliest', idleMs: Infinity, now });

/** Ends a lease: the message is handled. */
export const ack = ({ ref, token }: Lease): Settlement => ({ ref, token, kind: 'ack' });

/** Ends a lease: the message is to come again. */
export const retry = ({ ref, token }: Lease, delayMs: number): Settlement => ({ ref, token, kind: 'retry', delayMs });

/** Ends a lease: the message is a dead letter. */
export const bury = ({ ref, token }: Lease, code: string): Settlement => ({
  ref,
  token,
  kind: 'dead',
  reason: { code, detail: 'why' },
});

/** Messages that some group has yet to handle. */
export const depthOf = async (driver: HeartDriver, at: number): Promise<number> =>
  (await driver.inspect(topic, at)).depth;

const lagOf = async (driver: HeartDriver, at: number, group = 'g'): Promise<number | undefined> =>
  (await driver.inspect(topic, at)).groups.find((one) => one.group === group)?.lag;

/** Rules of publishing and of delivering once all goes well. */
export const deliveryRules: Readonly<Record<string, Rule>> = {
  'delivers what was published, in order, until it is acknowledged': async (driver, time) => {
    await join(driver, time.now());
    const published = time.now();
    await publish(driver, published, 'a', 'b', 'c');
    const leases = await take(driver, time, 2, leasing(time.now(), { max: 2 }));
    const leased = time.now();
    same('The messages', textsOf(leases), ['a', 'b']);
    const ends = leases.map(({ attempt, until }) => [attempt, time.near(until, leased + 1000)]);
    same('Their attempts', ends, [
      [1, leased + 1000],
      [1, leased + 1000],
    ]);
    same('The next message', textsOf(await take(driver, time, 1, leasing(time.now()))), ['c']);
    same('The depth', await depthOf(driver, time.now()), 3);
    same('The acknowledgements', await driver.settle(topic, 'g', leases.map(ack), time.now()), [true, true]);
    same('A second acknowledgement', await driver.settle(topic, 'g', leases.map(ack), time.now()), [false, false]);
    const later = await time.at(500);
    const age = later - published;
    const look = async (): Promise<unknown> => {
      const { depth, groups } = await driver.inspect(topic, later);
      return [depth, groups.map((group) => ({ ...group, oldestAgeMs: time.near(group.oldestAgeMs, age) }))];
    };
    const group = { group: 'g', lag: 1, delayed: 0, inFlight: 1, dead: 0, oldestAgeMs: age };
    await becomes('The depth, and the group', time, look, [1, [group]]);
    same('Messages at another topic', await driver.reserve('other', 'g', leasing(time.now())), []);
    same('Messages of another group', await driver.reserve(topic, 'nobody', leasing(time.now())), []);
  },
  'gives back the bytes that it was given, where it keeps bytes': async (driver, time) => {
    if (driver.keeps !== 'bytes') return;
    const now = time.now();
    await join(driver, now);
    const body = Uint8Array.from({ length: 256 }, (_, index) => 255 - index);
    await driver.publish(topic, [{ ...message(driver, 'a', now), body }], unbounded(now));
    await publish(driver, now, 'b');
    const [first, second] = await take(driver, time, 2, leasing(time.now()));
    holds('Bytes are bytes', first?.body instanceof Uint8Array);
    same('The bytes', Array.from(first?.body as Uint8Array), Array.from(body));
    same('Text is text', typeof second?.body, 'string');
    if (first !== undefined) await driver.settle(topic, 'g', [bury(first, 'bad')], time.now());
    const [dead] = await driver.deadLetters(topic, 'g', { limit: 1 });
    same('Those of a dead letter', Array.from(dead?.body as Uint8Array), Array.from(body));
  },
  'keeps what comes before the first group, and gives it all': async (driver, time) => {
    await publish(driver, time.now(), 'a', 'b');
    await becomes('The depth before', time, () => depthOf(driver, time.now()), 2);
    await join(driver, time.now());
    await join(driver, time.now());
    await publish(driver, time.now(), 'c');
    same('The messages', textsOf(await take(driver, time, 3, leasing(time.now()))), ['a', 'b', 'c']);
  },
  'gives each group its own': async (driver, time) => {
    await join(driver, time.now(), 'one');
    await join(driver, time.now(), 'two');
    await publish(driver, time.now(), 'a');
    await driver.join(topic, 'late', { from: 'latest', idleMs: Infinity, now: time.now() });
    await driver.join(topic, 'early', { from: 'earliest', idleMs: Infinity, now: time.now() });
    const [one] = await take(driver, time, 1, leasing(time.now()), 'one');
    if (one !== undefined) await driver.settle(topic, 'one', [ack(one)], time.now());
    await becomes('Of one', time, () => lagOf(driver, time.now(), 'one'), 0);
    same('Of two', textsOf(await take(driver, time, 1, leasing(time.now()), 'two')), ['a']);
    same('From the latest', textsOf(await driver.reserve(topic, 'late', leasing(time.now()))), []);
    same('From the earliest', textsOf(await take(driver, time, 1, leasing(time.now()), 'early')), ['a']);
    same('The depth', await depthOf(driver, time.now()), 1);
    await driver.leave(topic, 'two', time.now());
    await driver.leave(topic, 'early', time.now());
    await driver.leave(topic, 'nobody', time.now());
    await becomes('The depth when the others have left', time, () => depthOf(driver, time.now()), 0);
  },
  'keeps handled messages for groups to come, as long as told': async (driver, time) => {
    const now = time.now();
    await join(driver, now);
    const order = unbounded(now, { retentionMs: 2000 });
    for (const text of ['a', 'b']) await driver.publish(topic, [message(driver, text, now)], order);
    const leases = await take(driver, time, 2, leasing(now));
    await driver.settle(topic, 'g', leases.map(ack), now);
    await becomes('The depth', time, () => depthOf(driver, now), 0);
    const late = await time.before(2000);
    await driver.join(topic, 'second', { from: 'earliest', idleMs: Infinity, now: late });
    same('Of the second', textsOf(await take(driver, time, 2, leasing(late), 'second')), ['a', 'b']);
    await driver.leave(topic, 'second', late);
    const over = await time.at(2000);
    await driver.sweep(over);
    await driver.join(topic, 'third', { from: 'earliest', idleMs: Infinity, now: over });
    same('Of the third', textsOf(await driver.reserve(topic, 'third', leasing(over))), []);
  },
  'drops a group that nobody asks for': async (driver, time) => {
    await join(driver, time.now());
    await driver.join(topic, 'idle', { from: 'latest', idleMs: 1000, now: time.now() });
    await publish(driver, time.now(), 'a');
    await driver.reserve(topic, 'idle', leasing(await time.before(1000)));
    const asked = await time.before(1999);
    await driver.sweep(asked);
    same('A group that was asked for', await lagOf(driver, asked, 'idle'), 1);
    const idle = await time.at(1999);
    await driver.sweep(idle);
    await becomes('A group that was not', time, () => lagOf(driver, idle, 'idle'), undefined);
    same('Another one', await lagOf(driver, idle), 1);
  },
  'handles higher priorities first': async (driver, time) => {
    const now = time.now();
    await join(driver, now);
    for (const [text, priority] of Object.entries({ a: 4, b: 0, c: 9, d: 4, e: 9 }))
      await driver.publish(topic, [message(driver, text, now, { priority })], unbounded(now));
    same('The order', textsOf(await take(driver, time, 5, leasing(now))), ['c', 'e', 'a', 'd', 'b']);
  },
  'puts off what is not due': async (driver, time) => {
    const now = time.now();
    await join(driver, now);
    await driver.publish(topic, [message(driver, 'late', now, { dueAt: now + 2000 })], unbounded(now));
    await driver.publish(topic, [message(driver, 'soon', now, { dueAt: now + 1000 })], unbounded(now));
    same('Before', await driver.reserve(topic, 'g', leasing(await time.before(1000))), []);
    const due = async (): Promise<unknown> => time.near(await driver.nextDue(topic, 'g', time.now()), now + 1000);
    await becomes('When the next is due', time, due, now + 1000);
    same('Delayed', (await driver.inspect(topic, time.now())).groups[0]?.delayed, 2);
    const soon = await take(driver, time, 1, leasing(await time.at(1000), { leaseMs: 5000 }));
    same('Then', textsOf(soon), ['soon']);
    same('Later', textsOf(await take(driver, time, 1, leasing(await time.at(2000)))), ['late']);
  },
  'drops what has expired': async (driver, time) => {
    const now = time.now();
    await join(driver, now);
    await driver.publish(topic, [message(driver, 'short', now, { expiresAt: now + 1000 })], unbounded(now));
    await driver.publish(topic, [message(driver, 'long', now, { expiresAt: now + 3000 })], unbounded(now));
    const first = await take(driver, time, 1, leasing(await time.at(1000)));
    same('At the end of its life', textsOf(first), ['long']);
    const swept = async (): Promise<number> => {
      await driver.sweep(time.now());
      return await depthOf(driver, time.now());
    };
    await becomes('The depth', time, swept, 1);
    same('Again', await driver.reserve(topic, 'g', leasing(await time.at(3000))), []);
    // A store may drop what has expired when a consumer comes by.
    const asked = async (): Promise<number> => {
      const depth = await swept();
      if (depth > 0) same('Once more', await driver.reserve(topic, 'g', leasing(time.now())), []);
      return depth;
    };
    await becomes('The depth when all have', time, asked, 0);
  },
  'takes an id once in its window': async (driver, time) => {
    await join(driver, time.now());
    const put = async (to: string, now: number): Promise<unknown> =>
      await driver.publish(to, [message(driver, 'a', now, { id: 'x', uniqueUntil: now + 1000 })], unbounded(now));
    same('The first', await put(topic, time.now()), ['stored']);
    same('The second', await put(topic, await time.before(1000)), ['duplicate']);
    same('At another topic', await put('other', time.now()), ['stored']);
    await time.at(1000);
    await becomes('After the window', time, () => put(topic, time.now()), ['stored']);
    await becomes('The depth', time, () => depthOf(driver, time.now()), 2);
  },
  'takes an id once in its window, in a batch': async (driver, time) => {
    const now = time.now();
    await join(driver, now);
    const batch = (...ids: readonly string[]) =>
      ids.map((id) => message(driver, id, now, { id, uniqueUntil: now + 2000 }));
    same('The first', await driver.publish(topic, batch('x'), unbounded(now)), ['stored']);
    const outcome = await driver.publish(topic, batch('x', 'y', 'y'), unbounded(await time.before(1000)));
    same('In a batch', outcome, ['duplicate', 'stored', 'duplicate']);
    await becomes('The depth', time, () => depthOf(driver, time.now()), 2);
  },
  'refuses what is over its bound': async (driver, time) => {
    const now = time.now();
    await join(driver, now);
    const put = async (text: string): Promise<unknown> =>
      await driver.publish(topic, [message(driver, text, now)], unbounded(now, { maxDepth: 2 }));
    same('As many as may', [await put('a'), await put('b')], [['stored'], ['stored']]);
    same('One more', await put('c'), 'full');
    const [lease] = await take(driver, time, 1, leasing(now, { max: 1 }));
    same('While one is handled', await put('c'), 'full');
    if (lease !== undefined) await driver.settle(topic, 'g', [ack(lease)], now);
    await becomes('When one is done', time, () => put('c'), ['stored']);
  },
  'refuses a batch that is over its bound, all or nothing': async (driver, time) => {
    const now = time.now();
    await join(driver, now);
    const put = async (...texts: readonly string[]): Promise<unknown> => {
      const batch = texts.map((text) => message(driver, text, now));
      return await driver.publish(topic, batch, unbounded(now, { maxDepth: 2 }));
    };
    same('Too many at once', await put('a', 'b', 'c'), 'full');
    same('The depth', await depthOf(driver, now), 0);
    same('As many as may', await put('a', 'b'), ['stored', 'stored']);
    same('One more', await put('c'), 'full');
  },
  'sheds lower priorities where it may': async (driver, time) => {
    const now = time.now();
    await join(driver, now);
    const order = unbounded(now, { maxDepth: 3, shed: true });
    const put = async (text: string, priority: number): Promise<unknown> =>
      await driver.publish(topic, [message(driver, text, now, { priority })], order);
    for (const [text, priority] of Object.entries({ a: 1, b: 1, c: 5 })) await put(text, priority);
    const [held] = await take(driver, time, 1, leasing(now, { max: 1 }));
    same('The one that is handled', held && textOf(held), 'c');
    same('One of the lowest', await put('d', 1), 'full');
    same('A higher one', await put('e', 5), ['stored']);
    same('Another', await put('f', 9), ['stored']);
    same('When none is lower', await put('g', 5), 'full');
    same('What is left', textsOf(await take(driver, time, 2, leasing(now))), ['f', 'e']);
  },
  'puts back what failed, after its delay': async (driver, time) => {
    const now = time.now();
    await join(driver, now);
    await publish(driver, now, 'a');
    const [first] = await take(driver, time, 1, leasing(now));
    if (first !== undefined) same('The retry', await driver.settle(topic, 'g', [retry(first, 500)], now), [true]);
    same('Before', await driver.reserve(topic, 'g', leasing(await time.before(500))), []);
    const [second] = await take(driver, time, 1, leasing(await time.at(500)));
    same('The second attempt', [second?.attempt, second?.previousDelayMs], [2, 500]);
    if (second !== undefined) await driver.settle(topic, 'g', [{ ...second, kind: 'release' }], time.now());
    const [third] = await take(driver, time, 1, leasing(time.now()));
    same('An attempt that was given back does not count', third?.attempt, 2);
  },
};
