/** What one `Set-Cookie` field says. */
export interface SetCookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string | undefined;
  readonly path: string | undefined;
  /** Milliseconds since the epoch; undefined for the length of the session. */
  readonly expires: number | undefined;
  readonly secure: boolean;
  readonly httpOnly: boolean;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** Longest name and value together, and longest attribute. @see RFC 6265bis section 5.6 */
const longest = { pair: 4096, attribute: 1024 };

/** Reads a cookie's date, which may have its parts in any order. @see RFC 6265 section 5.1.1 */
export const parseCookieDate = (text: string): number | undefined => {
  let time: readonly number[] | undefined;
  let day: number | undefined;
  let month: number | undefined;
  let year: number | undefined;
  for (const token of text.split(/[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+/)) {
    const clock = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D|$)/.exec(token);
    const name = months.indexOf(token.slice(0, 3).toLowerCase());
    if (time === undefined && clock !== null) time = clock.slice(1).map(Number);
    else if (day === undefined && /^\d{1,2}(?:\D|$)/.test(token)) day = Number.parseInt(token, 10);
    else if (month === undefined && name >= 0) month = name;
    else if (year === undefined && /^\d{2,4}(?:\D|$)/.test(token)) year = Number.parseInt(token, 10);
  }
  if (time === undefined || day === undefined || month === undefined || year === undefined) return undefined;
  if (year < 100) year += year >= 70 ? 1900 : 2000;
  const [hour = 24, minute = 60, second = 60] = time;
  if (day < 1 || day > 31 || year < 1601 || hour > 23 || minute > 59 || second > 59) return undefined;
  return Date.UTC(year, month, day, hour, minute, second);
};

/**
 * Reads one `Set-Cookie` field; undefined when it is to be ignored.
 *
 * @param now in milliseconds since the epoch, for `Max-Age`.
 * @see RFC 6265 section 5.2
 */
export const parseSetCookie = (field: string, now: number): SetCookie | undefined => {
  const [pair = '', ...attributes] = field.split(';');
  const equals = pair.indexOf('=');
  const name = pair.slice(0, equals).trim();
  const value = pair.slice(equals + 1).trim();
  // oxlint-disable-next-line no-control-regex -- controls are what it looks for
  if (equals < 1 || name === '' || name.length + value.length > longest.pair || /[\0-\x08\x0a-\x1f\x7f]/.test(field))
    return undefined;
  const given = new Map<string, string>();
  for (const attribute of attributes) {
    const at = attribute.indexOf('=');
    const text = at < 0 ? '' : attribute.slice(at + 1).trim();
    if (text.length <= longest.attribute)
      given.set((at < 0 ? attribute : attribute.slice(0, at)).trim().toLowerCase(), text);
  }
  const maxAge = given.get('max-age');
  const seconds = maxAge !== undefined && /^-?\d+$/.test(maxAge) ? Number(maxAge) : undefined;
  const path = given.get('path');
  return {
    name,
    value,
    domain: given.get('domain')?.replace(/^\./, '').toLowerCase() || undefined,
    path: path?.startsWith('/') ? path : undefined,
    expires:
      seconds === undefined ? parseCookieDate(given.get('expires') ?? '') : seconds <= 0 ? 0 : now + seconds * 1000,
    secure: given.has('secure'),
    httpOnly: given.has('httponly'),
  };
};
