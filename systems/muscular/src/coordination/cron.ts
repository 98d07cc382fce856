import { OptionError } from '@organism/cell';
import { Cron } from 'croner';

/** The times that a cron expression means, in a time zone. */
export interface CronTimes {
  /** The first time after `time`, both in milliseconds since the epoch; undefined when there is none. */
  after(time: number): number | undefined;
}

/**
 * Reads a cron expression: five fields, or six with seconds in front, in the zone's own wall-clock time.
 *
 * Where a zone skips an hour, what was due in it is due when it ends; where it repeats one, each time happens once.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for an expression or zone that there is none of.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { cronTimes } from '@organism/muscular';
 *
 * const weekdays = cronTimes('30 9 * * 1-5', 'Europe/Lisbon');
 * const friday = Date.UTC(2026, 6, 3, 12);
 * assert.equal(new Date(weekdays.after(friday) ?? 0).toISOString(), '2026-07-06T08:30:00.000Z');
 * ```
 */
export const cronTimes = (expression: string, timeZone?: string): CronTimes => {
  if (typeof expression !== 'string' || expression === '')
    throw new OptionError('cron', 'a cron expression', expression);
  let cron: Cron;
  try {
    // Without a function it sets no timers: it only computes times.
    cron = new Cron(expression, timeZone === undefined ? {} : { timezone: timeZone });
    // A zone that there is none of shows at the first use only.
    cron.nextRun(new Date(0));
  } catch {
    if (timeZone !== undefined && !isZone(timeZone)) throw new OptionError('timeZone', 'an IANA time zone', timeZone);
    throw new OptionError('cron', 'a cron expression of 5 or 6 fields', expression);
  }
  return { after: (time) => cron.nextRun(new Date(time))?.getTime() };
};

const isZone = (timeZone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};
