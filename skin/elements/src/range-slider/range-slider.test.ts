import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { showForm, type TestForm } from '../../test/form.ts';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import type { RangeReceptor } from './range-slider.ts';
import './range-slider.ts';

const setUp = async (
  template = html`<skin-range-slider name="it" label="M" value="20,60"></skin-range-slider>`,
): Promise<TestForm & { slider: RangeReceptor; press: (share: number, type?: string) => void }> => {
  const form = await showForm(template);
  const slider = form.stage.querySelector('skin-range-slider') as RangeReceptor;
  const box = slider.shadowRoot?.querySelector('.box') as HTMLElement;
  const { left, width, top } = box.getBoundingClientRect();
  box.setPointerCapture = () => {};
  const press = (share: number, type = 'pointerdown'): void => {
    box.dispatchEvent(
      new PointerEvent(type, { clientX: left + share * width, clientY: top + 5, pointerId: 1, cancelable: true }),
    );
  };
  return { ...form, slider, press };
};

describe('skin-range-slider', () => {
  it('is accessible, with a name for each thumb', async () => {
    await expectAccessible(
      html`<skin-range-slider label="Depth" help="In km" value="20,60"></skin-range-slider
        ><skin-range-slider label="Off" disabled></skin-range-slider>`,
    );
    await expect.element(page.getByRole('slider', { name: 'Depth from' })).toHaveValue('20');
    await expect.element(page.getByRole('slider', { name: 'Depth to' })).toHaveValue('60');
  });

  it('moves each thumb by keys, and stops it at the other one', async () => {
    const { slider, submitted, log } = await setUp();
    slider.focus();
    await userEvent.keyboard('{ArrowRight}{PageUp}');
    expect(submitted()).toEqual(['31', '60']);
    expect(log.slice(0, 2)).toEqual(['input', 'change']);
    await userEvent.keyboard('{End}');
    expect(submitted()).toEqual(['60', '60']);
    await userEvent.keyboard('{Home}');
    await userEvent.tab();
    await userEvent.keyboard('{ArrowLeft}');
    expect(submitted()).toEqual(['0', '59']);
    await userEvent.keyboard('{Home}');
    expect(submitted()).toEqual(['0', '0']);
  });

  it('keeps the distance it is told', async () => {
    const { slider, submitted } = await setUp(
      html`<skin-range-slider name="it" label="M" value="20,60" min-gap="10"></skin-range-slider>`,
    );
    slider.focus();
    await userEvent.keyboard('{End}');
    expect(submitted()).toEqual(['50', '60']);
  });

  it('follows the pointer with the nearer thumb, and tells when it is let go', async () => {
    const { slider, press, submitted, log } = await setUp();
    press(0.3);
    expect(submitted()).toEqual(['30', '60']);
    press(0.5, 'pointermove');
    press(0.9, 'pointermove');
    press(0.9, 'pointerup');
    expect([submitted(), log]).toEqual([
      ['60', '60'],
      ['input', 'input', 'input', 'change'],
    ]);
    press(0.7, 'pointermove');
    expect(slider.value).toEqual([60, 60]);
    press(0.8);
    press(0.8, 'pointercancel');
    expect(submitted()).toEqual(['60', '80']);
  });

  it('mirrors the pointer where text runs from right to left', async () => {
    const { press, submitted } = await setUp(
      html`<div dir="rtl"><skin-range-slider name="it" label="M" value="20,60"></skin-range-slider></div>`,
    );
    press(0.9);
    expect(submitted()).toEqual(['10', '60']);
  });

  it('keeps its numbers within bounds, on steps, in order, and in the digits of the language', async () => {
    const stage = await show(
      html`<skin-range-slider label="M" min="1" max="9" step="0.1" value="2.34,99"></skin-range-slider
        ><skin-range-slider label="M" value="80,20"></skin-range-slider
        ><skin-range-slider label="M" lang="ar-EG" max="10" value="3,x"></skin-range-slider>`,
    );
    const sliders = [...stage.querySelectorAll('skin-range-slider')];
    expect(sliders.map(({ value }) => value)).toEqual([
      [2.3, 9],
      [80, 80],
      [3, 10],
    ]);
    expect(inside(sliders[2], 'output').textContent?.trim()).toBe('٣ – ١٠');
  });

  it('is reset, restored, and off with its fieldset', async () => {
    const { slider, form, fieldset, submitted, press } = await setUp();
    slider.value = [1, 2];
    expect(submitted()).toEqual(['1', '2']);
    form.reset();
    expect(submitted()).toEqual(['20', '60']);
    const state = new FormData();
    state.append('it', '5');
    state.append('it', '6');
    slider.formStateRestoreCallback(state);
    expect(slider.value).toEqual([5, 6]);
    fieldset.disabled = true;
    await expect.poll(() => inside(slider, 'input').disabled).toBe(true);
    press(0.5);
    expect([submitted(), slider.value]).toEqual([[], [5, 6]]);
  });
});
