import type { Arrival } from './arrival.ts';
import type { AttemptNote } from './attempts.ts';
import { unkeyedLane } from './names.ts';

/** A message that has come, and that nobody has asked for yet. */
export interface Waiting {
  readonly arrival: Arrival;
  /** What its last holder left. */
  readonly note: AttemptNote | undefined;
  /** Monotonic. */
  readonly arrivedAt: number;
}

/** Which attempt the next is: what the server has sent, but for what was given back. */
export const attemptOf = ({ arrival, note }: Waiting): number =>
  note === undefined ? arrival.sent : note.attempts + arrival.sent - note.sent;

/** Whether it comes again because its last lease ran out: whoever ends one leaves a note. */
export const hasRunOut = ({ arrival, note }: Waiting): boolean => arrival.sent > 1 && note?.sent !== arrival.sent - 1;

/** As they were published, also where they come from several lanes. */
export const inOrder = (waiting: Iterable<Waiting>): readonly Waiting[] => {
  const all = [...waiting];
  const isMixed = all.some(({ arrival }) => arrival.lane !== unkeyedLane);
  return isMixed ? all.toSorted((one, other) => one.arrival.seq - other.arrival.seq) : all;
};
