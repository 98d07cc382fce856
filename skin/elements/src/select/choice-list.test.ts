import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import type { SelectReceptor } from './select.ts';
import './select.ts';

const regions = [
  { value: 'tw', label: 'Taiwan', group: 'Asia' },
  { value: 'jp', label: 'Japan', group: 'Asia' },
  { value: 'cl', label: 'Chile', group: 'America' },
  { value: 'us', label: 'Alaska', group: 'America', disabled: true },
];
const one = (stage: HTMLElement): SelectReceptor => stage.querySelector('skin-select') as SelectReceptor;
const sent = (stage: HTMLElement, name = 'region'): FormDataEntryValue[] =>
  new FormData(stage.querySelector('form') as HTMLFormElement).getAll(name);
const several = (): Promise<HTMLElement> =>
  show(
    html`<form>
      <skin-select name="region" label="Regions" multiple placeholder="Any" .options=${regions}></skin-select>
    </form>`,
  );
const active = (stage: HTMLElement): string | undefined =>
  one(stage).shadowRoot?.querySelector('.active')?.textContent.trim();

describe('skin-select with multiple', () => {
  it('chooses several by keyboard, shows and submits them in order, and tells each change', async () => {
    const stage = await several();
    const log: string[] = [];
    stage.addEventListener('change', () => log.push(one(stage).values.join()));
    expect(page.getByRole('combobox', { name: 'Regions' }).element().textContent.trim()).toBe('Any');
    one(stage).focus();
    await userEvent.keyboard('{ArrowDown}{Enter}{End} ');
    expect(one(stage).values).toEqual(['tw', 'cl']);
    await one(stage).updateComplete;
    const list = page.getByRole('listbox', { name: 'Regions' });
    await expect.element(list).toHaveAttribute('aria-multiselectable', 'true');
    await userEvent.keyboard('{Escape}');
    await expect.element(list).not.toBeInTheDocument();
    expect([sent(stage), log]).toEqual([
      ['tw', 'cl'],
      ['tw', 'tw,cl'],
    ]);
    expect(page.getByRole('combobox', { name: 'Regions' }).element().textContent.trim()).toBe('Taiwan, Chile');
    expect(document.activeElement).toBe(one(stage));
  });

  it('takes all with Ctrl+A and none with it again; what is off stays out', async () => {
    const stage = await several();
    one(stage).focus();
    await userEvent.keyboard('{ArrowDown}{Control>}a{/Control}');
    expect(sent(stage)).toEqual(['tw', 'jp', 'cl']);
    await userEvent.keyboard('{Control>}a{/Control}');
    expect(sent(stage)).toEqual([]);
  });

  it('begins with the children that are selected, and is reset to them', async () => {
    const stage = await show(
      html`<form>
        <skin-select name="region" label="Regions" multiple required
          ><option value="a" selected>A</option>
          <option value="b">B</option>
          <option value="c" selected>C</option></skin-select
        >
      </form>`,
    );
    expect(sent(stage)).toEqual(['a', 'c']);
    one(stage).values = [];
    expect([one(stage).validity.valueMissing, sent(stage)]).toEqual([true, []]);
    stage.querySelector('form')?.reset();
    expect([one(stage).validity.valid, sent(stage)]).toEqual([true, ['a', 'c']]);
  });

  it('is restored by the browser as it was', async () => {
    const stage = await several();
    const kept = new FormData();
    kept.append('region', 'jp');
    kept.append('region', 'cl');
    one(stage).formStateRestoreCallback(kept);
    expect(sent(stage)).toEqual(['jp', 'cl']);
  });
});

describe('skin-select with a search', () => {
  const searched = (): Promise<HTMLElement> =>
    show(
      html`<form>
        <skin-select name="region" label="Region" searchable .options=${regions} value="jp"></skin-select>
      </form>`,
    );

  it('narrows the list down, chooses the first that is left, and closes', async () => {
    const stage = await searched();
    await page.getByRole('combobox', { name: 'Region' }).click();
    await expect.poll(() => one(stage).shadowRoot?.activeElement?.getAttribute('aria-label')).toBe('Find');
    await userEvent.keyboard('chil');
    await expect.poll(() => active(stage)).toBe('Chile');
    await expect.element(page.getByRole('option')).toHaveTextContent('Chile');
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => document.activeElement).toBe(one(stage));
    expect([one(stage).value, sent(stage)]).toEqual(['cl', ['cl']]);
  });

  it('says that nothing fits, and keeps the value on Escape', async () => {
    const stage = await searched();
    one(stage).focus();
    await userEvent.keyboard('{Enter}');
    await userEvent.keyboard('xyz');
    await expect.element(page.getByRole('option', { name: 'No matches' })).toBeVisible();
    await userEvent.keyboard('{Enter}{Escape}');
    expect([one(stage).value, document.activeElement]).toEqual(['jp', one(stage)]);
  });

  it('leaves the events of its search inside', async () => {
    const stage = await searched();
    const log: string[] = [];
    for (const type of ['input', 'change']) stage.addEventListener(type, () => log.push(type));
    one(stage).focus();
    await userEvent.keyboard('{Enter}');
    await userEvent.keyboard('ta');
    expect(log).toEqual([]);
    await userEvent.keyboard('{Enter}');
    expect(log).toEqual(['input', 'change']);
  });
});

describe('the list of a select', () => {
  it('is accessible, open with groups and a search', async () => {
    await expectAccessible(
      html`<skin-select label="Regions" multiple searchable .options=${regions} help="Any of them"></skin-select>`,
      async (stage) => {
        one(stage).showPicker();
        await one(stage).updateComplete;
        await expect.element(page.getByRole('group', { name: 'Asia' })).toBeVisible();
      },
    );
  });

  it('opens on the letters of a choice, moves within its ends, and passes what is off', async () => {
    const stage = await several();
    one(stage).focus();
    await userEvent.keyboard('c');
    await expect.poll(() => active(stage)).toBe('Chile');
    await userEvent.keyboard('{ArrowDown}');
    expect(active(stage)).toBe('Chile');
    await userEvent.keyboard('{PageUp}');
    await expect.poll(() => active(stage)).toBe('Taiwan');
  });

  it('closes when the focus or the element goes, and does not open while it is off', async () => {
    const stage = await several();
    stage.append(document.createElement('button'));
    one(stage).focus();
    await userEvent.keyboard('{ArrowDown}');
    await expect.element(page.getByRole('listbox')).toBeInTheDocument();
    await userEvent.keyboard('{Tab}');
    await expect.element(page.getByRole('listbox')).not.toBeInTheDocument();
    one(stage).showPicker();
    const select = one(stage);
    select.remove();
    stage.querySelector('form')?.append(select);
    await select.updateComplete;
    await expect.element(page.getByRole('listbox')).not.toBeInTheDocument();
    select.disabled = true;
    select.showPicker();
    await select.updateComplete;
    await expect.element(page.getByRole('listbox')).not.toBeInTheDocument();
  });
});
