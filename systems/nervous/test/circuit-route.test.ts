import { OptionError } from '@organism/cell';
import { NeuralCircuit, Neuroplasticity } from '@organism/nervous';
import { SeededEntropy, VirtualClock } from '@organism/testing';
import { describe, expect, it } from 'vitest';
import { collector, relay } from './neurons.ts';

describe('routing in a circuit', () => {
  const make = async (behaviour: Record<'a' | 'b', (value: number) => unknown>) => {
    const clock = new VirtualClock();
    const entropy = new SeededEntropy('route');
    const source = relay('source');
    const [a, b] = [collector('a', behaviour.a), collector('b', behaviour.b)];
    const router = new Neuroplasticity({ targets: ['a', 'b'], clock, entropy });
    const circuit = new NeuralCircuit({ name: 'x', clock, onError: () => {} })
      .add(source, a, b)
      .route(source.axons.out, [a.dendrites.in, b.dendrites.in], { via: router });
    await circuit.start();
    return { clock, circuit, source, a, b, router };
  };

  it('leads each value to one target, and away from one that fails', async () => {
    let ill = true;
    const { clock, circuit, source, a, b, router } = await make({
      a: () => undefined,
      b: () => {
        if (ill) throw new Error('ill');
      },
    });
    const send = async (count: number): Promise<void> => {
      for (let value = 0; value < count; value += 1) {
        circuit.stimulate(source.dendrites.in, value);
        await clock.advance(10);
      }
    };
    await send(500);
    expect(a.received + b.received).toBe(500);
    expect(b.received).toBeLessThan(60);
    expect(router.weights.get('b')).toBeLessThan(0.1);
    ill = false;
    const before = b.received;
    await send(1500);
    expect(b.received - before).toBeGreaterThan(300);
    expect(circuit.describe().edges.map(({ to, counters }) => [to, counters?.['passed']])).toEqual([
      ['a', a.received],
      ['b', b.received],
    ]);
    await circuit.stop();
  });

  it('measures asynchronous reactions from start to end', async () => {
    const clock = new VirtualClock();
    const entropy = new SeededEntropy('slow');
    const waits = (ms: number) => () => new Promise<void>((resolve) => clock.setTimeout(resolve, ms));
    const source = relay('source');
    const [fast, slow] = [collector('fast', waits(1)), collector('slow', waits(200))];
    const circuit = new NeuralCircuit({ name: 'x', clock, entropy })
      .add(source, fast, slow)
      .route(source.axons.out, [fast.dendrites.in, slow.dendrites.in]);
    await circuit.start();
    for (let value = 0; value < 200; value += 1) {
      circuit.stimulate(source.dendrites.in, value);
      await clock.advance(10);
    }
    expect(slow.received).toBeLessThan(40);
    await clock.runUntil(circuit.stop());
    expect(fast.snapshot().length + slow.snapshot().length).toBe(200);
  });

  it('refuses inputs and routers that do not fit', () => {
    const [source, a, b] = [relay('source'), relay('a'), relay('b')];
    const circuit = new NeuralCircuit({ name: 'x' }).add(source, a, b);
    expect(() => circuit.route(source.axons.out, [a.dendrites.in])).toThrow(OptionError);
    expect(() => circuit.route(source.axons.out, [a.dendrites.in, a.dendrites.in])).toThrow('two neurons');
    const via = new Neuroplasticity({ targets: ['a', 'c'] });
    expect(() => circuit.route(source.axons.out, [a.dendrites.in, b.dendrites.in], { via })).toThrow(
      'via must be a router with the targets a, b',
    );
  });
});
