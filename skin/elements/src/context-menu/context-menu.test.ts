import { html, type TemplateResult } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import type { ContextMenuCell } from './context-menu.ts';
import '../dropdown/dropdown.ts';
import './context-menu.ts';

const menu = (open = false): TemplateResult =>
  html`<skin-context-menu ?open=${open} label="For the station"
      ><div slot="target" style="padding:3rem;block-size:8rem"><button id="inner">Station</button></div>
      <skin-menu-item value="edit">Edit</skin-menu-item
      ><skin-menu-item tone="danger">Delete</skin-menu-item></skin-context-menu
    >
    <p id="outside">outside</p>`;

const setUp = async (): Promise<{
  stage: HTMLElement;
  element: ContextMenuCell;
  target: HTMLElement;
  log: unknown[];
}> => {
  const stage = await show(menu());
  const element = stage.querySelector('skin-context-menu') as ContextMenuCell;
  const log: unknown[] = [];
  element.addEventListener('select', (event) => log.push((event as CustomEvent).detail.value));
  stage.querySelector<HTMLElement>('#inner')?.focus();
  return { stage, element, target: stage.querySelector('[slot=target]') as HTMLElement, log };
};
const focused = (): string | undefined => document.activeElement?.textContent?.trim();
const touch = (type: string, x: number, y: number): PointerEvent =>
  new PointerEvent(type, {
    bubbles: true,
    composed: true,
    pointerType: 'touch',
    isPrimary: true,
    clientX: x,
    clientY: y,
  });

describe('skin-context-menu', () => {
  it('is accessible, closed and open', async () => {
    await expectAccessible(menu());
    await expectAccessible(menu(true));
  });

  it.each(['{Shift>}{F10}{/Shift}', '{ContextMenu}'])('opens by %s under what has the focus', async (key) => {
    const { stage, element, log } = await setUp();
    await userEvent.keyboard(key);
    await expect.poll(focused).toBe('Edit');
    const list = page.getByRole('menu', { name: 'For the station' }).element().getBoundingClientRect();
    const button = stage.querySelector('#inner')?.getBoundingClientRect() as DOMRect;
    expect(Math.abs(list.left - button.left) + Math.abs(list.top - button.bottom)).toBeLessThan(16);
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => [element.open, focused(), log]).toEqual([false, 'Station', ['edit']]);
  });

  it('opens where the second button was pressed, and stays after its release', async () => {
    const { element, target } = await setUp();
    await userEvent.click(target, { button: 'right', position: { x: 60, y: 20 } });
    await expect.poll(focused).toBe('Edit');
    const box = target.getBoundingClientRect();
    const list = page.getByRole('menu').element().getBoundingClientRect();
    expect(Math.abs(list.left - box.left - 60) + Math.abs(list.top - box.top - 20)).toBeLessThan(16);
    expect(element.open).toBe(true);
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => [element.open, focused()]).toEqual([false, 'Station']);
  });

  it('leaves the items of menus in its target to them', async () => {
    const stage = await show(
      html`<skin-context-menu
        ><skin-dropdown slot="target" label="Station"><skin-menu-item>theirs</skin-menu-item></skin-dropdown
        ><skin-menu-item>own</skin-menu-item></skin-context-menu
      >`,
    );
    expect(stage.querySelector('skin-context-menu')?.items.map(({ text }) => text)).toEqual(['own']);
  });

  it('closes by a press elsewhere', async () => {
    const { element, stage } = await setUp();
    await userEvent.keyboard('{Shift>}{F10}{/Shift}');
    await expect.poll(focused).toBe('Edit');
    await userEvent.click(stage.querySelector('#outside') as Element, { force: true });
    await expect.poll(() => element.open).toBe(false);
  });

  it('opens by a long press, but not by a swipe', async () => {
    const { element, target } = await setUp();
    const hold = async (to: number): Promise<void> => {
      target.dispatchEvent(touch('pointerdown', 40, 40));
      target.dispatchEvent(touch('pointermove', to, 40));
      await new Promise((resolve) => setTimeout(resolve, 600));
      target.dispatchEvent(touch('pointerup', to, 40));
    };
    await hold(80);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(element.open).toBe(false);
    await hold(43);
    await expect.poll(() => element.open).toBe(true);
  });

  it('leaves the menu to the page that prevents it', async () => {
    const { element, stage } = await setUp();
    const inner = stage.querySelector('#inner') as HTMLElement;
    inner.addEventListener('contextmenu', (event) => event.preventDefault());
    inner.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, composed: true }));
    await element.updateComplete;
    expect(element.open).toBe(false);
  });
});
