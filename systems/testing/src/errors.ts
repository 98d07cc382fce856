import { OrganismError } from '@organism/cell';

/** Runaway clock: timers keep arming new ones, and the limit on how many may fire was reached. Code `TESTING_CLOCK_RUNAWAY`. */
export class ClockRunawayError extends OrganismError {
  constructor(limit: number, pending: string) {
    super(
      'TESTING_CLOCK_RUNAWAY',
      `Expected the timers to run out, but ${limit} have fired and more are pending: ${pending}. ` +
        'Stop what repeats first, advance by a given time instead, or raise the limit.',
      { details: { limit } },
    );
  }
}
