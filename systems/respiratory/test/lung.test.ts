import { Cell, Organism } from '@organism/cell';
import { Muscle } from '@organism/muscular';
import { endpoint, HttpError, Lung, type LungOptions, page } from '@organism/respiratory';
import { Bone } from '@organism/skeletal';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

const Order = new Bone(
  'shop.order',
  z.strictObject({ id: z.string(), amount: z.number().min(1), tags: z.array(z.string()).default([]) }),
);
const Query = new Bone(
  'shop.query',
  z.strictObject({
    min: z.number().default(0),
    open: z.boolean().optional(),
    tag: z.array(z.string()).optional(),
    id: z.string().optional(),
  }),
);
const Anything = new Bone('any.value', z.unknown());
const put = new Muscle({
  name: 'put-order',
  input: Order,
  output: Order,
  run: (order) => ({ ...order, tags: [...order.tags] }),
});
const echo = new Muscle({ name: 'echo', input: Query, output: Anything, run: (query) => ({ ...query }) });
const nothing = new Muscle({ name: 'nothing', run: () => {} });
const broken = new Muscle({
  name: 'broken',
  run: () => {
    throw new Error('password=hunter2');
  },
});
const wrong = new Muscle({ name: 'wrong', output: Order, run: () => ({ id: 'x' }) as never });

const running: Cell[] = [];
const serve = async (options: LungOptions = {}): Promise<Lung> => {
  const lung = await Lung.serve({
    port: 0,
    onError: () => {},
    endpoints: [
      endpoint('POST /orders', put, { status: 201 }),
      endpoint('GET /orders', echo),
      endpoint('GET /orders/:id', echo),
      endpoint('DELETE /nothing', nothing),
      endpoint('GET /broken', broken),
      endpoint('GET /wrong', wrong),
      page('GET /hello', () => '<h1>hi</h1>'),
    ],
    ...options,
  });
  running.push(lung);
  return lung;
};
afterEach(async () => {
  for (const cell of running.splice(0)) await cell.stop();
});

const post = (
  lung: Lung,
  body: BodyInit,
  headers: Record<string, string> = { 'content-type': 'application/json' },
): Promise<Response> => fetch(`${lung.url}/orders`, { method: 'POST', body, headers });
const problemOf = async (response: Response): Promise<Record<string, unknown>> => {
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  return (await response.json()) as Record<string, unknown>;
};
/** Sends bytes as they are, and gives back all that the server sends. */
const raw = async (lung: Lung, text: string): Promise<string> => {
  const socket = connect(lung.port, '127.0.0.1');
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  socket.write(text);
  await once(socket, 'close');
  return answer;
};

