import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { showForm } from '../../test/form.ts';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import './password-field.ts';

describe('skin-password-field', () => {
  it('is accessible, hidden and shown', async () => {
    await expectAccessible(
      html`<skin-password-field label="Password" help="At least 12 characters"></skin-password-field
        ><skin-password-field label="New" revealed value="x"></skin-password-field>`,
    );
  });

  it('shows and hides what was typed, and says which', async () => {
    const stage = await show(html`<skin-password-field label="Password" value="secret"></skin-password-field>`);
    const field = stage.querySelector('skin-password-field');
    const button = page.getByRole('button', { name: 'Show password' });
    expect(inside(field, 'input').type).toBe('password');
    await userEvent.click(button);
    await expect.element(button).toHaveAttribute('aria-pressed', 'true');
    expect([inside(field, 'input').type, inside(field, 'input').value]).toEqual(['text', 'secret']);
    await userEvent.click(button);
    expect(inside(field, 'input').type).toBe('password');
  });

  it('hides it again when its form is submitted or reset', async () => {
    const { stage, form, submitted } = await showForm(
      html`<skin-password-field name="it" label="Password" value="secret"></skin-password-field>`,
    );
    const field = stage.querySelector('skin-password-field');
    for (const end of ['submit', 'reset'] as const) {
      if (field) field.revealed = true;
      await field?.updateComplete;
      if (end === 'submit') form.requestSubmit();
      else form.reset();
      await field?.updateComplete;
      expect([end, inside(field, 'input').type, submitted()]).toEqual([end, 'password', ['secret']]);
    }
  });

  it('is for the password managers', async () => {
    const stage = await show(
      html`<skin-password-field label="P"></skin-password-field
        ><skin-password-field label="N" autocomplete="new-password"></skin-password-field>`,
    );
    const found = [...stage.querySelectorAll('skin-password-field')].map((one) => inside(one, 'input').autocomplete);
    expect(found).toEqual(['current-password', 'new-password']);
    const input = inside(stage.querySelector('skin-password-field'), 'input');
    expect([input.autocapitalize, input.getAttribute('spellcheck')]).toEqual(['none', 'false']);
  });

  it('is validated, and off with its fieldset', async () => {
    const { stage, form, fieldset } = await showForm(
      html`<skin-password-field label="P" required minlength="12"></skin-password-field>`,
    );
    const field = stage.querySelector('skin-password-field');
    expect([form.checkValidity(), field?.validity.valueMissing]).toEqual([false, true]);
    if (field) field.value = 'short';
    expect([form.checkValidity(), field?.validity.tooShort]).toEqual([false, true]);
    fieldset.disabled = true;
    await expect.poll(() => inside(field, 'button').disabled).toBe(true);
  });
});
