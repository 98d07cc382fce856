import { HeaderList } from '../header-list.ts';
import { parseHttpDate } from '../http-date.ts';
import { durationOf, parseCacheControl } from './cache-control.ts';
import type { CacheEntry } from './cache-store.ts';

/** What may be kept without being told for how long. @see RFC 9110 section 15.1 */
const heuristic = new Set([200, 203, 204, 300, 301, 308]);
/** Share of the time since a change for which an answer is taken as fresh. @see RFC 9111 section 4.2.2 */
const heuristicShare = 0.1;
const longestHeuristicMs = 24 * 60 * 60 * 1000;

/** What a cache must know of a response to decide. */
export interface Facts {
  readonly freshMs: number;
  readonly ageMs: number;
  readonly mustRevalidate: boolean;
  readonly noCache: boolean;
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
}

/** Whether two things a request or a response says make it one that must not be stored. @see RFC 9111 section 3 */
export const isStorable = (
  request: { readonly method: string; readonly headers: Readonly<Record<string, string>> },
  response: { readonly status: number; readonly headers: HeaderList },
  shared: boolean,
  personal: boolean,
): boolean => {
  const { status, headers } = response;
  const control = parseCacheControl(headers.get('cache-control'));
  if (request.method !== 'GET' || status < 200 || status >= 400 || status === 206 || status === 304) return false;
  if (parseCacheControl(request.headers['cache-control']).has('no-store') || control.has('no-store')) return false;
  if (headers.get('vary')?.includes('*')) return false;
  if (shared && control.has('private')) return false;
  const forAll = control.has('public') || control.has('s-maxage') || control.has('must-revalidate');
  if (shared && (personal || isPersonal(request.headers)) && !forAll) return false;
  const explicit = control.has('max-age') || (shared && control.has('s-maxage')) || headers.has('expires');
  return explicit || control.has('public') || heuristic.has(status);
};

/** Fields that say for whom a request is made. A cookie given by hand is one; those of the client's jar are the client's. */
const isPersonal = (headers: Readonly<Record<string, string>>): boolean =>
  headers['authorization'] !== undefined || headers['cookie'] !== undefined;

const lifetime = (status: number, headers: HeaderList, receivedAt: number, shared: boolean): number => {
  const control = parseCacheControl(headers.get('cache-control'));
  const given = (shared ? durationOf(control, 's-maxage') : undefined) ?? durationOf(control, 'max-age');
  if (given !== undefined) return given;
  const date = parseHttpDate(headers.get('date') ?? '', receivedAt) ?? receivedAt;
  const expires = headers.get('expires');
  // A malformed date, such as "0", is in the past.
  if (expires !== undefined) return Math.max(0, (parseHttpDate(expires, receivedAt) ?? 0) - date);
  const modified = parseHttpDate(headers.get('last-modified') ?? '', receivedAt);
  if (modified === undefined || !heuristic.has(status)) return 0;
  return Math.min(longestHeuristicMs, Math.max(0, (date - modified) * heuristicShare));
};

const ageAt = (headers: HeaderList, { requestedAt, receivedAt }: CacheEntry, now: number): number => {
  const date = parseHttpDate(headers.get('date') ?? '', receivedAt) ?? receivedAt;
  const said = headers.get('age') ?? '';
  const corrected = (/^\d+$/.test(said) ? Number(said) * 1000 : 0) + Math.max(0, receivedAt - requestedAt);
  return Math.max(0, receivedAt - date, corrected) + Math.max(0, now - receivedAt);
};

/** How fresh a stored response is at a moment, in milliseconds since the epoch. @see RFC 9111 section 4.2 */
export const factsOf = (entry: CacheEntry, now: number, shared: boolean): Facts => {
  const headers = HeaderList.of(entry.headers);
  const control = parseCacheControl(headers.get('cache-control'));
  const mustRevalidate =
    control.has('must-revalidate') || (shared && (control.has('proxy-revalidate') || control.has('s-maxage')));
  return {
    freshMs: lifetime(entry.status, headers, entry.receivedAt, shared),
    ageMs: ageAt(headers, entry, now),
    mustRevalidate,
    // With field names it would only bind those; without them is the safe reading.
    noCache: control.has('no-cache'),
    staleWhileRevalidateMs: durationOf(control, 'stale-while-revalidate') ?? 0,
    staleIfErrorMs: durationOf(control, 'stale-if-error') ?? 0,
  };
};

/** What a cache does with a stored response. */
export type Verdict = 'fresh' | 'stale-while-revalidate' | 'revalidate';

/** Whether a request may have a stored response as it is. @see RFC 9111 sections 4.2.4 and 5.2.1, RFC 5861 section 3 */
export const judge = (facts: Facts, requestControl: string | undefined): Verdict => {
  const control = parseCacheControl(requestControl);
  const { freshMs, ageMs, mustRevalidate, noCache } = facts;
  if (noCache || control.has('no-cache') || control.has('no-store')) return 'revalidate';
  const maxAge = durationOf(control, 'max-age');
  if (maxAge !== undefined && ageMs > maxAge) return 'revalidate';
  const staleMs = ageMs + (durationOf(control, 'min-fresh') ?? 0) - freshMs;
  if (staleMs < 0) return 'fresh';
  if (mustRevalidate) return 'revalidate';
  const maxStale = control.get('max-stale');
  if (maxStale === true || (maxStale !== undefined && staleMs <= (durationOf(control, 'max-stale') ?? 0)))
    return 'fresh';
  const { staleWhileRevalidateMs } = facts;
  // Told nothing, an answer that is just now stale is not to be given either.
  const mayWait = staleWhileRevalidateMs > 0 && staleMs <= staleWhileRevalidateMs && !control.has('min-fresh');
  return mayWait ? 'stale-while-revalidate' : 'revalidate';
};

/** Whether a stored response may stand in for one that failed. @see RFC 5861 section 4 */
export const standsInForError = (facts: Facts, requestControl: string | undefined): boolean => {
  if (facts.mustRevalidate || facts.noCache) return false;
  const control = parseCacheControl(requestControl);
  if (control.has('no-cache') || control.has('no-store')) return false;
  const allowed = Math.max(facts.staleIfErrorMs, durationOf(control, 'stale-if-error') ?? 0);
  return allowed > 0 && facts.ageMs - facts.freshMs <= allowed;
};
