import { type Entropy, systemClock } from '@organism/cell';
import { Neuroplasticity, type PlasticityOptions } from '@organism/nervous';
import { SeededEntropy } from '@organism/testing';
import assert from 'node:assert/strict';
import type { Benchmark, Figure, Work } from './lib/benchmark.ts';
import { type HandClock, makeHandClock, runSchedule, type Schedule, type Tally } from './lib/fault-schedule.ts';
import { makeAccruing, makePeakEwma, makeRoundRobin, type Routed, type Router } from './lib/routers.ts';

/** Four targets at two thirds of what they can bear, and one fault after another. */
const allFaults: Schedule = {
  targets: 4,
  workers: 8,
  serviceMs: 10,
  spread: 0.5,
  perSecond: 1800,
  timeoutMs: 1000,
  forMs: 80_000,
  faults: [
    { target: 1, fromMs: 10_000, toMs: 20_000, slower: 20 },
    { target: 2, fromMs: 30_000, toMs: 40_000, failing: 1 },
    { target: 3, fromMs: 50_000, toMs: 60_000, failing: 0.3 },
    { target: 0, fromMs: 65_000, toMs: 75_000, hangs: true },
  ],
};

/** The same without those that fail at once: a router that sends much there has less to queue, and looks fast for it. */
const slowFaults: Schedule = { ...allFaults, faults: allFaults.faults.filter(({ failing }) => failing === undefined) };

const { targets: size } = allFaults;

type Make = (clock: HandClock, entropy: Entropy) => Router;

const makeOurs =
  (options: PlasticityOptions<number>): Make =>
  (clock, entropy) => {
    const targets = Array.from({ length: size }, (_, index) => index);
    const router = new Neuroplasticity({ targets, nameOf: String, clock, entropy, ...options });
    return {
      choose: () => router.choose(),
      settle: (path: Routed & { readonly succeed?: () => boolean; readonly fail?: () => boolean }, ok) =>
        void (ok ? path.succeed?.() : path.fail?.()),
    };
  };

const byDefault = makeOurs({});
const pruning = makeOurs({ pruneBelow: 0.2 });

const run = (make: Make, seed: string, of: Schedule): Tally => {
  const [clock, root] = [makeHandClock(), new SeededEntropy(seed)];
  return runSchedule(of, make(clock, root.fork('router')), clock, root.fork('arrivals'), root.fork('services'));
};

/** Over all seeds: share of errors in percent, and percentiles in milliseconds. */
const measure = (make: Make, of: Schedule, seeds: number): { errors: number; p99: number; p999: number } => {
  const tallies = Array.from({ length: seeds }, (_, index) => run(make, `routing-${index}`, of));
  const latencies = Float64Array.from(tallies.flatMap((tally) => [...tally.latencies])).sort();
  const sum = (field: 'errors' | 'messages'): number => tallies.reduce((total, tally) => total + tally[field], 0);
  const at = (part: number): number => latencies[Math.floor(latencies.length * part)] ?? Number.NaN;
  return { errors: (100 * sum('errors')) / sum('messages'), p99: at(0.99), p999: at(0.999) };
};

const peers: readonly { readonly name: string; readonly make: Make }[] = [
  { name: 'round-robin', make: () => makeRoundRobin(size) },
  { name: 'peak-EWMA', make: (clock, entropy) => makePeakEwma(size, clock, entropy) },
  { name: 'peak-EWMA + accrual', make: (clock, entropy) => makeAccruing(size, clock, entropy) },
];

/** One message after another, of which all succeed, on the host's clock. */
const work = (make: Make): Work => {
  const router = make(systemClock as HandClock, new SeededEntropy('routing'));
  return (times) => {
    let sum = 0;
    for (let index = 0; index < times; index += 1) {
      const routed = router.choose();
      sum += routed.target;
      router.settle(routed, true);
    }
    return sum;
  };
};

const compare = (title: string, of: Schedule, seeds: number): Figure[] => {
  const theirs = peers.map(({ name, make }) => ({ name, ...measure(make, of, seeds) }));
  const ours = [
    { name: 'pruning', ...measure(pruning, of, seeds) },
    { name: 'default', ...measure(byDefault, of, seeds) },
  ];
  const fields = ['errors', 'p99', 'p999'] as const;
  return fields.flatMap((field) =>
    ours.flatMap((mine) =>
      theirs.map((peer): Figure => ({
        name: `${title}: ${field}, ${mine.name}`,
        unit: field === 'errors' ? '%' : 'ms',
        better: 'lower',
        ours: mine[field],
        peer: peer.name,
        peerVersion: '',
        theirs: peer[field],
        goal: field === 'p999' ? null : 1,
      })),
    ),
  );
};

/** A fault schedule in virtual time, and what one choice costs. */
export const benchmark: Benchmark = {
  name: 'nervous.routing',
  description:
    'adaptive routing against round-robin and peak-EWMA: errors and latency in a fault schedule, and its cost',
  verify: () => {
    // In good weather all spread the same traffic without an error.
    const calm = { ...allFaults, forMs: 5000, faults: [] };
    const tallies = [byDefault, pruning, ...peers.map(({ make }) => make)].map((make) => run(make, 'calm', calm));
    assert.deepEqual(new Set(tallies.map(({ messages, errors }) => `${messages} ${errors}`)).size, 1);
    for (const { shares, messages } of tallies)
      for (const share of shares)
        assert.ok(Math.abs(share.reduce((sum, count) => sum + count, 0) / messages - 1 / size) < 0.1);
  },
  cases: () => [
    {
      name: 'choose and settle, 4 targets',
      goal: null,
      ours: work(byDefault),
      peers: peers.map(({ name, make }) => ({
        name,
        package: 'node',
        work: work(make),
        ...(name !== 'round-robin' && { goal: 1 }),
      })),
    },
  ],
  figures: async ({ quick }) => [
    ...compare('all faults', allFaults, quick ? 2 : 5),
    ...compare('slow faults', slowFaults, quick ? 2 : 5),
  ],
};
