import { AckPolicy, type ConsumerInfo, DeliverPolicy, JetStreamApiError } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { Link } from './link.ts';
import { delayedLane, mover, parking, unkeyedLane } from './names.ts';
import type { TopicStream } from './streams.ts';

/**
 * A stream that keeps messages for as long as somebody is interested drops at once what comes when nobody is. So as long as
 * a topic has no group, a consumer that nobody asks stands for the first one to come.
 *
 * Whoever makes it looks afterwards whether there is a group, and whoever makes a group removes it afterwards: in whatever
 * order two processes do so, it does not stay beside a group.
 */
export const park = async (
  link: Link,
  { stream, root }: Pick<TopicStream, 'stream' | 'root'>,
  deliver: DeliverPolicy = DeliverPolicy.All,
): Promise<void> => {
  await link.manager.consumers.add(stream, {
    durable_name: parking,
    // Not what is delayed: that waits by itself, and then comes here.
    filter_subject: `${root}.*.*`,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: deliver,
  });
};

/** The server is still deleting files of a consumer of the same name. */
const storeFailed = 10_104;
const tries = 20;

/**
 * Makes sure that what comes waits for the first group, if there is none. First made, then looked: a group that comes in
 * between removes the parking consumer, and one that was faster is seen.
 */
export const parkUnlessJoined = async (link: Link, topic: Pick<TopicStream, 'stream' | 'root'>): Promise<void> => {
  const { stream } = topic;
  for (let left = tries; !(await hasGroups(link, stream)); left -= 1) {
    try {
      if (!(await isParked(link, stream))) await park(link, topic);
      break;
    } catch (error) {
      // Another process removed one just now, so most likely there is a group.
      if (!(error instanceof JetStreamApiError && error.code === storeFailed) || left === 0) throw error;
    }
  }
  if (await hasGroups(link, stream)) await unpark(link, stream);
};

const isParked = async (link: Link, stream: string): Promise<boolean> => {
  for await (const info of listed(link, stream)) if (info?.name === parking) return true;
  return false;
};

/** The server gives null for a consumer that has gone since it began to list them. */
const listed = (link: Link, stream: string): AsyncIterable<ConsumerInfo | null> => link.manager.consumers.list(stream);

/** Ends it, and with it all that only it was interested in. */
export const unpark = async (link: Link, stream: string): Promise<void> => {
  // False, or an error, when there is none: what is wanted anyway.
  await link.manager.consumers.delete(stream, parking).catch(() => false);
};

/**
 * Whether a topic has any group, besides one that is about to go. A group is there once its consumer of unkeyed messages is,
 * the last that is made: before that, what comes for its other lanes would be dropped with the parking consumer.
 */
export const hasGroups = async (link: Link, stream: string, except?: string): Promise<boolean> => {
  for await (const info of listed(link, stream))
    if (info?.config.filter_subject?.endsWith(`.${unkeyedLane}.>`) === true && info.config.description !== except)
      return true;
  return false;
};

/** How long the server waits for a message to be moved, before it asks another process to. */
const moveMs = 2000;

/** Makes the consumer that all processes share which move what has become due. */
export const addMover = async (link: Link, { stream, root }: Pick<TopicStream, 'stream' | 'root'>): Promise<void> => {
  await link.manager.consumers.add(stream, {
    durable_name: mover,
    filter_subject: `${root}.${delayedLane}.>`,
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(moveMs),
    deliver_policy: DeliverPolicy.All,
    max_deliver: -1,
    max_ack_pending: -1,
    max_waiting: 2048,
  });
};
