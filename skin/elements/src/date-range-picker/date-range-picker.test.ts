import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { showForm, type TestForm } from '../../test/form.ts';
import { expectAccessible } from '../../test/helpers.ts';
import type { DateRangeReceptor } from './date-range-picker.ts';
import './date-range-picker.ts';

const setUp = async (
  template = html`<skin-date-range-picker
    name="it"
    label="Period"
    value="2026-11-10/2026-11-12"
    lang="en-GB"
  ></skin-date-range-picker>`,
): Promise<TestForm & { picker: DateRangeReceptor; inputs: () => HTMLInputElement[]; open: () => Promise<void> }> => {
  const form = await showForm(template);
  const picker = form.stage.querySelector('skin-date-range-picker') as DateRangeReceptor;
  const root = picker.shadowRoot as ShadowRoot;
  const inputs = (): HTMLInputElement[] => [...root.querySelectorAll('input')];
  const open = async (): Promise<void> => {
    await userEvent.click(root.querySelector('[part=opener]') as Element);
    await expect.poll(() => root.activeElement?.localName).toBe('td');
  };
  return { ...form, picker, inputs, open };
};
const dayOf = (date: number): ReturnType<typeof page.getByRole> =>
  page.getByRole('gridcell', { name: new RegExp(`day,? ${date} November 2026$`) });

describe('skin-date-range-picker', () => {
  it('is accessible, with a name for each end', async () => {
    await expectAccessible(
      html`<skin-date-range-picker label="Period" help="Both included"></skin-date-range-picker
        ><skin-date-range-picker label="Off" disabled></skin-date-range-picker>`,
    );
    await expect.element(page.getByRole('textbox', { name: 'Period from' })).toBeVisible();
    await expect.element(page.getByRole('textbox', { name: 'Period to' })).toBeVisible();
  });

  it('takes one end, then the other, in either order', async () => {
    const { picker, open, submitted, log, inputs } = await setUp();
    await open();
    await expect.element(page.getByRole('status')).toHaveTextContent('Choose the first date.');
    await userEvent.click(dayOf(20));
    await expect.element(page.getByRole('status')).toHaveTextContent('Choose the last date.');
    expect([submitted(), log]).toEqual([['2026-11-10/2026-11-12'], []]);
    await userEvent.hover(dayOf(17));
    await expect.poll(() => picker.shadowRoot?.querySelectorAll('.within').length).toBe(2);
    await userEvent.click(dayOf(17));
    expect([submitted(), log]).toEqual([['2026-11-17/2026-11-20'], ['input', 'change']]);
    await picker.updateComplete;
    expect(inputs().map(({ value }) => value)).toEqual(['17/11/2026', '20/11/2026']);
  });

  it('takes both ends by keyboard, and forgets the first on Escape', async () => {
    const { picker, open, submitted } = await setUp();
    await open();
    await userEvent.keyboard('{Enter}{ArrowDown}');
    await picker.updateComplete;
    await userEvent.keyboard('{Enter}');
    expect(submitted()).toEqual(['2026-11-10/2026-11-17']);
    await open();
    await userEvent.keyboard('{ArrowRight}{Enter}{Escape}');
    expect(submitted()).toEqual(['2026-11-10/2026-11-17']);
    await open();
    expect(picker.shadowRoot?.querySelectorAll('[aria-selected=true]')).toHaveLength(2);
  });

  it('takes both ends as text, and says what is wrong with them', async () => {
    const { picker, inputs, submitted } = await setUp();
    const [first, last] = inputs() as [HTMLInputElement, HTMLInputElement];
    await userEvent.fill(first, '1/12/2026');
    expect([picker.validity.badInput, picker.validationMessage]).toEqual([
      true,
      'The last date must not be before the first.',
    ]);
    await userEvent.fill(last, '');
    expect([picker.validationMessage, submitted()]).toEqual(['Enter both dates.', ['2026-12-01/']]);
    await userEvent.fill(last, 'x');
    expect(picker.validationMessage).toMatch(/^Enter a date like \d\d\/\d\d\/\d{4}\.$/);
    await userEvent.fill(last, '24/12/2026');
    expect([picker.validity.valid, submitted(), picker.start, picker.end]).toEqual([
      true,
      ['2026-12-01/2026-12-24'],
      '2026-12-01',
      '2026-12-24',
    ]);
  });

  it('is validated, reset, restored, and off with its fieldset', async () => {
    const { picker, form, fieldset, submitted } = await setUp(
      html`<skin-date-range-picker name="it" label="P" required max="2026-12-31"></skin-date-range-picker>`,
    );
    expect([form.checkValidity(), picker.validity.valueMissing]).toEqual([false, true]);
    picker.value = '2026-12-30/2027-01-02';
    expect(picker.validity.rangeOverflow).toBe(true);
    picker.formStateRestoreCallback('2026-01-01/2026-01-02');
    expect([form.checkValidity(), submitted()]).toEqual([true, ['2026-01-01/2026-01-02']]);
    form.reset();
    expect(submitted()).toEqual(['']);
    fieldset.disabled = true;
    expect(submitted()).toEqual([]);
  });
});
