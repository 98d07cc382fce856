import { systemClock } from '@organism/cell';
import { type DriverFeature, type HeartDriver, MemoryBroker } from '@organism/circulatory';
import { ContractError, heartDriverChecks } from '@organism/circulatory/testing';
import { describe, expect, it } from 'vitest';

type Broken = (memory: MemoryBroker) => Partial<HeartDriver>;

/** A driver in memory with a fault. */
const faulty = (fault: Broken): HeartDriver => {
  const memory = new MemoryBroker();
  const driver: HeartDriver = {
    name: 'faulty',
    durability: 'memory',
    keeps: 'values',
    pollMs: Infinity,
    publish: (...call) => memory.publish(...call),
    join: (...call) => memory.join(...call),
    leave: (...call) => memory.leave(...call),
    reserve: (...call) => memory.reserve(...call),
    settle: (...call) => memory.settle(...call),
    extend: (...call) => memory.extend(...call),
    nextDue: (topic, group) => memory.nextDue(topic, group),
    deadLetters: (...call) => memory.deadLetters(...call),
    replay: (...call) => memory.replay(...call),
    discard: (...call) => memory.discard(...call),
    inspect: (...call) => memory.inspect(...call),
    sweep: (...call) => memory.sweep(...call),
    watch: (...call) => memory.watch(...call),
  };
  return Object.assign(driver, fault(memory));
};

it('finds no fault in a driver that has none', async () => {
  for (const { run } of heartDriverChecks(() => faulty(() => ({})))) await expect(run()).resolves.toBeUndefined();
});

it.each<[string, Broken]>([
  [
    'a publish that forgets keys',
    (memory) => ({
      publish: (topic, messages, order) =>
        memory.publish(
          topic,
          messages.map((message) => ({ ...message, key: undefined })),
          order,
        ),
    }),
  ],
  [
    'a publish that forgets ids',
    (memory) => ({
      publish: (topic, messages, order) =>
        memory.publish(
          topic,
          messages.map((message) => ({ ...message, uniqueUntil: 0 })),
          order,
        ),
    }),
  ],
  [
    'a publish that delivers at once what is put off',
    (memory) => ({
      publish: (topic, messages, order) =>
        memory.publish(
          topic,
          messages.map((message) => ({ ...message, dueAt: 0 })),
          order,
        ),
    }),
  ],
  [
    'a publish without a bound',
    (memory) => ({
      publish: (topic, messages, order) => memory.publish(topic, messages, { ...order, maxDepth: Infinity }),
    }),
  ],
  [
    'a publish that keeps nothing for later groups',
    (memory) => ({
      publish: (topic, messages, order) => memory.publish(topic, messages, { ...order, retentionMs: 0 }),
    }),
  ],
  [
    'leases that never end',
    (memory) => ({ reserve: (topic, group, order) => memory.reserve(topic, group, { ...order, leaseMs: 1e9 }) }),
  ],
  [
    'attempts without end',
    (memory) => ({ reserve: (topic, group, order) => memory.reserve(topic, group, { ...order, maxAttempts: 1e9 }) }),
  ],
  [
    'leases beyond what was asked for',
    (memory) => ({ reserve: (topic, group, order) => memory.reserve(topic, group, { ...order, max: 1000 }) }),
  ],
  [
    'acknowledgements of whoever comes',
    (memory) => ({ settle: (topic, group, ends) => memory.settle(topic, group, ends, 0).map(() => true) }),
  ],
  [
    'retries without delay',
    (memory) => ({
      settle: (topic, group, ends, now) =>
        memory.settle(
          topic,
          group,
          ends.map((end) => (end.kind === 'retry' ? { ...end, delayMs: 0 } : end)),
          now,
        ),
    }),
  ],
  ['leases that can not be made longer', () => ({ extend: (_topic, _group, leases) => leases.map(() => true) })],
  ['a group that can not be left', () => ({ leave: () => {} })],
  ['a sweep that does nothing', () => ({ sweep: () => 0 })],
  ['a replay that loses', (memory) => ({ replay: (...[topic, group, query]) => memory.discard(topic, group, query) })],
  ['no word of anything', () => ({ watch: () => ({ [Symbol.dispose]: () => {} }) })],
  ['no word of what is due', () => ({ nextDue: () => undefined })],
])('finds %s', async (_what, fault) => {
  const outcomes = await Promise.allSettled(heartDriverChecks(() => faulty(fault)).map(({ run }) => run()));
  const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  expect(errors.length).toBeGreaterThan(0);
  for (const error of errors) expect(error).toBeInstanceOf(ContractError);
});

