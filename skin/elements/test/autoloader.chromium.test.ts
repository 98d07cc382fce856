import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stage, stage } from './gallery-server.ts';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const script = '<script type="module" src="/cdn/autoloader.js"></script>';
const css = '<link rel="stylesheet" href="/cdn/autoloader.css">';
let host: Stage;

beforeAll(async () => {
  execFileSync(process.execPath, [fileURLToPath(new URL('../bundle.mjs', import.meta.url))]);
  host = await stage(dist);
});
afterAll(() => host[Symbol.asyncDispose]());

const open = async (body: string, head = ''): Promise<Page> => {
  host.answers.set('/', `<!doctype html><html lang="en"><title>Plain</title>${head}${script}<body>${body}</html>`);
  const tab = await host.browser.newPage();
  await tab.addInitScript(() => {
    const told: string[] = [];
    Object.assign(window, { told });
    document.addEventListener('skin-load-error', (event) => told.push((event as Event & { tag: string }).tag));
  });
  await tab.goto(`${host.url}/`);
  return tab;
};
const isDefined = (tab: Page, tag: string): Promise<boolean> =>
  tab.evaluate((name) => customElements.get(name) !== undefined, tag);
const told = (tab: Page): Promise<string[]> => tab.evaluate(() => (window as unknown as { told: string[] }).told);
const add = (tab: Page, markup: string): Promise<void> =>
  tab.evaluate((html) => document.body.insertAdjacentHTML('beforeend', html), markup);

it('is at most 4 KB min+gzip', () => {
  expect(gzipSync(readFileSync(`${dist}cdn/autoloader.js`), { level: 9 }).length).toBeLessThanOrEqual(4096);
});

it('loads what the page uses, once, and nothing else', async () => {
  host.requests.length = 0;
  const tab = await open('<skin-button>One</skin-button><skin-button>Two</skin-button><other-thing></other-thing>');
  await tab.getByRole('button', { name: 'Two' }).click();
  const entries = host.requests.filter((path) => path.startsWith('/cdn/skin-'));
  expect(entries).toEqual(['/cdn/skin-button/skin-button.js']);
  expect(await told(tab)).toEqual([]);
  await tab.close();
});

it('loads what is added later, inside other content too', async () => {
  const tab = await open('<main></main>');
  await add(tab, '<section><div><skin-switch>Live</skin-switch></div></section>');
  await tab.getByRole('switch', { name: 'Live' }).waitFor();
  await tab.close();
});

it('looks into a shadow root only when told of it, and once', async () => {
  const tab = await open('<div id="host"></div>');
  await tab.evaluate(() => {
    const root = document.querySelector('#host')?.attachShadow({ mode: 'open' });
    if (root) root.innerHTML = '<skin-badge>in</skin-badge>';
  });
  await add(tab, '<skin-divider></skin-divider>');
  await expect.poll(() => isDefined(tab, 'skin-divider')).toBe(true);
  expect(await isDefined(tab, 'skin-badge')).toBe(false);
  // As text: the test runner would rewrite the import.
  await tab.evaluate(`import('/cdn/autoloader.js').then(({ autoloader }) => {
    const root = document.querySelector('#host').shadowRoot;
    autoloader.observe(root);
    autoloader.observe(root);
    root.append(document.createElement('skin-spinner'));
  })`);
  await expect.poll(() => isDefined(tab, 'skin-badge')).toBe(true);
  await expect.poll(() => isDefined(tab, 'skin-spinner')).toBe(true);
  await tab.close();
});

it('loads the fields that a form draws', async () => {
  const tab = await open('<skin-form></skin-form>');
  await tab.evaluate(async () => {
    await customElements.whenDefined('skin-form');
    const form = document.querySelector('skin-form') as HTMLElement & { bone: unknown };
    form.bone = {
      type: 'object',
      properties: { felt: { type: 'boolean' }, place: { type: 'string', title: 'Place' } },
    };
  });
  await tab.getByLabel('Place').fill('Hualien');
  await tab.getByRole('checkbox', { name: 'Felt' }).check();
  await tab.close();
});

