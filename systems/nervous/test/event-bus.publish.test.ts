import { CancelledError, Context, DeadlineError, OptionError } from '@organism/cell';
import { EventBus, type Failure, NotRunningError, OverflowError, type TopicInfo } from '@organism/nervous';
import { VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

interface Job {
  readonly id: number;
  readonly user: string;
}
interface Events {
  job: Job;
  tick: number;
}

/** A listener that holds each value until told to let it go. */
const makeGate = (): { listener: (job: Job) => Promise<void>; working: string[]; done: string[]; open(): void } => {
  const gates: (() => void)[] = [];
  const working: string[] = [];
  const done: string[] = [];
  const listener = async ({ id, user }: Job): Promise<void> => {
    working.push(`${user}${id}`);
    await new Promise<void>((resolve) => gates.push(resolve));
    working.splice(working.indexOf(`${user}${id}`), 1);
    done.push(`${user}${id}`);
  };
  return { listener, working, done, open: () => gates.shift()?.() };
};
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe('publish', () => {
  it('resolves with how many handled the value, those that fail or go meanwhile left out', async () => {
    const failures: Failure[] = [];
    const bus = new EventBus<Events>({ onError: (failure) => failures.push(failure) });
    bus.on('tick', () => later.unsubscribe());
    bus.on('tick', async () => {});
    bus.on('tick', () => {
      throw new Error('at once');
    });
    bus.on('tick', async () => {
      throw new Error('later');
    });
    const later = bus.on('tick', () => failures.push());
    expect(await bus.publish('tick', 1)).toBe(2);
    expect(failures.map(({ error }) => (error as Error).message)).toEqual(['at once', 'later']);
  });

  it('calls all at once, or a few at a time, and skips those that went while they waited', async () => {
    const bus = new EventBus<Events>();
    const gates = [1, 2, 3].map(() => makeGate());
    const subscriptions = gates.map(({ listener }) => bus.on('job', listener));
    const all = bus.publish('job', { id: 1, user: 'a' });
    expect(gates.map(({ working }) => working.length)).toEqual([1, 1, 1]);
    for (const { open } of gates) open();
    expect(await all).toBe(3);
    const some = bus.publish('job', { id: 2, user: 'a' }, { concurrency: 2 });
    await settle();
    expect(gates.map(({ working }) => working.length)).toEqual([1, 1, 0]);
    subscriptions[2]?.unsubscribe();
    for (const { open } of gates) open();
    expect(await some).toBe(2);
    await expect(bus.publish('tick', 1, { concurrency: 0 })).rejects.toThrow('concurrency must be a whole number');
  });

  it('passes its context to listeners, as an argument and as the current one', async () => {
    const bus = new EventBus<Events>();
    const infos: TopicInfo[] = [];
    const current: unknown[] = [];
    bus.on('tick', async (_value, info) => {
      await Promise.resolve();
      infos.push(info);
      current.push(Context.current());
    });
    const context = new Context({ tenant: 'lisbon' });
    await bus.publish('tick', 1, { context });
    await context.run(() => bus.publish('tick', 1));
    await bus.publish('tick', 1);
    expect(infos.slice(0, 1).map((info) => [info.name, info.context])).toEqual([['tick', context]]);
    expect(current).toEqual([context, context, undefined]);
    context.run(() => {
      const seen: unknown[] = [];
      bus.once('tick', (_value, info) => seen.push(info.context));
      bus.emit('tick', 1);
      expect(seen).toEqual([context]);
    });
  });

  it('gives up with its signal, or at the deadline of its context; listeners hear of it', async () => {
    const bus = new EventBus<Events>();
    const clock = new VirtualClock();
    const signals: (AbortSignal | undefined)[] = [];
    bus.on('tick', (_value, { context }) => {
      signals.push(context?.signal);
      return new Promise(() => {});
    });
    const abort = new AbortController();
    const cancelled = bus.publish('tick', 1, { signal: abort.signal });
    await settle();
    abort.abort('enough');
    await expect(cancelled).rejects.toBeInstanceOf(CancelledError);
    using context = new Context({ clock, deadline: clock.now() + 100 });
    const late = expect(bus.publish('tick', 1, { context })).rejects.toBeInstanceOf(DeadlineError);
    await clock.advance(100);
    await late;
    expect(signals.map((signal) => signal?.aborted)).toEqual([true, true]);
    await expect(bus.publish('tick', 1, { context })).rejects.toBeInstanceOf(DeadlineError);
    expect(signals.length).toBe(2);
  });
});

describe('publish with a key', () => {
  it('handles one key in order, others side by side', async () => {
    const bus = new EventBus<Events>();
    const gate = makeGate();
    bus.on('job', gate.listener);
    const published = ['a', 'a', 'b', 'a'].map((user, id) => bus.publish('job', { id, user }, { key: user }));
    await settle();
    expect(gate.working).toEqual(['a0', 'b2']);
    gate.open();
    await settle();
    expect(gate.working).toEqual(['b2', 'a1']);
    for (let turn = 0; turn < 3; turn += 1) {
      gate.open();
      await settle();
    }
    expect([await Promise.all(published), gate.done]).toEqual([
      [1, 1, 1, 1],
      ['a0', 'b2', 'a1', 'a3'],
    ]);
  });

  it('handles as many keys at a time as it may, in turn, and refuses more waiting values than it may hold', async () => {
    const bus = new EventBus<Events>({ ordered: { concurrency: 2, capacity: 3 } });
    const gate = makeGate();
    bus.on('job', gate.listener);
    const publish = (user: string, id: number): Promise<number> => bus.publish('job', { id, user }, { key: user });
    const published = [publish('a', 1), publish('b', 1), publish('a', 2), publish('c', 1), publish('a', 3)];
    await settle();
    expect(gate.working).toEqual(['a1', 'b1']);
    await expect(publish('d', 1)).rejects.toBeInstanceOf(OverflowError);
    for (let turn = 0; turn < 5; turn += 1) {
      gate.open();
      await settle();
      expect(gate.working.length).toBeLessThanOrEqual(2);
    }
    await Promise.all(published);
    expect(gate.done.filter((name) => name.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
    expect(gate.done.length).toBe(5);
  });

  it('runs each value in the context of its own publisher, or in none', async () => {
    const bus = new EventBus<Events>();
    const tenants: unknown[] = [];
    bus.on('tick', async (_value, { context }) => {
      await Promise.resolve();
      tenants.push([context?.tenant, Context.current()?.tenant]);
    });
    const publish = (value: number): Promise<number> => bus.publish('tick', value, { key: 'k' });
    const published = [
      new Context({ tenant: 'lisbon' }).run(() => publish(1)),
      new Context({ tenant: 'porto' }).run(() => publish(2)),
      publish(3),
    ];
    await Promise.all(published);
    expect(tenants).toEqual([
      ['lisbon', 'lisbon'],
      ['porto', 'porto'],
      [undefined, undefined],
    ]);
  });

  it('tells listeners the key, and goes on after one that fails', async () => {
    const bus = new EventBus<Events>({ onError: () => {} });
    const keys: unknown[] = [];
    bus.on('tick', (value, { key }) => {
      keys.push(key);
      if (value === 1) throw new Error('x');
    });
    const published = [1, 2].map((value) => bus.publish('tick', value, { key: 7 }));
    expect([await Promise.all(published), keys]).toEqual([
      [0, 1],
      [7, 7],
    ]);
  });

  it('drops a value whose wait was given up, and one that a listener waits for in its own key ends at its deadline', async () => {
    const bus = new EventBus<Events>();
    const clock = new VirtualClock();
    const log: unknown[] = [];
    bus.on('tick', async (value) => {
      log.push(value);
      if (value > 1) return;
      using context = new Context({ clock, deadline: clock.now() + 50 });
      await bus.publish('tick', 2, { key: 'k', context }).catch((error: unknown) => log.push(error));
    });
    const first = bus.publish('tick', 1, { key: 'k' });
    const third = bus.publish('tick', 3, { key: 'k' });
    await clock.advance(50);
    expect([await first, await third]).toEqual([1, 1]);
    expect(log).toEqual([1, expect.any(DeadlineError), 3]);
  });

  it('refuses what waits when the bus has stopped', async () => {
    const bus = await new EventBus<Events>().start();
    const gate = makeGate();
    bus.on('job', gate.listener);
    const first = bus.publish('job', { id: 1, user: 'a' }, { key: 1 });
    const second = bus.publish('job', { id: 2, user: 'a' }, { key: 1 });
    const refused = expect(second).rejects.toBeInstanceOf(NotRunningError);
    await settle();
    await bus.stop();
    gate.open();
    expect(await first).toBe(1);
    await refused;
  });

  it('property: keeps the order of each key, and the bound over all', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ key: fc.nat(3), turns: fc.nat(5) }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 3 }),
        async (jobs, concurrency) => {
          const bus = new EventBus<{ job: { index: number; turns: number } }>({ ordered: { concurrency } });
          const log: number[] = [];
          let working = 0;
          let most = 0;
          bus.on('job', async ({ index, turns }) => {
            log.push(index);
            most = Math.max(most, (working += 1));
            for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
            working -= 1;
          });
          await Promise.all(jobs.map(({ key, turns }, index) => bus.publish('job', { index, turns }, { key })));
          for (let key = 0; key <= 3; key += 1) {
            const expected = [...jobs.keys()].filter((index) => jobs[index]?.key === key);
            expect(log.filter((index) => jobs[index]?.key === key)).toEqual(expected);
          }
          expect([most <= concurrency, log.length]).toEqual([true, jobs.length]);
        },
      ),
    );
  });

  it('refuses bounds that are none', () => {
    expect(() => new EventBus({ ordered: { concurrency: 0 } })).toThrow(OptionError);
    expect(() => new EventBus({ ordered: { capacity: 1.5 } })).toThrow('ordered.capacity must be a whole number');
  });
});
