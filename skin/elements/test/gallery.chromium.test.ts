import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stage, stage } from './gallery-server.ts';

const home = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'skin-gallery-'));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let host: Stage;

beforeAll(async () => {
  // As a stranger gets it; `prepack` makes everything that the page needs.
  const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], {
    cwd: home,
    encoding: 'utf8',
  });
  execFileSync('tar', ['-xzf', join(folder, packed.trim().split('\n').at(-1) ?? ''), '-C', folder]);
  host = await stage(join(folder, 'package'));
}, 120_000);
afterAll(async () => {
  await host?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const looks = [1280, 390].flatMap((width) => ['light', 'dark', 'rtl'].map((look) => [width, look] as const));

describe('the gallery of the packed package', () => {
  it.each(looks)(
    'at %i pixels, %s: no error, nothing undefined, nothing too wide, accessible',
    async (width, look) => {
      const tab = await host.browser.newPage({ viewport: { width, height: 900 } });
      const errors: string[] = [];
      tab.on('pageerror', (error) => errors.push(error.message));
      tab.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      // A script that breaks off what it needs no more, as the reader of documents does with a whole file, has not failed.
      tab.on('requestfailed', (request) => {
        const why = request.failure()?.errorText;
        if (why !== 'net::ERR_ABORTED') errors.push(`${request.url()}: ${why}`);
      });
      await tab.goto(`${host.url}/gallery/index.html?${look}`);
      await expect.poll(() => tab.locator(':not(:defined)').count()).toBe(0);
      await tab.getByText('Kodiak, Alaska').waitFor();
      await tab.getByRole('spinbutton', { name: 'Magnitude' }).waitFor();
      expect(errors).toEqual([]);
      expect(await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      expect(await tab.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe(
        look === 'rtl' ? 'light dark' : look,
      );
      await tab.evaluate(axe);
      const violations = await tab.evaluate(
        `axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'] }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ' ' + target.join(' '))))`,
      );
      expect(violations).toEqual([]);
      const shots = process.env['SKIN_GALLERY_SHOTS'];
      if (shots !== undefined)
        await tab.screenshot({ path: join(shots, `gallery-${width}-${look}.png`), fullPage: true });
      await tab.close();
    },
    60_000,
  );

  it('shows every element', async () => {
    const page = readFileSync(join(folder, 'package/gallery/index.html'), 'utf8');
    const tags = globSync('skin-*', { cwd: join(folder, 'package/dist/cdn') });
    expect(tags.length).toBeGreaterThan(80);
    expect(tags.filter((tag) => !new RegExp(`<${tag}[\\s>]`).test(page))).toEqual([]);
  });

  it('answers to its switches and buttons', async () => {
    const tab = await host.browser.newPage();
    await tab.goto(`${host.url}/gallery/index.html?light`);
    await tab.locator('skin-theme-switcher').getByRole('button').click();
    await tab.getByRole('radio', { name: 'Dark' }).check();
    expect(await tab.evaluate(() => getComputedStyle(document.documentElement).colorScheme)).toBe('dark');
    await tab.getByRole('button', { name: 'Dialog', exact: true }).click();
    await tab.getByRole('dialog', { name: 'Delete the station?' }).waitFor();
    await tab.close();
  });
});
