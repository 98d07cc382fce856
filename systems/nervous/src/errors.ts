import { OrganismError } from '@organism/cell';

/** Use of a bus or circuit that is not running. Code `NERVOUS_NOT_RUNNING`. */
export class NotRunningError extends OrganismError {
  constructor(what: string, operation: string) {
    super('NERVOUS_NOT_RUNNING', `${what} can't ${operation}: it is not running.`);
  }
}

/** A buffer at its bound. Code `NERVOUS_OVERFLOW`. */
export class OverflowError extends OrganismError {
  constructor(where: string, capacity: number) {
    super('NERVOUS_OVERFLOW', `${where} holds ${capacity} values and takes no more.`, { status: 503, retryable: true });
  }
}

/** A circuit that can't be wired as asked: ports that do not fit, unknown ports, or cycles not declared. */
export class WiringError extends OrganismError {
  declare readonly code:
    | 'NERVOUS_PORT_MISMATCH'
    | 'NERVOUS_UNKNOWN_PORT'
    | 'NERVOUS_CYCLE'
    | 'NERVOUS_NAME_TAKEN'
    | 'NERVOUS_BAD_SYNAPSE';
}

/** A listener, neuron or filter that failed; the others were not disturbed. */
export interface Failure {
  /** Where: a topic or a neuron. */
  readonly source: string;
  readonly error: unknown;
  /** What was being handled. */
  readonly value: unknown;
}

/** Where failures go unless told otherwise: the console, so that none passes unseen. */
export const reportToConsole = ({ source, error }: Failure): void =>
  console.error(`Unhandled failure in ${source}:`, error);
