import { html, type TemplateResult } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import type { SplitPanelCell } from './split-panel.ts';
import './split-panel.ts';

const panel = (orientation: 'horizontal' | 'vertical' = 'horizontal', dir = 'ltr'): TemplateResult =>
  html`<skin-split-panel
    label="List"
    min="10"
    max="90"
    orientation=${orientation}
    dir=${dir}
    style="inline-size:400px;block-size:200px"
    ><p slot="start">One</p>
    <p slot="end">Two</p></skin-split-panel
  >`;
const setUp = async (orientation: 'horizontal' | 'vertical' = 'horizontal', dir = 'ltr') => {
  const stage = await show(panel(orientation, dir));
  const element = stage.querySelector('skin-split-panel') as SplitPanelCell;
  const log: unknown[] = [];
  for (const type of ['input', 'change'])
    element.addEventListener(type, (event) => log.push([type, (event as CustomEvent).detail.position]));
  const separator = element.shadowRoot?.querySelector('[role=separator]') as HTMLElement;
  separator.focus();
  return { element, log, separator };
};
const press = async (element: SplitPanelCell, ...keys: string[]): Promise<number[]> => {
  const found: number[] = [];
  for (const key of keys) {
    await userEvent.keyboard(key);
    found.push(element.position);
  }
  return found;
};

describe('skin-split-panel', () => {
  it('is accessible in both orientations', async () => {
    await expectAccessible(panel());
    await expectAccessible(panel('vertical'));
  });

  it('has a separator with name, value and bounds', async () => {
    const { element } = await setUp();
    const separator = page.getByRole('separator', { name: 'List' });
    await expect.element(separator).toHaveAttribute('aria-valuenow', '50');
    await expect.element(separator).toHaveAttribute('aria-valuemin', '10');
    await expect.element(separator).toHaveAttribute('aria-orientation', 'vertical');
    const { width } = inside(element, 'div').getBoundingClientRect();
    expect(Math.round(width)).toBe(196);
  });

  it.each([
    ['horizontal', 'ltr', '{ArrowRight}', '{ArrowLeft}'],
    ['horizontal', 'rtl', '{ArrowLeft}', '{ArrowRight}'],
    ['vertical', 'ltr', '{ArrowDown}', '{ArrowUp}'],
  ] as const)('moves by arrows, Home and End within its bounds, %s, %s', async (orientation, dir, more, less) => {
    const { element } = await setUp(orientation, dir);
    expect(await press(element, more, less, less, `{Shift>}${more}{/Shift}`)).toEqual([52, 50, 48, 58]);
    expect(await press(element, '{End}', more, '{Home}', less)).toEqual([90, 90, 10, 10]);
  });

  it('closes and opens again by Enter, and tells once per change', async () => {
    const { element, log } = await setUp();
    expect(await press(element, '{ArrowRight}', '{Enter}', '{Enter}', 'x')).toEqual([52, 10, 52, 52]);
    expect(log).toEqual(
      [52, 10, 52].flatMap((at) => [
        ['input', at],
        ['change', at],
      ]),
    );
  });

  it.each([
    ['ltr', 60],
    ['rtl', 40],
  ])('follows the pointer, %s, and goes back when it is taken away', async (dir, expected) => {
    const { element, log, separator } = await setUp('horizontal', dir);
    const box = separator.getBoundingClientRect();
    const x = box.left + box.width / 2;
    const send = (type: string, clientX: number): boolean =>
      separator.dispatchEvent(new PointerEvent(type, { bubbles: true, pointerId: 1, clientX, clientY: box.top + 5 }));
    separator.setPointerCapture = () => {};
    send('pointerdown', x);
    expect(element.matches(':state(dragging)')).toBe(true);
    send('pointermove', x + 20);
    send('pointermove', x + 40);
    send('pointerup', x + 40);
    send('pointermove', x + 90);
    expect([element.position, log.at(-1)]).toEqual([expected, ['change', expected]]);
    send('pointerdown', x);
    send('pointermove', x + 60);
    send('pointercancel', x + 60);
    expect([element.position, element.matches(':state(dragging)')]).toEqual([expected, false]);
  });

  it('stays where it is while it is off', async () => {
    const { element, separator } = await setUp();
    element.disabled = true;
    await element.updateComplete;
    separator.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home' }));
    separator.dispatchEvent(new PointerEvent('pointerdown', { pointerId: 1 }));
    expect([element.position, separator.tabIndex]).toEqual([50, -1]);
  });
});
