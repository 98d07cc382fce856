import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { showForm, type TestForm } from '../../test/form.ts';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import { toLatinDigits } from './digits.ts';
import type { OtpReceptor } from './otp-field.ts';
import './otp-field.ts';

const setUp = async (
  template = html`<skin-otp-field name="it" label="Code" length="4"></skin-otp-field>`,
): Promise<TestForm & { field: OtpReceptor; cells: () => string; on: () => number }> => {
  const form = await showForm(html`${template}<button id="after">after</button>`);
  const field = form.stage.querySelector('skin-otp-field') as OtpReceptor;
  field.focus();
  const all = (): HTMLElement[] => [...(field.shadowRoot?.querySelectorAll<HTMLElement>('[part=cell]') ?? [])];
  return {
    ...form,
    field,
    cells: () =>
      all()
        .map(({ textContent }) => textContent?.trim() || '_')
        .join(''),
    on: () => all().findIndex((cell) => cell.classList.contains('on')),
  };
};

describe('skin-otp-field', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<skin-otp-field label="Code" help="By message" value="123"></skin-otp-field
        ><skin-otp-field label="Off" disabled></skin-otp-field>`,
    );
    await expect.element(page.getByRole('textbox', { name: 'Code' })).toHaveValue('123');
  });

  it('takes digits, tells each change once, and says when it is complete', async () => {
    const { stage, submitted, log, cells, on } = await setUp();
    const complete: unknown[] = [];
    stage.addEventListener('complete', (event) => complete.push((event as CustomEvent).detail));
    await userEvent.keyboard('1a2');
    await expect.poll(cells).toBe('12__');
    expect([submitted(), log, on()]).toEqual([['12'], ['input', 'input'], 2]);
    await userEvent.keyboard('349');
    await expect.poll(cells).toBe('1234');
    expect([submitted(), complete]).toEqual([['1234'], [{ value: '1234' }]]);
  });

  it('takes a code with what stands around it, in the digits of any script', async () => {
    const { field, submitted, cells } = await setUp();
    await userEvent.fill(inside(field, 'input'), 'G-12 34');
    await expect.poll(cells).toBe('1234');
    await userEvent.fill(inside(field, 'input'), '٤٢٠٧');
    await expect.poll(cells).toBe('4207');
    expect(submitted()).toEqual(['4207']);
  });

  it('moves by arrows, Home and End, replaces in the middle, and deletes backwards', async () => {
    const { cells, on } = await setUp(
      html`<skin-otp-field name="it" label="C" length="4" value="1234"></skin-otp-field>`,
    );
    await userEvent.keyboard('{Home}{ArrowRight}9');
    await expect.poll(cells).toBe('1934');
    expect(on()).toBe(2);
    await userEvent.keyboard('{ArrowLeft}{ArrowLeft}{ArrowLeft}7');
    await expect.poll(cells).toBe('7934');
    await userEvent.keyboard('{End}{Backspace}{Backspace}');
    await expect.poll(cells).toBe('79__');
  });

  it('marks the cell that was pressed', async () => {
    const { field, cells } = await setUp(
      html`<skin-otp-field name="it" label="C" length="4" value="1234"></skin-otp-field>`,
    );
    await userEvent.click(inside(field, 'input'), { position: { x: 55, y: 20 } });
    await userEvent.keyboard('8');
    await expect.poll(cells).toBe('1834');
  });

  it('hides its characters, and takes letters where they belong', async () => {
    const { cells } = await setUp(
      html`<skin-otp-field name="it" label="C" kind="text" length="4" mask></skin-otp-field>`,
    );
    await userEvent.keyboard('a-7');
    await expect.poll(cells).toBe('••__');
  });

  it('is validated, reset, restored, submitted by Enter, and off with its fieldset', async () => {
    const { field, form, fieldset, submitted, log } = await setUp(
      html`<skin-otp-field name="it" label="C" length="4" required></skin-otp-field>`,
    );
    expect([form.checkValidity(), field.validity.valueMissing]).toEqual([false, true]);
    field.value = '12';
    expect([field.validity.tooShort, field.validationMessage]).toEqual([true, 'Enter at least 4 characters.']);
    field.formStateRestoreCallback('5678');
    expect([form.checkValidity(), submitted()]).toEqual([true, ['5678']]);
    await userEvent.keyboard('{Enter}');
    expect(log).toContain('submit');
    form.reset();
    expect(submitted()).toEqual(['']);
    fieldset.disabled = true;
    await expect.poll(() => inside(field, 'input').disabled).toBe(true);
    expect(submitted()).toEqual([]);
  });

  it('keeps its cells from left to right, also where text runs the other way', async () => {
    const stage = await show(html`<div dir="rtl"><skin-otp-field label="C" value="12"></skin-otp-field></div>`);
    const cells = [...(stage.querySelector('skin-otp-field')?.shadowRoot?.querySelectorAll('[part=cell]') ?? [])];
    const [first, second] = cells.map((cell) => cell.getBoundingClientRect().left);
    expect(Number(first)).toBeLessThan(Number(second));
  });
});

describe('toLatinDigits', () => {
  it('reads the digits of every numbering system that the browser knows', () => {
    for (const locale of [
      'ar-EG',
      'fa',
      'hi-u-nu-deva',
      'bn',
      'th-u-nu-thai',
      'my',
      'en-u-nu-fullwide',
      'ne',
      'dz',
      'km-u-nu-khmr',
    ])
      expect([locale, toLatinDigits((1_234_567_890).toLocaleString(locale, { useGrouping: false }))]).toEqual([
        locale,
        '1234567890',
      ]);
  });
});
