import type { Shape } from '@organism/nervous';
import type { TopicOptions } from './topic-options.ts';

/** What a Heart knows of a topic. */
export interface HeartTopicInfo {
  readonly name: string;
  /** Its Bone, or another shape; undefined when it is known by name only. */
  readonly shape: Shape<unknown> | undefined;
  readonly options: Required<TopicOptions>;
  /** The groups that are consumed in this process, and `broadcast` for consumers that have one of their own. */
  readonly groups: readonly string[];
}
