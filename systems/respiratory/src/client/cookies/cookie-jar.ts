import { type Clock, OptionError, systemClock } from '@organism/cell';
import { parseSetCookie, type SetCookie } from './set-cookie.ts';

/** A cookie as a jar keeps it. */
export interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  /** Whether it goes to that host alone, not to those beneath. */
  readonly hostOnly: boolean;
  readonly path: string;
  /** Milliseconds since the epoch; undefined for the length of the session. */
  readonly expires: number | undefined;
  readonly secure: boolean;
  readonly httpOnly: boolean;
}

/** Options of a {@link CookieJar}. */
export interface CookieJarOptions {
  /** Most cookies of one domain; the oldest go first. Default 180. */
  readonly maxPerDomain?: number;
  /** Most cookies in all. Default 3000. */
  readonly maxCookies?: number;
  readonly clock?: Clock;
}

const isAddress = (host: string): boolean => /^[\d.]+$|:/.test(host);
const matchesDomain = (host: string, domain: string): boolean =>
  host === domain || (host.endsWith(`.${domain}`) && !isAddress(host));
const matchesPath = (path: string, under: string): boolean =>
  path === under || (path.startsWith(under) && (under.endsWith('/') || path[under.length] === '/'));
/** The folder of a path. @see RFC 6265 section 5.1.4 */
const folderOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));
const isSecure = ({ protocol, hostname }: URL): boolean => protocol === 'https:' || hostname === 'localhost';

/**
 * Cookie jar: keeps what servers set, and gives back what each request may show.
 *
 * Knows no list of public suffixes: a cookie for a domain of one label, such as `com`, is refused, one for `co.uk` is
 * not. So share no jar between servers that must not see each other's cookies.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @see RFC 6265 section 5
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { CookieJar } from '@organism/respiratory/client';
 *
 * const jar = new CookieJar();
 * jar.receive('https://shop.example/login', ['session=abc; Secure; HttpOnly; Path=/']);
 * assert.equal(jar.header('https://shop.example/orders'), 'session=abc');
 * assert.equal(jar.header('http://shop.example/orders'), undefined);
 * ```
 */
export class CookieJar {
  readonly #clock: Clock;
  readonly #maxPerDomain: number;
  readonly #maxCookies: number;
  /** By domain, path and name; in the order of their making. */
  readonly #cookies = new Map<string, Cookie>();

  constructor(options: CookieJarOptions = {}) {
    const { maxPerDomain = 180, maxCookies = 3000 } = options;
    for (const [field, value] of Object.entries({ maxPerDomain, maxCookies }))
      if (!(Number.isSafeInteger(value) && value >= 1)) throw new OptionError(field, 'a whole number >= 1', value);
    this.#maxPerDomain = maxPerDomain;
    this.#maxCookies = maxCookies;
    this.#clock = options.clock ?? systemClock;
  }

  /** Takes in the `Set-Cookie` fields of a response from `url`; those that break the rules are ignored. */
  receive(url: string, fields: readonly string[]): void {
    if (fields.length === 0) return;
    const from = new URL(url);
    const now = this.#clock.now();
    for (const field of fields) {
      const given = parseSetCookie(field, now);
      const cookie = given && this.#accept(given, from);
      if (cookie !== undefined && !this.#wouldHide(cookie, from)) this.#keep(cookie, now);
    }
  }

  /** Whoever stands on a line without TLS must not put a cookie in the place of a secure one. @see RFC 6265bis section 5.7 */
  #wouldHide({ name, domain, path }: Cookie, from: URL): boolean {
    if (isSecure(from)) return false;
    return [...this.#cookies.values()].some(
      (other) =>
        other.secure &&
        other.name === name &&
        (matchesDomain(domain, other.domain) || matchesDomain(other.domain, domain)) &&
        matchesPath(path, other.path),
    );
  }

  #accept(given: SetCookie, from: URL): Cookie | undefined {
    const { name, value, expires, secure, httpOnly } = given;
    const host = from.hostname;
    // A host that is itself a public suffix may set one for itself alone.
    const domain = given.domain === host ? host : given.domain;
    if (domain !== undefined && (!matchesDomain(host, domain) || (domain !== host && !domain.includes('.'))))
      return undefined;
    const hostOnly = domain === undefined || isAddress(host);
    const path = given.path ?? folderOf(from.pathname);
    if (secure && !isSecure(from)) return undefined;
    if (/^__secure-/i.test(name) && !secure) return undefined;
    if (/^__host-/i.test(name) && (!secure || given.domain !== undefined || path !== '/')) return undefined;
    return { name, value, domain: domain ?? host, hostOnly, path, expires, secure, httpOnly };
  }

  #keep(cookie: Cookie, now: number): void {
    const key = JSON.stringify([cookie.domain, cookie.path, cookie.name]);
    if (cookie.expires !== undefined && cookie.expires <= now) {
      this.#cookies.delete(key);
      return;
    }
    // One that is replaced keeps its place, as it keeps its time of making.
    this.#cookies.set(key, cookie);
    const ofDomain = [...this.#cookies].filter(([, { domain }]) => domain === cookie.domain);
    for (const [old] of ofDomain.slice(0, Math.max(0, ofDomain.length - this.#maxPerDomain))) this.#cookies.delete(old);
    for (const old of this.#cookies.keys()) {
      if (this.#cookies.size <= this.#maxCookies) break;
      this.#cookies.delete(old);
    }
  }

  /** The value of the `Cookie` field of a request to `url`; undefined when there is none to show. */
  header(url: string): string | undefined {
    if (this.#cookies.size === 0) return undefined;
    const to = new URL(url);
    const now = this.#clock.now();
    const shown: Cookie[] = [];
    for (const [key, cookie] of this.#cookies) {
      if (cookie.expires !== undefined && cookie.expires <= now) this.#cookies.delete(key);
      else if (fits(cookie, to)) shown.push(cookie);
    }
    if (shown.length === 0) return undefined;
    // Longer paths first; among equals, the older. @see RFC 6265 section 5.4
    const sorted = shown.toSorted((a, b) => b.path.length - a.path.length);
    return sorted.map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  /** All cookies, to be stored; give them to {@link CookieJar.restore} in a later life. */
  list(): readonly Cookie[] {
    return [...this.#cookies.values()];
  }

  /** Takes over cookies of an earlier life. */
  restore(cookies: Iterable<Cookie>): void {
    const now = this.#clock.now();
    for (const cookie of cookies) this.#keep(cookie, now);
  }

  /** Forgets everything. */
  clear(): void {
    this.#cookies.clear();
  }
}

const fits = ({ domain, hostOnly, path, secure }: Cookie, to: URL): boolean =>
  (hostOnly ? to.hostname === domain : matchesDomain(to.hostname, domain)) &&
  matchesPath(to.pathname, path) &&
  (!secure || isSecure(to));
