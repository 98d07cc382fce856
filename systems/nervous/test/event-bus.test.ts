import { CancelledError, OptionError } from '@organism/cell';
import { compilePattern, EventBus, type Failure, NotRunningError, OverflowError, typed } from '@organism/nervous';
import { Bone } from '@organism/skeletal';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';

interface Events {
  'quake.seen': { magnitude: number };
  'quake.felt': { place: string };
  tick: number;
}
const Tick = typed<number>('tick');

describe('EventBus.emit', () => {
  it('gives each value to every listener, at once and in order', () => {
    const bus = new EventBus<Events>();
    const log: string[] = [];
    bus.on('tick', (value) => log.push(`a${value}`));
    bus.on('tick', (value, topic) => log.push(`b${value}@${topic.name}`));
    expect(bus.emit('tick', 1)).toBe(2);
    expect(log).toEqual(['a1', 'b1@tick']);
  });

  it('is typed by the map and by Bones', () => {
    const bus = new EventBus<Events>();
    const Quake = new Bone('quake.measured', z.object({ magnitude: z.number() }));
    bus.on(Quake, ({ magnitude }) => magnitude.toFixed(1));
    // @ts-expect-error: the topic carries numbers
    bus.emit('tick', 'one');
    // @ts-expect-error: no such topic
    bus.emit('tock', 1);
    // @ts-expect-error: the Bone wants a number
    bus.emit(Quake, { magnitude: 'big' });
    expect(bus.emit(Quake, { magnitude: 1 })).toBe(1);
  });

  it('keeps a failing listener from the others, and reports what it threw or rejected with', async () => {
    const failures: Failure[] = [];
    const bus = new EventBus<Events>({ onError: (failure) => failures.push(failure) });
    const log: number[] = [];
    bus.on('tick', () => {
      throw new Error('first');
    });
    bus.on('tick', (value) => log.push(value));
    bus.on('tick', async () => {
      throw new Error('later');
    });
    bus.on('tick', () => {
      throw new Error('last');
    });
    expect(bus.emit('tick', 7)).toBe(4);
    await Promise.resolve();
    expect(log).toEqual([7]);
    expect(failures.map(({ source, error, value }) => [source, (error as Error).message, value])).toEqual([
      ['tick', 'first', 7],
      ['tick', 'last', 7],
      ['tick', 'later', 7],
    ]);
  });

  it('reports to the errors topic, or else to the console, so that no failure passes unseen', () => {
    const bus = new EventBus<Events>();
    bus.on('tick', () => {
      throw new Error('x');
    });
    const console = vi.spyOn(globalThis.console, 'error').mockImplementation(() => {});
    bus.emit('tick', 1);
    expect(console).toHaveBeenCalledTimes(1);
    const seen: Failure[] = [];
    bus.errors.on((failure) => seen.push(failure));
    bus.emit('tick', 2);
    expect([console.mock.calls.length, seen.length]).toEqual([1, 1]);
    console.mockRestore();
  });

  it('checks values against their Bone when asked to', () => {
    const Quake = new Bone('quake.measured', z.object({ magnitude: z.number() }));
    const bus = new EventBus({ validate: 'always' });
    const seen: unknown[] = [];
    bus.on(Quake, (quake) => seen.push(quake));
    expect(() => bus.emit(Quake, { magnitude: 'big' } as never)).toThrow('magnitude must be a number');
    bus.emit(Quake, { magnitude: 1, extra: true } as never);
    expect(seen).toEqual([{ magnitude: 1 }]);
  });

  it('checks values against a Bone that comes after its name', () => {
    const Quake = new Bone('quake.measured', z.object({ magnitude: z.number() }));
    const bus = new EventBus({ validate: 'always' });
    bus.on('quake.measured', () => {});
    expect(bus.emit('quake.measured', 'unchecked')).toBe(1);
    expect(() => bus.emit(Quake, { magnitude: 'big' } as never)).toThrow('magnitude must be a number');
    for (let id = 0; id < 10_000; id += 1) bus.emit(`user.${id}`, id);
    expect(() => bus.emit('quake.measured', 'checked now')).toThrow('quake.measured');
  });

  it('reaches one topic by its name and by its Bone', () => {
    const Quake = new Bone('quake.measured', z.object({ magnitude: z.number() }));
    const bus = new EventBus();
    const seen: unknown[] = [];
    const handle = bus.topic('quake.measured');
    bus.on('quake.measured', (value) => seen.push(value));
    bus.emit(Quake, { magnitude: 1 });
    handle.emit({ magnitude: 2 });
    expect(seen).toEqual([{ magnitude: 1 }, { magnitude: 2 }]);
  });
});

