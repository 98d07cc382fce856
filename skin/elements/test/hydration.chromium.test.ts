// The server's DOM comes first: the elements are built on it.
import '@lit-labs/ssr/lib/install-global-dom-shim.js';
import { render } from '@lit-labs/ssr';
import { collectResult } from '@lit-labs/ssr/lib/render-result.js';
import { prepareServer } from '@organism/skin-elements/server';
import { build } from 'esbuild';
import { html, unsafeStatic } from 'lit/static-html.js';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { stage } from './gallery-server.ts';
import { manifestNow, tagsIn } from './types-manifest.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const levels = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** Parts of others, and lists that want parts: alone they have nothing that stands for them. */
const parts = /-(item|tab|slide)$|^skin-(tree|drag-list)$/;

it('a page from the server is accessible before and after its script, and nothing in it moves', async () => {
  await import('@organism/skin-elements/all');
  prepareServer();
  const tags = tagsIn(manifestNow()).filter((tag) => customElements.get(tag) !== undefined && !parts.test(tag));
  const rendered = await Promise.all(
    tags.map((tag) => {
      const name = unsafeStatic(tag);
      // What a button shows must be part of its name.
      const element = /^skin-(button|icon-button|avatar)$/.test(tag)
        ? html`<${name} name="Ada Lovelace" title="Ada">Ada</${name}>`
        : html`<${name} label="The ${tag}" name="it">Content</${name}>`;
      return collectResult(render(html`<section>${element}</section>`));
    }),
  );
  const { outputFiles } = await build({
    stdin: {
      contents: `import '@lit-labs/ssr-client/lit-element-hydrate-support.js';import '../src/all.ts';`,
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    write: false,
    format: 'esm',
    conditions: ['browser'],
    splitting: true,
    minify: true,
    outdir: '/',
    entryNames: 'kit',
  });
  const folder = mkdtempSync(join(tmpdir(), 'skin-hydration-'));
  await using host = await stage(folder);
  rmSync(folder, { recursive: true });
  for (const { path, text } of outputFiles) host.answers.set(`/${basename(path)}`, text);
  host.answers.set(
    '/',
    `<!doctype html><html lang="en"><title>SSR</title><link rel="icon" href="data:,"><body><main><h1>All</h1>${rendered.join('')}</main></body></html>`,
  );
  const tab = await host.browser.newPage({ viewport: { width: 1000, height: 800 }, reducedMotion: 'reduce' });
  await tab.goto(`${host.url}/`);
  await tab.evaluate(axe);
  const faults = (): Promise<unknown> =>
    tab.evaluate(
      `axe.run('main', { runOnly: ${JSON.stringify(levels)} }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ' ' + target.join(' '))))`,
    );
  const boxes = (): Promise<{ name: string; top: number; height: number }[]> =>
    tab.evaluate(() =>
      [...document.querySelectorAll('section')].map((section) => {
        const { top, height } = section.getBoundingClientRect();
        return { name: section.firstElementChild?.localName ?? '', top, height };
      }),
    );
  const before = { faults: await faults(), boxes: await boxes() };
  await tab.addScriptTag({ type: 'module', url: '/kit.js' });
  await tab.evaluate(async () => {
    const all = [...document.querySelectorAll<HTMLElement & { updateComplete?: unknown }>('section > *')];
    await Promise.all(all.map(({ localName }) => customElements.whenDefined(localName)));
    await Promise.all(all.map(({ updateComplete }) => updateComplete));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  });
  expect(before.boxes.length).toBeGreaterThan(75);
  // Sums of fractions of a pixel may differ in their last part.
  const stays = ({ name, top, height }: { name: string; top: number; height: number }): object => ({
    name,
    top: expect.closeTo(top, 0),
    height: expect.closeTo(height, 0),
  });
  expect(await boxes()).toEqual(before.boxes.map(stays));
  expect([before.faults, await faults()]).toEqual([[], []]);
}, 90_000);
