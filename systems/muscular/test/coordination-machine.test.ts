import { machine, type MachineConfig, MachineError, type MachineEvent } from '@organism/muscular';
import { VirtualClock } from '@organism/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

type Any = MachineConfig<object, MachineEvent>;

/** A machine whose states note when they are entered and left. */
const noted = (config: Any, log: string[]) => {
  const note = (state: Any, path: string): Any => ({
    ...state,
    entry: () => void log.push(`+${path}`),
    exit: () => void log.push(`-${path}`),
    ...(state.states !== undefined && {
      states: Object.fromEntries(
        Object.entries(state.states).map(([name, child]) => [
          name,
          note({ ...child, id: '' }, path === '' ? name : `${path}.${name}`),
        ]),
      ),
    }),
  });
  const strip = ({ id: _id, ...state }: Any): object => ({
    ...state,
    ...(state.states !== undefined && {
      states: Object.fromEntries(Object.entries(state.states).map(([name, child]) => [name, strip(child as Any)])),
    }),
  });
  return machine({ ...(strip(note(config, '')) as Any), id: config.id });
};

const door: Any = {
  id: 'door',
  initial: 'closed',
  states: {
    closed: {
      initial: 'free',
      on: { OPEN: 'open', KICK: '.free' },
      states: { free: { on: { LOCK: 'locked' } }, locked: { on: { UNLOCK: 'free', OPEN: {} } } },
    },
    open: { on: { CLOSE: 'closed', LOCKED: 'closed.locked', AGAIN: { target: 'open', reenter: true }, SELF: 'open' } },
  },
};

describe('a state machine with nested states', () => {
  it('leaves from the inside out and enters from the outside in', () => {
    const log: string[] = [];
    const actor = noted(door, log).start();
    expect(actor.value).toEqual({ closed: 'free' });
    const step = (type: string): string => {
      log.length = 0;
      return `${actor.send({ type })} ${log.join(' ')}`;
    };
    expect(step('LOCK')).toBe('true -closed.free +closed.locked');
    // Taken by the inner state, which goes nowhere.
    expect(step('OPEN')).toBe('true ');
    expect(step('KICK')).toBe('true -closed.locked +closed.free');
    expect(step('OPEN')).toBe('true -closed.free -closed +open');
    expect(step('NONSENSE')).toBe('false ');
    expect(step('SELF')).toBe('true ');
    expect(step('AGAIN')).toBe('true -open +open');
    expect(step('LOCKED')).toBe('true -open +closed +closed.locked');
    expect([actor.matches('closed'), actor.matches('closed.locked'), actor.matches('open')]).toEqual([
      true,
      true,
      false,
    ]);
    expect(actor.can({ type: 'UNLOCK' })).toBe(true);
    expect(actor.can({ type: 'CLOSE' })).toBe(false);
  });

  it('handles one event after the other, and raised ones first', () => {
    const seen: string[] = [];
    const chain = machine({
      id: 'chain',
      types: {} as { events: MachineEvent },
      initial: 'a',
      states: {
        a: {
          on: {
            GO: {
              target: 'b',
              actions: ({ raise }) => {
                actor.send({ type: 'LATER' });
                raise({ type: 'NOW' });
              },
            },
          },
        },
        b: { on: { NOW: { target: 'c', actions: () => void seen.push('now') } } },
        c: { on: { LATER: { target: 'd', actions: () => void seen.push('later') } } },
        d: {},
      },
    });
    const actor = chain.start();
    expect(actor.send({ type: 'GO' })).toBe(true);
    expect([actor.value, seen]).toEqual(['d', ['now', 'later']]);
  });

  it('takes the first transition whose guard allows it, and those without events by itself', () => {
    const ladder = machine({
      id: 'ladder',
      types: {} as { events: { type: 'ADD'; by: number } },
      context: { sum: 0 },
      initial: 'low',
      states: {
        low: { always: { target: 'middle', guard: ({ context }) => context.sum >= 10 } },
        middle: { always: [{ target: 'high', guard: ({ context }) => context.sum >= 20 }] },
        high: {},
      },
      on: {
        ADD: [
          { guard: ({ event }) => event.by < 0, actions: () => ({ sum: 0 }) },
          { actions: ({ context, event }) => ({ sum: context.sum + event.by }) },
        ],
      },
    });
    const actor = ladder.start();
    const changes: unknown[] = [];
    const subscription = actor.subscribe(({ value, context }) => changes.push([value, context.sum]));
    for (const by of [5, 5, -1]) actor.send({ type: 'ADD', by });
    subscription[Symbol.dispose]();
    actor.send({ type: 'ADD', by: 50 });
    expect(changes).toEqual([
      ['low', 5],
      ['middle', 10],
      ['middle', 0],
    ]);
    expect([actor.value, actor.context]).toEqual(['high', { sum: 50 }]);
  });

  it('does not go round for ever, and fails when an action throws', () => {
    const circle = machine({
      id: 'circle',
      types: {} as { events: MachineEvent },
      initial: 'a',
      states: { a: { on: { GO: 'b' } }, b: { always: 'c' }, c: { always: 'b' } },
    });
    const actor = circle.start();
    expect(() => actor.send({ type: 'GO' })).toThrow('1000 steps');
    expect([actor.status, actor.send({ type: 'GO' })]).toEqual(['failed', false]);
  });
});

