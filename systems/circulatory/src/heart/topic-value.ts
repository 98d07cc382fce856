import type { Shape } from '@organism/nervous';
import type { Bone } from '@organism/skeletal';

/** The type of what may be published to a topic: what its Bone's `parse` takes. */
export type PublishedValue<Events, K> =
  K extends Bone<infer _Output, infer Input>
    ? Input
    : K extends Shape<infer T>
      ? T
      : K extends keyof Events
        ? Events[K]
        : unknown;
