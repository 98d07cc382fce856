import { HttpError } from './errors.ts';

/** Values of the named segments of a path. */
export type PathParams = Readonly<Record<string, string>>;

/** Outcome of a look-up. */
export type RouteMatch<T> =
  | { readonly kind: 'found'; readonly value: T; readonly params: PathParams }
  | { readonly kind: 'method'; readonly allow: readonly string[] }
  | { readonly kind: 'none' };

interface Leaf<T> {
  readonly value: T;
  readonly names: readonly string[];
  readonly pattern: string;
}

interface Node<T> {
  readonly fixed: Map<string, Node<T>>;
  param: Node<T> | undefined;
  /** Methods of a route that ends here. */
  readonly leaves: Map<string, Leaf<T>>;
  /** Methods of a route that takes all the rest. */
  readonly tails: Map<string, Leaf<T>>;
}

const makeNode = <T>(): Node<T> => ({ fixed: new Map(), param: undefined, leaves: new Map(), tails: new Map() });
const noParams: PathParams = Object.freeze({});
const methods = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);

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

const decode = (text: string): string => {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new HttpError('RESPIRATORY_BAD_URL', 'The path has a malformed percent-encoding.');
  }
};

/**
 * Router: finds the handler of a method and a path. `:name` stands for one segment, a final `*name` for the rest.
 * Fixed segments win over named ones, named ones over the rest, and a request walks back where a branch ends.
 */
export class Router<T> {
  readonly #root: Node<T> = makeNode();
  /** Paths without named segments, by method: found without walking. */
  readonly #exact = new Map<string, Map<string, T>>();

  /** @throws {HttpError} `RESPIRATORY_ROUTE_CONFLICT` when another route matches the same requests. */
  add(method: string, path: string, value: T): void {
    const names: string[] = [];
    const segments = path.slice(1).split('/');
    let node = this.#root;
    let leaves = node.leaves;
    for (const [index, segment] of segments.entries()) {
      if (segment.startsWith('*')) {
        if (index !== segments.length - 1)
          throw new HttpError('RESPIRATORY_BAD_ROUTE', `${path}: "*" must be the last segment.`);
        names.push(segment.slice(1) || 'rest');
        leaves = node.tails;
        break;
      }
      if (segment.startsWith(':')) {
        const name = segment.slice(1);
        if (!/^[A-Za-z_]\w*$/.test(name) || names.includes(name))
          throw new HttpError('RESPIRATORY_BAD_ROUTE', `${path}: ":" must be followed by a name that is used once.`);
        names.push(name);
        node.param ??= makeNode();
        node = node.param;
      } else {
        const key = decode(segment);
        const next = node.fixed.get(key) ?? makeNode<T>();
        node.fixed.set(key, next);
        node = next;
      }
      leaves = node.leaves;
    }
    const other = leaves.get(method);
    if (other !== undefined)
      throw new HttpError(
        'RESPIRATORY_ROUTE_CONFLICT',
        `${method} ${path} and ${method} ${other.pattern} match the same requests.`,
      );
    leaves.set(method, { value, names, pattern: path });
    if (names.length === 0) {
      const exact = this.#exact.get(method) ?? new Map<string, T>();
      this.#exact.set(method, exact.set(path, value));
    }
  }

  /** Looks a request up. @throws {HttpError} `RESPIRATORY_BAD_URL` for a malformed percent-encoding. */
  find(method: string, path: string): RouteMatch<T> {
    const exact = this.#exact.get(method)?.get(path);
    if (exact !== undefined) return { kind: 'found', value: exact, params: noParams };
    const segments = path.slice(1).split('/').map(decode);
    const allow = new Set<string>();
    const found = this.#walk(this.#root, segments, 0, [], method, allow);
    if (found !== undefined) return found;
    return allow.size === 0 ? { kind: 'none' } : { kind: 'method', allow: [...allow].sort() };
  }

  #walk(
    node: Node<T>,
    segments: readonly string[],
    at: number,
    values: readonly string[],
    method: string,
    allow: Set<string>,
  ): RouteMatch<T> | undefined {
    const segment = segments[at];
    if (segment === undefined) return this.#take(node.leaves, values, method, allow);
    const fixed = node.fixed.get(segment);
    const found = fixed && this.#walk(fixed, segments, at + 1, values, method, allow);
    if (found !== undefined) return found;
    const named =
      segment !== '' && node.param
        ? this.#walk(node.param, segments, at + 1, [...values, segment], method, allow)
        : undefined;
    return named ?? this.#take(node.tails, [...values, segments.slice(at).join('/')], method, allow);
  }

  #take(
    leaves: ReadonlyMap<string, Leaf<T>>,
    values: readonly string[],
    method: string,
    allow: Set<string>,
  ): RouteMatch<T> | undefined {
    const leaf = leaves.get(method);
    if (leaf === undefined) {
      for (const other of leaves.keys()) allow.add(other);
      return undefined;
    }
    const params: Record<string, string> = Object.create(null) as Record<string, string>;
    for (const [index, name] of leaf.names.entries()) params[name] = values[index] ?? '';
    return { kind: 'found', value: leaf.value, params };
  }
}
