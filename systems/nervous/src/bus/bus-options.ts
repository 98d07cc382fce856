import type { CellOptions } from '@organism/cell';
import type { Failure } from '../errors.ts';
import type { OrderedOptions } from './keyed-queue.ts';
import type { Leak } from './leaks.ts';
import type { Shape } from '../shape.ts';

/** Options of an event bus. */
export interface EventBusOptions extends Partial<Pick<CellOptions, 'name' | 'needs' | 'clock' | 'entropy'>> {
  /** Check every value against its topic's Bone when it is emitted. Default `never`: types have checked it already. */
  readonly validate?: 'never' | 'always';
  /** Gets what listeners throw or reject with. Default: the console, unless the `errors` topic has listeners. */
  readonly onError?: (failure: Failure) => void;
  /** From how many listeners of one topic or pattern on `onLeak` is told, once for each; 0 for never. Default 100. */
  readonly maxListeners?: number;
  /** Told of listeners that pile up. Default: a warning on the console. */
  readonly onLeak?: (leak: Leak) => void;
  /** Bounds of publishing with a `key`, for each topic. */
  readonly ordered?: OrderedOptions;
}

/** Joins a handler to a topic; `onEvent` of `@organism/muscular` makes one from a Muscle. */
export interface EventTendon {
  readonly topic: string | Shape<unknown>;
  /** Name of what handles the values, for the anatomy. */
  readonly target: string;
  handle(value: unknown): unknown;
}
