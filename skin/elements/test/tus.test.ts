import { FileUploadStore, type HttpTendon, Lung, resumable } from '@organism/respiratory';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TusOptions, tusUploader, UploadError } from '../src/file-upload/tus.ts';
import type { UploadTask } from '../src/file-upload/queue.ts';

let folder = '';
let lung: Lung;
const bytes = Uint8Array.from({ length: 10_000 }, (_, at) => (at * 31) % 256);
const file = new File([bytes], 'Schwärme.bin', { type: 'application/x-test', lastModified: 1 });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'organism-skin-tus-'));
  const tendon: HttpTendon = resumable('/uploads', { store: new FileUploadStore(folder), maxBytes: 50_000 });
  lung = new Lung({ port: 0, endpoints: [tendon], onError: () => {} });
  await lung.start();
});
afterEach(async () => {
  await lung.stop();
  await rm(folder, { recursive: true });
});

interface Request {
  readonly method: string;
  readonly bytes: number;
  readonly headers: Headers;
}

/** The real thing over a real server; `intervene` may answer, or break off, before a request is sent. */
const setUp = (
  options: Partial<TusOptions> = {},
  intervene: (request: Request) => Response | undefined = () => undefined,
) => {
  const requests: Request[] = [];
  const uploader = tusUploader({
    endpoint: `${lung.url}/uploads`,
    chunkBytes: 4000,
    retryDelaysMs: [1, 1],
    fetch: async (url, init) => {
      const request: Request = {
        method: String(init?.method),
        bytes: init?.body instanceof Blob ? init.body.size : 0,
        headers: new Headers(init?.headers),
      };
      requests.push(request);
      return intervene(request) ?? fetch(url, init);
    },
    ...options,
  });
  const progress: number[] = [];
  const abort = new AbortController();
  const task: UploadTask & { saved: string | undefined } = {
    file,
    signal: abort.signal,
    saved: undefined,
    progress: (sent) => progress.push(sent),
    save: (state) => (task.saved = state),
  };
  return { uploader, requests, progress, abort, task };
};
const stored = (url: string): Promise<Buffer> =>
  readFile(join(folder, `${url.split('/').at(-1)}`)).catch(() =>
    readFile(join(folder, `${url.split('/').at(-1)}.bin`)),
  );
