import { tracingChannel } from 'node:diagnostics_channel';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { versionOf } from '../version.ts';
import { active, inSpan, RecordedSpan, tracer } from './tracer.ts';
import { hello, Order, paths, pieces, Receipt, receiptOf, type Scenario } from './workload.ts';

/** Whom we compare. Each serves an app as its own documentation advises. */
export interface Contender {
  readonly name: string;
  readonly package: string;
  /** Apps it can't serve without further packages. */
  readonly lacks?: readonly Scenario['app'][];
  /** Listens, and gives the port. `folder` holds the static files. */
  listen(app: Scenario['app'], folder: string): Promise<number>;
}

const listening = async (server: Server): Promise<number> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

/** As little as it takes: no routes but these, no limits, no errors. */
const bare: Contender = {
  name: 'node:http',
  package: 'node',
  lacks: ['hooks', 'traced', 'many', 'static'],
  listen: (app) =>
    listening(
      // Connections as long as ours, as many of them take a while.
      createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
        const send = (value: unknown, status = 200): void => {
          const text = JSON.stringify(value);
          response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
          response.end(text);
        };
        if (request.url === '/hello') send(hello);
        else if (request.url === '/stream') {
          response.writeHead(200, { 'content-type': 'application/octet-stream' });
          void pipeline(Readable.from(pieces()), response);
        } else if (request.method === 'POST') {
          const chunks: Buffer[] = [];
          request.on('data', (chunk: Buffer) => chunks.push(chunk));
          request.on('end', () => {
            const receipt = receiptOf(Order.parse(JSON.parse(Buffer.concat(chunks).toString())));
            send(app === 'checked' ? Receipt.parse(receipt) : receipt);
          });
        } else send({ message: 'not found' }, 404);
      }),
    ),
};

const ours: Contender = {
  name: 'ours',
  package: 'node',
  listen: async (app, folder) => {
    const { Muscle } = await import('@organism/muscular');
    const { endpoint, files, Lung, stream } = await import('@organism/respiratory');
    const { Bone } = await import('@organism/skeletal');
    const say = new Muscle({ name: 'say', run: () => hello, ...(app === 'traced' && { tracer }) });
    const buy = new Muscle({
      name: 'buy',
      input: new Bone('order', Order),
      output: new Bone('receipt', Receipt),
      validate: app === 'checked' ? 'both' : 'input',
      run: (given) => receiptOf(given),
    });
    const before = [0, 1, 2].map((index) => (exchange: { setHeader(name: string, value: string): void }) => {
      exchange.setHeader(`x-hook-${index}`, 'on');
    });
    const Ids = new Bone('ids', z.object({ id: z.string().optional(), item: z.string().optional() }));
    const lung = await Lung.serve({
      port: 0,
      endpoints: [
        endpoint('GET /hello', say, app === 'hooks' ? { before } : {}),
        endpoint('POST /orders', buy),
        stream('GET /stream', pieces),
        files('/static', folder),
        ...(app === 'many'
          ? paths.map((path, index) =>
              endpoint(`GET ${path}`, new Muscle({ name: `m-${index}`, input: Ids, run: (ids) => ({ ...ids }) })),
            )
          : []),
      ],
    });
    return lung.port;
  },
};

/** Ours again, to tell what hooks and tracing cost. */
const without: Contender = {
  name: '(ours, without)',
  package: 'node',
  lacks: ['plain', 'checked', 'many', 'static', 'stream'],
  listen: (_app, folder) => ours.listen('plain', folder),
};

/** As Fastify's documentation has it: by its channel of diagnostics. */
const traceFastify = (): void => {
  const channel = tracingChannel<RecordedSpan, object>('fastify.request.handler');
  const end = (): void => active.getStore()?.end();
  channel.start.bindStore(active, () => new RecordedSpan('GET /hello', { 'http.route': '/hello' }));
  channel.end.subscribe(end);
};

const fastify: Contender = {
  name: 'fastify',
  package: 'fastify',
  // Its static files are a plugin of their own, which is not installed.
  lacks: ['static'],
  listen: async (app) => {
    const { fastify: make } = await import('fastify');
    const { serializerCompiler, validatorCompiler } = await import('fastify-type-provider-zod');
    const server = make();
    server.setValidatorCompiler(validatorCompiler);
    server.setSerializerCompiler(serializerCompiler);
    if (app === 'hooks')
      for (const index of [0, 1, 2])
        server.addHook('onRequest', (_request, reply, done) => {
          reply.header(`x-hook-${index}`, 'on');
          done();
        });
    if (app === 'traced') traceFastify();
    server.get('/hello', () => hello);
    const schema = { body: Order, ...(app === 'checked' && { response: { 200: Receipt } }) };
    server.post('/orders', { schema }, ({ body }) => receiptOf(body as never));
    server.get('/stream', (_request, reply) => reply.type('application/octet-stream').send(Readable.from(pieces())));
    if (app === 'many') for (const path of paths) server.get(path, ({ params }) => params);
    return Number(new URL(await server.listen({ port: 0, host: '127.0.0.1' })).port);
  },
};

