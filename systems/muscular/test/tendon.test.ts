import { Context, DeadlineError, sleep } from '@organism/cell';
import { Muscle, onRequest, toNeuron, type Transition, withState } from '@organism/muscular';
import {
  Astrocyte,
  EventBus,
  type Failure,
  NeuralCircuit,
  requestReply,
  typed,
  VersionConflictError,
} from '@organism/nervous';
import { Bone } from '@organism/skeletal';
import { VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const Locate = requestReply(typed<{ id: string }>('quake.locate'), typed<{ place: string }>('quake.located'));

describe('onRequest', () => {
  it('answers with an operation, in the requester’s context', async () => {
    const clock = new VirtualClock();
    const locate = new Muscle({
      name: 'locate',
      run: async ({ id }: { id: string }, { context, signal }) => {
        await sleep(clock, 100, { signal });
        return { place: `${id} of ${context.tenant}` };
      },
    });
    const bus = new EventBus({ clock });
    const tendon = onRequest(Locate, locate);
    expect([tendon.kind, tendon.target]).toEqual(['request', 'locate']);
    using _subscription = tendon.attach(bus);
    const answer = bus.request(Locate, { id: 'a' }, { context: new Context({ clock, tenant: 'lisbon' }) });
    const late = bus.request(Locate, { id: 'a' }, { timeoutMs: 50 }).catch((error: unknown) => error);
    await clock.advance(200);
    expect(await answer).toEqual({ place: 'a of lisbon' });
    expect(await late).toBeInstanceOf(DeadlineError);
    expect(locate.counters).toEqual({ executions: 2, failures: 1, underWay: 0 });
  });

  it('needs maps where the types differ, and the compiler says so', async () => {
    const upper = new Muscle({ name: 'upper', run: (text: string) => text.toUpperCase() });
    // @ts-expect-error: a question is no text, and a text no answer
    onRequest(Locate, upper);
    const bus = new EventBus();
    onRequest(Locate, upper, { question: ({ id }) => id, answer: (place) => ({ place }) }).attach(bus);
    expect(await bus.request(Locate, { id: 'a' })).toEqual({ place: 'A' });
  });
});

describe('toNeuron', () => {
  it('makes a neuron that executes what comes in and fires what that gives', async () => {
    const In = new Bone('reading', z.object({ n: z.number() }));
    const Half = new Bone('half', z.number());
    const half = new Muscle({
      name: 'half',
      input: In,
      output: Half,
      run: async ({ n }) => {
        if (n % 2 === 1) throw new RangeError('odd');
        return n / 2;
      },
    });
    const failures: Failure[] = [];
    const neuron = toNeuron(half, { concurrency: 1 });
    const show = toNeuron(new Muscle({ name: 'show', run: (n: number) => `${n}` }), { input: Half });
    await using circuit = await new NeuralCircuit({ name: 'c', onError: (failure) => void failures.push(failure) })
      .add(neuron)
      .add(show)
      .connect(neuron.axons.output, show.dendrites.input)
      .start();
    const seen: string[] = [];
    circuit.observe(show.axons.output, (text) => seen.push(text));
    for (const n of [2, 3, 8]) void circuit.stimulate(neuron.dendrites.input, { n });
    await circuit.drain();
    expect([seen, failures.map(({ error }) => error)]).toEqual([['1', '4'], [new RangeError('odd')]]);
    expect(circuit.describe().children.map(({ name }) => name)).toEqual(['half', 'show']);
    // @ts-expect-error: it fires numbers, and takes objects
    expect(() => circuit.connect(neuron.axons.output, neuron.dendrites.input)).toThrow();
  });
});

describe('withState', () => {
  const add = new Muscle({
    name: 'add',
    deterministic: true,
    run: async ({ state = [], input }: Transition<readonly number[], number>) => ({
      state: [...state, input],
      output: state.length,
    }),
  });

  it('loses no update, however many come at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 2 }), { maxLength: 12 }), async (inputs) => {
        const store = new Astrocyte({ name: 'state' });
        const push = withState({ name: 'push', muscle: add, store, key: (n) => `list-${n}`, attempts: 100 });
        await Promise.all(inputs.map((n) => push.execute(n)));
        for (const n of [0, 1, 2]) {
          const wanted = inputs.filter((one) => one === n);
          expect((await store.get(`list-${n}`))?.value ?? []).toEqual(wanted);
        }
      }),
    );
  });

  it('gives up in the end, and is drawn with its store', async () => {
    const store = new Astrocyte({ name: 'state' });
    const hasty = {
      name: 'busy',
      get: store.get.bind(store),
      delete: store.delete.bind(store),
      set: () => Promise.reject(new VersionConflictError('k', 1, 2)),
    };
    await expect(
      withState({ name: 'p', muscle: add, store: hasty, key: 'k', attempts: 3 }).execute(1),
    ).rejects.toBeInstanceOf(VersionConflictError);
    const push = withState({ name: 'push', muscle: add, store, key: 'k' });
    expect(push.anatomy()).toMatchObject({ kind: 'state', edges: [{ from: 'push', to: 'state', label: 'state' }] });
    expect(push.idempotent).toBe(false);
  });

  it('refuses what may not be run again, and options that are none', () => {
    const store = new Astrocyte();
    const once = new Muscle({
      name: 'once',
      run: ({ input }: Transition<number, number>) => ({ state: input, output: input }),
    });
    expect(() => withState({ name: 'w', muscle: once, store, key: 'k' })).toThrow('muscle must be idempotent');
    expect(() => withState({ name: 'w', muscle: add, store, key: 'k', attempts: 0 })).toThrow('attempts must be');
    expect(() => withState({ name: 'w', muscle: add, store, key: 1 as never })).toThrow('key must be');
  });
});
