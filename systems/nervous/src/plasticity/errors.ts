import { OrganismError } from '@organism/cell';

/**
 * A router that has no target to choose, or was told of one it does not know or has already. Codes
 * `NERVOUS_NO_TARGET` (status 503, retryable), `NERVOUS_UNKNOWN_TARGET`, `NERVOUS_TARGET_TAKEN`.
 */
export class RoutingError extends OrganismError {
  declare readonly code: 'NERVOUS_NO_TARGET' | 'NERVOUS_UNKNOWN_TARGET' | 'NERVOUS_TARGET_TAKEN';
}
