import { html } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import './drawer.ts';

describe('skin-drawer', () => {
  it('is accessible when open', async () => {
    await expectAccessible(
      html`<skin-drawer label="Station" open>Text<button slot="footer">Done</button></skin-drawer>`,
    );
  });

  it.each([
    ['ltr', 'end', 'right'],
    ['ltr', 'start', 'left'],
    ['rtl', 'end', 'left'],
    ['rtl', 'start', 'right'],
  ] as const)('%s: stands at the %s, which is the %s', async (dir, placement, side) => {
    const stage = await show(
      html`<div dir=${dir}><skin-drawer label="S" open placement=${placement}>x</skin-drawer></div>`,
    );
    const dialog = inside(stage.querySelector('skin-drawer'), 'dialog');
    const edges = (): unknown[] => {
      const box = dialog.getBoundingClientRect();
      return [box.top, Math.round(box.height), side === 'left' ? box.left : innerWidth - box.right];
    };
    await expect.poll(edges).toEqual([0, innerHeight, 0]);
  });

  it('stands at the bottom, as high as its content', async () => {
    const stage = await show(html`<skin-drawer label="S" open placement="bottom">x</skin-drawer>`);
    const dialog = inside(stage.querySelector('skin-drawer'), 'dialog');
    const edges = (): unknown[] => {
      const box = dialog.getBoundingClientRect();
      return [box.left, Math.round(box.right), Math.round(box.bottom)];
    };
    await expect.poll(edges).toEqual([0, innerWidth, innerHeight]);
    expect(dialog.offsetHeight).toBeLessThan(300);
  });

  it('takes the focus, closes on Escape with the reason, and gives the focus back', async () => {
    const stage = await show(
      html`<button>opener</button><skin-drawer label="S"><input aria-label="a" /></skin-drawer>`,
    );
    const drawer = stage.querySelector('skin-drawer');
    const log: unknown[] = [];
    drawer?.addEventListener('close', (event) => log.push((event as CustomEvent).detail));
    stage.querySelector('button')?.focus();
    drawer?.show();
    await drawer?.updateComplete;
    await expect.element(page.getByRole('dialog', { name: 'S' })).toBeVisible();
    expect(document.activeElement?.localName).toBe('input');
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => log).toEqual([{ reason: 'escape' }]);
    expect(document.activeElement?.textContent).toBe('opener');
  });
});
