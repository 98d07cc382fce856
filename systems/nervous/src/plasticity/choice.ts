import type { Entropy } from '@organism/cell';
import type { Learning } from './learning.ts';
import type { Pathway } from './pathway.ts';

/** Targets whose load is above the least by no more than this part of a message there share the messages by strength. */
const near = 0.6;

/**
 * The choice among live pathways: the one that should answer first, by messages in flight over strength; those that are
 * nearly as good are drawn by strength. One that got no message for `gap` messages comes first.
 *
 * Plain loops over one array, and no allocation: this runs for every message (benchmark nervous.routing).
 */
export const choosePathway = <T>(
  ways: readonly Pathway<T>[],
  gap: number,
  count: number,
  now: number,
  learning: Learning,
  entropy: Entropy,
): Pathway<T> | undefined => {
  let best: Pathway<T> | undefined;
  let least = Infinity;
  let neglected: Pathway<T> | undefined;
  let longest = gap;
  for (const way of ways) {
    const waited = count - way.chosenAt;
    if (waited >= longest && learning.mayTry(way, now)) {
      longest = waited;
      neglected = way;
    }
    const strength = learning.strengthOf(way, now);
    // To the power 1.5: with 1 too many messages go where some fail, with 2 too few where all is well but slower.
    way.load = (way.inFlight + 1) / (strength * Math.sqrt(strength));
    if (way.load < least) {
      least = way.load;
      best = way;
    }
  }
  if (neglected !== undefined) {
    neglected.probed = true;
    return neglected;
  }
  const bound = best === undefined ? 0 : least * (1 + near / (best.inFlight + 1));
  let total = 0;
  for (const way of ways) if (way.load <= bound) total += way.strength;
  let drawn = entropy.random() * total;
  for (const way of ways) {
    if (way.load > bound) continue;
    drawn -= way.strength;
    best = way;
    if (drawn < 0) break;
  }
  if (best !== undefined) best.probed = false;
  return best;
};
