import { Heart } from '@organism/circulatory';
import { RabbitBroker } from '@organism/circulatory/rabbitmq';
import type { Reading, Store } from './contender.ts';

/** Where the benchmarks look for a server. */
export const rabbitUrl = 'amqp://guest:guest@127.0.0.1:5672';

let prefixes = 0;

/** A Heart on the local RabbitMQ, with queues of its own. */
export const rabbitStore = async (): Promise<Store> => {
  const prefix = `bench-${process.pid}-${prefixes++}`;
  const driver = new RabbitBroker({ url: rabbitUrl, prefix, partitions: 1 });
  const heart = await new Heart<{ readings: Reading }>({ driver, defaults: { maxDepth: 1_000_000 } }).start();
  // Joined before anything is published, as the queue of the peer is there: to make them is not what is measured.
  const vein = await heart.vein('readings');
  await vein.close();
  return {
    publish: (value) => heart.publish('readings', value),
    publishAll: (values) =>
      heart.publishBatch(
        'readings',
        values.map((value) => ({ value })),
      ),
    consume: (handler) =>
      heart.subscribe('readings', ({ data }) => handler(data), { concurrency: 100, prefetch: 500, maxAttempts: 1 }),
    [Symbol.asyncDispose]: async () => {
      await heart.leave('readings', 'default');
      await heart.stop();
      await deleteTopic(`${prefix}:readings`);
    },
  };
};

const deleteTopic = async (exchange: string): Promise<void> => {
  const { connect } = await import('amqplib');
  const model = await connect(rabbitUrl);
  const channel = await model.createChannel();
  for (const queue of ['first:any', 'first:0', 'owner', 'groups']) await channel.deleteQueue(`${exchange}:${queue}`);
  for (const name of [exchange, `${exchange}:waiting`]) await channel.deleteExchange(name);
  await model.close();
};
