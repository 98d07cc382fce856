import { Context } from '@organism/cell';
import { NeuralCircuit, ReflexNeuron } from '@organism/nervous';
import { VirtualClock } from '@organism/testing';
import { describe, expect, it } from 'vitest';
import { Amount, collector, failuresOf, makeGate, relay, Text } from './neurons.ts';

const nest = (onInner: (value: number) => unknown = () => undefined, mailbox = 1024) => {
  const [double, kept] = [relay('double', (value) => value * 2), collector('kept', onInner, { mailbox })];
  const inner = new NeuralCircuit({ name: 'inner' }).add(double, kept).connect(double.axons.out, kept.dendrites.in);
  const neuron = inner.asNeuron({ dendrites: { numbers: double.dendrites.in }, axons: { doubled: kept.axons.out } });
  return { inner, kept, neuron };
};

describe('a circuit as a neuron', () => {
  it('starts, works and stops with the outer one', async () => {
    const { inner, neuron } = nest();
    const last = collector('last');
    const outer = new NeuralCircuit({ name: 'outer' })
      .add(neuron, last)
      .connect(neuron.axons.doubled, last.dendrites.in);
    await outer.start();
    expect(inner.state).toBe('running');
    for (const value of [1, 2]) outer.stimulate(neuron.dendrites.numbers, value);
    expect(last.snapshot()).toEqual([2, 4]);
    const [first] = outer.describe().children;
    expect(first).toMatchObject({ name: 'inner', kind: 'NeuralCircuit', state: 'running' });
    expect(first?.children.map(({ name }) => name)).toEqual(['double', 'kept']);
    expect(first?.ports.map(({ name, direction }) => [name, direction])).toEqual([
      ['numbers', 'in'],
      ['doubled', 'out'],
    ]);
    expect(outer.draw('dot')).toContain('"outer/inner/double" -> "outer/inner/kept"');
    await outer.stop();
    expect(inner.state).toBe('stopped');
    await outer.start();
    outer.stimulate(neuron.dendrites.numbers, 3);
    expect(last.snapshot()).toEqual([2, 4, 6]);
    await outer.stop();
  });

  it('types its ports', () => {
    const { neuron } = nest();
    const words = new ReflexNeuron({ name: 'words', dendrites: { in: Text }, react: { in: () => {} } });
    const outer = new NeuralCircuit({ name: 'outer' }).add(neuron, words);
    // @ts-expect-error: numbers do not fit texts
    outer.connect(neuron.axons.doubled, words.dendrites.in);
    expect(neuron.dendrites.numbers.shape).toBe(Amount);
    const stranger = relay('stranger');
    expect(() => new NeuralCircuit({ name: 'i' }).asNeuron({ dendrites: { in: stranger.dendrites.in } })).toThrow(
      'has no neuron "stranger"',
    );
  });

  it('is waited for by the outer drain, pause and stop', async () => {
    const gate = makeGate();
    const { kept, neuron } = nest(() => gate.pass);
    await using outer = await new NeuralCircuit({ name: 'outer' }).add(neuron).start();
    for (const value of [1, 2]) outer.stimulate(neuron.dendrites.numbers, value);
    let [drained, paused] = [false, false];
    const draining = outer.drain().then(() => (drained = true));
    const pausing = outer.pause().then(() => (paused = true));
    await new VirtualClock().settle();
    expect([drained, paused]).toEqual([false, false]);
    gate.open();
    await pausing;
    expect([kept.snapshot(), drained]).toEqual([[2], false]);
    outer.resume();
    await draining;
    expect(kept.snapshot()).toEqual([2, 4]);
  });

  it('passes on backpressure, context and failures', async () => {
    const gate = makeGate();
    const tenants: (string | undefined)[] = [];
    const { list, onError } = failuresOf();
    const { kept, neuron } = nest((value) => {
      if (value < 0) throw new Error('negative');
      return gate.pass;
    }, 1);
    const last = new ReflexNeuron({
      name: 'last',
      dendrites: { in: Amount },
      react: { in: (_value, _axons, _burst, context) => void tenants.push(context?.tenant) },
    });
    await using outer = await new NeuralCircuit({ name: 'outer', onError })
      .add(neuron, last)
      .connect(neuron.axons.doubled, last.dendrites.in)
      .start();
    let sent = 0;
    const context = new Context({ tenant: 'a' });
    const producer = (async () => {
      for (let value = 1; value <= 5000; value += 1) {
        await outer.send(neuron.dendrites.numbers, value, { context });
        sent += 1;
      }
    })();
    await new VirtualClock().settle();
    expect(sent).toBeLessThan(5000);
    gate.open();
    await producer;
    await outer.drain();
    expect([kept.snapshot().length, new Set(tenants)]).toEqual([5000, new Set(['a'])]);
    outer.stimulate(neuron.dendrites.numbers, -1);
    expect(list.map(({ source }) => source)).toEqual(['inner/kept']);
  });

  it('can be swapped like any neuron', async () => {
    const one = nest();
    const two = nest();
    const last = collector('last');
    await using outer = await new NeuralCircuit({ name: 'outer' })
      .add(one.neuron, last)
      .connect(one.neuron.axons.doubled, last.dendrites.in)
      .start();
    outer.stimulate(one.neuron.dendrites.numbers, 1);
    await outer.swap(one.neuron, two.neuron);
    outer.stimulate(one.neuron.dendrites.numbers, 2);
    expect([last.snapshot(), one.inner.state, two.inner.state, two.kept.snapshot()]).toEqual([
      [2, 4],
      'stopped',
      'running',
      [4],
    ]);
  });
});
