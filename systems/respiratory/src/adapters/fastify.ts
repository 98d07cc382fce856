import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FetchHandlerOptions } from '../fetch/handler.ts';
import { nodeHandler } from '../node/handler.ts';

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

interface FastifyRequestLike {
  readonly raw: IncomingMessage;
}
interface FastifyReplyLike {
  readonly raw: ServerResponse;
  hijack(): unknown;
}

/** What the plugin needs of Fastify. */
export interface FastifyLike {
  readonly prefix: string;
  removeAllContentTypeParsers(): unknown;
  addContentTypeParser(
    type: string,
    options: object,
    parser: (request: never, payload: never, done: (error: null) => void) => void,
  ): unknown;
  route(options: {
    readonly method: Method[];
    readonly url: string;
    readonly exposeHeadRoute: boolean;
    readonly handler: (request: FastifyRequestLike, reply: FastifyReplyLike) => void;
  }): unknown;
}

const methods: Method[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * Fastify plugin: serves endpoints below the prefix that it is registered with. Fastify's own hooks run before; bodies are
 * left unread for the endpoints.
 *
 * @example
 * ```ts no-run
 * import { fastifyPlugin, page } from '@organism/respiratory';
 * import { fastify } from 'fastify';
 *
 * const app = fastify();
 * await app.register(fastifyPlugin({ endpoints: [page('GET /hello', () => 'hi')] }), { prefix: '/api' });
 * ```
 */
export const fastifyPlugin =
  (options: FetchHandlerOptions): ((instance: FastifyLike, given: unknown, done: () => void) => void) =>
  (instance, _given, done) => {
    const handle = nodeHandler({ ...options, basePath: instance.prefix });
    // Both are of this plugin only, as Fastify keeps what a plugin changes to it.
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser('*', {}, (_request, _payload, parsed) => parsed(null));
    instance.route({
      method: methods,
      url: '/*',
      exposeHeadRoute: false,
      handler: (request, reply) => {
        reply.hijack();
        handle(request.raw, reply.raw);
      },
    });
    done();
  };
