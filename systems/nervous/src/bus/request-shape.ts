import type { Shape } from '../shape.ts';

declare const asked: unique symbol;
declare const replied: unique symbol;

/** In a type map: a topic that is asked with a `Q` and answers with an `A`. A type only; there are no such values. */
export interface RequestReply<Q, A> {
  readonly [asked]: Q;
  readonly [replied]: A;
}

/** A question and its answer, as shapes: made by {@link requestReply}. */
export interface RequestShape<Q, A> extends Shape<Q> {
  readonly reply: Shape<A>;
}

/** What names a request: a {@link RequestShape}, or a name that the type map gives a {@link RequestReply}. */
export type RequestKey<Events> =
  | RequestShape<unknown, unknown>
  | {
      [K in keyof Events & string]: unknown extends Events[K]
        ? K
        : Events[K] extends RequestReply<unknown, unknown>
          ? K
          : never;
    }[keyof Events & string];

/** The type of a request's question. */
export type QuestionOf<Events, K> =
  K extends Shape<infer Q>
    ? Q
    : K extends keyof Events
      ? Events[K] extends RequestReply<infer Q, unknown>
        ? Q
        : unknown
      : unknown;

/** The type of a request's answer. */
export type AnswerOf<Events, K> =
  K extends RequestShape<unknown, infer A>
    ? A
    : K extends keyof Events
      ? Events[K] extends RequestReply<unknown, infer A>
        ? A
        : unknown
      : unknown;

/**
 * Request shape: pairs what is asked with what is answered, so that one name types both. The topic has the question's
 * name.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { EventBus, requestReply, typed } from '@organism/nervous';
 *
 * const Locate = requestReply(typed<{ id: string }>('quake.locate'), typed<{ place: string }>('quake.located'));
 * const bus = new EventBus();
 * bus.respond(Locate, ({ id }) => ({ place: `near ${id}` }));
 * assert.equal((await bus.request(Locate, { id: 'a1' })).place, 'near a1');
 * ```
 */
export const requestReply = <Q, A>(question: Shape<Q>, answer: Shape<A>): RequestShape<Q, A> => ({
  name: question.name,
  version: question.version,
  parse: (value) => question.parse(value),
  reply: answer,
});
