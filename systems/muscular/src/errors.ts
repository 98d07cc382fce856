import { messageOf, OrganismError } from '@organism/cell';
import type { Issue } from '@organism/skeletal';
import type { ParkedCompensation } from './group/parking.ts';

/** An operation gave what its own output schema refuses: our fault, not the caller's. Code `MUSCULAR_BAD_OUTPUT`. */
export class BadOutputError extends OrganismError {
  readonly issues: readonly Issue[];

  constructor(muscle: string, issues: readonly Issue[]) {
    super(
      'MUSCULAR_BAD_OUTPUT',
      `Muscle "${muscle}" gave an output that its Bone refuses: ${issues[0]?.message ?? ''}`,
      { details: { muscle, issues } },
    );
    this.issues = issues;
  }
}

/** An operation was composed, or run, without something it needs. Code `MUSCULAR_NEED_MISSING`. */
export class NeedMissingError extends OrganismError {
  /** Names of what is missing. */
  readonly missing: readonly string[];

  constructor(muscle: string, missing: readonly string[]) {
    super(
      'MUSCULAR_NEED_MISSING',
      `Muscle "${muscle}" needs ${missing.map((name) => `"${name}"`).join(', ')}: give it with muscle.with({ … }).`,
      { details: { muscle, missing } },
    );
    this.missing = missing;
  }
}

/**
 * The same idempotency key is being worked on elsewhere. Code `MUSCULAR_IN_PROGRESS`, status 409, retryable.
 *
 * @see draft-ietf-httpapi-idempotency-key-header, section 2.6
 */
export class InProgressError extends OrganismError {
  constructor(muscle: string, retryAfterMs: number) {
    super('MUSCULAR_IN_PROGRESS', `Muscle "${muscle}" is at work on this idempotency key already.`, {
      status: 409,
      retryable: true,
      publicMessage: 'The same request is being worked on.',
      extensions: { retryAfterMs },
      details: { muscle },
    });
  }
}

/**
 * An idempotency key came again with another input. Code `MUSCULAR_KEY_REUSED`, status 422.
 *
 * @see draft-ietf-httpapi-idempotency-key-header, section 2.6
 */
export class KeyReusedError extends OrganismError {
  constructor(muscle: string) {
    super('MUSCULAR_KEY_REUSED', `Muscle "${muscle}" was given an idempotency key that belongs to another input.`, {
      status: 422,
      publicMessage: 'The idempotency key was used with another request.',
      details: { muscle },
    });
  }
}

/**
 * An operation came through, but its result could not be kept under its idempotency key: the same key may run it again
 * once its claim has run out. Code `MUSCULAR_RESULT_NOT_KEPT`; the cause is the store's error.
 */
export class ResultNotKeptError extends OrganismError {
  /** What the operation gave. */
  readonly result: unknown;

  constructor(muscle: string, result: unknown, cause: unknown) {
    super('MUSCULAR_RESULT_NOT_KEPT', `The result of muscle "${muscle}" could not be kept.`, {
      details: { muscle },
      cause,
    });
    this.result = result;
  }
}

/** All members of a race failed. Code `MUSCULAR_RACE_LOST`; the cause is the first member's error. */
export class RaceError extends OrganismError {
  /** What each member threw, in their order. */
  readonly errors: readonly unknown[];

  constructor(group: string, errors: readonly unknown[]) {
    super('MUSCULAR_RACE_LOST', `All members of "${group}" failed: ${errors.map(messageOf).join('; ')}`, {
      details: { group },
      retryable: errors.every((error) => error instanceof OrganismError && error.retryable),
      cause: errors[0],
    });
    this.errors = errors;
  }
}

/**
 * A transaction failed, and so did rolling it back: whether it took effect is not known. Code
 * `MUSCULAR_ROLLBACK_FAILED`; the cause is what made it fail.
 */
export class RollbackError extends OrganismError {
  /** What the rollback threw. */
  readonly failure: unknown;

  constructor(group: string, cause: unknown, failure: unknown) {
    super(
      'MUSCULAR_ROLLBACK_FAILED',
      `Transaction "${group}" failed (${messageOf(cause)}) and could not be rolled back: ${messageOf(failure)}`,
      { details: { group }, cause },
    );
    this.failure = failure;
  }
}

/**
 * A saga failed, and some of what it had done could not be undone. Code `MUSCULAR_COMPENSATION_FAILED`; the cause is
 * what made the saga fail.
 */
export class CompensationError extends OrganismError {
  /** What must still be put right. */
  readonly parked: readonly ParkedCompensation[];
  /** What the parking threw: these compensations are known from here only. */
  readonly parkingErrors: readonly unknown[];

  constructor(
    saga: string,
    cause: unknown,
    parked: readonly ParkedCompensation[],
    parkingErrors: readonly unknown[] = [],
  ) {
    const steps = parked.map(({ step }) => step);
    super(
      'MUSCULAR_COMPENSATION_FAILED',
      `Saga "${saga}" failed (${messageOf(cause)}), and these steps could not be undone: ${steps.join(', ')}.`,
      { details: { saga, steps }, cause },
    );
    this.parked = parked;
    this.parkingErrors = parkingErrors;
  }
}
