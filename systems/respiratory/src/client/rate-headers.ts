import type { HeaderList } from './header-list.ts';
import { parseHttpDate } from './http-date.ts';

/**
 * How long a response asks to wait, in milliseconds; undefined when it does not, or in no way that is understood.
 *
 * @param now in milliseconds since the epoch.
 * @see RFC 9110 section 10.2.3
 */
export const retryAfterMs = (headers: HeaderList, now: number): number | undefined => {
  const value = headers.get('retry-after')?.trim();
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const at = parseHttpDate(value, now);
  return at === undefined ? undefined : Math.max(0, at - now);
};

/** How many more requests a server takes, and when it counts anew. */
export interface Quota {
  readonly remaining: number;
  readonly resetMs: number;
}

const count = (value: string | undefined): number | undefined =>
  value !== undefined && /^\s*\d{1,15}(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;

/** `"default";r=50;t=30`, perhaps several. @see draft-ietf-httpapi-ratelimit-headers-10 */
const fromStructured = (value: string): Quota | undefined => {
  let tightest: Quota | undefined;
  for (const item of value.split(',')) {
    const remaining = count(/;\s*r=(\d+)/.exec(item)?.[1]);
    const seconds = count(/;\s*t=(\d+)/.exec(item)?.[1]);
    if (remaining === undefined || seconds === undefined) continue;
    const quota = { remaining, resetMs: seconds * 1000 };
    // Of two that are used up, the one that lasts longer.
    if (tightest === undefined || remaining < tightest.remaining) tightest = quota;
    else if (remaining === tightest.remaining && quota.resetMs > tightest.resetMs) tightest = quota;
  }
  return tightest;
};

/** A reset in seconds, or, as some servers have it, in seconds or milliseconds since the epoch. */
const resetIn = (reset: number, now: number): number => {
  if (reset < 1e9) return reset * 1000;
  return Math.max(0, (reset < 1e12 ? reset * 1000 : reset) - now);
};

/**
 * What a response says of its rate limit: by `RateLimit`, `RateLimit-Remaining` and `-Reset`, or those with `X-`.
 *
 * @param now in milliseconds since the epoch.
 */
export const quotaOf = (headers: HeaderList, now: number): Quota | undefined => {
  const structured = headers.get('ratelimit');
  if (structured !== undefined) return fromStructured(structured);
  for (const prefix of ['ratelimit', 'x-ratelimit']) {
    const remaining = count(headers.get(`${prefix}-remaining`));
    const reset = count(headers.get(`${prefix}-reset`));
    if (remaining !== undefined && reset !== undefined) return { remaining, resetMs: resetIn(reset, now) };
  }
  return undefined;
};
