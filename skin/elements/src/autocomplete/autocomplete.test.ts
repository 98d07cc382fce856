import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import type { AutocompleteReceptor, Suggest } from './autocomplete.ts';
import './autocomplete.ts';

const places = ['Hualien, Taiwan', 'Taitung, Taiwan', 'Valparaíso, Chile'];
const one = (stage: HTMLElement): AutocompleteReceptor =>
  stage.querySelector('skin-autocomplete') as AutocompleteReceptor;
const setUp = async (suggest?: Suggest): Promise<{ stage: HTMLElement; element: AutocompleteReceptor }> => {
  const stage = await show(
    html`<form>
      <skin-autocomplete
        name="place"
        label="Place"
        delay-ms="0"
        .options=${places}
        .suggest=${suggest}
      ></skin-autocomplete>
    </form>`,
  );
  const element = one(stage);
  element.focus();
  return { stage, element };
};
const listed = (element: Element): string[] =>
  [...(element.shadowRoot?.querySelectorAll('[role=option]') ?? [])].map(({ textContent }) => textContent.trim());

describe('skin-autocomplete', () => {
  it('is accessible, closed and open', async () => {
    await expectAccessible(
      html`<skin-autocomplete label="Place" help="Any text will do" .options=${places}></skin-autocomplete>`,
    );
    await expectAccessible(
      html`<skin-autocomplete label="Place" .options=${places}></skin-autocomplete>`,
      async (stage) => {
        one(stage).focus();
        await userEvent.keyboard('tai');
        await expect.poll(() => listed(one(stage)).length).toBe(2);
      },
    );
  });

  it('suggests what contains the text, whatever its accents, and takes one by keys', async () => {
    const { stage, element } = await setUp();
    const log: string[] = [];
    for (const type of ['input', 'change']) element.addEventListener(type, () => log.push(type));
    await userEvent.keyboard('valparai');
    await expect.poll(() => listed(element)).toEqual(['Valparaíso, Chile']);
    log.length = 0;
    await userEvent.keyboard('{ArrowDown}{Enter}');
    await expect.poll(() => listed(element)).toEqual([]);
    expect([element.value, log]).toEqual(['Valparaíso, Chile', ['input', 'change']]);
    expect(new FormData(stage.querySelector('form') as HTMLFormElement).get('place')).toBe('Valparaíso, Chile');
  });

  it('goes round over the text itself, and tells which suggestion is meant', async () => {
    const { element } = await setUp();
    await userEvent.keyboard('tai');
    await expect.poll(() => listed(element).length).toBe(2);
    const box = page.getByRole('combobox', { name: 'Place', expanded: true });
    for (const id of ['option-0', 'option-1', null, 'option-0']) {
      await userEvent.keyboard('{ArrowDown}');
      await element.updateComplete;
      expect(box.element().getAttribute('aria-activedescendant')).toBe(id);
    }
  });

  it('leaves any text as it is: by Enter, by Escape and when the focus goes', async () => {
    const { stage, element } = await setUp();
    let sent = 0;
    stage.querySelector('form')?.addEventListener('submit', (event) => (event.preventDefault(), (sent += 1)));
    await userEvent.keyboard('tai');
    await expect.poll(() => listed(element).length).toBe(2);
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => listed(element).length).toBe(0);
    await userEvent.keyboard('{Enter}');
    expect([element.value, sent]).toEqual(['tai', 1]);
    await userEvent.keyboard('t');
    await userEvent.keyboard('{Backspace}');
    await expect.poll(() => listed(element).length).toBe(2);
    element.blur();
    await expect.poll(() => listed(element).length).toBe(0);
    expect(element.value).toBe('tai');
  });

  it('asks a function, gives up on what was asked before, and shows only the last answer', async () => {
    const asked: { readonly text: string; readonly signal: AbortSignal; readonly answer: (list: string[]) => void }[] =
      [];
    const { element } = await setUp(
      (text, { signal }) => new Promise((answer) => asked.push({ text, signal, answer })),
    );
    await userEvent.keyboard('a');
    await expect.poll(() => asked.length).toBe(1);
    await userEvent.keyboard('b');
    await expect.poll(() => asked.length).toBe(2);
    expect(asked.map(({ text, signal }) => [text, signal.aborted])).toEqual([
      ['a', true],
      ['ab', false],
    ]);
    asked[1]?.answer(['new']);
    asked[0]?.answer(['old']);
    await expect.poll(() => listed(element)).toEqual(['new']);
  });

  it('tells of a failure, and goes on', async () => {
    const { element } = await setUp(() => Promise.reject(new Error('down')));
    const log: unknown[] = [];
    element.addEventListener('suggest-error', (event) => log.push((event as CustomEvent).detail.error.message));
    await userEvent.keyboard('x');
    await expect.poll(() => log).toEqual(['down']);
    await userEvent.keyboard('y');
    expect(element.value).toBe('xy');
  });
});
