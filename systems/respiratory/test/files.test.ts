import { files, Lung, parseRange, respond, stream } from '@organism/respiratory';
import { VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const text = Array.from({ length: 5000 }, (_, index) => `line ${index}\n`).join('');
let folder = '';
let lung: Lung;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'organism-files-'));
  await writeFile(join(folder, 'text.txt'), text);
  await writeFile(join(folder, 'app.js'), 'plain()');
  await writeFile(join(folder, 'app.js.gz'), gzipSync('packed()'));
  await writeFile(join(folder, 'empty.txt'), '');
  lung = await Lung.serve({ port: 0, endpoints: [files('/', folder, { precompressed: true })] });
});
afterAll(async () => {
  await lung.stop();
  await rm(folder, { recursive: true });
});

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(lung.url + path, { headers });

describe('ranges', () => {
  it.each([
    ['bytes=0-9', 0, 9],
    ['bytes=10-', 10, text.length - 1],
    ['bytes=-7', text.length - 7, text.length - 1],
    ['bytes=0-999999999', 0, text.length - 1],
  ])('sends %s', async (range, start, end) => {
    const answer = await get('/text.txt', { range });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([206, `bytes ${start}-${end}/${text.length}`]);
    expect(await answer.text()).toBe(text.slice(start, end + 1));
  });

  it.each(['bytes=5-2', 'lines=0-1', 'bytes=a-b', 'bytes=0-1,4-5', 'bytes=-'])(
    'sends the whole for %s',
    async (range) => {
      const answer = await get('/text.txt', { range });
      expect([answer.status, (await answer.text()).length]).toEqual([200, text.length]);
    },
  );

  it('says what there is when nothing lies within', async () => {
    const answer = await get('/text.txt', { range: 'bytes=999999-' });
    expect([answer.status, answer.headers.get('content-range')]).toEqual([416, `bytes */${text.length}`]);
    expect((await get('/empty.txt', { range: 'bytes=0-' })).status).toBe(416);
    expect((await get('/empty.txt')).status).toBe(200);
  });

  it('resume a download, unless the file has changed', async () => {
    const first = await get('/text.txt', { range: 'bytes=0-99' });
    const etag = first.headers.get('etag') ?? '';
    const had = await first.text();
    const rest = await get('/text.txt', { range: 'bytes=100-', 'if-range': etag });
    expect([rest.status, had + (await rest.text()) === text]).toEqual([206, true]);
    expect((await get('/text.txt', { range: 'bytes=100-', 'if-range': '"other"' })).status).toBe(200);
    expect((await get('/text.txt', { range: 'bytes=100-', 'if-range': `W/${etag}` })).status).toBe(200);
    expect((await get('/text.txt', { 'if-match': '"other"' })).status).toBe(412);
    expect((await get('/text.txt', { 'if-match': etag })).status).toBe(200);
  });

  it('property: lie within the whole, or are refused', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.option(fc.nat(60)), fc.option(fc.nat(60)), (size, first, last) => {
        const range = parseRange(`bytes=${first ?? ''}-${last ?? ''}`, size);
        if (typeof range !== 'object') return;
        expect(range.start).toBeLessThanOrEqual(range.end);
        expect(range.end).toBeLessThan(size);
        if (first !== null) expect(range.start).toBe(first);
      }),
    );
  });
});

describe('precompressed files', () => {
  it('go to who can read them, under a tag of their own', async () => {
    const packed = await get('/app.js', { 'accept-encoding': 'gzip' });
    const plain = await get('/app.js', { 'accept-encoding': 'identity' });
    expect([await packed.text(), await plain.text()]).toEqual(['packed()', 'plain()']);
    expect([packed.headers.get('content-type'), packed.headers.get('vary')]).toEqual([
      'text/javascript; charset=utf-8',
      'accept-encoding',
    ]);
    expect(packed.headers.get('etag')).not.toBe(plain.headers.get('etag'));
  });
});

describe('stream', () => {
  it('ends its source when the client leaves, and cuts off one that takes nothing', async () => {
    const clock = new VirtualClock();
    const ended: string[] = [];
    const endless = stream('GET /endless', async function* () {
      try {
        for (;;) yield 'x'.repeat(100_000);
      } finally {
        ended.push('ended');
      }
    });
    await using server = await Lung.serve({ port: 0, clock, endpoints: [endless], stallTimeoutMs: 1000 });
    const socket = connect(server.port, '127.0.0.1').on('error', () => {});
    socket.pause();
    socket.write('GET /endless HTTP/1.1\r\nhost: x\r\n\r\n');
    while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
    await clock.advance(1000);
    while (ended.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(server.describe().counters['errors']).toBe(0);
    socket.destroy();
  });

  it('breaks off where its source fails, so that nobody takes it for the whole', async () => {
    const broken = stream('GET /broken', async function* () {
      yield 'half';
      throw new Error('the other half');
    });
    await using server = await Lung.serve({ port: 0, endpoints: [broken], onError: () => {} });
    const answer = await fetch(`${server.url}/broken`);
    await expect(answer.text()).rejects.toThrow();
  });

  it('leaves out the body for HEAD', async () => {
    const server = new Lung({ endpoints: [respond('GET /x', (exchange) => exchange.send(200, 'text/plain', 'x'))] });
    const answer = await server.inject('HEAD /x');
    expect([answer.headers.get('content-length'), await answer.text()]).toEqual(['1', '']);
  });
});
