import { OptionError } from '@organism/cell';
import type { TopicKey, TopicValue } from '@organism/nervous';
import type { Envelope } from '../envelope.ts';
import { RejectError } from '../errors.ts';
import type { SubscribeOptions } from '../heart/consume-options.ts';
import type { Heart } from '../heart/heart.ts';
import type { Subscription } from '../heart/subscription.ts';
import type { PublishedValue } from '../heart/topic-value.ts';

/** Where a message goes on to, and whether. */
export type RouteRule<Events, From, To> = {
  readonly to: To;
  /** Default: always. */
  readonly when?: (value: TopicValue<Events, From>, message: Envelope) => boolean;
} & ([TopicValue<Events, From>] extends [PublishedValue<Events, To>]
  ? { readonly map?: (value: TopicValue<Events, From>) => PublishedValue<Events, To> }
  : { readonly map: (value: TopicValue<Events, From>) => PublishedValue<Events, To> });

/** Options of {@link route}. */
export interface RouteOptions extends SubscribeOptions {
  /** Whether a message goes by every rule that applies (default), or by the first only. */
  readonly match?: 'all' | 'first';
  /** What becomes of a message to which no rule applies: dropped (default), or a dead letter `unrouted`. */
  readonly unrouted?: 'drop' | 'dead-letter';
}

interface AnyRule {
  readonly to: never;
  readonly when?: (value: unknown, message: Envelope) => boolean;
  readonly map?: (value: unknown) => unknown;
}

const check = (rules: readonly AnyRule[]): void => {
  if (!Array.isArray(rules) || rules.length === 0) throw new OptionError('rules', 'a list of at least one rule', rules);
  for (const [index, { to, when }] of rules.entries()) {
    if (to === undefined) throw new OptionError(`rules[${index}].to`, 'a topic', to);
    if (when !== undefined && typeof when !== 'function')
      throw new OptionError(`rules[${index}].when`, 'a function', when);
  }
};

/**
 * Content-based router: sends the messages of a topic on to others, by rules. A message is acknowledged when all its
 * targets have stored it; it keeps its id, so that one that is routed again is a duplicate there, and its key, so that
 * order per key holds.
 *
 * @returns the subscription behind it: pause, drain and close it.
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad rule, and as {@link Heart.subscribe}.
 * @see Hohpe and Woolf, Enterprise Integration Patterns (2003), Content-Based Router
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Heart, route } from '@organism/circulatory';
 *
 * await using heart = await new Heart<{ quakes: number; strong: number; weak: number }>().start();
 * await using routing = await route(heart, 'quakes', [
 *   { to: 'strong', when: (magnitude) => magnitude >= 5.5 },
 *   { to: 'weak' },
 * ], { match: 'first' });
 * await heart.publishBatch('quakes', [{ value: 6.1 }, { value: 2 }, { value: 1 }]);
 * await routing.drain();
 * assert.deepEqual([(await heart.inspect('strong')).depth, (await heart.inspect('weak')).depth], [1, 2]);
 * ```
 */
export const route = async <Events extends object, From extends TopicKey<Events>, const To extends TopicKey<Events>>(
  heart: Heart<Events>,
  from: From,
  rules: readonly RouteRule<Events, From, To>[],
  options: RouteOptions = {},
): Promise<Subscription> => {
  const { match = 'all', unrouted = 'drop', ...rest } = options;
  const known = rules as unknown as readonly AnyRule[];
  check(known);
  return await heart.subscribe(
    from,
    async (message) => {
      const { id, key, data } = message;
      let routed = 0;
      for (const { to, when, map } of known) {
        if (when !== undefined && !when(data, message)) continue;
        routed += 1;
        const value = map === undefined ? data : map(data);
        await heart.publish(to, value as never, { id, ...(key !== undefined && { key }) });
        if (match === 'first') return;
      }
      if (routed === 0 && unrouted === 'dead-letter')
        throw new RejectError('No rule applies to it.', { reason: 'unrouted' });
    },
    { group: 'route', concurrency: 16, ...rest },
  );
};
