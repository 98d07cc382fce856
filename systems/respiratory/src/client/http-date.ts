const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const imf = /^[a-z]{3}, (\d\d) ([a-z]{3}) (\d{4}) (\d\d):(\d\d):(\d\d) gmt$/;
const rfc850 = /^[a-z]{6,9}, (\d\d)-([a-z]{3})-(\d\d) (\d\d):(\d\d):(\d\d) gmt$/;
const asctime = /^[a-z]{3} ([a-z]{3}) ([ \d]\d) (\d\d):(\d\d):(\d\d) (\d{4})$/;

const instant = (year: number, month: string, day: string, time: readonly string[]): number | undefined => {
  const [hour = Number.NaN, minute = Number.NaN, second = Number.NaN] = time.map(Number);
  const index = months.indexOf(month);
  if (index < 0 || Number(day) < 1 || Number(day) > 31 || hour > 23 || minute > 59 || second > 60) return undefined;
  return Date.UTC(year, index, Number(day), hour, minute, second);
};

/**
 * Reads an HTTP date in any of its three forms, as milliseconds since the epoch; undefined when it is none.
 *
 * @param now for the century of a year of two digits, in milliseconds since the epoch.
 * @see RFC 9110 section 5.6.7
 */
export const parseHttpDate = (value: string, now: number): number | undefined => {
  const text = value.trim().toLowerCase();
  let match = imf.exec(text);
  if (match !== null) return instant(Number(match[3]), match[2] ?? '', match[1] ?? '', match.slice(4));
  match = asctime.exec(text);
  if (match !== null) return instant(Number(match[6]), match[1] ?? '', match[2] ?? '', match.slice(3, 6));
  match = rfc850.exec(text);
  if (match === null) return undefined;
  const thisYear = new Date(now).getUTCFullYear();
  let year = thisYear - (thisYear % 100) + Number(match[3]);
  if (year > thisYear + 50) year -= 100;
  return instant(year, match[2] ?? '', match[1] ?? '', match.slice(4));
};

/** Writes a moment in milliseconds since the epoch as an HTTP date. */
export const formatHttpDate = (time: number): string => new Date(time).toUTCString();
