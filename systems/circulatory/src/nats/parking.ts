import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { Link } from './link.ts';
import { delayedLane, mover, parking } from './names.ts';
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

/** Ends it, and with it all that only it was interested in. */
export const unpark = async (link: Link, stream: string): Promise<void> => {
  // False, or an error, when there is none: what is wanted anyway.
  await link.manager.consumers.delete(stream, parking).catch(() => false);
};

/** Whether a topic has any group, besides one that is about to go. */
export const hasGroups = async (link: Link, stream: string, except?: string): Promise<boolean> => {
  for await (const { name, config } of link.manager.consumers.list(stream))
    if (name !== parking && name !== mover && (except === undefined || config.description !== except)) return true;
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
