import { OrganismError } from '@organism/cell';
import { Muscle } from '@organism/muscular';
import {
  type AfterHook,
  cors,
  endpoint,
  fetchHandler,
  type Hook,
  HttpError,
  Lung,
  type LungOptions,
  nodeHandler,
  page,
  respond,
  stream,
  versioned,
} from '@organism/respiratory';
import { LungClient } from '@organism/respiratory/client';
import { VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { describe, expect, it } from 'vitest';

/** Notes that it ran. */
const note =
  (log: string[], name: string): Hook =>
  () =>
    void log.push(name);

const make = (options: LungOptions): Lung => new Lung({ port: 0, onError: () => {}, ...options });

describe('hooks before a handler', () => {
  it('run in order: those of the server, guard and limit, and those of the route', async () => {
    const log: string[] = [];
    const say = new Muscle({ name: 'say', run: () => void log.push('handler') });
    const lung = make({
      before: [note(log, 'all'), async () => void log.push('all, later')],
      endpoints: [
        endpoint('GET /said', say, {
          before: [note(log, 'own'), note(log, 'own again')],
          limit: { limiter: { execute: async (work) => (log.push('limit'), work()) } },
          guard: { check: () => (log.push('guard'), { id: 'ada' }) },
        }),
      ],
    });
    expect((await lung.inject('GET /said')).status).toBe(204);
    expect(log).toEqual(['all', 'all, later', 'guard', 'limit', 'own', 'own again', 'handler']);
  });

  it('are one call each, without a wait, where none of them waits', async () => {
    const log: string[] = [];
    const lung = make({
      before: [note(log, 'first'), note(log, 'second')],
      endpoints: [respond('GET /', (exchange) => void (log.push('handler'), exchange.reply(204, {})))],
    });
    const answer = lung.inject('GET /');
    expect(log).toEqual(['first', 'second', 'handler']);
    expect((await answer).status).toBe(204);
  });

  it('may give back whatever can be awaited, or a value that means nothing', async () => {
    const log: string[] = [];
    // oxlint-disable-next-line unicorn/no-thenable -- Query builders are such.
    const thenable = { then: (done: () => void) => void (log.push('waited'), done()) };
    // Types forbid both, of which programs without types know nothing.
    const before = [() => thenable, () => log.push('counted')] as unknown as readonly Hook[];
    const lung = make({ endpoints: [page('GET /', () => 'hi', { before })] });
    expect([await (await lung.inject('GET /')).text(), log]).toEqual(['hi', ['waited', 'counted']]);
  });

  it.each<[string, Hook]>([
    ['at once', (exchange) => exchange.sendJson(202, 'mine')],
    ['later', async (exchange) => (await Promise.resolve(), exchange.sendJson(202, 'mine'))],
  ])('answer in its place, %s, and nothing after them runs', async (_when, hook) => {
    const log: string[] = [];
    const own = { before: [note(log, 'before'), hook, note(log, 'after')] };
    const lung = make({ endpoints: [respond('POST /', () => void log.push('handler'), own)] });
    const answer = await lung.inject('POST /', { json: {} });
    expect([answer.status, await answer.json(), log]).toEqual([202, 'mine', ['before']]);
  });

  it.each<[string, Hook]>([
    [
      'at once',
      () => {
        throw new HttpError('RESPIRATORY_UNAUTHENTICATED', 'Who are you?');
      },
    ],
    ['later', () => Promise.reject(new HttpError('RESPIRATORY_UNAUTHENTICATED', 'Who are you?'))],
  ])('refuse with a problem document, %s', async (_when, hook) => {
    const log: string[] = [];
    const lung = make({ before: [hook], endpoints: [page('GET /', () => (log.push('handler'), ''))] });
    const answer = await lung.inject('GET /');
    expect([answer.status, answer.headers.get('content-type'), log]).toEqual([401, 'application/problem+json', []]);
  });

  it('of the server run before what is attached, now or later, and not before health, the API document or what is not there', async () => {
    const refuse: Hook = () => {
      throw new OrganismError('SHOP_CLOSED', 'Closed.', { status: 403 });
    };
    const lung = make({ before: [refuse], endpoints: [page('GET /a', () => 'a')] });
    lung.attach(page('GET /b', () => 'b'));
    const statusOf = async (route: string): Promise<number> => (await lung.inject(route)).status;
    expect([await statusOf('GET /a'), await statusOf('HEAD /a'), await statusOf('GET /b')]).toEqual([403, 403, 403]);
    const open = ['GET /health/live', 'GET /openapi.json', 'GET /nowhere', 'POST /a', 'OPTIONS /a'];
    expect(await Promise.all(open.map(statusOf))).toEqual([200, 200, 404, 405, 204]);
  });

  it('leave refusals readable for pages of other origins, and set headers on them', async () => {
    const lung = make({
      cors: cors({ origins: ['https://shop.example'] }),
      before: [
        (exchange) => exchange.setHeader('x-seen', 'yes'),
        () => {
          throw new OrganismError('SHOP_CLOSED', 'Closed.', { status: 403 });
        },
      ],
      endpoints: [page('GET /', () => '')],
    });
    const { headers } = await lung.inject('GET /', { headers: { origin: 'https://shop.example' } });
    expect([headers.get('access-control-allow-origin'), headers.get('x-seen')]).toEqual([
      'https://shop.example',
      'yes',
    ]);
  });

  it.each(['path', 'header'] as const)('run for each version of a route its own, told apart by the %s', async (by) => {
    const log: string[] = [];
    const of = (name: string) => page('GET /a', () => name, { before: [note(log, name)] });
    const how = by === 'path' ? { by } : { by, name: 'api-version' };
    const lung = make({ before: [note(log, 'all')], endpoints: [versioned(how, { 1: [of('one')], 2: [of('two')] })] });
    const ask = async (version: string): Promise<string> =>
      await (
        by === 'path'
          ? await lung.inject(`GET /v${version}/a`)
          : await lung.inject('GET /a', { headers: { 'api-version': version } })
      ).text();
    expect([await ask('1'), await ask('2'), log]).toEqual(['one', 'two', ['all', 'one', 'all', 'two']]);
  });

  it('property: whichever of them wait, answer or throw, those before do run, those after do not, and one answer comes', async () => {
    const kind = fc.constantFrom('goes on', 'waits', 'answers', 'answers later', 'throws', 'rejects');
    await fc.assert(
      fc.asyncProperty(fc.array(kind, { maxLength: 6 }), fc.nat(6), async (kinds, split) => {
        const log: number[] = [];
        const hooks = kinds.map<Hook>((what, index) => (exchange) => {
          log.push(index);
          if (what === 'waits') return Promise.resolve();
          if (what === 'answers') exchange.sendJson(202, index);
          if (what === 'answers later') return Promise.resolve().then(() => exchange.sendJson(202, index));
          const refusal = new OrganismError('SHOP_CLOSED', 'Closed.', { status: 403 });
          if (what === 'rejects') return Promise.reject(refusal);
          if (what === 'throws') throw refusal;
          return undefined;
        });
        const lung = make({
          before: hooks.slice(0, split),
          endpoints: [
            respond('GET /', (exchange) => exchange.sendJson(200, 'handler'), { before: hooks.slice(split) }),
          ],
        });
        const stops = kinds.findIndex((what) => !/goes on|waits/.test(what));
        const { status } = await lung.inject('GET /');
        const expected = stops < 0 ? 200 : kinds[stops]?.startsWith('answers') === true ? 202 : 403;
        expect([status, log]).toEqual([
          expected,
          kinds.map((_, index) => index).slice(0, stops < 0 ? undefined : stops + 1),
        ]);
      }),
    );
  });
});

describe('hooks after a response', () => {
  /** Notes what it is told. */
  const listen = (): { readonly told: string[]; readonly hook: AfterHook } => {
    const told: string[] = [];
    return { told, hook: ({ method, path }, { status }) => void told.push(`${method} ${path} ${status}`) };
  };
  const routes = [
    page('GET /hello', () => 'hi'),
    page('GET /later', async () => 'hi'),
    page('GET /broken', () => {
      throw new Error('broken');
    }),
    stream('GET /stream', async function* () {
      yield 'piece';
    }),
  ];
  const asked = [
    'GET /hello',
    'HEAD /hello',
    'GET /later',
    'GET /broken',
    'GET /stream',
    'GET /nowhere',
    'POST /hello',
  ];
  const expected = [
    'GET /hello 200',
    'HEAD /hello 200',
    'GET /later 200',
    'GET /broken 500',
    'GET /stream 200',
    'GET /nowhere 404',
    'POST /hello 405',
  ];

  it('are told of every request, whatever became of it', async () => {
    const { told, hook } = listen();
    const lung = make({ after: [hook], endpoints: routes });
    for (const route of asked) await (await lung.inject(route)).text();
    await lung.inject('GET /health/live');
    // Of a stream it is told when the last piece was taken, which may be after the next request has come.
    await expect.poll(() => told.toSorted()).toEqual([...expected, 'GET /health/live 200'].sort());
  });

  it.each([false, true])('are told by HTTP/1.1 and HTTP/2 alike (HTTP/2: %s)', async (http2) => {
    const { told, hook } = listen();
    await using lung = await make({ http2: true, after: [hook], endpoints: routes }).start();
    const sockets = { http2: http2 ? ('prior-knowledge' as const) : false };
    await using client = new LungClient({ baseUrl: lung.url, sockets, retry: false });
    for (const route of asked) {
      const [method = '', path = ''] = route.split(' ');
      await client.send(method, path).catch(() => {});
    }
    await expect.poll(() => told.toSorted()).toEqual(expected.toSorted());
  });

  it('are told inside of other servers', async () => {
    const { told, hook } = listen();
    const handle = fetchHandler({ after: [hook], onError: () => {}, endpoints: routes });
    expect(await (await handle(new Request('http://x/hello'))).text()).toBe('hi');
    const server = createServer(nodeHandler({ after: [hook], onError: () => {}, endpoints: routes })).listen(0);
    await once(server, 'listening');
    await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/later`)).text();
    server.close();
    await expect.poll(() => told).toEqual(['GET /hello 200', 'GET /later 200']);
  });

  it('are told how long it took, and of clients that left before there was an answer', async () => {
    const clock = new VirtualClock();
    const told: (readonly [status: number | undefined, durationMs: number])[] = [];
    const began = Promise.withResolvers<void>();
    await using lung = await make({
      clock,
      after: [(_exchange, { status, durationMs }) => void told.push([status, durationMs])],
      endpoints: [
        respond('GET /slow', async (exchange) => {
          began.resolve();
          await once(exchange.signal, 'abort');
        }),
        respond('GET /waits', async (exchange) => {
          await clock.advance(250);
          exchange.reply(204, {});
        }),
      ],
    }).start();
    expect((await fetch(`${lung.url}/waits`)).status).toBe(204);
    const socket = connect(lung.port, '127.0.0.1');
    socket.write('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n');
    await began.promise;
    socket.destroy();
    await expect
      .poll(() => told)
      .toEqual([
        [204, 250],
        [undefined, 0],
      ]);
  });

  it('change nothing when they fail, now or later, but are reported', async () => {
    const reported: string[] = [];
    const { told, hook } = listen();
    const lung = make({
      onError: ({ cause }) => void reported.push((cause as Error).message),
      after: [
        () => {
          throw new Error('at once');
        },
        async () => {
          throw new Error('later');
        },
        hook,
      ],
      endpoints: routes,
    });
    expect(await (await lung.inject('GET /hello')).text()).toBe('hi');
    await expect.poll(() => [reported, told]).toEqual([['at once', 'later'], ['GET /hello 200']]);
  });
});
