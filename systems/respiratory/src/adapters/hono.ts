import { fetchHandler, type FetchHandlerOptions } from '../fetch/handler.ts';

/** What the handler needs of a context of Hono. */
export interface HonoContextLike {
  readonly req: { readonly raw: Request };
}

/**
 * Hono handler: serves endpoints for a path with a wildcard, on whatever host Hono runs.
 *
 * @example
 * ```ts no-run
 * import { honoHandler, page } from '@organism/respiratory/edge';
 * import { Hono } from 'hono';
 *
 * const app = new Hono();
 * app.all('/api/*', honoHandler({ basePath: '/api', endpoints: [page('GET /hello', () => 'hi')] }));
 * ```
 */
export const honoHandler = (options: FetchHandlerOptions): ((context: HonoContextLike) => Promise<Response>) => {
  const handle = fetchHandler(options);
  return ({ req }) => handle(req.raw);
};