const methods = (requests: readonly Request[]): string[] => requests.map(({ method }) => method);
const storage = (): Storage & { readonly kept: Map<string, string> } => {
  const kept = new Map<string, string>();
  return {
    kept,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as unknown as Storage & { readonly kept: Map<string, string> };
};

describe('tusUploader, against a server of the respiratory system', () => {
  it('sends a file in parts, with its name and progress, and gives its address', async () => {
    const { uploader, requests, progress, task } = setUp({ headers: { authorization: 'Bearer x' } });
    const url = await uploader.upload(task);
    expect(new URL(url).pathname).toMatch(/^\/uploads\/[\w-]+$/);
    expect(requests.map((one) => [one.method, one.bytes])).toEqual([
      ['POST', 0],
      ['PATCH', 4000],
      ['PATCH', 4000],
      ['PATCH', 2000],
    ]);
    expect(progress).toEqual([0, 4000, 8000, 10_000]);
    expect(requests.every(({ headers }) => headers.get('authorization') === 'Bearer x')).toBe(true);
    expect(Buffer.compare(await stored(url), bytes)).toBe(0);
    const answer = await fetch(url, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } });
    const [name = ''] = (answer.headers.get('upload-metadata') ?? '').split(',');
    expect(Buffer.from(name.split(' ')[1] ?? '', 'base64').toString()).toBe('Schwärme.bin');
  });

  it('goes on by itself after a break, from what the server has', async () => {
    let breaks = 2;
    const { uploader, requests, task } = setUp({}, ({ headers }) => {
      if (headers.get('upload-offset') === '4000' && breaks-- > 0) throw new TypeError('fetch failed');
      return undefined;
    });
    const url = await uploader.upload(task);
    expect(methods(requests)).toEqual(['POST', 'PATCH', 'PATCH', 'HEAD', 'PATCH', 'HEAD', 'PATCH', 'PATCH']);
    expect(Buffer.compare(await stored(url), bytes)).toBe(0);
  });

  it('goes on after a pause, and sends only the rest', async () => {
    const first = setUp({}, ({ headers }) => {
      if (headers.get('upload-offset') === '8000') first.abort.abort();
      return undefined;
    });
    await expect(first.uploader.upload(first.task)).rejects.toThrow(/abort/i);
    const { uploader, requests, task } = setUp();
    task.saved = first.task.saved;
    const url = await uploader.upload(task);
    expect(requests.map((one) => [one.method, one.bytes])).toEqual([
      ['HEAD', 0],
      ['PATCH', 2000],
    ]);
    expect(Buffer.compare(await stored(url), bytes)).toBe(0);
  });

  it('goes on after the page was reloaded, and forgets what is done', async () => {
    const kept = storage();
    const first = setUp({ storage: kept, retryDelaysMs: [] }, ({ headers }) => {
      if (headers.get('upload-offset') === '4000') throw new TypeError('fetch failed');
      return undefined;
    });
    await expect(first.uploader.upload(first.task)).rejects.toThrow('fetch failed');
    expect(kept.kept.size).toBe(1);
    const { uploader, requests, task } = setUp({ storage: kept });
    await uploader.upload(task);
    expect([methods(requests), kept.kept.size]).toEqual([['HEAD', 'PATCH', 'PATCH'], 0]);
  });

  it('begins anew where the server has forgotten the upload', async () => {
    const { uploader, requests, task } = setUp();
    task.saved = `${lung.url}/uploads/00000000-0000-4000-8000-000000000000`;
    await uploader.upload(task);
    expect(methods(requests).slice(0, 2)).toEqual(['HEAD', 'POST']);
  });

  it('tells at once what the server refuses for good', async () => {
    const { uploader, requests, task } = setUp();
    const large = { ...task, file: new File([new Uint8Array(50_001)], 'x') };
    await expect(uploader.upload(large)).rejects.toMatchObject({
      code: 'SKIN_UPLOAD_FAILED',
      status: 413,
      publicMessage: 'The body must not be larger than 50000 bytes.',
    });
    expect(methods(requests)).toEqual(['POST']);
  });

  it.each([
    ['application/problem+json', '{"title":"Full","detail":"Your quota is used up."}', 'Your quota is used up.'],
    ['application/problem+json; charset=utf-8', '{"title":"Full","detail":7}', 'Full'],
    ['application/problem+json', '{"detail"', undefined],
    ['application/problem+json', 'null', undefined],
    ['text/html', '<h1>Full</h1>', undefined],
  ])('reads what the server says of it: %s %s', async (type, body, publicMessage) => {
    const answer = (): Response => new Response(body, { status: 507, headers: { 'content-type': type } });
    const { uploader, task } = setUp({ retryDelaysMs: [] }, answer);
    await expect(uploader.upload(task)).rejects.toMatchObject({ status: 507, publicMessage });
  });

  it('gives up when the tries are used up', async () => {
    const { uploader, requests, task } = setUp({}, () => new Response(null, { status: 503 }));
    await expect(uploader.upload(task)).rejects.toBeInstanceOf(UploadError);
    expect(methods(requests)).toEqual(['POST', 'POST', 'POST']);
  });

  it('takes no address of another origin, to which it would send its headers', async () => {
    const { uploader, requests, task } = setUp(
      { headers: { authorization: 'Bearer x' }, retryDelaysMs: [] },
      () => new Response(null, { status: 201, headers: { location: 'https://evil.example/u/1' } }),
    );
    await expect(uploader.upload(task)).rejects.toThrow('another origin');
    expect(requests).toHaveLength(1);
  });

  it('takes none from where it remembers uploads, either, and does without a memory that fails', async () => {
    const kept = storage();
    kept.getItem = () => 'https://evil.example/u/1';
    const first = setUp({ storage: kept });
    await first.uploader.upload(first.task);
    expect(methods(first.requests)).toEqual(['POST', 'PATCH', 'PATCH', 'PATCH']);
    const fail = (): never => {
      throw new DOMException('Full.', 'QuotaExceededError');
    };
    const { uploader, task } = setUp({ storage: { getItem: fail, setItem: fail, removeItem: fail } });
    expect(await uploader.upload(task)).toContain('/uploads/');
  });

  it.each([['4000x'], ['-1'], ['0'], ['10001'], [''], ['Infinity']])(
    'takes no offset that can’t be: %s',
    async (offset) => {
      const { uploader, task, requests } = setUp({ retryDelaysMs: [] }, ({ method }) =>
        method === 'PATCH' ? new Response(null, { status: 204, headers: { 'upload-offset': offset } }) : undefined,
      );
      await expect(uploader.upload(task)).rejects.toThrow('could not be sent');
      expect(methods(requests)).toEqual(['POST', 'PATCH']);
    },
  );

  it('waits no longer once it is aborted', async () => {
    const { uploader, abort, task, requests } = setUp({ retryDelaysMs: [60_000] }, () => {
      setTimeout(() => abort.abort(), 5);
      throw new TypeError('fetch failed');
    });
    await expect(uploader.upload(task)).rejects.toThrow(/abort/i);
    expect(requests).toHaveLength(1);
  });

  it('takes away what has arrived', async () => {
    const { uploader, task } = setUp();
    const url = await uploader.upload(task);
    await uploader.discard?.(url);
    expect((await fetch(url, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } })).status).toBe(404);
  });
});
