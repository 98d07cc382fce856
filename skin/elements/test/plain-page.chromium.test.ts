import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { expect, it } from 'vitest';
import { chromiumArgs, findChromium } from '../../../tools/chromium.ts';

const page = `<!doctype html><html lang="en"><title>Plain</title><script type="module" src="/skin.js"></script>
<form><skin-text-field name="place" label="Place" required></skin-text-field><skin-select name="unit" label="Unit"><option>km</option><option>mi</option></skin-select>
<skin-checkbox name="alert">Alert</skin-checkbox><skin-button type="submit" variant="primary">Send</skin-button></form><output></output>
<skin-card><skin-badge tone="success">live</skin-badge><skin-icon name="check"></skin-icon></skin-card><skin-table caption="T"></skin-table><skin-dialog label="D"></skin-dialog>
<script type="module">document.querySelector('form').addEventListener('submit', (event) => { event.preventDefault(); document.querySelector('output').value = new URLSearchParams(new FormData(event.target)).toString(); });</script></html>`;

const executablePath = findChromium();

it('works on a plain page, with one script and no build', async () => {
  execFileSync(process.execPath, [fileURLToPath(new URL('../bundle.mjs', import.meta.url))]);
  const script = readFileSync(new URL('../dist/skin.js', import.meta.url));
  const server = createServer((request, response) => {
    if (request.url === '/skin.js') response.setHeader('content-type', 'text/javascript').end(script);
    else if (request.url === '/') response.setHeader('content-type', 'text/html').end(page);
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const browser = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: [...chromiumArgs],
  });
  try {
    const tab = await browser.newPage();
    const errors: string[] = [];
    tab.on('pageerror', (error) => errors.push(error.message));
    await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await tab.getByRole('button', { name: 'Send' }).click();
    await tab.locator('skin-text-field').getByText(/fill/i).waitFor();
    await tab.getByLabel('Place').fill('Hualien');
    await tab.getByLabel('Unit').selectOption('mi');
    await tab.getByRole('checkbox', { name: 'Alert' }).check();
    await tab.getByRole('button', { name: 'Send' }).click();
    await tab.locator('output', { hasText: 'place=Hualien&unit=mi&alert=on' }).waitFor();
    expect(errors).toEqual([]);
  } finally {
    await browser.close();
    server.close();
  }
}, 30_000);
