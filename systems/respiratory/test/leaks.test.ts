import { Muscle } from '@organism/muscular';
import { endpoint, Lung, page, stream } from '@organism/respiratory';
import { LungClient } from '@organism/respiratory/client';
import { Bone } from '@organism/skeletal';
import { VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { getEventListeners, once } from 'node:events';
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const Note = new Bone('note', z.object({ text: z.string() }));
const write = new Muscle({
  name: 'write',
  input: Note,
  output: Note,
  run: (note, { signal }) => {
    signal.throwIfAborted();
    return note;
  },
});

const make = (clock: VirtualClock): Lung =>
  new Lung({
    port: 0,
    clock,
    onError: () => {},
    endpoints: [
      endpoint('POST /notes', write),
      page('GET /hello', () => 'hi'),
      stream('GET /stream', async function* () {
        for (let index = 0; index < 5; index += 1) yield 'x'.repeat(50_000);
      }),
    ],
  });

/** How many; LEAK_REQUESTS=100000 takes a minute. */
const many = Number(process.env['LEAK_REQUESTS'] ?? 5000);

/** A connection that asks again and again, as fast as it is answered. */
const askOften = async (port: number, requests: readonly string[], times: number): Promise<void> => {
  const socket = connect(port, '127.0.0.1').setNoDelay().setEncoding('latin1');
  for (let time = 0; time < times; time += 1) {
    socket.write(requests[time % requests.length] ?? '');
    let text = '';
    do [text] = [text + String((await once(socket, 'data'))[0])];
    while (!text.includes('\r\n\r\n') || (/chunked/.test(text) && !text.endsWith('0\r\n\r\n')));
    const length = Number(/content-length: (\d+)/.exec(text)?.[1] ?? 0);
    while (text.length - text.indexOf('\r\n\r\n') - 4 < length) text += String((await once(socket, 'data'))[0]);
  }
  socket.destroy();
  await once(socket, 'close');
};

/** Sockets, servers and timers that keep the process busy. */
const resources = (): readonly string[] =>
  process
    .getActiveResourcesInfo()
    .filter((name) => /TCP|Timeout|Immediate|Server/.test(name))
    .sort();

describe('a server that has answered many requests', () => {
  it(`leaves no listener, socket, timer or memory behind: ${many} requests`, { timeout: 300_000 }, async () => {
    const before = resources();
    const clock = new VirtualClock();
    const lung = await make(clock).start();
    const idle = clock.pending;
    const body = '{"text":"a"}';
    const head = `HTTP/1.1\r\nhost: x\r\n`;
    const post = `POST /notes ${head}content-type: application/json\r\ncontent-length: ${body.length}\r\n`;
    const requests = [
      `GET /hello ${head}\r\n`,
      `${post}\r\n${body}`,
      `${post}x-timeout-ms: 5000\r\n\r\n${body}`,
      `GET /nowhere ${head}\r\n`,
      `${post}\r\n${'{'.padEnd(body.length)}`,
    ];
    const warnings: Error[] = [];
    const warn = (warning: Error): void => void warnings.push(warning);
    process.on('warning', warn);
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const round = (times: number): Promise<void[]> =>
      Promise.all(Array.from({ length: 10 }, () => askOften(lung.port, requests, times)));
    await round(100);
    collect();
    const { heapUsed } = process.memoryUsage();
    await round(Math.ceil((many - 1000) / 10));
    while (lung.describe().counters['open'] !== 0) await new Promise((resolve) => setImmediate(resolve));
    expect(lung.describe().counters['requests']).toBeGreaterThanOrEqual(many);
    expect(clock.pending).toBe(idle);
    collect();
    const grown = process.memoryUsage().heapUsed - heapUsed;
    await lung.stop();
    process.off('warning', warn);
    await expect.poll(resources).toEqual(before);
    expect(warnings).toEqual([]);
    // One hundred bytes for each request would be 10 MB at the full number.
    expect(grown).toBeLessThan(6e6);
  });

  it('holds no request, timer or listener', async () => {
    const clock = new VirtualClock();
    await using lung = await make(clock).start();
    const idle = clock.pending;
    const init = { method: 'POST', headers: { 'content-type': 'application/json', 'x-timeout-ms': '5000' } };
    const answers = ['{"text":"a"}', '{', '{"text":1}'];
    for (let round = 0; round < 100; round += 1) {
      const all = await Promise.all([
        ...answers.map((body) => fetch(`${lung.url}/notes`, { ...init, body })),
        fetch(`${lung.url}/hello`),
        fetch(`${lung.url}/stream`),
        fetch(`${lung.url}/nowhere`),
      ]);
      expect(all.map(({ status }) => status)).toEqual([200, 400, 422, 200, 200, 404]);
      for (const answer of all) await answer.arrayBuffer();
    }
    while (lung.describe().counters['open'] !== 0) await new Promise((resolve) => setImmediate(resolve));
    expect([clock.pending, lung.describe().counters['requests']]).toEqual([idle, 600]);
  });

  it('property: survives any bytes, and any break', async () => {
    const clock = new VirtualClock();
    await using lung = await make(clock).start();
    const line = fc.constantFrom(
      'GET /hello HTTP/1.1\r\n',
      'POST /notes HTTP/1.1\r\n',
      'host: x\r\n',
      'content-type: application/json\r\n',
      'content-length: 12\r\n',
      'transfer-encoding: chunked\r\n',
      'expect: 100-continue\r\n',
      'connection: close\r\n',
      'upgrade: websocket\r\nconnection: upgrade\r\n',
      '\r\n',
      '{"text":"a"}',
      'c\r\n{"text":"a"}\r\n0\r\n\r\n',
      '\0',
      ' ',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (lines) => {
        const socket = connect(lung.port, '127.0.0.1').on('error', () => {});
        socket.resume();
        await once(socket, 'connect');
        for (const text of lines) socket.write(text);
        await new Promise((resolve) => setImmediate(resolve));
        socket.destroy();
        expect((await fetch(`${lung.url}/hello`)).status).toBe(200);
      }),
      { numRuns: 150 },
    );
    while (lung.describe().counters['open'] !== 0) await new Promise((resolve) => setImmediate(resolve));
    expect(lung.describe().counters['open']).toBe(0);
  });
});

