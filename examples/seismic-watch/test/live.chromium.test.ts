import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, it } from 'vitest';
import type { FeedEntry, Quake, ReplayState } from '../src/bones.ts';
import { useBrowser } from './browser.ts';
import { endAll, freePort, Instance, until } from './instance.ts';

/** What a page has heard by WebSocket, connection by connection. */
const listenIn = (page: Page): string[][] => {
  const connections: string[][] = [];
  page.on('websocket', (socket) => {
    const heard: string[] = [];
    connections.push(heard);
    socket.on('framereceived', ({ payload }) => {
      const [kind, , data] = JSON.parse(String(payload)) as [string, unknown, FeedEntry];
      if (kind === 'msg' && data.kind === 'quake') heard.push(data.quake.id);
    });
  });
  return connections;
};

const countOf = async (page: Page): Promise<number> =>
  Number((await page.locator('#count').textContent())?.replaceAll(/\D/g, ''));

describe('the channel to the page, in Chromium', () => {
  const { folder, newPage } = useBrowser('live');
  afterEach(endAll);

  it('goes by WebSocket, and after a kill of the server goes on without loss or duplicates', async () => {
    const port = String(await freePort());
    const settings = { PORT: port, HEART_URL: `sqlite:${join(folder, 'heart.db')}?synchronous=normal`, SPEED: '3000' };
    const first = await Instance.start(settings);
    const page = await newPage();
    const connections = listenIn(page);
    await page.goto(first.url);
    const badge = page.locator('#connection');
    await badge.getByText('live, over WebSocket').waitFor();
    await until(() => expect(connections.flat().length).toBeGreaterThan(20));

    await first.kill();
    await badge.getByText('reconnecting').waitFor();
    const before = await countOf(page);
    const second = await Instance.start(settings);
    // By whichever way it asked as the server came back; it asks ever more seldom while that takes its time.
    await badge.getByText('live, over').waitFor({ timeout: 60_000 });
    await until(async () => expect(await countOf(page)).toBeGreaterThan(before + 20));
    await second.post<ReplayState>('/api/replay', { action: 'pause' });

    const { quakes } = await second.get<{ quakes: Quake[] }>('/api/quakes');
    await until(async () => expect(await countOf(page)).toBe(quakes.length));
    const rows = await page.locator('#quakes tbody tr').allTextContents();
    expect(new Set(rows).size).toBe(rows.length);
    for (const heard of connections) expect(new Set(heard).size).toBe(heard.length);
    await until(async () =>
      expect(await page.locator('.alert').count()).toBe(
        (await second.get<{ alerts: unknown[] }>('/api/alerts')).alerts.length,
      ),
    );
    await page.close();
  }, 150_000);

  it.each([
    ['server-sent events', ['WebSocket']],
    ['long polling', ['WebSocket', 'text/event-stream']],
  ])(
    'falls back to %s where %j do not get through, and says so',
    async (name, blocked) => {
      const [instance, page] = await Promise.all([Instance.start({ SPEED: '3000' }), newPage()]);
      await page.routeWebSocket(/\/api\/live/, async (socket) => await socket.close());
      await page.route('**/api/live**', (route) =>
        blocked.includes(route.request().headers()['accept'] ?? '') ? route.abort() : route.continue(),
      );
      await page.goto(instance.url);
      await page.locator('#connection').getByText(`live, over ${name}`).waitFor();
      await until(async () => expect(await countOf(page)).toBeGreaterThan(5));
      await page.close();
    },
    60_000,
  );
});
