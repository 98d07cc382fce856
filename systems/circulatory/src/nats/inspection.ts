import type { ConsumerInfo } from '@nats-io/jetstream';
import { MsgHdrsImpl } from '@nats-io/transport-node';
import type { GroupDepth, TopicDepth } from '../heart/driver.ts';
import { header } from './arrival.ts';
import { delayedLane, encodeName, parking } from './names.ts';
import { RefusedError } from './link.ts';
import type { Services } from './services.ts';
import type { TopicStream } from './streams.ts';

const noMessage = 10037;

/** Messages that a consumer has yet to see the end of. */
const lagOf = ({ num_pending: pending, num_ack_pending: out }: ConsumerInfo): number => pending + out;

/** When the oldest message was stored that a consumer has yet to see the end of; Infinity when there is none. */
const oldestOf = async ({ link }: Services, { stream, root }: TopicStream, info: ConsumerInfo): Promise<number> => {
  if (lagOf(info) === 0) return Infinity;
  try {
    const { message } = await link.api<{ readonly message: { readonly time: string; readonly hdrs?: string } }>(
      `STREAM.MSG.GET.${stream}`,
      { seq: info.ack_floor.stream_seq + 1, next_by_subj: info.config.filter_subject ?? `${root}.>` },
    );
    const headers = message.hdrs === undefined ? undefined : MsgHdrsImpl.decode(Buffer.from(message.hdrs, 'base64'));
    const published = headers?.get(header.published) ?? '';
    return published === '' ? Date.parse(message.time) : Number(published);
  } catch (error) {
    // Handled in the meantime.
    if (error instanceof RefusedError && error.code === noMessage) return Infinity;
    throw error;
  }
};

/** What only the process knows that asks. */
export interface LocalCounts {
  /** Messages that wait for a retry. */
  readonly putOff: number;
  /** Messages that the server has sent, and that no consumer has asked for yet. */
  readonly unclaimed: number;
}

/** State of a topic, from what the server says of its stream and consumers. */
export const inspect = async (
  services: Services,
  topic: TopicStream,
  local: (group: string) => LocalCounts,
  now: number,
): Promise<TopicDepth> => {
  const { link, groups, morgue } = services;
  const [{ state }, consumers, dead] = await Promise.all([
    link.manager.streams.info(topic.stream, { subjects_filter: `${topic.root}.${delayedLane}.>` }),
    groups.list(topic),
    morgue.counts(topic.topic),
  ]);
  const waiting = Object.values(state.subjects ?? {}).reduce((sum, count) => sum + count, 0);
  const byGroup = Map.groupBy(
    consumers.filter(({ name, config }) => name === parking || config.description !== undefined),
    ({ name, config }) => (name === parking ? '' : (config.description ?? '')),
  );
  const toDepth = async ([group, lanes]: [string, ConsumerInfo[]]): Promise<GroupDepth> => {
    const oldest = Math.min(...(await Promise.all(lanes.map((lane) => oldestOf(services, topic, lane)))));
    const out = lanes.reduce((sum, lane) => sum + lane.num_ack_pending, 0);
    const { putOff, unclaimed } = local(group);
    return {
      group,
      lag: lanes.reduce((sum, lane) => sum + lagOf(lane), 0) + (group === '' ? 0 : waiting),
      delayed: putOff + waiting,
      inFlight: Math.max(0, out - putOff - unclaimed),
      dead: dead.get(encodeName(group)) ?? 0,
      oldestAgeMs: oldest === Infinity ? 0 : Math.max(0, now - oldest),
    };
  };
  const depths = await Promise.all([...byGroup].map(toDepth));
  return {
    topic: topic.topic,
    depth: state.messages,
    groups: depths.filter(({ group, lag }) => group !== '' || lag > 0),
  };
};
