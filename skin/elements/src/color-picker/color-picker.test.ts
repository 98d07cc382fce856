import fc from 'fast-check';
import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { showForm, type TestForm } from '../../test/form.ts';
import { expectAccessible, inside } from '../../test/helpers.ts';
import { parseHex, readCssColor, toHex, toHsv } from './color.ts';
import type { ColorReceptor } from './color-picker.ts';
import './color-picker.ts';

const setUp = async (
  template = html`<skin-color-picker name="it" label="Color" value="#3366cc"></skin-color-picker>`,
): Promise<
  TestForm & {
    picker: ColorReceptor;
    opener: () => HTMLElement;
    open: () => Promise<HTMLElement>;
    valueText: () => string | null | undefined;
  }
> => {
  const form = await showForm(template);
  const picker = form.stage.querySelector('skin-color-picker') as ColorReceptor;
  const root = picker.shadowRoot as ShadowRoot;
  const opener = (): HTMLElement => root.querySelector('[part=opener]') as HTMLElement;
  const area = (): HTMLElement => root.querySelector('.area') as HTMLElement;
  return {
    ...form,
    picker,
    opener,
    open: async () => {
      await userEvent.click(opener());
      await expect.poll(() => root.activeElement).toBe(area());
      return area();
    },
    valueText: () => area().getAttribute('aria-valuetext'),
  };
};

describe('skin-color-picker', () => {
  it('is accessible, closed and open', async () => {
    await expectAccessible(
      html`<skin-color-picker label="Color" help="Any" value="#3366cc"></skin-color-picker
        ><skin-color-picker label="Off" disabled></skin-color-picker>`,
    );
    const { open, valueText } = await setUp(
      html`<skin-color-picker label="Color" alpha value="#3366cc"></skin-color-picker>`,
    );
    await open();
    await expect.element(page.getByRole('dialog', { name: 'Color Choose a color' })).toBeVisible();
    await expect.element(page.getByRole('slider', { name: 'Hue' })).toHaveValue('220');
    await expect.element(page.getByRole('slider', { name: 'Opacity' })).toHaveValue('100');
    expect(valueText()).toBe('Saturation 75%, Brightness 80%');
  });

  it('changes saturation and brightness by keys', async () => {
    const { open, valueText, picker, log } = await setUp();
    await open();
    const found: unknown[] = [];
    for (const keys of ['{ArrowRight}', '{ArrowUp}', '{Shift>}{ArrowLeft}{/Shift}', '{PageDown}', '{Home}', '{End}']) {
      await userEvent.keyboard(keys);
      await picker.updateComplete;
      found.push(valueText()?.match(/\d+/g)?.join(' '));
    }
    expect(found).toEqual(['76 80', '76 81', '66 81', '66 71', '0 71', '100 71']);
    expect(log.slice(0, 2)).toEqual(['input', 'change']);
  });

  it('keeps the hue while the colour is grey', async () => {
    const { open, picker, submitted } = await setUp();
    await open();
    await userEvent.keyboard('{Home}');
    await picker.updateComplete;
    expect(submitted()).toEqual(['#cccccc']);
    await userEvent.keyboard('{End}');
    expect(submitted()).toEqual(['#0044cc']);
  });

  it('follows the pointer, and tells when it is let go', async () => {
    const { open, submitted, log } = await setUp();
    const area = await open();
    area.setPointerCapture = () => {};
    const { left, top, width, height } = area.getBoundingClientRect();
    const point = (type: string, x: number, y: number): boolean =>
      area.dispatchEvent(new PointerEvent(type, { clientX: left + x * width, clientY: top + y * height }));
    point('pointermove', 1, 0);
    expect(log).toEqual([]);
    point('pointerdown', 1, 0);
    point('pointermove', 5, -5);
    point('pointermove', 0, 1);
    expect([submitted(), log]).toEqual([['#000000'], ['input', 'input']]);
    point('pointerup', 0, 1);
    expect(log).toEqual(['input', 'input', 'change']);
  });

  it('changes the hue and the opacity', async () => {
    const { open, picker, submitted } = await setUp(
      html`<skin-color-picker name="it" label="Color" alpha value="#ff0000"></skin-color-picker>`,
    );
    await open();
    await userEvent.tab();
    await userEvent.keyboard('{ArrowRight}{End}');
    await picker.updateComplete;
    await userEvent.tab();
    await userEvent.keyboard('{Home}');
    expect(submitted()).toEqual(['#ff000000']);
  });

  it('takes any colour of CSS as text, and writes it out when the user is done', async () => {
    const { picker, submitted } = await setUp();
    const input = inside(picker, 'input');
    for (const [text, hex] of [
      ['tomato', '#ff6347'],
      ['rgb(1 2 3)', '#010203'],
      ['abc', '#aabbcc'],
      ['hsl(120 100% 25%)', '#008000'],
    ] as const) {
      await userEvent.fill(input, text);
      expect([submitted(), input.value]).toEqual([[hex], text]);
      await userEvent.tab();
      await picker.updateComplete;
      expect(input.value).toBe(hex);
    }
    for (const text of ['reddish', 'inherit', 'var(--x)', 'url(x)', '#12345']) {
      await userEvent.fill(input, text);
      expect([text, picker.validity.badInput, submitted()]).toEqual([text, true, ['']]);
    }
  });

  it('offers colours, and leaves out what is none', async () => {
    const { open, submitted, log } = await setUp(
      html`<skin-color-picker name="it" label="C" .swatches=${['seagreen', 'x', '#fff']}></skin-color-picker>`,
    );
    await open();
    expect(page.getByRole('button', { name: /^(seagreen|x|#fff)$/ }).elements()).toHaveLength(2);
    await userEvent.click(page.getByRole('button', { name: 'seagreen' }));
    expect([submitted(), log]).toEqual([['#2e8b57'], ['input', 'change']]);
    await expect.element(page.getByRole('button', { name: 'seagreen', pressed: true })).toBeVisible();
  });

  it('closes on Escape, and gives the focus back', async () => {
    const { open, opener, picker } = await setUp();
    await open();
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => picker.shadowRoot?.activeElement).toBe(opener());
  });

  it('is validated, reset, restored, and off with its fieldset', async () => {
    const { picker, form, fieldset, submitted, opener } = await setUp(
      html`<skin-color-picker name="it" label="C" required></skin-color-picker>`,
    );
    expect([form.checkValidity(), picker.validity.valueMissing]).toEqual([false, true]);
    picker.value = 'red;background:url(x)';
    expect([picker.value, form.checkValidity()]).toEqual(['', false]);
    picker.formStateRestoreCallback('#12345678');
    expect([form.checkValidity(), submitted()]).toEqual([true, ['#123456']]);
    picker.alpha = true;
    expect(picker.value).toBe('#12345678');
    form.reset();
    expect(submitted()).toEqual(['']);
    fieldset.disabled = true;
    await expect.poll(() => opener().matches(':disabled')).toBe(true);
    expect(submitted()).toEqual([]);
  });
});

describe('colours', () => {
  it('come through hue, saturation and brightness unharmed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xff_ff_ff_ff }), (number) => {
        const hex = `#${number.toString(16).padStart(8, '0')}`;
        const rgba = parseHex(hex);
        expect(rgba && toHex(toHsv(rgba), true)).toBe(hex);
      }),
    );
    expect(['#fff', '#0f08', 'red', '#12', 7, null].map((text) => parseHex(text) !== undefined)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  it('are brought into sRGB', () => {
    expect(readCssColor('color(display-p3 0 1 0)')).toMatch(/^#00f/);
  });
});
