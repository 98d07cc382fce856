import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { showForm } from '../../test/form.ts';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import './textarea.ts';

describe('skin-textarea', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<skin-textarea label="Remarks" help="What you felt" required></skin-textarea
        ><skin-textarea label="Off" disabled value="x"></skin-textarea>`,
    );
  });

  it('takes several lines; Enter does not submit', async () => {
    const { log, submitted } = await showForm(html`<skin-textarea name="it" label="Remarks"></skin-textarea>`);
    await userEvent.click(page.getByLabelText('Remarks'));
    await userEvent.keyboard('a{Enter}b');
    expect(submitted()).toEqual(['a\nb']);
    expect(log).not.toContain('submit');
  });

  it('keeps the lines of a value that a script sets, and shows markup as text', async () => {
    const stage = await show(html`<skin-textarea label="R"></skin-textarea>`);
    const field = stage.querySelector('skin-textarea');
    if (field) field.value = 'a\n</textarea><img src=x onerror="window.hacked=1">';
    await field?.updateComplete;
    expect([inside(field, 'textarea').value, field?.shadowRoot?.querySelector('img')]).toEqual([field?.value, null]);
  });

  it('is validated, reset, restored, and off with its fieldset', async () => {
    const { stage, form, fieldset, submitted } = await showForm(
      html`<skin-textarea name="it" label="R" required minlength="5" value="enough"></skin-textarea>`,
    );
    const field = stage.querySelector('skin-textarea');
    if (field) field.value = 'abc';
    expect([form.checkValidity(), field?.validity.tooShort]).toEqual([false, true]);
    if (field) field.value = '';
    expect([form.checkValidity(), field?.validity.valueMissing]).toEqual([false, true]);
    form.reset();
    expect([submitted(), form.checkValidity()]).toEqual([['enough'], true]);
    field?.formStateRestoreCallback('kept text');
    expect(submitted()).toEqual(['kept text']);
    fieldset.disabled = true;
    expect(submitted()).toEqual([]);
  });

  it('grows with its text when asked to', async () => {
    const stage = await show(html`<skin-textarea label="R" autosize rows="2"></skin-textarea>`);
    const field = stage.querySelector('skin-textarea');
    const before = inside(field, 'textarea').offsetHeight;
    if (field) field.value = 'line\n'.repeat(8);
    await field?.updateComplete;
    expect(inside(field, 'textarea').offsetHeight).toBeGreaterThan(before);
  });
});
