import { OptionError, StartError } from '@organism/cell';
import {
  CorticalNeuron,
  EventBus,
  type Failure,
  type MailboxOptions,
  Membrane,
  NeuralCircuit,
  NotRunningError,
  OverflowError,
  ReflexNeuron,
  typed,
  WiringError,
} from '@organism/nervous';
import { VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const Amount = typed<number>('amount');
const Text = typed<string>('text');
const relay = (name: string) =>
  new ReflexNeuron({
    name,
    dendrites: { in: Amount },
    axons: { out: Amount },
    react: { in: (value, { out }) => out.fire(value) },
  });
const rootOf = (error: unknown): unknown => (error instanceof StartError ? error.errors[0] : error);

describe('Membrane', () => {
  it('fires where many come together, not for one alone (temporal summation)', () => {
    const membrane = new Membrane<number>({ threshold: 5, timeConstantMs: 1000, weight: (value) => value });
    expect(membrane.receive(4, 1, 0)).toBeUndefined();
    expect(membrane.receive(4, 1, 5000)).toBeUndefined();
    expect(membrane.receive(2, 1, 5001)).toMatchObject({ values: [4, 2], count: 2, at: 5001 });
    expect(membrane.potential('', 5001)).toBe(0);
  });

  it('is silent during its refractory period', () => {
    const membrane = new Membrane<number>({ threshold: 1, refractoryMs: 100 });
    const fired = [0, 50, 99, 100, 150].map((at) => membrane.receive(1, 1, at) !== undefined);
    expect(fired).toEqual([true, false, false, true, false]);
  });

  it('keeps one potential per key, and a bounded number of keys', () => {
    const membrane = new Membrane<{ region: string }>({
      threshold: 3,
      timeConstantMs: 10,
      key: ({ region }) => region,
      maxKeys: 10,
    });
    for (let index = 0; index < 1000; index += 1) membrane.receive({ region: `r${index}` }, 1, index * 100);
    expect(membrane.size).toBeLessThanOrEqual(10);
  });

  it('is held back by inhibitory weights', () => {
    const membrane = new Membrane<number>({ threshold: 2 });
    membrane.receive(0, -1, 0);
    expect([membrane.receive(0, 1, 0), membrane.receive(0, 1, 0), membrane.receive(0, 1, 0) !== undefined]).toEqual([
      undefined,
      undefined,
      true,
    ]);
  });

  it.each([
    [{ threshold: 0 }, 'threshold'],
    [{ threshold: Number.NaN }, 'threshold'],
    [{ threshold: 1, timeConstantMs: 0 }, 'timeConstantMs'],
    [{ threshold: 1, refractoryMs: -1 }, 'refractoryMs'],
  ])('refuses %j', (options, field) => {
    expect(() => new Membrane(options)).toThrow(OptionError);
    expect(() => new Membrane(options)).toThrow(field);
  });

  it('property: its potential is the sum of all that came, each faded by its age', () => {
    const input = fc.record({ weight: fc.double({ min: 0, max: 2, noNaN: true }), after: fc.nat(500) });
    fc.assert(
      fc.property(fc.array(input, { maxLength: 50 }), fc.integer({ min: 1, max: 1000 }), (inputs, timeConstantMs) => {
        const membrane = new Membrane<number>({ threshold: 1e9, timeConstantMs, weight: (value) => value });
        let now = 0;
        const history: { at: number; weight: number }[] = [];
        for (const { weight, after } of inputs) {
          now += after;
          membrane.receive(weight, 1, now);
          history.push({ at: now, weight });
        }
        const expected = history.reduce(
          (sum, { at, weight }) => sum + weight * Math.exp(-(now - at) / timeConstantMs),
          0,
        );
        expect(membrane.potential('', now)).toBeCloseTo(expected, 6);
      }),
    );
  });
});

describe('NeuralCircuit', () => {
  it('carries values along synapses, at once and in order', async () => {
    const [a, b] = [relay('a'), relay('b')];
    await using circuit = await new NeuralCircuit({ name: 'chain' })
      .add(a, b)
      .connect(a.axons.out, b.dendrites.in)
      .start();
    const seen: number[] = [];
    circuit.observe(b.axons.out, (value) => seen.push(value));
    for (const value of [1, 2, 3]) circuit.stimulate(a.dendrites.in, value);
    expect(seen).toEqual([1, 2, 3]);
    expect(circuit.describe().edges).toMatchObject([
      { from: 'a', to: 'b', counters: { passed: 3, filtered: 0, weight: 1 } },
    ]);
    expect(circuit.describe().children.map(({ name, kind, counters }) => [name, kind, counters])).toEqual([
      ['a', 'ReflexNeuron', { received: 3, fired: 3, failed: 0, waiting: 0, dropped: 0 }],
      ['b', 'ReflexNeuron', { received: 3, fired: 3, failed: 0, waiting: 0, dropped: 0 }],
    ]);
  });

  it('filters, maps, delays and weighs', async () => {
    const clock = new VirtualClock();
    const a = relay('a');
    const words = new ReflexNeuron({
      name: 'words',
      dendrites: { in: Text },
      axons: { out: Text },
      react: { in: (value, { out }) => out.fire(value) },
    });
    const late = new ReflexNeuron({
      name: 'late',
      dendrites: { in: Amount },
      axons: { out: Amount },
      membrane: { threshold: 2 },
      react: { in: (value, { out }) => out.fire(value) },
    });
    const circuit = new NeuralCircuit({ name: 'mixed', clock })
      .add(a, words, late)
      .connect(a.axons.out, words.dendrites.in, { filter: (value) => value > 1, map: (value) => `#${value}` })
      .connect(a.axons.out, late.dendrites.in, { delayMs: 100, weight: 0.5 });
    await circuit.start();
    const seen: unknown[] = [];
    circuit.observe(words.axons.out, (value) => seen.push(value));
    circuit.observe(late.axons.out, (value) => seen.push(value));
    for (const value of [1, 2, 3, 4]) circuit.stimulate(a.dendrites.in, value);
    expect(seen).toEqual(['#2', '#3', '#4']);
    await clock.advance(99);
    expect(seen).toHaveLength(3);
    await clock.advance(1);
    expect(seen).toEqual(['#2', '#3', '#4', 4]);
    await circuit.stop();
  });

  it('refuses ports that do not fit: at compile time by their types, at start by their shapes, naming both', async () => {
    const a = relay('a');
    const words = new ReflexNeuron({ name: 'words', dendrites: { in: Text }, react: { in: () => {} } });
    // @ts-expect-error: numbers do not fit texts without a map
    const wrong = new NeuralCircuit({ name: 'x' }).add(a, words).connect(a.axons.out, words.dendrites.in);
    const error = rootOf(await wrong.start().catch((thrown: unknown) => thrown));
    expect(error).toBeInstanceOf(WiringError);
    expect((error as WiringError).message).toContain(
      '"a.out" gives amount (version 1), but "words.in" takes text (version 1)',
    );
  });

  it('refuses neurons it does not know, names used twice, and cycles that are not declared', async () => {
    const [a, b] = [relay('a'), relay('b')];
    const unknown = new NeuralCircuit({ name: 'x' }).add(a).connect(a.axons.out, b.dendrites.in);
    expect(rootOf(await unknown.start().catch((thrown: unknown) => thrown))).toMatchObject({
      code: 'NERVOUS_UNKNOWN_PORT',
    });
    expect(() => new NeuralCircuit({ name: 'x' }).add(a, relay('a'))).toThrow('Two neurons of "x" are named "a"');
    const cycle = new NeuralCircuit({ name: 'x' })
      .add(a, b)
      .connect(a.axons.out, b.dendrites.in)
      .connect(b.axons.out, a.dendrites.in);
    const error = rootOf(await cycle.start().catch((thrown: unknown) => thrown));
    expect((error as WiringError).message).toContain('a → b → a');
    expect(() => new NeuralCircuit({ name: 'x' }).stimulate(a.dendrites.in, 1)).toThrow(NotRunningError);
  });

  it('lets declared cycles go round without growing the stack', async () => {
    const loop = new ReflexNeuron({
      name: 'loop',
      dendrites: { in: Amount },
      axons: { out: Amount },
      react: {
        in: (value, { out }) => {
          if (value > 0) out.fire(value - 1);
        },
      },
    });
    await using circuit = await new NeuralCircuit({ name: 'round', recurrent: true })
      .add(loop)
      .connect(loop.axons.out, loop.dendrites.in)
      .start();
    circuit.stimulate(loop.dendrites.in, 50_000);
    await circuit.drain();
    expect(loop.received).toBe(50_001);
  });

  it('isolates what fails, and counts it', async () => {
    const failures: Failure[] = [];
    const bad = new ReflexNeuron({
      name: 'bad',
      dendrites: { in: Amount },
      axons: { out: Amount },
      react: {
        in: async (value, { out }) => {
          if (value === 1) throw new Error('sync or not');
          out.fire(value);
        },
      },
    });
    await using circuit = await new NeuralCircuit({ name: 'x', onError: (failure) => failures.push(failure) })
      .add(bad)
      .start();
    const seen: number[] = [];
    circuit.observe(bad.axons.out, () => {
      throw new Error('observer');
    });
    circuit.observe(bad.axons.out, (value) => seen.push(value));
    for (const value of [1, 2]) circuit.stimulate(bad.dendrites.in, value);
    await circuit.drain();
    expect(seen).toEqual([2]);
    expect(failures.map(({ source }) => source).sort()).toEqual(['bad', 'observer of bad.out']);
    expect(circuit.describe().counters['failures']).toBe(2);
  });

  it('feeds from and emits to topics while it runs, and not after', async () => {
    const bus = new EventBus();
    const a = relay('a');
    const Out = typed<number>('amount.relayed');
    const circuit = new NeuralCircuit({ name: 'x' })
      .add(a)
      .fromTopic(bus.topic(Amount), a.dendrites.in)
      .toTopic(a.axons.out, bus.topic(Out));
    const seen: number[] = [];
    bus.on(Out, (value) => seen.push(value));
    bus.emit(Amount, 1);
    await circuit.start();
    bus.emit(Amount, 2);
    await circuit.stop();
    bus.emit(Amount, 3);
    expect(seen).toEqual([2]);
  });
});

describe('CorticalNeuron', () => {
  const makeSums = (mailbox: number | MailboxOptions = 1024) =>
    new CorticalNeuron({
      name: 'sums',
      dendrites: { add: Amount },
      axons: { total: Amount },
      initial: () => 0,
      mailbox,
      react: {
        add: async (amount, soma) => {
          const before = soma.state;
          await Promise.resolve();
          if (amount < 0) throw new Error('negative');
          soma.state = before + amount;
          soma.axons.total.fire(soma.state);
        },
      },
    });

  it('handles one message at a time, in order; a failed one leaves the state as it was', async () => {
    const failures: Failure[] = [];
    const sums = makeSums();
    await using circuit = await new NeuralCircuit({ name: 'x', onError: (failure) => failures.push(failure) })
      .add(sums)
      .start();
    const totals: number[] = [];
    circuit.observe(sums.axons.total, (total) => totals.push(total));
    for (const amount of [1, 2, -1, 3]) circuit.stimulate(sums.dendrites.add, amount);
    expect(sums.waiting).toBe(3);
    await circuit.drain();
    expect([totals, sums.snapshot(), failures.length]).toEqual([[1, 3, 6], 6, 1]);
    sums.restore(100);
    circuit.stimulate(sums.dendrites.add, 1);
    await circuit.drain();
    expect(sums.snapshot()).toBe(101);
    circuit.reset();
    expect(sums.snapshot()).toBe(0);
  });

  it('refuses a message beyond its bound, and says so', async () => {
    const failures: Failure[] = [];
    const sums = makeSums({ capacity: 2, overflow: 'error' });
    await using circuit = await new NeuralCircuit({ name: 'x', onError: (failure) => failures.push(failure) })
      .add(sums)
      .start();
    for (const amount of [1, 2, 3, 4]) circuit.stimulate(sums.dendrites.add, amount);
    await circuit.drain();
    expect(sums.snapshot()).toBe(6);
    expect(failures[0]?.error).toBeInstanceOf(OverflowError);
    expect(failures[0]?.value).toBe(4);
  });

  it('finishes what waits before the circuit stops', async () => {
    const sums = makeSums();
    const circuit = await new NeuralCircuit({ name: 'x' }).add(sums).start();
    for (let index = 0; index < 100; index += 1) circuit.stimulate(sums.dendrites.add, 1);
    await circuit.stop();
    expect([sums.snapshot(), sums.waiting]).toEqual([100, 0]);
  });
});
