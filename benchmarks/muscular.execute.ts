import { Retry, Timeout } from '@organism/homeostasis';
import { Muscle, parallel, sequence } from '@organism/muscular';
import { Bone } from '@organism/skeletal';
import { Effect } from 'effect';
import { ResultAsync } from 'neverthrow';
import assert from 'node:assert/strict';
import { z } from 'zod';
import type { Benchmark, Case, Figure, Work } from './lib/benchmark.ts';
import { heapUsed } from './lib/heap.ts';

interface Order {
  readonly sku: string;
  readonly amount: number;
}
interface Receipt {
  readonly total: number;
}

const input = z.object({ sku: z.string(), amount: z.int().min(1) });
const output = z.object({ total: z.number() });
const place = async ({ amount }: Order): Promise<Receipt> => ({ total: amount * 5 });
const orders = Array.from({ length: 64 }, (_, index): Order => ({ sku: `tea-${index}`, amount: index + 1 }));
const orderAt = (index: number): Order => orders[index & 63] as Order;

type Execute = (order: Order) => PromiseLike<Receipt>;

const unchecked = new Muscle({ name: 'place', run: place });
const checked = new Muscle({
  name: 'place-checked',
  input: new Bone('order', input),
  output: new Bone('receipt', output),
  run: place,
});
const pass = new Muscle({ name: 'pass', run: async (receipt: Receipt) => receipt });
const cancellable = new AbortController().signal;

const ours = {
  unchecked: (order: Order) => unchecked.execute(order),
  checked: (order: Order) => checked.execute(order),
  cancellable: (order: Order) => unchecked.execute(order, { signal: cancellable }),
};
const theirs = {
  bare: place,
  /** As its documentation wraps a promise; the effect is built for each call, as its input is. */
  effect: (order: Order) => Effect.runPromise(Effect.promise(() => place(order))),
  effectCancellable: (order: Order) =>
    Effect.runPromise(
      Effect.promise(() => place(order)),
      { signal: cancellable },
    ),
  neverthrow: async (order: Order) => (await ResultAsync.fromPromise(place(order), String))._unsafeUnwrap(),
  zod: async (order: Order) => output.parse(await place(input.parse(order))),
  bones: async (order: Order) => checked.output?.parse(await place(checked.input?.parse(order) as Order)) as Receipt,
};

const inSequence =
  (execute: Execute): Work =>
  async (times) => {
    let sum = 0;
    for (let index = 0; index < times; index += 1) sum += (await execute(orderAt(index))).total;
    return sum;
  };

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** What one adds to another, in nanoseconds: the median difference of many short rounds, which other work seldom meets. */
const overhead = async (one: Execute, other: Execute, quick: boolean): Promise<number> => {
  const contenders = [inSequence(one), inSequence(other)] as const;
  const calls = 2000;
  const timeOf = async (work: Work): Promise<number> => {
    const started = process.hrtime.bigint();
    await work(calls);
    return Number(process.hrtime.bigint() - started) / calls;
  };
  for (const work of contenders) await work(50_000);
  const differences: number[] = [];
  for (let round = 0; round < (quick ? 500 : 2000); round += 1)
    differences.push((await timeOf(contenders[0])) - (await timeOf(contenders[1])));
  return median(differences);
};

const goalNs = 250;

/** How much the heap has grown after a million executions of all kinds. */
const heapGrowth = async (): Promise<number> => {
  const regulated = new Muscle({
    name: 'place-regulated',
    idempotent: true,
    policies: [new Retry(), new Timeout({ ms: 60_000 })],
    hooks: { before: () => {} },
    run: place,
  });
  const group = sequence({
    name: 'group',
    steps: [unchecked, parallel({ name: 'both', members: { checked: pass, again: pass } })],
  });
  const all: ((order: Order) => PromiseLike<unknown>)[] = [
    ...Object.values(ours),
    (order) => regulated.execute(order),
    (order) => group.execute(order, { signal: cancellable }),
  ];
  const run = async (times: number): Promise<void> => {
    for (let index = 0; index < times; index += 1) await all[index % all.length]?.(orderAt(index));
  };
  await run(20_000);
  const before = await heapUsed();
  await run(1_000_000);
  return (await heapUsed()) - before;
};

/** What it costs to make a function an operation. */
export const benchmark: Benchmark = {
  name: 'muscular.execute',
  description: 'executing an operation, against a bare call, Effect and neverthrow; with checks, against bare zod',
  verify: async () => {
    for (const execute of [...Object.values(ours), ...Object.values(theirs)]) {
      assert.deepEqual(await execute(orderAt(2)), { total: 15 });
      assert.equal(await inSequence(execute)(6400), 640_000 * 1.625);
    }
    await assert.rejects(checked.execute({ sku: 'tea', amount: 0 }));
    await assert.rejects(theirs.zod({ sku: 'tea', amount: 0 }));
  },
  cases: (): Case[] => [
    {
      name: 'unchecked',
      goal: null,
      ours: inSequence(ours.unchecked),
      peers: [
        { name: 'bare call', package: 'node', work: inSequence(theirs.bare) },
        { name: 'Effect runPromise', package: 'effect', work: inSequence(theirs.effect) },
        { name: 'neverthrow', package: 'neverthrow', work: inSequence(theirs.neverthrow) },
      ],
    },
    {
      name: 'unchecked, with a signal',
      goal: null,
      ours: inSequence(ours.cancellable),
      peers: [{ name: 'Effect runPromise', package: 'effect', work: inSequence(theirs.effectCancellable) }],
    },
    {
      name: 'input and output checked',
      goal: null,
      ours: inSequence(ours.checked),
      peers: [{ name: 'zod parse and call', package: 'zod', work: inSequence(theirs.zod) }],
    },
  ],
  figures: async ({ quick }): Promise<Figure[]> => {
    const figure = async (name: string, one: Execute, other: Execute): Promise<Figure> => ({
      name,
      unit: 'ns',
      better: 'lower',
      ours: await overhead(one, other, quick),
      peer: 'limit',
      peerVersion: '',
      theirs: goalNs,
      goal: 1,
    });
    return [
      await figure('unchecked, over the bare call', ours.unchecked, theirs.bare),
      await figure('checked, over the Bones and the bare call', ours.checked, theirs.bones),
      {
        name: 'heap growth over 1,000,000 executions',
        unit: 'bytes',
        better: 'lower',
        ours: await heapGrowth(),
        peer: 'limit',
        peerVersion: '',
        theirs: 1_048_576,
        goal: 1,
      },
    ];
  },
};
