import { CancelledError, OrganismError } from '@organism/cell';

/** The reason of an aborted signal, as an error of ours. */
export const reasonOf = ({ reason }: AbortSignal): Error =>
  reason instanceof OrganismError ? reason : new CancelledError(undefined, { cause: reason });
