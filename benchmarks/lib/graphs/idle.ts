import { CorticalNeuron, NeuralCircuit, ReflexNeuron, typed } from '@organism/nervous';
import { Effect, Queue } from 'effect';
import { Subject } from 'rxjs';
import { assign, createActor, fromTransition, setup } from 'xstate';
import { add } from './graph.ts';

const Amount = typed<number>('amount');
const sum = { value: 0 };

const repeat = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const reflexNeurons = async (count: number): Promise<unknown> => {
  const neurons = repeat(
    count,
    (index) =>
      new ReflexNeuron({
        name: `neuron ${index}`,
        dendrites: { in: Amount },
        axons: { out: Amount },
        react: { in: (value, { out }) => out.fire(value + index) },
      }),
  );
  return new NeuralCircuit({ name: 'idle' }).add(...neurons).start();
};

const corticalNeurons = async (count: number): Promise<unknown> => {
  const neurons = repeat(
    count,
    (index) =>
      new CorticalNeuron({
        name: `neuron ${index}`,
        dendrites: { in: Amount },
        axons: { out: Amount },
        initial: () => 0,
        react: { in: (value, soma) => void (soma.state += value + index) },
      }),
  );
  return new NeuralCircuit({ name: 'idle' }).add(...neurons).start();
};

const subjects = (count: number): unknown =>
  repeat(count, (index) => {
    const subject = new Subject<number>();
    subject.subscribe((value) => add(sum, value + index));
    return subject;
  });

/** All actors share their logic, as they would in an application. */
const transitionActors = (count: number): unknown => {
  const logic = fromTransition(
    (state: { readonly total: number }, event: { readonly type: 'value'; readonly value: number }) => ({
      total: state.total + event.value,
    }),
    { total: 0 },
  );
  return repeat(count, () => createActor(logic).start());
};

const machineActors = (count: number): unknown => {
  const machine = setup({
    types: {} as { context: { total: number }; events: { type: 'value'; value: number } },
  }).createMachine({
    context: { total: 0 },
    on: { value: { actions: assign({ total: ({ context, event }) => context.total + event.value }) } },
  });
  return repeat(count, () => createActor(machine).start());
};

const queuesWithFibers = (count: number): unknown =>
  repeat(count, (index) => {
    const queue = Effect.runSync(Queue.bounded<number>(1024));
    const fiber = Effect.runFork(
      Effect.gen(function* () {
        for (;;) add(sum, (yield* Queue.take(queue)) + index);
      }),
    );
    return { queue, fiber };
  });

/** Makes so many nodes of a kind, all of them waiting for a message. */
export const idle: Readonly<Record<string, (count: number) => unknown>> = {
  ReflexNeuron: reflexNeurons,
  CorticalNeuron: corticalNeurons,
  'rxjs Subject and subscription': subjects,
  'xstate transition actor': transitionActors,
  'xstate machine actor': machineActors,
  'effect Queue and fiber': queuesWithFibers,
};
