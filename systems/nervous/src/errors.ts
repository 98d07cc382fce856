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

/** A message that a neuron had accepted and could not handle before it stopped. Code `NERVOUS_UNDELIVERED`. */
export class UndeliveredError extends OrganismError {
  constructor(neuron: string) {
    super('NERVOUS_UNDELIVERED', `"${neuron}" stopped before it could handle a message.`, {
      status: 503,
      retryable: true,
    });
  }
}

/** A request that nobody answers. Code `NERVOUS_NO_RESPONDER`. */
export class NoResponderError extends OrganismError {
  constructor(topic: string) {
    super('NERVOUS_NO_RESPONDER', `Nobody responds to "${topic}".`, { status: 503, retryable: true });
  }
}

/** A second responder for one topic. Code `NERVOUS_RESPONDER_TAKEN`. */
export class ResponderTakenError extends OrganismError {
  constructor(topic: string) {
    super('NERVOUS_RESPONDER_TAKEN', `"${topic}" has a responder already: end that one first.`);
  }
}

/** A reaction that was still at work after the time it may take. Code `NERVOUS_REACTION_TIMEOUT`. */
export class ReactionTimeoutError extends OrganismError {
  constructor(neuron: string, limit: string) {
    super('NERVOUS_REACTION_TIMEOUT', `"${neuron}" was at work for longer than ${limit}.`, { status: 504 });
  }
}

/** A circuit that can't be wired as asked: ports that do not fit, unknown ports, or cycles not declared. */
export class WiringError extends OrganismError {
  declare readonly code:
    | 'NERVOUS_PORT_MISMATCH'
    | 'NERVOUS_UNKNOWN_PORT'
    | 'NERVOUS_CYCLE'
    | 'NERVOUS_NAME_TAKEN'
    | 'NERVOUS_BAD_SYNAPSE'
    | 'NERVOUS_NEURON_TAKEN'
    | 'NERVOUS_BAD_SWAP';
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
