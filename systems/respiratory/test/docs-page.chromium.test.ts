import { Muscle } from '@organism/muscular';
import { endpoint, Lung } from '@organism/respiratory';
import { docsPage } from '@organism/respiratory/docs-page';
import { Bone } from '@organism/skeletal';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { chromiumArgs, findChromium } from '../../../tools/chromium.ts';

const executablePath = findChromium();
let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ ...(executablePath !== undefined && { executablePath }), args: [...chromiumArgs] });
});
afterAll(() => browser.close());

const Name = new Bone('shop.name', z.object({ name: z.string() }));
const greet = new Muscle({ name: 'greet', description: 'Greets.', input: Name, output: Name, run: (given) => given });

it('shows the API and tries it, under a policy that allows nothing from elsewhere', async () => {
  await using lung = await Lung.serve({
    port: 0,
    info: { title: 'Shop', version: '1.0.0' },
    endpoints: [endpoint('GET /greet/:name', greet), docsPage({ path: '/help/docs', title: 'Shop <b>' })],
  });
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  const [problems, asked]: [string[], string[]] = [[], []];
  page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('request', (request) => asked.push(new URL(request.url()).origin));
  await page.goto(`${lung.url}/help/docs`);
  await page.getByText('Greets.').click();
  await page.getByRole('button', { name: 'Try it out' }).click();
  await page.getByPlaceholder('name').fill('Ada');
  await page.getByRole('button', { name: 'Execute' }).click();
  await page.locator('.live-responses-table').getByText('"name": "Ada"').first().waitFor();
  const screenshot = process.env['DOCS_PAGE_SCREENSHOT'];
  if (screenshot !== undefined) await page.screenshot({ path: screenshot, fullPage: true });
  expect(await page.title()).toBe('Shop <b>');
  expect(problems).toEqual([]);
  expect([...new Set(asked.filter((origin) => origin !== 'null'))]).toEqual([lung.url]);
  await page.close();
});

it('can be read only, and be guarded', async () => {
  const refuse = (exchange: { reply(status: number, headers: object): void }): void => exchange.reply(403, {});
  const lung = new Lung({
    endpoints: [docsPage({ tryItOut: false }), docsPage({ path: '/secret', before: [refuse] })],
  });
  expect(await (await lung.inject('GET /docs/start.js')).text()).toContain('"supportedSubmitMethods":[]');
  for (const path of ['', '/start.js', '/swagger-ui.css', '/swagger-ui-bundle.js'])
    expect((await lung.inject(`GET /secret${path}`)).status).toBe(403);
  expect((await lung.inject('GET /docs/swagger-ui.css')).headers.get('content-type')).toContain('text/css');
  expect(() => docsPage({ path: '/a"b' })).toThrow('path must be');
});
