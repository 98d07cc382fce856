import { html, type TemplateResult } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, show } from '../../test/helpers.ts';
import type { NavbarCell } from './navbar.ts';
import './navbar.ts';

const bar = (width: number, open = false): TemplateResult =>
  html`<skin-navbar style="inline-size:${width}px" ?open=${open}
    ><strong slot="start">Site</strong><a href="#one" aria-current="page">First page</a><a href="#two">Second page</a
    ><a href="#three">Third page</a><button slot="end">Sign in</button></skin-navbar
  >`;
const setUp = async (width: number) => {
  const stage = await show(bar(width));
  const element = stage.querySelector('skin-navbar') as NavbarCell;
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  await element.updateComplete;
  const isNarrow = (): boolean => element.matches(':state(narrow)');
  return { stage, element, isNarrow };
};

describe('skin-navbar', () => {
  it('is accessible, wide and narrow', async () => {
    await expectAccessible(bar(900));
    await expectAccessible(bar(260));
    await expectAccessible(bar(260, true));
  });

  it('shows its links in a row where there is room', async () => {
    const { isNarrow } = await setUp(900);
    expect(isNarrow()).toBe(false);
    await expect.element(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
    await expect.element(page.getByRole('link', { name: 'Third page' })).toBeVisible();
  });

  it('puts them under a button where there is none, and back when there is', async () => {
    const { element, isNarrow } = await setUp(300);
    await expect.poll(isNarrow).toBe(true);
    await expect.element(page.getByRole('link', { name: 'First page' })).not.toBeInTheDocument();
    await userEvent.click(page.getByRole('button', { name: 'Menu', expanded: false }));
    await expect.element(page.getByRole('link', { name: 'First page' })).toBeVisible();
    element.style.inlineSize = '900px';
    await expect.poll(() => [isNarrow(), element.open]).toEqual([false, false]);
    element.style.inlineSize = '300px';
    await expect.poll(isNarrow).toBe(true);
  });

  it('closes by Escape, with the focus on the button, and by following a link', async () => {
    const { element, stage } = await setUp(300);
    await userEvent.click(page.getByRole('button', { name: 'Menu' }));
    stage.querySelector('a')?.focus();
    await userEvent.keyboard('{Escape}');
    expect(element.open).toBe(false);
    expect(element.shadowRoot?.activeElement?.localName).toBe('button');
    await userEvent.keyboard('{Enter}');
    expect(element.open).toBe(true);
    await userEvent.click(page.getByRole('link', { name: 'Second page' }));
    expect(element.open).toBe(false);
  });
});
