import type { Muscle } from '@organism/muscular';
import type { Shape } from '@organism/nervous';
import { MuscleTendon, type OnMessageOptions } from './muscle-tendon.ts';

/**
 * Joins an operation to the messages of a topic: each value is its input, in the sender's context. When it comes through
 * the message is acknowledged. When it fails, the error's type says what follows: what the caller did wrong (an input that
 * does not fit, a declared fault, any error with a status below 500) goes to the dead letters with the error's code as the
 * reason; everything else, and what is `retryable`, is tried again.
 *
 * A message may come again: give the operation the `idempotencyKey` `context.causationId`, which is the message's id.
 *
 * @throws {TendonError} `CIRCULATORY_TENDON` when the topic's Bone does not fit the operation's.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Heart } from '@organism/circulatory';
 * import { onMessage } from '@organism/circulatory/tendon';
 * import { Muscle } from '@organism/muscular';
 * import { Bone } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const Quake = new Bone('seismic.quake', z.object({ id: z.string(), magnitude: z.number() }));
 * const Alert = new Bone('seismic.alert', z.object({ quake: z.string() }));
 * const assess = new Muscle({
 *   name: 'assess',
 *   input: Quake,
 *   run: ({ id, magnitude }) => (magnitude < 5.5 ? undefined : { quake: id }),
 * });
 *
 * await using heart = await new Heart().start();
 * await using attached = await onMessage(Quake, assess, { concurrency: 10 }).to(Alert).attach(heart);
 * const alerted = Promise.withResolvers<string>();
 * await heart.subscribe(Alert, ({ data }) => alerted.resolve(data.quake));
 *
 * await heart.publish(Quake, { id: 'a1', magnitude: 6.1 });
 * assert.equal(await alerted.promise, 'a1');
 * assert.equal(attached.subscription.group, 'assess');
 * ```
 */
export const onMessage = <T, In, Out>(
  topic: Shape<T>,
  muscle: Muscle<In, Out>,
  ...[options = {}]: [T] extends [In]
    ? [options?: OnMessageOptions<T, In>]
    : [options: OnMessageOptions<T, In> & Required<Pick<OnMessageOptions<T, In>, 'map'>>]
): MuscleTendon<T, In, Out> => new MuscleTendon({ topic, muscle, options });
