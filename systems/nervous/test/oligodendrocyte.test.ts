import { NeuralCircuit, ReflexNeuron } from '@organism/nervous';
import { VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Amount, collector } from './neurons.ts';

/** A circuit described by data: each node does one thing, and leads to later nodes. */
interface Plan {
  readonly nodes: readonly {
    readonly kind: 'add' | 'odd' | 'fail' | 'later' | 'twice';
    readonly to: readonly number[];
  }[];
  readonly options: readonly { readonly weight: number; readonly delayMs: number; readonly filter: boolean }[];
  readonly steps: readonly ('send' | 'pause' | 'resume' | 'swap')[];
}

const plan: fc.Arbitrary<Plan> = fc.record({
  nodes: fc.array(
    fc.record({
      kind: fc.constantFrom('add', 'odd', 'fail', 'later', 'twice'),
      to: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  options: fc.array(
    fc.record({
      weight: fc.constantFrom(1, 1, 1, 0, 0.5),
      delayMs: fc.constantFrom(0, 0, 0, 5),
      filter: fc.boolean(),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  steps: fc.array(fc.constantFrom('send', 'send', 'send', 'pause', 'resume', 'swap'), { maxLength: 25 }),
});

const makeNode = (name: string, kind: Plan['nodes'][number]['kind'], log: string[]) =>
  new ReflexNeuron({
    name,
    dendrites: { in: Amount },
    axons: { out: Amount },
    react: {
      in: (value, { out }) => {
        log.push(`${name} ${value}`);
        if (kind === 'fail' && value % 3 === 0) throw new Error(`${name} fails`);
        if (kind === 'later') return Promise.resolve().then(() => out.fire(value + 1));
        if (kind === 'odd' && value % 2 === 0) return undefined;
        if (kind === 'twice') void out.fire(value);
        return out.fire(value + 1);
      },
    },
  });

/** Everything that can be seen of a run. */
const runPlan = async ({ nodes, options, steps }: Plan, myelinate: boolean) => {
  const clock = new VirtualClock();
  const log: string[] = [];
  const neurons = nodes.map(({ kind }, index) => makeNode(`n${index}`, kind, log));
  const circuit = new NeuralCircuit({
    name: 'x',
    clock,
    myelinate,
    onError: ({ source, value, error }) => log.push(`${source} ${value} ${(error as Error).message}`),
  }).add(...neurons);
  let edge = 0;
  for (const [index, { to }] of nodes.entries())
    for (const step of to) {
      const [from, target, option] = [neurons[index], neurons[index + step], options[edge % options.length]];
      edge += 1;
      if (from === undefined || target === undefined || option === undefined) continue;
      const { filter, ...rest } = option;
      circuit.connect(from.axons.out, target.dendrites.in, {
        ...rest,
        ...(filter && { filter: (value: number) => value % 5 !== 0 }),
      });
    }
  await circuit.start();
  const first = neurons[0];
  if (first === undefined) throw new Error('a plan has nodes');
  for (const [index, step] of steps.entries()) {
    if (step === 'send') circuit.stimulate(first.dendrites.in, index);
    else if (step === 'pause') await circuit.pause();
    else if (step === 'resume') circuit.resume();
    else {
      const at = index % neurons.length;
      const old = circuit.describe().children[at]?.name ?? '';
      const [node, plain] = [neurons[at], nodes[at]];
      if (node !== undefined && plain !== undefined) {
        const next = makeNode(old, plain.kind, log);
        await clock.runUntil(circuit.swap(node, next));
        neurons[at] = next;
      }
    }
    await clock.advance(1);
  }
  await clock.runUntil(circuit.stop());
  return { log, anatomy: circuit.describe() };
};

describe('myelination', () => {
  it('property: what can be seen of a circuit is the same with and without it', async () => {
    await fc.assert(
      fc.asyncProperty(plan, async (one) => {
        expect(await runPlan(one, true)).toEqual(await runPlan(one, false));
      }),
      { numRuns: 300 },
    );
  });

  it('counts and isolates on the fast path as elsewhere, and leaves actors alone', async () => {
    const failures: string[] = [];
    const first = makeNode('first', 'add', []);
    const bad = makeNode('bad', 'fail', []);
    const last = collector('last');
    await using circuit = await new NeuralCircuit({ name: 'x', onError: ({ source }) => failures.push(source) })
      .add(first, bad, last)
      .connect(first.axons.out, bad.dendrites.in)
      .connect(bad.axons.out, last.dendrites.in)
      .start();
    for (const value of [1, 2, 3]) circuit.stimulate(first.dendrites.in, value);
    expect([bad.received, bad.failed, failures, last.snapshot()]).toEqual([3, 1, ['bad'], [3, 5]]);
    expect(circuit.describe().edges).toMatchObject([{ counters: { passed: 3 } }, { counters: { passed: 2 } }]);
  });
});
