import { OrganismError } from '@organism/cell';
import type { OxygenDriver } from '../driver.ts';

/** What is needed of a client: `S3Client` of `@aws-sdk/client-s3` fits as it is. */
export interface S3ClientLike {
  destroy(): void;
}

/**
 * S3-compatible storage by `@aws-sdk/client-s3`; callers share the client.
 *
 * @param open makes a client that is not in use elsewhere: it is destroyed when the resource stops.
 * @param probe asks for a sign of life: the head of a bucket, say, as the right to list buckets is often not given.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
 * import { Oxygen, s3 } from '@organism/respiratory/oxygen';
 *
 * const driver = s3(
 *   () => new S3Client({ region: 'eu-west-1', endpoint: 'http://localhost:9000', forcePathStyle: true }),
 *   (client, abortSignal) => client.send(new HeadBucketCommand({ Bucket: 'pictures' }), { abortSignal }),
 * );
 * export const pictures = new Oxygen({ name: 'pictures', driver });
 * assert.equal(pictures.resource, 'down');
 * ```
 */
export const s3 = <Client extends S3ClientLike>(
  open: () => Client,
  probe: (client: Client, signal: AbortSignal) => Promise<unknown>,
): OxygenDriver<Client> => {
  // A client that was destroyed goes on working, with sockets that nobody closes.
  const closed = new WeakSet<Client>();
  return {
    kind: 's3',
    connect: async ({ signal }) => {
      const client = open();
      try {
        await probe(client, signal);
        return client;
      } catch (error) {
        client.destroy();
        throw error;
      }
    },
    check: async (client, signal) => {
      if (closed.has(client))
        throw new OrganismError('RESPIRATORY_CLOSED', 'The S3 client is closed.', { status: 503 });
      await probe(client, signal);
    },
    close: async (client) => {
      closed.add(client);
      client.destroy();
    },
  };
};
