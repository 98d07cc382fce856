import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { showForm } from '../../test/form.ts';
import { expectAccessible, show } from '../../test/helpers.ts';
import './number-field.ts';

describe('skin-number-field', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<skin-number-field label="Depth" help="In km" value="3" min="0" max="9"></skin-number-field
        ><skin-number-field label="Off" disabled></skin-number-field>`,
    );
  });

  it('steps by its buttons and by arrow keys, and tells each step', async () => {
    const { stage, submitted, log } = await showForm(
      html`<skin-number-field name="it" label="Depth" value="1" step="0.5"></skin-number-field>`,
    );
    const field = stage.querySelector('skin-number-field');
    await userEvent.click(field?.shadowRoot?.querySelector('[part=increment]') as Element);
    expect([submitted(), document.activeElement]).toEqual([['1.5'], field]);
    await userEvent.click(field?.shadowRoot?.querySelector('[part=decrement]') as Element);
    await userEvent.keyboard('{ArrowUp}{ArrowUp}{ArrowDown}');
    expect([submitted(), field?.valueAsNumber]).toEqual([['1.5'], 1.5]);
    expect(log.slice(0, 4)).toEqual(['input', 'change', 'input', 'change']);
  });

  it('stops at its bounds', async () => {
    const stage = await show(html`<skin-number-field label="D" value="1" min="0" max="2"></skin-number-field>`);
    const field = stage.querySelector('skin-number-field');
    const isOff = (): unknown[] =>
      ['decrement', 'increment'].map((part) =>
        field?.shadowRoot?.querySelector<HTMLButtonElement>(`[part=${part}]`)?.matches(':disabled'),
      );
    expect(isOff()).toEqual([false, false]);
    field?.stepUp();
    await field?.updateComplete;
    expect([field?.value, isOff()]).toEqual(['2', [false, true]]);
    field?.stepDown(2);
    await field?.updateComplete;
    expect([field?.value, isOff()]).toEqual(['0', [true, false]]);
  });

  it('is a spin button with its number, and its buttons are no stops', async () => {
    const stage = await show(
      html`<skin-number-field label="Depth" value="7"></skin-number-field><button>after</button>`,
    );
    await expect.element(page.getByRole('spinbutton', { name: 'Depth' })).toHaveValue(7);
    expect(page.getByRole('button').elements()).toHaveLength(1);
    stage.querySelector('skin-number-field')?.focus();
    await userEvent.tab();
    expect(document.activeElement?.textContent).toBe('after');
  });

  it('says what is wrong, and takes no letters', async () => {
    const { stage, form } = await showForm(
      html`<skin-number-field label="D" min="1" max="5" step="2"></skin-number-field>`,
    );
    const field = stage.querySelector('skin-number-field');
    const flags: unknown[] = [];
    for (const value of ['0', '9', '2', '3', 'abc']) {
      if (field) field.value = value;
      await field?.updateComplete;
      const { rangeUnderflow, rangeOverflow, stepMismatch, valid } = field?.validity ?? {};
      flags.push([rangeUnderflow, rangeOverflow, stepMismatch, valid].indexOf(true));
    }
    expect([flags, field?.value, form.checkValidity()]).toEqual([[0, 1, 2, 3, 3], '', true]);
    if (field) field.valueAsNumber = Number.NaN;
    expect([field?.value, field?.valueAsNumber]).toEqual(['', Number.NaN]);
  });

  it('is reset, and off with its fieldset', async () => {
    const { stage, form, fieldset, submitted } = await showForm(
      html`<skin-number-field name="it" label="D" value="4"></skin-number-field>`,
    );
    const field = stage.querySelector('skin-number-field');
    if (field) field.valueAsNumber = 8;
    form.reset();
    expect(submitted()).toEqual(['4']);
    fieldset.disabled = true;
    await expect
      .poll(() => field?.shadowRoot?.querySelector<HTMLButtonElement>('[part=increment]')?.disabled)
      .toBe(true);
    expect(submitted()).toEqual([]);
  });

  it.each([
    ['٣٤٫٥', '34.5'],
    ['۱۲', '12'],
    ['−७', '-7'],
    ['１２３', '123'],
    ['42', '42'],
  ])('takes digits of any script, typed and pasted: %s', async (typed, value) => {
    const { stage, submitted, log } = await showForm(
      html`<div lang="ar-EG" dir="rtl"><skin-number-field name="it" label="D" step="any"></skin-number-field></div>`,
    );
    const field = stage.querySelector('skin-number-field');
    field?.focus();
    await userEvent.keyboard(typed);
    expect([field?.value, submitted(), log.at(-1)]).toEqual([value, [value], 'input']);
    // As the browser tells of a paste; what the page prevents it does not do itself.
    const input = field?.shadowRoot?.querySelector('input');
    input?.select();
    const paste = { data: typed, inputType: 'insertFromPaste', bubbles: true, composed: true, cancelable: true };
    const isNative = input?.dispatchEvent(new InputEvent('beforeinput', paste));
    expect([isNative, field?.value]).toEqual([typed === value, value]);
  });
});
