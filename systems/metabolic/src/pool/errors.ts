import { OrganismError } from '@organism/cell';

/** Nothing became free in time, or too many wait already. */
export class PoolExhaustedError extends OrganismError {
  declare readonly code: 'METABOLIC_POOL_TIMEOUT' | 'METABOLIC_POOL_QUEUE_FULL';

  constructor(code: 'METABOLIC_POOL_TIMEOUT' | 'METABOLIC_POOL_QUEUE_FULL', message: string) {
    super(code, message, { status: 503, retryable: true });
  }
}
