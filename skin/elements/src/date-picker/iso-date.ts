const dayMs = 86_400_000;

/** Days since 1970-01-01. Plain arithmetic on them knows no time zone and no change of clocks. */
export type Day = number;

const written = (day: Day): string => new Date(day * dayMs).toISOString().slice(0, 10);

/** A date written `YYYY-MM-DD`, as a day; undefined for everything else, such as February 30. */
export const parseIsoDate = (text: unknown): Day | undefined => {
  const found = typeof text === 'string' ? /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) : null;
  if (found === null) return undefined;
  const [year = 0, month = 0, date = 0] = found.slice(1).map(Number);
  // Date.UTC would take the years 0 to 99 for those of a century ago.
  const day = new Date(0).setUTCFullYear(year, month - 1, date) / dayMs;
  return written(day) === text && day >= firstDay ? day : undefined;
};

/** First and last day that can be written. */
export const firstDay: Day = -719_162;
/** Last day that can be written: 9999-12-31. */
export const lastDay: Day = 2_932_896;

/** The nearest day that can be written and lies within the bounds. */
export const clampDay = (day: Day, min: Day = firstDay, max: Day = lastDay): Day => Math.max(min, Math.min(max, day));

/** A day as `YYYY-MM-DD`. */
export const toIsoDate = (day: Day): string => written(clampDay(day));

/** Day of the week: 1 is Monday, 7 is Sunday. */
export const weekdayOf = (day: Day): number => ((((day + 3) % 7) + 7) % 7) + 1;

/** The day that it is where the user is. */
export const today = (): Day => {
  const now = new Date();
  return Math.round(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate()) / dayMs);
};

/** The instant at which a day begins in UTC, for formatters that are set to UTC. */
export const instantOf = (day: Day): number => day * dayMs;
