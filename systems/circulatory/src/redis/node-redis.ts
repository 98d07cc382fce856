import type { RedisClient } from './client.ts';

type Word = string | Buffer;

interface Sender {
  sendCommand(words: Word[]): Promise<unknown>;
}

/** What is used of a client of the package `redis`. */
export interface NodeRedisClient extends Sender {
  withTypeMapping(mapping: { readonly [type: number]: typeof Buffer }): Sender;
}

/** Type of a reply: a text or bytes. `RESP_TYPES.BLOB_STRING` of `redis`. @see https://github.com/redis/redis-specifications */
const blobString = 36;

const send =
  (client: Sender): RedisClient['call'] =>
  (...words) =>
    client.sendCommand(words.map((word) => (typeof word === 'number' ? String(word) : word)));

/**
 * A client of the package `redis` (node-redis), as a RedisBroker takes it. Connecting it, listening for its errors and
 * closing it stay with you.
 *
 * @example
 * ```ts no-run
 * import { Heart } from '@organism/circulatory';
 * import { nodeRedis, RedisBroker } from '@organism/circulatory/redis';
 * import { createClient } from 'redis';
 *
 * const client = createClient({ url: 'redis://localhost:6379' });
 * client.on('error', console.error);
 * await client.connect();
 * const heart = await new Heart({ driver: new RedisBroker({ client: nodeRedis(client) }) }).start();
 * ```
 */
export const nodeRedis = (client: NodeRedisClient): RedisClient => ({
  call: send(client),
  callBuffer: send(client.withTypeMapping({ [blobString]: Buffer })),
});
