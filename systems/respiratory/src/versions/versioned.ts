import { OptionError } from '@organism/cell';
import { HttpError } from '../errors.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { compileHooks } from '../hooks.ts';
import type { HttpTendon, Route } from '../route.ts';
import { type VersionBy, type VersionOptions, versionReader } from './by.ts';

/** Bindings by the version they belong to, the oldest first. */
export type Versions = Readonly<Record<string, readonly HttpTendon[]>>;

interface Versioned {
  readonly version: string;
  readonly routes: ReadonlyMap<string, Route>;
}

const keyOf = ({ method, path }: Route): string => `${method} ${path}`;

/** All routes of each version: its own, and those of the version before that it does not replace. */
const inherited = (versions: Versions, inherit: boolean): readonly Versioned[] => {
  let before: ReadonlyMap<string, Route> = new Map();
  // Keys that are numbers come in their order, whatever the order they were written in, which is what is wanted.
  return Object.entries(versions).map(([version, tendons]) => {
    const own = tendons.flatMap(({ routes }) => routes.map((route): [string, Route] => [keyOf(route), route]));
    before = new Map([...(inherit ? before : []), ...own]);
    return { version, routes: before };
  });
};

const announce = (exchange: Exchange, version: string, { name, deprecated }: Announced): void => {
  if (name !== undefined) exchange.setHeader(name, version);
  const since = deprecated?.[version];
  if (since === undefined) return;
  const { since: from, sunset, link } = since;
  if (from !== undefined) exchange.setHeader('deprecation', `@${Math.floor(from.getTime() / 1000)}`);
  if (sunset !== undefined) exchange.setHeader('sunset', sunset.toUTCString());
  if (link !== undefined) exchange.setHeader('link', `<${link}>; rel="deprecation"`);
};

interface Announced {
  readonly name: string | undefined;
  readonly deprecated: VersionOptions['deprecated'];
}

const byPath = (all: readonly Versioned[], prefix: string, announced: Announced): readonly Route[] =>
  all.flatMap(({ version, routes }) =>
    [...routes.values()].map((route) => {
      const { deprecated: old } = announced;
      const document = route.document && {
        ...route.document,
        ...(route.document.operationId !== undefined && {
          operationId: `${route.document.operationId}-${prefix}${version}`,
        }),
        ...(old?.[version] !== undefined && { deprecated: true }),
      };
      return {
        ...route,
        path: `/${prefix}${version}${route.path}`,
        before: [(exchange: Exchange) => announce(exchange, version, announced), ...(route.before ?? [])],
        ...(document && { document }),
      };
    }),
  );

const byRequest = (all: readonly Versioned[], by: VersionBy, announced: Announced): readonly Route[] => {
  const read = versionReader(by);
  const names = all.map(({ version }) => version);
  const fallback = by.default ?? names.at(-1) ?? '';
  if (!names.includes(fallback)) throw new OptionError('default', `one of ${names.join(', ')}`, fallback);
  const keys = new Set(all.flatMap(({ routes }) => [...routes.keys()]));
  return [...keys].flatMap((key) => {
    const known = all.filter(({ routes }) => routes.has(key));
    const runs = new Map(
      known.map(({ version, routes }) => {
        const route = routes.get(key) as Route;
        return [version, compileHooks(route.before ?? [], (exchange) => route.handle(exchange))];
      }),
    );
    const first = (known.find(({ version }) => version === fallback) ?? known.at(-1))?.routes.get(key);
    if (first === undefined) return [];
    const handle = async (exchange: Exchange): Promise<void> => {
      exchange.vary(by.by === 'header' ? by.name.toLowerCase() : 'accept');
      const version = read(exchange) ?? fallback;
      if (!names.includes(version))
        throw by.by === 'media-type'
          ? new HttpError('RESPIRATORY_NOT_ACCEPTABLE', `There are the versions ${names.join(', ')}.`)
          : new HttpError('RESPIRATORY_BAD_VERSION', `There are the versions ${names.join(', ')}.`);
      const run = runs.get(version);
      if (run === undefined) throw HttpError.notFound();
      announce(exchange, version, announced);
      await run(exchange);
    };
    const { before: _, document, ...rest } = first;
    const parameter = {
      name: by.by === 'header' ? by.name : 'accept',
      in: 'header',
      schema: by.by === 'header' ? { type: 'string', enum: names, default: fallback } : { type: 'string' },
    };
    // A parameter named `accept` has no meaning in the document. @see OpenAPI Specification 3.1.1, Parameter Object
    const parameters = [...(document?.parameters ?? []), ...(by.by === 'header' ? [parameter] : [])];
    return [{ ...rest, handle, ...(document && { document: { ...document, parameters } }) }];
  });
};

/**
 * Versioning: serves several versions of an API side by side, told apart by the path (`/v2/quakes`), a header, or the
 * media type that the client accepts (`application/vnd.shop.v2+json`). A version has all bindings of the one before
 * that it does not replace.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a default that is no version.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Lung, page, versioned } from '@organism/respiratory';
 *
 * const api = versioned(
 *   { by: 'header', name: 'api-version', default: '1' },
 *   {
 *     1: [page('GET /hello', () => 'hello'), page('GET /bye', () => 'bye')],
 *     2: [page('GET /hello', () => 'hello again')],
 *   },
 * );
 * const lung = new Lung({ endpoints: [api] });
 * const get = async (path: string, version: string): Promise<string> =>
 *   (await lung.inject(`GET ${path}`, { headers: { 'api-version': version } })).text();
 * assert.deepEqual([await get('/hello', '1'), await get('/hello', '2')], ['hello', 'hello again']);
 * assert.equal(await get('/bye', '2'), 'bye');
 * ```
 */
export const versioned = (options: VersionOptions, versions: Versions): HttpTendon => {
  const { inherit = true, deprecated } = options;
  const all = inherited(versions, inherit);
  const routes =
    options.by === 'path'
      ? byPath(all, options.prefix ?? 'v', { name: undefined, deprecated })
      : byRequest(all, options, { name: options.by === 'header' ? options.name.toLowerCase() : undefined, deprecated });
  return { kind: 'http', target: `versions ${Object.keys(versions).join(', ')}`, routes };
};
