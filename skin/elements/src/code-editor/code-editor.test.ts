import { html, type TemplateResult } from 'lit';
import { describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { showForm } from '../../test/form.ts';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import type { EngineFailure } from '../base/engine.ts';
import type { CodeReceptor } from './code-editor.ts';
import type { CodeDiagnostic, CodeHost, CompletionRequest, LoadCodeEngine } from './contract.ts';
import { loadCodeEngine } from './engine.ts';
import './code-editor.ts';

/** A busy machine may take its time to load an engine. */
const patience = { timeout: 15_000 };
const waitFor = (check: () => unknown): Promise<unknown> => vi.waitFor(check, patience);
const editorIn = (stage: Element): CodeReceptor => stage.querySelector('skin-code-editor') as CodeReceptor;
const isReady = async (stage: Element): Promise<void> =>
  void (await waitFor(() => expect([...stage.querySelectorAll('skin-code-editor:not(:state(ready))')]).toEqual([])));
const setUp = async (template: TemplateResult) => {
  const form = await showForm(template);
  await isReady(form.stage);
  const editor = editorIn(form.stage);
  await editor.updateComplete;
  const content = editor.shadowRoot?.querySelector('.cm-content') as HTMLElement;
  return { ...form, editor, content };
};
/** An engine that comes when it is told to. */
const later = () => {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const load: LoadCodeEngine = async () => {
    await promise;
    return loadCodeEngine();
  };
  return { load, come: () => resolve(undefined), fail: () => reject(new Error('offline')) };
};
const colorsOf = (editor: CodeReceptor): number =>
  new Set([...(editor.shadowRoot?.querySelectorAll('.cm-line span') ?? [])].map((span) => getComputedStyle(span).color))
    .size;

describe('skin-code-editor', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<skin-code-editor
          label="Query"
          help="Once a minute"
          language="sql"
          line-numbers
          value="select 1"
        ></skin-code-editor
        ><skin-code-editor label="Read" readonly language="json" value="[1, true]"></skin-code-editor
        ><skin-code-editor label="Off" disabled value="x"></skin-code-editor>`,
      isReady,
    );
  });

  it('is accessible as a plain text area, and with search open', async () => {
    const never: LoadCodeEngine = () => new Promise(() => {});
    await expectAccessible(html`<skin-code-editor label="Plain" .engine=${never} value="x"></skin-code-editor>`);
    await expectAccessible(html`<skin-code-editor label="Found" value="one"></skin-code-editor>`, async (stage) => {
      await isReady(stage);
      editorIn(stage).focus();
      await userEvent.keyboard('{Control>}f{/Control}');
      await expect.element(page.getByRole('textbox', { name: 'Find' })).toBeVisible();
    });
  });

  it('has its name, what describes it, and what it demands', async () => {
    const { content, editor } = await setUp(
      html`<skin-code-editor label="Query" help="SQL" required></skin-code-editor>`,
    );
    await expect.element(page.getByRole('textbox', { name: 'Query' })).toBeVisible();
    const described = (content.getAttribute('aria-describedby') ?? '').split(' ');
    const told = described.map((id) => editor.shadowRoot?.getElementById(id)?.textContent?.trim());
    expect(told).toEqual(['SQL', 'Press Escape, then Tab, to leave the editor.']);
    expect([content.getAttribute('aria-required'), content.getAttribute('aria-multiline')]).toEqual(['true', 'true']);
  });

  it('takes what is typed, tells of it, and submits it', async () => {
    const { log, editor, submitted } = await setUp(html`<skin-code-editor name="it" label="Query"></skin-code-editor>`);
    await userEvent.click(page.getByRole('textbox', { name: 'Query' }));
    await userEvent.keyboard('a{Enter}b');
    expect([submitted(), editor.value]).toEqual([['a\nb'], 'a\nb']);
    expect(log).toEqual(['input', 'input', 'input']);
    await userEvent.keyboard('{Escape}{Tab}');
    expect(log.at(-1)).toBe('change');
  });

  it('indents with Tab; Escape, then Tab, leaves, however long one waits', async () => {
    const { editor } = await setUp(
      html`<skin-code-editor label="Query" value="a" tab-size="4"></skin-code-editor
        ><button type="button">after</button>`,
    );
    editor.focus();
    await userEvent.keyboard('{Tab}');
    expect([editor.value, document.activeElement]).toEqual(['    a', editor]);
    vi.useFakeTimers({ now: Date.now(), toFake: ['Date'] });
    await userEvent.keyboard('{Escape}');
    vi.setSystemTime(Date.now() + 60_000);
    await userEvent.keyboard('{Tab}');
    vi.useRealTimers();
    expect([document.activeElement?.textContent, editor.value]).toEqual(['after', '    a']);
    await userEvent.keyboard('{Shift>}{Tab}{/Shift}');
    await userEvent.keyboard('{Escape}x{Tab}');
    expect(document.activeElement).toBe(editor);
  });

  it('leaves the second Escape to the page', async () => {
    const { editor } = await setUp(html`<skin-code-editor label="Query"></skin-code-editor>`);
    const seen: boolean[] = [];
    editor.addEventListener('keydown', (event) => seen.push(event.defaultPrevented));
    editor.focus();
    await userEvent.keyboard('{Escape}{Escape}');
    expect(seen).toEqual([true, false]);
  });

  it('is validated, reset, restored, and off with its fieldset', async () => {
    const { editor, form, fieldset, submitted, content } = await setUp(
      html`<skin-code-editor name="it" label="R" required value="let a"></skin-code-editor>`,
    );
    editor.value = '';
    expect([form.checkValidity(), editor.validity.valueMissing]).toEqual([false, true]);
    form.requestSubmit();
    await editor.updateComplete;
    expect([content.getAttribute('aria-invalid'), document.activeElement]).toEqual(['true', editor]);
    form.reset();
    expect([submitted(), form.checkValidity()]).toEqual([['let a'], true]);
    editor.formStateRestoreCallback('kept');
    expect(submitted()).toEqual(['kept']);
    fieldset.disabled = true;
    await editor.updateComplete;
    expect([submitted(), content.contentEditable, content.getAttribute('aria-disabled')]).toEqual([
      [],
      'false',
      'true',
    ]);
  });

  it('follows its value attribute until someone has changed the text', async () => {
    const { editor } = await setUp(html`<skin-code-editor label="R" value="one"></skin-code-editor>`);
    editor.setAttribute('value', 'two\r\nlines');
    await editor.updateComplete;
    expect(editor.value).toBe('two\nlines');
    editor.insert('x');
    editor.setAttribute('value', 'three');
    await editor.updateComplete;
    expect(editor.value).toBe('xtwo\nlines');
  });

  it('keeps the caret where it was when a script changes the text elsewhere', async () => {
    const { editor } = await setUp(html`<skin-code-editor label="R" value="abcdef"></skin-code-editor>`);
    editor.focus();
    editor.setSelectionRange(3, 3);
    editor.value = 'abcdef and more';
    await userEvent.keyboard('|');
    expect(editor.value).toBe('abc|def and more');
  });

  it('can be read and reached, but not changed, when it is read-only', async () => {
    const { editor, log } = await setUp(
      html`<button type="button">before</button
        ><skin-code-editor label="R" readonly language="json" value="[1, true]"></skin-code-editor>`,
    );
    await waitFor(() => expect(colorsOf(editor)).toBeGreaterThan(0));
    await userEvent.click(page.getByRole('button', { name: 'before' }));
    await userEvent.keyboard('{Tab}');
    expect(document.activeElement).toBe(editor);
    await userEvent.keyboard('x{Backspace}{Tab}');
    expect([editor.value, log, document.activeElement === editor]).toEqual(['[1, true]', [], false]);
  });

  it('is focused by its label', async () => {
    const { editor } = await setUp(html`<skin-code-editor label="Query"></skin-code-editor>`);
    await userEvent.click(inside(editor, 'label'));
    expect(document.activeElement).toBe(editor);
  });

  it('finds, folds and undoes by keyboard', async () => {
    const { editor } = await setUp(
      html`<skin-code-editor
        label="Q"
        language="javascript"
        line-numbers
        value="function a() {${'\n'}  let b = 1;${'\n'}}"
      ></skin-code-editor>`,
    );
    await waitFor(() => expect(colorsOf(editor)).toBeGreaterThan(2));
    editor.focus();
    await userEvent.keyboard('{Control>}{Alt>}[BracketLeft]{/Alt}{/Control}');
    await waitFor(() => expect(editor.shadowRoot?.querySelector('.cm-foldPlaceholder')).not.toBeNull());
    await userEvent.keyboard('{Control>}f{/Control}func');
    await waitFor(() => expect(editor.shadowRoot?.querySelector('.cm-searchMatch')).not.toBeNull());
    await userEvent.keyboard('{Escape}');
    editor.insert('z');
    await userEvent.keyboard('{Control>}z{/Control}');
    expect(editor.value).not.toContain('z');
  });
});

describe('before its engine is there', () => {
  it('is a text area; text, caret and focus go over without a key being lost', async () => {
    const { load, come } = later();
    const { stage, submitted, log } = await showForm(
      html`<skin-code-editor name="it" label="Q" .engine=${load} value="start"></skin-code-editor>`,
    );
    const editor = editorIn(stage);
    await editor.updateComplete;
    await userEvent.click(inside(editor, 'textarea'));
    await userEvent.keyboard('{Control>}{Home}{/Control}ab');
    expect([submitted(), log]).toEqual([['abstart'], ['input', 'input']]);
    come();
    await isReady(stage);
    await userEvent.keyboard('cd');
    expect([submitted(), editor.shadowRoot?.querySelector('textarea')]).toEqual([['abcdstart'], null]);
  });

  it('waits until what is being composed is done', async () => {
    const { load, come } = later();
    const { stage } = await showForm(html`<skin-code-editor label="Q" .engine=${load}></skin-code-editor>`);
    const editor = editorIn(stage);
    await editor.updateComplete;
    const area = inside(editor, 'textarea');
    area.value = 'か';
    area.dispatchEvent(new InputEvent('input', { isComposing: true, bubbles: true, composed: true }));
    come();
    await loadCodeEngine();
    await editor.updateComplete;
    expect(editor.matches(':state(ready)')).toBe(false);
    area.value = '火';
    area.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true, composed: true }));
    await isReady(stage);
    expect(editor.value).toBe('火');
  });

  it('stays a text area when the engine fails, says so, and still works in its form', async () => {
    const { load, fail } = later();
    const errors: string[] = [];
    const { stage, submitted } = await showForm(
      html`<skin-code-editor
        name="it"
        label="Q"
        required
        .engine=${load}
        @engine-error=${({ detail }: CustomEvent<EngineFailure>) => errors.push(detail.error.code)}
      ></skin-code-editor>`,
    );
    fail();
    const editor = editorIn(stage);
    await waitFor(() => expect(editor.matches(':state(failed)')).toBe(true));
    expect([errors, editor.checkValidity()]).toEqual([['SKIN_ENGINE_FAILED'], false]);
    await userEvent.click(inside(editor, 'textarea'));
    await userEvent.keyboard('typed');
    expect([submitted(), editor.checkValidity()]).toEqual([['typed'], true]);
  });

  it('is not made when it was taken away meanwhile; moved, it keeps its text and what can be undone', async () => {
    const { load, come } = later();
    const stage = await show(html`<skin-code-editor label="Q" .engine=${load} value="a"></skin-code-editor>`);
    const editor = editorIn(stage);
    editor.remove();
    come();
    await loadCodeEngine();
    expect(editor.shadowRoot?.querySelector('.cm-editor')).toBeNull();
    stage.append(editor);
    await isReady(stage);
    editor.insert('b');
    editor.remove();
    await editor.updateComplete;
    expect([editor.value, editor.shadowRoot?.querySelector('.cm-editor')]).toEqual(['ba', null]);
    stage.append(editor);
    await isReady(stage);
    editor.focus();
    await userEvent.keyboard('{Control>}z{/Control}');
    expect(editor.value).toBe('a');
  });
});

describe('languages', () => {
  it.each([
    ['javascript', 'const a = "b"; // c'],
    ['ts', 'interface A { b: string } // c'],
    ['json', '{"a": [1, true]}'],
    ['html', '<p class="a">b</p>'],
    ['css', 'a { color: red }'],
    ['markdown', '# a\n\n*b* `c`'],
    ['sql', "select a from b where c = 'd'"],
    ['yaml', 'a: "b" # c'],
    ['PYTHON', 'def a(): return "b" # c'],
  ])('%s is highlighted', async (language, code) => {
    const { editor } = await setUp(
      html`<skin-code-editor label="Q" language=${language} value=${code}></skin-code-editor>`,
    );
    await waitFor(() => expect(colorsOf(editor)).toBeGreaterThan(0));
  });

  it.each(['cobol', 'constructor', '__proto__'])('takes one that nobody knows for plain text: %s', async (language) => {
    const { editor } = await setUp(
      html`<skin-code-editor label="Q" language=${language} value="let a"></skin-code-editor>`,
    );
    expect([editor.value, colorsOf(editor)]).toEqual(['let a', 0]);
  });

  it('shows a text as text, whatever stands in it', async () => {
    const code = '</textarea><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>\u202E';
    const { editor } = await setUp(
      html`<skin-code-editor label="Q" language="html" .value=${code}></skin-code-editor>`,
    );
    await waitFor(() => expect(colorsOf(editor)).toBeGreaterThan(0));
    expect([editor.value, editor.shadowRoot?.querySelector('script, #mount img[onerror]'), 'hacked' in window]).toEqual(
      [code, null, false],
    );
    // What turns the direction of text, and could hide something, is made visible.
    expect(editor.shadowRoot?.querySelector('.cm-specialChar')).not.toBeNull();
  });
});

describe('what is wrong', () => {
  const found = async (template: TemplateResult): Promise<readonly CodeDiagnostic[]> => {
    const all: (readonly CodeDiagnostic[])[] = [];
    const stage = await show(
      html`<div @diagnose=${({ detail }: CustomEvent) => all.push(detail.diagnostics)}>${template}</div>`,
    );
    await isReady(stage);
    await waitFor(() => expect(all.length).toBeGreaterThan(0));
    return all.at(-1) ?? [];
  };
  const bone = {
    safeParseAsync: async (value: unknown) => {
      const depth = (value as { stations?: { depth?: unknown }[] }).stations?.[1]?.depth;
      return typeof depth === 'number'
        ? { ok: true as const, value }
        : {
            ok: false as const,
            issues: [
              { pointer: '/stations/1/depth', message: 'Expected a number' },
              { pointer: '/stations/0/name', message: 'Is missing' },
            ],
          };
    },
  };

  it('JSON that can’t be parsed is marked where it breaks', async () => {
    const [first] = await found(
      html`<skin-code-editor label="Q" language="json" value='{"a": 1,, "b": 2}'></skin-code-editor>`,
    );
    expect([first?.from, first?.severity]).toEqual([8, 'error']);
  });

  it('what a Bone finds is marked at its place', async () => {
    const code = '{"stations": [{}, {"depth": "deep"}]}';
    const diagnostics = await found(
      html`<skin-code-editor label="Q" language="json" .value=${code} .bone=${bone}></skin-code-editor>`,
    );
    expect(diagnostics.map(({ from, to, message }) => [code.slice(from, to), message])).toEqual([
      ['"deep"', 'stations.1.depth: Expected a number'],
      ['{', 'stations.0.name: Is missing'],
    ]);
  });

  it('a port may say anything: it is brought into the text', async () => {
    const odd = (): CodeDiagnostic[] => [
      { from: 90, to: -4, severity: 'loud' as 'error', message: '<b>x</b>' },
      { from: Number.NaN, to: 1, severity: 'info', message: 'y' },
    ];
    expect(await found(html`<skin-code-editor label="Q" value="abc" .diagnose=${odd}></skin-code-editor>`)).toEqual([
      { from: 0, to: 3, severity: 'error', message: '<b>x</b>' },
      { from: 0, to: 1, severity: 'info', message: 'y' },
    ]);
  });

  it('a port that fails is told of, and the rest goes on', async () => {
    const errors: unknown[] = [];
    const fail = (): never => {
      throw new Error('no');
    };
    const diagnostics = await found(
      html`<skin-code-editor
        label="Q"
        language="json"
        value="[1,"
        .diagnose=${fail}
        @engine-error=${({ detail }: CustomEvent<EngineFailure>) => errors.push(detail.error.cause)}
      ></skin-code-editor>`,
    );
    expect([diagnostics.length, errors]).toEqual([1, [new Error('no')]]);
  });
});

describe('completions', () => {
  it('of a port are offered, and take the place of the word', async () => {
    const asked: CompletionRequest[] = [];
    const complete = async (request: CompletionRequest) => {
      asked.push(request);
      return [
        { label: 'magnitude', kind: 'property' as const },
        { label: 'map', insert: 'mapped()' },
      ];
    };
    const { editor } = await setUp(html`<skin-code-editor label="Q" .complete=${complete}></skin-code-editor>`);
    editor.focus();
    await userEvent.keyboard('x = ma');
    await expect.element(page.getByRole('option', { name: 'magnitude' })).toBeVisible();
    expect([asked.at(-1)?.word, asked.at(-1)?.explicit]).toEqual(['ma', false]);
    await userEvent.keyboard('gn');
    // The engine takes no choice within moments of opening its list, so that no Enter is caught by surprise.
    await waitFor(async () => {
      await userEvent.keyboard('{Enter}');
      expect(editor.value).toContain('x = magnitude');
    });
  });

  it('of a port that fails are none; it is told', async () => {
    const errors: unknown[] = [];
    const { editor } = await setUp(
      html`<skin-code-editor
        label="Q"
        .complete=${() => Promise.reject(new Error('no'))}
        @engine-error=${({ detail }: CustomEvent<EngineFailure>) => errors.push(detail.error.cause)}
      ></skin-code-editor>`,
    );
    editor.focus();
    await userEvent.keyboard('a');
    await waitFor(() => expect(errors).toEqual([new Error('no')]));
    expect(editor.value).toBe('a');
  });
});

it('takes 10 MB, draws what is seen of it, and edits it', async () => {
  const { editor, submitted } = await setUp(
    html`<input name="it" value="other" /><skin-code-editor name="it" label="Q" language="json"></skin-code-editor>`,
  );
  const line = '  "station": { "name": "HL-04", "depth": 12.5 },\n';
  editor.value = line.repeat((10 * 2 ** 20) / line.length);
  editor.focus();
  await userEvent.keyboard('x');
  expect([editor.value.length > 10_000_000, editor.value[0]]).toEqual([true, 'x']);
  expect(submitted()).toEqual(['other', editor.value]);
  expect(editor.shadowRoot?.querySelectorAll('.cm-line').length).toBeLessThan(200);
});

it('says its words in the language of the page', async () => {
  const words: string[] = [];
  const spy: LoadCodeEngine = async () => {
    const create = await loadCodeEngine();
    return (host: CodeHost) => create({ ...host, say: (name, english) => (words.push(name), host.say(name, english)) });
  };
  await setUp(html`<skin-code-editor label="Q" .engine=${spy}></skin-code-editor>`);
  expect(words).toContain('replaceAll');
});
