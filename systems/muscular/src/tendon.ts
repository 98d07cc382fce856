import type { EventTendon, Shape } from '@organism/nervous';
import type { Muscle } from './muscle.ts';

/**
 * Binding: joins an operation to one way the world reaches it. Organs define what they take (an endpoint, a topic, a
 * queue); all of them name the operation, so that the anatomy can draw it.
 */
export interface Tendon {
  /** Which way in: `event`, `http`, `queue`, `form`, … */
  readonly kind: string;
  /** Name of the operation. */
  readonly target: string;
}

/**
 * Joins an operation to a topic of the event bus: each value is its input. Failures go to the bus's error handling.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle, onEvent } from '@organism/muscular';
 * import { EventBus, typed } from '@organism/nervous';
 *
 * const seen: number[] = [];
 * const record = new Muscle<number, void>({ name: 'record', run: (magnitude) => void seen.push(magnitude) });
 * const Quake = typed<number>('quake.seen');
 * const bus = new EventBus();
 * bus.attach(onEvent(Quake, record));
 * await bus.publish(Quake, 4.2);
 * assert.deepEqual(seen, [4.2]);
 * ```
 */
export const onEvent = <T, In, Out>(
  topic: Shape<T>,
  muscle: Muscle<In, Out>,
  ...[map]: [T] extends [In] ? [map?: (value: T) => In] : [map: (value: T) => In]
): EventTendon & Tendon => ({
  kind: 'event',
  topic,
  target: muscle.name,
  // Without a map the value is of the operation's input type, as the rest parameter demands.
  handle: (value) => muscle.execute(map === undefined ? (value as In) : map(value as T)),
});
