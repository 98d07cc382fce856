import { CancelledError, Context, OptionError } from '@organism/cell';
import {
  CorticalNeuron,
  EventBus,
  NeuralCircuit,
  NotRunningError,
  OverflowError,
  ReactionTimeoutError,
  ReflexNeuron,
  UndeliveredError,
  WiringError,
} from '@organism/nervous';
import { VirtualClock } from '@organism/testing';
import { describe, expect, it } from 'vitest';
import { Amount, collector, failuresOf, makeGate, relay, rootOf, Text } from './neurons.ts';

const settle = (): Promise<void> => new VirtualClock().settle();

describe('mailboxes', () => {
  const fill = async (overflow: 'block' | 'drop-oldest' | 'drop-newest' | 'error', count: number) => {
    const { list, onError } = failuresOf();
    const gate = makeGate();
    const slow = collector('slow', () => gate.pass, { mailbox: { capacity: 2, overflow } });
    const circuit = await new NeuralCircuit({ name: 'x', onError }).add(slow).start();
    for (let value = 1; value <= count; value += 1) circuit.stimulate(slow.dendrites.in, value);
    const waiting = slow.waiting;
    gate.open();
    await circuit.drain();
    await circuit.stop();
    return { slow, waiting, kept: slow.snapshot(), failures: list };
  };

  it('block: senders wait, up to as many as fit, then values are refused and reported', async () => {
    const { kept, waiting, failures } = await fill('block', 6);
    expect([kept, waiting]).toEqual([[1, 2, 3, 4, 5], 2]);
    expect(failures.map(({ source, value }) => [source, value])).toEqual([['slow', 6]]);
    expect(failures[0]?.error).toBeInstanceOf(OverflowError);
  });

  it('drop-oldest and drop-newest lose values and count them', async () => {
    const oldest = await fill('drop-oldest', 5);
    expect([oldest.kept, oldest.slow.dropped, oldest.failures]).toEqual([[1, 4, 5], 2, []]);
    const newest = await fill('drop-newest', 5);
    expect([newest.kept, newest.slow.dropped, newest.failures]).toEqual([[1, 2, 3], 2, []]);
  });

  it('error: refuses and reports', async () => {
    const { kept, failures } = await fill('error', 5);
    expect([kept, failures.map(({ value }) => value)]).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses a capacity of %d', (capacity) => {
    expect(() => collector('x', undefined, { mailbox: capacity })).toThrow(OptionError);
    expect(() => collector('x', undefined, { mailbox: { capacity } })).toThrow('mailbox');
  });

  it('refuses an unknown policy', () => {
    expect(() => collector('x', undefined, { mailbox: { overflow: 'shrug' as 'block' } })).toThrow('mailbox.overflow');
  });

  it('handles waiting messages of a higher priority first, in order within one', async () => {
    const gate = makeGate();
    const seen: string[] = [];
    const desk = new CorticalNeuron({
      name: 'desk',
      dendrites: { normal: Text, urgent: Text },
      priorities: { urgent: 1 },
      initial: () => 0,
      react: {
        normal: async (text) => {
          await gate.pass;
          seen.push(text);
        },
        urgent: (text) => void seen.push(text),
      },
    });
    await using circuit = await new NeuralCircuit({ name: 'x' }).add(desk).start();
    for (const text of ['n1', 'n2', 'n3']) circuit.stimulate(desk.dendrites.normal, text);
    for (const text of ['u1', 'u2']) circuit.stimulate(desk.dendrites.urgent, text);
    gate.open();
    await circuit.drain();
    expect(seen).toEqual(['n1', 'u1', 'u2', 'n2', 'n3']);
  });
});

