import { RabbitBroker } from '@organism/circulatory/rabbitmq';
import type { Lease, ReserveOrder } from '@organism/circulatory';
import { connect } from 'amqplib';

/** Where the tests look for a server. */
export const serverUrl = 'amqp://guest:guest@127.0.0.1:5672';

/** Whether there is a server. */
export const isUp: boolean = await connect(serverUrl, { timeout: 2000 }).then(
  async (model) => {
    await model.close();
    return true;
  },
  () => false,
);
if (!isUp)
  console.warn(`No RabbitMQ at ${new URL(serverUrl).host}: the tests of RabbitBroker that need one are skipped.`);

let prefixes = 0;

/** Begin of the names of one test's queues. */
export const newPrefix = (): string => `test-${process.pid}-${prefixes++}`;

const lanes = (partitions: number): string[] => [
  'any',
  ...Array.from({ length: partitions }, (_, index) => `${index}`),
];

const waits = [100, 1000, 10_000].flatMap((ms) => [ms, 2 * ms, 5 * ms]);

/** Deletes all that topics and groups of a prefix have left. */
export const deleteAll = async (
  prefix: string,
  topics: readonly string[],
  groups: readonly string[],
  partitions = 8,
): Promise<void> => {
  const model = await connect(serverUrl);
  const channel = await model.createChannel();
  for (const topic of topics) {
    const exchange = `${prefix}:${encodeURIComponent(topic)}`;
    const sets = [`${exchange}:first`, ...groups.map((group) => `${exchange}:group:${encodeURIComponent(group)}`)];
    const queues = sets.flatMap((set) => lanes(partitions).map((lane) => `${set}:${lane}`));
    for (const queue of queues) {
      await channel.deleteQueue(queue);
      for (const ms of waits) await channel.deleteQueue(`${queue}:wait:${ms}`);
    }
    for (const group of groups) await channel.deleteQueue(`${exchange}:group:${encodeURIComponent(group)}:dead`);
    await channel.deleteQueue(`${exchange}:owner`);
    await channel.deleteQueue(`${exchange}:groups`);
    await channel.deleteExchange(exchange);
    await channel.deleteExchange(`${exchange}:waiting`);
  }

  await model.close();
};

/**
 * Waits for what is on its way before it leases: the checks ask right after a publish, and messages are pushed. A Heart asks
 * again when `watch` tells it to.
 */
export class PatientBroker extends RabbitBroker {
  override async reserve(topic: string, group: string, order: ReserveOrder): Promise<readonly Lease[]> {
    await this.arrived(topic, group);
    return await super.reserve(topic, group, order);
  }
}
