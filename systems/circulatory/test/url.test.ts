import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Heart } from '@organism/circulatory';
import { driverFromUrl } from '@organism/circulatory/url';
import { afterAll, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'heart-url-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  ['memory:', 'memory', 'memory'],
  [`sqlite:${encodeURIComponent(join(folder, 'a b.db'))}`, 'sqlite', 'fsync'],
  [`sqlite:${join(folder, 'c.db')}?synchronous=normal`, 'sqlite', 'page-cache'],
])('makes the driver that %s says', async (url, name, durability) => {
  const driver = await driverFromUrl(url);
  await using heart = await new Heart<{ jobs: number }>({ driver }).start();
  await heart.publish('jobs', 1);
  expect([driver.name, heart.durability, (await heart.inspect('jobs')).depth]).toEqual([name, durability, 1]);
});

it('connects to a Redis when it starts, and says when there is none', async () => {
  const driver = await driverFromUrl('redis://127.0.0.1:1');
  expect(driver.name).toBe('redis');
  await expect(new Heart({ driver }).start()).rejects.toMatchObject({ code: 'CELL_START_FAILED' });
  await driver.close?.();
});

it('refuses other URLs', async () => {
  for (const url of ['http://x', '', 'sqlite:', 'sqlite:x.db?synchronous=off', 5 as unknown as string])
    await expect(driverFromUrl(url)).rejects.toMatchObject({ code: 'CELL_BAD_OPTION' });
});
