import type { Failure } from '../errors.ts';
import type { OrderedOptions } from './keyed-queue.ts';

/** What a topic needs of its bus. */
export interface TopicHost {
  readonly fail: (failure: Failure) => void;
  /** Number of the next subscription, counted over all topics, so that patterns take their place among names. */
  nextOrder(): number;
  /** Told when a listener is added; `count` is how many listen to this very topic. */
  added?(topic: string, count: number): void;
  readonly ordered?: OrderedOptions | undefined;
}
