import { EventBus, type Failure, type Leak, type Subscription } from '@organism/nervous';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';

interface Events {
  tick: number;
  tock: number;
}

/** What both the bus and the model can do. */
interface Plain {
  on(topic: string, listener: (value: number) => void, options: { priority: number; once: boolean }): () => void;
  emit(topic: string, value: number): void;
}

/** The simplest thing that could be right: one list, sorted and filtered anew for each value. */
class Model implements Plain {
  #entries: { topic: string; listener: (value: number) => void; priority: number; once: boolean }[] = [];

  on(topic: string, listener: (value: number) => void, options: { priority: number; once: boolean }): () => void {
    const entry = { topic, listener, ...options };
    this.#entries.push(entry);
    return () => {
      this.#entries = this.#entries.filter((other) => other !== entry);
    };
  }

  emit(topic: string, value: number): void {
    const matches = (pattern: string): boolean =>
      pattern === topic || pattern === '**' || (pattern === 'a.*' && /^a\.[^.]+$/.test(topic));
    const called = this.#entries.filter((entry) => matches(entry.topic)).toSorted((a, b) => b.priority - a.priority);
    for (const entry of called) {
      if (!this.#entries.includes(entry)) continue;
      if (entry.once) this.#entries = this.#entries.filter((other) => other !== entry);
      try {
        entry.listener(value);
      } catch {
        // Reported, in the bus.
      }
    }
  }
}

const asPlain = (bus: EventBus): Plain => ({
  on: (topic, listener, options) => {
    const subscription = bus.on(topic, listener as (value: unknown) => void, options);
    return () => subscription.unsubscribe();
  },
  emit: (topic, value) => void bus.emit(topic, value),
});

const topic = fc.constantFrom('a.x', 'a.y', 'b', 'a.x.z');
const key = fc.oneof(topic, fc.constantFrom('a.*', '**'));
const inner = fc.oneof(
  fc.record({ kind: fc.constantFrom('none' as const, 'leave' as const, 'throw' as const) }),
  fc.record({ kind: fc.constant('take-away' as const), index: fc.nat(8) }),
  fc.record({ kind: fc.constant('emit' as const), topic }),
  fc.record({ kind: fc.constant('add' as const), topic: key, priority: fc.integer({ min: -1, max: 1 }) }),
);
const action = fc.oneof(
  fc.record({
    kind: fc.constant('on' as const),
    topic: key,
    priority: fc.integer({ min: -1, max: 1 }),
    once: fc.boolean(),
    inner,
  }),
  fc.record({ kind: fc.constant('off' as const), index: fc.nat(8) }),
  fc.record({ kind: fc.constant('emit' as const), topic }),
  fc.record({ kind: fc.constant('turn' as const) }),
);

type Value<A> = A extends fc.Arbitrary<infer T> ? T : never;

const run = async (bus: Plain, actions: Value<typeof action>[]): Promise<string[]> => {
  const log: string[] = [];
  const handles: (() => void)[] = [];
  let depth = 0;
  const add = (on: string, priority: number, once: boolean, what: Value<typeof inner>): void => {
    const id = handles.length;
    const listener = (value: number): void => {
      log.push(`${id}:${value}`);
      if (what.kind === 'leave') handles[id]?.();
      if (what.kind === 'take-away') handles[what.index]?.();
      if (what.kind === 'add' && handles.length < 60) add(what.topic, what.priority, false, { kind: 'none' });
      if (what.kind === 'throw') throw new Error('x');
      if (what.kind === 'emit' && depth < 3) {
        depth += 1;
        bus.emit(what.topic, value * 10);
        depth -= 1;
      }
    };
    handles.push(() => {});
    handles[id] = bus.on(on, listener, { priority, once });
  };
  for (const [index, step] of actions.entries()) {
    if (step.kind === 'on') add(step.topic, step.priority, step.once, step.inner);
    if (step.kind === 'off') handles[step.index]?.();
    if (step.kind === 'emit') bus.emit(step.topic, index + 1);
    if (step.kind === 'turn') await Promise.resolve();
  }
  return log;
};

describe('listening', () => {
  it('property: agrees with a plain list, for priorities, wildcards, once, and any change within an emit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
        const bus = new EventBus({ onError: () => {} });
        expect(await run(asPlain(bus), actions)).toEqual(await run(new Model(), actions));
      }),
      { numRuns: 1000 },
    );
  });

  it('calls higher priorities first, and equals in order of subscription, names and patterns alike', () => {
    const bus = new EventBus<Events>();
    const log: string[] = [];
    bus.on('tick', () => log.push('first'));
    bus.on('*', () => log.push('second'));
    bus.on('tick', () => log.push('last'), { priority: -1 });
    bus.on('**', () => log.push('urgent'), { priority: 10 });
    bus.on('tick', () => log.push('third'));
    bus.emit('tick', 1);
    expect(log).toEqual(['urgent', 'first', 'second', 'third', 'last']);
  });

  it('ends with a signal, or never begins', () => {
    const bus = new EventBus<Events>();
    const abort = new AbortController();
    const seen: number[] = [];
    bus.on('tick', (value) => seen.push(value), { signal: abort.signal });
    bus.on('*', (value) => seen.push(value as number), { signal: abort.signal });
    bus.on('tick', (value) => seen.push(value), { signal: AbortSignal.abort() });
    bus.emit('tick', 1);
    abort.abort();
    expect([bus.emit('tick', 2), seen]).toEqual([0, [1, 1]]);
  });

  it('lets go of the signal when a subscription ends', () => {
    const abort = new AbortController();
    const added = vi.spyOn(abort.signal, 'addEventListener');
    const removed = vi.spyOn(abort.signal, 'removeEventListener');
    const bus = new EventBus<Events>();
    bus.on('tick', () => {}, { signal: abort.signal }).unsubscribe();
    bus.once('tick', () => {}, { signal: abort.signal });
    bus.emit('tick', 1);
    expect([added.mock.calls.length, removed.mock.calls.length]).toEqual([2, 2]);
  });

  it('goes depth first when a listener emits', () => {
    const bus = new EventBus<Events>();
    const log: string[] = [];
    bus.on('tick', (value) => {
      log.push(`a${value}`);
      if (value < 3) bus.emit('tick', value + 1);
    });
    bus.on('tick', (value) => log.push(`b${value}`));
    bus.emit('tick', 1);
    expect(log).toEqual(['a1', 'a2', 'a3', 'b3', 'b2', 'b1']);
  });

  it('gives nothing more to a listener that was taken away, not even the value being emitted', () => {
    const bus = new EventBus<Events>();
    const log: string[] = [];
    const others: Subscription[] = [];
    bus.on('tick', () => {
      bus.on('tick', () => log.push('added'), { priority: 5 });
      for (const other of others) other.unsubscribe();
    });
    others.push(bus.on('tick', () => log.push('taken away')));
    others.push(bus.on('*', () => log.push('taken away')));
    bus.on('tick', () => log.push('stays'));
    bus.emit('tick', 1);
    expect([log, bus.topic('tick').listenerCount]).toEqual([['stays'], 3]);
  });

  it('gives a once listener one value, however emits are nested', () => {
    const bus = new EventBus<Events>();
    const seen: number[] = [];
    bus.on('tick', (value) => void (value === 1 && bus.emit('tick', 2)));
    bus.once('tick', (value) => seen.push(value));
    bus.emit('tick', 1);
    expect(seen).toEqual([2]);
  });

  it('takes away by function: once listeners too, one subscription at a time', () => {
    const bus = new EventBus<Events>();
    let count = 0;
    const listener = (): unknown => (count += 1);
    bus.once('tick', listener);
    bus.on('tick', listener);
    bus.off('tick', listener);
    bus.emit('tick', 1);
    bus.emit('tick', 1);
    expect(count).toBe(2);
    bus.off('tick', listener);
    bus.off('tock', listener);
    expect([bus.emit('tick', 1), count]).toEqual([0, 2]);
  });

  it('serves ten thousand once listeners, and forgets them', () => {
    const bus = new EventBus<Events>({ maxListeners: 0 });
    let count = 0;
    for (let index = 0; index < 10_000; index += 1) bus.once('tick', () => (count += 1));
    bus.emit('tick', 1);
    expect([count, bus.topic('tick').listenerCount, bus.emit('tick', 2)]).toEqual([10_000, 0, 0]);
  });

  it('refuses what is no listener, no priority', () => {
    const bus = new EventBus<Events>();
    expect(() => bus.on('tick', undefined as never)).toThrow('listener must be a function; got undefined.');
    expect(() => bus.on('tick', () => {}, { priority: Number.NaN })).toThrow('priority must be a finite number');
  });

  it('keeps a handle joined to its topic, however many names come and go', () => {
    const bus = new EventBus();
    const handle = bus.topic('kept');
    for (let id = 0; id < 10_000; id += 1) bus.emit(`user.${id}`, id);
    const seen: unknown[] = [];
    bus.on('kept', (value) => seen.push(value));
    bus.on('*', (value) => seen.push(value));
    handle.emit(1);
    bus.emit('kept', 2);
    expect([seen, bus.topic('kept') === handle]).toEqual([[1, 1, 2, 2], true]);
  });
});

