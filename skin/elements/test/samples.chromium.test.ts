import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { stage } from './gallery-server.ts';

const examples = fileURLToPath(new URL('../../../examples', import.meta.url));
const vite = fileURLToPath(new URL('../../../node_modules/vite/bin/vite.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'skin-samples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(['react', 'vue', 'svelte'])('the sample in %s', (framework) => {
  it('builds; its form, table and dialog answer', { timeout: 120_000 }, async () => {
    const root = join(examples, `skin-${framework}`);
    const outDir = join(folder, framework);
    await promisify(execFile)(
      process.execPath,
      [vite, 'build', '--logLevel', 'warn', '--emptyOutDir', '--outDir', outDir],
      {
        cwd: root,
        env: { ...process.env, NODE_ENV: 'production' },
      },
    );
    await using host = await stage(outDir);
    const tab = await host.browser.newPage({ viewport: { width: 390, height: 900 } });
    const errors: string[] = [];
    tab.on('pageerror', ({ message }) => errors.push(message));
    tab.on('console', (message) => ['error', 'warning'].includes(message.type()) && errors.push(message.text()));
    await tab.goto(`${host.url}/index.html`);
    const cell = (name: string) => tab.getByRole('gridcell', { name }).or(tab.getByRole('cell', { name }));

    await tab.getByText('2 readings').waitFor();
    await tab.getByRole('button', { name: 'Add' }).click();
    await tab.getByText('Please fill out this field').first().waitFor();
    expect(await tab.getByText('2 readings').count(), 'nothing was added').toBe(1);

    await tab.getByRole('textbox', { name: 'Place' }).fill('Padang, Sumatra');
    await tab.getByRole('spinbutton', { name: 'Magnitude' }).fill('6.2');
    await tab.getByRole('combobox', { name: 'Kind' }).selectOption('explosion');
    await tab.getByRole('button', { name: 'Add' }).click();
    await tab.getByText('3 readings').waitFor();
    await cell('explosion').waitFor();
    await tab.getByText('Padang, Sumatra was added').waitFor();
    expect(await tab.getByRole('textbox', { name: 'Place' }).inputValue(), 'the form was reset').toBe('');

    await tab.getByRole('searchbox', { name: 'Search' }).fill('taiwan');
    await expect.poll(() => cell('Padang, Sumatra').count()).toBe(0);
    await cell('Hualien, Taiwan').click();
    const dialog = tab.getByRole('dialog', { name: 'Hualien, Taiwan' });
    await dialog.waitFor();
    await tab.getByText('Magnitude 6.4, earthquake').waitFor();
    await tab.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    // The framework knows that the user closed it: the same row opens it again.
    await cell('Hualien, Taiwan').click();
    await tab.getByRole('button', { name: 'Delete' }).click();
    await tab.getByText('2 readings').waitFor();

    await tab.getByRole('switch', { name: 'Dark' }).click();
    const scheme = () => tab.locator('skin-container').evaluate((element) => getComputedStyle(element).colorScheme);
    await expect.poll(scheme).toBe('dark');
    const shots = process.env['SKIN_SAMPLE_SHOTS'];
    if (shots !== undefined) await tab.screenshot({ path: join(shots, `${framework}.png`), fullPage: true });
    expect(errors).toEqual([]);
  });
});
