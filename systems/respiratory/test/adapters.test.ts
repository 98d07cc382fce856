import { Muscle } from '@organism/muscular';
import {
  endpoint,
  events,
  fastifyPlugin,
  fetchHandler,
  type FetchHandlerOptions,
  honoHandler,
  Lung,
  mount,
  nodeHandler,
  page,
  respond,
} from '@organism/respiratory';
import { Bone } from '@organism/skeletal';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

const Note = new Bone('note', z.object({ text: z.string(), id: z.string().optional() }));
const write = new Muscle({ name: 'write', input: Note, output: Note, run: (note) => note });
const left: string[] = [];
const options: FetchHandlerOptions = {
  basePath: '/api',
  maxBodyBytes: 1000,
  endpoints: [
    endpoint('POST /notes/:id', write),
    page('GET /', () => 'home'),
    page('GET /hello', ({ search }) => `hi ${search}`),
    events('GET /events', async function* () {
      yield { data: 1 };
    }),
    respond('GET /wait', async ({ signal }) => {
      await once(signal, 'abort');
      left.push('left');
    }),
    respond('POST /count', async (exchange) => {
      let size = 0;
      for await (const piece of exchange.chunks()) size += piece.length;
      exchange.sendJson(200, size);
    }),
  ],
};

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const servers: Record<string, () => Promise<string>> = {
  Fastify: async () => {
    const app = fastify();
    const { basePath: _, ...rest } = options;
    await app.register(fastifyPlugin(rest), { prefix: '/api' });
    app.post('/own', ({ body }) => body);
    closing.push(() => app.close());
    return app.listen({ port: 0, host: '127.0.0.1' });
  },
  Hono: async () => {
    const app = new Hono();
    app.all('/api/*', honoHandler(options)).all('/api', honoHandler(options));
    app.post('/own', async (context) => context.json(await context.req.json()));
    // Hono inside of ours, and ours inside of it.
    const lung = await Lung.serve({ port: 0, endpoints: [mount('/', (request) => app.fetch(request))] });
    closing.push(() => lung.stop());
    return lung.url;
  },
  'node:http': async () => {
    const ours = nodeHandler(options);
    const server = createServer((request, response) => {
      if (request.url !== '/own') ours(request, response);
      else request.pipe(response.setHeader('content-type', 'application/json'));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  },
};

describe.each(Object.keys(servers))('our routes inside of %s', (name) => {
  const start = (): Promise<string> => servers[name]?.() ?? Promise.reject(new Error(name));
  const post = (url: string, body: string, type = 'application/json'): Promise<Response> =>
    fetch(url, { method: 'POST', body, headers: { 'content-type': type } });

  it('answer below their path, bodies and refusals included', async () => {
    const url = await start();
    expect(await (await post(`${url}/api/notes/7`, '{"text":"a"}')).json()).toEqual({ text: 'a', id: '7' });
    expect(await (await fetch(`${url}/api/hello?a=1`)).text()).toBe('hi a=1');
    expect(await (await fetch(`${url}/api/`)).text()).toBe('home');
    const statuses = await Promise.all([
      post(`${url}/api/notes/7`, '{"text":1}'),
      post(`${url}/api/notes/7`, '{'),
      post(`${url}/api/notes/7`, JSON.stringify({ text: 'x'.repeat(2000) })),
      post(`${url}/api/notes/7`, 'a', 'text/csv'),
      fetch(`${url}/api/nope`),
      fetch(`${url}/api/hello`, { method: 'DELETE' }),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([422, 400, 413, 415, 404, 405]);
    for (const { headers } of statuses) expect(headers.get('content-type')).toBe('application/problem+json');
    const head = await fetch(`${url}/api/hello`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '3']);
  });

  it('stream both ways, and leave the host its own routes', async () => {
    const url = await start();
    expect(await (await fetch(`${url}/api/events`)).text()).toContain('data: 1');
    const big = 'x'.repeat(300_000);
    expect(await (await post(`${url}/api/count`, big, 'text/plain')).json()).toBe(300_000);
    expect(await (await post(`${url}/own`, '{"own":true}')).json()).toEqual({ own: true });
    expect((await fetch(`${url}/apiary`)).status).toBe(404);
  });

  it('see their clients leave', async () => {
    const url = await start();
    left.length = 0;
    const leave = new AbortController();
    const answer = fetch(`${url}/api/wait`, { signal: leave.signal }).catch(() => 'left');
    await new Promise((resolve) => setTimeout(resolve, 50));
    leave.abort();
    expect(await answer).toBe('left');
    await expect.poll(() => left).toEqual(['left']);
  });
});

it('a base path is no more than whole segments', async () => {
  const handle = fetchHandler({
    basePath: '/api/',
    endpoints: [page('GET /', () => 'home'), page('GET /x', () => 'x')],
  });
  const get = async (path: string): Promise<string | number> => {
    const answer = await handle(new Request(`http://a${path}`));
    return answer.status === 200 ? answer.text() : answer.status;
  };
  expect(await Promise.all(['/api', '/api/', '/api?q', '/api/x', '/apix', '/x', '/'].map(get))).toEqual([
    'home',
    'home',
    'home',
    'x',
    404,
    404,
    404,
  ]);
});