describe('backpressure', () => {
  it('reaches from a full mailbox through reflexes and actors to the sender', async () => {
    const gate = makeGate();
    const { list, onError } = failuresOf();
    const first = collector('first', undefined, { mailbox: 2 });
    const middle = relay('middle', undefined, { mailbox: 2 });
    const last = collector('last', () => gate.pass, { mailbox: 2 });
    await using circuit = await new NeuralCircuit({ name: 'x', onError })
      .add(first, middle, last)
      .connect(first.axons.out, middle.dendrites.in)
      .connect(middle.axons.out, last.dendrites.in)
      .start();
    let accepted = 0;
    const producer = (async () => {
      for (let value = 1; value <= 100; value += 1) {
        await circuit.send(first.dendrites.in, value);
        accepted += 1;
      }
    })();
    await settle();
    expect(accepted).toBeLessThan(12);
    expect(Math.max(first.peak, middle.peak, last.peak)).toBe(2);
    gate.open();
    await producer;
    await circuit.drain();
    expect(last.snapshot()).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    expect(list).toEqual([]);
    expect(Math.max(first.peak, middle.peak, last.peak)).toBe(2);
  });

  it('makes those who publish to a topic wait', async () => {
    const gate = makeGate();
    const bus = new EventBus();
    const slow = collector('slow', () => gate.pass, { mailbox: 1 });
    await using circuit = await new NeuralCircuit({ name: 'x' })
      .add(slow)
      .fromTopic(bus.topic(Amount), slow.dendrites.in)
      .start();
    let published = 0;
    const producer = (async () => {
      for (let value = 1; value <= 10; value += 1) {
        await bus.publish(Amount, value);
        published += 1;
      }
    })();
    await settle();
    expect(published).toBe(2);
    gate.open();
    await producer;
    await circuit.drain();
    expect(slow.snapshot()).toHaveLength(10);
  });

  it('bounds how many asynchronous reactions of a reflex run at once', async () => {
    let [running, most] = [0, 0];
    const clock = new VirtualClock();
    const calls = new ReflexNeuron({
      name: 'calls',
      dendrites: { in: Amount },
      concurrency: 3,
      react: {
        in: async () => {
          running += 1;
          most = Math.max(most, running);
          await new Promise<void>((resolve) => clock.setTimeout(resolve, 10));
          running -= 1;
        },
      },
    });
    const circuit = await new NeuralCircuit({ name: 'x', clock }).add(calls).start();
    for (let value = 0; value < 10; value += 1) circuit.stimulate(calls.dendrites.in, value);
    await clock.runUntil(circuit.drain());
    expect([most, calls.received, running]).toEqual([3, 10, 0]);
    await circuit.stop();
    expect(() => relay('x', undefined, { concurrency: 0 })).toThrow('concurrency');
  });
});

describe('pause and resume', () => {
  it('waits for reactions at work, takes nothing meanwhile, then goes on in order', async () => {
    const gate = makeGate();
    const first = relay('first');
    const last = collector('last', (value) => (value === 1 ? gate.pass : undefined));
    await using circuit = await new NeuralCircuit({ name: 'x' })
      .add(first, last)
      .connect(first.axons.out, last.dendrites.in)
      .start();
    circuit.stimulate(first.dendrites.in, 1);
    let paused = false;
    const pausing = circuit.pause().then(() => (paused = true));
    for (const value of [2, 3]) circuit.stimulate(first.dendrites.in, value);
    await settle();
    expect(paused).toBe(false);
    gate.open();
    await pausing;
    expect([last.snapshot(), first.waiting]).toEqual([[1], 2]);
    await circuit.pause();
    circuit.resume();
    circuit.resume();
    circuit.stimulate(first.dendrites.in, 4);
    await circuit.drain();
    expect(last.snapshot()).toEqual([1, 2, 3, 4]);
  });

  it('handles what waits when it is stopped while paused', async () => {
    const last = collector('last');
    const circuit = await new NeuralCircuit({ name: 'x' }).add(last).start();
    await circuit.pause();
    circuit.stimulate(last.dendrites.in, 1);
    await circuit.stop();
    expect(last.snapshot()).toEqual([1]);
    await expect(circuit.pause()).rejects.toBeInstanceOf(NotRunningError);
  });
});

