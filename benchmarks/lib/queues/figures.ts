import type { Figure } from '../benchmark.ts';
import { versionOf } from '../version.ts';
import { type Latency } from './latency.ts';

/** A contender: what it is called, the package whose version is reported, and how fast it is, measured anew on each call. */
export interface Contender {
  readonly name: string;
  readonly package: string;
  readonly goal?: number | null;
  readonly measure: () => Promise<number>;
}

/** The middle one. */
export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** Rates of ours and of peers, turn by turn, so that all meet the same machine; the medians count. */
export const compareRates = async (
  name: string,
  ours: () => Promise<number>,
  peers: readonly Contender[],
  rounds: number,
): Promise<Figure[]> => {
  const measures = [ours, ...peers.map(({ measure }) => measure)];
  const rates = measures.map((): number[] => []);
  // The first round is for the compilers.
  for (let round = -1; round < rounds; round += 1) {
    for (let turn = 0; turn < measures.length; turn += 1) {
      const index = (turn + round + measures.length) % measures.length;
      const rate = (await measures[index]?.()) ?? Number.NaN;
      if (round >= 0) rates[index]?.push(rate);
    }
  }
  const [mine = Number.NaN, ...theirs] = rates.map(median);
  return peers.map((peer, index) => ({
    name,
    unit: 'msg/s',
    better: 'higher',
    ours: mine,
    peer: peer.name,
    peerVersion: versionOf(peer.package),
    theirs: theirs[index] ?? Number.NaN,
    goal: peer.goal ?? null,
  }));
};

/** A figure against a number that we set ourselves. */
export const against = (name: string, unit: string, better: Figure['better'], ours: number, limit: number): Figure => ({
  name,
  unit,
  better,
  ours,
  peer: '(the goal itself)',
  peerVersion: '',
  theirs: limit,
  goal: 1,
});

/** p50, p95 and p99 of a paced run, medians of the rounds, against a peer's. */
export const compareLatency = async (
  name: string,
  ours: () => Promise<Latency>,
  peer: { readonly name: string; readonly package: string; readonly measure: () => Promise<Latency> },
  rounds: number,
): Promise<Figure[]> => {
  const runs: [Latency[], Latency[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    runs[0].push(await ours());
    runs[1].push(await peer.measure());
  }
  return (['p50', 'p95', 'p99'] as const).map((which) => ({
    name: `${name}: ${which}`,
    unit: 'ms',
    better: 'lower',
    ours: median(runs[0].map((run) => run[which])),
    peer: peer.name,
    peerVersion: versionOf(peer.package),
    theirs: median(runs[1].map((run) => run[which])),
    goal: null,
  }));
};
