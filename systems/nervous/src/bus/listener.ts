import type { Context, ShapeReference } from '@organism/cell';

/** What a listener is told about where a value came from. */
export interface TopicInfo {
  readonly name: string;
  readonly shape: ShapeReference | undefined;
  /** The context that the value was published with; otherwise the current one, where the host has such (Node). */
  readonly context: Context | undefined;
  /** The ordering key that the value was published with. */
  readonly key?: unknown;
}

/** A function that gets a topic's values. What it throws, or rejects with, goes to the bus's error handling. */
export type Listener<T> = (value: T, topic: TopicInfo) => unknown;

/** A listener of whatever type. */
export type AnyListener = Listener<never>;

/** Handle of a subscription. Disposing it ends it; disposing it again does nothing. */
export interface Subscription extends Disposable {
  unsubscribe(): void;
}

/** How a listener wants to be called. */
export interface ListenOptions {
  /** Those of a higher priority get a value first; among equals those that came first. Default 0. */
  readonly priority?: number;
  /** Ends the subscription with its first value. Default false. */
  readonly once?: boolean;
  /** Ends the subscription when it aborts. */
  readonly signal?: AbortSignal;
  /** Called when the bus drops the listener because it stops; not when the subscription was ended otherwise. */
  readonly onClose?: () => void;
}

/** Whether a listener gave back a promise. */
export const isThenable = (result: unknown): result is PromiseLike<unknown> =>
  typeof result === 'object' && result !== null && typeof (result as { readonly then?: unknown }).then === 'function';
