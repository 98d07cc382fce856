import { CorticalNeuron, NeuralCircuit, ReflexNeuron, typed } from '@organism/nervous';
import { add, type Graph, places, type Sum, valueAt } from './graph.ts';

const Amount = typed<number>('amount');

const adding = (name: string, sum: Sum, factor = 1) =>
  new ReflexNeuron({
    name,
    dendrites: { in: Amount },
    react: { in: (value) => add(sum, value * factor) },
  });
const turning = (name: string, turn: (value: number) => number) =>
  new ReflexNeuron({
    name,
    dendrites: { in: Amount },
    axons: { out: Amount },
    react: { in: (value, { out }) => out.fire(turn(value)) },
  });

/** Doubles, lets through what divides by three, adds up. */
const chainOf = (myelinate: boolean) => async (): Promise<Graph> => {
  const sum = { value: 0 };
  const double = new ReflexNeuron({
    name: 'double',
    dendrites: { in: Amount },
    axons: { out: Amount },
    react: { in: (value, { out }) => out.fire(value * 2) },
  });
  const thirds = new ReflexNeuron({
    name: 'thirds',
    dendrites: { in: Amount },
    axons: { out: Amount },
    react: { in: (value, { out }) => void (value % 3 === 0 && out.fire(value)) },
  });
  const total = adding('sum', sum);
  const circuit = new NeuralCircuit({ name: 'chain', myelinate })
    .add(double, thirds, total)
    .connect(double.axons.out, thirds.dendrites.in)
    .connect(thirds.axons.out, total.dendrites.in);
  await circuit.start();
  const input = double.dendrites.in;
  return {
    send: (value) => circuit.stimulate(input, value),
    work: (times) => {
      for (let index = 0; index < times; index += 1) circuit.stimulate(input, valueAt(index));
      return sum.value;
    },
  };
};

/** The chain as it runs by default: synapses compiled to direct calls. */
export const chain = chainOf(true);
/** The chain as plain synapses carry it. */
export const plainChain = chainOf(false);

/** The same chain, each node a stateful actor that also counts what came. */
export const actors = async (): Promise<Graph> => {
  const initial = (): number => 0;
  const double = new CorticalNeuron({
    name: 'double',
    dendrites: { in: Amount },
    axons: { out: Amount },
    initial,
    react: {
      in: (value, soma) => {
        soma.state += 1;
        soma.axons.out.fire(value * 2);
      },
    },
  });
  const thirds = new CorticalNeuron({
    name: 'thirds',
    dendrites: { in: Amount },
    axons: { out: Amount },
    initial,
    react: {
      in: (value, soma) => {
        soma.state += 1;
        if (value % 3 === 0) soma.axons.out.fire(value);
      },
    },
  });
  const total = new CorticalNeuron({
    name: 'sum',
    dendrites: { in: Amount },
    initial,
    react: { in: (value, soma) => void (soma.state = (soma.state + value) | 0) },
  });
  const circuit = new NeuralCircuit({ name: 'actors', myelinate: true })
    .add(double, thirds, total)
    .connect(double.axons.out, thirds.dendrites.in)
    .connect(thirds.axons.out, total.dendrites.in);
  await circuit.start();
  const input = double.dendrites.in;
  return {
    send: (value) => circuit.stimulate(input, value),
    work: (times) => {
      for (let index = 0; index < times; index += 1) circuit.stimulate(input, valueAt(index));
      return total.snapshot();
    },
  };
};

/** One node that gives what it got plus one to ten. */
export const fanOut = async (): Promise<Graph> => {
  const sum = { value: 0 };
  const source = turning('source', (value) => value + 1);
  const sinks = places.map((place) => adding(`sink ${place}`, sum, place));
  const circuit = new NeuralCircuit({ name: 'fan-out', myelinate: true }).add(source, ...sinks);
  for (const sink of sinks) circuit.connect(source.axons.out, sink.dendrites.in);
  await circuit.start();
  const input = source.dendrites.in;
  return {
    send: (value) => circuit.stimulate(input, value),
    work: (times) => {
      for (let index = 0; index < times; index += 1) circuit.stimulate(input, valueAt(index));
      return sum.value;
    },
  };
};

/** Ten nodes, in rotation, that give to one. */
export const fanIn = async (): Promise<Graph> => {
  const sum = { value: 0 };
  const sources = places.map((place) => turning(`source ${place}`, (value) => value * place));
  const sink = adding('sink', sum);
  const circuit = new NeuralCircuit({ name: 'fan-in', myelinate: true }).add(...sources, sink);
  for (const source of sources) circuit.connect(source.axons.out, sink.dendrites.in);
  await circuit.start();
  const inputs = sources.map(({ dendrites }) => dendrites.in);
  const [first] = inputs as [(typeof inputs)[number]];
  return {
    send: (value) => circuit.stimulate(first, value),
    work: (times) => {
      for (let index = 0; index < times; index += 1)
        circuit.stimulate(inputs[index % inputs.length] ?? first, valueAt(index));
      return sum.value;
    },
  };
};
