import { build } from 'esbuild';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stage, stage } from './gallery-server.ts';
import type { Look, StoryPage } from './stories-page.ts';

declare global {
  var stories: StoryPage;
}

const here = fileURLToPath(new URL('.', import.meta.url));
// Structure is the same in each look, and `tools/stories.ts` has all rules look at it; what differs is what is seen.
const seen = ['color-contrast', 'target-size', 'link-in-text-block'];
/** The looks that the stories themselves leave out. */
const looks: readonly { readonly name: string; readonly look: Look; readonly forcedColors?: 'active' }[] = [
  { name: 'dark and right to left', look: { theme: 'dark', direction: 'rtl', rules: seen } },
  { name: 'forced colours', look: { theme: 'dark', direction: 'ltr', rules: seen }, forcedColors: 'active' },
  { name: 'text of twice the size', look: { theme: 'light', direction: 'rtl', text: 2, rules: seen } },
];

const folder = mkdtempSync(join(tmpdir(), 'skin-stories-'));
let host: Stage;

beforeAll(async () => {
  const files = globSync('*/*.stories.ts', { cwd: join(here, '../src') }).sort();
  const imports = files.map((file, at) => `import * as s${at} from '../src/${file}';`);
  const entries = files.map((file, at) => `'${file.split('/')[0]}': s${at}`);
  await build({
    stdin: {
      contents: `import { harness } from './stories-page.ts';${imports.join('')}globalThis.stories = harness({${entries.join()}});`,
      resolveDir: here,
    },
    bundle: true,
    splitting: true,
    outdir: folder,
    format: 'esm',
    conditions: ['@organism/source', 'browser'],
    loader: { '.json': 'json' },
    logLevel: 'error',
  });
  host = await stage(folder);
  host.answers.set(
    '/',
    '<!doctype html><html lang="en"><title>Stories</title><link rel="icon" href="data:,"><body><script type="module" src="/stdin.js"></script>',
  );
}, 60_000);

afterAll(async () => {
  await (host as Stage | undefined)?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

describe('every story', () => {
  it.each(looks)('has nothing wrong: $name', { timeout: 120_000 }, async ({ look, forcedColors }) => {
    const open = async () => {
      const tab = await host.browser.newPage({
        reducedMotion: 'reduce',
        colorScheme: look.theme,
        ...(forcedColors !== undefined && { forcedColors }),
      });
      await tab.goto(`${host.url}/`);
      await tab.waitForFunction(() => 'stories' in globalThis);
      return tab;
    };
    const tabs = await Promise.all([open(), open()]);
    const names = (await tabs[0]?.evaluate(() => globalThis.stories.names)) ?? [];
    expect(names.length).toBeGreaterThan(80);
    const waiting = [...names];
    const wrong: string[] = [];
    await Promise.all(
      tabs.map(async (tab) => {
        for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
          const found = await tab.evaluate(
            async ([story, how]) => {
              try {
                return await globalThis.stories.look(story, how);
              } catch (error) {
                return [`failed: ${String(error)}`];
              }
            },
            [name, look] as const,
          );
          for (const one of found) wrong.push(`${name}: ${one}`);
        }
        await tab.close();
      }),
    );
    expect(wrong.sort()).toEqual([]);
  });
});
