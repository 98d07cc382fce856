import { html, type TemplateResult } from 'lit';
import { describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import type { ScrollAreaCell } from './scroll-area.ts';
import './scroll-area.ts';

const area = (axis = 'vertical', size = '300px', dir = 'ltr'): TemplateResult =>
  html`<skin-scroll-area label="Log" axis=${axis} dir=${dir} style="inline-size:100px;block-size:100px"
    ><div
      style="inline-size:${axis === 'vertical' ? 'auto' : size};block-size:${axis === 'horizontal' ? '50px' : size}"
    >
      Text
    </div></skin-scroll-area
  >`;
const sides = ['top', 'bottom', 'left', 'right'];
const setUp = async (axis?: string, size?: string, dir?: string) => {
  const stage = await show(area(axis, size, dir));
  const element = stage.querySelector('skin-scroll-area') as ScrollAreaCell;
  const reached: string[] = [];
  element.addEventListener('reach', (event) => reached.push((event as CustomEvent).detail.edge));
  const more = (): string[] => sides.filter((side) => element.matches(`:state(${side})`));
  return { element, more, reached, view: element.view as HTMLElement };
};

describe('skin-scroll-area', () => {
  it('is accessible, whether it scrolls or not', async () => {
    await expectAccessible(area());
    await expectAccessible(area('both'));
    await expectAccessible(area('vertical', '20px'));
  });

  it('takes the focus and has a name while there is more to see, and not else', async () => {
    const { element } = await setUp();
    const region = page.getByRole('region', { name: 'Log' });
    await expect.element(region).toHaveAttribute('tabindex', '0');
    element.querySelector('div')?.style.setProperty('block-size', '10px');
    await vi.waitFor(() => expect(element.view?.hasAttribute('role')).toBe(false));
    expect(element.view?.tabIndex).toBe(-1);
    element.querySelector('div')?.style.setProperty('block-size', '900px');
    element.label = '';
    await expect.element(page.getByRole('region', { name: 'Scrollable content' })).toBeInTheDocument();
  });

  it('shows on which sides there is more, and tells when an edge is reached', async () => {
    const { more, reached, view } = await setUp('both');
    await vi.waitFor(() => expect(more()).toEqual(['bottom', 'right']));
    view.scrollTo(50, 50);
    await vi.waitFor(() => expect(more()).toEqual(sides));
    view.scrollTo(999, 999);
    await vi.waitFor(() => expect(more()).toEqual(['top', 'left']));
    view.scrollTo(0, 0);
    await vi.waitFor(() => expect(more()).toEqual(['bottom', 'right']));
    expect(reached).toEqual(['block-end', 'inline-end', 'block-start', 'inline-start']);
  });

  it('knows its sides from right to left', async () => {
    const { more, reached, view } = await setUp('horizontal', '300px', 'rtl');
    await vi.waitFor(() => expect(more()).toEqual(['left']));
    view.scrollTo({ left: -999 });
    await vi.waitFor(() => expect(more()).toEqual(['right']));
    expect(reached).toEqual(['inline-end']);
  });

  it('scrolls by keys', async () => {
    const { view } = await setUp();
    await vi.waitFor(() => expect(view.tabIndex).toBe(0));
    view.focus();
    await userEvent.keyboard('{ArrowDown}');
    await vi.waitFor(() => expect(view.scrollTop).toBeGreaterThan(0));
    await userEvent.keyboard('{End}');
    await vi.waitFor(() => expect(view.scrollTop).toBe(200));
  });

  it('reaches no edge by being hidden or by getting less content', async () => {
    const { element, more, reached } = await setUp('both');
    await vi.waitFor(() => expect(more()).toEqual(['bottom', 'right']));
    element.hidden = true;
    await vi.waitFor(() => expect(more()).toEqual([]));
    element.hidden = false;
    await vi.waitFor(() => expect(more()).toEqual(['bottom', 'right']));
    element.replaceChildren();
    await vi.waitFor(() => expect(more()).toEqual([]));
    expect(reached).toEqual([]);
  });

  it('goes on when it was taken away and put back', async () => {
    const { element, more } = await setUp();
    element.remove();
    document.body.append(element);
    element.querySelector('div')?.style.setProperty('block-size', '10px');
    await vi.waitFor(() => expect(more()).toEqual([]));
  });
});
