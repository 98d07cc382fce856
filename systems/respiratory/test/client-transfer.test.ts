import {
  BadResponseError,
  ConnectionLostError,
  Download,
  download,
  type DownloadOptions,
  FetchTransport,
  LungClient,
  type LungClientOptions,
  pages,
  parseLinks,
} from '@organism/respiratory/client';
import { VirtualClock } from '@organism/testing';
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type Fault, FaultyServer } from './client-proxy.ts';

const file = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 251));
const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A file server: strong tag, ranges, If-Range. */
class Files {
  etag: string | undefined = '"v1"';
  ranges: (string | undefined)[] = [];
  lie: string | undefined;
  readonly listener = (request: IncomingMessage, response: ServerResponse): void => {
    const { range } = request.headers;
    this.ranges.push(range);
    const first = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    const valid = range !== undefined && request.headers['if-range'] === this.etag;
    const base = { ...(this.etag !== undefined && { etag: this.etag }), 'accept-ranges': 'bytes' };
    if (valid && first >= file.length)
      response.writeHead(416, { ...base, 'content-range': `bytes */${file.length}` }).end();
    else if (valid) {
      const part = file.subarray(first);
      const contentRange = this.lie ?? `bytes ${first}-${file.length - 1}/${file.length}`;
      response.writeHead(206, { ...base, 'content-range': contentRange, 'content-length': part.length }).end(part);
    } else response.writeHead(200, { ...base, 'content-length': file.length }).end(file);
  };
}

const setUp = async (
  faults: readonly Fault[],
  options: Partial<LungClientOptions> = {},
): Promise<{ files: Files; client: LungClient } & AsyncDisposable> => {
  const files = new Files();
  const server = await FaultyServer.start(files.listener);
  server.faults.push(...faults);
  const client = new LungClient({ baseUrl: server.url, ...options });
  return {
    files,
    client,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await server[Symbol.asyncDispose]();
    },
  };
};

const read = async (source: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(piece);
  return Buffer.concat(pieces);
};

