import { type AnyActorRef, assign, createActor, enqueueActions, fromTransition, sendTo, setup } from 'xstate';
import { add, type Graph, places, valueAt } from './graph.ts';

interface Value {
  readonly type: 'value';
  readonly value: number;
}
interface Target {
  send(event: Value): void;
}
interface Relay {
  readonly next: AnyActorRef;
  readonly turn: (value: number) => number;
  readonly passes?: (value: number) => boolean;
}
interface Sink {
  readonly take: (value: number) => void;
}

/** The two ways to make an actor that relays: a state machine, and a transition function. */
interface Style {
  /** Sends what it gets, turned, to the next; when it counts, it also keeps how many came. */
  relay(input: Relay, counts: boolean): AnyActorRef;
  /** Sends what it gets plus one to all. */
  spread(targets: readonly AnyActorRef[]): AnyActorRef;
  sink(input: Sink, counts: boolean): AnyActorRef;
}

const types = <Input>(): { context: Input & { seen: number }; events: Value; input: Input } =>
  ({}) as { context: Input & { seen: number }; events: Value; input: Input };

/** Machines send by the action `sendTo`, to a reference that they got as their input. */
const machines: Style = {
  relay: (input, counts) => {
    const machine = setup({
      types: types<Relay>(),
      guards: { passes: ({ context, event }) => context.passes?.(event.value) ?? true },
      actions: {
        count: assign({ seen: ({ context }) => context.seen + 1 }),
        send: sendTo(
          ({ context }) => context.next,
          ({ context, event }) => ({ type: 'value', value: context.turn(event.value) }),
        ),
      },
    }).createMachine({
      context: ({ input: given }) => ({ ...given, seen: 0 }),
      on: {
        value: [
          { guard: 'passes', actions: counts ? ['count', 'send'] : ['send'] },
          { actions: counts ? ['count'] : [] },
        ],
      },
    });
    return createActor(machine, { input }).start();
  },
  spread: (targets) => {
    const machine = setup({ types: types<{ readonly targets: readonly AnyActorRef[] }>() }).createMachine({
      context: ({ input }) => ({ ...input, seen: 0 }),
      on: {
        value: {
          actions: enqueueActions(({ context, event, enqueue }) => {
            for (const target of context.targets) enqueue.sendTo(target, { type: 'value', value: event.value + 1 });
          }),
        },
      },
    });
    return createActor(machine, { input: { targets } }).start();
  },
  sink: (input, counts) => {
    const machine = setup({
      types: types<Sink>(),
      actions: {
        count: assign({ seen: ({ context }) => context.seen + 1 }),
        take: ({ context, event }) => context.take(event.value),
      },
    }).createMachine({
      context: ({ input: given }) => ({ ...given, seen: 0 }),
      on: { value: { actions: counts ? ['take', 'count'] : ['take'] } },
    });
    return createActor(machine, { input }).start();
  },
};

/** Transition functions are the lighter kind of actor; they send through the reference itself. */
const transitions: Style = {
  relay: (input, counts) =>
    createActor(
      fromTransition(
        (state: Relay & { readonly seen: number }, { value }: Value) => {
          if (state.passes?.(value) ?? true) state.next.send({ type: 'value', value: state.turn(value) });
          return counts ? { ...state, seen: state.seen + 1 } : state;
        },
        ({ input: given }: { input: Relay }) => ({ ...given, seen: 0 }),
      ),
      { input },
    ).start(),
  spread: (targets) =>
    createActor(
      fromTransition(
        (state: { readonly targets: readonly AnyActorRef[] }, { value }: Value) => {
          for (const target of state.targets) target.send({ type: 'value', value: value + 1 });
          return state;
        },
        { targets },
      ),
    ).start(),
  sink: (input, counts) =>
    createActor(
      fromTransition(
        (state: Sink & { readonly seen: number }, { value }: Value) => {
          state.take(value);
          return counts ? { ...state, seen: state.seen + 1 } : state;
        },
        ({ input: given }: { input: Sink }) => ({ ...given, seen: 0 }),
      ),
      { input },
    ).start(),
};

const chainOf = (style: Style, counts: boolean) => (): Graph => {
  const sum = { value: 0 };
  const total = style.sink({ take: (value) => add(sum, value) }, counts);
  const thirds = style.relay({ next: total, turn: (value) => value, passes: (value) => value % 3 === 0 }, counts);
  const source: Target = style.relay({ next: thirds, turn: (value) => value * 2 }, counts);
  return {
    send: (value) => source.send({ type: 'value', value }),
    work: (times) => {
      for (let index = 0; index < times; index += 1) source.send({ type: 'value', value: valueAt(index) });
      return sum.value;
    },
  };
};

const fanOutOf = (style: Style) => (): Graph => {
  const sum = { value: 0 };
  const source: Target = style.spread(
    places.map((place) => style.sink({ take: (value) => add(sum, value * place) }, false)),
  );
  return {
    send: (value) => source.send({ type: 'value', value }),
    work: (times) => {
      for (let index = 0; index < times; index += 1) source.send({ type: 'value', value: valueAt(index) });
      return sum.value;
    },
  };
};

const fanInOf = (style: Style) => (): Graph => {
  const sum = { value: 0 };
  const next = style.sink({ take: (value) => add(sum, value) }, false);
  const sources: Target[] = places.map((place) => style.relay({ next, turn: (value) => value * place }, false));
  const [first] = sources as [Target];
  return {
    send: (value) => first.send({ type: 'value', value }),
    work: (times) => {
      for (let index = 0; index < times; index += 1)
        (sources[index % sources.length] ?? first).send({ type: 'value', value: valueAt(index) });
      return sum.value;
    },
  };
};

const graphsOf = (style: Style) => ({
  chain: chainOf(style, false),
  /** Each actor also keeps how many values came. */
  actors: chainOf(style, true),
  fanOut: fanOutOf(style),
  fanIn: fanInOf(style),
});

/** Graphs of state machines. */
export const machineGraphs = graphsOf(machines);
/** Graphs of transition functions. */
export const transitionGraphs = graphsOf(transitions);
