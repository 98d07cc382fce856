import { build } from 'esbuild';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumArgs, findChromium } from '../../../tools/chromium.ts';

interface Counters {
  readonly documents: number;
  readonly nodes: number;
  readonly jsEventListeners: number;
}

let server: Server;
let browser: Browser;
let tab: Page;
let session: CDPSession;

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../src/all.ts', import.meta.url))],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    conditions: ['@organism/source'],
    logLevel: 'error',
  });
  const script = outputFiles[0]?.contents ?? '';
  server = createServer(({ url }, response) => {
    if (url === '/all.js') response.setHeader('content-type', 'text/javascript').end(script);
    else
      response
        .setHeader('content-type', 'text/html')
        .end(
          '<!doctype html><html lang="en"><title>Memory</title><link rel="icon" href="data:,"><script type="module">import * as kit from "/all.js"; Object.assign(window, { kit });</script>',
        );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const executablePath = findChromium();
  browser = await chromium.launch({ ...(executablePath !== undefined && { executablePath }), args: [...chromiumArgs] });
  tab = await browser.newPage();
  await tab.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await tab.waitForFunction(() => 'kit' in window);
  session = await tab.context().newCDPSession(tab);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  server?.close();
});

/** What is in memory once all that could go is gone. */
const counters = async (): Promise<Counters> => {
  for (let pass = 0; pass < 2; pass += 1) await session.send('HeapProfiler.collectGarbage');
  return session.send('Memory.getDOMCounters');
};

/** In the page: mounts an element and takes it away, so many times. */
const churn = async ({ tag, times }: { tag: string; times: number }): Promise<void> => {
  const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
  for (let index = 0; index < times; index += 1) {
    const element = document.createElement(tag) as HTMLElement & { readonly updateComplete?: Promise<unknown> };
    element.append('Text', document.createElement('p'));
    document.body.append(element);
    await element.updateComplete;
    element.focus();
    await frame();
    element.remove();
    await element.updateComplete;
  }
  await frame();
  await frame();
};

const tags = (): Promise<string[]> =>
  tab.evaluate(() => {
    const { kit } = globalThis as { readonly kit?: Readonly<Record<string, unknown>> };
    return Object.values(kit ?? {}).flatMap((one) => {
      if (typeof one !== 'function' || !(one.prototype instanceof HTMLElement)) return [];
      try {
        return [new (one as CustomElementConstructor)().localName];
      } catch {
        // A base class stands for no tag.
        return [];
      }
    });
  });

describe('elements that are mounted and taken away', () => {
  it('leave no node and no listener behind, whichever they are', async () => {
    const all = await tags();
    expect(all.length).toBeGreaterThan(70);
    // What is made once (styles, templates, engines, pools) is no leak.
    for (const tag of all) await tab.evaluate(churn, { tag, times: 3 });
    const grown: Record<string, Counters> = {};
    let before = await counters();
    for (const tag of all) {
      await tab.evaluate(churn, { tag, times: 10 });
      const after = await counters();
      const growth = {
        documents: after.documents - before.documents,
        nodes: after.nodes - before.nodes,
        jsEventListeners: after.jsEventListeners - before.jsEventListeners,
      };
      if (Object.values(growth).some((more) => more > 0)) grown[tag] = growth;
      before = after;
    }
    expect(grown).toEqual({});
  }, 240_000);
});
