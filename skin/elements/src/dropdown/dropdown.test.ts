import { html, type TemplateResult } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import type { DropdownCell } from './dropdown.ts';
import './dropdown.ts';
import '../button/button.ts';
import '../menu/menu-item.ts';

const dropdown = (open = false): TemplateResult =>
  html`<skin-dropdown label="Actions" ?open=${open}
    ><skin-menu-item value="edit">Edit</skin-menu-item><skin-menu-item disabled>Export</skin-menu-item
    ><skin-menu-item value="delete" tone="danger">Delete</skin-menu-item></skin-dropdown
  >`;
const setUp = async (): Promise<{ element: DropdownCell; log: unknown[] }> => {
  const stage = await show(dropdown());
  const element = stage.querySelector('skin-dropdown') as DropdownCell;
  const log: unknown[] = [];
  element.addEventListener('select', (event) => log.push((event as CustomEvent).detail.value));
  return { element, log };
};

describe('skin-dropdown', () => {
  it('is accessible, closed and open', async () => {
    await expectAccessible(dropdown());
    await expectAccessible(dropdown(true));
  });

  it('opens from its own button by pointer, and closes by it again', async () => {
    await setUp();
    const button = page.getByRole('button', { name: 'Actions' });
    await userEvent.click(button);
    await expect.element(page.getByRole('menu', { name: 'Actions' })).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'Actions', expanded: true })).toBeVisible();
    await userEvent.click(button);
    await expect.element(page.getByRole('menu')).not.toBeInTheDocument();
  });

  it('goes by keys: opens, moves, chooses, and gives the focus back to the button', async () => {
    const { element, log } = await setUp();
    await userEvent.keyboard('{Tab}{ArrowDown}');
    await expect.poll(() => document.activeElement?.textContent).toBe('Edit');
    await userEvent.keyboard('{End}{Enter}');
    expect(log).toEqual(['delete']);
    await expect.poll(() => document.activeElement).toBe(element);
    await userEvent.keyboard('{ArrowUp}');
    await expect.poll(() => document.activeElement?.textContent).toBe('Delete');
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => document.activeElement).toBe(element);
    expect(element.open).toBe(false);
  });

  it('takes a button of the page, and can be off', async () => {
    const stage = await show(
      html`<skin-dropdown label="A"
          ><button slot="trigger">Mine</button><skin-menu-item>x</skin-menu-item></skin-dropdown
        ><skin-dropdown label="B" disabled><skin-menu-item>y</skin-menu-item></skin-dropdown>`,
    );
    await userEvent.click(page.getByRole('button', { name: 'Mine' }));
    await expect.element(page.getByRole('menu', { name: 'A' })).toBeVisible();
    await expect.element(page.getByRole('button', { name: 'B' })).toBeDisabled();
    const off = stage.querySelectorAll('skin-dropdown')[1] as DropdownCell;
    const button = inside(off, 'button');
    // The arrow stands at its end.
    const arrow = { x: button.offsetWidth - 22, y: button.offsetHeight / 2 };
    await userEvent.click(page.getByRole('button', { name: 'B' }), { force: true, position: arrow });
    button.click();
    await off.updateComplete;
    expect(off.open).toBe(false);
  });

  it.each(['primary', 'secondary', 'ghost', 'danger'] as const)(
    'has a button that looks like a %s one',
    async (look) => {
      const stage = await show(
        html`<skin-button variant=${look}>Actions</skin-button
          ><skin-dropdown label="Actions" variant=${look}></skin-dropdown>`,
      );
      const [theirs, own] = ['skin-button', 'skin-dropdown'].map((tag) => {
        const element = stage.querySelector<DropdownCell>(tag) as DropdownCell;
        const { color, backgroundColor, borderColor, padding, font, borderRadius, height } = getComputedStyle(
          inside(element, 'button'),
        );
        return { color, backgroundColor, borderColor, padding, font, borderRadius, height };
      });
      expect(own).toEqual(theirs);
    },
  );
});