/** A driver whose storage goes by its own time, whatever it is told. */
const ownTime = (): HeartDriver => {
  const memory = new MemoryBroker();
  const now = (): number => systemClock.now();
  return faulty(() => ({
    publish: (topic, messages, order) => {
      const shift = now() - order.now;
      const own = messages.map((message) => ({ ...message, dueAt: message.dueAt + shift }));
      return memory.publish(topic, own, { ...order, now: now() });
    },
    join: (topic, group, order) => memory.join(topic, group, { ...order, now: now() }),
    leave: (topic, group) => memory.leave(topic, group, now()),
    reserve: (topic, group, order) => memory.reserve(topic, group, { ...order, now: now() }),
    settle: (topic, group, ends) => memory.settle(topic, group, ends, now()),
    extend: (topic, group, leases, until) => memory.extend(topic, group, leases, until, now()),
    nextDue: (topic, group) => memory.nextDue(topic, group),
    deadLetters: (...call) => memory.deadLetters(...call),
    replay: (topic, group, query) => memory.replay(topic, group, query, now()),
    discard: (...call) => memory.discard(...call),
    inspect: (topic) => memory.inspect(topic, now()),
    sweep: () => memory.sweep(now()),
    watch: (...call) => memory.watch(...call),
  }));
};

describe('a driver whose clock is the store’s', () => {
  const own = heartDriverChecks(ownTime, { clock: 'store' });
  // On a machine that stalls, a rule is checked up to three times, slower each time.
  const timeout = own[0]?.timeoutMs ?? 0;

  it.concurrent.each(own)('$name', { timeout }, async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });

  it.concurrent('is found out when its leases never end', { timeout }, async () => {
    const endless = (): HeartDriver => {
      const driver = ownTime();
      const { reserve } = driver;
      return Object.assign(driver, {
        reserve: ((topic, group, order) =>
          reserve(topic, group, { ...order, leaseMs: 1e9 })) satisfies HeartDriver['reserve'],
      });
    };
    const checks = heartDriverChecks(endless, { clock: 'store' }).filter(({ name }) => name.includes('lease'));
    const outcomes = await Promise.allSettled(checks.map(({ run }) => run()));
    expect(outcomes.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(2);
  });
});

describe('a driver that lacks something', () => {
  const lacks: readonly DriverFeature[] = ['priority', 'delay'];

  it('is not asked for it, and the list says why', async () => {
    const checks = heartDriverChecks(() => faulty(() => ({ lacks })), { lacks });
    const skipped = checks.filter((check) => check.skipped !== undefined);
    expect(Object.fromEntries(skipped.map((check) => [check.name, check.skipped]))).toEqual({
      'handles higher priorities first': 'lacks priority',
      'puts off what is not due': 'lacks delay',
      'sheds lower priorities where it may': 'lacks priority',
      'keeps the order of a key over lease ends, delays and expiry': 'lacks delay',
    });
    for (const { run } of checks) await expect(run()).resolves.toBeUndefined();
  });

  it('has to say so, and can not lack more than it says', async () => {
    const [silent] = heartDriverChecks(() => faulty(() => ({})), { lacks });
    const [chatty] = heartDriverChecks(() => faulty(() => ({ lacks })), { lacks: ['delay'] });
    await expect(silent?.run()).rejects.toThrow(ContractError);
    await expect(chatty?.run()).rejects.toThrow(ContractError);
  });
});

it('clears away after each check, also after one that fails', async () => {
  const cleared: string[] = [];
  const options = { cleanUp: ({ name }: HeartDriver) => void cleared.push(name) };
  const [sound] = heartDriverChecks(() => faulty(() => ({})), options);
  const [broken] = heartDriverChecks(() => faulty(() => ({ reserve: () => [] })), options);
  await sound?.run();
  await expect(broken?.run()).rejects.toThrow(ContractError);
  expect(cleared).toEqual(['faulty', 'faulty']);
});
