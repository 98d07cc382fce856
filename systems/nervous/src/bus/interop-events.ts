import { bridge, type BridgeOptions, type EventOptions, feed, type MapOptions } from './bridge.ts';
import type { Subscription } from './listener.ts';
import type { Topic } from './topic.ts';

/** An emitter of Node's kind. */
export interface EmitterLike {
  on(event: string, listener: (...values: unknown[]) => void): unknown;
  off(event: string, listener: (...values: unknown[]) => void): unknown;
  emit(event: string, ...values: unknown[]): unknown;
}

/**
 * Dispatches a topic's values to a DOM event target, as a `CustomEvent` with the value as `detail`.
 *
 * @param options.event The event's type. Default: the topic's name.
 * @see https://dom.spec.whatwg.org/#interface-customevent
 */
export const toEventTarget = <T>(
  topic: Topic<T>,
  target: Pick<EventTarget, 'dispatchEvent'>,
  { event = topic.name, ...options }: EventOptions = {},
): Subscription => topic.on((value) => void target.dispatchEvent(new CustomEvent(event, { detail: value })), options);

/**
 * Emits the events of a DOM event target to a topic.
 *
 * @param type The event's type.
 * @param options.map Makes the topic's value of an event; may be left out when the topic carries events.
 * @returns what ends it.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { EventBus, fromEventTarget, typed } from '@organism/nervous';
 *
 * const Shouted = typed<string>('shouted');
 * const bus = new EventBus();
 * const seen: string[] = [];
 * bus.on(Shouted, (word) => seen.push(word));
 * const target = new EventTarget();
 * using _bridge = fromEventTarget(target, 'shout', bus.topic(Shouted), {
 *   map: (event: CustomEvent<string>) => event.detail,
 * });
 * target.dispatchEvent(new CustomEvent('shout', { detail: 'hey' }));
 * assert.deepEqual(seen, ['hey']);
 * ```
 */
export const fromEventTarget = <T, E extends Event = Event>(
  target: Pick<EventTarget, 'addEventListener' | 'removeEventListener'>,
  type: string,
  topic: Topic<T>,
  ...[options = {}]: MapOptions<E, T, [event: E]>
): Subscription => {
  const { map } = options as BridgeOptions & { readonly map?: (event: E) => T };
  const listener = (event: Event): void =>
    // Without a map the topic carries events, as the rest parameter demands.
    feed(topic, () => (map === undefined ? (event as T) : map(event as E)), event);
  target.addEventListener(type, listener);
  return bridge(() => target.removeEventListener(type, listener), options);
};

/**
 * Emits a topic's values on an emitter of Node's kind. What its listeners throw goes to the bus's error handling.
 *
 * @param options.event The event's name. Default: the topic's.
 */
export const toEmitter = <T>(
  topic: Topic<T>,
  emitter: Pick<EmitterLike, 'emit'>,
  { event = topic.name, ...options }: EventOptions = {},
): Subscription => topic.on((value) => void emitter.emit(event, value), options);

/**
 * Emits what an emitter of Node's kind gives to a topic.
 *
 * @param event The event's name.
 * @param options.map Makes the topic's value of the event's arguments. It may be left out for a topic of type unknown,
 *   which then gets the first argument.
 * @returns what ends it.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { EventEmitter } from 'node:events';
 * import { EventBus, fromEmitter, typed } from '@organism/nervous';
 *
 * const Read = typed<{ sensor: string; celsius: number }>('read');
 * const bus = new EventBus();
 * const emitter = new EventEmitter();
 * using _bridge = fromEmitter(emitter, 'read', bus.topic(Read), {
 *   map: (sensor: string, celsius: number) => ({ sensor, celsius }),
 * });
 * const next = bus.waitFor(Read);
 * emitter.emit('read', 'roof', 21);
 * assert.deepEqual(await next, { sensor: 'roof', celsius: 21 });
 * ```
 */
export const fromEmitter = <T>(
  emitter: Pick<EmitterLike, 'on' | 'off'>,
  event: string,
  topic: Topic<T>,
  ...[options = {}]: MapOptions<unknown, T, never[]>
): Subscription => {
  const { map } = options as BridgeOptions & { readonly map?: (...values: unknown[]) => T };
  const listener = (...values: unknown[]): void =>
    feed(topic, () => (map === undefined ? (values[0] as T) : map(...values)), values[0]);
  emitter.on(event, listener);
  return bridge(() => emitter.off(event, listener), options);
};
