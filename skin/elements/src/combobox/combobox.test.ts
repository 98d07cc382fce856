import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { showForm, type TestForm } from '../../test/form.ts';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import type { ComboReceptor } from './combobox.ts';
import { matching } from './matching.ts';
import './combobox.ts';

const options = html`<option value="tw">Taiwan</option>
  <option value="cl">Valparaíso</option>
  <option value="xx" disabled>Atlantis</option>
  <option value="jp">Japan</option>`;
const setUp = async (
  template = html`<skin-combobox name="it" label="Region">${options}</skin-combobox>`,
): Promise<TestForm & { combo: ComboReceptor; shown: () => unknown[]; active: () => string | undefined }> => {
  const form = await showForm(html`${template}<button type="button" id="after">after</button>`);
  const combo = form.stage.querySelector('skin-combobox') as ComboReceptor;
  combo.focus();
  const texts = (selector: string): string[] =>
    [...(combo.shadowRoot?.querySelectorAll(selector) ?? [])].map(({ textContent }) => textContent?.trim() ?? '');
  return { ...form, combo, shown: () => texts('[role=option]'), active: () => texts('.active')[0] };
};

describe('skin-combobox', () => {
  it('is accessible, closed and open', async () => {
    await expectAccessible(html`<skin-combobox label="Region" help="One of them" required>${options}</skin-combobox>`);
    const { combo, shown } = await setUp();
    await userEvent.keyboard('{ArrowDown}');
    await expect.poll(shown).toHaveLength(4);
    const input = page.getByRole('combobox', { name: 'Region', expanded: true });
    await expect.element(input).toHaveAttribute('aria-activedescendant', 'option-0');
    await expect.element(page.getByRole('listbox', { name: 'Region' })).toBeVisible();
    expect(combo.shadowRoot?.getElementById('option-2')?.getAttribute('aria-disabled')).toBe('true');
  });

  it('finds by typing, whatever the case and the accents, and chooses by Enter', async () => {
    const { submitted, shown, log, combo } = await setUp();
    await userEvent.keyboard('paraisO');
    await expect.poll(shown).toEqual(['Valparaíso']);
    expect([submitted(), log]).toEqual([[], []]);
    await userEvent.keyboard('{Enter}');
    await combo.updateComplete;
    expect([submitted(), log, inside(combo, 'input').value]).toEqual([['cl'], ['input', 'change'], 'Valparaíso']);
  });

  it('moves by arrows past what is disabled, round at the ends, and closes on Escape, which it keeps', async () => {
    const { shown, active } = await setUp();
    await userEvent.keyboard('{ArrowUp}');
    await expect.poll(active).toBe('Japan');
    const found: unknown[] = [];
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowUp']) {
      await userEvent.keyboard(`{${key}}`);
      await new Promise((resolve) => requestAnimationFrame(resolve));
      found.push(active());
    }
    expect(found).toEqual(['Taiwan', 'Valparaíso', 'Japan', 'Valparaíso']);
    await userEvent.keyboard('{Escape}');
    await expect.poll(shown).toEqual([]);
    await userEvent.keyboard('{Alt>}{ArrowDown}{/Alt}');
    await expect.poll(shown).toHaveLength(4);
  });

  it('chooses by pointer, and keeps the focus', async () => {
    const { submitted, combo } = await setUp();
    await userEvent.click(inside(combo, 'input'));
    await userEvent.click(page.getByRole('option', { name: 'Japan' }));
    expect([submitted(), document.activeElement]).toEqual([['jp'], combo]);
  });

  it('forgets a text that is no choice, takes one that is, and is emptied', async () => {
    const { submitted, combo } = await setUp(
      html`<skin-combobox name="it" label="Region" value="tw">${options}</skin-combobox>`,
    );
    const found: unknown[] = [];
    for (const text of ['nowhere', 'japan', '']) {
      combo.focus();
      await userEvent.fill(inside(combo, 'input'), text);
      await userEvent.tab();
      await combo.updateComplete;
      found.push([submitted(), inside(combo, 'input').value]);
    }
    expect(found).toEqual([
      [['tw'], 'Taiwan'],
      [['jp'], 'Japan'],
      [[], ''],
    ]);
  });

  it('takes any text when free', async () => {
    const { submitted, log, combo } = await setUp(
      html`<skin-combobox name="it" label="Region" free>${options}</skin-combobox>`,
    );
    await userEvent.keyboard('Ho');
    await userEvent.tab();
    await combo.updateComplete;
    expect([submitted(), log, inside(combo, 'input').value]).toEqual([['Ho'], ['input', 'input', 'change'], 'Ho']);
  });

  it('is validated, reset, restored, and off with its fieldset', async () => {
    const { form, fieldset, submitted, combo } = await setUp(
      html`<skin-combobox name="it" label="Region" required>${options}</skin-combobox>`,
    );
    expect([form.checkValidity(), combo.validity.valueMissing]).toEqual([false, true]);
    combo.value = 'xx';
    expect([form.checkValidity(), submitted()]).toEqual([false, []]);
    combo.formStateRestoreCallback('jp');
    expect([form.checkValidity(), submitted()]).toEqual([true, ['jp']]);
    form.reset();
    expect(submitted()).toEqual([]);
    fieldset.disabled = true;
    await expect.poll(() => inside(combo, 'input').disabled).toBe(true);
  });

  it('says that nothing matches, and shows hostile choices as text', async () => {
    const { combo, shown } = await setUp();
    combo.options = [{ value: 'a', label: '<img src=x onerror="window.hacked=1">' }];
    await userEvent.keyboard('img');
    await expect.poll(shown).toHaveLength(1);
    expect(combo.shadowRoot?.querySelector('img')).toBeNull();
    await userEvent.keyboard('zzz');
    await expect.poll(shown).toEqual(['No matches']);
  });

  it('stays quick with ten thousand choices', async () => {
    const stage = await show(html`<skin-combobox label="R"></skin-combobox>`);
    const combo = stage.querySelector('skin-combobox') as ComboReceptor;
    combo.options = Array.from({ length: 10_000 }, (_, at) => `Place ${at}`);
    combo.focus();
    await userEvent.keyboard('{ArrowDown}');
    await expect.poll(() => combo.shadowRoot?.querySelectorAll('[role=option]').length).toBe(100);
  });
});

describe('matching', () => {
  it('puts first what begins with the text', () => {
    const choices = ['Cape Town', 'Town Hall', 'Rome'].map((value) => ({ value }));
    expect(matching(choices, 'town').map(({ value }) => value)).toEqual(['Town Hall', 'Cape Town']);
  });
});