describe('a state machine with parallel states', () => {
  const player: Any = {
    id: 'player',
    type: 'parallel',
    states: {
      track: {
        initial: 'paused',
        states: {
          paused: { on: { PLAY: 'playing' } },
          playing: { on: { STOP: 'paused', END: 'over' } },
          over: { type: 'final' },
        },
      },
      volume: {
        initial: 'normal',
        states: {
          normal: { on: { MUTE: 'muted', END: 'off' } },
          muted: { on: { MUTE: 'normal', STOP: 'normal' } },
          off: { type: 'final' },
        },
      },
    },
  };

  it('gives each event to every region', () => {
    const log: string[] = [];
    const actor = noted(player, log).start();
    expect(log).toEqual(['+', '+track', '+track.paused', '+volume', '+volume.normal']);
    actor.send({ type: 'PLAY' });
    actor.send({ type: 'MUTE' });
    expect(actor.value).toEqual({ track: 'playing', volume: 'muted' });
    log.length = 0;
    actor.send({ type: 'STOP' });
    expect(actor.value).toEqual({ track: 'paused', volume: 'normal' });
    actor.send({ type: 'PLAY' });
    actor.send({ type: 'END' });
    expect(actor.status).toBe('done');
  });

  it('goes on when all regions are done, and lets the inner transition win', () => {
    const both = machine({
      id: 'both',
      types: {} as { events: MachineEvent },
      initial: 'work',
      states: {
        work: {
          type: 'parallel',
          onDone: 'finished',
          on: { ABORT: 'aborted' },
          states: {
            a: {
              initial: 'x',
              states: { x: { on: { A: 'y', ABORT: { target: 'x', reenter: true } } }, y: { type: 'final' } },
            },
            b: { initial: 'x', states: { x: { on: { B: 'y' } }, y: { type: 'final' } } },
          },
        },
        finished: { type: 'final' },
        aborted: {},
      },
    });
    const actor = both.start();
    actor.send({ type: 'A' });
    expect(actor.value).toEqual({ work: { a: 'y', b: 'x' } });
    actor.send({ type: 'B' });
    expect([actor.value, actor.status]).toEqual(['finished', 'done']);
    const other = both.start();
    other.send({ type: 'ABORT' });
    expect(other.value).toEqual({ work: { a: 'x', b: 'x' } });
    other.send({ type: 'A' });
    other.send({ type: 'ABORT' });
    expect(other.value).toBe('aborted');
  });
});

describe('delayed transitions', () => {
  const light = machine({
    id: 'light',
    types: {} as { events: { type: 'BREAK' } },
    context: { changes: 0 },
    initial: 'green',
    states: {
      green: { after: { 30_000: 'yellow' }, entry: ({ context }) => ({ changes: context.changes + 1 }) },
      yellow: { after: { 5000: 'red' } },
      red: { after: { 25_000: 'green' } },
      broken: {},
    },
    on: { BREAK: '.broken' },
  });

  it('come on the clock, and not after their state was left', async () => {
    const clock = new VirtualClock();
    const actor = light.start({ clock });
    await clock.advance(30_000);
    expect(actor.value).toBe('yellow');
    await clock.advance(30_000);
    expect([actor.value, actor.context.changes]).toEqual(['green', 2]);
    actor.send({ type: 'BREAK' });
    expect(clock.pending).toBe(0);
    const other = light.start({ clock });
    other[Symbol.dispose]();
    expect([clock.pending, other.status, other.send({ type: 'BREAK' })]).toEqual([0, 'stopped', false]);
  });

  it('go on from a snapshot when they are due, also when that has passed', async () => {
    const clock = new VirtualClock();
    const actor = light.start({ clock });
    await clock.advance(10_000);
    const snapshot = JSON.parse(JSON.stringify(actor.snapshot())) as ReturnType<typeof actor.snapshot>;
    actor[Symbol.dispose]();
    await clock.advance(15_000);
    const restored = light.start({ clock, snapshot });
    expect([restored.value, restored.context.changes]).toEqual(['green', 1]);
    await clock.advance(5000);
    expect(restored.value).toBe('yellow');
    await clock.advance(60_000);
    const late = light.start({ clock, snapshot });
    await clock.settle();
    expect(late.value).toBe('yellow');
    expect(() => light.start({ snapshot: { ...snapshot, active: ['blue'] } })).toThrow('"blue"');
  });

  it('tell what their actions throw', async () => {
    const clock = new VirtualClock();
    const told: unknown[] = [];
    const fails = machine({
      id: 'fails',
      types: {} as { events: MachineEvent },
      initial: 'a',
      states: {
        a: { after: { 10: 'b' } },
        b: {
          entry: () => {
            throw new RangeError('no');
          },
        },
      },
    });
    const actor = fails.start({ clock, onError: (error) => told.push(error) });
    await clock.advance(10);
    expect([told.length, actor.status]).toEqual([1, 'failed']);
  });
});

