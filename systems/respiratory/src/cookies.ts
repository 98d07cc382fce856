import { OptionError } from '@organism/cell';

/** Attributes of a cookie. Safe by default: not for scripts, not for other sites, only over TLS. */
export interface CookieOptions {
  readonly path?: string;
  readonly domain?: string;
  /** How long the browser keeps it, in seconds. Default: until it closes; 0 or less removes the cookie. */
  readonly maxAgeS?: number;
  /** Hidden from scripts. Default true. */
  readonly httpOnly?: boolean;
  /** Only over TLS. Default true. */
  readonly secure?: boolean;
  /** Default `Lax`. */
  readonly sameSite?: 'Strict' | 'Lax' | 'None';
}

const token = /^[!#$%&'*+.^_`|~\w-]+$/;
const attribute = /^[\x20-\x3a\x3c-\x7e]*$/;

const decode = (text: string): string => {
  try {
    return text.includes('%') ? decodeURIComponent(text) : text;
  } catch {
    return text;
  }
};

/**
 * The cookies of a request, percent-decoded. Of two with one name the first counts, as it is the more specific one.
 *
 * @see RFC 6265 section 5.4
 */
export const parseCookies = (header: string | undefined): ReadonlyMap<string, string> => {
  const cookies = new Map<string, string>();
  for (const pair of (header ?? '').split(';')) {
    const mark = pair.indexOf('=');
    if (mark < 0) continue;
    const name = pair.slice(0, mark).trim();
    const value = pair.slice(mark + 1).trim();
    if (name === '' || cookies.has(name)) continue;
    cookies.set(
      name,
      decode(value.startsWith('"') && value.endsWith('"') && value.length > 1 ? value.slice(1, -1) : value),
    );
  }
  return cookies;
};

/**
 * A `set-cookie` header. The value is percent-encoded.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a name or attribute that would break the header.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { formatCookie } from '@organism/respiratory';
 *
 * assert.equal(formatCookie('id', 'a b', { maxAgeS: 60 }), 'id=a%20b; Path=/; Max-Age=60; HttpOnly; Secure; SameSite=Lax');
 * ```
 * @see RFC 6265 section 4.1
 */
export const formatCookie = (name: string, value: string, options: CookieOptions = {}): string => {
  const { path = '/', domain, maxAgeS, httpOnly = true, secure = true, sameSite = 'Lax' } = options;
  if (!token.test(name)) throw new OptionError('name', 'a token without spaces or separators', name);
  if (!attribute.test(path)) throw new OptionError('path', 'a path without ";"', path);
  if (domain !== undefined && !attribute.test(domain)) throw new OptionError('domain', 'a domain without ";"', domain);
  if (maxAgeS !== undefined && !Number.isInteger(maxAgeS)) throw new OptionError('maxAgeS', 'whole seconds', maxAgeS);
  if (sameSite === 'None' && !secure) throw new OptionError('secure', 'true where sameSite is None', secure);
  return [
    `${name}=${encodeURIComponent(value)}`,
    `Path=${path}`,
    ...(domain === undefined ? [] : [`Domain=${domain}`]),
    ...(maxAgeS === undefined ? [] : [`Max-Age=${maxAgeS}`]),
    ...(httpOnly ? ['HttpOnly'] : []),
    ...(secure ? ['Secure'] : []),
    `SameSite=${sameSite}`,
  ].join('; ');
};
