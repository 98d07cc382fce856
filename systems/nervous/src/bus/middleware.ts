import type { Context, ShapeReference } from '@organism/cell';
import type { Failure } from '../errors.ts';

/** What passes through the bus, as middleware sees it. */
export interface BusEvent {
  readonly kind: 'emit' | 'publish' | 'request';
  /** Name of the topic. */
  readonly topic: string;
  readonly shape: ShapeReference | undefined;
  /** As for a listener: the context passed along, or the current one. */
  readonly context: Context | undefined;
  /** The value; assign to it to change what comes next. Checked against its Bone after the last middleware. */
  value: unknown;
  /** What listeners threw so far: complete once `next()` has returned, or resolved for `publish`. */
  readonly failures: readonly Failure[];
}

/**
 * Middleware: a function around every emit, publish and request. Calling `next` goes on, not calling it drops the value,
 * calling it again delivers again.
 *
 * `next` gives how many listeners got the value (emit), a promise of how many handled it (publish), or a promise of the
 * reply (request). What middleware gives back, a requester gets as its reply; emit and publish count deliveries instead.
 * What it throws reaches whoever called; under `emit` it should not wait before `next`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { EventBus, type Middleware } from '@organism/nervous';
 *
 * const log: string[] = [];
 * const trace: Middleware = ({ kind, topic }, next) => {
 *   log.push(`${kind} ${topic}`);
 *   return next();
 * };
 * const bus = new EventBus<{ tick: number }>();
 * bus.use(trace);
 * bus.emit('tick', 1);
 * await bus.publish('tick', 2);
 * assert.deepEqual(log, ['emit tick', 'publish tick']);
 * ```
 */
export type Middleware = (event: BusEvent, next: () => unknown) => unknown;

/** Middleware, and the topics it is for. */
export interface Installed {
  readonly middleware: Middleware;
  readonly matches: (name: string) => boolean;
}

/** Runs an event through middleware, the first outermost, to `core`. */
export const runThrough = (chain: readonly Middleware[], event: BusEvent, core: () => unknown): unknown => {
  const step = (index: number): unknown => {
    const middleware = chain[index];
    return middleware === undefined ? core() : middleware(event, () => step(index + 1));
  };
  return step(0);
};