describe('a download', () => {
  it('goes on where it broke off, as often as it must', async () => {
    await using one = await setUp([{ resetAfter: 100_000 }, { endAfter: 50_000 }, {}]);
    const seen: number[] = [];
    const source = await download(one.client, '/file', { onProgress: ({ bytes }) => seen.push(bytes) });
    expect(hash(await read(source))).toBe(hash(file));
    expect([source.bytes, source.total, source.offset]).toEqual([file.length, file.length, 0]);
    expect(one.files.ranges.length).toBe(3);
    expect(seen.at(-1)).toBe(file.length);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  });

  it('asks only for the rest in a later life', async () => {
    await using one = await setUp([{}, {}]);
    const source = await download(one.client, '/file', { from: { bytes: 210_000, validator: '"v1"' } });
    expect(source.offset).toBe(210_000);
    expect(hash(await read(source))).toBe(hash(file.subarray(210_000)));
    expect(one.files.ranges).toEqual(['bytes=210000-']);
  });

  it('begins anew in a later life when the file is another', async () => {
    await using one = await setUp([]);
    const source = await download(one.client, '/file', { from: { bytes: 210_000, validator: '"v0"' } });
    expect(source.offset).toBe(0);
    expect(hash(await read(source))).toBe(hash(file));
  });

  it('takes no part of another file from a server that does not look at if-range', async () => {
    const headers = { etag: '"v2"', 'content-range': 'bytes 2-3/4' };
    const fetch = async (): Promise<Response> => new Response('cd', { status: 206, headers });
    const client = new LungClient({ baseUrl: 'http://test', transport: new FetchTransport({ fetch }) });
    const from = { bytes: 2, validator: '"v1"' };
    await expect(download(client, '/file', { from })).rejects.toThrow('the file changed since');
    const same = await download(client, '/file', { from: { bytes: 2, validator: '"v2"' } });
    expect((await read(same)).toString()).toBe('cd');
  });

  it('sees that there is nothing left to ask for', async () => {
    await using one = await setUp([]);
    const source = await download(one.client, '/file', { from: { bytes: file.length, validator: '"v1"' } });
    expect([source.offset, source.total, (await read(source)).length]).toEqual([file.length, file.length, 0]);
    expect(source).toBeInstanceOf(Download);
  });

  it('fails when the file changes on the way', async () => {
    await using one = await setUp([{ resetAfter: 100_000 }, {}]);
    const source = await download(one.client, '/file');
    one.files.etag = '"v2"';
    await expect(read(source)).rejects.toMatchObject({ reason: 'range' });
  });

  it('fails when the server gives another part', async () => {
    await using one = await setUp([{ resetAfter: 100_000 }, {}]);
    const source = await download(one.client, '/file');
    one.files.lie = `bytes 5-${file.length - 1}/${file.length}`;
    await expect(read(source)).rejects.toBeInstanceOf(BadResponseError);
  });

  it('fails when nothing proves that the rest belongs to the same file', async () => {
    await using one = await setUp([{ resetAfter: 100_000 }, {}]);
    one.files.etag = undefined;
    await expect(download(one.client, '/file').then(read)).rejects.toBeInstanceOf(ConnectionLostError);
    one.files.etag = 'W/"v1"';
    expect((await download(one.client, '/file')).validator).toBeUndefined();
  });

  it('takes it up again when nothing comes any more', async () => {
    const clock = new VirtualClock();
    let asked = 0;
    const fetch = async (): Promise<Response> => {
      asked += 1;
      const headers = { etag: '"v1"', ...(asked > 1 && { 'content-range': 'bytes 2-3/4' }), 'content-length': '4' };
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => {
          controller.enqueue(Uint8Array.of(1, 2));
          if (asked > 1) controller.close();
        },
      });
      return new Response(body, { status: asked > 1 ? 206 : 200, headers });
    };
    const client = new LungClient({ baseUrl: 'http://test', clock, transport: new FetchTransport({ fetch }) });
    const work = download(client, '/file', { stallTimeoutMs: 5000 }).then(read);
    expect([...(await clock.runUntil(work))]).toEqual([1, 2, 1, 2]);
    expect(asked).toBe(2);
  });

  it.each<[string, DownloadOptions]>([
    ['from.bytes', { from: { bytes: -1, validator: '"a"' } }],
    ['resumes', { resumes: 0.5 }],
    ['stallTimeoutMs', { stallTimeoutMs: 0 }],
  ])('refuses a bad %s', async (field, options) => {
    const client = new LungClient({ baseUrl: 'http://test' });
    await expect(download(client, '/', options)).rejects.toMatchObject({ code: 'CELL_BAD_OPTION', details: { field } });
  });
});

