import { VirtualClock } from '@organism/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Escalation, FeedEntry, Quake } from '../src/bones.ts';
import type { Config } from '../src/config.ts';
import { makeBody, type SeismicWatch } from '../src/body.ts';
import { readConfig } from '../src/config.ts';
import { loadFeed, readFeed, weekFile } from '../src/feed.ts';
import { formatSummary, processAll } from '../src/once.ts';

const uploads = mkdtempSync(join(tmpdir(), 'seismic-uploads-'));
afterAll(() => rmSync(uploads, { recursive: true, force: true }));

const config: Config = {
  uploads,
  maxUploadBytes: 2 ** 20,
  port: 0,
  host: '127.0.0.1',
  speed: 1000,
  data: weekFile,
  once: false,
  journal: 'memory',
  heart: 'memory:',
  escalateAfterMs: 60_000,
  maxBodyBytes: 2 ** 20,
};
const feed = await loadFeed(weekFile);

const start = async (
  overrides: Partial<Config> = {},
  clock?: VirtualClock,
): Promise<
  SeismicWatch &
    AsyncDisposable & {
      get: (path: string) => Promise<Response>;
      post: (path: string, body: unknown) => Promise<Response>;
    }
> => {
  const app = makeBody({ config: { ...config, ...overrides }, feed, ...(clock !== undefined && { clock }) });
  await app.body.start();
  const get = (path: string): Promise<Response> => fetch(app.lung.url + path);
  const post = (path: string, body: unknown): Promise<Response> =>
    fetch(app.lung.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return { ...app, get, post, [Symbol.asyncDispose]: () => app.body.stop() };
};
/** Gives a promise of the time when the app hears that the escalation of an alert has begun. */
const begun = async (app: SeismicWatch, alert: string): Promise<{ readonly heard: Promise<void> }> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const hear = ({ data }: { readonly data: FeedEntry }): void => {
    if (data.kind === 'escalation' && data.escalation.alert === alert) resolve();
  };
  await app.heart.subscribe(FeedEntry, (message) => hear(message as { readonly data: FeedEntry }), { broadcast: true });
  return { heard: promise };
};

const reading = { magnitude: 5.8, place: '10km N of Hualian, Taiwan', latitude: 24.1, longitude: 121.6 };

describe('the week', () => {
  it('is processed whole, with the same alerts each time', async () => {
    expect([feed.quakes.length, feed.rejected]).toEqual([1707, []]);
    const [first, second] = [await processAll(feed), await processAll(feed)];
    expect(first).toEqual(second);
    expect(first.strongest).toMatchObject({ magnitude: 6.4, place: '22km NNE of Hualian, Taiwan' });
    expect(first.alerts.filter(({ kind }) => kind === 'strong').every(({ maxMagnitude }) => maxMagnitude >= 5.5)).toBe(
      true,
    );
    expect(first.alerts.some(({ kind, place }) => kind === 'swarm' && place === 'Hualian, Taiwan')).toBe(true);
    expect(formatSummary(first)).toContain('1707 earthquakes processed, 0 records rejected');
  });

  it('fires for a swarm of small shocks where one of them alone would not', async () => {
    const shock = (id: string, time: number) => ({
      id,
      magnitude: 2,
      place: 'x',
      time,
      latitude: 1,
      longitude: 1,
      depthKm: 1,
      source: 'feed' as const,
    });
    const alertsOf = async (times: readonly number[]) =>
      (await processAll({ quakes: times.map((time, index) => shock(String(index), time)), rejected: [] })).alerts
        .length;
    const hour = 3_600_000;
    expect([
      await alertsOf([0]),
      await alertsOf([0, 12 * hour, 24 * hour, 36 * hour]),
      await alertsOf([0, 1, 2, 3]),
    ]).toEqual([0, 0, 1]);
  });
});

