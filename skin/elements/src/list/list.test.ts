import { html, type TemplateResult } from 'lit';
import { describe, expect, it } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import type { ListCell } from './list.ts';
import './list.ts';

const items = Array.from({ length: 100_000 }, (_, at) => `item ${at}`);
const list = (selection: 'single' | 'multiple' = 'single', some: readonly unknown[] = items): TemplateResult =>
  html`<skin-list
    label="Events"
    selection=${selection}
    style="block-size:200px"
    .items=${some}
    .keyOf=${(item: unknown) => item}
  ></skin-list>`;
const setUp = async (selection: 'single' | 'multiple' = 'single', some: readonly unknown[] = items) => {
  const stage = await show(list(selection, some));
  const element = stage.querySelector('skin-list') as ListCell;
  const log: unknown[] = [];
  element.addEventListener('activate', (event) => log.push((event as CustomEvent).detail.index));
  inside(element, 'div').focus();
  const press = async (...keys: string[]): Promise<unknown[]> => {
    const found: unknown[] = [];
    for (const key of keys) {
      await userEvent.keyboard(key);
      await element.updateComplete;
      found.push(element.shadowRoot?.querySelector('.active')?.textContent?.trim());
    }
    return found;
  };
  return { element, press, log };
};

describe('skin-list', () => {
  it('is accessible, full and empty', async () => {
    await expectAccessible(list());
    await expectAccessible(list('multiple', []));
  });

  it('moves among 100 000 by arrows, pages, Home, End and letters', async () => {
    const { press, element } = await setUp();
    expect(await press('{ArrowUp}', '{ArrowDown}', '{End}', '{ArrowDown}', '{PageUp}', '{Home}', '{PageDown}')).toEqual(
      ['item 0', 'item 1', 'item 99999', 'item 99999', 'item 99995', 'item 0', 'item 4'],
    );
    await userEvent.keyboard('item 54321');
    await expect.poll(() => element.shadowRoot?.querySelector('.active')?.textContent?.trim()).toBe('item 54321');
    const id = element.shadowRoot?.querySelector('.active')?.id;
    expect(inside(element, 'div').getAttribute('aria-activedescendant')).toBe(id);
  });

  it('selects one by Space and click, activates by Enter', async () => {
    const { element, press, log } = await setUp();
    await press(' ', '{ArrowDown}', ' ', '{Enter}');
    expect([element.selectedKeys, log]).toEqual([['item 1'], [1]]);
    await userEvent.click(element.shadowRoot?.querySelector('#row-2') as Element);
    expect(element.selectedKeys).toEqual(['item 2']);
  });

  it('selects several by Space, Shift and Ctrl+A', async () => {
    const { element, press } = await setUp('multiple', ['a', 'b', 'c', 'd']);
    await press(' ', '{ArrowDown}', '{ArrowDown}', ' ');
    expect(element.selectedKeys).toEqual(['a', 'c']);
    await press('{Shift>}{ArrowUp}{/Shift}');
    expect(element.selectedKeys).toEqual(['b', 'c']);
    await press('{Control>}a{/Control}');
    expect(element.selectedKeys).toEqual(['a', 'b', 'c', 'd']);
    await press('{Control>}a{/Control}');
    expect(element.selectedKeys).toEqual([]);
  });
});
