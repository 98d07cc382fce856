import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { showForm } from '../../test/form.ts';
import { expectAccessible, show } from '../../test/helpers.ts';
import './rating.ts';

describe('skin-rating', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<skin-rating label="Report" value="3" help="How exact it is"></skin-rating
        ><skin-rating label="Off" disabled></skin-rating>`,
    );
  });

  it('is a group of radio buttons, each with its number', async () => {
    await show(html`<skin-rating label="Report" value="3" max="4"></skin-rating>`);
    const group = page.getByRole('radiogroup', { name: 'Report' });
    await expect.element(group.getByRole('radio', { name: '3 of 4', checked: true })).toBeInTheDocument();
    expect(group.getByRole('radio').elements()).toHaveLength(4);
  });

  it('chooses by pointer and arrow keys, and tells it', async () => {
    const { stage, submitted, log } = await showForm(html`<skin-rating name="it" label="R"></skin-rating>`);
    expect(submitted()).toEqual([]);
    await userEvent.click(page.getByRole('radio', { name: '2 of 5' }));
    await userEvent.keyboard('{ArrowRight}{ArrowRight}{ArrowLeft}');
    await stage.querySelector('skin-rating')?.updateComplete;
    expect([submitted(), log.length]).toEqual([['3'], 8]);
    expect(stage.querySelector('skin-rating')?.shadowRoot?.querySelectorAll('.on')).toHaveLength(3);
  });

  it('is validated, reset, restored, and off with its fieldset', async () => {
    const { stage, form, fieldset, submitted } = await showForm(
      html`<skin-rating name="it" label="R" required></skin-rating>`,
    );
    const rating = stage.querySelector('skin-rating');
    expect([form.checkValidity(), rating?.validity.valueMissing]).toEqual([false, true]);
    rating?.formStateRestoreCallback('4');
    expect([form.checkValidity(), submitted()]).toEqual([true, ['4']]);
    form.reset();
    expect(submitted()).toEqual([]);
    if (rating) rating.value = 5;
    fieldset.disabled = true;
    expect(submitted()).toEqual([]);
  });

  it.each([Number.NaN, -1, 99, Number.POSITIVE_INFINITY])('has no stars for %d', async (value) => {
    const stage = await show(html`<skin-rating label="R" .value=${value}></skin-rating>`);
    expect(stage.querySelector('skin-rating')?.value).toBe(0);
  });
});
