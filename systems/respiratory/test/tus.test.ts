import {
  cors,
  fetchHandler,
  FileUploadStore,
  Lung,
  removeExpired,
  resumable,
  type Upload,
  versioned,
} from '@organism/respiratory';
import { SeededEntropy, VirtualClock } from '@organism/testing';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'organism-tus-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

const tus = { 'tus-resumable': '1.0.0' };
const patchHeaders = (offset: number): Record<string, string> => ({
  ...tus,
  'content-type': 'application/offset+octet-stream',
  'upload-offset': String(offset),
});

const make = (options: Partial<Parameters<typeof resumable>[1]> = {}) => {
  const store = new FileUploadStore(folder);
  const done: Upload[] = [];
  const clock = new VirtualClock();
  const tendon = resumable('/uploads', { store, onComplete: (upload) => void done.push(upload), ...options });
  const lung = new Lung({ port: 0, clock, onError: () => {}, endpoints: [tendon] });
  const create = async (headers: Record<string, string>): Promise<string> => {
    const answer = await lung.inject('POST /uploads', { headers: { ...tus, ...headers } });
    expect(answer.status).toBe(201);
    return answer.headers.get('location') ?? '';
  };
  const offsetOf = async (path: string): Promise<string | null> =>
    (await lung.inject(`HEAD ${path}`, { headers: tus })).headers.get('upload-offset');
  const patch = (path: string, offset: number, body: string, headers: Record<string, string> = {}): Promise<Response> =>
    lung.inject(`PATCH ${path}`, { headers: { ...patchHeaders(offset), ...headers }, body });
  const bytesOf = (path: string): Promise<string> => readFile(store.pathOf(path.slice('/uploads/'.length)), 'utf8');
  return { store, done, clock, lung, create, offsetOf, patch, bytesOf };
};