describe('reactions that misbehave', () => {
  it('never settle: a timeout reports them, aborts their signal, and the next message is taken', async () => {
    const clock = new VirtualClock();
    const { list, onError } = failuresOf();
    const signals: AbortSignal[] = [];
    const actor = new CorticalNeuron({
      name: 'actor',
      dendrites: { in: Amount },
      timeoutMs: 100,
      initial: () => 0,
      react: {
        in: (value, soma) => {
          if (value !== 1) return void (soma.state += value);
          signals.push(soma.signal);
          return new Promise(() => {});
        },
      },
    });
    const circuit = await new NeuralCircuit({ name: 'x', clock, onError }).add(actor).start();
    for (const value of [1, 2]) circuit.stimulate(actor.dendrites.in, value);
    await clock.advance(99);
    expect([actor.snapshot(), signals[0]?.aborted]).toEqual([0, false]);
    await clock.advance(1);
    expect([actor.snapshot(), signals[0]?.aborted, clock.pending]).toEqual([2, true, 0]);
    expect(list[0]?.error).toBeInstanceOf(ReactionTimeoutError);
    await circuit.stop();
    expect(() => relay('x', undefined, { timeoutMs: 0 })).toThrow('timeoutMs');
  });

  it('never settle: a stop waits until its deadline, then tells what was lost', async () => {
    const clock = new VirtualClock();
    const { list, onError } = failuresOf();
    const stuck = collector('stuck', () => new Promise(() => {}));
    const circuit = await new NeuralCircuit({ name: 'x', clock, onError }).add(stuck).start();
    for (const value of [1, 2]) circuit.stimulate(stuck.dendrites.in, value);
    const stopping = circuit.stop({ timeoutMs: 500 }).catch((error: unknown) => error);
    await clock.advance(500);
    expect(await stopping).toMatchObject({ code: 'CELL_STOP_FAILED' });
    expect(list.map(({ value, error }) => [value, (error as Error).constructor])).toEqual([
      [1, ReactionTimeoutError],
      [2, UndeliveredError],
    ]);
    expect(clock.pending).toBe(0);
  });

  it('re-enter: a reflex goes depth first, an actor takes it up afterwards', async () => {
    const log: string[] = [];
    const nested = new ReflexNeuron({
      name: 'nested',
      dendrites: { in: Amount },
      react: {
        in: (value) => {
          log.push(`in ${value}`);
          if (value > 0) circuit.stimulate(nested.dendrites.in, value - 1);
          log.push(`out ${value}`);
        },
      },
    });
    const actor = new CorticalNeuron({
      name: 'actor',
      dendrites: { in: Amount },
      initial: () => 0,
      react: {
        in: (value) => {
          log.push(`in ${value}`);
          if (value > 0) circuit.stimulate(actor.dendrites.in, value - 1);
          log.push(`out ${value}`);
        },
      },
    });
    const circuit: NeuralCircuit = new NeuralCircuit({ name: 'x' }).add(nested, actor);
    await circuit.start();
    circuit.stimulate(nested.dendrites.in, 1);
    circuit.stimulate(actor.dendrites.in, 1);
    expect(log).toEqual(['in 1', 'in 0', 'out 0', 'out 1', 'in 1', 'out 1', 'in 0', 'out 0']);
    await circuit.stop();
  });

  it('recurse without end: reported like any failure', async () => {
    const { list, onError } = failuresOf();
    const endless: ReflexNeuron<{ readonly in: typeof Amount }> = new ReflexNeuron({
      name: 'endless',
      dendrites: { in: Amount },
      react: { in: (value) => circuit.stimulate(endless.dendrites.in, value) },
    });
    const circuit: NeuralCircuit = new NeuralCircuit({ name: 'x', onError }).add(endless);
    await circuit.start();
    circuit.stimulate(endless.dendrites.in, 1);
    expect(list[0]?.error).toBeInstanceOf(RangeError);
    await circuit.stop();
  });
});

