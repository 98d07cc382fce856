import { Heart, type HeartDriver } from '@organism/circulatory';
import { NatsBroker } from '@organism/circulatory/nats';
import { requester, respond, respondStream } from '@organism/circulatory/patterns';
import { RabbitBroker } from '@organism/circulatory/rabbitmq';
import { RedisBroker } from '@organism/circulatory/redis';
import { collect, map, pipe, take } from '@organism/circulatory/streams';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { Redis } from 'ioredis';
import { afterAll, describe, expect, it } from 'vitest';
import { deleteAll, isUp as isRabbitUp, newPrefix, serverUrl } from './rabbit.harness.ts';

const prefix = `patterns-${process.pid}`;

const client = new Redis({ lazyConnect: true, maxRetriesPerRequest: 1, retryStrategy: null });
const isRedisUp = await client.connect().then(
  () => true,
  () => false,
);
if (!isRedisUp) console.warn('Skipped: there is no Redis at 127.0.0.1:6379.');
const nats = await connect({ servers: '127.0.0.1:4222', reconnect: false, timeout: 1000 }).catch(() => undefined);
if (nats === undefined) console.warn('Skipped: there is no NATS server at 127.0.0.1:4222.');
if (!isRabbitUp) console.warn(`Skipped: there is no RabbitMQ at ${serverUrl}.`);

afterAll(async () => {
  if (isRedisUp) {
    const keys = await client.keys(`${prefix}*`);
    if (keys.length > 0) await client.del(...keys);
  }
  client.disconnect();
  const topics = ['double', 'slow', 'triple', 'double.cancel', 'slow.cancel', 'reply.here', 'reply.there'];
  if (isRabbitUp) await deleteAll(rabbitPrefix, topics, ['responders'], 1);
  if (nats === undefined) return;
  const { streams } = await jetstreamManager(nats);
  for await (const name of streams.names()) if (name.startsWith(prefix)) await streams.delete(name);
  await nats.close();
});

const rabbitPrefix = newPrefix();
const drivers: readonly { name: string; isUp: boolean; make: () => HeartDriver }[] = [
  { name: 'Redis', isUp: isRedisUp, make: () => new RedisBroker({ client, prefix, pollMs: 5 }) },
  {
    name: 'NATS',
    isUp: nats !== undefined,
    make: () => new NatsBroker({ ...(nats !== undefined && { connection: nats }), prefix }),
  },
  {
    name: 'RabbitMQ',
    isUp: isRabbitUp,
    make: () => new RabbitBroker({ url: serverUrl, prefix: rabbitPrefix, partitions: 1 }),
  },
];

describe.each(drivers)('messaging patterns over $name', ({ isUp, make }) => {
  it.runIf(isUp)('ask, cancel and stream between two processes', async () => {
    await using there = await new Heart({ name: 'there', driver: make() }).start();
    await using here = await new Heart({ name: 'here', driver: make() }).start();
    const aborted = Promise.withResolvers<void>();
    await using _double = await respond(there, 'double', (n) => Number(n) * 2, { concurrency: 8 });
    await using _slow = await respond(there, 'slow', (_question, { signal }) => {
      signal.addEventListener('abort', () => aborted.resolve());
      return aborted.promise;
    });
    await using _sums = await respondStream<string, number>(
      there,
      'triple',
      (_question, { input }) =>
        pipe(
          input,
          map((n) => n * 3),
        ),
      { replyTopic: 'reply.there' },
    );
    const asking = requester(here, { timeoutMs: 15_000, replyTopic: 'reply.here' });
    const numbers = [...Array(20).keys()];
    expect(await Promise.all(numbers.map((n) => asking.request('double', n)))).toEqual(numbers.map((n) => n * 2));

    const abort = new AbortController();
    const slow = asking.request('slow', 1, { signal: abort.signal });
    // By then the responder has it, or will hear of both.
    await asking.request('double', 1);
    abort.abort();
    await expect(slow).rejects.toMatchObject({ code: 'CELL_CANCELLED' });

    const triples = asking.stream('triple', '', { input: numbers, credit: 5 });
    expect(await collect(triples)).toEqual(numbers.map((n) => n * 3));
    expect(await collect(pipe(triples, take(3)))).toEqual([0, 3, 6]);
    await asking.close();
  });
});
