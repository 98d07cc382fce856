import { machine, type MachineConfig, type MachineEvent } from '@organism/muscular';
import assert from 'node:assert/strict';
import { assign, createActor, setup } from 'xstate';
import type { Benchmark, Case, Work } from './lib/benchmark.ts';

interface Sender {
  readonly send: (type: string) => unknown;
  readonly value: () => unknown;
}

/** The same declaration for both: it names its guards and actions. */
type Config = MachineConfig<{ readonly count: number }, MachineEvent>;

const flat: Config = {
  id: 'light',
  initial: 'green',
  states: {
    green: { on: { NEXT: 'yellow' } },
    yellow: { on: { NEXT: 'red' } },
    red: { on: { NEXT: 'green' } },
  },
};

const counting: Config = {
  id: 'counter',
  context: { count: 0 },
  initial: 'even',
  states: {
    even: { on: { NEXT: { target: 'odd', guard: 'allowed', actions: 'count' } } },
    odd: { on: { NEXT: { target: 'even', guard: 'allowed', actions: 'count' } } },
  },
};

const nested: Config = {
  id: 'door',
  initial: 'closed',
  states: {
    closed: { initial: 'free', states: { free: { on: { NEXT: 'locked' } }, locked: {} }, on: { NEXT: 'open' } },
    open: { on: { NEXT: 'closed' } },
  },
};

const parallel: Config = {
  id: 'player',
  type: 'parallel',
  states: {
    track: { initial: 'paused', states: { paused: { on: { NEXT: 'playing' } }, playing: { on: { NEXT: 'paused' } } } },
    volume: { initial: 'on', states: { on: { on: { NEXT: 'off' } }, off: { on: { NEXT: 'on' } } } },
  },
};

const makeOurs = (config: Config): Sender => {
  const actor = machine(
    { context: { count: 0 }, ...config },
    {
      guards: { allowed: ({ context }) => context.count >= 0 },
      actions: { count: ({ context }) => ({ count: context.count + 1 }) },
    },
  ).start();
  return { send: (type) => actor.send({ type }), value: () => [actor.value, actor.context.count] };
};

/** As its documentation recommends: `setup` with guards and actions, an actor, started. */
const makeXstate = (config: Config): Sender => {
  const typed = setup({
    types: { context: {} as { count: number } },
    guards: { allowed: ({ context }) => context.count >= 0 },
    actions: { count: assign({ count: ({ context }) => context.count + 1 }) },
  });
  const actor = createActor(typed.createMachine({ context: { count: 0 }, ...config } as never)).start();
  return {
    send: (type) => actor.send({ type }),
    value: () => {
      const { value, context } = actor.getSnapshot();
      return [value, context.count];
    },
  };
};

const repeat = (sender: Sender): Work => {
  return (times) => {
    for (let index = 0; index < times; index += 1) sender.send('NEXT');
    return sender.value();
  };
};

const workloads: readonly { readonly name: string; readonly config: Config; readonly goal: number | null }[] = [
  { name: 'flat, 3 states', config: flat, goal: 0.5 },
  { name: 'flat, guard and context', config: counting, goal: 0.5 },
  { name: 'nested', config: nested, goal: null },
  { name: 'parallel, 2 regions', config: parallel, goal: null },
];

/** One event. */
export const benchmark: Benchmark = {
  name: 'muscular.machine',
  description: 'one event of a state machine, against XState',
  verify: () => {
    for (const { config } of workloads) {
      const [ours, theirs] = [makeOurs(config), makeXstate(config)];
      for (let step = 0; step < 20; step += 1) {
        assert.deepEqual(ours.value(), theirs.value());
        ours.send('NEXT');
        theirs.send('NEXT');
      }
    }
  },
  cases: (): readonly Case[] =>
    workloads.map(({ name, config, goal }) => ({
      name,
      goal,
      ours: repeat(makeOurs(config)),
      peers: [{ name: 'XState', package: 'xstate', work: repeat(makeXstate(config)) }],
    })),
};
