import { CancelledError } from '@organism/cell';
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

  it('property: agrees with a plain list of listeners under any order of calls, re-entrant ones too', () => {
    const action = fc.oneof(
      fc.record({
        kind: fc.constant('on' as const),
        inner: fc.constantFrom('none', 'unsubscribe-self', 'emit', 'add'),
      }),
      fc.record({ kind: fc.constant('once' as const) }),
      fc.record({ kind: fc.constant('off' as const), index: fc.nat(10) }),
      fc.record({ kind: fc.constant('emit' as const), value: fc.nat(100) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const bus = new EventBus<Events>();
        const log: string[] = [];
        const expected: string[] = [];
        const handles = new Map<number, () => void>();
        let next = 0;
        let depth = 0;
        const add = (inner: string, once: boolean): void => {
          const id = next++;
          const listener = (value: number): void => {
            log.push(`${id}:${value}`);
            if (inner === 'unsubscribe-self') handles.get(id)?.();
            if (inner === 'add') add('none', false);
            if (inner === 'emit' && depth < 1) {
              depth += 1;
              bus.emit('tick', value + 1000);
              depth -= 1;
            }
          };
          const subscription = once ? bus.once('tick', listener) : bus.on('tick', listener);
          handles.set(id, () => subscription.unsubscribe());
        };
        // The model runs beside the bus, one emit at a time, on its own copy of the list.
        let shadowNext = 0;
        let shadow: { id: number; once: boolean; inner: string }[] = [];
        const shadowEmit = (value: number, level: number): void => {
          for (const entry of shadow) {
            if (entry.once) {
              if (!shadow.includes(entry) && level === 0) continue;
              shadow = shadow.filter((other) => other !== entry);
            }
            expected.push(`${entry.id}:${value}`);
            if (entry.inner === 'unsubscribe-self') shadow = shadow.filter((other) => other !== entry);
            if (entry.inner === 'add') shadow = [...shadow, { id: shadowNext++, once: false, inner: 'none' }];
            if (entry.inner === 'emit' && level < 1) shadowEmit(value + 1000, level + 1);
          }
        };
        for (const step of actions) {
          if (step.kind === 'on') {
            add(step.inner, false);
            shadow = [...shadow, { id: shadowNext++, once: false, inner: step.inner }];
          } else if (step.kind === 'once') {
            // A listener for one value and one that emits again would differ by design: kept apart here.
            if (shadow.some(({ inner }) => inner === 'emit')) continue;
            add('none', true);
            shadow = [...shadow, { id: shadowNext++, once: true, inner: 'none' }];
          } else if (step.kind === 'off') {
            handles.get(step.index)?.();
            shadow = shadow.filter(({ id }) => id !== step.index);
          } else {
            bus.emit('tick', step.value);
            shadowEmit(step.value, 0);
          }
        }
        expect(log).toEqual(expected);
        expect(bus.topic('tick').listenerCount).toBe(shadow.length);
      }),
      { numRuns: 300 },
    );
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
    await bus.start();
    expect([bus.emit('tick', 1), seen]).toEqual([0, 0]);
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

  it('refuses a capacity that is none', () => {
    expect(() => new EventBus<Events>().stream('tick', { capacity: 0 })).toThrow('capacity must be a whole number');
  });
});
