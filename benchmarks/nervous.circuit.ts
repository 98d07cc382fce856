import { NeuralCircuit, ReflexNeuron, typed } from '@organism/nervous';
import assert from 'node:assert/strict';
import { filter, map, Subject } from 'rxjs';
import type { Benchmark, Work } from './lib/benchmark.ts';

const Amount = typed<number>('amount');
const total = { value: 0 };

/** Doubles, lets through what divides by three, adds up: three nodes. */
const makeOurs = async (): Promise<(value: number) => void> => {
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
  const sum = new ReflexNeuron({
    name: 'sum',
    dendrites: { in: Amount },
    react: { in: (value) => void (total.value += value) },
  });
  const circuit = new NeuralCircuit({ name: 'bench' })
    .add(double, thirds, sum)
    .connect(double.axons.out, thirds.dendrites.in)
    .connect(thirds.axons.out, sum.dendrites.in);
  await circuit.start();
  return (value) => circuit.stimulate(double.dendrites.in, value);
};

const makePiped = (): ((value: number) => void) => {
  const source = new Subject<number>();
  source
    .pipe(
      map((value) => value * 2),
      filter((value) => value % 3 === 0),
    )
    .subscribe((value) => (total.value += value));
  return (value) => source.next(value);
};

/** Like the circuit, each node is a place that others may listen to as well. */
const makeSubjects = (): ((value: number) => void) => {
  const [source, doubled, thirds] = [new Subject<number>(), new Subject<number>(), new Subject<number>()];
  source.subscribe((value) => doubled.next(value * 2));
  doubled.subscribe((value) => {
    if (value % 3 === 0) thirds.next(value);
  });
  thirds.subscribe((value) => (total.value += value));
  return (value) => source.next(value);
};

const work =
  (send: (value: number) => void): Work =>
  (times) => {
    for (let index = 0; index < times; index += 1) send(index & 1023);
    return total.value;
  };

/** A value through three nodes. */
export const benchmark: Benchmark = {
  name: 'nervous.circuit',
  description: 'a circuit of three neurons against the same graph in RxJS',
  verify: async () => {
    const results = [await makeOurs(), makePiped(), makeSubjects()].map((send) => {
      total.value = 0;
      work(send)(3000);
      return total.value;
    });
    assert.equal(new Set(results).size, 1);
  },
  cases: async () => [
    {
      name: 'three nodes',
      goal: 1,
      ours: work(await makeOurs()),
      peers: [
        { name: 'rxjs pipe', package: 'rxjs', work: work(makePiped()) },
        { name: 'rxjs subjects', package: 'rxjs', work: work(makeSubjects()) },
      ],
    },
  ],
};
