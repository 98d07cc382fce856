import { build } from 'esbuild';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { stage } from './gallery-server.ts';

const source = fileURLToPath(new URL('../src/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'skin-copies-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A copy of the kit with Lit and all, and some of its elements. */
const copy = async (name: string, modules: readonly string[]): Promise<void> => {
  await build({
    stdin: { contents: modules.map((module) => `import './${module}.ts';`).join(''), resolveDir: source },
    outfile: join(folder, name),
    bundle: true,
    format: 'esm',
    target: 'es2023',
  });
};

it('elements of one copy of the kit work with those of another on the page', async () => {
  await copy('first.js', ['menu/menu', 'accordion/accordion-item', 'toast/toast']);
  await copy('second.js', ['dropdown/dropdown', 'accordion/accordion', 'context-menu/context-menu', 'toast/toast']);
  writeFileSync(
    join(folder, 'index.html'),
    `<!doctype html><html lang="en"><title>Two</title><script type="module" src="first.js"></script><script type="module" src="second.js"></script>
<skin-dropdown label="Export"><skin-menu-item value="csv">As CSV</skin-menu-item><skin-menu-item>As JSON</skin-menu-item></skin-dropdown>
<skin-accordion exclusive><skin-accordion-item label="One" open>1</skin-accordion-item><skin-accordion-item label="Two">2</skin-accordion-item></skin-accordion></html>`,
  );
  await using host = await stage(folder);
  const tab = await host.browser.newPage();
  const errors: string[] = [];
  tab.on('pageerror', (error) => errors.push(error.message));
  await tab.goto(`${host.url}/index.html`);
  const chosen = tab.evaluate(
    () =>
      new Promise((resolve) => {
        document.addEventListener('select', (event) => resolve((event as CustomEvent).detail.value));
      }),
  );
  await tab.getByRole('button', { name: 'Export' }).click();
  await tab.getByRole('menuitem', { name: 'As CSV' }).click();
  expect(await chosen).toBe('csv');
  await tab.getByRole('button', { name: 'One' }).press('ArrowDown');
  await tab.keyboard.press('Enter');
  await tab.getByRole('button', { name: 'Two', expanded: true }).waitFor();
  await tab.getByRole('button', { name: 'One', expanded: false }).waitFor();
  expect(errors).toEqual([]);
}, 60_000);
