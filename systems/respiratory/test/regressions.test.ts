import { cors, type Exchange, fetchHandler, Lung, mount, page, respond, stream } from '@organism/respiratory';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';

// Mistakes that other servers made, as their users reported them.

const tick = (ms = 20): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const running: Lung[] = [];
const failures: unknown[] = [];
afterEach(async () => {
  for (const lung of running.splice(0)) await lung.stop();
  failures.length = 0;
});
const serve = async (route: string, handle: (exchange: Exchange) => void | Promise<void>): Promise<Lung> => {
  const lung = await Lung.serve({
    port: 0,
    maxBodyBytes: 100,
    onError: (error) => failures.push(error),
    endpoints: [respond(route, handle), page('GET /hello', () => 'hi')],
  });
  running.push(lung);
  return lung;
};

describe('clients that leave', () => {
  it('in the midst of a stream are no error, and end what feeds it (fastify#371)', async () => {
    let ended = false;
    const lung = await Lung.serve({
      port: 0,
      onError: (error) => failures.push(error),
      endpoints: [
        stream('GET /endless', async function* () {
          try {
            for (;;) {
              yield 'x'.repeat(10_000);
              await tick(1);
            }
          } finally {
            ended = true;
          }
        }),
      ],
    });
    running.push(lung);
    const socket = connect(lung.port, '127.0.0.1');
    socket.write('GET /endless HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(socket, 'data');
    socket.destroy();
    await expect.poll(() => ended).toBe(true);
    await expect.poll(() => lung.describe().counters['open']).toBe(0);
    expect([failures, lung.describe().counters['errors']]).toEqual([[], 0]);
  });

  it.each([
    ['cancelling the body', (reader: ReadableStreamDefaultReader<Uint8Array>) => void reader.cancel()],
    ['aborting', (_reader: unknown, abort: AbortController) => abort.abort()],
  ])('a POST by %s, whose answer streams, are no error either (node-server#179)', async (_how, leave) => {
    let ended = false;
    const lung = await serve('POST /feed', async (exchange) => {
      await exchange.readBytes(100);
      const outlet = exchange.open(200, { 'content-type': 'text/event-stream' });
      outlet.write('data: 1\n\n');
      await once(exchange.signal, 'abort');
      ended = outlet.closed;
    });
    const abort = new AbortController();
    const { body } = await fetch(`${lung.url}/feed`, { method: 'POST', body: '{}', signal: abort.signal });
    const reader = body?.getReader();
    if (reader === undefined) throw new Error('The answer has no body.');
    await reader.read();
    leave(reader, abort);
    await expect.poll(() => ended).toBe(true);
    await expect.poll(() => lung.describe().counters['open']).toBe(0);
    expect([failures, lung.describe().counters['errors']]).toEqual([[], 0]);
  });

  it('before anything looked at the signal have aborted it (srvx#142)', async () => {
    const seen: boolean[] = [];
    const lung = await serve('GET /late', async (exchange) => {
      while (!exchange.left) await tick(5);
      seen.push(exchange.signal.aborted);
    });
    const socket = connect(lung.port, '127.0.0.1');
    socket.write('GET /late HTTP/1.1\r\nhost: x\r\n\r\n');
    await tick();
    socket.destroy();
    await expect.poll(() => seen).toEqual([true]);
    expect(failures).toEqual([]);
  });

  it('and only they abort it: no answered request does, with a body or without (node-server#172, srvx#152)', async () => {
    const signals: AbortSignal[] = [];
    const lung = await serve('POST /done', async (exchange) => {
      signals.push(exchange.signal);
      await exchange.readBytes(100);
      exchange.reply(204, {});
    });
    for (const body of ['', 'abc']) await fetch(`${lung.url}/done`, { method: 'POST', body });
    await tick();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
  });

  it('are not those whose body a handler stops to read (srvx#160)', async () => {
    const seen: boolean[] = [];
    const lung = await serve('POST /part', async (exchange) => {
      const { signal } = exchange;
      for await (const _ of exchange.chunks()) break;
      await tick();
      seen.push(signal.aborted);
      exchange.sendJson(200, 'part');
    });
    const answer = await fetch(`${lung.url}/part`, { method: 'POST', body: 'x'.repeat(500_000) });
    expect([await answer.json(), seen]).toEqual(['part', [false]]);
  });
});

describe('bodies that nobody reads', () => {
  it.each([10, 200_000, 3_000_000])('of %d bytes do not keep an answer back (node-server#246)', async (size) => {
    const lung = await serve('POST /ignored', (exchange) => exchange.sendJson(200, 'ignored'));
    for (let time = 0; time < 3; time += 1) {
      const answer = await fetch(`${lung.url}/ignored`, { method: 'POST', body: 'x'.repeat(size) });
      expect(await answer.json()).toBe('ignored');
    }
    expect(await (await fetch(`${lung.url}/hello`)).text()).toBe('hi');
  });

  it('do not block the requests behind them on the connection (kit#15526)', async () => {
    const lung = await serve('POST /ignored', (exchange) => exchange.sendJson(200, 'ignored'));
    const socket = connect(lung.port, '127.0.0.1');
    let text = '';
    socket.on('data', (piece: Buffer) => (text += piece.toString()));
    socket.write(`POST /ignored HTTP/1.1\r\nhost: x\r\ncontent-length: 300000\r\n\r\n${'x'.repeat(300_000)}`);
    socket.write('GET /hello HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    await once(socket, 'close');
    expect(text.match(/HTTP\/1\.1 200/g)?.length).toBe(2);
  });

  it.each(['announced', 'chunked'])(
    'and are refused while they come do not cost the client its answer: %s (node-server#327)',
    async (kind) => {
      const lung = await serve('POST /small', async (exchange) => {
        await exchange.readBytes(100);
      });
      for (let time = 0; time < 10; time += 1) {
        const socket = connect({ port: lung.port, host: '127.0.0.1', allowHalfOpen: true });
        const [errors, piece] = [[] as unknown[], Buffer.alloc(64 * 1024, 'x')];
        let text = '';
        socket.on('error', (error) => errors.push(error));
        socket.on('data', (data: Buffer) => (text += data.toString()));
        const head = kind === 'chunked' ? 'transfer-encoding: chunked' : 'content-length: 4194304';
        socket.write(`POST /small HTTP/1.1\r\nhost: x\r\n${head}\r\n\r\n`);
        for (let index = 0; index < 64; index += 1)
          socket.write(
            kind === 'chunked' ? Buffer.concat([Buffer.from('10000\r\n'), piece, Buffer.from('\r\n')]) : piece,
          );
        await once(socket, 'end');
        socket.destroy();
        expect(errors).toEqual([]);
        expect(text).toContain('HTTP/1.1 413');
      }
      await expect.poll(() => lung.describe().counters['open']).toBe(0);
    },
  );
});

describe('handlers of the Fetch standard', () => {
  const serveMounted = async (handler: (request: Request) => Response | Promise<Response>): Promise<Lung> => {
    const endpoints = [mount('/in', handler), page('GET /hello', () => 'hi')];
    const lung = await Lung.serve({ port: 0, onError: (error) => failures.push(error), endpoints });
    running.push(lung);
    return lung;
  };

  it.each<[string, () => BodyInit]>([
    ['text', () => 'once'],
    ['a stream', () => new Blob(['once']).stream()],
  ])(
    'that give the same Response twice, of %s, get an error, and the server lives on (fastify#5919)',
    async (_what, make) => {
      const same = new Response(make());
      const lung = await serveMounted(() => same);
      expect(await (await fetch(`${lung.url}/in`)).text()).toBe('once');
      for (let time = 0; time < 2; time += 1) {
        const again = await fetch(`${lung.url}/in`);
        expect([again.status, await again.json()]).toMatchObject([500, { code: 'CELL_UNEXPECTED' }]);
      }
      expect([failures.length, await (await fetch(`${lung.url}/hello`)).text()]).toEqual([2, 'hi']);
    },
  );

  it('that give a Response whose stream somebody reads get an error (fastify#5919)', async () => {
    const lung = await serveMounted(() => {
      const response = new Response(new ReadableStream());
      response.body?.getReader();
      return response;
    });
    expect((await fetch(`${lung.url}/in`)).status).toBe(500);
    expect(await (await fetch(`${lung.url}/hello`)).text()).toBe('hi');
  });

  it('get forms, bytes and blobs although somebody replaced the global Request (srvx#207)', async () => {
    const original = globalThis.Request;
    globalThis.Request = class extends original {};
    try {
      const lung = await serveMounted(async (request) => {
        const kind = new URL(request.url).searchParams.get('as');
        if (kind === 'form') return Response.json([...(await request.formData())]);
        const bytes = kind === 'blob' ? await (await request.blob()).arrayBuffer() : await request.arrayBuffer();
        return Response.json(bytes.byteLength);
      });
      const post = async (as: string, body: BodyInit): Promise<unknown> =>
        (await fetch(`${lung.url}/in?as=${as}`, { method: 'POST', body })).json();
      const form = new FormData();
      form.set('name', 'alice');
      expect([
        await post('form', form),
        await post('form', new URLSearchParams({ name: 'bob' })),
        await post('blob', 'four'),
        await post('bytes', 'five!'),
      ]).toEqual([[['name', 'alice']], [['name', 'bob']], 4, 5]);
    } finally {
      globalThis.Request = original;
    }
  });

  it('may give a Buffer that was read for a tag before, again and again (node-server#186)', async () => {
    const kept = Buffer.from('Hello!');
    const tagged = async (): Promise<Response> => {
      const response = new Response(kept);
      const { byteLength } = await response.clone().arrayBuffer();
      response.headers.set('etag', `"${byteLength}"`);
      return response;
    };
    const lung = await serveMounted(tagged);
    for (const answer of [await fetch(`${lung.url}/in`), await lung.inject('GET /in'), await fetch(`${lung.url}/in`)])
      expect([answer.headers.get('etag'), await answer.text()]).toEqual(['"6"', 'Hello!']);
    expect(kept.toString()).toBe('Hello!');
  });

  it('see neither a broken URL nor another host when the host field is none (node-server#161)', async () => {
    const lung = await serveMounted(({ url }) => new Response(url));
    for (const host of ['a/b?c=d', 'a b', 'a@b', '[', 'a:b', '#']) {
      const socket = connect(lung.port, '127.0.0.1');
      let text = '';
      socket.on('data', (piece: Buffer) => (text += piece.toString()));
      socket.write(`GET /in HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
      await once(socket, 'close');
      expect([host, /^HTTP\/1\.1 (\d+)/.exec(text)?.[1]]).toEqual([host, '400']);
    }
    expect(failures).toEqual([]);
  });

  it('start their answer before its first piece is there (node-server#244)', async () => {
    const release = Promise.withResolvers<void>();
    const lung = await serveMounted(
      () =>
        new Response(
          new ReadableStream({
            pull: async (controller) => {
              await release.promise;
              controller.enqueue(new TextEncoder().encode('late'));
              controller.close();
            },
          }),
        ),
    );
    const answer = await fetch(`${lung.url}/in`);
    expect(answer.status).toBe(200);
    release.resolve();
    expect(await answer.text()).toBe('late');
  });

  it('that end with an error in the midst break the answer off, and nothing else (srvx#135)', async () => {
    const broken = (): Response =>
      new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(new TextEncoder().encode('half')),
          pull: (controller) => controller.error(new Error('broken')),
        }),
      );
    const lung = await serveMounted(broken);
    const answer = await fetch(`${lung.url}/in`);
    await expect(answer.text()).rejects.toThrow();
    expect(await (await fetch(`${lung.url}/hello`)).text()).toBe('hi');
    const handler = fetchHandler({ onError: (error) => failures.push(error), endpoints: [mount('/in', broken)] });
    const portable = await handler(new Request('http://x/in'));
    await expect(portable.text()).rejects.toThrow();
  });
});

describe('memory', () => {
  it('is given back although requests share a signal that never aborts, and ask across origins (node-server#269)', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const lung = new Lung({
      cors: cors({ origins: ['https://shop.example'] }),
      endpoints: [page('GET /hello', ({ signal }) => String(signal.aborted))],
    });
    const { signal } = new AbortController();
    const kept: WeakRef<object>[] = [];
    for (let index = 0; index < 300; index += 1) {
      const request = new Request('http://x/hello', { signal, headers: { origin: 'https://shop.example' } });
      const answer = await lung.fetch(request);
      await answer.text();
      kept.push(new WeakRef(request), new WeakRef(answer));
    }
    await expect
      .poll(() => {
        collect();
        return kept.filter((one) => one.deref() !== undefined).length;
      })
      .toBeLessThan(30);
  });
});