describe('a broken data file', () => {
  it('counts and lists what it can’t use, with record and field, and uses the rest', () => {
    const good = { id: 'g', properties: { mag: 1, place: 'p', time: 1 }, geometry: { coordinates: [1, 2, 3] } };
    const text = JSON.stringify({
      features: [
        good,
        { ...good, id: 'm', properties: { mag: 'x', place: 'p', time: 1 } },
        null,
        { ...good, id: 'l', geometry: { coordinates: [1, 200, 3] } },
        good,
      ],
    });
    const { quakes, rejected } = readFeed(text);
    expect(quakes.map(({ id }) => id)).toEqual(['g']);
    expect(rejected.map(({ record, id, field }) => [record, id, field])).toEqual([
      [1, 'm', 'properties.mag'],
      [2, undefined, ''],
      [3, 'l', 'latitude'],
      [4, 'g', 'id'],
    ]);
  });

  it.each([
    ['not json', 'not JSON'],
    ['[]', 'FeatureCollection'],
    ['{"features":{}}', 'FeatureCollection'],
  ])('refuses %s', (text, message) => {
    expect(() => readFeed(text)).toThrow(message);
  });
});

describe('the configuration', () => {
  it('comes from the environment and the command line, which wins', () => {
    expect(readConfig(['--port', '1'], { PORT: '2', HOST: '0.0.0.0' })).toMatchObject({
      port: 1,
      host: '0.0.0.0',
      speed: 1000,
    });
  });
  it.each([
    ['PORT', '70000', 'port'],
    ['PORT', 'abc', 'port'],
    ['SPEED', '0', 'speed'],
  ])('refuses %s=%s, naming it', (name, value, field) => {
    expect(() => readConfig([], { [name]: value })).toThrow(field);
  });
});

