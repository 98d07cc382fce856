import type { Muscle } from '@organism/muscular';
import { bodyReader, expectsJson } from '../body.ts';
import { replyCompressed } from '../compression.ts';
import { HttpError } from '../errors.ts';
import { etagOf, matchesTag } from '../etag.ts';
import type { Exchange, ResponseHeaders } from '../exchange/exchange.ts';
import { sharedHeaders } from '../exchange/shared-headers.ts';
import { guarded } from '../guard.ts';
import { parseJson } from '../json.ts';
import { limited } from '../limit.ts';
import { negotiateType } from '../negotiate.ts';
import { placeOfCall } from '../place.ts';
import type { Hook } from '../hooks.ts';
import type { HttpTendon, Route, RouteDocument } from '../route.ts';
import { parseRoute } from '../router/router.ts';
import { type Format, json } from './format.ts';
import { inputFields, joinInput } from './input.ts';
import type { EndpointOptions } from './options.ts';
import { partsReader } from './parts.ts';

type AnyOptions = EndpointOptions<never, never, never, never, never>;
type ReadInput = (exchange: Exchange, body: unknown) => unknown;

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** How an endpoint makes its operation's input; chosen once, so that a request asks for nothing in vain. */
const inputReader = (muscle: Muscle<never, unknown>, options: AnyOptions, takesBody: boolean): ReadInput => {
  const { params, query, headers, cookies, toInput } = options;
  if ((params ?? query ?? headers ?? cookies ?? toInput) === undefined) {
    const fields = inputFields(muscle.input);
    if (muscle.input === undefined) return (_exchange, body) => body;
    return (exchange, body) => joinInput(fields, exchange.search, exchange.params, body, takesBody);
  }
  const read = partsReader(options as unknown as EndpointOptions);
  return (exchange, body) => {
    const parts = { ...read(exchange), body };
    if (toInput !== undefined) return toInput(parts as never);
    if (takesBody && body !== undefined && !isObject(body)) return body;
    const all: object[] = [parts.query, parts.headers, parts.cookies, body ?? {}, parts.params] as object[];
    return Object.assign({}, ...all) as unknown;
  };
};

const hooksOf = ({ guard, limit, before = [] }: AnyOptions): readonly Hook[] => [
  ...(guard === undefined ? [] : [guarded(guard)]),
  ...(limit === undefined ? [] : [limited(limit)]),
  ...before,
];

const documentOf = (muscle: Muscle<never, unknown>, options: AnyOptions, takesBody: boolean): RouteDocument => {
  const { status = 200, summary = muscle.description, description, tags, deprecated, guard, limit } = options;
  const { headers, cookies, params, query, formats = [json] } = options as unknown as EndpointOptions;
  const problems = {
    ...(guard && { 401: 'Unauthenticated' }),
    ...(limit && { 429: 'Rate limit met' }),
  };
  return {
    operationId: muscle.name,
    ...(summary !== undefined && { summary }),
    ...(description !== undefined && { description }),
    ...(tags !== undefined && { tags }),
    ...(deprecated !== undefined && { deprecated }),
    input: muscle.input,
    output: muscle.output,
    parts: { headers, cookies, params, query } as NonNullable<RouteDocument['parts']>,
    outputTypes: formats.map(({ type }) => type),
    bodyTypes: [json.type, ...formats.filter(({ decode }) => decode !== undefined).map(({ type }) => type)],
    status,
    takesBody,
    security: guard?.security,
    problems,
  };
};

/** How an endpoint sends what its operation gave; the plain case without a look at what it has not. */
const replier = (options: AnyOptions): ((exchange: Exchange, value: unknown) => void | Promise<void>) => {
  const { status = 200, formats = [json], cacheControl, etag = false, compress = false } = options;
  const types = formats.map(({ type }) => type);
  const headersOf = ({ contentType, type }: Format): ResponseHeaders =>
    sharedHeaders({
      'content-type': contentType ?? type,
      'x-content-type-options': 'nosniff',
      ...(cacheControl !== undefined && { 'cache-control': cacheControl }),
    });
  const prepared = formats.map((format) => ({ format, headers: headersOf(format) }));
  return (exchange, value) => {
    if (formats.length > 1) exchange.vary('accept');
    // Also where nothing is compressed, as in a 304: caches are to keep the forms apart.
    if (compress !== false) exchange.vary('accept-encoding');
    if (value === undefined) {
      exchange.reply(204, {});
      return undefined;
    }
    const chosen = prepared[formats.length === 1 ? 0 : negotiateType(exchange.header('accept'), types)] ?? prepared[0];
    if (chosen === undefined) return undefined;
    const body = chosen.format.encode(value);
    let { headers } = chosen;
    if (etag && status === 200 && (exchange.method === 'GET' || exchange.method === 'HEAD')) {
      const tag = etagOf(body);
      headers = { ...headers, etag: tag };
      const known = exchange.header('if-none-match');
      if (known !== undefined && matchesTag(known, tag)) {
        exchange.reply(304, headers);
        return undefined;
      }
    }
    if (compress !== false) return replyCompressed(exchange, status, headers, body, compress === true ? {} : compress);
    exchange.reply(status, headers, body);
    return undefined;
  };
};