describe('context', () => {
  it('goes along every synapse: through reflexes, mailboxes, delays and cycles', async () => {
    const clock = new VirtualClock();
    const seen: (string | undefined)[] = [];
    const gate = makeGate();
    const first = new ReflexNeuron({
      name: 'first',
      dendrites: { in: Amount },
      axons: { out: Amount, late: Amount, round: Amount },
      react: {
        in: async (value, axons, _burst, context) => {
          seen.push(`first ${context?.tenant}`);
          await gate.pass;
          void axons.out.fire(value);
          void axons.late.fire(value);
          if (value > 0) void axons.round.fire(value - 1);
        },
      },
    });
    const actor = new CorticalNeuron({
      name: 'actor',
      dendrites: { in: Amount, late: Amount },
      initial: () => 0,
      react: {
        in: async (_value, { context }) => {
          await Promise.resolve();
          seen.push(`actor ${context?.tenant}`);
        },
        late: (_value, { context }) => void seen.push(`late ${context?.tenant}`),
      },
    });
    const circuit = new NeuralCircuit({ name: 'x', clock, recurrent: true })
      .add(first, actor)
      .connect(first.axons.out, actor.dendrites.in)
      .connect(first.axons.late, actor.dendrites.late, { delayMs: 50 })
      .connect(first.axons.round, first.dendrites.in);
    await circuit.start();
    circuit.stimulate(first.dendrites.in, 1, { context: new Context({ tenant: 'a' }) });
    new Context({ tenant: 'b' }).run(() => circuit.stimulate(first.dendrites.in, 0));
    circuit.stimulate(first.dendrites.in, 0);
    gate.open();
    await clock.advance(100);
    expect(seen.filter((entry) => entry?.startsWith('first'))).toEqual([
      'first a',
      'first b',
      'first undefined',
      'first a',
    ]);
    for (const place of ['actor', 'late'])
      expect(seen.filter((entry) => entry?.startsWith(place)).toSorted()).toEqual(
        ['a', 'a', 'b', 'undefined'].map((tenant) => `${place} ${tenant}`),
      );
    await circuit.stop();
  });

  it('a message whose sender has given up, or whose deadline has passed, is not handled, and reported', async () => {
    const clock = new VirtualClock();
    const { list, onError } = failuresOf();
    const gate = makeGate();
    const actor = collector('actor', () => gate.pass);
    const circuit = await new NeuralCircuit({ name: 'x', clock, onError }).add(actor).start();
    const abort = new AbortController();
    circuit.stimulate(actor.dendrites.in, 1);
    circuit.stimulate(actor.dendrites.in, 2, { context: new Context({ clock, signal: abort.signal }) });
    circuit.stimulate(actor.dendrites.in, 3, { context: new Context({ clock, deadline: clock.now() + 10 }) });
    circuit.stimulate(actor.dendrites.in, 4);
    abort.abort();
    await clock.advance(10);
    gate.open();
    await circuit.drain();
    expect(actor.snapshot()).toEqual([1, 4]);
    expect(list.map(({ error }) => (error as Error).name)).toEqual(['CancelledError', 'DeadlineError']);
    expect(list[0]?.error).toBeInstanceOf(CancelledError);
    await circuit.stop();
  });
});