describe('the server', () => {
  it('serves the pages, their scripts and the map', async () => {
    await using app = await start();
    for (const path of [
      '/',
      '/app.js',
      '/app.css',
      '/anatomy',
      '/anatomy.js',
      '/world.json',
      '/favicon.svg',
      '/docs',
      '/openapi.json',
      '/health/ready',
    ]) {
      const response = await app.get(path);
      await response.arrayBuffer();
      expect([path, response.status]).toEqual([path, 200]);
    }
  });

  it('takes a reading by hand, raises its alert, and lists both', async () => {
    await using app = await start();
    const answer = await app.post('/api/quakes', reading);
    expect([answer.status, await answer.json()]).toMatchObject([201, { ...reading, depthKm: 10, source: 'manual' }]);
    expect(await (await app.get('/api/quakes?minMagnitude=5.8')).json()).toMatchObject({
      quakes: [{ magnitude: 5.8, source: 'manual' }],
    });
    expect(await (await app.get('/api/alerts')).json()).toMatchObject({
      alerts: [{ kind: 'strong', maxMagnitude: 5.8 }],
    });
  });

  it.each([
    ['a text for a number', { ...reading, magnitude: 'big' }, 422, '/magnitude'],
    ['a latitude off the globe', { ...reading, latitude: 91 }, 422, '/latitude'],
    ['a missing place', { ...reading, place: undefined }, 422, '/place'],
    ['a key it does not know', { ...reading, admin: true }, 422, ''],
  ])('refuses %s, naming the field', async (_name, body, status, pointer) => {
    await using app = await start();
    const answer = await app.post('/api/quakes', body);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
    expect(await answer.json()).toMatchObject({ code: 'SKELETAL_INVALID', errors: [{ pointer }] });
    expect(await (await app.get('/api/quakes')).json()).toMatchObject({
      quakes: expect.not.arrayContaining([expect.objectContaining({ source: 'manual' })]) as unknown,
    });
  });

  it('refuses malformed, too large and misdirected requests, and goes on', async () => {
    await using app = await start({ maxBodyBytes: 500 });
    expect((await app.post('/api/quakes', '{"magnitude":')).status).toBe(400);
    expect((await app.post('/api/quakes', { ...reading, place: 'x'.repeat(1000) })).status).toBe(413);
    expect((await app.get('/api/quakes?minMagnitude=strong')).status).toBe(422);
    expect((await app.get('/nope')).status).toBe(404);
    const wrong = await fetch(`${app.lung.url}/api/alerts`, { method: 'DELETE' });
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    expect((await app.get('/health/ready')).status).toBe(200);
  });

  it('streams what happens, and lets go of a client that vanishes', async () => {
    await using app = await start();
    const leave = new AbortController();
    const response = await fetch(`${app.lung.url}/api/live`, {
      headers: { accept: 'text/event-stream' },
      signal: leave.signal,
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('"kind":"replay"')) text += (await reader?.read())?.value ?? '';
    await app.post('/api/quakes', reading);
    while (!text.includes('"kind":"alert"')) text += (await reader?.read())?.value ?? '';
    expect(text).toContain('"source":"manual"');
    leave.abort();
    await reader?.closed.catch(() => {});
    // The server learns of it with the closing of the socket, which only it can tell.
    await expect
      .poll(() => (app.body.describe().children.find(({ name }) => name === 'live')?.counters ?? {})['connected'])
      .toBe(0);
  });

  it('shows its live graph: every edge joins cells that exist', async () => {
    await using app = await start();
    const graph = (await (await app.get('/api/anatomy')).json()) as {
      nodes: { id: string; kind: string }[];
      edges: { from: string; to: string; kind: string }[];
    };
    expect(graph.nodes.filter(({ kind }) => kind === 'External')).toEqual([]);
    expect(graph.edges).toContainEqual(
      expect.objectContaining({ from: 'seismic-watch/bus', to: 'seismic-watch/watch/swarm', kind: 'flow' }),
    );
    expect(await (await app.get('/anatomy.mmd')).text()).toMatch(/^flowchart LR/);
  });

  it('describes its API: every reference leads somewhere', async () => {
    await using app = await start();
    const text = await (await app.get('/openapi.json')).text();
    const { paths, components } = JSON.parse(text) as {
      paths: Record<string, unknown>;
      components: { schemas: Record<string, unknown> };
    };
    expect(Object.keys(paths)).toEqual([
      '/api/quakes',
      '/api/alerts',
      '/api/alerts/acknowledge',
      '/api/replay',
      '/api/imports',
      '/api/uploads',
      '/api/uploads/{id}',
      '/graphql',
    ]);
    const names = [...text.matchAll(/#\/components\/schemas\/([\w.-]+)/g)].map(([, name]) => name ?? '');
    expect(names.filter((name) => components.schemas[name] === undefined)).toEqual([]);
  });
});

describe('the topics of the app', () => {
  it('are described, with what the process that leads receives', async () => {
    await using app = await start();
    const { channels, operations } = (await (await app.get('/asyncapi.json')).json()) as {
      channels: Record<string, unknown>;
      operations: Record<string, { title?: string }>;
    };
    expect(Object.keys(channels)).toEqual(
      expect.arrayContaining(['seismic.feed', 'seismic.replay-order', 'seismic.desk-note']),
    );
    expect(operations['receive.seismic.replay-order.play']?.title).toBe('play');
    expect(app.leader.leads).toBe(true);
  });

  it('have one process that plays: it gives way to one that was elected after it', async () => {
    await using app = await start();
    await app.heart.publish(FeedEntry, { kind: 'leader', process: 'another' });
    // Nobody else is there in truth, so that the week stands still.
    await expect.poll(() => app.leader.leads).toBe(false);
    expect(app.replay.replayState.status).toBe('paused');
    const answer = await app.get('/api/quakes');
    expect(answer.status).toBe(200);
  });
});

describe('the escalation of alerts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'seismic-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const strong = (id: string, latitude = 24): Quake => ({
    id,
    magnitude: 6,
    place: 'Hualian, Taiwan',
    time: 1_517_400_000_000,
    latitude,
    longitude: 121,
    depthKm: 10,
    source: 'manual',
  });

  it('waits for an acknowledgement, escalates without one, and lists where each stands', async () => {
    const clock = new VirtualClock();
    const app = await start({}, clock);
    app.replay.command({ action: 'pause' });
    const { heard } = await begun(app, 'strong-b');
    app.bus.emit(Quake, strong('a'));
    app.bus.emit(Quake, strong('b', 30));
    await clock.runUntil(heard);
    expect((await app.post('/api/alerts/acknowledge', { alert: 'strong-a' })).status).toBe(204);
    await clock.runUntil(app.escalations.engine.run('strong-a').result());
    await clock.advance(60_000);
    await clock.runUntil(app.escalations.engine.run('strong-b').result());
    const { escalations } = (await (await app.get('/api/alerts')).json()) as { escalations: Escalation[] };
    expect(new Map(escalations.map(({ alert, status }) => [alert, status]))).toEqual(
      new Map([
        ['strong-a', 'acknowledged'],
        ['strong-b', 'escalated'],
      ]),
    );
    const unknown = await app.post('/api/alerts/acknowledge', { alert: 'nobody' });
    expect([unknown.status, ((await unknown.json()) as { code: string }).code]).toEqual([404, 'SEISMIC_UNKNOWN_ALERT']);
    expect((await app.post('/api/alerts/acknowledge', { alert: 7 })).status).toBe(422);
    await clock.runUntil(app.body.stop());
    expect(clock.timers()).toEqual([]);
  });

  it('goes on where it was when the app starts again, and does not begin anew for a known alert', async () => {
    const journal = join(folder, 'escalations.db');
    {
      await using app = await start({ journal });
      app.replay.command({ action: 'pause' });
      const { heard } = await begun(app, 'strong-b');
      app.bus.emit(Quake, strong('a'));
      app.bus.emit(Quake, strong('b', 30));
      await heard;
      await app.post('/api/alerts/acknowledge', { alert: 'strong-a' });
      await app.escalations.engine.run('strong-a').result();
    }
    await using app = await start({ journal });
    app.replay.command({ action: 'pause' });
    expect((await app.escalations.engine.list()).map(({ id, status }) => [id, status])).toEqual(
      expect.arrayContaining([
        ['strong-a', 'completed'],
        ['strong-b', 'running'],
      ]),
    );
    app.bus.emit(Quake, strong('a'));
    await app.post('/api/alerts/acknowledge', { alert: 'strong-b' });
    expect(await app.escalations.engine.run('strong-b').result()).toMatchObject({ status: 'acknowledged' });
    const { escalations } = app.catalogue.alerts();
    expect(escalations).toMatchObject([{ alert: 'strong-a', status: 'acknowledged' }]);
  });
});

describe('the replay', () => {
  it('plays, pauses, changes speed and starts over, on any clock', async () => {
    const clock = new VirtualClock();
    const app = makeBody({ config: { ...config, speed: 3600 }, feed, clock });
    await app.body.start();
    await clock.advance(5000);
    const played = app.replay.replayState.played;
    // Five seconds at an hour a second: five hours, counted by the feed itself.
    const begin = feed.quakes[0]?.time ?? 0;
    expect(played).toBe(feed.quakes.filter(({ time }) => time <= begin + 5 * 3_600_000).length);
    app.replay.command({ action: 'pause' });
    await clock.advance(60_000);
    expect(app.replay.replayState).toMatchObject({ status: 'paused', played });
    app.replay.command({ action: 'play', speed: 100_000 });
    await clock.advance(10_000);
    expect(app.replay.replayState).toMatchObject({ status: 'finished', played: 1707 });
    expect(app.catalogue.counts.quakes).toBe(1707);
    app.replay.command({ action: 'restart' });
    await clock.settle();
    expect([app.replay.replayState.status, app.catalogue.counts.alerts]).toEqual(['playing', 0]);
    await app.body.stop();
    expect(clock.timers()).toEqual([]);
  });
});
