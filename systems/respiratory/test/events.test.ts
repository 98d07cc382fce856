import { OrganismError } from '@organism/cell';
import { EventBus, typed } from '@organism/nervous';
import { type EventClient, events, files, formatEvent, Lung, Router, type ServerEvent } from '@organism/respiratory';
import { listenEvents, LungClient } from '@organism/respiratory/client';
import fc from 'fast-check';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const Tick = typed<number>('tick');

describe('events', () => {
  it('streams a topic to clients, with ids and names', async () => {
    const bus = new EventBus();
    const tendon = events('GET /ticks', ({ signal, lastEventId }) => {
      const stream = bus.stream(Tick, { signal });
      return (async function* () {
        yield { data: lastEventId ?? 'new', event: 'hello' };
        for await (const tick of stream) yield { data: tick, id: String(tick) };
      })();
    });
    await using lung = await Lung.serve({ port: 0, endpoints: [tendon] });
    const leave = new AbortController();
    const response = await fetch(`${lung.url}/ticks`, { signal: leave.signal, headers: { 'last-event-id': '41' } });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const until = async (end: string): Promise<void> => {
      while (!text.includes(end)) text += (await reader?.read())?.value ?? '';
    };
    await until('hello');
    bus.emit(Tick, 42);
    await until('42\n\n');
    expect(text).toBe('retry: 2000\n\nevent: hello\ndata: "41"\n\nid: 42\ndata: 42\n\n');
    leave.abort();
  });

  it('ends the very sequence that it read, where its source gives another each time', async () => {
    const ended = Promise.withResolvers<number>();
    let made = 0;
    const source = {
      [Symbol.asyncIterator]: () => {
        const own = (made += 1);
        let waiting: ((result: IteratorResult<ServerEvent>) => void) | undefined;
        return {
          next: () => new Promise<IteratorResult<ServerEvent>>((resolve) => (waiting = resolve)),
          return: () => {
            const over: IteratorResult<ServerEvent> = { done: true, value: undefined };
            waiting?.(over);
            ended.resolve(own);
            return Promise.resolve(over);
          },
        };
      },
    };
    await using lung = await Lung.serve({ port: 0, endpoints: [events('GET /ticks', () => source)] });
    const leave = new AbortController();
    await fetch(`${lung.url}/ticks`, { signal: leave.signal });
    leave.abort();
    expect([await ended.promise, made]).toEqual([1, 1]);
  });

  it('tells of a failure that JSON can not hold', async () => {
    const source = events('GET /ticks', () => {
      throw new OrganismError('TEST_BIG', 'Big.', { status: 409, extensions: { left: 1n } });
    });
    const lung = new Lung({ endpoints: [source], onError: () => {} });
    const text = await (await lung.inject('GET /ticks')).text();
    expect(text).toContain('event: problem\ndata: {"type":"about:blank","title":"Unexpected error","status":500');
  });

  it('resumes after ids in any script', async () => {
    const asked: (string | undefined)[] = [];
    const give = async function* ({ lastEventId }: EventClient): AsyncGenerator<ServerEvent> {
      asked.push(lastEventId);
      yield { data: 1, id: 'São Miguel – 地震' };
    };
    const source = events('GET /ticks', give, { retryMs: 1 });
    await using lung = await Lung.serve({ port: 0, endpoints: [source] });
    await using client = new LungClient({ baseUrl: lung.url });
    for await (const { id } of listenEvents(client, '/ticks')) {
      expect(id).toBe('São Miguel – 地震');
      if (asked.length > 1) break;
    }
    expect(asked).toEqual([undefined, 'São Miguel – 地震']);
  });

  it('lets go of everything when a client vanishes mid-stream', async () => {
    const bus = new EventBus();
    const gone = Promise.withResolvers<void>();
    const tendon = events('GET /ticks', (client) => {
      const subscription = bus.on(Tick, (tick) => client.send({ data: tick }));
      return {
        [Symbol.dispose]: () => {
          subscription.unsubscribe();
          gone.resolve();
        },
      };
    });
    await using lung = await Lung.serve({ port: 0, endpoints: [tendon] });
    const client = request(`${lung.url}/ticks`).on('error', () => {});
    client.end();
    await once(client, 'response');
    expect(bus.topic(Tick).listenerCount).toBe(1);
    client.destroy();
    await gone.promise;
    expect([bus.topic(Tick).listenerCount, bus.emit(Tick, 1), lung.describe().counters['open']]).toEqual([0, 0, 0]);
  });

  it('drops a client that does not keep up, rather than buffer for it', async () => {
    const results: boolean[] = [];
    const done = Promise.withResolvers<void>();
    const tendon = events(
      'GET /flood',
      (client) => {
        while (results.at(-1) !== false && results.length < 100_000)
          results.push(client.send({ data: 'x'.repeat(10_000) }));
        done.resolve();
        return undefined;
      },
      { maxBufferBytes: 100_000 },
    );
    await using lung = await Lung.serve({ port: 0, endpoints: [tendon] });
    const client = request(`${lung.url}/flood`, (response) => response.pause()).on('error', () => {});
    client.end();
    await done.promise;
    expect(results.at(-1)).toBe(false);
    expect(results.length).toBeLessThan(1000);
    client.destroy();
  });

  it('ends streams when the server stops', async () => {
    const lung = await Lung.serve({ port: 0, endpoints: [events('GET /quiet', () => undefined)] });
    const response = await fetch(`${lung.url}/quiet`);
    await lung.stop();
    expect(await response.text()).toBe('retry: 2000\n\n');
  });

  it('keeps names and ids on one line, and data always is', () => {
    expect(formatEvent({ data: 'a\nb' })).toBe('data: "a\\nb"\n\n');
    expect(() => formatEvent({ data: 1, event: 'x\ndata: y' })).toThrow('single line');
  });
});

