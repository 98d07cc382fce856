import { OrganismError } from '@organism/cell';
import { Muscle } from '@organism/muscular';
import { endpoint, fetchHandler, Lung, type LungOptions, page, respond } from '@organism/respiratory';
import { Bone } from '@organism/skeletal';
import { SeededEntropy, VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

const Note = new Bone('note', z.object({ text: z.string() }));
const Anything = new Bone('any.thing', z.unknown());
const write = new Muscle({ name: 'write', input: Note, output: Note, run: (note) => note });
const echo = new Muscle({ name: 'echo', input: Anything, output: Anything, run: (value) => value });

const running: Lung[] = [];
const serve = async (options: LungOptions = {}): Promise<Lung> => {
  const lung = await Lung.serve({
    port: 0,
    onError: () => {},
    endpoints: [
      endpoint('POST /notes', write),
      endpoint('POST /echo', echo),
      page('GET /hello', () => 'hi'),
      page('GET /at/:id', ({ params }) => params['id'] ?? ''),
    ],
    ...options,
  });
  running.push(lung);
  return lung;
};
afterEach(async () => {
  for (const lung of running.splice(0)) await lung.stop();
});

/** Sends bytes as they are, and gives back all that the server sends. */
const raw = async (lung: Lung, ...texts: string[]): Promise<string> => {
  const socket = connect(lung.port, '127.0.0.1').on('error', () => {});
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  for (const text of texts) socket.write(text, 'latin1');
  await once(socket, 'close');
  return answer;
};
const statusesIn = (answer: string): string[] =>
  [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status ?? '');

const head = 'POST /notes HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
const smuggled = 'GET /hello HTTP/1.1\r\nhost: x\r\n\r\n';

describe('request smuggling: one request, one answer, and the connection closes', () => {
  it.each([
    ['length and chunked', `${head}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['chunked and length', `${head}transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n${smuggled}`],
    ['two lengths', `${head}content-length: 2\r\ncontent-length: 40\r\n\r\n{}${smuggled}`],
    ['a list of lengths', `${head}content-length: 2, 40\r\n\r\n{}${smuggled}`],
    ['a length with a sign', `${head}content-length: +2\r\n\r\n{}${smuggled}`],
    ['a negative length', `${head}content-length: -2\r\n\r\n{}${smuggled}`],
    ['a hexadecimal length', `${head}content-length: 0x2\r\n\r\n{}${smuggled}`],
    ['an enormous length', `${head}content-length: 99999999999999999999\r\n\r\n{}${smuggled}`],
    ['chunked that is not last', `${head}transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`],
    ['an unknown coding', `${head}transfer-encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['a space before the colon', `${head}content-length : 2\r\n\r\n{}${smuggled}`],
    ['a folded header', `${head}x: a\r\n b\r\n\r\n${smuggled}`],
    ['a bare line feed in a header', `${head}x: a\nb: c\r\n\r\n${smuggled}`],
    ['a null byte', `${head}x: a\0b\r\n\r\n${smuggled}`],
    ['a bad chunk size', `${head}transfer-encoding: chunked\r\n\r\nxyz\r\n${smuggled}`],
    ['a chunk longer than said', `${head}transfer-encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n${smuggled}`],
    ['an empty length', `${head}content-length:\r\n\r\n{}${smuggled}`],
    ['two words for a length', `${head}content-length: 2 2\r\n\r\n{}${smuggled}`],
    ['two codings', `${head}transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n${smuggled}`],
    ['chunked twice', `${head}transfer-encoding: chunked, chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['a coding behind a control character', `${head}transfer-encoding: \x0bchunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['a coding in quotes', `${head}transfer-encoding: "chunked"\r\n\r\n0\r\n\r\n${smuggled}`],
    ['a folded coding', `${head}transfer-encoding:\r\n chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['a space before the colon of a coding', `${head}transfer-encoding : chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['a name with a space in front', `${head} content-length: 2\r\n\r\n{}${smuggled}`],
    ['chunks in HTTP/1.0', `${head.replace('1.1', '1.0')}transfer-encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`],
    ['a chunk size with a sign', `${head}transfer-encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n${smuggled}`],
    ['a chunk size in 0x', `${head}transfer-encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n${smuggled}`],
    ['an enormous chunk size', `${head}transfer-encoding: chunked\r\n\r\n${'f'.repeat(17)}\r\n${smuggled}`],
    [
      'a chunk size that ends with a line feed',
      `${head}transfer-encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n${smuggled}`,
    ],
    ['a chunk that ends with a line feed', `${head}transfer-encoding: chunked\r\n\r\n2\r\n{}\n0\r\n\r\n${smuggled}`],
    ['a line feed in a chunk extension', `${head}transfer-encoding: chunked\r\n\r\n2;\n{}\r\n0\r\n\r\n${smuggled}`],
    ['a header without a name', `${head}: x\r\n\r\n${smuggled}`],
    ['a header without a colon', `${head}chunked\r\n\r\n${smuggled}`],
    ['a carriage return in a header', `${head}x: a\rb: c\r\n\r\n${smuggled}`],
    ['two hosts', `GET /hello HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n${smuggled}`],
    ['no host', `GET /hello HTTP/1.1\r\n\r\n${smuggled}`],
    ['another version', `GET /hello HTTP/3.7\r\nhost: x\r\n\r\n${smuggled}`],
    ['a control character in the target', `GET /hel\x01lo HTTP/1.1\r\nhost: x\r\n\r\n${smuggled}`],
  ])('%s', async (_name, text) => {
    const lung = await serve();
    expect(statusesIn(await raw(lung, text))).toEqual(['400']);
    expect((await fetch(`${lung.url}/hello`)).status).toBe(200);
  });
});

describe('limits', () => {
  it.each([
    ['a target that is too long', `GET /${'a'.repeat(9000)} HTTP/1.1\r\nhost: x\r\n\r\n`, '414'],
    ['too many headers', `GET /hello HTTP/1.1\r\nhost: x\r\n${'a: b\r\n'.repeat(200)}\r\n`, '431'],
    ['headers that are too big', `GET /hello HTTP/1.1\r\nhost: x\r\na: ${'b'.repeat(17_000)}\r\n\r\n`, '431'],
  ])('refuses %s', async (_name, text, status) => {
    const lung = await serve();
    expect(statusesIn(await raw(lung, text))).toEqual([status]);
  });

  it('cuts off a client that takes too long for its headers', async () => {
    const lung = await serve({ headersTimeoutMs: 50, requestTimeoutMs: 100 });
    expect(await raw(lung, 'GET /hello HTTP/1.1\r\nhost:')).toContain('RESPIRATORY_REQUEST_TIMEOUT');
  });

  it('cuts off a client that takes too long for its body', async () => {
    const lung = await serve({ headersTimeoutMs: 50, requestTimeoutMs: 100 });
    expect(await raw(lung, `${head}content-length: 50\r\n\r\n{`)).toContain('408');
  });

  it('cuts off a chunked body that is too large', async () => {
    const lung = await serve({ maxBodyBytes: 100 });
    const chunk = `40\r\n${'x'.repeat(0x40)}\r\n`;
    expect(statusesIn(await raw(lung, `${head}transfer-encoding: chunked\r\n\r\n${chunk}${chunk}0\r\n\r\n`))).toEqual([
      '413',
    ]);
  });

  it.each([
    ['port', { port: 70_000 }],
    ['maxBodyBytes', { maxBodyBytes: -1 }],
    ['headersTimeoutMs', { headersTimeoutMs: 1.5 }],
  ])('names a bad option: %s', (field, options) => {
    expect(() => new Lung(options)).toThrow(`${field} must be`);
  });
});

describe('what comes over the wire', () => {
  it('asks for a body that waits for 100-continue only when it wants it', async () => {
    const lung = await serve();
    const send = async (path: string): Promise<string[]> => {
      const seen: string[] = [];
      const request = httpRequest(`${lung.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-length': '12', expect: '100-continue' },
      }).on('error', () => {});
      request.on('continue', () => {
        seen.push('100');
        request.end('{"text":"a"}');
      });
      request.flushHeaders();
      const [response] = (await once(request, 'response')) as [{ statusCode: number; resume(): void }];
      response.resume();
      request.destroy();
      return [...seen, String(response.statusCode)];
    };
    expect([await send('/notes'), await send('/nowhere')]).toEqual([['100', '200'], ['404']]);
  });

  it.each(['more', '100-continue, more', '100-continued', '', '100-continue\r\nexpect: more'])(
    'refuses the expectation "%s" as all else, and nothing runs',
    async (expectation) => {
      const lung = await serve();
      const answer = await raw(
        lung,
        `${head}content-length: 12\r\nexpect: ${expectation}\r\n\r\n{"text":"a"}GET /hello HTTP/1.1\r\nhost: x\r\n\r\n`,
      );
      expect(statusesIn(answer)).toEqual(['417']);
      const [fields = '', body = ''] = answer.split('\r\n\r\n');
      expect(fields).toContain('content-type: application/problem+json');
      expect(JSON.parse(body)).toMatchObject({
        status: 417,
        code: 'RESPIRATORY_EXPECTATION_FAILED',
        instance: '/notes',
      });
    },
  );

  it.each([
    ['in any letters', `${head}expect: 100-Continue\r\n`, ['100', '200']],
    ['by HTTP/1.0, which knows none', `${head.replace('1.1', '1.0')}expect: 100-continue\r\n`, ['200']],
  ])('meets the expectation of 100-continue %s', async (_what, start, statuses) => {
    const text = `${start}connection: close\r\ncontent-length: 12\r\n\r\n{"text":"a"}`;
    expect(statusesIn(await raw(await serve(), text))).toEqual(statuses);
  });

  it('answers pipelined requests in order, also when the first is slow', async () => {
    const release = Promise.withResolvers<void>();
    const lung = await serve({
      endpoints: [
        page('GET /slow', async () => {
          await release.promise;
          return 'slow';
        }),
        page('GET /fast', () => {
          release.resolve();
          return 'fast';
        }),
      ],
    });
    const answer = await raw(
      lung,
      'GET /slow HTTP/1.1\r\nhost: x\r\n\r\nGET /fast HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    );
    expect([...answer.matchAll(/^(slow|fast)/gm)].map(([word]) => word)).toEqual(['slow', 'fast']);
  });

  const last = 'host: x\r\nconnection: close\r\n\r\n';
  it.each<[string, string, string[], string]>([
    [
      'a HEAD before a GET',
      `HEAD /hello HTTP/1.1\r\nhost: x\r\n\r\nGET /hello HTTP/1.1\r\n${last}`,
      ['200', '200'],
      'hi',
    ],
    ['a HEAD of nothing', `HEAD /nowhere HTTP/1.1\r\n${last}`, ['404'], ''],
    [
      'a body that no GET has',
      `GET /hello HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhelloGET /hello HTTP/1.1\r\n${last}`,
      ['200', '200'],
      'hi',
    ],
    ['HTTP/1.0', 'GET /hello HTTP/1.0\r\n\r\n', ['200'], 'hi'],
    [
      'HTTP/1.0 that is to go on',
      `GET /hello HTTP/1.0\r\nconnection: keep-alive\r\n\r\nGET /hello HTTP/1.0\r\n\r\n`,
      ['200', '200'],
      'hi',
    ],
    ['another protocol that is not spoken here', `GET /hello HTTP/1.1\r\nupgrade: other\r\n${last}`, ['200'], 'hi'],
    [
      'a length among the trailers',
      `${head}transfer-encoding: chunked\r\n\r\n0\r\ncontent-length: 9\r\n\r\n`,
      ['400'],
      '',
    ],
    ['the first words of TLS', '\x16\x03\x01\x02\x00\x01\r\n\r\n', ['400'], ''],
    ['the first words of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', ['400'], ''],
    ['empty lines before a request', `\r\n\r\nGET /hello HTTP/1.1\r\n${last}`, ['200'], 'hi'],
  ])('answers %s', async (_what, text, statuses, body) => {
    const answer = await raw(await serve(), text);
    expect(statusesIn(answer)).toEqual(statuses);
    if (body !== '') expect(answer.endsWith(`\r\n\r\n${body}`)).toBe(true);
    if (text.startsWith('HEAD /nowhere')) expect(answer.endsWith('\r\n\r\n')).toBe(true);
  });

  it('lets go of a body that breaks off', async () => {
    const lung = await serve();
    const socket = connect(lung.port, '127.0.0.1');
    socket.write(`${head}content-length: 50\r\n\r\n{"text":`);
    while (lung.describe().counters['open'] !== 1) await new Promise((resolve) => setImmediate(resolve));
    socket.destroy();
    while (lung.describe().counters['open'] !== 0) await new Promise((resolve) => setImmediate(resolve));
    expect((await fetch(`${lung.url}/hello`)).status).toBe(200);
  });

  it('answers unknown methods, and takes the absolute form', async () => {
    const lung = await serve();
    const close = 'host: x\r\nconnection: close\r\n\r\n';
    expect(statusesIn(await raw(lung, `PROPFIND /hello HTTP/1.1\r\n${close}`))).toEqual(['405']);
    expect(statusesIn(await raw(lung, `GET http://elsewhere/hello HTTP/1.1\r\n${close}`))).toEqual(['200']);
    expect(statusesIn(await raw(lung, `OPTIONS * HTTP/1.1\r\n${close}`))).toEqual(['404']);
  });

  it.each(['/at/%', '/at/%f', '/at/%ff', '/at/%c0%ae', '/at/%u0041', '/at/%EF%BF%BF'])(
    'refuses the malformed %s',
    async (path) => {
      const lung = await serve();
      expect(statusesIn(await raw(lung, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`))).toEqual([
        '400',
      ]);
    },
  );

  it.each([
    '{"__proto__":{"admin":true}}',
    '{"a":[{"__proto__":1}]}',
    '{"\\u005f_proto__":{"admin":true}}',
    '{"constructor":{"prototype":{"admin":true}}}',
  ])('refuses keys that become prototypes: %s', async (body) => {
    const lung = await serve();
    const answer = await lung.inject('POST /echo', { body, headers: { 'content-type': 'application/json' } });
    expect([answer.status, (await answer.json()) as unknown]).toMatchObject([400, { code: 'RESPIRATORY_BAD_JSON' }]);
    expect(({} as Record<string, unknown>)['admin']).toBe(undefined);
  });

  it('lets such words pass where they are no keys', async () => {
    const lung = await serve();
    const value = { text: '__proto__', constructor: 'x', list: ['\u0001', { prototype: 1 }] };
    expect(await (await lung.inject('POST /echo', { json: value })).json()).toEqual(value);
  });

  it.each([
    ['lists', '[', ']'],
    ['objects', '{"a":', '}'],
  ])('refuses %s that are nested so deep that those who walk them would fail', async (_what, begin, end) => {
    const lung = await serve({ maxBodyBytes: 2 ** 22 });
    const post = async (levels: number): Promise<unknown> => {
      const body = `${begin.repeat(levels)}${begin === '[' ? '' : '1'}${end.repeat(levels)}`;
      const answer = await lung.inject('POST /echo', { body, headers: { 'content-type': 'application/json' } });
      return answer.status === 200 ? 200 : ((await answer.json()) as { code: string }).code;
    };
    expect([await post(500), await post(501), await post(300_000)]).toEqual([
      200,
      'RESPIRATORY_BAD_JSON',
      'RESPIRATORY_BAD_JSON',
    ]);
  });

  it('property: counts levels, whatever stands in texts and beside', async () => {
    const lung = await serve();
    const noise = fc.constantFrom('"["', '"{\\"["', '"\\\\"', '"]}"', '[]', '{"[":"{"}', '1');
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 490, max: 510 }),
        fc.array(noise, { maxLength: 8 }),
        async (levels, beside) => {
          // What stands beside is at most one level deep itself, and so is what is within.
          const items = [...beside, '0'].join(',');
          const body = `${`[${items},`.repeat(levels - 1)}[]${']'.repeat(levels - 1)}`;
          const answer = await lung.inject('POST /echo', { body, headers: { 'content-type': 'application/json' } });
          expect([levels, answer.status]).toEqual([levels, levels > 500 ? 400 : 200]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('property: any bytes get an answer of 4xx or 200, never a crash', async () => {
    const lung = await serve();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
        const answer = await lung.inject('POST /echo', {
          body: new Uint8Array(bytes),
          headers: { 'content-type': 'application/json' },
        });
        expect([200, 204, 400]).toContain(answer.status);
      }),
      { numRuns: 200 },
    );
  });

  it('property: any target gets an answer', async () => {
    const lung = await serve();
    await fc.assert(
      fc.asyncProperty(fc.webPath({ size: 'small' }), fc.webQueryParameters(), async (path, query) => {
        const answer = await lung.inject(`GET ${path === '' ? '/' : path}?${query}`);
        expect([200, 400, 404]).toContain(answer.status);
      }),
    );
  });
});

describe('what a server tells', () => {
  it('gives requests ids, and takes those of clients that are well-formed', async () => {
    const lung = await serve({ requestIds: true, entropy: new SeededEntropy(1) });
    const idOf = async (given?: string): Promise<string | null> =>
      (await lung.inject('GET /hello', given === undefined ? {} : { headers: { 'x-request-id': given } })).headers.get(
        'x-request-id',
      );
    expect(await idOf()).toMatch(/^[0-9a-f-]{36}$/);
    expect([await idOf('mine-1'), await idOf('a b<script>')]).toEqual([
      'mine-1',
      expect.stringMatching(/^[0-9a-f-]{36}$/),
    ]);
  });

  it('tells how long it took', async () => {
    const lung = await serve({
      serverTiming: true,
      endpoints: [
        page('GET /', (exchange) => {
          exchange.timing('db', 12.34);
          return 'x';
        }),
      ],
    });
    expect((await lung.inject('GET /')).headers.get('server-timing')).toMatch(/^db;dur=12\.3, total;dur=\d+\.\d$/);
  });

  it('is not ready before its port closes', async () => {
    const clock = new VirtualClock();
    const lung = await serve({ drainDelayMs: 200, clock });
    const stopped = lung.stop();
    const ready = await fetch(`${lung.url}/health/ready`);
    expect([ready.status, (await fetch(`${lung.url}/hello`)).status]).toEqual([503, 200]);
    await clock.advance(199);
    expect((await fetch(`${lung.url}/hello`)).status).toBe(200);
    await clock.advance(1);
    await stopped;
    await expect(fetch(`${lung.url}/hello`)).rejects.toThrow();
  });

  it('names both places of routes that clash', () => {
    const both = /GET \/at\/:b and GET \/at\/:a match.*hardening\.test\.ts:\d+:\d+ and .*hardening\.test\.ts:\d+:\d+/;
    expect(() => new Lung({ endpoints: [page('GET /at/:a', () => ''), page('GET /at/:b', () => '')] })).toThrow(both);
    expect(() => new Lung({ endpoints: [page('GET /openapi.json', () => '')] })).toThrow("the server's own");
  });
});

describe('an answer that can not be sent', () => {
  const routes = [
    respond('GET /set', (exchange) => {
      exchange.setHeader('x-echo', exchange.query.get('say') ?? '');
      exchange.reply(200, {}, 'ok');
    }),
    respond('GET /reply', (exchange) => exchange.reply(200, { 'x-echo': exchange.query.get('say') ?? '' }, 'ok')),
    respond('GET /later', async (exchange) => {
      await Promise.resolve();
      exchange.setHeader('x-echo', exchange.query.get('say') ?? '');
      throw new Error('later');
    }),
    respond('GET /status', (exchange) => exchange.reply(99, {}, 'ok')),
    respond('GET /extension', () => {
      throw new OrganismError('TEST_BIG', 'Too big.', { status: 400, extensions: { big: 1n } });
    }),
  ];
  const paths = [
    ...['/set', '/reply', '/later'].flatMap((path) => [`${path}?say=a%0d%0aevil:1`, `${path}?say=%F0%9F%8E%89`]),
    '/status',
    '/extension',
  ];

  it.each(paths)('%s is a failure that is told, and neither splits the answer nor ends the process', async (path) => {
    const errors: string[] = [];
    const options = { endpoints: routes, onError: (error: Error) => void errors.push(error.message) };
    await using lung = await Lung.serve({ port: 0, ...options });
    for (const answer of [await fetch(lung.url + path), await fetchHandler(options)(new Request(`http://x${path}`))]) {
      expect([answer.status, answer.headers.get('evil'), answer.headers.get('x-echo')]).toEqual([500, null, null]);
      expect(await answer.json()).toMatchObject({ code: 'CELL_UNEXPECTED', instance: path.split('?')[0] });
    }
    expect(errors.length).toBeGreaterThanOrEqual(2);
  });
});