describe('endpoint', () => {
  it('takes a JSON body and gives JSON', async () => {
    const lung = await serve();
    const response = await post(lung, '{"id":"a","amount":2}');
    expect([response.status, await response.json()]).toEqual([201, { id: 'a', amount: 2, tags: [] }]);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('reads path and query by the types of the input’s fields', async () => {
    const lung = await serve();
    const get = async (path: string): Promise<unknown> => (await fetch(lung.url + path)).json();
    expect(await get('/orders?min=1.5&open=true&tag=a&tag=b')).toEqual({ min: 1.5, open: true, tag: ['a', 'b'] });
    expect(await get('/orders?tag=7')).toEqual({ min: 0, tag: ['7'] });
    expect(await get('/orders/a%2Fb?min=2')).toEqual({ min: 2, id: 'a/b' });
  });

  it.each([
    ['/orders?min=abc', 'min', 'min must be a number; got string.'],
    ['/orders?min=1&min=2', 'min', 'min must be a number; got array.'],
    ['/orders?unknown=1', '', 'The value must not have the key "unknown".'],
    ['/orders?__proto__=1', '', 'The value must not have the key "__proto__".'],
  ])('names the field of a bad query: %s', async (path, field, message) => {
    const lung = await serve();
    const response = await fetch(lung.url + path);
    const problem = await problemOf(response);
    expect(response.status).toBe(422);
    expect(problem).toMatchObject({
      code: 'SKELETAL_INVALID',
      instance: '/orders',
      errors: [{ pointer: field === '' ? '' : `/${field}`, message }],
    });
  });

  it('names the field of a bad body', async () => {
    const lung = await serve();
    const response = await post(lung, '{"id":1,"amount":0,"extra":true}');
    const { errors } = (await problemOf(response)) as { errors: { pointer: string }[] };
    expect(errors.map(({ pointer }) => pointer)).toEqual(['/id', '/amount', '']);
  });

  it.each([
    ['malformed JSON', '{"id": secret}', 'application/json', 400, 'The body is not valid JSON.'],
    [
      'JSON that breaks off',
      '{\n"id": 1 "secret"}',
      'application/json',
      400,
      'The body is not valid JSON at line 2, column 9.',
    ],
    ['an empty body with a type', ' ', 'application/json', 400, 'The body is not valid JSON: it is empty.'],
    [
      'another content type',
      'id=1',
      'application/x-www-form-urlencoded',
      415,
      'The body must be application/json; got another type.',
    ],
    ['another charset', '{}', 'application/json; charset=latin1', 415, 'The body must be in UTF-8.'],
    ['a list', '[1]', 'application/json', 422, 'shop.order: The value must be an object; got array.'],
  ])('refuses %s', async (_name, body, type, status, detail) => {
    const lung = await serve();
    const response = await post(lung, body, { 'content-type': type });
    const problem = await problemOf(response);
    expect([response.status, problem['detail']]).toEqual([status, detail]);
  });

  it('refuses bytes that are not UTF-8, and compressed bodies', async () => {
    const lung = await serve();
    expect((await post(lung, new Uint8Array([0x22, 0xff, 0x22]))).status).toBe(400);
    expect((await post(lung, '{}', { 'content-type': 'application/json', 'content-encoding': 'gzip' })).status).toBe(
      415,
    );
  });

  it('refuses a body that is too large, announced or not', async () => {
    const lung = await serve({ maxBodyBytes: 100 });
    const announced = await post(lung, JSON.stringify({ id: 'x'.repeat(200) }));
    expect([announced.status, await announced.json()]).toMatchObject([413, { limit: 100 }]);
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('"'.padEnd(1000, 'x'))),
    });
    const streamed = await fetch(`${lung.url}/orders`, {
      method: 'POST',
      body: stream,
      duplex: 'half',
      headers: { 'content-type': 'application/json' },
    } as RequestInit).catch((error: unknown) => error);
    if (streamed instanceof Response) expect(streamed.status).toBe(413);
    else expect(streamed).toBeInstanceOf(TypeError);
    expect((await fetch(`${lung.url}/hello`)).status).toBe(200);
  });

  it('gives 204 for an operation without output', async () => {
    const lung = await serve();
    const response = await fetch(`${lung.url}/nothing`, { method: 'DELETE' });
    expect([response.status, await response.text()]).toEqual([204, '']);
  });

  it('hides what went wrong inside, and tells onError', async () => {
    const errors: unknown[] = [];
    const lung = await serve({ onError: (error) => errors.push(error.message) });
    for (const path of ['/broken', '/wrong']) {
      const response = await fetch(lung.url + path);
      const text = await response.text();
      expect(response.status).toBe(500);
      expect(text).not.toMatch(/hunter2|amount|stack|at /);
      expect(response.headers.get('x-correlation-id')).toMatch(/[0-9a-f-]{36}/);
    }
    expect(errors[0]).toBe('password=hunter2');
    expect(String(errors[1])).toContain('wrong');
  });

  it('refuses to give what the client does not accept', async () => {
    const lung = await serve();
    const status = async (accept: string): Promise<number> =>
      (await fetch(`${lung.url}/orders`, { headers: { accept } })).status;
    expect([
      await status('text/html'),
      await status('text/html, */*;q=0.1'),
      await status('application/problem+json'),
    ]).toEqual([406, 200, 200]);
  });
});

