import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import type { Link } from './link.ts';
import { mover, parking } from './names.ts';

/**
 * A stream that keeps messages for as long as somebody is interested drops at once what comes when nobody is. So as long as
 * a topic has no group, a consumer that nobody asks stands for the first one to come.
 *
 * Whoever makes it looks afterwards whether there is a group, and whoever makes a group removes it afterwards: in whatever
 * order two processes do so, it does not stay beside a group.
 */
export const park = async (link: Link, stream: string, deliver: DeliverPolicy = DeliverPolicy.All): Promise<void> => {
  await link.manager.consumers.add(stream, {
    durable_name: parking,
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
