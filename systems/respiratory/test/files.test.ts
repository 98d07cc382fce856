import { files, Lung, parseRange, respond, stream } from '@organism/respiratory';
import { VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
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

describe('a folder that changes', () => {
  const inPlace = async (
    work: (root: string, read: () => Promise<[number, string]>) => Promise<void>,
  ): Promise<void> => {
    const root = await mkdtemp(join(tmpdir(), 'organism-changing-'));
    await mkdir(join(root, 'public'));
    await writeFile(join(root, 'public/a.txt'), 'first');
    await writeFile(join(root, 'secret.txt'), 'secret');
    const server = new Lung({ endpoints: [files('/', join(root, 'public'))] });
    const read = async (): Promise<[number, string]> => {
      const answer = await server.inject('GET /a.txt');
      return [answer.status, answer.ok ? await answer.text() : ''];
    };
    try {
      expect(await read()).toEqual([200, 'first']);
      await work(root, read);
    } finally {
      await rm(root, { recursive: true });
    }
  };

  it('serves what a file is now', () =>
    inPlace(async (root, read) => {
      await writeFile(join(root, 'public/a.txt'), 'other');
      expect(await read()).toEqual([200, 'other']);
      await writeFile(join(root, 'public/new.txt'), 'renamed into place');
      await rename(join(root, 'public/new.txt'), join(root, 'public/a.txt'));
      expect(await read()).toEqual([200, 'renamed into place']);
      await rm(join(root, 'public/a.txt'));
      expect(await read()).toEqual([404, '']);
    }));

  it('never serves what lies outside, also where a file was served before', () =>
    inPlace(async (root, read) => {
      await rm(join(root, 'public/a.txt'));
      await symlink(join(root, 'secret.txt'), join(root, 'public/a.txt'));
      expect(await read()).toEqual([404, '']);
      await rm(join(root, 'public/a.txt'));
      await writeFile(join(root, 'public/a.txt'), 'back');
      expect(await read()).toEqual([200, 'back']);
    }));

  it('follows the folder where that is a link to another release', () =>
    inPlace(async (root) => {
      await mkdir(join(root, 'next'));
      await writeFile(join(root, 'next/a.txt'), 'next');
      await symlink(join(root, 'public'), join(root, 'current'));
      const server = new Lung({ endpoints: [files('/', join(root, 'current'))] });
      expect(await (await server.inject('GET /a.txt')).text()).toBe('first');
      await symlink(join(root, 'next'), join(root, 'other'));
      await rename(join(root, 'other'), join(root, 'current'));
      expect(await (await server.inject('GET /a.txt')).text()).toBe('next');
    }));

  it('takes a pipe, which nobody may ever write to, for no file', () =>
    inPlace(async (root, read) => {
      await rm(join(root, 'public/a.txt'));
      execFileSync('mkfifo', [join(root, 'public/a.txt')]);
      expect(await read()).toEqual([404, '']);
    }));

  it('sends each file whole, whatever its size, also while others are read', () =>
    inPlace(async (root) => {
      const server = new Lung({ endpoints: [files('/', join(root, 'public'))] });
      const sizes = [0, 1, 4095, 65_535, 65_536, 65_537, 300_000];
      await Promise.all(sizes.map((size) => writeFile(join(root, `public/${size}.bin`), Buffer.alloc(size, 7))));
      const asked = Array.from({ length: 5 }, () => sizes).flat();
      const lengths = asked.map(async (size) => {
        const bytes = new Uint8Array(await (await server.inject(`GET /${size}.bin`)).arrayBuffer());
        return [bytes.length, bytes.every((byte) => byte === 7)];
      });
      expect(await Promise.all(lengths)).toEqual(asked.map((size) => [size, true]));
      await appendFile(join(root, 'public/1.bin'), 'x');
      expect((await server.inject('GET /1.bin')).headers.get('content-length')).toBe('2');
    }));
});

describe('stream', () => {
  it('sends the head before the first piece, where that takes its time', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const late = stream('GET /late', async function* () {
      await promise;
      yield 'late';
    });
    await using server = await Lung.serve({ port: 0, endpoints: [late] });
    const answer = await fetch(`${server.url}/late`);
    resolve();
    expect(await answer.text()).toBe('late');
  });

  it('sends all pieces in order, whatever their sizes and whether they wait', async () => {
    const pieces = Array.from({ length: 60 }, (_, index) => String.fromCodePoint(97 + (index % 26)).repeat(index ** 3));
    const many = stream('GET /many', async function* () {
      for (const [index, piece] of pieces.entries()) {
        if (index % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
        yield index % 2 === 0 ? piece : Buffer.from(piece);
      }
    });
    await using server = await Lung.serve({ port: 0, endpoints: [many] });
    const texts = await Promise.all([1, 2, 3].map(async () => (await fetch(`${server.url}/many`)).text()));
    expect(texts.every((got) => got === pieces.join(''))).toBe(true);
  });

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

  it('answers HEAD as a whole, whatever part it names', async () => {
    const answer = await lung.inject('HEAD /text.txt', { headers: { range: 'bytes=1-2' } });
    expect([answer.status, answer.headers.get('content-length')]).toEqual([200, String(text.length)]);
  });

  it('breaks off a response of another length than it told, which would be taken for the next one, or waited for', async () => {
    const told = { headers: { 'content-length': 3 } };
    const tell = (given: string) =>
      stream(
        `GET /${given}`,
        async function* () {
          yield given;
        },
        told,
      );
    const endpoints = [tell('ab'), tell('abc'), tell('abcd')];
    await using server = await Lung.serve({ port: 0, onError: () => {}, endpoints });
    expect(await (await fetch(`${server.url}/abc`)).text()).toBe('abc');
    for (const wrong of ['ab', 'abcd'])
      await expect(fetch(`${server.url}/${wrong}`).then((answer) => answer.text())).rejects.toThrow();
  });

  it('leaves out the body for HEAD', async () => {
    const server = new Lung({ endpoints: [respond('GET /x', (exchange) => exchange.send(200, 'text/plain', 'x'))] });
    const answer = await server.inject('HEAD /x');
    expect([answer.headers.get('content-length'), await answer.text()]).toEqual(['1', '']);
  });
});
