import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { showForm } from '../../test/form.ts';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import './slider.ts';

describe('skin-slider', () => {
  it('is accessible', async () => {
    await expectAccessible(
      html`<skin-slider label="Magnitude" max="10" value="4" help="At least"></skin-slider
        ><skin-slider label="Off" disabled></skin-slider>`,
    );
  });

  it('moves by arrows, Page keys, Home and End, and tells it', async () => {
    const { stage, submitted, log } = await showForm(
      html`<skin-slider name="it" label="M" min="0" max="100" value="50"></skin-slider>`,
    );
    stage.querySelector('skin-slider')?.focus();
    const found: unknown[] = [];
    for (const key of ['ArrowRight', 'ArrowUp', 'ArrowLeft', 'ArrowDown', 'PageUp', 'Home', 'End']) {
      await userEvent.keyboard(`{${key}}`);
      found.push(...submitted());
    }
    expect(found).toEqual(['51', '52', '51', '50', '60', '0', '100']);
    expect(log.slice(0, 2)).toEqual(['input', 'change']);
  });

  it('goes the other way where text runs from right to left', async () => {
    const stage = await show(html`<div dir="rtl"><skin-slider label="M" value="50"></skin-slider></div>`);
    stage.querySelector('skin-slider')?.focus();
    await userEvent.keyboard('{ArrowLeft}');
    expect(stage.querySelector('skin-slider')?.valueAsNumber).toBe(51);
  });

  it('keeps its number within its bounds, and shows it in the digits of the language', async () => {
    const stage = await show(
      html`<skin-slider lang="de" label="M" max="2000" step="50" value="1220"></skin-slider
        ><skin-slider lang="ar-EG" label="M" max="10" value="99"></skin-slider
        ><skin-slider label="M" value="nonsense"></skin-slider>`,
    );
    const sliders = [...stage.querySelectorAll('skin-slider')];
    expect(sliders.map(({ value }) => value)).toEqual(['1200', '10', '50']);
    await Promise.all(sliders.map((one) => one.updateComplete));
    expect(sliders.map((one) => inside(one, 'output').textContent)).toEqual(['1.200', '١٠', '50']);
  });

  it('has its name and number for assistive technology', async () => {
    await show(html`<skin-slider label="Magnitude" max="10" value="4"></skin-slider>`);
    await expect.element(page.getByRole('slider', { name: 'Magnitude' })).toHaveValue('4');
  });

  it('is reset, restored, and off with its fieldset', async () => {
    const { stage, form, fieldset, submitted } = await showForm(
      html`<skin-slider name="it" label="M" value="20"></skin-slider>`,
    );
    const slider = stage.querySelector('skin-slider');
    if (slider) slider.valueAsNumber = 30;
    expect(submitted()).toEqual(['30']);
    form.reset();
    expect(submitted()).toEqual(['20']);
    slider?.formStateRestoreCallback('40');
    expect(submitted()).toEqual(['40']);
    fieldset.disabled = true;
    expect(submitted()).toEqual([]);
  });
});
