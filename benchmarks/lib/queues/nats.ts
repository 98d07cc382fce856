import { AckPolicy, jetstream, jetstreamManager, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { NatsBroker } from '@organism/circulatory/nats';
import type { Reading, Store } from './contender.ts';
import { type HeartSetup, openHeart } from './hearts.ts';

const servers = '127.0.0.1:4222';
let made = 0;

/** A name that no other run has. */
const fresh = (what: string): string => `bench-${what}-${process.pid}-${(made += 1)}`;

/** A Heart on the local NATS, in a file. */
export const natsStore = (setup?: HeartSetup) => async (): Promise<Store> => {
  const prefix = fresh('heart');
  const connection = await connect({ servers });
  const close = async (): Promise<void> => {
    const { streams } = await jetstreamManager(connection);
    const all: string[] = [];
    for await (const name of streams.names())
      if (name.startsWith(`${prefix}_`) || name.startsWith(`${prefix}-`)) all.push(name);
    for (const name of all) await streams.delete(name);
    await connection.close();
  };
  return await openHeart(new NatsBroker({ connection, prefix }), close, setup);
};

/**
 * The client's own calls: a stream in a file whose ids are looked up for duplicates, and a durable consumer whose
 * acknowledgements the server confirms (as ours are), or does not. No envelope, no check of values, no retries, no dead
 * letters.
 */
export const rawJetStream = (isConfirmed: boolean) => async (): Promise<Store> => {
  const name = fresh('raw');
  const connection = await connect({ servers });
  const client = jetstream(connection);
  const { streams, consumers } = await jetstreamManager(connection);
  await streams.add({
    name,
    subjects: [`${name}.>`],
    retention: RetentionPolicy.Workqueue,
    storage: StorageType.File,
  });
  await consumers.add(name, { durable_name: 'workers', ack_policy: AckPolicy.Explicit, max_ack_pending: -1 });
  const consumer = await client.consumers.get(name, 'workers');
  let messages: Awaited<ReturnType<typeof consumer.consume>> | undefined;
  return {
    publish: (value) => client.publish(`${name}.readings`, JSON.stringify(value), { msgID: `reading-${value.n}` }),
    consume: async (handler) => {
      messages = await consumer.consume({
        max_messages: 500,
        callback: (message) => {
          try {
            handler(message.json<Reading>());
            if (isConfirmed) message.ackAck().catch(() => {});
            else message.ack();
          } catch {
            message.term();
          }
        },
      });
    },
    [Symbol.asyncDispose]: async () => {
      await messages?.close();
      await streams.delete(name);
      await connection.close();
    },
  };
};
