import { html, type TemplateResult } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import '../button/button.ts';
import type { PopoverCell } from './popover.ts';
import './popover.ts';

const one = (open = false): TemplateResult =>
  html`<skin-popover ?open=${open}
      ><skin-button slot="trigger">Filter</skin-button><label>Least <input value="4" /></label></skin-popover
    ><button id="after">after</button>`;
const panelOf = (popover: Element): HTMLElement => popover.shadowRoot?.querySelector('[popover]') as HTMLElement;
const isShown = (popover: Element): boolean => panelOf(popover).matches(':popover-open');
const first = (stage: HTMLElement): PopoverCell => stage.querySelector('skin-popover') as PopoverCell;

describe('skin-popover', () => {
  it('is accessible, closed and open', async () => {
    await expectAccessible(one());
    await expectAccessible(one(true));
  });

  it('opens and closes by its button, which says so', async () => {
    const stage = await show(one());
    const popover = first(stage);
    const log: string[] = [];
    for (const type of ['open', 'close']) popover.addEventListener(type, () => log.push(type));
    const button = page.getByRole('button', { name: 'Filter' });
    await expect.element(button).toHaveAttribute('aria-haspopup', 'dialog');
    await userEvent.click(button);
    await expect.poll(() => isShown(popover)).toBe(true);
    await expect.element(button).toHaveAttribute('aria-expanded', 'true');
    await expect.element(page.getByRole('dialog', { name: 'Filter' })).toBeVisible();
    await userEvent.click(button);
    await expect.poll(() => isShown(popover)).toBe(false);
    await expect.poll(() => log).toEqual(['open', 'close']);
  });

  it('closes on Escape, and gives the focus back; a press elsewhere closes it, too', async () => {
    const stage = await show(one());
    const popover = first(stage);
    stage.querySelector('skin-button')?.focus();
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => isShown(popover)).toBe(true);
    await userEvent.tab();
    expect(document.activeElement?.localName).toBe('input');
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => [popover.open, document.activeElement?.localName]).toEqual([false, 'skin-button']);
    popover.open = true;
    await expect.poll(() => isShown(popover)).toBe(true);
    await userEvent.click(document.querySelector('h1') ?? document.body, { position: { x: 1, y: 1 } });
    await expect.poll(() => popover.open).toBe(false);
  });

  it.each(['ltr', 'rtl'])('stands below its button, at its start: %s', async (dir) => {
    const stage = await show(html`<div dir=${dir} style="padding:100px 10px">${one(true)}</div>`);
    const panel = panelOf(first(stage)).getBoundingClientRect();
    const button = stage.querySelector('skin-button')?.getBoundingClientRect();
    expect(panel.top).toBeGreaterThanOrEqual(button?.bottom ?? 0);
    const side = dir === 'ltr' ? 'left' : 'right';
    expect(Math.abs(panel[side] - (button?.[side] ?? 0))).toBeLessThan(2);
  });

  it('goes above where there is no room below', async () => {
    const stage = await show(html`<div style="position:fixed;inset-block-end:0">${one(true)}</div>`);
    const panel = panelOf(first(stage)).getBoundingClientRect();
    expect(panel.bottom).toBeLessThanOrEqual(stage.querySelector('skin-button')?.getBoundingClientRect().top ?? 0);
  });

  it('survives being taken away while open', async () => {
    const stage = await show(one(true));
    const popover = first(stage);
    popover.remove();
    expect(popover.open).toBe(false);
    stage.append(popover);
    await popover.updateComplete;
    expect(isShown(popover)).toBe(false);
  });
});
