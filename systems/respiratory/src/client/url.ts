import { OptionError } from '@organism/cell';

type SegmentName<S extends string> = S extends `:${infer Name}` ? Name : S extends `*${infer Name}` ? Name : never;

/** Names of the parameters in a path: `id` for `/quakes/:id`. */
export type ParamNames<P extends string> = P extends `${infer Head}/${infer Rest}`
  ? SegmentName<Head> | ParamNames<Rest>
  : SegmentName<P>;

/** What may stand for a parameter of a path. */
export type ParamValue = string | number | bigint | boolean;

/** What may stand in a query: a value, several under one name, or nothing. */
export type QueryValue = ParamValue | Date | null | undefined | readonly (ParamValue | Date)[];

/** A query by name; null and undefined leave the name out, lists repeat it. */
export type Query = Readonly<Record<string, QueryValue>>;

/** Where a request goes. */
export interface Target {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path and query, percent-encoded. */
  readonly path: string;
}

interface Part {
  readonly fixed: string;
  /** Name of the parameter after it; undefined at the end. */
  readonly name: string | undefined;
  /** Whether the parameter may span several segments. */
  readonly rest: boolean;
}

const parameter = /(?<=\/)([:*])([A-Za-z_]\w*)(?=\/|\?|$)/g;
const encoded = /^[\x21-\x7e]*$/;
/** A client calls few paths; one that makes them up at run time must not fill the memory. */
const mostTemplates = 1000;

const compile = (path: string): readonly Part[] => {
  const text = encoded.test(path) ? path : encodeURI(path);
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(parameter)) {
    parts.push({ fixed: text.slice(from, match.index), name: match[2], rest: match[1] === '*' });
    from = match.index + match[0].length;
  }
  return [...parts, { fixed: text.slice(from), name: undefined, rest: false }];
};

const encodeSegment = (name: string, value: string): string => {
  // Both would name another resource: servers and proxies take them away.
  if (value === '.' || value === '..' || value === '')
    throw new OptionError(`params.${name}`, 'text other than "", "." and ".."', value);
  return encodeURIComponent(value);
};

const textOf = (field: string, value: unknown): string => {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new OptionError(field, 'well-formed Unicode', value);
    return value;
  }
  if (['number', 'bigint', 'boolean'].includes(typeof value)) return String(value);
  throw new OptionError(field, 'a string, a number or a boolean', value);
};

/**
 * A query as text, without the question mark.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a value of another type.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { formatQuery } from '@organism/respiratory/client';
 *
 * assert.equal(formatQuery({ place: 'São Miguel', tag: ['a', 'b'], none: undefined }), 'place=S%C3%A3o%20Miguel&tag=a&tag=b');
 * ```
 */
export const formatQuery = (query: Query): string => {
  let text = '';
  for (const name of Object.keys(query)) {
    const value = query[name];
    if (value === undefined || value === null) continue;
    for (const one of Array.isArray(value) ? (value as readonly ParamValue[]) : [value])
      text += `${text === '' ? '' : '&'}${encodeURIComponent(name)}=${encodeURIComponent(textOf(`query.${name}`, one))}`;
  }
  return text;
};

/** Makes targets from paths: relative ones go to the base, absolute URLs where they say. */
export class Addresses {
  readonly origin: string;
  readonly #prefix: string;
  readonly #templates = new Map<string, readonly Part[]>();

  /** @throws {OptionError} `CELL_BAD_OPTION` unless the base is an http or https URL without query and credentials. */
  constructor(baseUrl: string) {
    const url = typeof baseUrl === 'string' ? URL.parse(baseUrl) : null;
    if (url === null || !/^https?:$/.test(url.protocol) || url.search + url.hash + url.username + url.password !== '')
      throw new OptionError('baseUrl', 'an http or https URL without query, fragment and credentials', baseUrl);
    this.origin = url.origin;
    this.#prefix = url.pathname.replace(/\/$/, '');
  }

  /** @throws {OptionError} `CELL_BAD_OPTION` for a path that is none, or a missing parameter. */
  target(path: string, params: Readonly<Record<string, ParamValue>> | undefined, query: Query | undefined): Target {
    if (!path.startsWith('/')) return this.#absolute(path, query);
    let text = this.#prefix;
    for (const { fixed, name, rest } of this.#parts(path)) {
      text += fixed;
      if (name === undefined) break;
      const value = textOf(`params.${name}`, params?.[name]);
      text += rest
        ? value
            .split('/')
            .map((one) => encodeSegment(name, one))
            .join('/')
        : encodeSegment(name, value);
    }
    return { origin: this.origin, path: withQuery(text, query) };
  }

  #parts(path: string): readonly Part[] {
    let parts = this.#templates.get(path);
    if (parts === undefined) {
      parts = compile(path);
      if (this.#templates.size >= mostTemplates) this.#templates.clear();
      this.#templates.set(path, parts);
    }
    return parts;
  }

  #absolute(path: string, query: Query | undefined): Target {
    const url = URL.parse(path);
    if (url === null || !/^https?:$/.test(url.protocol) || url.username + url.password !== '')
      throw new OptionError('path', 'a path from "/" on, or an http or https URL without credentials', path);
    return { origin: url.origin, path: withQuery(url.pathname + url.search, query) };
  }
}

const withQuery = (path: string, query: Query | undefined): string => {
  const text = query === undefined ? '' : formatQuery(query);
  return text === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${text}`;
};
