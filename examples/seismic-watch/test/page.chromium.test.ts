import axe from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBody, type SeismicWatch } from '../src/body.ts';
import { loadFeed, weekFile } from '../src/feed.ts';
import { useBrowser } from './browser.ts';
import { Proxy } from './proxy.ts';

describe('the page, in Chromium', () => {
  let app: SeismicWatch;
  const { folder, newPage } = useBrowser('page');
  const config = {
    uploads: folder,
    maxUploadBytes: 2 ** 20,
    port: 0,
    host: '127.0.0.1',
    speed: 20_000,
    data: weekFile,
    once: false,
    journal: 'memory',
    heart: 'memory:',
    escalateAfterMs: 60_000,
    maxBodyBytes: 2 ** 20,
  };
  const errors: string[] = [];
  beforeAll(async () => {
    app = makeBody({ config, feed: await loadFeed(weekFile) });
    await app.body.start();
  });
  afterAll(() => app.body.stop());
  const open = async (path: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const page = await newPage(options);
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(app.lung.url + path);
    return page;
  };
  const violations = async (page: Page): Promise<string[]> => {
    await page.addScriptTag({ content: axe.source });
    return page.evaluate(async () => {
      const { axe: engine } = globalThis as unknown as { axe: typeof axe };
      return (await engine.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] })).violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`,
      );
    });
  };

  it('shows quakes, alerts and the clock as they come', async () => {
    const page = await open('/');
    await page.locator('#connection', { hasText: 'live' }).waitFor();
    await page.locator('.alert').first().waitFor();
    await expect
      .poll(async () => Number((await page.locator('#count').textContent())?.replace(/\D/g, '')))
      .toBeGreaterThan(50);
    expect(await page.locator('#quakes tbody tr').count()).toBeGreaterThan(20);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Play' }).waitFor();
    await page.close();
  }, 30_000);

  it('takes a reading by hand; a refusal stands at its field', async () => {
    const page = await open('/');
    await page.getByRole('button', { name: 'Report a reading' }).click();
    await page.getByLabel('Place').fill('Off the coast');
    for (const [label, value] of [
      ['Magnitude', 'strong'],
      ['Latitude', '24'],
      ['Longitude', '121.5'],
    ] as const)
      await page.locator('skin-dialog[open]').getByLabel(label, { exact: false }).first().fill(value);
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('skin-text-field[name=magnitude] .error', { hasText: 'must be a number' }).waitFor();
    await page.locator('skin-text-field[name=magnitude] input').fill('5.9');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.locator('skin-toast', { hasText: 'Reading recorded: M 5.9' }).waitFor();
    await page.locator('.alert', { hasText: 'Off the coast' }).waitFor();
    await page.close();
  }, 30_000);

  it('acknowledges an alert; a page opened later shows it so', async () => {
    const page = await open('/');
    const alert = page.locator('.alert', { hasText: 'Off the coast' });
    await alert.getByText(/escalates in \d+ s/).waitFor();
    expect(await violations(page)).toEqual([]);
    await alert.getByRole('button', { name: 'Acknowledge the alert for Off the coast' }).click();
    await alert.locator('skin-badge', { hasText: 'Acknowledged' }).waitFor();
    await page.close();
    const later = await open('/');
    await later.locator('.alert', { hasText: 'Off the coast' }).getByText('Acknowledged').waitFor();
    expect(await later.locator('.alert', { hasText: 'Off the coast' }).getByRole('button').count()).toBe(0);
    await later.close();
  }, 30_000);

  it('opens the details of a quake by keyboard', async () => {
    const page = await open('/');
    const row = page.locator('#quakes tbody tr.active').first();
    await row.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Earthquake' }).waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.locator('#quake-dialog').getAttribute('open')).toBeNull();
    await page.close();
  }, 30_000);

  it.each([
    ['/', 1280, 'light', 'ltr'],
    ['/', 1280, 'dark', 'rtl'],
    ['/', 768, 'light', 'rtl'],
    ['/', 390, 'dark', 'ltr'],
    ['/', 390, 'light', 'rtl'],
    ['/anatomy', 1280, 'dark', 'ltr'],
    ['/anatomy', 390, 'light', 'ltr'],
  ] as const)(
    '%s at %d px, %s, %s: accessible, and nothing sticks out',
    async (path, width, colorScheme, dir) => {
      const page = await open(path, { viewport: { width, height: 844 }, colorScheme, reducedMotion: 'reduce' });
      await page.evaluate((way) => (document.documentElement.dir = way), dir);
      await page.locator('skin-badge', { hasText: 'live' }).first().waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      await page.close();
    },
    60_000,
  );

  it('draws its map where colours are forced', async () => {
    const page = await open('/', { forcedColors: 'active', reducedMotion: 'reduce' });
    const colours = (): Promise<number> =>
      page.locator('#map-ground').evaluate((canvas: HTMLCanvasElement) => {
        const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
        const seen = new Map<number, number>();
        for (let at = 0; at < data.length; at += 4) {
          const [red = 0, green = 0, blue = 0] = data.slice(at, at + 3);
          const colour = (red << 16) | (green << 8) | blue;
          seen.set(colour, (seen.get(colour) ?? 0) + 1);
        }
        return [...seen.values()].filter((pixels) => pixels > 1000).length;
      });
    // Around the globe, sea and land.
    await expect.poll(colours).toBeGreaterThanOrEqual(3);
    await page.close();
  }, 30_000);

  it.each([
    ['Upload a file', 'light'],
    ['Report a reading', 'dark'],
  ] as const)(
    'opens “%s” on a phone, %s: accessible, and nothing sticks out',
    async (name, colorScheme) => {
      const page = await open('/', { viewport: { width: 390, height: 844 }, colorScheme, reducedMotion: 'reduce' });
      await page.getByRole('button', { name }).click();
      const dialog = page.locator('skin-dialog[open]');
      await dialog.waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await dialog.evaluate((one) => one.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      await page.close();
    },
    60_000,
  );

  it('says that the server is away, comes back by itself, and goes on with what that has', async () => {
    const feed = await loadFeed(weekFile);
    const first = makeBody({ config, feed });
    await first.body.start();
    const { port } = first.lung;
    const page = await newPage();
    page.on('pageerror', (error) => errors.push(error.message));
    await using proxy = new Proxy(port);
    await page.goto(await proxy.open());
    const badge = page.locator('#connection');
    const count = async (): Promise<number> => Number((await page.locator('#count').textContent())?.replace(/\D/g, ''));
    await badge.getByText('live, over WebSocket').waitFor();
    // By whichever way it asked as the server came back; it asks ever more seldom while that takes its time.
    const isBack = (): Promise<void> => badge.getByText('live, over').waitFor({ timeout: 60_000 });
    await expect.poll(count).toBeGreaterThan(20);
    await first.body.stop();
    await badge.getByText('reconnecting').waitFor();
    // Another life of the app: it begins the week anew, and so does the page.
    const second = makeBody({ config: { ...config, port, speed: 1000 }, feed });
    await second.body.start();
    second.replay.command({ action: 'pause' });
    await isBack();
    await expect.poll(count).toBe(second.catalogue.counts.quakes);
    second.replay.command({ action: 'play', speed: 20_000 });
    await expect.poll(count).toBeGreaterThan(20);
    // A cut that the server survives: nothing begins anew, nothing is missing.
    const sessions = (): number | undefined =>
      second.body.describe().children.find(({ name }) => name === 'live')?.counters['sessions'];
    proxy.cut();
    await badge.getByText('reconnecting').waitFor();
    proxy.mend();
    await isBack();
    second.replay.command({ action: 'pause' });
    await expect.poll(count).toBe(second.catalogue.counts.quakes);
    expect(sessions()).toBe(1);
    await page.close();
    await second.body.stop();
  }, 150_000);

  it('throws no error in the page', () => {
    expect(errors).toEqual([]);
  });
});
