import { messageOf, OrganismError } from '@organism/cell';

/** A value that a journal can't hold without changing it. Code `MUSCULAR_NOT_JSON`. */
export class NotJsonError extends OrganismError {
  constructor(what: string, path: string, got: string) {
    super('MUSCULAR_NOT_JSON', `${what} must be plain JSON${path === '' ? '' : ` at ${path}`}; got ${got}.`, {
      details: { what, path, got },
    });
  }
}

/** An error as a journal keeps it: what is left of it after a restart. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  /** Code of an {@link OrganismError}. */
  readonly code?: string;
  readonly status?: number;
  readonly retryable?: boolean;
  /** The step that failed, when it was a step. */
  readonly step?: string;
}

/** What a journal keeps of an error. */
export const failureOf = (error: unknown): Failure => {
  if (error instanceof StepError) return { ...error.failure, step: error.step };
  const base = { name: error instanceof Error ? error.name : 'Error', message: messageOf(error) };
  if (!(error instanceof OrganismError)) return base;
  return { ...base, code: error.code, status: error.status, retryable: error.retryable };
};

/**
 * A step failed. The same after a replay as at first: it carries what the journal keeps of the error, not the error.
 *
 * Code `MUSCULAR_STEP_FAILED`, with the status of the step's own error.
 */
export class StepError extends OrganismError {
  readonly step: string;
  /** What was thrown: compare its `code` or `name`. */
  readonly failure: Failure;

  constructor(step: string, failure: Failure) {
    super('MUSCULAR_STEP_FAILED', `Step "${step}" failed: ${failure.message}`, {
      details: { step, failure },
      ...(failure.status !== undefined && { status: failure.status }),
      ...(failure.retryable !== undefined && { retryable: failure.retryable }),
    });
    this.step = step;
    this.failure = failure;
  }
}

/** A step that must not run twice was under way when its process ended. Code `MUSCULAR_STEP_UNCERTAIN`. */
export class StepUncertainError extends OrganismError {
  constructor(step: string) {
    super(
      'MUSCULAR_STEP_UNCERTAIN',
      `Step "${step}" had begun when its process ended, and must not be run twice: whether it took effect is not known.`,
      { details: { step } },
    );
  }
}

/** What a workflow did, or what its journal says that it did. */
export interface JournalPlace {
  /** `step`, `timer`, `wait`, … or `end`. */
  readonly kind: string;
  readonly name: string;
}

const inWords = ({ kind, name }: JournalPlace): string => (name === '' ? kind : `${kind} "${name}"`);

/**
 * A workflow went another way than its journal: its code has changed without a new version, or depends on something that
 * is not in the journal. Code `MUSCULAR_NOT_DETERMINISTIC`.
 */
export class DeterminismError extends OrganismError {
  readonly workflow: string;
  readonly run: string;
  /** Position in the run, from 1: the n-th call of the flow. */
  readonly position: number;
  readonly expected: JournalPlace;
  readonly actual: JournalPlace;

  constructor(workflow: string, run: string, position: number, expected: JournalPlace, actual: JournalPlace) {
    super(
      'MUSCULAR_NOT_DETERMINISTIC',
      `Workflow "${workflow}" diverged from its journal at position ${position}: expected ${inWords(expected)}, ` +
        `got ${inWords(actual)}. Register the old code under its old version, or give this code a new one.`,
      { details: { workflow, run, position, expected, actual } },
    );
    this.workflow = workflow;
    this.run = run;
    this.position = position;
    this.expected = expected;
    this.actual = actual;
  }
}

/** No such workflow, or not in this version, is registered. Code `MUSCULAR_UNKNOWN_WORKFLOW`. */
export class UnknownWorkflowError extends OrganismError {
  constructor(workflow: string, version: number | undefined, known: readonly string[]) {
    const which = version === undefined ? `"${workflow}"` : `"${workflow}" version ${version}`;
    super(
      'MUSCULAR_UNKNOWN_WORKFLOW',
      `Workflow ${which} is not registered here; registered: ${known.join(', ') || 'none'}.`,
      {
        details: { workflow, version, known },
      },
    );
  }
}

/** There is no run of this id. Code `MUSCULAR_UNKNOWN_RUN`, status 404. */
export class UnknownRunError extends OrganismError {
  constructor(run: string) {
    super('MUSCULAR_UNKNOWN_RUN', 'There is no such run.', { status: 404, details: { run } });
  }
}

/** An operation that the run's present status does not allow. Code `MUSCULAR_RUN_STATE`, status 409. */
export class RunStateError extends OrganismError {
  constructor(run: string, status: string, operation: string, why = '') {
    super('MUSCULAR_RUN_STATE', `A run that is ${status} can't be ${operation}${why === '' ? '' : `: ${why}`}.`, {
      status: 409,
      details: { run, status, operation },
    });
  }
}

/**
 * A run ended without a result: it failed, was cancelled, or its compensation failed and waits for help.
 *
 * Codes `MUSCULAR_RUN_FAILED`, `MUSCULAR_RUN_CANCELLED`, `MUSCULAR_RUN_PARKED`, `MUSCULAR_RUN_BLOCKED`.
 */
export class RunError extends OrganismError {
  readonly run: string;
  readonly failure: Failure;

  constructor(run: string, workflow: string, status: 'failed' | 'cancelled' | 'parked' | 'blocked', failure: Failure) {
    const { status: http, retryable } = failure;
    super(`MUSCULAR_RUN_${status.toUpperCase()}`, `Workflow "${workflow}" is ${status}: ${failure.message}`, {
      details: { run, workflow, failure },
      ...(status === 'cancelled' ? { status: 499 } : http !== undefined && { status: http }),
      ...(retryable !== undefined && { retryable }),
    });
    this.run = run;
    this.failure = failure;
  }
}

/** This worker's lease ran out and another has taken its runs over: nothing it writes counts. Code `MUSCULAR_FENCED`. */
export class FencedError extends OrganismError {
  constructor(worker: string) {
    super('MUSCULAR_FENCED', 'The lease of this worker ran out, and its runs were taken over.', {
      retryable: true,
      details: { worker },
    });
  }
}
