import { LungClient } from '@organism/respiratory/client';
import { compileErrors, validate } from '@readme/openapi-parser';
import { Validator } from '@seriousme/openapi-schema-validator';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Upload } from 'tus-js-client';
import { afterAll, describe, expect, it } from 'vitest';
import { makeBody, type SeismicWatch } from '../src/body.ts';
import type { ImportState } from '../src/bones.ts';
import { readConfig } from '../src/config.ts';
import { loadFeed, weekFile } from '../src/feed.ts';

const folder = mkdtempSync(join(tmpdir(), 'seismic-api-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const feed = await loadFeed(weekFile);
const week = readFileSync(weekFile);

const start = async (env: Readonly<Record<string, string>> = {}): Promise<SeismicWatch & AsyncDisposable> => {
  const config = readConfig([], { PORT: '0', JOURNAL: 'memory', SPEED: '1', UPLOADS: folder, ...env });
  if (config === 'help') throw new Error('No settings.');
  const app = makeBody({ config, feed });
  await app.body.start();
  return { ...app, [Symbol.asyncDispose]: () => app.body.stop() };
};

interface GraphqlAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { readonly extensions: Record<string, unknown> }[];
}

describe('GraphQL, beside REST', () => {
  const ask = async (app: SeismicWatch, query: string): Promise<GraphqlAnswer> => {
    const answer = await fetch(`${app.lung.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return (await answer.json()) as GraphqlAnswer;
  };

  it('does what REST does', async () => {
    await using app = await start();
    const { data } = await ask(
      app,
      'mutation { recordReading(magnitude: 5.8, place: "Hualian", latitude: 24.1, longitude: 121.6) { id source depthKm } }',
    );
    expect(data).toMatchObject({ recordReading: { source: 'manual', depthKm: 10 } });
    const listed = await ask(app, '{ listQuakes(minMagnitude: 5.8) { total quakes { place } } showReplay { total } }');
    expect(listed.data).toEqual({
      listQuakes: { total: 1, quakes: [{ place: 'Hualian' }] },
      showReplay: { total: 1707 },
    });
  });

  it('refuses as REST does: the error is the same problem document', async () => {
    await using app = await start();
    const rest = await fetch(`${app.lung.url}/api/alerts/acknowledge`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"alert":"nobody"}',
    });
    const { errors } = await ask(app, 'mutation { acknowledgeAlert(alert: "nobody") }');
    const { instance: _, ...problem } = (await rest.json()) as Record<string, unknown>;
    expect(errors?.[0]?.extensions).toEqual(problem);
    expect(problem).toMatchObject({ status: 404, code: 'SEISMIC_UNKNOWN_ALERT' });
  });

  it('tells subscribers of what happens, and ends with the server', async () => {
    const app = await start();
    const client = new LungClient({ baseUrl: app.lung.url });
    const answer = await fetch(`${app.lung.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query: 'subscription { quakes(minMagnitude: 5) { place magnitude } }' }),
    });
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader?.read())?.value ?? '';
    for (const magnitude of [3, 5.8])
      await client.post('/api/quakes', { json: { magnitude, place: 'Hualian', latitude: 24.1, longitude: 121.6 } });
    while (!text.includes('Hualian')) text += (await reader?.read())?.value ?? '';
    await app.body.stop();
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) text += part.value;
    expect(text.match(/"magnitude":[\d.]+/g)).toEqual(['"magnitude":5.8']);
    expect(text).toContain('event: complete');
  });
});

describe('the documents', () => {
  it('are valid under two validators, and the page that shows them asks nobody else', async () => {
    await using app = await start();
    const document = (await (await fetch(`${app.lung.url}/openapi.json`)).json()) as Record<string, unknown>;
    expect((await new Validator().validate(structuredClone(document))).errors).toBeUndefined();
    const result = await validate(structuredClone(document) as Parameters<typeof validate>[0]);
    expect(result.valid ? '' : compileErrors(result)).toBe('');
    const page = await fetch(`${app.lung.url}/docs`);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await page.text()).toContain('<title>Seismic Watch: API</title>');
  });
});

describe('an upload', () => {
  const send = async (app: SeismicWatch, bytes: Buffer, filename: string): Promise<string> =>
    await new Promise((resolve, reject) => {
      const upload: Upload = new Upload(bytes, {
        endpoint: `${app.lung.url}/api/uploads`,
        chunkSize: 300_000,
        retryDelays: null,
        metadata: { filename },
        onSuccess: () => resolve(upload.url?.split('/').at(-1) ?? ''),
        onError: reject,
      });
      upload.start();
    });
  const outcome = async (app: SeismicWatch, id: string): Promise<ImportState> => {
    const find = (): ImportState | undefined => app.catalogue.imports().imports.find((one) => one.id === id);
    await expect.poll(() => find()?.status, { timeout: 10_000 }).toMatch(/done|failed/);
    return find() as ImportState;
  };

  it('of the week adds what is not there yet, once, with its alerts; a restart knows what came of it', async () => {
    let id = '';
    {
      await using app = await start();
      app.replay.command({ action: 'pause' });
      const before = app.catalogue.counts.quakes;
      id = await send(app, week, 'week.geojson');
      expect(await outcome(app, id)).toMatchObject({
        status: 'done',
        features: 1707,
        added: 1707 - before,
        rejected: [],
      });
      expect(app.catalogue.counts.quakes).toBe(1707);
      await expect.poll(() => app.catalogue.counts.alerts).toBe(28);
      const again = await outcome(app, await send(app, week, 'week.geojson'));
      expect([again.added, again.known]).toEqual([0, 1707]);
      expect(app.catalogue.counts).toEqual({ quakes: 1707, alerts: 28 });
    }
    await using app = await start();
    expect(await outcome(app, id)).toMatchObject({ status: 'done', file: 'week.geojson' });
  });

  it('of which the app has been killed before it was read is read in its next life', async () => {
    const uploads = mkdtempSync(join(folder, 'next-'));
    let id = '';
    {
      await using app = await start({ UPLOADS: uploads });
      app.replay.command({ action: 'pause' });
      id = await send(app, week, 'week.json');
      await outcome(app, id);
    }
    // As if it had died before it noted that it was done.
    rmSync(join(uploads, `${id}.done`));
    await using app = await start({ UPLOADS: uploads });
    const { added, known } = await outcome(app, id);
    expect(added + known).toBe(1707);
    expect(app.catalogue.counts.quakes).toBe(1707);
  });

  it.each([
    ['no GeoJSON by its name', 'week.csv', {}, 415],
    ['too large', 'week.json', { MAX_UPLOAD_BYTES: '1000' }, 413],
  ])('that is %s is refused before a byte is sent', async (_name, filename, env, status) => {
    await using app = await start(env);
    const refused = (await send(app, week, filename).catch((error: unknown) => error)) as {
      originalResponse: { getStatus(): number };
    };
    expect(refused.originalResponse.getStatus()).toBe(status);
  });

  it('that is broken adds nothing, says why, and leaves nothing behind', async () => {
    const uploads = mkdtempSync(join(folder, 'broken-'));
    await using app = await start({ UPLOADS: uploads });
    app.replay.command({ action: 'pause' });
    const before = app.catalogue.counts.quakes;
    const state = await outcome(app, await send(app, week.subarray(0, 700_000), 'cut.json'));
    expect(state).toMatchObject({
      status: 'failed',
      problem: expect.stringContaining('ends in the middle') as unknown,
    });
    expect([app.catalogue.counts.quakes, readdirSync(uploads)]).toEqual([before, []]);
  });
});