describe('Lung', () => {
  it('answers unknown routes and wrong methods', async () => {
    const lung = await serve();
    expect(await problemOf(await fetch(`${lung.url}/nope`))).toMatchObject({
      status: 404,
      code: 'RESPIRATORY_NOT_FOUND',
    });
    const wrongMethod = await fetch(`${lung.url}/orders/7`, { method: 'PUT', body: '{}' });
    expect([wrongMethod.status, wrongMethod.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    const options = await fetch(`${lung.url}/orders`, { method: 'OPTIONS' });
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, POST, HEAD, OPTIONS']);
  });

  it('answers HEAD like GET, without the body', async () => {
    const lung = await serve();
    const response = await fetch(`${lung.url}/hello`, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '11', '']);
  });

  it('refuses malformed percent-encodings', async () => {
    const lung = await serve();
    expect(await raw(lung, 'GET /orders/%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')).toContain(
      '400 Bad Request',
    );
    expect(await raw(lung, 'GET /orders?a=%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')).toContain(
      'RESPIRATORY_BAD_URL',
    );
  });

  it.each([
    ['no HTTP at all', 'rubbish\r\n\r\n', '400'],
    ['two lengths', 'POST /orders HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabc', '400'],
    [
      'length and chunked',
      'POST /orders HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      '400',
    ],
    ['headers of 20 kB', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, '431'],
  ])('survives %s', async (_name, text, status) => {
    const lung = await serve();
    expect(await raw(lung, text)).toContain(`HTTP/1.1 ${status}`);
    expect((await fetch(`${lung.url}/hello`)).status).toBe(200);
  });

  it('answers pipelined requests in order', async () => {
    const lung = await serve();
    const answer = await raw(
      lung,
      'GET /orders?min=1 HTTP/1.1\r\nhost: x\r\n\r\nGET /orders?min=2 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    );
    expect([...answer.matchAll(/"min":(\d)/g)].map(([, digit]) => digit)).toEqual(['1', '2']);
  });

  it('aborts the operation when the client leaves, and leaks nothing', async () => {
    const began = Promise.withResolvers<AbortSignal>();
    const slow = new Muscle({
      name: 'slow',
      run: (_input: void, { signal }) => {
        began.resolve(signal);
        return new Promise<void>((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        );
      },
    });
    const lung = await serve({ endpoints: [endpoint('GET /slow', slow)] });
    const leave = new AbortController();
    const answer = fetch(`${lung.url}/slow`, { signal: leave.signal }).catch(() => 'left');
    const signal = await began.promise;
    leave.abort();
    expect(await answer).toBe('left');
    if (!signal.aborted) await once(signal, 'abort');
    expect(slow.counters.underWay).toBe(0);
    expect(lung.describe().counters['open']).toBe(0);
  });

  it('names a port that is in use, in one line', async () => {
    const first = await serve();
    const error = await new Lung({ port: first.port }).start().catch((thrown: unknown) => thrown);
    const [cause] = (error as { errors: unknown[] }).errors;
    expect(cause).toBeInstanceOf(HttpError);
    expect((cause as HttpError).code).toBe('RESPIRATORY_PORT_IN_USE');
    expect((cause as HttpError).message).toBe(
      `Port ${first.port} on 127.0.0.1 is already in use. Stop what uses it, or choose another port.`,
    );
  });

  it('refuses routes that clash, naming both', () => {
    const lung = new Lung({ endpoints: [endpoint('GET /a/:x', echo)] });
    expect(() => lung.attach(endpoint('GET /a/:y', echo))).toThrow('GET /a/:y and GET /a/:x match the same requests');
    expect(() => endpoint('FETCH /a', echo)).toThrow('A route is a method and a path');
  });

  it('finishes what it has begun before it stops', async () => {
    const release = Promise.withResolvers<void>();
    const began = Promise.withResolvers<void>();
    const slow = new Muscle({
      name: 'slow',
      output: Anything,
      run: async () => {
        began.resolve();
        await release.promise;
        return 'done';
      },
    });
    const lung = await serve({ endpoints: [endpoint('GET /slow', slow)] });
    const answer = fetch(`${lung.url}/slow`);
    await began.promise;
    const stopped = lung.stop();
    release.resolve();
    expect(await (await answer).json()).toBe('done');
    await stopped;
    await expect(fetch(`${lung.url}/slow`)).rejects.toThrow();
  });

  it('tells its health, and that of the body it serves', async () => {
    let status: 'pass' | 'fail' = 'pass';
    const lung = new Lung({ port: 0, ready: () => body.health() });
    const body: Organism = new Organism({
      name: 'body',
      cells: [lung, new Cell({ name: 'db', health: () => ({ status }) })],
    });
    running.push(body);
    await body.start();
    const ready = await fetch(`${lung.url}/health/ready`);
    expect([ready.status, ready.headers.get('content-type'), await ready.json()]).toMatchObject([
      200,
      'application/health+json',
      { status: 'pass', checks: { db: { status: 'pass' } } },
    ]);
    status = 'fail';
    expect((await fetch(`${lung.url}/health/ready`)).status).toBe(503);
    expect((await fetch(`${lung.url}/health/live`)).status).toBe(200);
  });

  it('describes itself as OpenAPI', async () => {
    const lung = await serve({ info: { title: 'Shop', version: '2.0.0' } });
    const document = (await (await fetch(`${lung.url}/openapi.json`)).json()) as Record<string, unknown>;
    expect(document).toMatchObject({
      openapi: '3.1.1',
      info: { title: 'Shop', version: '2.0.0' },
      paths: {
        '/orders': {
          post: {
            operationId: 'put-order',
            requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/shop.order' } } } },
            responses: { 201: { content: {} }, 422: {} },
          },
          get: { parameters: [{ name: 'min', in: 'query', schema: { type: 'number' } }, {}, {}, {}] },
        },
        '/orders/{id}': { get: { parameters: [{ name: 'id', in: 'path', required: true }, {}, {}, {}] } },
      },
      components: {
        schemas: {
          'shop.order': { required: ['id', 'amount'] },
          'shop.order.output': { required: ['id', 'amount', 'tags'] },
          Problem: {},
        },
      },
    });
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name,
    );
    const { schemas } = (document as { components: { schemas: Record<string, unknown> } }).components;
    expect(references.filter((name) => schemas[name ?? ''] === undefined)).toEqual([]);
  });

  it('honours expect: 100-continue, and refuses early what is too large', async () => {
    const lung = await serve({ maxBodyBytes: 10 });
    const request = httpRequest(`${lung.url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '1000', expect: '100-continue' },
    });
    request.flushHeaders();
    const [response] = (await once(request, 'response')) as [{ statusCode: number }];
    request.destroy();
    expect(response.statusCode).toBe(413);
  });
});
