import type { Muscle } from '@organism/muscular';
import { readJson } from './body.ts';
import { HttpError } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { inputFields, joinInput } from './input.ts';
import type { HttpTendon } from './route.ts';
import { parseRoute } from './router.ts';

/** Options of an {@link endpoint}. */
export interface EndpointOptions {
  /** Status of a successful response that has content. Default 200. */
  readonly status?: number;
  /** Largest body, in bytes. Default: the server's. */
  readonly maxBodyBytes?: number;
  /** One line for the API document. Default: the operation's description. */
  readonly summary?: string;
}

const acceptsJson = (accept: string | undefined): boolean =>
  accept === undefined || /(^|[\s,])(\*\/\*|application\/\*|application\/([\w.-]+\+)?json)\s*(;|,|$)/i.test(accept);

/**
 * Endpoint: joins an operation to a method and a path. Its input is made of path parameters, the query and, for
 * POST, PUT and PATCH, the JSON body; its output is the JSON response. HEAD and OPTIONS come by themselves.
 *
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
export const endpoint = <In, Out, Parsed, Raw>(
  route: string,
  muscle: Muscle<In, Out, Parsed, Raw>,
  options: EndpointOptions = {},
): HttpTendon => {
  const { method, path } = parseRoute(route);
  const takesBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
  const takesInput = muscle.input !== undefined;
  const fields = inputFields(muscle.input);
  const status = options.status ?? 200;
  const summary = options.summary ?? muscle.description;
  const handle = async (exchange: Exchange): Promise<void> => {
    if (!acceptsJson(exchange.request.headers.accept))
      throw new HttpError('RESPIRATORY_NOT_ACCEPTABLE', 'This resource is only given as application/json.');
    const body = takesBody ? await readJson(exchange, options.maxBodyBytes ?? exchange.scope.maxBodyBytes) : undefined;
    const input = takesInput ? joinInput(fields, exchange.search, exchange.params, body, takesBody) : body;
    // The operation checks its input against its own Bone.
    const output = await muscle.execute(input as In, { context: exchange.context });
    exchange.sendJson(status, muscle.output === undefined ? output : muscle.output.encode(output));
  };
  const document = {
    operationId: muscle.name,
    ...(summary !== undefined && { summary }),
    input: muscle.input,
    output: muscle.output,
    status,
    takesBody,
  };
  return { kind: 'http', target: muscle.name, routes: [{ method, path, handle, document }] };
};
