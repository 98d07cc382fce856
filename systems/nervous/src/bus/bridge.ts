import type { Subscription } from './listener.ts';
import type { Topic } from './topic.ts';

/** How a bridge between a topic and another kind of event source ends. */
export interface BridgeOptions {
  /** Ends the bridge when it aborts. */
  readonly signal?: AbortSignal;
}

/** Options of a bridge out of a topic. */
export interface EventOptions extends BridgeOptions {
  /** The event's name on the other side. Default: the topic's name. */
  readonly event?: string;
}

/** The rest parameter of a bridge into a topic: when the types differ, `map` must be there. */
export type MapOptions<From, To, Values extends readonly unknown[]> = [From] extends [To]
  ? [options?: BridgeOptions & { readonly map?: (...values: Values) => To }]
  : [options: BridgeOptions & { readonly map: (...values: Values) => To }];

/** Emits to a topic. What the topic refuses goes to the bus's error handling, as the source would not expect it. */
export const feed = <T>(topic: Topic<T>, make: () => T, raw: unknown): void => {
  try {
    topic.emit(make());
  } catch (error) {
    topic.fail(error, raw);
  }
};

/** The handle of a bridge: ends it once, also when its signal aborts. */
export const bridge = (end: () => void, { signal }: BridgeOptions): Subscription => {
  let active = true;
  const unsubscribe = (): void => {
    if (!active) return;
    active = false;
    signal?.removeEventListener('abort', unsubscribe);
    end();
  };
  if (signal?.aborted === true) unsubscribe();
  else signal?.addEventListener('abort', unsubscribe, { once: true });
  return { unsubscribe, [Symbol.dispose]: unsubscribe };
};