describe('a declaration', () => {
  it('may name its guards and actions, as one from elsewhere does', () => {
    const named: MachineConfig<{ n: number }, MachineEvent> = {
      id: 'named',
      context: { n: 0 },
      initial: 'a',
      states: {
        a: { on: { GO: { target: '#named.b.c', guard: 'allowed', actions: ['count', 'count'] } } },
        b: { initial: 'd', states: { c: {}, d: {} } },
      },
    };
    const actor = machine(named, {
      guards: { allowed: ({ context }) => context.n === 0 },
      actions: { count: ({ context }) => ({ n: context.n + 1 }) },
    }).start();
    actor.send({ type: 'GO' });
    expect([actor.value, actor.context.n]).toEqual([{ b: 'c' }, 2]);
    expect(machine(named, { guards: { allowed: () => true }, actions: { count: () => {} } }).states).toEqual([
      'a',
      'b',
      'b.c',
      'b.d',
    ]);
    expect(() => machine(named)).toThrow(MachineError);
  });

  it.each([
    [{ id: 'a b' }, 'id must be'],
    [{ id: 'm', initial: 'x', states: { a: {} } }, 'state "m" needs an initial state of its own; got "x"'],
    [
      { id: 'm', initial: 'a', states: { a: { on: { GO: 'b' } } } },
      'state "a" has a transition to "b", which is no state',
    ],
    [{ id: 'm', initial: 'a', states: { a: { invoke: {} } } }, 'state "a" has "invoke", which is not supported'],
    [{ id: 'm', initial: 'a', states: { a: { after: { soon: 'a' } } } }, 'no number of milliseconds'],
    [{ id: 'm', initial: 'a', states: { a: { on: { GO: { guard: 'g' } } } } }, 'a guard that is not given: "g"'],
    [{ id: 'm', initial: 'a', states: { a: { entry: 'g' } } }, 'an action that is not given: "g"'],
    [{ id: 'm', initial: 'a', states: { a: { type: 'final', states: { b: {} } } } }, 'is final and has states'],
    [{ id: 'm', initial: 'a.b', states: { 'a.b': {} } }, 'blanks'],
  ])('that does not fit together is refused: %o', (config, message) => {
    expect(() => machine(config as unknown as Any)).toThrow(message);
  });

  it('checks events and context when it is compiled', () => {
    const typed = machine({
      id: 'typed',
      types: {} as { events: { type: 'SET'; n: number } | { type: 'CLEAR' } },
      context: { n: 0 },
      initial: 'a',
      states: {
        a: {
          on: {
            SET: { actions: ({ event }) => ({ n: event.n }) },
            // @ts-expect-error: CLEAR has no n
            CLEAR: { actions: ({ event }) => ({ n: event.n }) },
          },
        },
      },
    });
    const actor = typed.start();
    // @ts-expect-error: there is no such event
    expect(actor.send({ type: 'OTHER' })).toBe(false);
    actor.send({ type: 'SET', n: 2 });
    expect(actor.context.n).toBe(2);
  });
});

it('a snapshot at any point goes on as the machine itself does', () => {
  const config: Any = {
    id: 'm',
    type: 'parallel',
    states: {
      left: {
        initial: 'a',
        states: {
          a: { on: { X: 'b', Y: 'c' } },
          b: { on: { X: 'a' } },
          c: { initial: 'd', on: { X: 'a' }, states: { d: { on: { Y: 'e' } }, e: {} } },
        },
      },
      right: { initial: 'a', on: { Z: '.a' }, states: { a: { on: { Y: 'b' } }, b: { on: { X: 'a', Y: 'b' } } } },
    },
  };
  const made = machine(config);
  fc.assert(
    fc.property(fc.array(fc.constantFrom('X', 'Y', 'Z')), fc.array(fc.constantFrom('X', 'Y', 'Z')), (before, after) => {
      const actor = made.start();
      for (const type of before) actor.send({ type });
      const other = made.start({ snapshot: actor.snapshot() });
      for (const type of after) expect(other.send({ type })).toBe(actor.send({ type }));
      expect(other.snapshot()).toEqual(actor.snapshot());
    }),
  );
});
