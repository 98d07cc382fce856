/** Directives of a `Cache-Control` field: by lower-case name, true for those without a value. */
export type CacheControl = ReadonlyMap<string, string | true>;

const directive = /\s*([!#$%&'*+.^_`|~0-9a-z-]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]*)))?\s*(?:,|$)/giy;
const none: CacheControl = new Map();

/**
 * Reads a `Cache-Control` field. Of a directive that comes twice, the first counts.
 *
 * @see RFC 9111 section 5.2
 */
export const parseCacheControl = (value: string | undefined): CacheControl => {
  if (value === undefined) return none;
  const found = new Map<string, string | true>();
  for (const [, name = '', quoted, plain] of value.matchAll(directive)) {
    const key = name.toLowerCase();
    if (!found.has(key)) found.set(key, quoted ?? plain ?? true);
  }
  return found;
};

/**
 * A duration that a directive gives, in milliseconds. One that is malformed is taken as no time at all: what can't be
 * read must not make an answer live longer.
 *
 * @see RFC 9111 section 4.2.1
 */
export const durationOf = (control: CacheControl, name: string): number | undefined => {
  const value = control.get(name);
  if (value === undefined) return undefined;
  return typeof value === 'string' && /^\d+$/.test(value) ? Math.min(Number(value), 2 ** 31) * 1000 : 0;
};