describe('failures', () => {
  it('go to the console when what is told of them throws or fails in turn', () => {
    const told = vi.spyOn(globalThis.console, 'error').mockImplementation(() => {});
    const bus = new EventBus<Events>({
      onError: () => {
        throw new Error('onError itself');
      },
    });
    const seen: Failure[] = [];
    bus.errors.on(() => {
      throw new Error('errors listener');
    });
    bus.errors.on((failure) => {
      seen.push(failure);
      bus.emit('tock', 1);
    });
    for (const name of ['tick', 'tock'] as const)
      bus.on(name, () => {
        throw new Error(name);
      });
    expect(bus.emit('tick', 7)).toBe(1);
    expect(seen.map(({ source, error, value }) => [source, (error as Error).message, value])).toEqual([
      ['tick', 'tick', 7],
    ]);
    expect(told.mock.calls.map(([, error]) => (error as Error).message)).toEqual([
      'errors listener',
      'tock',
      'onError itself',
    ]);
    expect(bus.describe().counters['failures']).toBe(2);
    told.mockRestore();
  });

  it('never reach whoever emits, even when the console throws', () => {
    const told = vi.spyOn(globalThis.console, 'error').mockImplementation(() => {
      throw new Error('no console');
    });
    const bus = new EventBus<Events>();
    bus.on('tick', () => {
      throw new Error('x');
    });
    expect(bus.emit('tick', 1)).toBe(1);
    told.mockRestore();
  });
});