describe('resumable uploads', () => {
  it('are where they are told to be: below params, a base path and a version, too', async () => {
    const tendon = resumable('/tenants/:tenant/uploads', { store: new FileUploadStore(folder) });
    const handle = fetchHandler({ basePath: '/api/', endpoints: [versioned({ by: 'path' }, { 1: [tendon] })] });
    const url = 'http://x/api/v1/tenants/ada/uploads';
    const made = await handle(new Request(url, { method: 'POST', headers: { ...tus, 'upload-length': '5' } }));
    const location = made.headers.get('location') ?? '';
    expect(location).toMatch(/^\/api\/v1\/tenants\/ada\/uploads\/[\w-]+$/);
    const head = await handle(new Request(`http://x${location}`, { method: 'HEAD', headers: tus }));
    expect([head.status, head.headers.get('upload-length')]).toEqual([200, '5']);
  });

  it('can be made by pages of another origin', async () => {
    const origins = cors({ origins: ['https://shop.example'] });
    const lung = new Lung({ cors: origins, endpoints: [resumable('/up', { store: new FileUploadStore(folder) })] });
    const asked = await lung.inject('OPTIONS /up/1', {
      headers: {
        origin: 'https://shop.example',
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'tus-resumable,upload-offset',
      },
    });
    expect(Object.fromEntries(asked.headers)).toMatchObject({
      'access-control-allow-methods': 'PATCH',
      'access-control-allow-headers': 'tus-resumable, upload-offset',
    });
  });

  it('go on where they broke off: after a kill at 70 % only the rest is sent', async () => {
    const whole = Buffer.alloc(1_000_000);
    const entropy = new SeededEntropy(7);
    for (let index = 0; index < whole.length; index += 1) whole[index] = Math.floor(entropy.random() * 256);
    const first = make();
    await first.lung.start();
    const path = await first.create({ 'upload-length': String(whole.length) });
    const sent = 700_000;
    const request = httpRequest(first.lung.url + path, {
      method: 'PATCH',
      headers: { ...patchHeaders(0), 'content-length': whole.length },
    }).on('error', () => {});
    request.write(whole.subarray(0, sent));
    const file = first.store.pathOf(path.slice('/uploads/'.length));
    while ((await stat(file)).size < sent) await new Promise((resolve) => setImmediate(resolve));
    request.destroy();
    await first.lung.stop();

    // Another process, as far as it can tell: nothing but the folder is left of the first.
    const second = make();
    await using lung = await second.lung.start();
    const offset = Number(
      (await fetch(lung.url + path, { method: 'HEAD', headers: tus })).headers.get('upload-offset'),
    );
    expect(offset).toBe(sent);
    const answer = await fetch(lung.url + path, {
      method: 'PATCH',
      headers: patchHeaders(offset),
      body: new Uint8Array(whole.subarray(offset)),
    });
    expect([answer.status, answer.headers.get('upload-offset')]).toEqual([204, String(whole.length)]);
    expect([first.done.length, second.done.length]).toEqual([0, 1]);
    expect(whole.equals(await readFile(file))).toBe(true);
  });

  it('come in parts, and tell what is known of them', async () => {
    const { lung, create, patch, offsetOf, bytesOf, done } = make();
    const path = await create({ 'upload-length': '10', 'upload-metadata': 'name w6QudHh0,secret' });
    expect((await patch(path, 0, 'hello')).headers.get('upload-offset')).toBe('5');
    const head = await lung.inject(`HEAD ${path}`, { headers: tus });
    expect(Object.fromEntries(head.headers)).toMatchObject({
      'cache-control': 'no-store',
      'tus-resumable': '1.0.0',
      'upload-length': '10',
      'upload-offset': '5',
      'upload-metadata': 'name w6QudHh0,secret',
    });
    expect((await patch(path, 5, 'world')).status).toBe(204);
    expect([await bytesOf(path), await offsetOf(path)]).toEqual(['helloworld', '10']);
    expect(done.map(({ metadata }) => metadata)).toEqual([{ name: 'ä.txt', secret: '' }]);
  });

  it('may begin with bytes, and without a length', async () => {
    const { lung, create, patch, done } = make();
    const answer = await lung.inject('POST /uploads', {
      headers: { ...tus, 'upload-length': '3', 'content-type': 'application/offset+octet-stream' },
      body: 'abc',
    });
    expect([answer.status, answer.headers.get('upload-offset'), done.length]).toEqual([201, '3', 1]);
    const path = await create({ 'upload-defer-length': '1' });
    expect((await lung.inject(`HEAD ${path}`, { headers: tus })).headers.get('upload-defer-length')).toBe('1');
    expect((await patch(path, 0, 'ab')).status).toBe(204);
    expect((await patch(path, 2, 'c', { 'upload-length': '3' })).status).toBe(204);
    expect(done.length).toBe(2);
  });

  it('keep a part with a checksum only if it fits', async () => {
    const { create, patch, offsetOf } = make();
    const path = await create({ 'upload-length': '10' });
    const sum = createHash('sha1').update('hello').digest('base64');
    expect((await patch(path, 0, 'jello', { 'upload-checksum': `sha1 ${sum}` })).status).toBe(460);
    expect(await offsetOf(path)).toBe('0');
    expect((await patch(path, 0, 'hello', { 'upload-checksum': `sha1 ${sum}` })).status).toBe(204);
    expect((await patch(path, 5, 'x', { 'upload-checksum': 'crc32 AAAA' })).status).toBe(400);
    expect(await offsetOf(path)).toBe('5');
  });

  it('end when the client says so, or when they expire', async () => {
    const { lung, create, clock, store } = make({ expireMs: 1000 });
    const [a, b, c] = [
      await create({ 'upload-length': '10' }),
      await create({ 'upload-length': '10' }),
      await create({ 'upload-length': '10' }),
    ];
    expect((await lung.inject(`DELETE ${a}`, { headers: tus })).status).toBe(204);
    expect((await lung.inject(`HEAD ${a}`, { headers: tus })).status).toBe(404);
    await clock.advance(1001);
    expect((await lung.inject(`HEAD ${b}`, { headers: tus })).status).toBe(410);
    expect(await removeExpired(store, clock.now())).toBeGreaterThanOrEqual(1);
    expect(await store.find(c.slice('/uploads/'.length))).toBe(undefined);
  });

  it.each([
    ['another version', { 'tus-resumable': '0.2.2', 'upload-length': '1' }, 412],
    ['no length', tus, 400],
    ['a negative length', { ...tus, 'upload-length': '-1' }, 400],
    ['a length that is too large', { ...tus, 'upload-length': '2000' }, 413],
    ['malformed metadata', { ...tus, 'upload-length': '1', 'upload-metadata': 'name %%%' }, 400],
    ['metadata with a key twice', { ...tus, 'upload-length': '1', 'upload-metadata': 'a YQ==,a YQ==' }, 400],
  ])('refuse %s', async (_name, headers, status) => {
    const { lung } = make({ maxBytes: 1000 });
    const answer = await lung.inject('POST /uploads', { headers });
    expect([answer.status, answer.headers.get('tus-resumable')]).toEqual([status, '1.0.0']);
  });

  it('refuse parts that do not fit', async () => {
    const { lung, create, patch, offsetOf } = make();
    const path = await create({ 'upload-length': '4' });
    expect((await patch(path, 2, 'cd')).status).toBe(409);
    expect((await patch(path, 0, 'abcdef')).status).toBe(413);
    expect((await patch(path, 0, 'ab', { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await patch('/uploads/../../etc', 0, 'ab')).status).toBe(404);
    expect((await patch('/uploads/..%2f..%2fetc', 0, 'ab')).status).toBe(404);
    expect(await offsetOf(path)).toBe('0');
    const override = { ...patchHeaders(0), 'x-http-method-override': 'PATCH' };
    expect((await lung.inject(`POST ${path}`, { headers: override, body: 'abcd' })).status).toBe(204);
  });

  it('offer what they can', async () => {
    const { lung } = make({ maxBytes: 1000 });
    const { headers } = await lung.inject('OPTIONS /uploads');
    expect([headers.get('tus-version'), headers.get('tus-max-size')]).toEqual(['1.0.0', '1000']);
    expect(headers.get('tus-extension')).toContain('checksum');
  });

  it('let a newer request take over from one whose connection hangs', async () => {
    const { lung, create, store, patch } = make();
    await using server = await lung.start();
    const path = await create({ 'upload-length': '8' });
    const hanging = httpRequest(server.url + path, {
      method: 'PATCH',
      headers: { ...patchHeaders(0), 'content-length': '8' },
    }).on('error', () => {});
    hanging.write('abcd');
    while ((await stat(store.pathOf(path.slice('/uploads/'.length)))).size < 4)
      await new Promise((resolve) => setImmediate(resolve));
    const head = await fetch(server.url + path, { method: 'HEAD', headers: tus });
    expect(head.headers.get('upload-offset')).toBe('4');
    expect((await patch(path, 4, 'efgh')).status).toBe(204);
    hanging.destroy();
  });
});
