import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { expect, it } from 'vitest';
import { chromiumArgs, findChromium } from '../../../tools/chromium.ts';

const bundle = async (entry: string): Promise<string> => {
  const entryPoints = [fileURLToPath(new URL(`../src/${entry}`, import.meta.url))];
  const { outputFiles } = await build({ entryPoints, bundle: true, write: false, format: 'esm' });
  return outputFiles[0]?.text ?? '';
};

const executablePath = findChromium();

it('a form says which control is not imported, and fills those that come later', async () => {
  const browser = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: [...chromiumArgs],
  });
  try {
    const tab = await browser.newPage();
    const warnings: string[] = [];
    tab.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
    await tab.setContent('<!doctype html><html lang="en"><title>Late</title><skin-form></skin-form><output></output>');
    await tab.addScriptTag({ type: 'module', content: await bundle('form/form.ts') });
    await tab.addScriptTag({
      type: 'module',
      content: `const form = document.querySelector('skin-form');
        form.bone = { type: 'object', required: ['place'], properties: { place: { type: 'string', title: 'Place', minLength: 1 }, felt: { type: 'boolean' }, tags: { type: 'array', items: { type: 'string' } } } };
        form.value = { place: 'Hualien', felt: true, tags: ['x'] };
        form.addEventListener('send', ({ detail }) => { document.querySelector('output').value = JSON.stringify(detail.value); });`,
    });
    await expect.poll(() => warnings.join()).toContain('<skin-text-field> is not imported.');
    await tab.addScriptTag({ type: 'module', content: await bundle('index.ts') });
    expect(await tab.getByLabel('Place').inputValue()).toBe('Hualien');
    expect(await tab.getByRole('checkbox', { name: 'Felt' }).isChecked()).toBe(true);
    await tab.getByLabel('Place').fill('Kodiak');
    await tab.getByRole('button', { name: 'Send' }).click();
    await tab.locator('output', { hasText: '{"place":"Kodiak","felt":true,"tags":["x"]}' }).waitFor();
  } finally {
    await browser.close();
  }
}, 30_000);
