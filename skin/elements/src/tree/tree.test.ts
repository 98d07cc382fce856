import { html, type TemplateResult } from 'lit';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import type { TreeCell, TreeSelection } from './tree.ts';
import type { TreeItemCell } from './tree-item.ts';
import './tree.ts';

type Selection = 'none' | 'single' | 'multiple';
const tree = (selection: Selection = 'none', dir = 'ltr'): TemplateResult =>
  html`<skin-tree label="Places" selection=${selection} dir=${dir}
    ><skin-tree-item label="Asia"
      ><skin-tree-item label="Japan"><skin-tree-item label="Tokyo"></skin-tree-item></skin-tree-item
      ><skin-tree-item label="Jordan"></skin-tree-item></skin-tree-item
    ><skin-tree-item label="Europe" disabled><skin-tree-item label="Italy"></skin-tree-item></skin-tree-item
    ><skin-tree-item label="Oceania" value="oc" lazy></skin-tree-item
  ></skin-tree>`;

const focused = (): string | undefined => (document.activeElement as Partial<TreeItemCell> | null)?.label;
const row = (item: TreeItemCell): HTMLElement => inside(item, 'div');
const press = async (...keys: string[]): Promise<unknown[]> => {
  const found: unknown[] = [];
  for (const key of keys) {
    await userEvent.keyboard(key);
    found.push(focused());
  }
  return found;
};
const setUp = async (selection: Selection = 'none', dir = 'ltr') => {
  const stage = await show(tree(selection, dir));
  const element = stage.querySelector('skin-tree') as TreeCell;
  const log: unknown[] = [];
  for (const type of ['activate', 'toggle', 'load-children', 'selection-change'])
    element.addEventListener(type, (event) => {
      const detail = (event as CustomEvent<Partial<TreeSelection> & { value?: string; expanded?: boolean }>).detail;
      log.push([type, detail.values ?? detail.value ?? detail.expanded]);
    });
  const item = (label: string): TreeItemCell => stage.querySelector(`[label=${label}]`) as TreeItemCell;
  item('Asia').focus();
  return { stage, element, log, item };
};

