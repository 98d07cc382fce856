import { Breaker, Bulkhead, consecutive, constant, type Policy, regulate, Retry, Timeout } from '@organism/homeostasis';
import * as cockatiel from 'cockatiel';
import assert from 'node:assert/strict';
import type { Benchmark, Case, Figure, Work } from './lib/benchmark.ts';

interface Executes {
  execute(work: () => Promise<number>): Promise<number>;
}

const task = async (): Promise<number> => 1;

/** The same settings on both sides. */
const settings = {
  retries: 2,
  delayMs: 100,
  timeoutMs: 2000,
  failures: 5,
  openMs: 10_000,
  concurrency: 10,
  queue: 100,
};

const ours = {
  retry: (): Policy => new Retry({ attempts: settings.retries + 1, backoff: constant(settings.delayMs) }),
  timeout: (): Policy => new Timeout({ ms: settings.timeoutMs, mode: 'aggressive' }),
  breaker: (): Policy => new Breaker({ trip: consecutive({ failures: settings.failures }), openMs: settings.openMs }),
  bulkhead: (): Policy => new Bulkhead({ concurrency: settings.concurrency, queue: settings.queue }),
};

const theirs = {
  retry: (): cockatiel.IPolicy =>
    cockatiel.retry(cockatiel.handleAll, {
      maxAttempts: settings.retries,
      backoff: new cockatiel.ConstantBackoff(settings.delayMs),
    }),
  timeout: (): cockatiel.IPolicy => cockatiel.timeout(settings.timeoutMs, cockatiel.TimeoutStrategy.Aggressive),
  breaker: (): cockatiel.IPolicy =>
    cockatiel.circuitBreaker(cockatiel.handleAll, {
      halfOpenAfter: settings.openMs,
      breaker: new cockatiel.ConsecutiveBreaker(settings.failures),
    }),
  bulkhead: (): cockatiel.IPolicy => cockatiel.bulkhead(settings.concurrency, settings.queue),
};

const kinds = ['retry', 'timeout', 'breaker', 'bulkhead'] as const;
const ourFour = (): Policy => regulate(...kinds.map((kind) => ours[kind]()));
const theirFour = (): Executes => cockatiel.wrap(theirs.retry(), theirs.timeout(), theirs.breaker(), theirs.bulkhead());

const bare: Executes = { execute: (work) => work() };

/** One call after the other. */
const inSequence =
  (policy: Executes): Work =>
  async (times) => {
    let sum = 0;
    for (let index = 0; index < times; index += 1) sum += await policy.execute(task);
    return sum;
  };

/** Ten calls at a time, as a server has them. */
const inTens =
  (policy: Executes): Work =>
  async (times) => {
    let sum = 0;
    for (let index = 0; index < times; index += 10) {
      const answers: Promise<number>[] = [];
      for (let call = 0; call < 10; call += 1) answers.push(policy.execute(task));
      for (const answer of answers) sum += await answer;
    }
    return sum;
  };

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** What the four together add to the bare call, in nanoseconds: interleaved rounds, median against median. */
const measureOverhead = async (quick: boolean): Promise<number> => {
  const contenders = [inSequence(ourFour()), inSequence(bare)];
  const calls = 50_000;
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < (quick ? 11 : 41); round += 1) {
    for (const [index, work] of contenders.entries()) {
      const started = process.hrtime.bigint();
      await work(calls);
      times[index]?.push(Number(process.hrtime.bigint() - started) / calls);
    }
  }
  return median(times[0]) - median(times[1]);
};

/** Resilience policies around a call that succeeds at once: what they cost when nothing goes wrong. */
export const benchmark: Benchmark = {
  name: 'homeostasis.regulate',
  description: 'retry, timeout, breaker and bulkhead around an async call, against the same of cockatiel',
  verify: async () => {
    for (const policy of [ourFour(), theirFour(), ...kinds.flatMap((kind) => [ours[kind](), theirs[kind]()])]) {
      assert.equal(await policy.execute(task), 1);
      // Enough of them for the compiler to have had its say: short batches would measure its work, not ours or theirs.
      assert.equal(await inTens(policy)(20_000), 20_000);
      assert.equal(await inSequence(policy)(20_000), 20_000);
    }
  },
  cases: (): Case[] => {
    const versus = (name: string, goal: number | null, one: Executes, other: Executes, way = inSequence): Case => ({
      name,
      goal,
      ours: way(one),
      peers: [{ name: 'cockatiel', package: 'cockatiel', work: way(other) }],
    });
    return [
      versus('all four', 0.25, ourFour(), theirFour()),
      versus('all four, ten at a time', 0.25, ourFour(), theirFour(), inTens),
      ...kinds.map((kind) => versus(`${kind} alone`, null, ours[kind](), theirs[kind]())),
    ];
  },
  figures: async ({ quick }): Promise<Figure[]> => [
    {
      name: 'all four, over the bare call',
      unit: 'ns',
      better: 'lower',
      ours: await measureOverhead(quick),
      peer: 'our limit',
      peerVersion: '',
      theirs: 1200,
      goal: 1,
    },
  ],
};