describe('wildcards', () => {
  it('follow topics that come later, and end when unsubscribed', () => {
    const bus = new EventBus();
    const log: string[] = [];
    using one = bus.on('quake.*', (_value, { name }) => log.push(`*${name}`));
    bus.on('**', (_value, { name }) => log.push(`**${name}`));
    bus.emit('quake.seen', 1);
    bus.emit('quake.seen.twice', 1);
    one.unsubscribe();
    bus.emit('quake.seen', 1);
    expect(log).toEqual(['*quake.seen', '**quake.seen', '**quake.seen.twice', '**quake.seen']);
  });

  it('work for once, off, waitFor and stream as names do', async () => {
    const bus = new EventBus();
    const log: unknown[] = [];
    const listener = (value: unknown): unknown => log.push(value);
    bus.once('quake.*', listener);
    for (const topic of ['quake.a', 'quake.b']) bus.emit(topic, topic);
    bus.on('quake.**', listener);
    bus.on('quake.a', listener);
    bus.off('quake.**', listener);
    bus.emit('quake.a', 'named');
    await using stream = bus.stream('quake.*');
    const found = bus.waitFor('*.b');
    for (const topic of ['quake.a', 'quake.b']) bus.emit(topic, topic);
    expect([log, await found]).toEqual([['quake.a', 'named', 'quake.a'], 'quake.b']);
    expect([(await stream.next()).value, (await stream.next()).value]).toEqual(['quake.a', 'quake.b']);
  });

  it('are for listening: nothing is emitted to one, and a word is not half a pattern', () => {
    const bus = new EventBus();
    expect(() => bus.emit('quake.*', 1)).toThrow('topic must be a name without "*"');
    expect(() => bus.topic('quake.*')).toThrow(OptionError);
    expect(() => bus.on('quake*', () => {})).toThrow('pattern must be words, "*" or "**" joined by dots');
  });

  it('match long names in no time, however many ** there are', () => {
    const matches = compilePattern(Array.from({ length: 20 }, () => '**.a').join('.'));
    expect(matches(`${'a.'.repeat(2000)}b`)).toBe(false);
  });

  it('property: match as the regular expression they stand for', () => {
    const segment = fc.constantFrom('a', 'b', '*', '**');
    const word = fc.constantFrom('a', 'b', 'c');
    fc.assert(
      fc.property(
        fc.array(segment, { minLength: 1, maxLength: 5 }),
        fc.array(word, { minLength: 1, maxLength: 6 }),
        (pattern, words) => {
          // Each word is followed by a dot, so that "any number of words" is one group.
          const oracle = new RegExp(
            `^${pattern.map((part) => (part === '**' ? '(?:[^.]+\\.)*' : part === '*' ? '[^.]+\\.' : `${part}\\.`)).join('')}$`,
          );
          expect(compilePattern(pattern.join('.'))(words.join('.'))).toBe(oracle.test(`${words.join('.')}.`));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('do not let names from outside pile up', () => {
    const bus = new EventBus();
    let seen = 0;
    bus.on('user.*', () => (seen += 1));
    for (let id = 0; id < 20_000; id += 1) bus.emit(`user.${id}`, id);
    expect(seen).toBe(20_000);
    expect(bus.describe().ports.length).toBeLessThan(5000);
    const quiet = new EventBus();
    for (let id = 0; id < 20_000; id += 1) quiet.emit(`user.${id}`, id);
    expect(quiet.describe().ports.length).toBeLessThan(5000);
  });
});

describe('publish, waitFor, once, attach', () => {
  it('waits for listeners, a few at a time when asked to, and counts those that did not fail', async () => {
    const bus = new EventBus<Events>({ onError: () => {} });
    let working = 0;
    let most = 0;
    for (let index = 0; index < 6; index += 1) {
      bus.on('tick', async () => {
        working += 1;
        most = Math.max(most, working);
        await Promise.resolve();
        working -= 1;
        if (index === 0) throw new Error('x');
      });
    }
    expect(await bus.publish('tick', 1, { concurrency: 2 })).toBe(5);
    expect([working, most]).toEqual([0, 2]);
  });

  it('waits for a value that fits, or until cancelled', async () => {
    const bus = new EventBus<Events>();
    const found = bus.waitFor('tick', (value) => value > 2);
    for (const value of [1, 2, 3, 4]) bus.emit('tick', value);
    expect(await found).toBe(3);
    const controller = new AbortController();
    const never = bus.waitFor('tick', () => false, { signal: controller.signal });
    controller.abort();
    await expect(never).rejects.toBeInstanceOf(CancelledError);
    expect(bus.topic('tick').listenerCount).toBe(0);
  });

  it('shows what is attached in the anatomy', () => {
    const bus = new EventBus();
    const seen: unknown[] = [];
    const handle = bus.attach({ topic: Tick, target: 'record', handle: (value) => seen.push(value) });
    bus.emit(Tick, 5);
    expect(bus.describe()).toMatchObject({
      ports: [{ name: 'tick', protocol: 'event', shape: { name: 'tick', version: 1 } }],
      edges: [{ from: 'bus', to: 'record', label: 'tick' }],
      counters: { emitted: 1, listeners: 1, failures: 0 },
    });
    handle.unsubscribe();
    expect([bus.describe().edges, seen]).toEqual([[], [5]]);
  });
});

describe('life', () => {
  it('refuses values and listeners once stopped, and begins anew when started again', async () => {
    const bus = await new EventBus<Events>().start();
    const handle = bus.topic('tick');
    let seen = 0;
    bus.on('tick', () => (seen += 1));
    await bus.stop();
    expect(() => bus.emit('tick', 1)).toThrow(NotRunningError);
    expect(() => handle.emit(1)).toThrow(NotRunningError);
    expect(() => bus.on('tick', () => {})).toThrow(NotRunningError);
    expect(() => bus.on('*', () => {})).toThrow(NotRunningError);
    await expect(bus.publish('tick', 1)).rejects.toBeInstanceOf(NotRunningError);
    await bus.start();
    expect([bus.emit('tick', 1), seen]).toEqual([0, 0]);
  });
});

describe('life of what waits', () => {
  it('keeps listeners that came before the start', async () => {
    const bus = new EventBus<Events>();
    const seen: unknown[] = [];
    bus.on('tick', (value) => seen.push(value));
    bus.on('*', (value) => seen.push(value));
    await bus.start();
    expect([bus.emit('tick', 1), seen]).toEqual([2, [1, 1]]);
    await bus.stop();
  });

  it('ends streams and waits when the bus stops, and tells listeners that asked to be told', async () => {
    const bus = await new EventBus<Events>().start();
    const closed: string[] = [];
    bus.on('tick', () => {}, { onClose: () => closed.push('tick') });
    bus.on('*', () => {}, { onClose: () => closed.push('*') });
    bus.on('tick', () => {}, { onClose: () => closed.push('ended before') }).unsubscribe();
    const stream = bus.stream('tick');
    const reader = bus.stream('tick');
    const pending = reader.next();
    const wait = bus.waitFor('tick', () => false);
    bus.emit('tick', 1);
    expect((await pending).value).toBe(1);
    const last = reader.next();
    const refused = expect(wait).rejects.toBeInstanceOf(NotRunningError);
    await bus.stop();
    await refused;
    expect(closed).toEqual(['tick', '*']);
    expect([await stream.next(), await stream.next(), await last]).toEqual([
      { done: false, value: 1 },
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
  });
});

describe('stream', () => {
  it('gives values in order, and ends with its loop', async () => {
    const bus = new EventBus<Events>();
    const stream = bus.stream('tick');
    for (const value of [1, 2, 3]) bus.emit('tick', value);
    const seen: number[] = [];
    for await (const value of stream) {
      seen.push(value);
      if (value === 3) break;
    }
    expect([seen, bus.topic('tick').listenerCount]).toEqual([[1, 2, 3], 0]);
  });

  it('ends with its signal, and gives what it still holds', async () => {
    const bus = new EventBus<Events>();
    const controller = new AbortController();
    const stream = bus.stream('tick', { signal: controller.signal });
    bus.emit('tick', 1);
    controller.abort();
    bus.emit('tick', 2);
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  it.each([
    ['drop-oldest', [3, 4]],
    ['drop-newest', [1, 2]],
  ] as const)('%s keeps to its capacity and counts what it lost', async (overflow, kept) => {
    const bus = new EventBus<Events>();
    await using stream = bus.stream('tick', { capacity: 2, overflow });
    for (const value of [1, 2, 3, 4]) bus.emit('tick', value);
    expect([(await stream.next()).value, (await stream.next()).value, stream.dropped]).toEqual([...kept, 2]);
  });

  it('error ends it, after what it holds', async () => {
    const bus = new EventBus<Events>();
    const stream = bus.stream('tick', { capacity: 1, overflow: 'error' });
    bus.emit('tick', 1);
    bus.emit('tick', 2);
    expect((await stream.next()).value).toBe(1);
    await expect(stream.next()).rejects.toBeInstanceOf(OverflowError);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(bus.topic('tick').listenerCount).toBe(0);
  });

  it('block makes a publisher wait for room', async () => {
    const bus = new EventBus<Events>();
    await using stream = bus.stream('tick', { capacity: 1, overflow: 'block' });
    await bus.publish('tick', 1);
    let entered = false;
    const second = bus.publish('tick', 2).then(() => (entered = true));
    await Promise.resolve();
    expect(entered).toBe(false);
    expect((await stream.next()).value).toBe(1);
    await second;
    expect([entered, (await stream.next()).value]).toEqual([true, 2]);
  });

  it('block bounds the publishers that wait, and ends with an error beyond', async () => {
    const bus = new EventBus<Events>();
    const stream = bus.stream('tick', { capacity: 2, overflow: 'block' });
    const done: number[] = [];
    const publish = (value: number): Promise<number> => bus.publish('tick', value).then(() => done.push(value));
    const published = [1, 2, 3, 4].map(publish);
    await Promise.all(published.slice(0, 2));
    expect([stream.size, done]).toEqual([4, [1, 2]]);
    await publish(5);
    await Promise.all(published);
    const seen: number[] = [];
    await expect(
      (async () => {
        for await (const value of stream) seen.push(value);
      })(),
    ).rejects.toBeInstanceOf(OverflowError);
    expect([seen, stream.dropped]).toEqual([[1, 2, 3, 4], 0]);
  });

  it('lets publishers go when the reader leaves', async () => {
    const bus = new EventBus<Events>();
    const stream = bus.stream('tick', { capacity: 1, overflow: 'block' });
    await bus.publish('tick', 1);
    const second = bus.publish('tick', 2);
    await stream.return();
    expect([await second, await stream.next(), bus.topic('tick').listenerCount]).toEqual([
      1,
      { done: true, value: undefined },
      0,
    ]);
  });

  it('property: gives what a bounded list would, whatever the order of reading and writing', async () => {
    const step = fc.oneof(fc.constant('read' as const), fc.constant('write' as const));
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 4 }),
        fc.constantFrom('drop-oldest' as const, 'drop-newest' as const),
        async (steps, capacity, overflow) => {
          const bus = new EventBus<Events>();
          await using stream = bus.stream('tick', { capacity, overflow });
          const kept: number[] = [];
          const read: Promise<IteratorResult<number, undefined>>[] = [];
          const expected: number[] = [];
          let waiting = 0;
          let next = 0;
          let dropped = 0;
          for (const one of steps) {
            if (one === 'read') {
              read.push(stream.next());
              const value = kept.shift();
              if (value === undefined) waiting += 1;
              else expected.push(value);
              continue;
            }
            const value = next++;
            bus.emit('tick', value);
            if (waiting > 0) {
              waiting -= 1;
              expected.push(value);
            } else if (kept.length < capacity) kept.push(value);
            else {
              dropped += 1;
              if (overflow === 'drop-oldest') kept.push(value);
              if (overflow === 'drop-oldest') kept.shift();
            }
          }
          const got = await Promise.all(read.slice(0, expected.length));
          expect([got.map(({ value }) => value), stream.dropped, stream.size]).toEqual([
            expected,
            dropped,
            kept.length,
          ]);
        },
      ),
    );
  });

  it('refuses a capacity or a policy that is none', () => {
    const bus = new EventBus<Events>();
    expect(() => bus.stream('tick', { capacity: 0 })).toThrow('capacity must be a whole number');
    expect(() => bus.stream('tick', { overflow: 'later' as never })).toThrow('overflow must be block');
    expect(bus.topic('tick').listenerCount).toBe(0);
  });

  it('never begins when its signal has aborted', async () => {
    const bus = new EventBus<Events>();
    const stream = bus.stream('tick', { signal: AbortSignal.abort() });
    expect([bus.emit('tick', 1), await stream.next()]).toEqual([0, { done: true, value: undefined }]);
  });
});
