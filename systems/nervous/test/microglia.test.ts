import { OptionError } from '@organism/cell';
import {
  EscalationError,
  Microglia,
  type MicrogliaEvent,
  type MicrogliaOptions,
  NeuralCircuit,
  NotRunningError,
  ReflexNeuron,
} from '@organism/nervous';
import { VirtualClock } from '@organism/testing';
import { describe, expect, it } from 'vitest';
import { Amount, collector, failuresOf, makeGate, relay } from './neurons.ts';

const failOn = (bad: (value: number) => boolean) => (value: number) => {
  if (bad(value)) throw new RangeError('bad value');
};
const isNegative = (value: number): boolean => value < 0;

const watch = (options?: MicrogliaOptions) => {
  const supervisor = new Microglia(options);
  const events: MicrogliaEvent[] = [];
  supervisor.observe((event) => events.push(event));
  return { supervisor, events, told: () => events.map(({ type, neuron }) => `${type} ${neuron}`) };
};

describe('Microglia', () => {
  it('restarts a neuron that fails: its state and what waits survive, the poison is put aside', async () => {
    const { supervisor, told } = watch();
    const { list, onError } = failuresOf();
    const lives: string[] = [];
    const sums = collector('sums', failOn(isNegative), {
      start: ({ defer }) => {
        lives.push('start');
        defer(() => void lives.push('stop'));
      },
    });
    const circuit = await new NeuralCircuit({ name: 'x', supervisor, onError }).add(sums).start();
    for (const value of [1, -1, 2, 3]) circuit.stimulate(sums.dendrites.in, value);
    expect(sums.waiting).toBe(2);
    await circuit.drain();
    expect(sums.snapshot()).toEqual([1, 2, 3]);
    expect(told()).toEqual(['failed sums', 'quarantined sums', 'restarting sums', 'restarted sums']);
    expect(supervisor.quarantined).toMatchObject([{ neuron: 'sums', port: 'in', value: -1 }]);
    expect(list).toHaveLength(1);
    await circuit.stop();
    expect(lives).toEqual(['start', 'stop', 'start', 'stop']);
  });

  it('gives a message another chance, in its place, as often as asked', async () => {
    const { supervisor } = watch({ attempts: 3 });
    let failures = 0;
    const flaky = collector('flaky', (value) => {
      if (value === 2 && failures < 2) {
        failures += 1;
        throw new Error('not yet');
      }
    });
    await using circuit = await new NeuralCircuit({ name: 'x', supervisor, onError: () => {} }).add(flaky).start();
    for (const value of [1, 2, 3]) circuit.stimulate(flaky.dendrites.in, value);
    await circuit.drain();
    expect([flaky.snapshot(), supervisor.quarantined, supervisor.restarts]).toEqual([[1, 2, 3], [], 2]);
  });

  it('can begin again with the initial state', async () => {
    const { supervisor } = watch({ state: 'reset' });
    const sums = collector('sums', failOn(isNegative));
    await using circuit = await new NeuralCircuit({ name: 'x', supervisor, onError: () => {} }).add(sums).start();
    for (const value of [1, -1, 2]) circuit.stimulate(sums.dendrites.in, value);
    await circuit.drain();
    expect(sums.snapshot()).toEqual([2]);
  });

  it.each([
    ['one-for-one', ['b']],
    ['rest-for-one', ['b', 'c']],
    ['one-for-all', ['a', 'b', 'c']],
  ] as const)('%s restarts %j', async (strategy, expected) => {
    const { supervisor, events } = watch({ strategy });
    const [a, b, c] = [relay('a'), collector('b', failOn(isNegative)), relay('c')];
    await using circuit = await new NeuralCircuit({ name: 'x', supervisor, onError: () => {} })
      .add(a, b, c)
      .connect(a.axons.out, b.dendrites.in)
      .connect(b.axons.out, c.dendrites.in)
      .start();
    for (const value of [1, -1, 2, 3]) circuit.stimulate(a.dendrites.in, value);
    await circuit.drain();
    expect(events.filter(({ type }) => type === 'restarted').map(({ neuron }) => neuron)).toEqual(expected);
    expect([b.snapshot(), c.received]).toEqual([[1, 2, 3], 3]);
  });

  it('waits longer each time, and gives up when restarts come too often', async () => {
    const clock = new VirtualClock();
    const { supervisor, events } = watch({
      intensity: { restarts: 3, withinMs: 60_000 },
      backoff: { baseMs: 100, maxMs: 300 },
    });
    const { list, onError } = failuresOf();
    const sums = collector('sums', failOn(isNegative));
    const circuit = await new NeuralCircuit({ name: 'x', clock, supervisor, onError }).add(sums).start();
    for (const value of [-1, -2, -3, -4, 5]) circuit.stimulate(sums.dendrites.in, value);
    await clock.advance(1000);
    const restarted = events.filter(({ type }) => type === 'restarted').map(({ at }) => at - (clock.now() - 1000));
    expect(restarted).toEqual([100, 300, 600]);
    expect(events.at(-1)).toMatchObject({ type: 'escalated', neuron: 'sums' });
    expect(circuit.state).toBe('failed');
    expect(circuit.error).toBeInstanceOf(EscalationError);
    expect(() => circuit.stimulate(sums.dendrites.in, 1)).toThrow(NotRunningError);
    await circuit.stop();
    expect(list.at(-1)).toMatchObject({ source: 'sums', value: 5, error: { code: 'NERVOUS_UNDELIVERED' } });
    await circuit.start();
    circuit.stimulate(sums.dendrites.in, 6);
    expect(sums.snapshot()).toEqual([6]);
    await circuit.stop();
    expect(clock.pending).toBe(0);
  });

  it('counts a start that fails as another failure', async () => {
    const { supervisor, told } = watch({ intensity: { restarts: 5, withinMs: 1000 } });
    let starts = 0;
    const sums = collector('sums', failOn(isNegative), {
      start: () => {
        starts += 1;
        if (starts === 2) throw new Error('the port is taken');
      },
    });
    await using circuit = await new NeuralCircuit({ name: 'x', supervisor, onError: () => {} }).add(sums).start();
    for (const value of [-1, 2]) circuit.stimulate(sums.dendrites.in, value);
    await circuit.drain();
    expect([sums.snapshot(), starts]).toEqual([[2], 3]);
    expect(told().filter((entry) => entry === 'failed sums')).toHaveLength(2);
  });

  it('a stop during a restart ends it, and what waits is reported', async () => {
    const clock = new VirtualClock();
    const { list, onError } = failuresOf();
    const { supervisor, told } = watch({ backoff: { baseMs: 5000 } });
    const sums = collector('sums', failOn(isNegative));
    const circuit = await new NeuralCircuit({ name: 'x', clock, supervisor, onError }).add(sums).start();
    for (const value of [-1, 2]) circuit.stimulate(sums.dendrites.in, value);
    await clock.advance(10);
    const stopping = circuit.stop({ timeoutMs: 100 }).catch((error: unknown) => error);
    await clock.advance(100);
    expect(await stopping).toMatchObject({ code: 'CELL_STOP_FAILED' });
    expect(told()).not.toContain('restarted sums');
    expect(list.map(({ value }) => value)).toEqual([-1, 2]);
    expect(clock.pending).toBe(0);
  });

  it('restarts a neuron once for all the reactions that fail side by side', async () => {
    const { supervisor, told } = watch();
    const gate = makeGate();
    const calls = new ReflexNeuron({
      name: 'calls',
      dendrites: { in: Amount },
      react: {
        in: async (value) => {
          await gate.pass;
          if (value < 0) throw new Error('no');
        },
      },
    });
    await using circuit = await new NeuralCircuit({ name: 'x', supervisor, onError: () => {} }).add(calls).start();
    for (const value of [-1, -2, 3]) circuit.stimulate(calls.dendrites.in, value);
    gate.open();
    await circuit.drain();
    expect(told().filter((entry) => entry === 'restarted calls')).toHaveLength(1);
    expect(supervisor.quarantined.map(({ value }) => value)).toEqual([-1, -2]);
  });

  it('one-for-all gives up reactions that hang, and puts their messages aside', async () => {
    const clock = new VirtualClock();
    const { supervisor } = watch({ strategy: 'one-for-all', stopTimeoutMs: 200 });
    const hung = collector('hung', (value) => (value === 1 ? new Promise(() => {}) : undefined));
    const bad = collector('bad', failOn(isNegative));
    const circuit = await new NeuralCircuit({ name: 'x', clock, supervisor, onError: () => {} }).add(hung, bad).start();
    for (const value of [1, 2]) circuit.stimulate(hung.dendrites.in, value);
    circuit.stimulate(bad.dendrites.in, -1);
    await clock.advance(200);
    expect(supervisor.quarantined.map(({ neuron, value }) => [neuron, value])).toEqual([
      ['bad', -1],
      ['hung', 1],
    ]);
    expect(hung.snapshot()).toEqual([2]);
    await circuit.stop();
  });

  it('asks neurons for their health, and restarts those that are not well or do not answer', async () => {
    const clock = new VirtualClock();
    const { supervisor, events } = watch({ probe: { everyMs: 1000, timeoutMs: 100 } });
    let answer: 'pass' | 'fail' | 'never' = 'pass';
    const sick = relay('sick', undefined, {
      start: () => void (answer = 'pass'),
      health: () => (answer === 'never' ? new Promise(() => {}) : { status: answer, output: 'no disk' }),
    });
    const circuit = await new NeuralCircuit({ name: 'x', clock, supervisor, onError: () => {} })
      .add(sick, relay('well'))
      .start();
    await clock.advance(1500);
    expect(events).toEqual([]);
    answer = 'fail';
    await clock.advance(1000);
    expect(events[0]).toMatchObject({
      type: 'failed',
      neuron: 'sick',
      error: { code: 'NERVOUS_UNHEALTHY', message: 'The health check of "sick" failed: no disk.' },
    });
    answer = 'never';
    await clock.advance(1000);
    expect(events.filter(({ type }) => type === 'restarted')).toHaveLength(2);
    await circuit.stop();
    expect(clock.pending).toBe(0);
  });

  it('tells in its health how its neurons are, and of restarts lately', async () => {
    const clock = new VirtualClock();
    const { supervisor } = watch({ intensity: { restarts: 5, withinMs: 1000 } });
    const sums = collector('sums', failOn(isNegative), { health: () => ({ status: 'warn', output: 'half full' }) });
    const circuit = await new NeuralCircuit({ name: 'x', clock, supervisor, onError: () => {} })
      .add(sums, relay('plain'))
      .start();
    expect(await circuit.health()).toMatchObject({ status: 'warn', checks: { sums: { output: 'half full' } } });
    circuit.stimulate(sums.dendrites.in, -1);
    await circuit.drain();
    expect(await circuit.health()).toMatchObject({ status: 'warn', output: 'neurons were restarted lately: 1' });
    await clock.advance(1000);
    expect(supervisor.restarts).toBe(0);
    await circuit.stop();
  });

  it('lets messages out of quarantine, and keeps only so many', async () => {
    const { supervisor } = watch({ quarantine: 2, intensity: { restarts: 100, withinMs: 1000 } });
    let strict = true;
    const sums = collector('sums', (value) => {
      if (strict && value < 0) throw new RangeError('negative');
    });
    await using circuit = await new NeuralCircuit({ name: 'x', supervisor, onError: () => {} }).add(sums).start();
    for (const value of [-1, -2, -3]) circuit.stimulate(sums.dendrites.in, value);
    await circuit.drain();
    expect(supervisor.quarantined.map(({ value }) => value)).toEqual([-2, -3]);
    strict = false;
    expect(supervisor.redeliver(({ value }) => value === -3)).toBe(1);
    await circuit.drain();
    expect([sums.snapshot(), supervisor.quarantined.length]).toEqual([[-3], 1]);
  });

  it('frees what a neuron held, at each restart and at the end', async () => {
    const freed: string[] = [];
    const supervisor = new Microglia({ gates: [{ releaseOwner: (owner) => freed.push(owner) }] });
    const [a, b] = [collector('a', failOn(isNegative)), relay('b')];
    const circuit = await new NeuralCircuit({ name: 'x', supervisor, onError: () => {} }).add(a, b).start();
    circuit.stimulate(a.dendrites.in, -1);
    await circuit.drain();
    expect(freed).toEqual(['a']);
    await circuit.stop();
    expect(freed).toEqual(['a', 'a', 'b']);
  });

  it('escalates from a nested circuit to the outer one, which restarts it as a whole', async () => {
    const outer = watch();
    const inner = watch({ intensity: { restarts: 1, withinMs: 60_000 } });
    const sums = collector('sums', failOn(isNegative));
    const nested = new NeuralCircuit({ name: 'inner', supervisor: inner.supervisor })
      .add(sums)
      .asNeuron({ dendrites: { in: sums.dendrites.in }, axons: { out: sums.axons.out } });
    const { list, onError } = failuresOf();
    await using circuit = await new NeuralCircuit({ name: 'outer', supervisor: outer.supervisor, onError })
      .add(nested)
      .start();
    for (const value of [1, -1, -2, 3]) circuit.stimulate(nested.dendrites.in, value);
    await circuit.drain();
    expect(inner.told().filter((entry) => entry.startsWith('escalated'))).toHaveLength(1);
    expect(outer.told()).toEqual(['failed inner', 'restarting inner', 'restarted inner']);
    circuit.stimulate(nested.dendrites.in, 4);
    await circuit.drain();
    expect(sums.snapshot().at(-1)).toBe(4);
    expect(list.map(({ source }) => source)).toContain('inner/sums');
    expect(circuit.state).toBe('running');
  });

  it.each([
    [{ strategy: 'some' as 'one-for-one' }, 'strategy'],
    [{ intensity: { restarts: -1, withinMs: 1 } }, 'intensity.restarts'],
    [{ intensity: { restarts: 1, withinMs: 0 } }, 'intensity.withinMs'],
    [{ attempts: 0 }, 'attempts'],
    [{ quarantine: 1.5 }, 'quarantine'],
    [{ probe: { everyMs: 0 } }, 'probe.everyMs'],
    [{ backoff: { baseMs: -1 } }, 'backoff.baseMs'],
    [{ stopTimeoutMs: 0 }, 'stopTimeoutMs'],
  ])('refuses %j', (options, field) => {
    expect(() => new Microglia(options)).toThrow(OptionError);
    expect(() => new Microglia(options)).toThrow(field);
  });

  it('watches one running circuit at a time', async () => {
    const supervisor = new Microglia();
    await using first = await new NeuralCircuit({ name: 'a', supervisor }).add(relay('r')).start();
    const second = new NeuralCircuit({ name: 'b', supervisor }).add(relay('r'));
    await expect(second.start()).rejects.toThrow('a Microglia of its own');
    expect(first.state).toBe('running');
  });
});
