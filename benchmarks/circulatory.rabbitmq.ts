import assert from 'node:assert/strict';
import type { Benchmark, Figure } from './lib/benchmark.ts';
import { consumed, draining, publishing, throughput } from './lib/queues/contender.ts';
import { compareLatency, compareRates } from './lib/queues/figures.ts';
import { paced } from './lib/queues/latency.ts';
import { rabbitStore } from './lib/queues/rabbit-hearts.ts';
import { rawRabbit } from './lib/queues/rabbit-peers.ts';

const raw = { name: 'amqplib: confirm channel, quorum queue', package: 'amqplib', goal: 0.85 };

/** A Heart on RabbitMQ, against the client's own loop. Needs a RabbitMQ at 127.0.0.1:5672. */
export const benchmark: Benchmark = {
  name: 'circulatory.rabbitmq',
  description: 'messages of 300 bytes through a Heart on the local RabbitMQ, against the bare client',
  verify: async () => {
    for (const store of [rabbitStore, rawRabbit]) {
      assert.equal((await throughput(consumed(store), 500, 10)).sum, 124_750);
      assert.equal((await draining(store, 500)).sum, 124_750);
    }
  },
  figures: async ({ quick }) => {
    const [rounds, count] = quick ? [3, 5000] : [7, 20_000];
    const figures: Figure[] = [];
    for (const inFlight of [1, 100]) {
      const times = inFlight === 1 ? count / 5 : count;
      const name = inFlight === 1 ? 'publish, each awaited' : `publish, ${inFlight} in flight`;
      const measure = (open: typeof rawRabbit) => (): Promise<number> => publishing(open, times, inFlight);
      figures.push(
        ...(await compareRates(name, measure(rabbitStore), [{ ...raw, measure: measure(rawRabbit) }], rounds)),
      );
    }
    // Longer, since it is faster: in half a second there is more of opening and compiling than of consuming, on both sides.
    const drained = quick ? count : 3 * count;
    const drain = (open: typeof rawRabbit) => async (): Promise<number> => (await draining(open, drained)).perSecond;
    const both = (open: typeof rawRabbit) => async (): Promise<number> =>
      (await throughput(consumed(open), count, 100)).perSecond;
    const name = 'consume, acknowledge and bury what is poison';
    figures.push(
      ...(await compareRates(name, drain(rabbitStore), [{ ...raw, measure: drain(rawRabbit) }], rounds)),
      ...(await compareRates(
        'publish, consume and acknowledge, 100 in flight',
        both(rabbitStore),
        [{ ...raw, measure: both(rawRabbit) }],
        rounds,
      )),
      ...(await compareLatency(
        'latency at 2000 a second',
        () => paced(consumed(rabbitStore), 2000, quick ? 2 : 5),
        { ...raw, measure: () => paced(consumed(rawRabbit), 2000, quick ? 2 : 5) },
        quick ? 1 : 3,
      )),
    );
    return figures;
  },
};
