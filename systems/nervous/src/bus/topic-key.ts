import type { Shape } from '../shape.ts';

/** Names of topics that are patterns. */
export type TopicPattern = `${string}*${string}`;

/** What names a topic: a Bone or another shape, or a name from the bus's type map. */
export type TopicKey<Events> = Shape<unknown> | (keyof Events & string);

/** The type of a topic's values. */
export type TopicValue<Events, K> = K extends Shape<infer T> ? T : K extends keyof Events ? Events[K] : unknown;

/** The type of the values that a listener gets: for a pattern unknown, since the topics may differ. */
export type HeardValue<Events, K> = K extends TopicPattern ? unknown : TopicValue<Events, K>;

/** The name of a topic. */
export const nameOf = (topic: string | Shape<unknown>): string => (typeof topic === 'string' ? topic : topic.name);
