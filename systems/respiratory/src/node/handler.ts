import type { IncomingMessage, ServerResponse } from 'node:http';
import { Alveoli } from '../alveoli.ts';
import { withoutBase } from '../fetch/base.ts';
import { type FetchHandlerOptions, hostedScope } from '../fetch/handler.ts';
import { NodeExchange } from './exchange.ts';

/** A function that answers a request of `node:http`, as Express, Connect and `createServer` take it. */
export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Node handler: endpoints as a function over a request and a response of `node:http`, for servers of others. Their limits on
 * heads and times hold, and ours on bodies. Mount it before anything that reads bodies.
 *
 * @throws {HttpError} `RESPIRATORY_ROUTE_CONFLICT`
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { once } from 'node:events';
 * import { createServer } from 'node:http';
 * import type { AddressInfo } from 'node:net';
 * import { nodeHandler, page } from '@organism/respiratory';
 *
 * const server = createServer(nodeHandler({ endpoints: [page('GET /hello', () => 'hi')] })).listen(0);
 * await once(server, 'listening');
 * const answer = await fetch(`http://localhost:${(server.address() as AddressInfo).port}/hello`);
 * assert.equal(await answer.text(), 'hi');
 * server.close();
 * ```
 */
export const nodeHandler = (options: FetchHandlerOptions): NodeHandler => {
  const alveoli = new Alveoli(options);
  const scope = hostedScope(options);
  return (request, response) => {
    const { url: given = '/' } = request;
    const target = withoutBase(scope.base, given);
    const exchange = new NodeExchange(request, response, scope, false, target ?? given);
    response.on('close', () => exchange.closed());
    alveoli.answer(exchange, target !== undefined);
  };
};
