import { Muscle } from '@organism/muscular';
import { cors, endpoint, Lung, page, versioned, type VersionOptions, type Versions } from '@organism/respiratory';
import { Bone } from '@organism/skeletal';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const Hello = new Bone('hello', z.object({ text: z.string() }));
const say = (name: string, text: string): Muscle<unknown, { text: string }> =>
  new Muscle({ name, output: Hello, run: () => ({ text }) });
const guard = { check: () => undefined };
const versions: Versions = {
  1: [endpoint('GET /hello', say('hello', 'one')), endpoint('GET /old/:id', say('old', 'old'))],
  2: [endpoint('GET /hello', say('hello', 'two')), endpoint('GET /new', say('new', 'new'))],
  3: [endpoint('GET /hello', say('hello', 'three'), { guard })],
};
const make = (options: VersionOptions): ((path: string, headers?: Record<string, string>) => Promise<unknown[]>) => {
  const lung = new Lung({ endpoints: [versioned(options, versions)] });
  return async (path, headers = {}) => {
    const answer = await lung.inject(`GET ${path}`, { headers });
    const body = (await answer.json()) as { text?: string; code?: string };
    return [answer.status, body.text ?? body.code];
  };
};

describe('versions of an API', () => {
  it('by the path', async () => {
    const get = make({ by: 'path' });
    expect(await get('/v1/hello')).toEqual([200, 'one']);
    expect(await get('/v2/hello')).toEqual([200, 'two']);
    expect(await get('/v2/old/7')).toEqual([200, 'old']);
    expect(await get('/v1/new')).toEqual([404, 'RESPIRATORY_NOT_FOUND']);
    expect((await get('/v3/hello'))[0]).toBe(401);
    expect((await get('/hello'))[0]).toBe(404);
    expect(await make({ by: 'path', prefix: '', inherit: false })('/2/old/7')).toEqual([404, 'RESPIRATORY_NOT_FOUND']);
  });

  it('by a header', async () => {
    const get = make({ by: 'header', name: 'API-Version', default: '2' });
    expect(await get('/hello')).toEqual([200, 'two']);
    expect(await get('/hello', { 'api-version': ' 1' })).toEqual([200, 'one']);
    expect(await get('/old/7', { 'api-version': '2' })).toEqual([200, 'old']);
    expect(await get('/new', { 'api-version': '1' })).toEqual([404, 'RESPIRATORY_NOT_FOUND']);
    expect(await get('/hello', { 'api-version': '9' })).toEqual([400, 'RESPIRATORY_BAD_VERSION']);
    expect((await get('/hello', { 'api-version': '3' }))[0]).toBe(401);
    expect(() => versioned({ by: 'header', name: 'v', default: '9' }, versions)).toThrow('default must be');
  });

  it('by the media type', async () => {
    const get = make({ by: 'media-type', vendor: 'shop', default: '1' });
    expect(await get('/hello')).toEqual([200, 'one']);
    expect(await get('/hello', { accept: 'application/vnd.shop.v2+json' })).toEqual([200, 'two']);
    expect(await get('/hello', { accept: 'text/html, application/vnd.Shop.v2+json;q=0.9' })).toEqual([200, 'two']);
    expect(await get('/hello', { accept: 'application/vnd.shop.v9+json' })).toEqual([
      406,
      'RESPIRATORY_NOT_ACCEPTABLE',
    ]);
    expect(await get('/hello', { accept: 'application/json' })).toEqual([200, 'one']);
  });

  it('tells which version answered, what varies, and what is to go', async () => {
    const deprecated = {
      1: { since: new Date(1_700_000_000_500), sunset: new Date(1_800_000_000_000), link: 'https://shop.example/v1' },
    };
    const lung = new Lung({ endpoints: [versioned({ by: 'header', name: 'api-version', deprecated }, versions)] });
    const answer = await lung.inject('GET /hello', { headers: { 'api-version': '1' } });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'api-version': '1',
      deprecation: '@1700000000',
      sunset: 'Fri, 15 Jan 2027 08:00:00 GMT',
      link: '<https://shop.example/v1>; rel="deprecation"',
      vary: 'api-version',
    });
    const byPath = new Lung({ endpoints: [versioned({ by: 'path', deprecated }, versions)] });
    expect((await byPath.inject('GET /v1/hello')).headers.get('deprecation')).toBe('@1700000000');
    expect((await byPath.inject('GET /v2/hello')).headers.get('deprecation')).toBe(null);
  });

  it('stands in the API document', () => {
    const pathsOf = (options: VersionOptions): Record<string, unknown> =>
      (new Lung({ endpoints: [versioned(options, versions)] }).openApi() as { paths: Record<string, unknown> }).paths;
    const byPath = pathsOf({ by: 'path', deprecated: { 1: {} } });
    expect(Object.keys(byPath).sort()).toEqual([
      '/v1/hello',
      '/v1/old/{id}',
      '/v2/hello',
      '/v2/new',
      '/v2/old/{id}',
      '/v3/hello',
      '/v3/new',
      '/v3/old/{id}',
    ]);
    expect(byPath['/v1/hello']).toMatchObject({ get: { operationId: 'hello-v1', deprecated: true } });
    expect(pathsOf({ by: 'header', name: 'api-version' })['/hello']).toMatchObject({
      get: {
        parameters: [{ name: 'api-version', in: 'header', schema: { enum: ['1', '2', '3'], default: '3' } }],
      },
    });
  });

  it('keeps HEAD, 405 and other origins as they are without versions', async () => {
    const open = cors({ origins: ['https://shop.example'] });
    const api = versioned(
      { by: 'header', name: 'v' },
      { 1: [page('GET /p', () => 'p'), endpoint('POST /q', say('q', 'q'), { cors: open })] },
    );
    const lung = new Lung({ endpoints: [api] });
    expect((await lung.inject('HEAD /p')).status).toBe(200);
    expect((await lung.inject('PUT /p')).status).toBe(405);
    const preflight = await lung.inject('OPTIONS /q', {
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'POST' },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://shop.example');
  });
});
