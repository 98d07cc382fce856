import type { Benchmark, Case, Figure, Result, Work } from './benchmark.ts';
import { versionOf } from './version.ts';

/** Where results go, so that no engine may leave the work out. */
export const sink: { value: unknown } = { value: undefined };

/**
 * Only the young generation: a full collection that finds no living object of a class makes V8 forget the code compiled
 * for it, and whoever keeps none between two calls, as peers do, would be measured cold.
 */
const collect = (): void =>
  (globalThis as { readonly gc?: (options: { readonly type: 'minor' }) => void }).gc?.({ type: 'minor' });

const time = async (work: Work, times: number): Promise<number> => {
  const started = process.hrtime.bigint();
  const result = work(times);
  sink.value = result instanceof Promise ? await result : result;
  return Number(process.hrtime.bigint() - started);
};

/** How many times to do the work so that one batch takes about `targetMs`. */
const calibrate = async (work: Work, targetMs: number): Promise<number> => {
  let times = 16;
  for (;;) {
    const taken = await time(work, times);
    if (taken > targetMs * 1e6 * 0.5 || times > 2 ** 28)
      return Math.max(1, Math.round((times * targetMs * 1e6) / taken));
    times *= 4;
  }
};

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

const rounded = (value: number): number => Number(value.toPrecision(4));

const toResult = (bench: string, figure: Figure): Result => {
  const { name, ...rest } = figure;
  return {
    bench,
    case: name,
    ...rest,
    ours: rounded(figure.ours),
    theirs: rounded(figure.theirs),
    ratio: rounded(figure.ours / figure.theirs),
  };
};

const runCase = async (bench: string, one: Case, rounds: number, batchMs: number): Promise<Result[]> => {
  const contenders = [{ name: '', package: '', work: one.ours }, ...one.peers];
  const batches: number[] = [];
  for (const { work } of contenders) batches.push(await calibrate(work, batchMs));
  const times = contenders.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    collect();
    // Rotated, so that no contender always runs first or after the same neighbour.
    for (let turn = 0; turn < contenders.length; turn += 1) {
      const index = (turn + round) % contenders.length;
      const [contender, batch] = [contenders[index], batches[index] ?? 1];
      if (contender !== undefined) times[index]?.push((await time(contender.work, batch)) / batch);
    }
  }
  const [ours = Number.NaN, ...theirs] = times.map(median);
  return one.peers.map((peer, index) =>
    toResult(bench, {
      name: one.name,
      unit: 'ns',
      better: 'lower',
      ours,
      peer: peer.name,
      peerVersion: versionOf(peer.package),
      theirs: theirs[index] ?? Number.NaN,
      goal: peer.goal ?? one.goal,
    }),
  );
};

/** Runs a benchmark: first the check that all compute the same, then interleaved rounds of every case. */
export const runBenchmark = async (benchmark: Benchmark, options: { readonly quick: boolean }): Promise<Result[]> => {
  await benchmark.verify();
  const results: Result[] = [];
  const cases = (await benchmark.cases?.()) ?? [];
  // About 20 seconds for all contenders of all cases when quick.
  const contenders = cases.reduce((sum, one) => sum + one.peers.length + 1, 0);
  const rounds = options.quick ? Math.min(25, Math.max(5, Math.floor(12_000 / (contenders * 20)))) : 41;
  for (const one of cases) results.push(...(await runCase(benchmark.name, one, rounds, options.quick ? 15 : 25)));
  for (const figure of (await benchmark.figures?.(options)) ?? []) results.push(toResult(benchmark.name, figure));
  return results;
};
