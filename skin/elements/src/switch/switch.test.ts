import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import './switch.ts';

const valueOf = (stage: HTMLElement): FormDataEntryValue | null =>
  new FormData(stage.querySelector('form') ?? undefined).get('live');

describe('skin-switch', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<skin-switch>Off</skin-switch><skin-switch checked help="At once">On</skin-switch
        ><skin-switch required label="Needed"></skin-switch><skin-switch disabled>Not now</skin-switch>`,
    );
  });

  it('is a switch to assistive technology, with its label and help', async () => {
    await show(html`<skin-switch checked help="At once.">Live</skin-switch>`);
    const control = page.getByRole('switch', { name: 'Live', checked: true });
    await expect.element(control).toHaveAccessibleDescription('At once.');
  });

  it('switches by pointer on its label and by Space, and tells input and change once each', async () => {
    const log: string[] = [];
    const stage = await show(
      html`<form @input=${() => log.push('input')} @change=${() => log.push('change')}>
        <skin-switch name="live">Live</skin-switch>
      </form>`,
    );
    const control = stage.querySelector('skin-switch');
    await userEvent.click(inside(control, 'label'));
    expect([valueOf(stage), control?.checked, control?.matches(':state(checked)')]).toEqual(['on', true, true]);
    await userEvent.keyboard(' ');
    expect([valueOf(stage), control?.checked]).toEqual([null, false]);
    expect(log).toEqual(['input', 'change', 'input', 'change']);
  });

  it('is reset with its form, and off in a disabled fieldset', async () => {
    const stage = await show(
      html`<form>
        <fieldset><skin-switch name="live" checked>Live</skin-switch></fieldset>
      </form>`,
    );
    const control = stage.querySelector('skin-switch');
    if (control !== null) control.checked = false;
    expect(valueOf(stage)).toBeNull();
    stage.querySelector('form')?.reset();
    expect(valueOf(stage)).toBe('on');
    stage.querySelector('fieldset')?.toggleAttribute('disabled', true);
    await expect.poll(() => inside(control, 'input').disabled).toBe(true);
    expect(valueOf(stage)).toBeNull();
  });

  it('must be on when required', async () => {
    const stage = await show(html`<skin-switch required label="Agree"></skin-switch>`);
    const control = stage.querySelector('skin-switch');
    expect([control?.checkValidity(), control?.validity.valueMissing]).toEqual([false, true]);
    expect(control?.reportValidity()).toBe(false);
    await control?.updateComplete;
    expect([document.activeElement, inside(control, 'p').textContent]).toEqual([control, control?.validationMessage]);
  });

  it.each(['ltr', 'rtl'])('puts its thumb at the end of the line when on: %s', async (dir) => {
    const stage = await show(html`<div dir=${dir}><skin-switch checked label="Live"></skin-switch></div>`);
    const style = getComputedStyle(inside(stage.querySelector('skin-switch'), 'input'), '::before');
    await Promise.all(document.getAnimations().map(({ finished }) => finished));
    expect(style.translate.startsWith('-')).toBe(dir === 'rtl');
  });
});