describe('a client that has made many requests', () => {
  it.each([
    ['HTTP/1.1', many, {}],
    ['HTTP/2', many / 10, { http2: 'prior-knowledge' as const }],
  ])(
    'leaves no listener, socket, timer or memory behind: %s, %d requests',
    { timeout: 300_000 },
    async (_name, times, sockets) => {
      await using lung = await Lung.serve({
        port: 0,
        http2: true,
        onError: () => {},
        endpoints: [endpoint('POST /notes', write), page('GET /hello', () => 'hi')],
      });
      const before = resources();
      const clock = new VirtualClock();
      const { signal } = new AbortController();
      const warnings: Error[] = [];
      const warn = (warning: Error): void => void warnings.push(warning);
      process.on('warning', warn);
      setFlagsFromString('--expose-gc');
      const collect = runInNewContext('gc') as () => void;
      const client = new LungClient({ baseUrl: lung.url, clock, sockets, retry: false });
      const calls: (() => Promise<unknown>)[] = [
        () => client.get('/hello', { signal }),
        () => client.post('/notes', { json: { text: 'a' }, timeoutMs: 5000 }),
        () => client.get('/nowhere').catch(() => {}),
        () => client.post('/notes', { json: { text: 1 } as never, signal }).catch(() => {}),
      ];
      const round = (count: number): Promise<void[]> =>
        Promise.all(
          Array.from({ length: 10 }, async (_, lane) => {
            for (let time = 0; time < count / 10; time += 1) await calls[(time + lane) % calls.length]?.();
          }),
        );
      await round(500);
      collect();
      const { heapUsed } = process.memoryUsage();
      await round(times);
      collect();
      const grown = process.memoryUsage().heapUsed - heapUsed;
      expect(getEventListeners(signal, 'abort')).toEqual([]);
      await client.close();
      expect(clock.pending).toBe(0);
      process.off('warning', warn);
      // Those of an earlier test may still have been going.
      await expect.poll(() => resources().length).toBeLessThanOrEqual(before.length);
      expect(warnings).toEqual([]);
      expect(grown).toBeLessThan(6e6);
    },
  );
});