it('tells of a failure once, shows the content, and tries again when the tag next appears', async () => {
  const path = '/cdn/skin-rating/skin-rating.js';
  host.answers.set(path, null);
  const tab = await open('<skin-rating></skin-rating><skin-rating></skin-rating>');
  await expect.poll(() => told(tab)).toEqual(['skin-rating']);
  host.answers.delete(path);
  await add(tab, '<p>no element</p>');
  expect(await isDefined(tab, 'skin-rating')).toBe(false);
  await add(tab, '<skin-rating label="Stars"></skin-rating>');
  await expect.poll(() => isDefined(tab, 'skin-rating')).toBe(true);
  expect(await told(tab)).toEqual(['skin-rating']);
  await tab.close();
});

it('tells of a module that defines something else, and asks for no path that a name makes up', async () => {
  host.answers.set('/cdn/skin-nothing/skin-nothing.js', 'export {};');
  host.requests.length = 0;
  const tab = await open('<skin-nothing></skin-nothing><skin-..%2fx></skin-..%2fx><skin-a.b></skin-a.b>');
  await expect.poll(() => told(tab)).toEqual(['skin-nothing']);
  expect(host.requests.filter((path) => !path.startsWith('/cdn/') && path !== '/' && path !== '/favicon.ico')).toEqual(
    [],
  );
  expect(host.requests.some((path) => path.includes('a.b'))).toBe(false);
  await tab.close();
});

it('keeps its place beside a second autoloader and a bundle of everything', async () => {
  const tab = await open(
    '<skin-button>Send</skin-button>',
    '<script type="module" src="/cdn/autoloader.js?again"></script><script type="module" src="/skin.js"></script>',
  );
  const errors: string[] = [];
  tab.on('pageerror', (error) => errors.push(error.message));
  await tab.getByRole('button', { name: 'Send' }).click();
  expect([errors, await told(tab)]).toEqual([[], []]);
  await tab.close();
});

it('makes nothing jump while the elements come', async () => {
  const tab = await host.browser.newPage();
  // Slow enough that the page is painted long before its elements are there.
  await tab.route('**/cdn/skin-*/**', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 250));
    await route.continue();
  });
  await tab.addInitScript(() => {
    const moved = { total: 0 };
    Object.assign(window, { moved });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) moved.total += (entry as PerformanceEntry & { value: number }).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  host.answers.set(
    '/',
    `<!doctype html><html lang="en"><title>Plain</title>${css}${script}<style>body{font:16px/1.5 system-ui}</style><body>
    <skin-text-field label="Place"></skin-text-field><p>Below a field</p><skin-select label="Unit"><option>km</option></skin-select><p>Below a select</p>
    <skin-checkbox>Alert</skin-checkbox><p>Below a checkbox</p><skin-textarea label="Notes"></skin-textarea><p>Below a text area</p>
    <skin-date-picker label="Day"></skin-date-picker><p>Below a picker</p><skin-slider label="Depth"></skin-slider><p>Below a slider</p>
    <skin-button>Send</skin-button><p>Below a button</p><skin-dialog label="D">never seen</skin-dialog></html>`,
  );
  await tab.goto(`${host.url}/`);
  await expect.poll(() => tab.locator(':not(:defined)').count()).toBe(0);
  await tab.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  const sizes = await tab.evaluate(() =>
    [...document.querySelectorAll('body > *')]
      .filter((element) => element.localName.startsWith('skin-'))
      .map((element) => `${element.localName} ${element.getBoundingClientRect().height}`),
  );
  const total = await tab.evaluate(() => (window as unknown as { moved: { total: number } }).moved.total);
  expect(total, sizes.join()).toBeLessThan(0.02);
  await tab.close();
});
