import { html, type TemplateResult } from 'lit';
import { beforeEach, describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import type { ResizableCell } from './resizable.ts';
import './resizable.ts';

const box = (axis = 'both', { dir = 'ltr', side = 'end', remember = '' } = {}): TemplateResult =>
  html`<div dir=${dir} style="inline-size:500px">
    <skin-resizable
      label="Notes"
      axis=${axis}
      side=${side}
      remember=${remember}
      width="200"
      height="100"
      min-width="80"
      max-height="300"
      ><p>Text</p></skin-resizable
    >
  </div>`;
const setUp = async (template: TemplateResult) => {
  const stage = await show(template);
  const element = stage.querySelector('skin-resizable') as ResizableCell;
  await element.updateComplete;
  const log: unknown[] = [];
  for (const type of ['input', 'change'])
    element.addEventListener(type, (event) => {
      const { width, height } = (event as CustomEvent).detail;
      log.push(`${type} ${width}×${height}`);
    });
  const handle = (name: string): HTMLElement => element.shadowRoot?.querySelector(`.${name}`) as HTMLElement;
  const size = (): string => `${element.offsetWidth}×${element.offsetHeight}`;
  const drag = (name: string, ...moves: readonly (readonly [string, number, number])[]): void => {
    const target = handle(name);
    target.setPointerCapture = () => {};
    for (const [type, clientX, clientY] of moves)
      target.dispatchEvent(new PointerEvent(`pointer${type}`, { pointerId: 1, clientX, clientY }));
  };
  return { element, log, handle, size, drag };
};
beforeEach(() => localStorage.clear());

describe('skin-resizable', () => {
  it('is accessible, whatever can be changed', async () => {
    for (const axis of ['horizontal', 'vertical', 'both']) await expectAccessible(box(axis));
  });

  it('has edges with names, values and bounds', async () => {
    await setUp(box());
    const width = page.getByRole('separator', { name: 'Notes: Width' });
    await expect.element(width).toHaveAttribute('aria-valuenow', '200');
    await expect.element(width).toHaveAttribute('aria-valuemin', '80');
    await expect.element(width).toHaveAttribute('aria-valuemax', '500');
    await expect
      .element(page.getByRole('separator', { name: 'Notes: Height' }))
      .toHaveAttribute('aria-valuemax', '300');
  });

  it.each([
    ['ltr', 'end', '{ArrowRight}', '{ArrowLeft}'],
    ['rtl', 'end', '{ArrowLeft}', '{ArrowRight}'],
    ['ltr', 'start', '{ArrowLeft}', '{ArrowRight}'],
    ['rtl', 'start', '{ArrowRight}', '{ArrowLeft}'],
  ])('changes its width by keys, %s, edge at its %s', async (dir, side, more, less) => {
    const { element, handle } = await setUp(box('horizontal', { dir, side }));
    handle('width').focus();
    const found: number[] = [];
    for (const key of [more, less, `{Shift>}${more}{/Shift}`, '{Home}', less, '{End}', more]) {
      await userEvent.keyboard(key);
      found.push(element.offsetWidth);
    }
    expect(found).toEqual([210, 200, 250, 80, 80, 500, 500]);
  });

  it('changes its height by keys, and gives it back by Enter', async () => {
    const { handle, size, log } = await setUp(box('vertical'));
    handle('height').focus();
    await userEvent.keyboard('{ArrowDown}{End}');
    expect(size().split('×')[1]).toBe('300');
    await userEvent.keyboard('{Enter}x');
    expect(Number(size().split('×')[1])).toBeLessThan(100);
    expect(log.length).toBe(6);
  });

  it('follows the pointer, by an edge and by its corner, and goes back by Escape', async () => {
    const { drag, element, log, size } = await setUp(box());
    drag('width', ['down', 10, 0], ['move', 40, 90], ['up', 40, 90], ['move', 99, 0]);
    expect([size(), log.at(-1)]).toEqual(['230×100', 'change 230×100']);
    drag('corner', ['down', 0, 0], ['move', 20, 30], ['up', 20, 30]);
    expect(size()).toBe('250×130');
    drag('corner', ['down', 0, 0], ['move', -90, 300]);
    expect([size(), element.matches(':state(resizing)')]).toEqual(['160×300', true]);
    await userEvent.keyboard('{Escape}');
    expect([size(), element.matches(':state(resizing)')]).toEqual(['250×130', false]);
    drag('height', ['down', 0, 0], ['move', 0, 20], ['cancel', 0, 20]);
    expect([size(), log.at(-1)]).toEqual(['250×130', 'input 250×130']);
  });

  it('keeps its size for the next page if it is told to, and forgets what is no size', async () => {
    const first = await setUp(box('both', { remember: 'notes' }));
    first.drag('width', ['down', 0, 0], ['move', 33, 0], ['up', 33, 0]);
    const second = await setUp(box('both', { remember: 'notes' }));
    expect(second.size()).toBe('233×100');
    second.handle('width').dispatchEvent(new MouseEvent('dblclick'));
    expect(second.element.width).toBe(undefined);
    localStorage.setItem('skin-resizable:notes', '{"width":"9e9","height":-3}');
    expect((await setUp(box('both', { remember: 'notes' }))).size()).toBe('200×100');
    localStorage.setItem('skin-resizable:notes', 'no JSON');
    expect((await setUp(box('both', { remember: 'notes' }))).size()).toBe('200×100');
  });

  it('keeps its size while it is off', async () => {
    const { drag, element, handle, size } = await setUp(box());
    element.disabled = true;
    await element.updateComplete;
    drag('width', ['down', 0, 0], ['move', 30, 0]);
    handle('width').dispatchEvent(new KeyboardEvent('keydown', { key: 'Home' }));
    handle('width').dispatchEvent(new MouseEvent('dblclick'));
    expect([size(), handle('width').hasAttribute('tabindex')]).toEqual(['200×100', false]);
  });
});
