import { html, type TemplateResult } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import '../button/button.ts';
import type { MenuCell } from './menu.ts';
import './menu.ts';

const menu = (open = false): TemplateResult =>
  html`<skin-menu ?open=${open}
      ><skin-button slot="trigger">Actions</skin-button><skin-menu-item value="edit">Edit</skin-menu-item
      ><skin-menu-item disabled>Export</skin-menu-item
      ><skin-menu-item type="checkbox" checked value="live">Live data</skin-menu-item
      ><skin-menu-item tone="danger">Delete<kbd slot="end">Del</kbd></skin-menu-item></skin-menu
    ><button id="after">after</button>`;

const setUp = async (): Promise<{ stage: HTMLElement; element: MenuCell; log: unknown[] }> => {
  const stage = await show(menu());
  const element = stage.querySelector('skin-menu') as MenuCell;
  const log: unknown[] = [];
  element.addEventListener('select', (event) => log.push((event as CustomEvent).detail.value));
  stage.querySelector('skin-button')?.focus();
  return { stage, element, log };
};
const focused = (): string | undefined => document.activeElement?.textContent?.trim();
const press = async (...keys: string[]): Promise<unknown[]> => {
  const found: unknown[] = [];
  for (const key of keys) {
    await userEvent.keyboard(key);
    found.push(focused());
  }
  return found;
};

describe('skin-menu', () => {
  it('is accessible, closed and open', async () => {
    await expectAccessible(menu());
    await expectAccessible(menu(true));
  });

  it('has a menu named as its button, with commands and settings', async () => {
    await show(menu(true));
    const list = page.getByRole('menu', { name: 'Actions' });
    await expect.element(list).toBeVisible();
    await expect.element(page.getByRole('menuitemcheckbox', { name: 'Live data', checked: true })).toBeVisible();
    await expect.element(page.getByRole('menuitem', { name: 'Export', disabled: true })).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Actions', expanded: true })).toBeVisible();
  });

  it.each([
    ['{Enter}', 'Edit'],
    [' ', 'Edit'],
    ['{ArrowDown}', 'Edit'],
    ['{ArrowUp}', 'DeleteDel'],
  ])('opens by %j with the focus on %s', async (key, text) => {
    await setUp();
    await userEvent.keyboard(key);
    await expect.poll(focused).toBe(text);
  });

  it('moves by arrows, Home, End and the first letters, over disabled items too', async () => {
    await setUp();
    await userEvent.keyboard('{ArrowDown}');
    await expect.poll(focused).toBe('Edit');
    expect(
      await press('{ArrowDown}', '{ArrowDown}', '{ArrowUp}', '{End}', '{ArrowDown}', '{ArrowUp}', '{Home}'),
    ).toEqual(['Export', 'Live data', 'Export', 'DeleteDel', 'Edit', 'DeleteDel', 'Edit']);
    expect(await press('l', 'i')).toEqual(['Live data', 'Live data']);
  });

  it('chooses by Enter, Space and pointer, closes, and gives the focus back; a disabled item does nothing', async () => {
    const { stage, element, log } = await setUp();
    await userEvent.keyboard('{ArrowDown}');
    await expect.poll(focused).toBe('Edit');
    await userEvent.keyboard('{ArrowDown}{Enter}');
    expect([log, element.open]).toEqual([[], true]);
    await userEvent.keyboard('{ArrowUp}{Enter}');
    await expect.poll(focused).toBe('Actions');
    await userEvent.click(stage.querySelector('skin-button') as Element);
    await userEvent.click(stage.querySelector('skin-menu-item[tone=danger]') as Element);
    await expect.poll(() => element.open).toBe(false);
    await userEvent.keyboard('{ArrowDown}');
    await expect.poll(focused).toBe('Edit');
    await userEvent.keyboard('{ArrowDown}{ArrowDown} ');
    expect([log, stage.querySelector<HTMLElement & { checked: boolean }>('[type=checkbox]')?.checked]).toEqual([
      ['edit', 'Delete', 'live'],
      false,
    ]);
  });

  it('closes on Escape and Tab', async () => {
    const { element } = await setUp();
    await userEvent.keyboard('{ArrowDown}');
    await expect.poll(focused).toBe('Edit');
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => [element.open, focused()]).toEqual([false, 'Actions']);
    await userEvent.keyboard('{ArrowDown}');
    await expect.poll(focused).toBe('Edit');
    await userEvent.tab();
    await expect.poll(() => element.open).toBe(false);
  });

  it('stays open where the page prevents it, and closes by its button', async () => {
    const { stage, element } = await setUp();
    element.addEventListener('select', (event) => event.preventDefault(), { once: true });
    const button = stage.querySelector('skin-button') as Element;
    await userEvent.click(button);
    await userEvent.click(page.getByRole('menuitem', { name: 'Edit' }));
    expect(element.open).toBe(true);
    await userEvent.click(button);
    await expect.poll(() => element.open).toBe(false);
  });
});
