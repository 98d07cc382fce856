import { CorticalNeuron, NeuralCircuit, NotRunningError, ReflexNeuron, typed, WiringError } from '@organism/nervous';
import { VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount, collector, failuresOf, makeGate, relay, Text } from './neurons.ts';

describe('swap', () => {
  it('replaces a neuron while messages flow: none lost, none overtaken, state and wiring kept', async () => {
    const gate = makeGate();
    const first = relay('first');
    const old = collector('worker', (value) => (value === 2 ? gate.pass : undefined));
    const last = collector('last');
    await using circuit = await new NeuralCircuit({ name: 'x' })
      .add(first, old, last)
      .connect(first.axons.out, old.dendrites.in)
      .connect(old.axons.out, last.dendrites.in)
      .start();
    const seen: number[] = [];
    circuit.observe(old.axons.out, (value) => seen.push(value));
    for (const value of [1, 2, 3]) circuit.stimulate(first.dendrites.in, value);
    const next = collector('worker', async () => await Promise.resolve());
    const swapping = circuit.swap(old, next);
    circuit.stimulate(first.dendrites.in, 4);
    expect(old.snapshot()).toEqual([1]);
    gate.open();
    await swapping;
    circuit.stimulate(first.dendrites.in, 5);
    circuit.stimulate(old.dendrites.in, 6);
    circuit.observe(old.axons.out, (value) => seen.push(value * 10));
    await circuit.drain();
    expect(next.snapshot()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(last.snapshot()).toEqual([1, 2, 3, 4, 5, 6]);
    expect(seen.filter((value) => value < 10)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(seen).toContain(60);
    expect([old.snapshot(), circuit.describe().children.map(({ name }) => name)]).toEqual([
      [1, 2],
      ['first', 'worker', 'last'],
    ]);
    circuit.stimulate(next.dendrites.in, 7);
    await circuit.drain();
    expect(last.snapshot().at(-1)).toBe(7);
  });

  it('swaps what is swapped in, more than once, compiled paths included', async () => {
    const [first, one, last] = [relay('first'), relay('m', (value) => value + 1), collector('last')];
    await using circuit = await new NeuralCircuit({ name: 'x' })
      .add(first, one, last)
      .connect(first.axons.out, one.dendrites.in)
      .connect(one.axons.out, last.dendrites.in)
      .start();
    const [two, three] = [relay('m', (value) => value + 2), relay('m', (value) => value + 3)];
    circuit.stimulate(first.dendrites.in, 0);
    await Promise.all([circuit.swap(one, two), circuit.swap(one, three)]);
    circuit.stimulate(first.dendrites.in, 0);
    expect([last.snapshot(), one.received, two.received, three.received]).toEqual([[1, 3], 1, 0, 1]);
  });

  it('keeps the old one when the new one does not start, and loses nothing', async () => {
    const old = collector('worker');
    await using circuit = await new NeuralCircuit({ name: 'x' }).add(old).start();
    const next = collector('worker', undefined, { start: () => Promise.reject(new Error('no port')) });
    const swapping = circuit.swap(old, next);
    circuit.stimulate(old.dendrites.in, 1);
    await expect(swapping).rejects.toThrow('no port');
    circuit.stimulate(old.dendrites.in, 2);
    await circuit.drain();
    expect([old.snapshot(), next.snapshot()]).toEqual([[1, 2], []]);
  });

  it('gives up reactions that do not end in time, and says so', async () => {
    const clock = new VirtualClock();
    const { list, onError } = failuresOf();
    const old = collector('worker', () => new Promise(() => {}));
    const circuit = await new NeuralCircuit({ name: 'x', clock, onError }).add(old).start();
    for (const value of [1, 2]) circuit.stimulate(old.dendrites.in, value);
    const next = collector('worker');
    const swapping = circuit.swap(old, next, { timeoutMs: 100 });
    await clock.advance(100);
    await swapping;
    expect([next.snapshot(), list.map(({ value }) => value)]).toEqual([[2], [1]]);
    await circuit.stop();
  });

  it('starts the new one before it stops the old one', async () => {
    const log: string[] = [];
    const make = (which: string) =>
      relay('worker', undefined, {
        start: () => void log.push(`start ${which}`),
        stop: () => void log.push(`stop ${which}`),
      });
    const [old, next] = [make('old'), make('new')];
    const circuit = await new NeuralCircuit({ name: 'x' }).add(old).start();
    await circuit.swap(old, next);
    await circuit.stop();
    expect(log).toEqual(['start old', 'start new', 'stop old', 'stop new']);
  });

  it('can leave the state behind', async () => {
    const old = collector('worker');
    await using circuit = await new NeuralCircuit({ name: 'x' }).add(old).start();
    circuit.stimulate(old.dendrites.in, 1);
    const next = collector('worker');
    await circuit.swap(old, next, { keepState: false });
    expect(next.snapshot()).toEqual([]);
  });

  it('refuses what does not fit, naming it', async () => {
    const old = relay('worker');
    const circuit = new NeuralCircuit({ name: 'x' }).add(old);
    await expect(circuit.swap(old, relay('worker'))).rejects.toBeInstanceOf(NotRunningError);
    await circuit.start();
    await expect(circuit.swap(old, relay('other'))).rejects.toThrow('the other neuron is named "other"');
    await expect(circuit.swap(old, old)).rejects.toThrow('it is the same neuron');
    await expect(circuit.swap(relay('stranger'), relay('stranger'))).rejects.toThrow('has no neuron "stranger"');
    const texts = new ReflexNeuron({
      name: 'worker',
      dendrites: { in: Text },
      axons: { out: Amount },
      react: { in: () => {} },
    });
    // @ts-expect-error: ports of other types are seen by the compiler as well
    await expect(circuit.swap(old, texts)).rejects.toThrow(
      'its port "in" carries amount (version 1), the other\'s text (version 1)',
    );
    const fewer = new ReflexNeuron({ name: 'worker', dendrites: { in: Amount }, react: { in: () => {} } });
    // @ts-expect-error: a missing port too
    await expect(circuit.swap(old, fewer)).rejects.toBeInstanceOf(WiringError);
    await circuit.stop();
  });

  it('property: whatever is sent and swapped when, each sender sees its messages handled once and in order', async () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('send' as const), sender: fc.nat(2) }),
      fc.constant({ type: 'swap' as const }),
      fc.constant({ type: 'turn' as const }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), fc.boolean(), async (steps, asynchronous) => {
        const Sent = typed<{ sender: number; index: number }>('sent');
        const seen: { sender: number; index: number }[] = [];
        const make = () =>
          new CorticalNeuron({
            name: 'worker',
            dendrites: { in: Sent },
            initial: () => 0,
            react: {
              in: (value, soma) => {
                const note = (): void => {
                  seen.push(value);
                  soma.state += 1;
                };
                return asynchronous ? Promise.resolve().then(note) : note();
              },
            },
          });
        const worker = make();
        const circuit = await new NeuralCircuit({ name: 'x' }).add(worker).start();
        const counts = [0, 0, 0];
        const swaps: Promise<void>[] = [];
        for (const one of steps) {
          if (one.type === 'send') {
            const index = counts[one.sender] ?? 0;
            counts[one.sender] = index + 1;
            circuit.stimulate(worker.dendrites.in, { sender: one.sender, index });
          } else if (one.type === 'swap') {
            const next = make();
            swaps.push(circuit.swap(worker, next));
          } else await Promise.resolve();
        }
        await Promise.all(swaps);
        await circuit.drain();
        await circuit.stop();
        for (const [sender, count] of counts.entries())
          expect(seen.filter((one) => one.sender === sender).map(({ index }) => index)).toEqual(
            Array.from({ length: count }, (_, index) => index),
          );
      }),
      { numRuns: 200 },
    );
  });
});
