import type { OrganismError } from '@organism/cell';
import type { ClientRequest } from './request.ts';
import type { Buffered } from './response.ts';

/** What an interceptor gives back: a value now or later; nothing leaves things as they are. */
type Perhaps<T> = T | undefined | void | Promise<T | undefined | void>;

/**
 * Sees and changes every call of a client. Requests pass the interceptors in the order in which they were added,
 * responses and errors in reverse; each once per call, outside retries, redirects and cache.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { FetchTransport, type Interceptor, LungClient } from '@organism/respiratory/client';
 *
 * let token = 'old';
 * const bearer: Interceptor = {
 *   request: (request) => ({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } }),
 *   error: (error, request, send) => {
 *     if (error.status !== 401) return undefined;
 *     token = 'new';
 *     return send({ ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } });
 *   },
 * };
 * const answer = async (request: Request) =>
 *   new Response(null, { status: request.headers.get('authorization') === 'Bearer new' ? 204 : 401 });
 * const client = new LungClient({ baseUrl: 'http://test', transport: new FetchTransport({ fetch: answer }), interceptors: [bearer] });
 * assert.equal((await client.send('GET', '/')).status, 204);
 * ```
 */
export interface Interceptor {
  /** Gives a changed copy of the request, or nothing. */
  request?(request: ClientRequest): Perhaps<ClientRequest>;
  /** Gives another response, or nothing. An error it throws goes to the error interceptors after it. */
  response?(response: Buffered, request: ClientRequest): Perhaps<Buffered>;
  /**
   * Gives a response in place of the error, another error, or nothing. `send` makes a call of its own, without
   * interceptors.
   */
  error?(
    error: OrganismError,
    request: ClientRequest,
    send: (request: ClientRequest) => Promise<Buffered>,
  ): Perhaps<Buffered | OrganismError>;
}
