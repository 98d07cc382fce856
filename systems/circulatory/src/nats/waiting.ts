import type { Arrival } from './arrival.ts';
import { unkeyedLane } from './names.ts';
import type { Tally } from './tally.ts';

/** A message that has come, and that nobody has asked for yet. */
export interface Waiting {
  readonly arrival: Arrival;
  /** Its leases before. */
  readonly tally: Tally;
  /** Monotonic. */
  readonly arrivedAt: number;
}

/** As they were published, also where they come from several lanes. */
export const inOrder = (waiting: Iterable<Waiting>): readonly Waiting[] => {
  const all = [...waiting];
  const isMixed = all.some(({ arrival }) => arrival.lane !== unkeyedLane);
  return isMixed ? all.toSorted((one, other) => one.arrival.seq - other.arrival.seq) : all;
};