const hono: Contender = {
  name: 'hono',
  package: 'hono',
  listen: async (app, folder) => {
    const { Hono } = await import('hono');
    const { serve } = await import('@hono/node-server');
    const { zValidator } = await import('@hono/zod-validator');
    const { serveStatic } = await import('@hono/node-server/serve-static');
    const server = new Hono();
    if (app === 'hooks')
      for (const index of [0, 1, 2])
        server.use(async (context, next) => {
          context.header(`x-hook-${index}`, 'on');
          await next();
        });
    if (app === 'traced') server.use(async (_context, next) => inSpan(next));
    server.get('/hello', (context) => context.json(hello));
    server.post('/orders', zValidator('json', Order), (context) => {
      const receipt = receiptOf(context.req.valid('json'));
      return context.json(app === 'checked' ? Receipt.parse(receipt) : receipt);
    });
    server.get('/stream', (context) =>
      context.body(Readable.toWeb(Readable.from(pieces())) as ReadableStream, 200, {
        'content-type': 'application/octet-stream',
      }),
    );
    if (app === 'many') for (const path of paths) server.get(path, (context) => context.json(context.req.param()));
    if (app === 'static')
      server.use('/static/*', serveStatic({ root: folder, rewriteRequestPath: (path) => path.replace('/static', '') }));
    return new Promise((resolve) =>
      serve({ fetch: server.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => resolve(port)),
    );
  },
};

const express: Contender = {
  name: 'express',
  package: 'express',
  listen: async (app, folder) => {
    const name = 'express';
    const { default: make } = (await import(name)) as { readonly default: ExpressLike };
    const server = make();
    server.disable('x-powered-by');
    if (app === 'hooks')
      for (const index of [0, 1, 2])
        server.use((_request: never, response: ExpressResponse, next: () => void) => {
          response.set(`x-hook-${index}`, 'on');
          next();
        });
    if (app === 'traced')
      server.use((_request: never, response: ExpressResponse, next: () => void) =>
        tracer.startActiveSpan('GET /hello', { attributes: { 'http.route': '/hello' } }, (span) => {
          response.on('finish', () => span.end());
          next();
        }),
      );
    server.get('/hello', (_request, response) => response.json(hello));
    server.post('/orders', make.json(), ({ body }, response) => {
      const receipt = receiptOf(Order.parse(body));
      response.json(app === 'checked' ? Receipt.parse(receipt) : receipt);
    });
    server.get('/stream', (_request, response) => {
      response.type('application/octet-stream');
      void pipeline(Readable.from(pieces()), response as never);
    });
    if (app === 'many') for (const path of paths) server.get(path, ({ params }, response) => response.json(params));
    server.use('/static', make.static(folder));
    return listening(createServer(server as never));
  },
};

interface ExpressResponse {
  json(value: unknown): void;
  type(name: string): void;
  set(name: string, value: string): void;
  on(event: 'finish', listener: () => void): void;
}
type ExpressHandler = (request: { readonly body: unknown; readonly params: object }, response: ExpressResponse) => void;
interface ExpressLike {
  (): {
    disable(name: string): void;
    use(...parts: unknown[]): void;
    get(path: string, handler: ExpressHandler): void;
    post(path: string, parse: unknown, handler: ExpressHandler): void;
  };
  json(): unknown;
  static(folder: string): unknown;
}

const h3: Contender = {
  name: 'h3',
  package: 'h3',
  // Its static files want a store of one's own.
  lacks: ['static'],
  listen: async (app) => {
    const { H3, readValidatedBody, serve } = await import('h3');
    const server = new H3();
    if (app === 'hooks')
      for (const index of [0, 1, 2])
        server.use((event) => {
          event.res.headers.set(`x-hook-${index}`, 'on');
        });
    if (app === 'traced') server.use((_event, next) => inSpan(next));
    server.get('/hello', () => hello);
    server.post('/orders', async (event) => {
      const receipt = receiptOf(await readValidatedBody(event, Order));
      return app === 'checked' ? Receipt.parse(receipt) : receipt;
    });
    server.get('/stream', (event) => {
      event.res.headers.set('content-type', 'application/octet-stream');
      return Readable.toWeb(Readable.from(pieces())) as ReadableStream;
    });
    if (app === 'many') for (const path of paths) server.get(path, (event) => event.context.params);
    const running = serve(server, { port: 0, hostname: '127.0.0.1', silent: true });
    await running.ready();
    return Number(new URL(running.url ?? '').port);
  },
};

/** Ours first. */
export const contenders: readonly Contender[] = [ours, without, bare, fastify, hono, h3, express];

/** Those whose package is installed. */
export const installed: readonly Contender[] = contenders.filter(({ package: name }) => versionOf(name) !== 'unknown');

/** Those of them that serve an app. */
export const takingPart = (app: Scenario['app']): readonly Contender[] =>
  installed.filter(({ lacks = [] }) => !lacks.includes(app));
