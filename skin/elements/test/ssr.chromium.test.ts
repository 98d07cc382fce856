// The server's DOM comes first: the elements are built on it.
import '@lit-labs/ssr/lib/install-global-dom-shim.js';
import { render } from '@lit-labs/ssr';
import { collectResult } from '@lit-labs/ssr/lib/render-result.js';
import { prepareServer } from '@organism/skin-elements/server';
import { build } from 'esbuild';
import { html, unsafeStatic } from 'lit/static-html.js';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { stage } from './gallery-server.ts';
import { manifestNow, tagsIn } from './types-manifest.ts';

const rendered = new Map<string, string>();
const failed: string[] = [];

beforeAll(async () => {
  await import('@organism/skin-elements/all');
  prepareServer();
  for (const tag of tagsIn(manifestNow()).filter((name) => customElements.get(name) !== undefined)) {
    const name = unsafeStatic(tag);
    try {
      rendered.set(tag, await collectResult(render(html`<${name} label="Label"></${name}>`)));
    } catch (error) {
      failed.push(`${tag}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}, 60_000);

/** A script of some modules, and what it loads when it is used, by path. */
const bundle = async (...imports: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const { outputFiles } = await build({
    stdin: {
      contents: imports.map((path) => `import '${path}';`).join(''),
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    write: false,
    format: 'esm',
    conditions: ['browser'],
    splitting: true,
    // The engines of heavy elements are megabytes.
    minify: true,
    outdir: '/',
    entryNames: 'kit',
  });
  return new Map(outputFiles.map(({ path, text }) => [`/${basename(path)}`, text]));
};

describe('rendered on a server', () => {
  it('each element comes with its shadow root', () => {
    expect(failed).toEqual([]);
    expect(rendered.size).toBeGreaterThan(60);
    const without = [...rendered].filter(([, text]) => !text.includes('<template shadowroot="open"'));
    expect(without.map(([tag]) => tag)).toEqual([]);
  });

  it('each element is shown before its script, and taken over by it without an error', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'skin-ssr-'));
    await using host = await stage(folder);
    rmSync(folder, { recursive: true });
    const scripts = await bundle('@lit-labs/ssr-client/lit-element-hydrate-support.js', '../src/all.ts');
    for (const [path, text] of scripts) host.answers.set(path, text);
    const broken: string[] = [];
    const tab = await host.browser.newPage();
    let errors: string[] = [];
    tab.on('pageerror', (error) => errors.push(error.message));
    tab.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    for (const [tag, text] of rendered) {
      errors = [];
      host.answers.set(
        '/',
        `<!doctype html><html lang="en"><title>SSR</title><link rel="icon" href="data:,"><body>${text}</body></html>`,
      );
      await tab.goto(`${host.url}/`);
      const before = await tab.evaluate((name) => document.querySelector(name)?.shadowRoot !== null, tag);
      await tab.addScriptTag({ type: 'module', url: '/kit.js' });
      await tab.evaluate(async (name) => {
        await customElements.whenDefined(name);
        await (document.querySelector(name) as unknown as { updateComplete: unknown }).updateComplete;
      }, tag);
      // Taken over, not drawn a second time beside what was there.
      const twice = await tab.evaluate((name) => {
        const slots = [...(document.querySelector(name)?.shadowRoot?.querySelectorAll('slot') ?? [])];
        const names = slots.map((slot) => slot.name);
        const all = [...(document.querySelector(name)?.shadowRoot?.querySelectorAll('[part],[id]') ?? [])];
        const ids = all.map(({ id }) => id).filter((id) => id !== '');
        return new Set(names).size < names.length || new Set(ids).size < ids.length;
      }, tag);
      if (twice) errors.push('drawn twice');
      if (!before) errors.unshift('no shadow root before the script');
      if (errors.length > 0) broken.push(`${tag}: ${errors[0]}`);
    }
    expect(broken).toEqual([]);
  }, 120_000);
});