/**
 * Endpoint: joins an operation to a method and a path. Its input is made of path parameters, the query and, for
 * POST, PUT and PATCH, the JSON body; its output is the JSON response. HEAD and OPTIONS come by themselves.
 *
 * Bones for `params`, `query`, `headers` and `cookies` check those parts one by one; `toInput` then makes the input of
 * them. Without it all fields are joined, and path params win over the body, that over cookies, headers and the query.
 *
 * @throws {HttpError} `RESPIRATORY_BAD_ROUTE`
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle } from '@organism/muscular';
 * import { endpoint, Lung } from '@organism/respiratory';
 * import { Bone } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const double = new Muscle({
 *   name: 'double',
 *   input: new Bone('number-to-double', z.object({ n: z.number() })),
 *   output: new Bone('doubled', z.object({ n: z.number() })),
 *   run: ({ n }) => ({ n: 2 * n }),
 * });
 * await using lung = await Lung.serve({ port: 0, endpoints: [endpoint('GET /double/:n', double)] });
 * assert.deepEqual(await (await fetch(`${lung.url}/double/21`)).json(), { n: 42 });
 * assert.equal((await fetch(`${lung.url}/double/x`)).status, 422);
 * ```
 */
export const endpoint = <
  In,
  Out,
  Parsed,
  Raw,
  Params = unknown,
  Query = unknown,
  RequestHeaders = unknown,
  Cookies = unknown,
>(
  route: string,
  muscle: Muscle<In, Out, Parsed, Raw>,
  options: EndpointOptions<In, Params, Query, RequestHeaders, Cookies> = {},
): HttpTendon => {
  const { method, path } = parseRoute(route);
  const loose = muscle as unknown as Muscle<never, unknown>;
  const given = options as unknown as AnyOptions;
  const takesBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
  const toInput = inputReader(loose, given, takesBody);
  const reply = replier(given);
  const types = (options.formats ?? [json]).map(({ type }) => type);
  const readOther = takesBody ? bodyReader(options.formats ?? []) : undefined;
  const { maxBodyBytes, cors } = options;
  const { output: outputBone } = muscle;
  const accept = (exchange: Exchange): void => {
    if (negotiateType(exchange.header('accept'), types) < 0)
      throw new HttpError('RESPIRATORY_NOT_ACCEPTABLE', `This resource is only given as ${types.join(', ')}.`);
  };
  // The operation checks its input against its own Bone. No async function, and no promise for what is there at once:
  // each was 0.1 µs of 6 (benchmark respiratory.http).
  const send = (exchange: Exchange, output: unknown): void | Promise<void> =>
    reply(exchange, outputBone === undefined ? output : outputBone.encode(output));
  const run = (exchange: Exchange, body: unknown): void | Promise<void> => {
    // Of no type yet: it is what the operation is about to check.
    const output: unknown = loose.perform(toInput(exchange, body) as never, { context: exchange.context });
    return output instanceof Promise ? output.then((value) => send(exchange, value)) : send(exchange, output);
  };
  const handleBody = (exchange: Exchange): void | Promise<void> => {
    accept(exchange);
    const limit = maxBodyBytes ?? exchange.scope.maxBodyBytes;
    const other = readOther?.(exchange, limit);
    if (other !== undefined) return other.then((body) => run(exchange, body));
    if (!expectsJson(exchange, limit)) return run(exchange, undefined);
    return exchange.readText(limit).then((text) => run(exchange, parseJson(text)));
  };
  const handleBodyless = (exchange: Exchange): void | Promise<void> => {
    accept(exchange);
    return run(exchange, undefined);
  };
  const handle = takesBody ? handleBody : handleBodyless;
  const hooks = hooksOf(given);
  const served: Route = {
    method,
    path,
    handle,
    document: documentOf(loose, given, takesBody),
    place: placeOfCall(endpoint),
    ...(hooks.length > 0 && { before: hooks }),
    ...(cors !== undefined && { cors }),
  };
  return { kind: 'http', target: muscle.name, routes: [served] };
};