describe('wiring', () => {
  it('refuses what it does not know, at once or at start, naming it', async () => {
    const [a, b] = [relay('a'), relay('b')];
    const circuit = await new NeuralCircuit({ name: 'x' }).add(a).start();
    expect(() => circuit.stimulate(b.dendrites.in, 1)).toThrow('has no neuron "b"');
    expect(() => circuit.stimulate(relay('a').dendrites.in, 1)).toThrow(WiringError);
    expect(() => circuit.observe(b.axons.out, () => {})).toThrow(WiringError);
    expect(() => circuit.add(b)).toThrow('"x" is running');
    expect(() => new NeuralCircuit({ name: 'y' }).add(a)).toThrow('is part of another circuit');
    await circuit.stop();
    expect(() => new NeuralCircuit({ name: 'y' }).add(a)).not.toThrow();
  });

  it.each([
    [{ weight: -1 }, 'weight'],
    [{ weight: Number.NaN }, 'weight'],
    [{ weight: -2, kind: 'modulatory' as const }, 'weight'],
    [{ delayMs: -1 }, 'delayMs'],
    [{ kind: 'sideways' as 'excitatory' }, 'kind'],
  ])('refuses a synapse with %j', async (options, field) => {
    const [a, b] = [relay('a'), relay('b', undefined, { membrane: { threshold: 1 } })];
    const circuit = new NeuralCircuit({ name: 'x' }).add(a, b).connect(a.axons.out, b.dendrites.in, options);
    const error = rootOf(await circuit.start().catch((thrown: unknown) => thrown));
    expect(error).toBeInstanceOf(OptionError);
    expect((error as Error).message).toContain(field);
    expect(circuit.state).toBe('failed');
  });

  it.each(['inhibitory', 'modulatory'] as const)(
    'refuses a %s synapse to a neuron without a membrane',
    async (kind) => {
      const [a, b] = [relay('a'), relay('b')];
      const circuit = new NeuralCircuit({ name: 'x' }).add(a, b).connect(a.axons.out, b.dendrites.in, { kind });
      const error = rootOf(await circuit.start().catch((thrown: unknown) => thrown));
      expect((error as Error).message).toContain(`The ${kind} synapse from "a.out" to "b.in" has no effect`);
    },
  );

  it('refuses a reaction that is missing, and a priority that is not a number', () => {
    expect(() => new ReflexNeuron({ name: 'x', dendrites: { in: Amount }, react: {} as { in: () => void } })).toThrow(
      'react.in',
    );
    expect(() => relay('x', undefined, { priorities: { in: Number.NaN } })).toThrow('priorities.in');
  });

  it('sorts out a chain of ten thousand neurons', async () => {
    const neurons = Array.from({ length: 10_000 }, (_, index) => relay(`n${index}`));
    const circuit = new NeuralCircuit({ name: 'long' }).add(...neurons);
    for (const [index, neuron] of neurons.entries()) {
      const next = neurons[index + 1];
      if (next !== undefined)
        circuit.connect(neuron.axons.out, next.dendrites.in, { delayMs: index % 100 === 99 ? 1 : 0 });
    }
    await expect(circuit.start()).resolves.toBe(circuit);
    await circuit.stop();
  });

  it('draws itself as Mermaid, Graphviz and JSON', async () => {
    const [a, b] = [relay('a'), relay('b "q"')];
    await using circuit = await new NeuralCircuit({ name: 'x' }).add(a, b).connect(a.axons.out, b.dendrites.in).start();
    circuit.stimulate(a.dendrites.in, 1);
    expect(circuit.draw()).toMatch(/^flowchart/);
    expect(circuit.draw('dot')).toContain('"x/a" -> "x/b \\"q\\"" [label="amount · 1"];');
    const graph = JSON.parse(circuit.draw('json')) as { nodes: { id: string }[] };
    expect(graph.nodes.map(({ id }) => id)).toEqual(['x', 'x/a', 'x/b "q"']);
  });
});

describe('lateral inhibition, modulation', () => {
  const detector = (name: string) =>
    relay(name, undefined, { membrane: { threshold: 3, weight: (value: number) => value } });

  it('the first to fire holds its rivals back', async () => {
    const [a, b] = [detector('a'), detector('b')];
    await using circuit = await new NeuralCircuit({ name: 'x' })
      .add(a, b)
      .lateralInhibition([a, b], { strength: 5 })
      .start();
    circuit.stimulate(b.dendrites.in, 2);
    circuit.stimulate(a.dendrites.in, 3);
    expect([a.potential(), b.potential()]).toEqual([0, -3]);
    circuit.stimulate(b.dendrites.in, 3);
    expect(b.axons.out.fired).toBe(0);
    expect(() => new NeuralCircuit({ name: 'y' }).lateralInhibition([relay('c')])).toThrow('has no membrane');
  });

  it('a modulatory synapse makes a neuron more sensitive for a while, and is not handled itself', async () => {
    const clock = new VirtualClock();
    const alert = relay('alert');
    const ear = relay('ear', undefined, {
      membrane: { threshold: 10, timeConstantMs: 1000, weight: (value: number) => value },
    });
    const circuit = new NeuralCircuit({ name: 'x', clock })
      .add(alert, ear)
      .connect(alert.axons.out, ear.dendrites.in, { kind: 'modulatory', weight: 1 });
    await circuit.start();
    circuit.stimulate(ear.dendrites.in, 2);
    expect(ear.potential()).toBe(2);
    circuit.stimulate(alert.dendrites.in, 1);
    circuit.stimulate(ear.dendrites.in, 2);
    expect([ear.potential(), ear.received]).toEqual([6, 2]);
    await clock.advance(20_000);
    circuit.stimulate(ear.dendrites.in, 2);
    expect(ear.potential()).toBeCloseTo(2, 5);
    await circuit.stop();
  });
});
