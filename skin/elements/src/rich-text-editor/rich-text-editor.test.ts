import { html, type TemplateResult } from 'lit';
import { describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { showForm } from '../../test/form.ts';
import { expectAccessible, inside } from '../../test/helpers.ts';
import type { EngineFailure } from '../base/engine.ts';
import { setTerms } from '../base/translations.ts';
import type { LoadRichEngine } from './contract.ts';
import { loadRichEngine } from './engine.ts';
import { htmlOf, isFormatted, plainOf } from './plain.ts';
import type { RichTextReceptor, RichTextTooLong } from './rich-text-editor.ts';
import './rich-text-editor.ts';

/** A busy machine may take its time to load an engine. */
const patience = { timeout: 15_000 };
const waitFor = (check: () => unknown): Promise<unknown> => vi.waitFor(check, patience);
const editorIn = (stage: Element): RichTextReceptor => stage.querySelector('skin-rich-text-editor') as RichTextReceptor;
const errorIn = (editor: Element): string | undefined =>
  editor.shadowRoot?.querySelector('#error')?.textContent ?? undefined;
const isReady = async (stage: Element): Promise<void> =>
  void (await waitFor(() =>
    expect([...stage.querySelectorAll('skin-rich-text-editor:not(:state(ready))')]).toEqual([]),
  ));
const setUp = async (template: TemplateResult) => {
  const form = await showForm(template);
  await isReady(form.stage);
  const editor = editorIn(form.stage);
  await editor.updateComplete;
  const content = editor.shadowRoot?.querySelector('.content') as HTMLElement;
  return { ...form, editor, content };
};
const button = (name: string) => page.getByRole('button', { name, exact: true });
const selectAll = '{Control>}a{/Control}';
const paste = (content: HTMLElement, type: string, data: string): void => {
  const clipboardData = new DataTransfer();
  clipboardData.setData(type, data);
  content.dispatchEvent(
    new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true, composed: true }),
  );
};

const drop = (content: HTMLElement, data: string): void => {
  const dataTransfer = new DataTransfer();
  dataTransfer.setData('text/plain', data);
  const { left, top } = content.getBoundingClientRect();
  const place = { clientX: left + 20, clientY: top + 20 };
  content.dispatchEvent(
    new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true, composed: true, ...place }),
  );
};

