import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { showForm } from '../../test/form.ts';
import { expectAccessible, show } from '../../test/helpers.ts';
import './checkbox-group.ts';

const options = html`<option value="a" selected>Alpha</option>
  <option value="b">Beta</option>
  <option value="c" disabled>Gamma</option>`;

describe('skin-checkbox-group', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<skin-checkbox-group label="Which" help="Any of them">${options}</skin-checkbox-group
        ><skin-checkbox-group label="Needed" required orientation="horizontal">${options}</skin-checkbox-group>`,
    );
  });

  it('is a group with a name, of checkboxes', async () => {
    await show(html`<skin-checkbox-group label="Which">${options}</skin-checkbox-group>`);
    const group = page.getByRole('group', { name: 'Which' });
    await expect.element(group.getByRole('checkbox', { name: 'Alpha', checked: true })).toBeInTheDocument();
    expect(group.getByRole('checkbox').elements()).toHaveLength(3);
  });

  it('submits each chosen value under its name', async () => {
    const { submitted, log } = await showForm(
      html`<skin-checkbox-group name="it" label="Which">${options}</skin-checkbox-group>`,
    );
    await userEvent.click(page.getByRole('checkbox', { name: 'Beta' }));
    expect(submitted()).toEqual(['a', 'b']);
    await userEvent.click(page.getByRole('checkbox', { name: 'Alpha' }));
    expect([submitted(), log]).toEqual([['b'], ['input', 'change', 'input', 'change']]);
  });

  it('needs a choice when required, is reset, restored, and off with its fieldset', async () => {
    const { stage, form, fieldset, submitted } = await showForm(
      html`<skin-checkbox-group name="it" required label="Which">${options}</skin-checkbox-group>`,
    );
    const group = stage.querySelector('skin-checkbox-group');
    if (group) group.value = [];
    expect([form.checkValidity(), group?.validity.valueMissing, submitted()]).toEqual([false, true, []]);
    form.reset();
    expect([submitted(), group?.checkValidity()]).toEqual([['a'], true]);
    const kept = new FormData();
    kept.append('it', 'b');
    group?.formStateRestoreCallback(kept);
    expect(submitted()).toEqual(['b']);
    fieldset.disabled = true;
    expect(submitted()).toEqual([]);
  });

  it('takes what is no list for none', async () => {
    const { stage, submitted } = await showForm(
      html`<skin-checkbox-group name="it" label="Which">${options}</skin-checkbox-group>`,
    );
    const group = stage.querySelector('skin-checkbox-group');
    Object.assign(group ?? {}, { value: 'a' });
    expect([group?.value, submitted()]).toEqual([[], []]);
  });
});
