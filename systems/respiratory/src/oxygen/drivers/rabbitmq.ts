import { OrganismError } from '@organism/cell';
import type { OxygenDriver } from '../driver.ts';

/** What is needed of a channel: `ConfirmChannel` of `amqplib` fits as it is. */
export interface RabbitChannelLike {
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<unknown>;
}

/** What is needed of a connection: `ChannelModel` of `amqplib` fits as it is. */
export interface RabbitConnectionLike<Channel extends RabbitChannelLike> {
  createConfirmChannel(): Promise<Channel>;
  on(event: 'error' | 'close', listener: (error?: Error) => void): unknown;
  close(): Promise<unknown>;
}

/** Closing what the server has closed already throws. */
const quietly = async (work: () => Promise<unknown>): Promise<void> => {
  try {
    await work();
  } catch {
    // It is closed.
  }
};

/**
 * RabbitMQ by `amqplib`: one connection, and a confirm channel for each caller. A lost connection is opened anew. For
 * queues and topics use the broker of `@organism/circulatory`; this is for what that does not do.
 *
 * @param open opens a connection that is not in use elsewhere: it is closed when the resource stops.
 * @see https://amqp-node.github.io/amqplib/channel_api.html
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { connect } from 'amqplib';
 * import { Oxygen, rabbitmq } from '@organism/respiratory/oxygen';
 *
 * export const rabbit = new Oxygen({ name: 'rabbit', driver: rabbitmq(() => connect('amqp://localhost')) });
 * assert.equal(rabbit.resource, 'down');
 * ```
 */
export const rabbitmq = <Channel extends RabbitChannelLike, Connection extends RabbitConnectionLike<Channel>>(
  open: () => Promise<Connection & RabbitConnectionLike<Channel>>,
): OxygenDriver<Connection & RabbitConnectionLike<Channel>, Channel> => ({
  kind: 'rabbitmq',
  connect: async ({ signal, onError, onLost }) => {
    signal.throwIfAborted();
    const connection = await open();
    connection.on('error', (error) => onError(error));
    connection.on('close', (error) =>
      onLost(error ?? new OrganismError('RESPIRATORY_CLOSED', 'RabbitMQ closed the connection.', { status: 503 })),
    );
    return connection;
  },
  check: async (connection) => {
    const channel = await connection.createConfirmChannel();
    await channel.close();
  },
  close: async (connection) => await quietly(async () => await connection.close()),
  acquire: async (connection) => {
    const channel = await connection.createConfirmChannel();
    // The caller sees it at its own call; without a listener it would end the process.
    channel.on('error', () => {});
    return { connection: channel, release: async () => await quietly(async () => await channel.close()) };
  },
});