describe('skin-rich-text-editor', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<skin-rich-text-editor
          label="Report"
          help="What was felt"
          placeholder="Write"
          value="<h2>A</h2><p><a href='https://example.org'>b</a></p>"
        ></skin-rich-text-editor
        ><skin-rich-text-editor label="Read" readonly value="<p>x</p>"></skin-rich-text-editor
        ><skin-rich-text-editor label="Off" disabled></skin-rich-text-editor>`,
      isReady,
    );
  });

  it('is accessible as a plain text area, and with the address of a link open', async () => {
    const never: LoadRichEngine = () => new Promise(() => {});
    await expectAccessible(html`<skin-rich-text-editor label="Plain" .engine=${never}></skin-rich-text-editor>`);
    await expectAccessible(html`<skin-rich-text-editor label="R"></skin-rich-text-editor>`, async (stage) => {
      await isReady(stage);
      await userEvent.click(button('Link'));
      await expect.element(page.getByRole('textbox', { name: 'Address' })).toBeVisible();
    });
  });

  it('takes what is typed, tells of it, and submits it as HTML', async () => {
    const { log, submitted, editor } = await setUp(
      html`<skin-rich-text-editor name="it" label="R"></skin-rich-text-editor>`,
    );
    await userEvent.click(page.getByRole('textbox', { name: 'R' }));
    await userEvent.keyboard('a{Enter}b<');
    expect(submitted()).toEqual(['<p>a</p><p>b&lt;</p>']);
    expect([new Set(log), editor.json?.type]).toEqual([new Set(['input']), 'doc']);
    await userEvent.keyboard('{Tab}');
    expect(log.at(-1)).toBe('change');
  });

  it.each([
    ['Heading 1', '<h1>a</h1>'],
    ['Heading 2', '<h2>a</h2>'],
    ['Heading 3', '<h3>a</h3>'],
    ['Bold', '<p><strong>a</strong></p>'],
    ['Italic', '<p><em>a</em></p>'],
    ['Underline', '<p><u>a</u></p>'],
    ['Strikethrough', '<p><s>a</s></p>'],
    ['Code', '<p><code>a</code></p>'],
    ['Bullet list', '<ul><li><p>a</p></li></ul>'],
    ['Numbered list', '<ol><li><p>a</p></li></ol>'],
    ['Quote', '<blockquote><p>a</p></blockquote>'],
    ['Code block', '<pre><code>a</code></pre>'],
  ])('%s is put on and taken off', async (name, expected) => {
    const { editor } = await setUp(html`<skin-rich-text-editor label="R" value="<p>a</p>"></skin-rich-text-editor>`);
    editor.focus();
    await userEvent.keyboard(selectAll);
    await userEvent.click(button(name));
    await expect.element(button(name)).toHaveAttribute('aria-pressed', 'true');
    expect(editor.value).toBe(expected);
    await userEvent.click(button(name));
    await expect.element(button(name)).toHaveAttribute('aria-pressed', 'false');
    expect(editor.value).toBe('<p>a</p>');
  });

  it('undoes and redoes; what can do nothing says so', async () => {
    const { editor } = await setUp(html`<skin-rich-text-editor label="R"></skin-rich-text-editor>`);
    await expect.element(button('Undo')).toHaveAttribute('aria-disabled', 'true');
    editor.focus();
    await userEvent.keyboard('a');
    await userEvent.click(button('Undo'));
    expect(editor.value).toBe('');
    await userEvent.click(button('Redo'));
    expect(editor.value).toBe('<p>a</p>');
  });

  it('does by keys what its titles say', async () => {
    const { editor } = await setUp(html`<skin-rich-text-editor label="R" value="<p>a</p>"></skin-rich-text-editor>`);
    await expect.element(button('Bold')).toHaveAttribute('title', 'Bold (Ctrl+B)');
    await expect.element(button('Bold')).toHaveAttribute('aria-keyshortcuts', 'Control+B');
    editor.focus();
    for (const [keys, expected] of [
      ['{Control>}b{/Control}', '<p><strong>a</strong></p>'],
      ['{Control>}b{/Control}{Control>}i{/Control}', '<p><em>a</em></p>'],
      ['{Control>}i{/Control}{Control>}{Alt>}2{/Alt}{/Control}', '<h2>a</h2>'],
      ['{Control>}{Alt>}2{/Alt}{/Control}{Control>}e{/Control}', '<p><code>a</code></p>'],
    ] as const) {
      await userEvent.keyboard(selectAll + keys);
      expect(editor.value).toBe(expected);
    }
  });
});

describe('its toolbar', () => {
  it('is one stop of Tab; arrows, Home and End lead through it, round at its ends', async () => {
    const { editor } = await setUp(
      html`<button type="button">before</button
        ><skin-rich-text-editor label="R" tools="bold italic | nonsense undo"></skin-rich-text-editor>`,
    );
    const focused = (): string | null | undefined => editor.shadowRoot?.activeElement?.getAttribute('aria-label');
    await userEvent.click(button('before'));
    await userEvent.keyboard('{Tab}');
    const seen = [focused()];
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft', 'Home', 'End']) {
      await userEvent.keyboard(`{${key}}`);
      seen.push(focused());
    }
    expect(seen).toEqual(['Bold', 'Italic', 'Undo', 'Bold', 'Undo', 'Bold', 'Undo']);
    await userEvent.keyboard('{Tab}');
    expect(focused()).toBe('R');
    await userEvent.keyboard('{Shift>}{Tab}{/Shift}');
    expect(focused()).toBe('Undo');
    await userEvent.keyboard('{Escape}');
    expect(focused()).toBe('R');
    await userEvent.keyboard('{Alt>}{F10}{/Alt}');
    expect(focused()).toBe('Undo');
  });

  it('goes the other way where text does', async () => {
    const { editor } = await setUp(
      html`<div dir="rtl"><skin-rich-text-editor label="R"></skin-rich-text-editor></div>`,
    );
    editor.focus();
    await userEvent.keyboard('{Alt>}{F10}{/Alt}{ArrowLeft}');
    expect(editor.shadowRoot?.activeElement?.getAttribute('aria-label')).toBe('Heading 2');
  });

  it('works by keyboard without taking the selection', async () => {
    const { editor } = await setUp(
      html`<skin-rich-text-editor label="R" tools="bold" value="<p>abc</p>"></skin-rich-text-editor>`,
    );
    editor.focus();
    await userEvent.keyboard(`${selectAll}{Alt>}{F10}{/Alt}{Enter}`);
    expect([editor.value, editor.shadowRoot?.activeElement?.getAttribute('aria-label')]).toEqual([
      '<p><strong>abc</strong></p>',
      'Bold',
    ]);
  });

  it('speaks the language of the page', async () => {
    setTerms('xx', { bold: 'Fett', formatting: 'Formate', headingLevel: 'Ebene #' });
    await setUp(html`<div lang="xx"><skin-rich-text-editor label="R"></skin-rich-text-editor></div>`);
    await expect.element(page.getByRole('toolbar', { name: 'Formate' })).toBeVisible();
    await expect.element(button('Fett')).toBeVisible();
    await expect.element(button('Ebene 3')).toBeVisible();
  });
});

describe('links', () => {
  it('are made, changed and taken away', async () => {
    const { editor } = await setUp(html`<skin-rich-text-editor label="R" value="<p>map</p>"></skin-rich-text-editor>`);
    editor.focus();
    await userEvent.keyboard(`${selectAll}{Control>}k{/Control}`);
    await waitFor(() => expect(editor.shadowRoot?.activeElement?.id).toBe('address'));
    await userEvent.keyboard('example.org/a{Enter}');
    expect(editor.value).toBe('<p><a rel="noopener" href="https://example.org/a">map</a></p>');
    await userEvent.keyboard('{Control>}k{/Control}');
    await expect.element(page.getByRole('textbox', { name: 'Address' })).toHaveValue('https://example.org/a');
    await userEvent.keyboard('{Escape}');
    expect(editor.shadowRoot?.activeElement?.getAttribute('aria-label')).toBe('R');
    await userEvent.click(button('Link'));
    await userEvent.click(button('Remove link'));
    expect(editor.value).toBe('<p>map</p>');
  });

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    ' javascript:x',
    'java\nscript:x',
  ])('lead to no script: %s', async (address) => {
    const { editor, content } = await setUp(
      html`<skin-rich-text-editor label="R" .value=${`<p><a href="${address}">x</a></p>`}></skin-rich-text-editor>`,
    );
    expect(editor.value).not.toMatch(/script|data:/i);
    await userEvent.click(button('Link'));
    // A field of one line would take the line break out.
    await userEvent.fill(page.getByRole('textbox', { name: 'Address' }), address.replace('\n', ''));
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByText('This address can’t be used.')).toBeVisible();
    editor.json = {
      type: 'doc',
      content: [
        {
          type: 'paragraph',
          content: [{ type: 'text', text: 'y', marks: [{ type: 'link', attrs: { href: address } }] }],
        },
      ],
    };
    expect(editor.value).not.toMatch(/script:|data:/i);
    expect([...content.querySelectorAll('a')].map((link) => link.protocol)).not.toContain('javascript:');
  });
});

const hostile = [
  '<script>window.hacked=1</script>',
  '<img src=x onerror="window.hacked=1">',
  '<svg onload="window.hacked=1"><script>window.hacked=1</script></svg>',
  '<math><mi xlink:href="javascript:window.hacked=1">x</mi></math>',
  '<iframe srcdoc="<script>parent.hacked=1</script>"></iframe>',
  '<p style="position:fixed" onclick="window.hacked=1" id="x">a</p>',
  '<form action="javascript:window.hacked=1"><input autofocus onfocus="window.hacked=1"></form>',
  '<a href="javascript:window.hacked=1" onmouseover="window.hacked=1">a</a>',
  '<style>*{display:none}</style>',
  '<template><script>window.hacked=1</script></template>',
  '<details open ontoggle="window.hacked=1"><summary>a</summary></details>',
  '<noscript><p title="</noscript><img src=x onerror=window.hacked=1>"></noscript>',
];
const forbidden =
  'script,img:not(.ProseMirror-separator),svg,math,iframe,style,form,input,template,details,[onclick],[onerror],[onload],[style],[id]';

describe('what comes in', () => {
  it.each(hostile)('as a value is reduced to what the editor knows: %s', async (value) => {
    const { editor, content } = await setUp(
      html`<skin-rich-text-editor label="R" .value=${value}></skin-rich-text-editor>`,
    );
    editor.value = `<p>b</p>${value}`;
    expect([content.querySelector(forbidden), 'hacked' in window]).toEqual([null, false]);
    const made = new DOMParser().parseFromString(editor.value, 'text/html');
    expect(made.body.querySelector(forbidden)).toBeNull();
  });

  it.each(hostile)('by paste is reduced, too: %s', async (value) => {
    const { editor, content } = await setUp(html`<skin-rich-text-editor label="R"></skin-rich-text-editor>`);
    editor.focus();
    paste(content, 'text/html', `<b>kept</b>${value}`);
    expect(editor.value).toContain('<strong>kept</strong>');
    expect([content.querySelector(forbidden), 'hacked' in window]).toEqual([null, false]);
  });

  it('as a document that is none is refused, and told', async () => {
    const errors: unknown[] = [];
    const { editor } = await setUp(
      html`<skin-rich-text-editor
        label="R"
        value="<p>a</p>"
        @engine-error=${({ detail }: CustomEvent<EngineFailure>) => errors.push(detail.error.code)}
      ></skin-rich-text-editor>`,
    );
    for (const wrong of [null, 4, 'x', undefined]) Reflect.set(editor, 'json', wrong);
    expect([editor.value, errors]).toEqual(['<p>a</p>', []]);
    editor.json = { type: 'doc', content: [{ type: 'script' }] };
    expect([editor.value, errors]).toEqual(['<p>a</p>', ['SKIN_ENGINE_FAILED']]);
  });

  it.each<[string, (editor: RichTextReceptor, content: HTMLElement, text: string) => void]>([
    ['pasted', (_editor, content, text) => paste(content, 'text/plain', text)],
    ['pasted as HTML', (_editor, content, text) => paste(content, 'text/html', `<b>${text}</b>`)],
    ['dropped', (_editor, content, text) => drop(content, text)],
    ['set', (editor, _content, text) => (editor.value = `<p>${text}</p>`)],
    [
      'set as a document',
      (editor, _content, text) =>
        (editor.json = { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] }),
    ],
  ])('of 10 MB that is %s is left out; the user is told, and the page', async (_, come) => {
    const told: RichTextTooLong[] = [];
    const { editor, content } = await setUp(
      html`<skin-rich-text-editor
        label="R"
        value="<p>a</p>"
        @too-long=${({ detail }: CustomEvent<RichTextTooLong>) => told.push(detail)}
      ></skin-rich-text-editor>`,
    );
    come(editor, content, 'word '.repeat(2 * 2 ** 20));
    await editor.updateComplete;
    expect([editor.value, told.length, told[0]?.limit]).toEqual(['<p>a</p>', 1, 300_000]);
    expect(told[0]?.length).toBeGreaterThanOrEqual(10 * 2 ** 20);
    expect(errorIn(editor)).toBe('Enter at most 300000 characters.');
    editor.focus();
    await userEvent.keyboard('b');
    await editor.updateComplete;
    expect(errorIn(editor)).toBeUndefined();
  });

  it('is taken up to the limit of the page’s choice', async () => {
    const { editor } = await setUp(html`<skin-rich-text-editor label="R" limit="20"></skin-rich-text-editor>`);
    editor.value = `<p>${'x'.repeat(14)}</p>`;
    await editor.updateComplete;
    expect(errorIn(editor)).toBe('Enter at most 20 characters.');
    editor.value = `<p>${'x'.repeat(13)}</p>`;
    await editor.updateComplete;
    expect([editor.value, errorIn(editor)]).toEqual(['<p>xxxxxxxxxxxxx</p>', undefined]);
  });
});

describe('in a form', () => {
  it('is validated, reset, restored, and off with its fieldset', async () => {
    const { editor, form, fieldset, submitted, content } = await setUp(
      html`<skin-rich-text-editor name="it" label="R" required maxlength="5" value="<p>a</p>"></skin-rich-text-editor>`,
    );
    editor.value = '<p></p>';
    expect([form.checkValidity(), editor.validity.valueMissing, editor.value]).toEqual([false, true, '']);
    form.requestSubmit();
    await editor.updateComplete;
    expect([content.getAttribute('aria-invalid'), document.activeElement]).toEqual(['true', editor]);
    editor.value = '<p>abc</p><p><b>def</b></p>';
    expect([editor.validity.tooLong, editor.validationMessage]).toEqual([true, 'Enter at most 5 characters.']);
    form.reset();
    expect([submitted(), form.checkValidity()]).toEqual([['<p>a</p>'], true]);
    editor.formStateRestoreCallback('<p>k</p>');
    expect(submitted()).toEqual(['<p>k</p>']);
    fieldset.disabled = true;
    await editor.updateComplete;
    expect([submitted(), content.contentEditable]).toEqual([[], 'false']);
  });

  it('can be read and reached, but not changed, when it is read-only', async () => {
    const { editor, content } = await setUp(
      html`<skin-rich-text-editor label="R" readonly value="<p>a</p>"></skin-rich-text-editor>`,
    );
    editor.focus();
    content.focus();
    await userEvent.keyboard('x');
    expect([editor.value, content.getAttribute('aria-readonly'), content.tabIndex]).toEqual(['<p>a</p>', 'true', 0]);
    expect(editor.shadowRoot?.querySelector('[role=toolbar]')).toBeNull();
  });

  it('shows its placeholder while it is empty', async () => {
    const { editor, content } = await setUp(
      html`<skin-rich-text-editor label="R" placeholder="Write"></skin-rich-text-editor>`,
    );
    expect(getComputedStyle(content, '::before').content).toBe('"Write"');
    editor.focus();
    await userEvent.keyboard('a');
    expect(getComputedStyle(content, '::before').content).not.toBe('"Write"');
  });
});

describe('before its engine is there', () => {
  const later = () => {
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    const load: LoadRichEngine = async () => {
      await promise;
      return loadRichEngine();
    };
    return { load, come: () => resolve(undefined), fail: () => reject(new Error('offline')) };
  };

  it('is a text area; what was typed goes over, and the focus with it', async () => {
    const { load, come } = later();
    const { stage, submitted } = await showForm(
      html`<skin-rich-text-editor name="it" label="R" .engine=${load}></skin-rich-text-editor>`,
    );
    const editor = editorIn(stage);
    await editor.updateComplete;
    await userEvent.click(inside(editor, 'textarea'));
    await userEvent.keyboard('a<b{Enter}c');
    expect(submitted()).toEqual(['<p>a&lt;b</p><p>c</p>']);
    come();
    await isReady(stage);
    await userEvent.keyboard('d');
    expect(submitted()).toEqual(['<p>a&lt;b</p><p>cd</p>']);
  });

  it('stays a text area when the engine fails; formatting that it can’t show is kept', async () => {
    const { load, fail } = later();
    const { stage, submitted } = await showForm(
      html`<skin-rich-text-editor
        name="it"
        label="R"
        .engine=${load}
        value="<p>a <b>b</b></p>"
      ></skin-rich-text-editor>`,
    );
    const editor = editorIn(stage);
    fail();
    await waitFor(() => expect(editor.matches(':state(failed)')).toBe(true));
    await editor.updateComplete;
    const area = inside(editor, 'textarea');
    expect([area.value, area.readOnly, submitted()]).toEqual(['a b', true, ['<p>a <b>b</b></p>']]);
    editor.value = '<p>plain</p>';
    await editor.updateComplete;
    await userEvent.click(area);
    await userEvent.keyboard('!');
    expect(submitted()).toEqual(['<p>plain!</p>']);
  });

  it('stays one with 10 MB, tells so, and keeps them', async () => {
    const told: RichTextTooLong[] = [];
    const long = `<p>${'word '.repeat(200)}</p>`.repeat(10 * 1024);
    const { stage, submitted } = await showForm(
      html`<skin-rich-text-editor
        name="it"
        label="R"
        .value=${long}
        @too-long=${({ detail }: CustomEvent<RichTextTooLong>) => told.push(detail)}
      ></skin-rich-text-editor>`,
    );
    const editor = editorIn(stage);
    await waitFor(() => expect(editor.matches(':state(failed)')).toBe(true));
    await editor.updateComplete;
    expect(told).toEqual([{ length: long.length, limit: 300_000 }]);
    expect(errorIn(editor)).toBe('Enter at most 300000 characters.');
    // Compared apart: a failure would print them.
    expect([editor.value === long, submitted()[0] === long]).toEqual([true, true]);
    expect(inside(editor, 'textarea').value.length).toBeGreaterThan(10_000_000);
  });

  it('is made anew where it is put back', async () => {
    const { stage, editor } = await setUp(
      html`<skin-rich-text-editor label="R" value="<p>a</p>"></skin-rich-text-editor>`,
    );
    const { parentElement } = editor;
    editor.remove();
    await editor.updateComplete;
    expect([editor.value, editor.shadowRoot?.querySelector('.content')]).toEqual(['<p>a</p>', null]);
    parentElement?.append(editor);
    await isReady(stage);
    expect(editor.shadowRoot?.querySelector('.content')?.textContent).toBe('a');
  });
});

describe('plain text of HTML', () => {
  it.each([
    ['<p>a</p><p>b &lt; c&nbsp;d</p>', 'a\nb < c\u00A0d', false],
    ['<h1>a</h1><ul><li>b</li></ul>', 'a\nb\n', true],
    ['a<br>b', 'a\nb', false],
    ['<script>x</script>y', 'y', true],
    ['&amp;lt;', '&lt;', false],
  ])('%s', (value, expected, formatted) => {
    expect([plainOf(value), isFormatted(value)]).toEqual([expected, formatted]);
  });

  it('is found at once in 10 MB of signs that begin a tag and end none', () => {
    const text = '<'.repeat(10 * 2 ** 20);
    expect(plainOf(text) === text).toBe(true);
  });

  it('goes there and back', () => {
    for (const text of ['', 'a', 'a\nb', '<script>&amp;"', 'a\n\nb']) expect(plainOf(htmlOf(text))).toBe(text);
  });
});
