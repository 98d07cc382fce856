import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stage, stage } from './gallery-server.ts';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
let host: Stage;

beforeAll(async () => {
  execFileSync(process.execPath, [fileURLToPath(new URL('../bundle.mjs', import.meta.url))]);
  host = await stage(dist);
}, 60_000);
afterAll(() => host[Symbol.asyncDispose]());

const elements = `<skin-code-editor label="Code" language="json" value='{"a": tru}'></skin-code-editor>
<skin-rich-text-editor label="Text" value="<p>one <b>two</b></p>"></skin-rich-text-editor>
<skin-markdown text="# Title"></skin-markdown>`;

/** The text of the editor's line up to the mark of an error. */
const beforeMark = (tab: Page): Promise<string> =>
  tab.locator('.cm-line').evaluate((line) => {
    const mark = line.querySelector('.cm-lintPoint, .cm-lintRange');
    if (mark === null) return 'no mark';
    const range = document.createRange();
    range.setStart(line, 0);
    range.setEndBefore(mark);
    return range.toString();
  });

it.each(['/skin.js', '/cdn/autoloader.js'])(
  'a plain page gets its engines beside %s',
  async (script) => {
    host.requests.length = 0;
    host.answers.set(
      '/',
      `<!doctype html><html lang="en"><title>Engines</title><link rel="icon" href="data:,"><script type="module" src="${script}"></script><body>${elements}</html>`,
    );
    const tab = await host.browser.newPage();
    const errors: string[] = [];
    tab.on('pageerror', (error) => errors.push(error.message));
    await tab.goto(`${host.url}/`);
    await tab.getByRole('heading', { name: 'Title' }).waitFor();
    await tab.getByRole('textbox', { name: 'Text' }).locator('strong').waitFor();
    // Highlighted and looked through: the packages of language and lint share what they stand on. Whichever comes
    // first, the mark ends up where the text breaks off.
    await tab.locator('.cm-lint-marker-error').waitFor();
    await tab.locator('.cm-line span[class]', { hasText: '"a"' }).first().waitFor();
    await expect.poll(() => beforeMark(tab)).toBe('{"a": ');
    expect(errors).toEqual([]);
    const engines = host.requests.filter((path) => path.startsWith('/cdn/engines/') && !path.includes('chunks'));
    expect(engines.sort()).toEqual(
      ['code-editor', 'markdown', 'rich-text-editor'].map((name) => `/cdn/engines/${name}-engine.js`),
    );
    await tab.close();
  },
  60_000,
);

it('a page that uses none of them loads no engine', async () => {
  host.requests.length = 0;
  host.answers.set(
    '/',
    '<!doctype html><html lang="en"><title>Engines</title><script type="module" src="/skin.js"></script><body><skin-button>Go</skin-button></html>',
  );
  const tab = await host.browser.newPage();
  await tab.goto(`${host.url}/`);
  await tab.getByRole('button', { name: 'Go' }).click();
  expect(host.requests.filter((path) => path.includes('engines'))).toEqual([]);
  await tab.close();
});

it('an engine that can’t be had leaves plain elements, and is told', async () => {
  for (const name of ['code-editor', 'markdown', 'rich-text-editor'])
    host.answers.set(`/cdn/engines/${name}-engine.js`, null);
  host.answers.set(
    '/',
    `<!doctype html><html lang="en"><title>Engines</title><script>told = []; addEventListener('engine-error', ({ target, detail }) => told.push(target.localName + ' ' + detail.error.code))</script><script type="module" src="/skin.js"></script><body>${elements}</html>`,
  );
  const tab = await host.browser.newPage();
  await tab.goto(`${host.url}/`);
  await expect
    .poll(() => tab.evaluate('told.sort()'))
    .toEqual(['skin-code-editor', 'skin-markdown', 'skin-rich-text-editor'].map((tag) => `${tag} SKIN_ENGINE_FAILED`));
  expect(await tab.getByLabel('Code').inputValue()).toBe('{"a": tru}');
  await tab.getByText('# Title').waitFor();
  await tab.close();
  host.answers.clear();
});

it('what is bundled brings its licences', () => {
  const notices = readFileSync(`${dist}licenses.txt`, 'utf8');
  for (const name of ['lit', '@codemirror/view', 'prosemirror-view', '@tiptap/core', 'marked', 'dompurify'])
    expect(notices).toContain(`\n${name} `);
});
