import { OrganismError } from '@organism/cell';

/**
 * Refusal by a resource gate; the same call may succeed later. Status 503.
 *
 * Codes: `NERVOUS_ADMISSION_FULL`, as many wait as may; `NERVOUS_ADMISSION_TIMEOUT`, none became free in time;
 * `NERVOUS_ADMISSION_DRAINING`, the gate is stopping.
 */
export class AdmissionError extends OrganismError {
  declare readonly code: 'NERVOUS_ADMISSION_FULL' | 'NERVOUS_ADMISSION_TIMEOUT' | 'NERVOUS_ADMISSION_DRAINING';

  constructor(code: AdmissionError['code'], gate: string, owner: string, why: string) {
    super(code, `Gate "${gate}" refuses "${owner}": ${why}.`, {
      status: 503,
      retryable: true,
      publicMessage: 'Too busy at the moment.',
      details: { gate, owner },
    });
  }
}

/** A resource that could not be opened or closed. Code `NERVOUS_RESOURCE_OPEN` (status 503, retryable) or `NERVOUS_RESOURCE_CLOSE`. */
export class ResourceError extends OrganismError {
  declare readonly code: 'NERVOUS_RESOURCE_OPEN' | 'NERVOUS_RESOURCE_CLOSE';

  constructor(gate: string, what: 'open' | 'close', cause: unknown) {
    super(`NERVOUS_RESOURCE_${what.toUpperCase()}`, `Gate "${gate}" could not ${what} a resource.`, {
      ...(what === 'open' && { status: 503, retryable: true }),
      details: { gate },
      cause,
    });
  }
}

/** Use of a lease that was released, discarded or taken away. Code `NERVOUS_LEASE_ENDED`. */
export class LeaseEndedError extends OrganismError {
  constructor(gate: string, owner: string) {
    super('NERVOUS_LEASE_ENDED', `The lease of "${owner}" from gate "${gate}" has ended.`, {
      details: { gate, owner },
    });
  }
}

/** A lease as seen from outside. */
export interface LeaseInfo {
  readonly owner: string;
  /** Milliseconds since it was granted. */
  readonly heldMs: number;
}

const told = (leases: readonly LeaseInfo[]): string =>
  leases.map(({ owner, heldMs }) => `"${owner}" for ${Math.round(heldMs)} ms`).join(', ');

/** Leases that are held too long: a leak, most likely. Code `NERVOUS_LEASE_LEAK`. */
export class LeaseLeakError extends OrganismError {
  readonly leases: readonly LeaseInfo[];

  constructor(gate: string, leases: readonly LeaseInfo[]) {
    super('NERVOUS_LEASE_LEAK', `A resource of gate "${gate}" is held by ${told(leases)}.`, {
      details: { gate, leases },
    });
    this.leases = leases;
  }
}

/** Leases that were still held when a gate had to stop, and were taken away. Code `NERVOUS_LEASES_HELD`. */
export class LeasesHeldError extends OrganismError {
  readonly leases: readonly LeaseInfo[];

  constructor(gate: string, leases: readonly LeaseInfo[]) {
    super('NERVOUS_LEASES_HELD', `Gate "${gate}" stopped while its resources were held by ${told(leases)}.`, {
      details: { gate, leases },
    });
    this.leases = leases;
  }
}