describe('files', () => {
  let folder = '';
  let lung: Lung;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'organism-files-'));
    await mkdir(join(folder, 'public/sub'), { recursive: true });
    await writeFile(join(folder, 'secret.txt'), 'secret');
    await writeFile(join(folder, 'public/index.html'), '<p>home</p>');
    await writeFile(join(folder, 'public/sub/a b.js'), 'export {}');
    await writeFile(join(folder, 'public/.env'), 'KEY=secret');
    await symlink(join(folder, 'secret.txt'), join(folder, 'public/link.txt'));
    lung = await Lung.serve({
      port: 0,
      endpoints: [files('/', join(folder, 'public')), files('/one.txt', join(folder, 'secret.txt'))],
    });
  });
  afterAll(async () => {
    await lung.stop();
    await rm(folder, { recursive: true });
  });

  it('serves files with their type, and the index for the folder', async () => {
    const home = await fetch(`${lung.url}/`);
    expect([home.status, home.headers.get('content-type'), await home.text()]).toEqual([
      200,
      'text/html; charset=utf-8',
      '<p>home</p>',
    ]);
    const script = await fetch(`${lung.url}/sub/a%20b.js`);
    expect([script.headers.get('content-type'), script.headers.get('content-length')]).toEqual([
      'text/javascript; charset=utf-8',
      '9',
    ]);
    expect(await (await fetch(`${lung.url}/one.txt`)).text()).toBe('secret');
  });

  it('answers 304 to who has it', async () => {
    const first = await fetch(`${lung.url}/`);
    const etag = first.headers.get('etag') ?? '';
    expect((await fetch(`${lung.url}/`, { headers: { 'if-none-match': `"x", ${etag}` } })).status).toBe(304);
    expect(
      (await fetch(`${lung.url}/`, { headers: { 'if-modified-since': first.headers.get('last-modified') ?? '' } }))
        .status,
    ).toBe(304);
    expect((await fetch(`${lung.url}/`, { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
  });

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/sub/..%2f..%2fsecret.txt',
    '/%5c..%5csecret.txt',
    '/link.txt',
    '/.env',
    '/sub',
    '/a%00.js',
    '//etc/passwd',
    '/nope',
  ])('never serves %s', async (path) => {
    const answer = await new Promise<number>((resolve, reject) => {
      request({ port: lung.port, host: '127.0.0.1', path }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on('error', reject)
        .end();
    });
    expect(answer).toBe(404);
  });
});

describe('Router', () => {
  it('prefers fixed to named to the rest, and walks back', () => {
    const router = new Router<string>();
    for (const path of ['/a/b', '/a/:x', '/a/*rest', '/:y/c/d']) router.add('GET', path, path);
    const at = (path: string): unknown => {
      const found = router.find('GET', path);
      return found.kind === 'found' ? [found.value, { ...found.params }] : found.kind;
    };
    expect([at('/a/b'), at('/a/z'), at('/a/z/q'), at('/a/c/d'), at('/q/c/d'), at('/q')]).toEqual([
      ['/a/b', {}],
      ['/a/:x', { x: 'z' }],
      ['/a/*rest', { rest: 'z/q' }],
      ['/a/*rest', { rest: 'c/d' }],
      ['/:y/c/d', { y: 'q' }],
      'none',
    ]);
    expect(router.find('POST', '/a/b')).toEqual({ kind: 'method', allow: ['GET'] });
  });

  it('property: finds what a naive matcher finds', () => {
    const word = fc.constantFrom('a', 'b', 'c');
    const segment = fc.oneof(word, fc.constantFrom(':x', ':y'));
    const pattern = fc
      .tuple(
        fc.uniqueArray(segment, {
          minLength: 1,
          maxLength: 4,
          selector: (text) => (text.startsWith(':') ? text : Symbol(text)),
        }),
        fc.boolean(),
      )
      .map(([segments, tail]) => `/${[...segments, ...(tail ? ['*rest'] : [])].join('/')}`);
    const specificity = (path: string): string =>
      path
        .slice(1)
        .split('/')
        .map((part) => (part.startsWith(':') ? '1' : part.startsWith('*') ? '2' : '0'))
        .join('');
    const toRegExp = (path: string): RegExp =>
      new RegExp(`^${path.replaceAll(/:[xy]/g, '[^/]+').replace('*rest', '.*')}$`);
    fc.assert(
      fc.property(
        fc.uniqueArray(pattern, { maxLength: 12, selector: (path) => path.replaceAll(/:[xy]/g, ':') }),
        fc.array(word, { minLength: 1, maxLength: 5 }),
        (patterns, words) => {
          const router = new Router<string>();
          for (const path of patterns) router.add('GET', path, path);
          const target = `/${words.join('/')}`;
          const expected = patterns
            .filter((path) => toRegExp(path).test(target))
            .sort((a, b) => (specificity(a) < specificity(b) ? -1 : 1))[0];
          const found = router.find('GET', target);
          expect(found.kind === 'found' ? found.value : undefined).toBe(expected);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('property: never throws anything but a bad URL, whatever the path', () => {
    const router = new Router<string>();
    for (const path of ['/', '/a/:x', '/b/*rest']) router.add('GET', path, path);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          expect(['found', 'method', 'none']).toContain(router.find('GET', `/${text}`).kind);
        } catch (error) {
          expect((error as { code: string }).code).toBe('RESPIRATORY_BAD_URL');
        }
      }),
    );
  });
});
