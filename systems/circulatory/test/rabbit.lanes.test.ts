import { Heart } from '@organism/circulatory';
import { RabbitBroker } from '@organism/circulatory/rabbitmq';
import { type Channel, type ChannelModel, connect } from 'amqplib';
import { afterEach, describe, expect, it } from 'vitest';
import { deleteAll, isUp, newPrefix, serverUrl } from './rabbit.harness.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

/** Connects to a server, and holds back what is published to some queues until told to let it go. */
class Delayed {
  /** Channels that consume, by queue. */
  readonly consuming = new Map<string, Channel>();
  /** What waits, the oldest first. */
  readonly waiting: (() => void)[] = [];
  readonly acks: { readonly tag: number; readonly isMultiple: boolean }[] = [];
  /** Queues that do not let themselves be consumed. */
  readonly refuses = new Set<string>();
  readonly #isDelayed: (queue: string) => boolean;

  constructor(isDelayed: (queue: string) => boolean) {
    this.#isDelayed = isDelayed;
  }

  async connect(): Promise<ChannelModel> {
    const model = await connect(serverUrl);
    const createConfirmChannel = model.createConfirmChannel.bind(model);
    model.createConfirmChannel = async () => {
      const channel = await createConfirmChannel();
      const publish = channel.publish.bind(channel);
      channel.publish = (exchange, queue, ...rest) => {
        if (exchange !== '' || !this.#isDelayed(queue)) return publish(exchange, queue, ...rest);
        this.waiting.push(() => void publish(exchange, queue, ...rest));
        return true;
      };
      return channel;
    };
    const createChannel = model.createChannel.bind(model);
    model.createChannel = async () => {
      const channel = await createChannel();
      const [consume, ack] = [channel.consume.bind(channel), channel.ack.bind(channel)];
      channel.consume = (queue, ...rest) => {
        if (this.refuses.has(queue)) return Promise.reject(new Error('refused'));
        this.consuming.set(queue, channel);
        return consume(queue, ...rest);
      };
      channel.ack = (message, isMultiple = false) => {
        this.acks.push({ tag: message.fields.deliveryTag, isMultiple });
        ack(message, isMultiple);
      };
      return channel;
    };
    return model;
  }

  /** Tags of which the server was told. */
  get acknowledged(): number[] {
    const told = this.acks.flatMap(({ tag, isMultiple }) =>
      isMultiple ? Array.from({ length: tag }, (_, index) => index + 1) : [tag],
    );
    return [...new Set(told)].toSorted((one, other) => one - other);
  }

  /** Lets go of what waits. */
  release(): void {
    for (const publish of this.waiting.splice(0)) publish();
  }
}

const until = (check: () => unknown, expected: unknown): Promise<void> =>
  expect.poll(check, { timeout: 8000, interval: 10 }).toEqual(expected);

/** A Heart whose dead letters, or whose messages that are put off, wait to be published. */
const start = async (suffix: RegExp) => {
  const prefix = newPrefix();
  cleanUps.push(() => deleteAll(prefix, ['jobs'], ['default'], 1));
  const server = new Delayed((queue) => suffix.test(queue));
  const driver = new RabbitBroker({ connect: () => server.connect(), prefix, partitions: 1, prefetch: 1000 });
  const heart = await new Heart<{ jobs: number }>({ driver }).start();
  cleanUps.push(async () => {
    server.release();
    await heart.stop();
  });
  return { server, heart, prefix, queue: `${prefix}:jobs:first:any` };
};

describe.runIf(isUp)('a lane of a RabbitBroker', () => {
  it('acknowledges the others while a message is on its way to the dead letters, and then that one', async () => {
    const { server, heart } = await start(/:dead$/);
    const seen: number[] = [];
    await heart.publishBatch(
      'jobs',
      Array.from({ length: 10 }, (_, value) => ({ value })),
    );
    const subscription = await heart.subscribe(
      'jobs',
      ({ data }) => {
        seen.push(data);
        if (data === 4) throw new Error('poison');
      },
      { concurrency: 10, maxAttempts: 1 },
    );
    await until(() => [seen.length, server.waiting.length], [10, 1]);
    await until(() => server.acknowledged, [1, 2, 3, 4, 6, 7, 8, 9, 10]);
    server.release();
    await until(() => subscription.counters, { delivered: 10, acked: 9, retried: 0, dead: 1, lost: 0 });
    expect(server.acks.at(-1)?.tag).toBe(5);
    expect((await heart.inspect('jobs')).depth).toBe(0);
  });

  it('takes the end of a move for none of what came after its channel was lost', async () => {
    const { server, heart, queue } = await start(/:wait:/);
    const held = Promise.withResolvers<void>();
    cleanUps.push(async () => held.resolve());
    const seen: number[] = [];
    await heart.subscribe(
      'jobs',
      ({ data }) => {
        seen.push(data);
        return data === 3 ? held.promise : undefined;
      },
      { concurrency: 10 },
    );
    await heart.publish('jobs', 1);
    await until(() => seen, [1]);
    await heart.publish('jobs', 2, { delayMs: 60_000 });
    await until(() => server.waiting.length, 1);
    await server.consuming.get(queue)?.close();
    // Of the new channel, the first is the one that is to be put off, and the second is handled for long.
    await until(() => server.waiting.length, 2);
    await heart.publish('jobs', 3);
    await until(() => seen, [1, 3]);
    server.acks.length = 0;
    server.release();
    await until(() => server.acks, [{ tag: 1, isMultiple: true }]);
    held.resolve();
    await until(() => server.acks.at(-1), { tag: 2, isMultiple: true });
  });

  it('settles again when it is back from a loss in the middle of a move', async () => {
    const { server, heart, queue } = await start(/:dead$/);
    const seen: number[] = [];
    const subscription = await heart.subscribe(
      'jobs',
      ({ data }) => {
        seen.push(data);
        if (seen.length === 1) throw new Error('poison');
      },
      { maxAttempts: 1 },
    );
    await heart.publish('jobs', 1);
    await until(() => server.waiting.length, 1);
    server.refuses.add(queue);
    await server.consuming.get(queue)?.close();
    server.release();
    await until(() => subscription.counters.lost, 1);
    server.refuses.clear();
    await heart.publish('jobs', 2);
    await until(() => seen, [1, 1, 2]);
    await until(() => subscription.counters, { delivered: 3, acked: 2, retried: 0, dead: 0, lost: 1 });
  });
});
