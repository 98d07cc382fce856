import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import { weekFile } from '../src/feed.ts';
import { useBrowser } from './browser.ts';
import { endAll, freePort, Instance, until } from './instance.ts';

const mimeType = 'application/geo+json';

interface Feature {
  readonly id: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

const week = JSON.parse(readFileSync(weekFile, 'utf8')) as { readonly features: readonly Feature[] };

/** Some features under ids of their own, so that the replay does not have them. */
const fileOf = (features: readonly unknown[]): Buffer =>
  Buffer.from(JSON.stringify({ type: 'FeatureCollection', features }));
const fresh = week.features.slice(0, 40).map((feature) => ({ ...feature, id: `fresh-${feature.id}` }));

describe('the upload of a file, in Chromium', () => {
  const { folder, newPage } = useBrowser('upload');
  afterEach(endAll);

  const start = async (settings: Readonly<Record<string, string>> = {}): Promise<Instance> =>
    await Instance.start({ UPLOADS: join(folder, 'uploads'), SPEED: '1', ...settings });
  const open = async (url: string): Promise<Page> => {
    const page = await newPage();
    await page.goto(url);
    await page.locator('#connection').getByText('live').waitFor();
    await page.getByRole('button', { name: 'Upload a file' }).click();
    await page.getByRole('dialog', { name: 'Upload earthquakes' }).waitFor();
    return page;
  };
  const choose = async (page: Page, name: string, buffer: Buffer): Promise<void> =>
    await page.locator('#upload-files input[type=file]').setInputFiles({ name, mimeType, buffer });
  const result = (page: Page) => page.locator('#imports skin-alert').first();

  it('adds the good features, lists the bad ones by index and rule, and adds nothing twice', async () => {
    const instance = await start();
    const page = await open(instance.url);
    const bad = { ...fresh[0], id: 'bad', properties: { ...fresh[0]?.properties, mag: 'strong' } };
    const file = fileOf([...fresh, bad, null]);
    await choose(page, 'fresh.geojson', file);
    await result(page).getByText('40 earthquakes added, 2 of 42 features refused.').waitFor();
    const rows = page.locator('#imports skin-table tbody tr');
    await expect.poll(() => rows.count()).toBe(2);
    expect((await rows.first().innerText()).split(/\s*\t\s*/)).toEqual([
      '40',
      'bad',
      expect.stringContaining('mag must be a number'),
    ]);

    await choose(page, 'fresh.geojson', file);
    await result(page).getByText('0 earthquakes added, 40 here already, 2 of 42 features refused.').waitFor();
    await page.close();
  }, 60_000);

  it('says what is wrong with a file: its type, its size, its text', async () => {
    const instance = await start({ MAX_UPLOAD_BYTES: '5000' });
    const page = await open(instance.url);
    const item = page.locator('#upload-files [part~=item]').last();
    await choose(page, 'quakes.csv', Buffer.from('a,b'));
    await item.getByText('Files of this type are not accepted').waitFor();
    await expect
      .poll(async () => {
        await choose(page, 'large.geojson', fileOf(fresh));
        return await item.innerText();
      })
      .toContain('Larger than 5 kB');
    await choose(page, 'cut.geojson', Buffer.from('{"type":"FeatureCollection","features":[{"id":"a"},'));
    await result(page).getByText('The file ends in the middle of feature 1. Nothing was added.').waitFor();
    await choose(page, 'other.json', Buffer.from('{"type":"Point","coordinates":[1,2]}'));
    await result(page).getByText('The file must be a GeoJSON FeatureCollection').waitFor();
    await page.close();
  }, 60_000);

  it('sends only the rest after the server was killed at 70 %, and after a pause', async () => {
    const port = String(await freePort());
    const first = await start({ PORT: port });
    const page = await open(first.url);
    // Slow enough to be seen.
    const network = await page.context().newCDPSession(page);
    await network.send('Network.enable');
    const emulate = (uploadThroughput: number) =>
      network.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: 0,
        downloadThroughput: -1,
        uploadThroughput,
      });
    await emulate(1.2e6);
    const detail = 'x'.repeat(1600);
    const whole = fileOf(
      week.features.map((one) => Object.assign({}, one, { properties: Object.assign({ detail }, one.properties) })),
    );
    const sent: { readonly offset: number; readonly bytes: number }[] = [];
    page.on('requestfinished', async (request) => {
      if (request.method() !== 'PATCH') return;
      const { 'upload-offset': offset, 'content-length': bytes } = await request.allHeaders();
      sent.push({ offset: Number(offset), bytes: Number(bytes) });
    });
    await choose(page, 'week.geojson', whole);
    const bar = page.locator('#upload-files progress');
    const done = async (): Promise<number> => Number(await bar.evaluate((one: HTMLProgressElement) => one.position));
    await until(async () => expect(await done()).toBeGreaterThan(0.3));
    await page.getByRole('button', { name: 'Pause: week.geojson' }).click();
    await page.locator('#upload-files').getByText('Paused').waitFor();
    const paused = await done();
    expect(paused).toBeLessThan(0.9);
    await page.getByRole('button', { name: 'Resume: week.geojson' }).click();
    await until(async () => expect(await done()).toBeGreaterThan(0.7));

    await first.kill();
    const before = sent.length;
    expect(sent.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(whole.length);
    const second = await start({ PORT: port });
    await emulate(-1);
    await result(page).getByText('earthquakes added').waitFor();
    const after = sent.slice(before);
    expect(after[0]?.offset).toBeGreaterThanOrEqual(whole.length * 0.7);
    expect(after.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(whole.length - (after[0]?.offset ?? 0));
    const { total } = await second.get<{ total: number }>('/api/quakes');
    expect(total).toBe(1707);
    await page.close();
  }, 120_000);
});