describe('an upload', () => {
  it('tells how far it has come, and sends what was given', async () => {
    let received = '';
    await using server = await FaultyServer.start((request, response) => {
      const sum = createHash('sha256');
      request.on('data', (piece: Buffer) => sum.update(piece));
      request.on('end', () => {
        received = sum.digest('hex');
        response
          .writeHead(204, { 'x-length': request.headers['content-length'] ?? request.headers['transfer-encoding'] })
          .end();
      });
    });
    await using client = new LungClient({ baseUrl: server.url });
    const bodies = [
      file,
      new Blob([file]),
      () => new Blob([file]).stream() as unknown as AsyncIterable<Uint8Array>,
      (async function* () {
        for (let at = 0; at < file.length; at += 7777) yield file.subarray(at, at + 7777);
      })(),
    ];
    const lengths: (string | undefined)[] = [];
    for (const body of bodies) {
      const seen: number[] = [];
      const { headers } = await client.send('PUT', '/file', { body, onUpload: ({ bytes }) => seen.push(bytes) });
      lengths.push(headers.get('x-length'));
      expect(received).toBe(hash(file));
      expect(seen.at(-1)).toBe(file.length);
      expect(seen.length).toBeGreaterThan(2);
    }
    expect(lengths).toEqual(['300000', '300000', 'chunked', 'chunked']);
  });

  it('sends forms as forms', async () => {
    const types: (string | undefined)[] = [];
    const bodies: string[] = [];
    await using server = await FaultyServer.start((request, response) => {
      types.push(request.headers['content-type']?.split(';')[0]);
      let text = '';
      request.on('data', (piece: Buffer) => (text += piece.toString()));
      request.on('end', () => {
        bodies.push(text);
        response.writeHead(204).end();
      });
    });
    await using client = new LungClient({ baseUrl: server.url });
    const form = new FormData();
    form.set('name', 'Ada');
    await client.post('/', { body: form });
    await client.post('/', { body: new URLSearchParams({ name: 'Ada & co' }) });
    await client.post('/', { body: 'plain' });
    expect(types).toEqual(['multipart/form-data', 'application/x-www-form-urlencoded', 'text/plain']);
    expect(bodies[0]).toContain('name="name"');
    expect(bodies.slice(1)).toEqual(['name=Ada+%26+co', 'plain']);
  });

  it('fails when it is not as long as it said, and repeats no stream', async () => {
    await using server = await FaultyServer.start((request, response) =>
      request.resume().on('end', () => response.end()),
    );
    await using client = new LungClient({ baseUrl: server.url });
    const body = (async function* () {
      yield Buffer.from('abc');
    })();
    await expect(client.put('/', { body, contentLength: 5 })).rejects.toMatchObject({
      details: { field: 'contentLength' },
    });
    expect(server.connections).toBe(1);
  });

  it('takes an answer that comes before all is sent', async () => {
    await using server = await FaultyServer.start((_request, response) => response.writeHead(413).end());
    await using client = new LungClient({ baseUrl: server.url, retry: false });
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) yield file;
    };
    await expect(client.put('/', { body: endless })).rejects.toMatchObject({ status: 413 });
  });
});

describe('pages', () => {
  const clientOf = (links: Readonly<Record<string, string>>): LungClient =>
    new LungClient({
      baseUrl: 'http://test/api',
      transport: new FetchTransport({
        fetch: async ({ url }) => {
          const path = url.replace('http://test', '');
          return Response.json(path, { headers: links[path] === undefined ? {} : { link: links[path] } });
        },
      }),
    });
  const all = async (client: LungClient, options = {}): Promise<unknown[]> => {
    const found: unknown[] = [];
    for await (const { data } of pages(client, '/list', { query: { size: 2 }, ...options })) found.push(data);
    return found;
  };

  it('follow the next link to the last page', async () => {
    const client = clientOf({
      '/api/list?size=2': '<?size=2&page=2>; rel="next", <?size=2&page=9>; rel="last"',
      '/api/list?size=2&page=2': '</api/list?page=3>; title="a, <b>"; rel="prev next"',
    });
    expect(await all(client)).toEqual(['/api/list?size=2', '/api/list?size=2&page=2', '/api/list?page=3']);
  });

  it('never leave the origin, go round in circles or go on for ever', async () => {
    await expect(all(clientOf({ '/api/list?size=2': '<http://evil/>; rel=next' }))).rejects.toThrow(
      'of another origin',
    );
    await expect(all(clientOf({ '/api/list?size=2': '<?size=2>; rel=next' }))).rejects.toThrow('was there before');
    const client = clientOf({ '/api/list?size=2': '<?page=2>; rel=next', '/api/list?page=2': '<?page=3>; rel=next' });
    await expect(all(client, { maxPages: 2 })).rejects.toThrow('more than 2 pages');
    await expect(all(client, { maxPages: 0 })).rejects.toMatchObject({ details: { field: 'maxPages' } });
  });

  it('read links that are malformed as none', () => {
    expect(parseLinks('next; rel=next, <http://[>; rel=next, <a>', 'http://test/')).toEqual([]);
    expect(parseLinks(`<${'a'.repeat(20_000)}>; rel=next`, 'http://test/')).toEqual([]);
    expect(parseLinks('<a>; REL = "Next  first"', 'http://test/x/')).toEqual([
      { url: 'http://test/x/a', rels: ['next', 'first'] },
    ]);
  });
});
