import type { OxygenDriver } from '../driver.ts';

/** What is needed of an admin client of `kafkajs`. */
export interface KafkaAdminLike {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  describeCluster(): Promise<unknown>;
}

/** What is needed of a producer of `kafkajs`. */
export interface KafkaProducerLike {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
}

/** What is needed of a client: `Kafka` of `kafkajs` fits as it is. */
export interface KafkaLike<Admin extends KafkaAdminLike, Producer extends KafkaProducerLike> {
  admin(): Admin;
  producer(): Producer;
}

/** A client with its connections. */
export interface KafkaConnections<Kafka, Admin, Producer> {
  /** For consumers, whose lives are their users'. */
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly producer: Producer;
}

/**
 * Kafka by `kafkajs`; callers share an admin client and a producer.
 *
 * @param open makes a client.
 * @see https://kafka.js.org/docs/admin
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Kafka } from 'kafkajs';
 * import { kafka, Oxygen } from '@organism/respiratory/oxygen';
 *
 * const driver = kafka(() => new Kafka({ brokers: ['localhost:9092'], retry: { retries: 0 } }));
 * export const log = new Oxygen({ name: 'log', driver }); // log.client.producer.send({ … })
 * assert.equal(log.resource, 'down');
 * ```
 */
export const kafka = <
  Admin extends KafkaAdminLike,
  Producer extends KafkaProducerLike,
  Kafka extends KafkaLike<Admin, Producer>,
>(
  open: () => Kafka & KafkaLike<Admin, Producer>,
): OxygenDriver<KafkaConnections<Kafka, Admin, Producer>> => {
  const close = async ({ admin, producer }: KafkaConnections<Kafka, Admin, Producer>): Promise<void> => {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  };
  return {
    kind: 'kafka',
    connect: async ({ signal }) => {
      const made = open();
      const client = { kafka: made, admin: made.admin(), producer: made.producer() };
      try {
        signal.throwIfAborted();
        await Promise.all([client.admin.connect(), client.producer.connect()]);
        await client.admin.describeCluster();
        return client;
      } catch (error) {
        await close(client);
        throw error;
      }
    },
    check: async ({ admin }) => void (await admin.describeCluster()),
    close,
  };
};
