import { html, type TemplateResult } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import type { CommandPaletteCell, PaletteCommand } from './command-palette.ts';
import { isHotkey } from './hotkey.ts';
import './command-palette.ts';

const commands: readonly PaletteCommand[] = [
  { value: 'new', label: 'New report', group: 'Reports', keys: 'Ctrl+N' },
  { value: 'print', label: 'Print', group: 'Reports', disabled: true },
  { value: 'theme', label: 'Change the thème', group: 'View', keywords: 'dark' },
  { value: 'Help' },
];
const palette = (open = false): TemplateResult =>
  html`<button>before</button
    ><skin-command-palette
      ?open=${open}
      label="Commands"
      hotkey="Ctrl+K"
      .commands=${commands}
    ></skin-command-palette>`;
const setUp = async () => {
  const stage = await show(palette());
  const element = stage.querySelector('skin-command-palette') as CommandPaletteCell;
  const log: unknown[] = [];
  element.addEventListener('select', (event) => log.push((event as CustomEvent).detail.value));
  stage.querySelector('button')?.focus();
  await userEvent.keyboard('{Control>}k{/Control}');
  await expect.poll(() => inside(element, 'dialog').open).toBe(true);
  const options = (): (string | undefined)[] =>
    [...(element.shadowRoot?.querySelectorAll('[role=option]') ?? [])].map(
      (one) => one.querySelector('span')?.innerText,
    );
  const active = (): string | undefined =>
    element.shadowRoot?.querySelector<HTMLElement>('[aria-selected=true] span')?.innerText;
  return { stage, element, log, options, active };
};

describe('skin-command-palette', () => {
  it('is accessible', async () => {
    await expectAccessible(palette());
    await expectAccessible(palette(true));
  });

  it('opens by its key with the focus in the input, and gives it back on Escape', async () => {
    const { element } = await setUp();
    const input = page.getByRole('combobox', { name: 'Commands' });
    expect(element.shadowRoot?.activeElement).toBe(inside(element, 'input'));
    await expect.element(input).toHaveAttribute('aria-activedescendant', 'option-0');
    await userEvent.keyboard('{Escape}');
    await expect.poll(() => [element.open, document.activeElement?.textContent]).toEqual([false, 'before']);
    await userEvent.keyboard('{Control>}k{/Control}');
    await expect.poll(() => element.open).toBe(true);
    await userEvent.keyboard('{Control>}k{/Control}');
    await expect.poll(() => element.open).toBe(false);
  });

  it('shows commands in groups, with their keys', async () => {
    const { options } = await setUp();
    expect(options()).toEqual(['New report', 'Print', 'Change the thème', 'Help']);
    await expect.element(page.getByRole('group', { name: 'Reports' })).toBeVisible();
    await expect.element(page.getByRole('option', { name: 'New report Ctrl+N' })).toBeVisible();
  });

  it.each([
    ['theme', ['Change the thème']],
    ['dark the', ['Change the thème']],
    ['rep', ['New report', 'Print']],
    ['zzz', []],
  ])('finds by %j', async (text, expected) => {
    const { options } = await setUp();
    await userEvent.keyboard(text);
    expect(options()).toEqual(expected);
    if (expected.length === 0) await expect.element(page.getByRole('status')).toHaveTextContent('No matches');
  });

  it('moves round over what can be chosen, and chooses by Enter', async () => {
    const { element, log, active } = await setUp();
    const seen: unknown[] = [active()];
    for (const key of [
      '{ArrowDown}',
      '{ArrowDown}',
      '{ArrowDown}',
      '{ArrowUp}',
      '{PageUp}',
      '{PageDown}',
      '{ArrowUp}',
    ]) {
      await userEvent.keyboard(key);
      await element.updateComplete;
      seen.push(active());
    }
    const [one, two, three] = ['New report', 'Change the thème', 'Help'];
    expect(seen).toEqual([one, two, three, one, three, one, three, two]);
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => [element.open, log]).toEqual([false, ['theme']]);
  });

  it('chooses by pointer, but not what is off, and stays open where the page prevents it', async () => {
    const { element, log } = await setUp();
    await userEvent.click(page.getByRole('option', { name: 'Print' }), { force: true });
    expect([element.open, log]).toEqual([true, []]);
    element.addEventListener('select', (event) => event.preventDefault(), { once: true });
    await userEvent.click(page.getByRole('option', { name: 'Help' }));
    expect([element.open, log]).toEqual([true, ['Help']]);
    await userEvent.click(page.getByRole('option', { name: 'Help' }));
    await expect.poll(() => element.open).toBe(false);
  });

  it('lets the command take the focus, and keeps it where the page keeps it open', async () => {
    const { stage, element, log } = await setUp();
    const closed: unknown[] = [];
    element.addEventListener('close', () => closed.push(log.length));
    element.addEventListener('select', (event) => event.preventDefault(), { once: true });
    await userEvent.keyboard('new{Enter}');
    const { activeElement } = element.shadowRoot as ShadowRoot;
    expect([element.open, activeElement, inside(element, 'input').value]).toEqual([
      true,
      inside(element, 'input'),
      'new',
    ]);
    const field = document.createElement('input');
    stage.append(field);
    element.addEventListener('select', () => field.focus());
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => [element.open, closed, document.activeElement]).toEqual([false, [2], field]);
  });

  it('takes no key that would be typed, nor one with other modifiers', () => {
    const event = new KeyboardEvent('keydown', { key: 'K', ctrlKey: true, shiftKey: true });
    expect(['k', 'Ctrl+K', 'Ctrl+Shift+K', 'Foo+K', '', 'Shift+K'].map((text) => isHotkey(event, text))).toEqual([
      false,
      false,
      true,
      false,
      false,
      false,
    ]);
  });
});
