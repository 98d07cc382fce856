import { AckPolicy, type ConsumerInfo, DeliverPolicy } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { JoinFrom } from '../heart/driver.ts';
import type { Link } from './link.ts';
import { lanesOf, type Names, unkeyedLane } from './names.ts';
import { hasGroups, park, unpark } from './parking.ts';
import { isNotFound, type TopicStream } from './streams.ts';

/** How long the server waits for an acknowledgement, until a consumer says otherwise: as long as a lease does. */
const defaultAckWaitMs = 30_000;

/** Most messages that may be out, where order does not matter: no bound. */
const unbounded = -1;

const keyedLanes = (partitions: number): readonly string[] =>
  lanesOf(partitions).filter((lane) => lane !== unkeyedLane);

/** Consumer groups: one durable pull consumer for each lane of the topic. */
export class Groups {
  readonly #link: Link;
  readonly #names: Names;

  constructor(link: Link, names: Names) {
    this.#link = link;
    this.#names = names;
  }

  /** How long the server waits for acknowledgements of a group; undefined when there is no such group. */
  async ackWaitMs({ stream }: TopicStream, group: string): Promise<number | undefined> {
    try {
      const { config } = await this.#link.manager.consumers.info(stream, this.#names.consumer(group, unkeyedLane));
      return (config.ack_wait ?? 0) / 1e6;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #add(topic: TopicStream, group: string, lane: string, from: JoinFrom): Promise<void> {
    await this.#link.manager.consumers.add(topic.stream, {
      durable_name: this.#names.consumer(group, lane),
      description: group,
      filter_subject: `${topic.root}.${lane}.>`,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(defaultAckWaitMs),
      deliver_policy: from === 'earliest' ? DeliverPolicy.All : DeliverPolicy.New,
      max_deliver: -1,
      // One at a time: so no other message of a key is out, or overtakes one that waits for its retry.
      max_ack_pending: lane === unkeyedLane ? unbounded : 1,
      max_waiting: 2048,
    });
  }

  /** Makes a group, if it is new. Returns how long the server waits for its acknowledgements. */
  async join(topic: TopicStream, group: string, from: JoinFrom): Promise<number> {
    const found = await this.ackWaitMs(topic, group);
    if (found !== undefined) return found;
    await Promise.all(keyedLanes(topic.partitions).map((lane) => this.#add(topic, group, lane, from)));
    // The last to be made, so that its presence means that all are there.
    await this.#add(topic, group, unkeyedLane, from);
    await unpark(this.#link, topic.stream);
    return defaultAckWaitMs;
  }

  /** Sets how long the server waits for the acknowledgements of a group. */
  async setAckWait({ stream, partitions }: TopicStream, group: string, ms: number): Promise<void> {
    const { consumers } = this.#link.manager;
    const set = (lane: string): Promise<unknown> =>
      consumers.update(stream, this.#names.consumer(group, lane), { ack_wait: nanos(ms) });
    await Promise.all(keyedLanes(partitions).map(set));
    // The last, since it is the one that is asked.
    await set(unkeyedLane);
  }

  /** Drops a group. What comes afterwards waits, if no other is left. */
  async leave(topic: TopicStream, group: string): Promise<void> {
    const { stream, partitions } = topic;
    const drop = async (lane: string): Promise<void> => {
      try {
        await this.#link.manager.consumers.delete(stream, this.#names.consumer(group, lane));
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    };
    // Before the group goes, so that nothing comes in between; and only for what comes from now on.
    if (!(await hasGroups(this.#link, stream, group))) await park(this.#link, topic, DeliverPolicy.New);
    // The first to go, so that nobody takes what is half gone for a group.
    await drop(unkeyedLane);
    await Promise.all(keyedLanes(partitions).map(drop));
    if (await hasGroups(this.#link, stream)) await unpark(this.#link, stream);
  }

  /** All consumers of a topic. */
  async list({ stream }: TopicStream): Promise<readonly ConsumerInfo[]> {
    const all: ConsumerInfo[] = [];
    const listed: AsyncIterable<ConsumerInfo | null> = this.#link.manager.consumers.list(stream);
    // The server gives null for one that has gone since it began to list them.
    for await (const info of listed) if (info !== null) all.push(info);
    return all;
  }
}