describe('skin-tree', () => {
  it('is accessible, closed, open and selected', async () => {
    await expectAccessible(tree());
    await expectAccessible(
      html`<skin-tree label="Places" selection="multiple"
        ><skin-tree-item label="Asia" expanded
          ><skin-tree-item label="Japan" selected></skin-tree-item
          ><skin-tree-item label="Jordan" disabled></skin-tree-item></skin-tree-item
        ><skin-tree-item label="Oceania" lazy expanded></skin-tree-item
      ></skin-tree>`,
    );
  });

  it('tells the level and place of each item', async () => {
    const { item } = await setUp();
    const told = ({ ariaLevel, ariaSetSize, ariaPosInSet }: Element): unknown => [ariaLevel, ariaPosInSet, ariaSetSize];
    expect(['Asia', 'Jordan', 'Tokyo'].map((label) => told(row(item(label))))).toEqual([
      ['1', '1', '3'],
      ['2', '2', '2'],
      ['3', '1', '1'],
    ]);
    await expect.element(page.getByRole('treeitem', { name: 'Asia', expanded: false })).toBeVisible();
  });

  it.each([
    ['ltr', '{ArrowRight}', '{ArrowLeft}'],
    ['rtl', '{ArrowLeft}', '{ArrowRight}'],
  ])('opens, enters, leaves and closes by arrows, %s', async (dir, into, out) => {
    const { item, log } = await setUp('none', dir);
    expect(await press(into, into, into, into, into)).toEqual(['Asia', 'Japan', 'Japan', 'Tokyo', 'Tokyo']);
    expect(await press(out, out, out, out, out)).toEqual(['Japan', 'Japan', 'Asia', 'Asia', 'Asia']);
    expect([item('Asia').expanded, log]).toEqual([
      false,
      [
        ['toggle', true],
        ['toggle', true],
        ['toggle', false],
        ['toggle', false],
      ],
    ]);
  });

  it('moves over what is shown by arrows, Home and End, without going round', async () => {
    await setUp();
    expect(await press('{ArrowUp}', '{ArrowDown}', '{ArrowDown}', '{ArrowDown}', '{Home}', '{End}')).toEqual([
      'Asia',
      'Europe',
      'Oceania',
      'Oceania',
      'Asia',
      'Oceania',
    ]);
    await userEvent.keyboard('{Home}{ArrowRight}');
    expect(await press('{ArrowDown}', '{ArrowDown}', '{ArrowDown}')).toEqual(['Japan', 'Jordan', 'Europe']);
  });

  it('finds items by their first letters', async () => {
    const { item } = await setUp();
    item('Asia').expanded = true;
    await item('Asia').updateComplete;
    expect(await press('j', 'o')).toEqual(['Japan', 'Jordan']);
  });

  it('opens all siblings by *, but none that is off', async () => {
    const { item } = await setUp();
    await userEvent.keyboard('*');
    expect(['Asia', 'Europe', 'Oceania'].map((label) => item(label).expanded)).toEqual([true, false, true]);
  });

  it('asks for lazy children once, is busy until they come, and asks again after a failure', async () => {
    const { item, log, stage } = await setUp();
    const lazy = item('Oceania');
    await userEvent.keyboard('{End}{ArrowRight}');
    expect(log).toEqual([
      ['toggle', true],
      ['load-children', 'oc'],
    ]);
    expect([row(lazy).ariaBusy, lazy.matches(':state(loading)')]).toEqual(['true', true]);
    lazy.expanded = false;
    await lazy.updateComplete;
    expect(row(lazy).ariaBusy).toBe(null);
    await userEvent.keyboard('{ArrowRight}');
    expect(log.slice(2)).toEqual([
      ['toggle', true],
      ['load-children', 'oc'],
    ]);
    const child = document.createElement('skin-tree-item');
    child.label = 'Fiji';
    lazy.append(child);
    await expect.poll(() => [lazy.lazy, row(lazy).ariaBusy, row(child).ariaLevel]).toEqual([false, null, '2']);
    expect(await press('{ArrowRight}')).toEqual(['Fiji']);
    // It is taken away with the focus in it, which stays in the tree.
    child.remove();
    await expect.poll(focused).toBe('Oceania');
    expect([...stage.querySelectorAll('skin-tree-item')].filter((one) => row(one).tabIndex === 0).length).toBe(1);
  });

  it('gives the focus to the item around it when a branch is closed', async () => {
    const { item } = await setUp();
    await userEvent.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}');
    expect(focused()).toBe('Tokyo');
    item('Asia').expanded = false;
    await expect.poll(focused).toBe('Asia');
    expect([row(item('Asia')).tabIndex, row(item('Tokyo')).tabIndex]).toEqual([0, -1]);
  });

  it('activates by Enter and click; what is off does nothing', async () => {
    const { item, log } = await setUp();
    await userEvent.keyboard('{Enter}{ArrowDown}{Enter} ');
    await userEvent.click(item('Europe'), { force: true });
    expect(log).toEqual([['activate', 'Asia']]);
    await userEvent.click(item('Asia'));
    expect(log.slice(1)).toEqual([
      ['toggle', true],
      ['activate', 'Asia'],
    ]);
  });

  it('selects one, by Space, Enter or click', async () => {
    const { element, log } = await setUp('single');
    await userEvent.keyboard(' {End} {ArrowUp} ');
    expect(log).toEqual([
      ['selection-change', ['Asia']],
      ['selection-change', ['oc']],
    ]);
    expect(element.selectedItems.map((one) => row(one).ariaSelected)).toEqual(['true']);
  });

  it('selects several, by Space, Shift, Ctrl+A and pointer', async () => {
    const { element, item, log } = await setUp('multiple');
    const selected = (): string[] => element.selectedItems.map(({ label }) => label);
    await userEvent.keyboard('{ArrowRight} {ArrowDown}{ArrowDown} ');
    expect(selected()).toEqual(['Asia', 'Jordan']);
    await userEvent.keyboard(' ');
    expect(selected()).toEqual(['Asia']);
    await userEvent.keyboard('{Shift>}{ArrowUp}{ArrowUp}{/Shift}');
    expect([selected(), focused()]).toEqual([['Asia', 'Japan', 'Jordan'], 'Asia']);
    await userEvent.keyboard('{Control>}a{/Control}');
    expect(selected()).toEqual(['Asia', 'Japan', 'Jordan', 'Oceania']);
    await userEvent.keyboard('{Control>}a{/Control}');
    expect(selected()).toEqual([]);
    await userEvent.click(item('Japan'));
    await userEvent.keyboard('{Control>}{Shift>}{End}{/Shift}{/Control}');
    expect([selected(), focused()]).toEqual([['Japan', 'Jordan', 'Oceania'], 'Oceania']);
    expect(log.flat().includes('activate')).toBe(false);
  });
});
