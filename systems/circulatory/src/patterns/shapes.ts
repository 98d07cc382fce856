import type { RequestShape, Shape } from '@organism/nervous';

/** What names a request: a `requestReply` of two Bones, or a name. */
export type RequestTopic = string | RequestShape<unknown, unknown>;

/** The type of a question. */
export type Question<K> = K extends RequestShape<infer Q, unknown> ? Q : unknown;

/** The type of an answer, or of each value of a stream of answers. */
export type Answer<K> = K extends RequestShape<unknown, infer A> ? A : unknown;

/** The parts of a topic. */
export interface TopicParts {
  readonly name: string;
  readonly question: Shape<unknown> | undefined;
  readonly answer: Shape<unknown> | undefined;
}

/** Name and shapes of a topic. */
export const partsOf = (topic: RequestTopic): TopicParts =>
  typeof topic === 'string'
    ? { name: topic, question: undefined, answer: undefined }
    : { name: topic.name, question: topic, answer: topic.reply };
