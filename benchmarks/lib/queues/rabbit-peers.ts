import { connect } from 'amqplib';
import type { Reading, Store } from './contender.ts';
import { rabbitUrl } from './rabbit-hearts.ts';

let queues = 0;

/**
 * The loop of amqplib's own examples on a quorum queue: a confirm channel to publish, a connection of its own to consume
 * with the same prefetch, an acknowledgement for each message. What a handler refuses is rejected to a dead-letter queue.
 */
export const rawRabbit = async (): Promise<Store> => {
  const queue = `bench-raw-${process.pid}-${queues++}`;
  const [out, inward] = [await connect(rabbitUrl, { noDelay: true }), await connect(rabbitUrl, { noDelay: true })];
  const [publisher, consumer] = [await out.createConfirmChannel(), await inward.createChannel()];
  const quorum = { 'x-queue-type': 'quorum' };
  await consumer.assertQueue(`${queue}-dead`, { durable: true, arguments: quorum });
  await consumer.assertQueue(queue, {
    durable: true,
    deadLetterExchange: '',
    deadLetterRoutingKey: `${queue}-dead`,
    arguments: quorum,
  });
  await consumer.prefetch(1000);
  return {
    publish: (value) =>
      new Promise<void>((resolve, reject) => {
        const content = Buffer.from(JSON.stringify(value));
        publisher.sendToQueue(queue, content, { persistent: true }, (error: unknown) => {
          if (error === null || error === undefined) resolve();
          else reject(error as Error);
        });
      }),
    consume: (handler) =>
      consumer.consume(queue, (message) => {
        if (message === null) return;
        try {
          handler(JSON.parse(message.content.toString('utf8')) as Reading);
          consumer.ack(message);
        } catch {
          consumer.nack(message, false, false);
        }
      }),
    [Symbol.asyncDispose]: async () => {
      for (const name of [queue, `${queue}-dead`]) await consumer.deleteQueue(name);
      await Promise.all([out.close(), inward.close()]);
    },
  };
};
