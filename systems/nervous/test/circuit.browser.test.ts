import { Context } from '@organism/cell';
import { CorticalNeuron, EventBus, Microglia, NeuralCircuit, ReflexNeuron, typed } from '@organism/nervous';
import { expect, it } from 'vitest';

const Amount = typed<number>('amount');

it('works in a browser: circuit, supervisor, bus, and a context that is passed rather than ambient', async () => {
  const bus = new EventBus();
  const tenants: (string | undefined)[] = [];
  const first = new ReflexNeuron({
    name: 'first',
    dendrites: { in: Amount },
    axons: { out: Amount },
    react: { in: (value, { out }) => out.fire(value * 2) },
  });
  const sums = new CorticalNeuron({
    name: 'sums',
    dendrites: { in: Amount },
    initial: () => 0,
    react: {
      in: async (value, soma) => {
        tenants.push(soma.context?.tenant);
        await Promise.resolve();
        if (value < 0) throw new RangeError('negative');
        soma.state += value;
      },
    },
  });
  const supervisor = new Microglia();
  const circuit = await new NeuralCircuit({ name: 'x', supervisor, onError: () => {} })
    .add(first, sums)
    .connect(first.axons.out, sums.dendrites.in)
    .fromTopic(bus.topic(Amount), first.dendrites.in)
    .start();
  circuit.stimulate(first.dendrites.in, 1, { context: new Context({ tenant: 'a' }) });
  circuit.stimulate(first.dendrites.in, -1, { context: new Context({ tenant: 'b' }) });
  await bus.publish(Amount, 3);
  await circuit.drain();
  expect([sums.snapshot(), tenants, supervisor.quarantined.length]).toEqual([8, ['a', 'b', undefined], 1]);
  await circuit.stop();
});
