import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { showForm } from '../../test/form.ts';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import './radio-group.ts';

const options = html`<option value="a">Alpha</option>
  <option value="b">Beta</option>
  <option value="c" disabled>Gamma</option>`;

describe('skin-radio-group', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<skin-radio-group label="Scale" help="One of them" value="b">${options}</skin-radio-group
        ><skin-radio-group label="Needed" required>${options}</skin-radio-group>`,
    );
  });

  it('is a group of radio buttons with a name', async () => {
    await show(html`<skin-radio-group label="Scale" required value="b">${options}</skin-radio-group>`);
    const group = page.getByRole('radiogroup', { name: 'Scale' });
    await expect.element(group.getByRole('radio', { name: 'Beta', checked: true })).toBeInTheDocument();
    expect(group.getByRole('radio').elements()).toHaveLength(3);
  });

  it('is one stop of the Tab key; arrows choose, pass over what is disabled, and go round', async () => {
    const { stage, submitted, log } = await showForm(
      html`<button>before</button><skin-radio-group name="it" label="Scale">${options}</skin-radio-group
        ><button id="after">after</button>`,
    );
    stage.querySelector('button')?.focus();
    await userEvent.tab();
    await userEvent.keyboard(' ');
    expect(submitted()).toEqual(['a']);
    await userEvent.keyboard('{ArrowDown}');
    expect(submitted()).toEqual(['b']);
    await userEvent.keyboard('{ArrowDown}');
    expect(submitted()).toEqual(['a']);
    await userEvent.keyboard('{ArrowUp}');
    expect([submitted(), log]).toEqual([['b'], Array.from({ length: 4 }, () => ['input', 'change']).flat()]);
    await userEvent.tab();
    expect(document.activeElement?.id).toBe('after');
  });

  it('must have a choice when required, and says so', async () => {
    const { stage, form } = await showForm(html`<skin-radio-group required label="S">${options}</skin-radio-group>`);
    const group = stage.querySelector('skin-radio-group');
    expect([form.checkValidity(), group?.validity.valueMissing]).toEqual([false, true]);
    group?.reportValidity();
    await group?.updateComplete;
    expect([document.activeElement, inside(group, 'p').textContent]).toEqual([group, group?.validationMessage]);
    if (group) group.value = 'a';
    expect(group?.checkValidity()).toBe(true);
  });

  it('is reset, and off with its fieldset', async () => {
    const { stage, form, fieldset, submitted } = await showForm(
      html`<skin-radio-group name="it" label="S" value="b">${options}</skin-radio-group>`,
    );
    const group = stage.querySelector('skin-radio-group');
    await userEvent.click(page.getByRole('radio', { name: 'Alpha' }));
    expect(submitted()).toEqual(['a']);
    form.reset();
    await group?.updateComplete;
    expect([submitted(), group?.shadowRoot?.querySelector<HTMLInputElement>(':checked')?.value]).toEqual([['b'], 'b']);
    fieldset.disabled = true;
    expect(submitted()).toEqual([]);
  });

  it('restores what the browser kept, and shows and submits no value that is no choice', async () => {
    const { stage, submitted } = await showForm(
      html`<skin-radio-group name="it" label="S">${options}</skin-radio-group>`,
    );
    const group = stage.querySelector('skin-radio-group');
    group?.formStateRestoreCallback('a');
    expect(submitted()).toEqual(['a']);
    if (group) group.value = 'zzz';
    expect(submitted()).toEqual([]);
    if (group) group.options = ['zzz', { value: 'y', label: '<img src=x onerror="window.hacked=1">' }];
    await group?.updateComplete;
    expect([submitted(), group?.shadowRoot?.querySelector('img')]).toEqual([['zzz'], null]);
  });
});
