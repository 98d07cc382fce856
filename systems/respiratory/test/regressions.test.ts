import { cors, type Exchange, Lung, page, respond, stream } from '@organism/respiratory';
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
