import { OptionError } from '@organism/cell';
import { count, duration, oneOf } from './check.ts';

/** What is done with a message that a full topic has no room for. */
export type OverflowPolicy = 'reject' | 'wait' | 'shed';

/** When values are checked against their Bone. */
export type ValidatePolicy = 'both' | 'publish' | 'consume' | 'none';

/** Options of a topic. Those that publish should agree on them, as they hold for what each publishes. */
export interface TopicOptions {
  /** Most messages that may wait to be handled. Default 100 000. */
  readonly maxDepth?: number;
  /**
   * When it is full: `reject` (default) throws {@link QueueFullError}; `wait` holds the publisher back until there is room;
   * `shed` drops waiting messages of a lower priority, those that have waited longest first, and rejects when there are none.
   */
  readonly overflow?: OverflowPolicy;
  /** How long `wait` waits at most, in milliseconds. Default 30 000. */
  readonly maxWaitMs?: number;
  /** How many publishes may `wait`. Default 1000. */
  readonly maxWaiting?: number;
  /** How long a message's `id`, when it is given, makes another one of that id a duplicate, in milliseconds. Default 300 000; 0: never. */
  readonly dedupWindowMs?: number;
  /** How long after its publish a handled message is kept for groups that join later, in milliseconds. Default 0. */
  readonly retentionMs?: number;
  /** When values are checked against the topic's Bone. Default `both`. */
  readonly validate?: ValidatePolicy;
}

/** The options, with what is left out. @throws {OptionError} `CELL_BAD_OPTION` for a bad one. */
export const checkTopic = (options: TopicOptions, defaults?: Required<TopicOptions>): Required<TopicOptions> => {
  if (typeof options !== 'object' || options === null) throw new OptionError('options', 'an object', options);
  return {
    maxDepth: count('maxDepth', options.maxDepth ?? defaults?.maxDepth ?? 100_000, 1),
    overflow: oneOf('overflow', options.overflow ?? defaults?.overflow ?? 'reject', ['reject', 'wait', 'shed']),
    maxWaitMs: duration('maxWaitMs', options.maxWaitMs ?? defaults?.maxWaitMs ?? 30_000),
    maxWaiting: count('maxWaiting', options.maxWaiting ?? defaults?.maxWaiting ?? 1000, 0),
    dedupWindowMs: duration('dedupWindowMs', options.dedupWindowMs ?? defaults?.dedupWindowMs ?? 300_000),
    retentionMs: duration('retentionMs', options.retentionMs ?? defaults?.retentionMs ?? 0),
    validate: oneOf('validate', options.validate ?? defaults?.validate ?? 'both', [
      'both',
      'publish',
      'consume',
      'none',
    ]),
  };
};
