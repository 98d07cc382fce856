import { type HeartDriver, MemoryBroker } from '@organism/circulatory';
import { ContractError, heartDriverChecks } from '@organism/circulatory/testing';
import { expect, it } from 'vitest';

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