describe('leaks', () => {
  it('are told once for each topic or pattern, with their number', () => {
    const leaks: Leak[] = [];
    const bus = new EventBus<Events>({ maxListeners: 2, onLeak: (leak) => leaks.push(leak) });
    for (let index = 0; index < 5; index += 1) {
      bus.on('tick', () => {});
      bus.on('t.*', () => {});
      if (index < 2) bus.on('tock', () => {});
    }
    for (let index = 0; index < 5; index += 1) bus.on('tock', () => {}).unsubscribe();
    expect(leaks.slice(0, 2)).toEqual([
      { topic: 'tick', listeners: 3, maxListeners: 2 },
      { topic: 't.*', listeners: 3, maxListeners: 2 },
    ]);
    expect(leaks.map(({ topic: name }) => name)).toEqual(['tick', 't.*', 'tock']);
  });

  it('are warned of on the console by default, from 100 listeners on; 0 means never', () => {
    const warned = vi.spyOn(globalThis.console, 'warn').mockImplementation(() => {});
    for (const bus of [new EventBus<Events>(), new EventBus<Events>({ maxListeners: 0 })])
      for (let index = 0; index < 150; index += 1) bus.on('tick', () => {});
    expect(warned.mock.calls).toEqual([[expect.stringContaining('101 listeners on "tick"')]]);
    warned.mockRestore();
  });

  it('never keep a listener out when onLeak throws', () => {
    const failures: Failure[] = [];
    const bus = new EventBus<Events>({
      maxListeners: 1,
      onError: (failure) => failures.push(failure),
      onLeak: () => {
        throw new Error('x');
      },
    });
    bus.on('tick', () => {});
    bus.on('tick', () => {});
    expect([bus.emit('tick', 1), failures.map(({ source }) => source)]).toEqual([2, ['onLeak']]);
    expect(() => new EventBus({ maxListeners: -1 })).toThrow('maxListeners must be');
  });
});
