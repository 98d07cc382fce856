import assert from 'node:assert/strict';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { consumed, draining, publishing, type Store, throughput } from './lib/queues/contender.ts';
import { compareLatency, compareRates, type Contender } from './lib/queues/figures.ts';
import { paced } from './lib/queues/latency.ts';
import { natsStore, rawJetStream } from './lib/queues/nats.ts';

const checked = { isChecked: true };
const ours = natsStore(checked);
const raw = { name: '@nats-io/jetstream', package: '@nats-io/jetstream' };
const goal = 0.85;
const confirmed = rawJetStream(true);
const unconfirmed = rawJetStream(false);

/** The client's loop with the guarantee that ours gives, and the one without it, to be seen beside it. */
const peers = (measure: (open: () => Promise<Store>) => Promise<number>): readonly Contender[] => [
  { ...raw, name: 'jetstream, ackAck', goal, measure: () => measure(confirmed) },
  { ...raw, name: 'jetstream, ack unconfirmed', measure: () => measure(unconfirmed) },
];

const publishFigures = async (quick: boolean, rounds: number): Promise<Figure[]> => {
  const figures: Figure[] = [];
  for (const inFlight of [1, 100]) {
    const count = (quick ? 4000 : 20_000) * (inFlight === 1 ? 0.25 : 1);
    const name = inFlight === 1 ? 'publish, each awaited' : `publish, ${inFlight} in flight`;
    const measure = (): Promise<number> => publishing(unconfirmed, count, inFlight);
    figures.push(
      ...(await compareRates(name, () => publishing(ours, count, inFlight), [{ ...raw, goal, measure }], rounds)),
    );
  }
  return figures;
};

const consumeFigures = async (quick: boolean, rounds: number): Promise<Figure[]> => {
  const count = quick ? 4000 : 20_000;
  const drain = await compareRates(
    'consume, acknowledge and bury what is poison',
    async () => (await draining(ours, count)).perSecond,
    peers(async (open) => (await draining(open, count)).perSecond),
    rounds,
  );
  const both = await compareRates(
    'publish, consume and acknowledge, 100 in flight',
    async () => (await throughput(consumed(ours), count, 100)).perSecond,
    peers(async (open) => (await throughput(consumed(open), count, 100)).perSecond),
    rounds,
  );
  return [...drain, ...both];
};

/** A Heart on NATS JetStream, against the client's own calls. Needs a server with JetStream at 127.0.0.1:4222. */
export const benchmark: Benchmark = {
  name: 'circulatory.nats',
  description: "messages of 300 bytes through a Heart on the local JetStream, against the client's own calls",
  verify: async () => {
    for (const store of [ours, confirmed, unconfirmed]) {
      assert.equal((await throughput(consumed(store), 500, 10)).sum, 124_750);
      assert.equal((await draining(store, 500)).sum, 124_750);
    }
  },
  figures: async ({ quick }) => {
    const rounds = quick ? 3 : 7;
    const [seconds, latencyRounds] = quick ? [2, 1] : [5, 3];
    return [
      ...(await publishFigures(quick, rounds)),
      ...(await consumeFigures(quick, rounds)),
      ...(await compareLatency(
        'latency at 2000 a second',
        () => paced(consumed(ours), 2000, seconds),
        { ...raw, name: 'jetstream, ackAck', measure: () => paced(consumed(confirmed), 2000, seconds) },
        latencyRounds,
      )),
    ];
  },
};
