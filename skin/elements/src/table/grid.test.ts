import { html, type TemplateResult } from 'lit';
import { describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import { bindTable, type BindTableOptions, type TableRequest } from './bind.ts';
import type { CellEdit, CellFailure } from './cell-edits.ts';
import type { TableCell } from './table.ts';
import './table.ts';

/** As a Bone describes itself; with real ones it is tested elsewhere. */
const Station = {
  toJSONSchema: () => ({
    type: 'object',
    required: ['id', 'place', 'kind', 'day', 'active'],
    properties: {
      id: { type: 'string' },
      place: { type: 'string', title: 'Place', minLength: 2 },
      depth: { type: 'number', title: 'Depth', 'x-unit': 'km', minimum: 0, maximum: 700 },
      kind: { type: 'string', enum: ['tectonic', 'volcanic', 'blast'] },
      day: { type: 'string', format: 'date' },
      active: { type: 'boolean' },
      token: { type: 'string', 'x-sensitivity': 'secret' },
    },
  }),
  safeParseAsync: (value: unknown) =>
    Promise.resolve(
      String(Reflect.get(Object(value), 'place')).length < 2
        ? { ok: false as const, issues: [{ pointer: '/place', message: 'place is too short.' }] }
        : { ok: true as const, value },
    ),
};
const stations = [
  { id: 'a', place: 'Hualien', depth: 10, kind: 'volcanic', day: '2026-01-05', active: true, token: 'hidden' },
  { id: 'b', place: 'Ōsaka', depth: 9, kind: 'tectonic', day: '2025-12-01', active: false },
  { id: 'c', place: 'Kodiak', kind: 'blast', day: '2026-03-01', active: true },
];
const setUp = async (properties: Partial<TableCell> = {}, options: BindTableOptions = {}, style = '') => {
  const stage = await show(
    html`<skin-table
      caption="Stations"
      style=${style}
      lang="en"
      .tendon=${bindTable(Station, options)}
      .rows=${stations}
    ></skin-table>`,
  );
  const table = stage.querySelector('skin-table') as TableCell;
  Object.assign(table, properties);
  await table.updateComplete;
  await table.updateComplete;
  const root = table.shadowRoot as ShadowRoot;
  const column = (key: string): string[] =>
    [...root.querySelectorAll(`tbody [part~="cell-${key}"]`)].map(({ textContent }) => (textContent ?? '').trim());
  const cell = (row: number, key: string): HTMLElement =>
    root.querySelectorAll<HTMLElement>(`tbody [part~="cell-${key}"]`)[row] as HTMLElement;
  const editor = (): HTMLInputElement | null => root.querySelector<HTMLInputElement>('#editor');
  const focused = (): string => (root.activeElement?.textContent ?? '').trim();
  const menu = async (at: number): Promise<HTMLElement> => {
    await userEvent.click(root.querySelectorAll('[part=menu]')[at] as Element);
    await expect.poll(() => root.querySelector('#panel')?.matches(':popover-open')).toBe(true);
    return root.querySelector('#panel') as HTMLElement;
  };
  const button = (within: ParentNode, text: string): HTMLElement =>
    [...within.querySelectorAll('button')].find(({ textContent }) => textContent?.trim() === text) as HTMLElement;
  return { table, root, column, cell, editor, focused, menu, button };
};
const many = Array.from({ length: 100_000 }, (_, id) => ({ id: `n${id}`, place: `Place ${id}`, kind: 'blast' }));

describe('skin-table, drawn from a Bone', () => {
  it('has its columns, labels and formats, and no secret', async () => {
    const { root, column } = await setUp();
    const heads = [...root.querySelectorAll('th[data-key] .label')].map(({ textContent }) => textContent);
    expect(heads).toEqual(['Id', 'Place', 'Depth (km)', 'Kind', 'Day', 'Active']);
    expect([column('day')[0], column('active'), column('depth')]).toEqual([
      'Jan 5, 2026',
      ['Yes', 'No', 'Yes'],
      ['10', '9', ''],
    ]);
  });

  it('writes numbers and dates as the language does', async () => {
    const { table, column } = await setUp();
    table.lang = 'fa';
    table.refresh();
    await table.updateComplete;
    expect([column('depth')[0], /[۰-۹]/u.test(column('day')[0] ?? '')]).toEqual(['۱۰', true]);
  });

  it('sorts a choice by the order of its options, and by several columns with Shift', async () => {
    const { root, table, column, button } = await setUp();
    await userEvent.click(button(root, 'Kind'));
    await table.updateComplete;
    expect(column('kind')).toEqual(['tectonic', 'volcanic', 'blast']);
    table.sort = { key: 'active', direction: 'ascending' };
    await table.updateComplete;
    button(root, 'Place').dispatchEvent(new MouseEvent('click', { shiftKey: true, bubbles: true, composed: true }));
    await table.updateComplete;
    expect([column('place'), table.state.sort.map(({ key }) => key)]).toEqual([
      ['Ōsaka', 'Hualien', 'Kodiak'],
      ['active', 'place'],
    ]);
  });
});

describe('skin-table, filtered', () => {
  it('by all kinds, and says how many are left', async () => {
    const { table, root, column } = await setUp({ filterable: true, searchable: true });
    const left = async (change: Partial<TableCell>): Promise<string[]> => {
      Object.assign(table, { filters: [], search: '' }, change);
      await table.updateComplete;
      return column('id');
    };
    expect(await left({ filters: [{ key: 'place', contains: 'osa' }] })).toEqual(['b']);
    expect(await left({ filters: [{ key: 'depth', min: 10 }] })).toEqual(['a']);
    expect(await left({ filters: [{ key: 'day', from: '2026-01-01', until: '2026-02-01' }] })).toEqual(['a']);
    expect(await left({ filters: [{ key: 'kind', oneOf: ['blast', 'tectonic'] }] })).toEqual(['b', 'c']);
    expect(await left({ filters: [{ key: 'active', oneOf: ['true'] }] })).toEqual(['a', 'c']);
    expect(await left({ search: 'ko 2026' })).toEqual(['c']);
    expect(root.querySelector('[role=status]')?.textContent?.trim()).toBe('Rows: 1');
    expect(await left({ search: 'nowhere' })).toEqual([]);
    expect(inside(table, 'tbody').textContent?.trim()).toBe('No matches');
  });

  it('in the panel of a column and in the field, and cleared at once', async () => {
    const { table, root, column, menu, button } = await setUp({ filterable: true, searchable: true });
    const panel = await menu(2);
    await userEvent.fill(panel.querySelector('input') as Element, '10');
    await table.updateComplete;
    expect([column('id'), table.filters]).toEqual([['a'], [{ key: 'depth', min: 10 }]]);
    await userEvent.keyboard('{Escape}');
    await userEvent.fill(root.querySelector('[type=search]') as Element, 'osaka');
    await table.updateComplete;
    expect(column('id')).toEqual([]);
    await userEvent.click(button(root, 'Clear filters'));
    await table.updateComplete;
    expect([column('id').length, table.state.filters]).toEqual([3, []]);
  });
});

describe('skin-table, paged', () => {
  it('shows a page, goes on and back, and tells which rows', async () => {
    const { table, root, column } = await setUp({ pageSize: 2 });
    const grid = inside(table, 'table');
    expect([column('id'), grid.ariaRowCount, root.querySelector('.pager span')?.textContent]).toEqual([
      ['a', 'b'],
      '4',
      '1–2 / 3',
    ]);
    await userEvent.click(root.querySelector('[aria-label=Next]') as Element);
    await table.updateComplete;
    expect([column('id'), table.page, root.querySelector('tbody tr')?.getAttribute('aria-rowindex')]).toEqual([
      ['c'],
      2,
      '4',
    ]);
    table.search = 'hualien';
    await table.updateComplete;
    expect(column('id')).toEqual(['a']);
  });
});

describe('skin-table, edited', () => {
  const press = async (table: TableCell, keys: string): Promise<void> => {
    await userEvent.keyboard(keys);
    await table.updateComplete;
    await new Promise((resolve) => setTimeout(resolve));
    await table.updateComplete;
  };

  it('walks its cells, edits by F2, Enter and typing, and leaves by Escape', async () => {
    const { table, cell, editor, column, focused } = await setUp({ editable: true });
    const edits: CellEdit[] = [];
    table.addEventListener('cell-save', (event) => edits.push((event as CustomEvent<CellEdit>).detail));
    cell(0, 'id').focus();
    await press(table, '{ArrowRight}{ArrowDown}');
    expect(focused()).toBe('Ōsaka');
    await press(table, '{Home}');
    expect(focused()).toBe('b');
    await press(table, '{Control>}{End}{/Control}');
    expect(focused()).toBe('Yes');
    await press(table, '{Control>}{Home}{/Control}{ArrowRight}{F2}');
    expect(editor()?.value).toBe('Hualien');
    await press(table, 'x{Escape}');
    expect([editor(), column('place')[0], focused()]).toEqual([null, 'Hualien', 'Hualien']);
    await press(table, 'Lima{Enter}');
    expect([editor(), column('place')[0], focused()]).toEqual([null, 'Lima', 'Lima']);
    expect(edits).toMatchObject([
      { rowKey: 'a', column: 'place', oldValue: 'Hualien', value: 'Lima', next: { id: 'a', place: 'Lima' } },
    ]);
    expect((table.rows[0] as { place: string }).place).toBe('Lima');
    expect(stations[0]?.place).toBe('Hualien');
  });

  it('has the editor in the tab order while it is open, and else the cell', async () => {
    const { table, root, cell, editor } = await setUp({ editable: true });
    const stops = (): Element[] => [...root.querySelectorAll('tbody [tabindex="0"]')];
    cell(0, 'place').focus();
    await press(table, '{F2}');
    expect([stops(), root.activeElement]).toEqual([[], editor()]);
    await press(table, '{Escape}');
    expect([stops(), root.activeElement]).toEqual([[cell(0, 'place')], cell(0, 'place')]);
  });

  it('goes to the next editor by Tab, and keeps the types of values', async () => {
    const { table, cell, editor } = await setUp({ editable: true });
    cell(0, 'place').focus();
    await press(table, '{Enter}');
    await press(table, '{Tab}');
    await expect.poll(() => editor()?.type).toBe('number');
    await userEvent.fill(editor() as Element, '12.5');
    await press(table, '{Tab}');
    await expect.poll(() => editor()?.localName).toBe('select');
    await userEvent.selectOptions(editor() as HTMLElement, 'blast');
    await press(table, '{Shift>}{Tab}{/Shift}');
    await expect.poll(() => editor()?.type).toBe('number');
    expect(table.rows[0]).toMatchObject({ depth: 12.5, kind: 'blast' });
    await press(table, '{Escape}');
  });

  it('refuses what the Bone or the control refuses, says why, and stays', async () => {
    const { table, root, cell, editor, column } = await setUp({ editable: true });
    cell(0, 'place').focus();
    await press(table, '{F2}');
    await userEvent.fill(editor() as Element, 'x');
    await press(table, '{Enter}');
    await expect.poll(() => editor()?.ariaInvalid).toBe('true');
    expect(root.querySelector('#edit-error')?.textContent).toMatch(/place/i);
    await press(table, '{Escape}');
    cell(0, 'depth').focus();
    await press(table, '{F2}');
    await userEvent.fill(editor() as Element, '900');
    await press(table, '{Enter}');
    await expect.poll(() => root.querySelector('#edit-error')?.textContent).toMatch(/700/);
    await press(table, '{Escape}');
    expect([column('place')[0], column('depth')[0]]).toEqual(['Hualien', '10']);
  });

  it('shows that a value is being saved, puts the old one back when that fails, and offers it again', async () => {
    let settle: { resolve: (row?: object) => void; reject: (error: Error) => void } | undefined;
    const save = (): Promise<unknown> => new Promise((resolve, reject) => (settle = { resolve, reject }));
    const { table, root, cell, editor, column } = await setUp({ editable: true }, { save });
    const failures: CellFailure[] = [];
    table.addEventListener('cell-error', (event) => failures.push((event as CustomEvent<CellFailure>).detail));
    cell(0, 'place').focus();
    await press(table, 'Lima{Enter}');
    expect([column('place')[0]?.startsWith('Lima'), root.querySelector('.mark')?.getAttribute('aria-label')]).toEqual([
      true,
      'Saving',
    ]);
    settle?.reject(new Error('refused'));
    await expect.poll(() => column('place')[0]?.startsWith('Hualien')).toBe(true);
    expect([cell(0, 'place').ariaInvalid, failures[0]?.error]).toEqual(['true', new Error('refused')]);
    cell(0, 'place').focus();
    await press(table, '{F2}');
    expect(editor()?.value).toBe('Lima');
    await press(table, '{Enter}');
    settle?.resolve({ ...stations[0], place: 'LIMA' });
    await expect.poll(() => column('place')[0]).toBe('LIMA');
    expect(cell(0, 'place').ariaInvalid).toBeNull();
  });

  it('can be prevented, and survives rows that change or go while it is open', async () => {
    const { table, cell, editor, column } = await setUp({ editable: true });
    table.addEventListener('cell-edit', (event) => event.preventDefault(), { once: true });
    cell(0, 'place').focus();
    await press(table, 'Lima{Enter}');
    expect(column('place')[0]).toBe('Hualien');
    await press(table, 'Lima');
    table.rows = [{ ...stations[0], depth: 3 }, ...stations.slice(1)];
    await table.updateComplete;
    expect(editor()?.value).toBe('Lima');
    table.rows = stations.slice(1);
    await table.updateComplete;
    expect(editor()).toBeNull();
    await press(table, '{ArrowDown}');
  });
});

describe('skin-table, of 100 000 rows', () => {
  it('draws a few, numbers them all, and keeps the focus while it goes to the last', async () => {
    const { table, root, column } = await setUp({ rows: many, selection: 'single' }, {}, 'block-size:300px');
    const grid = inside(table, 'table');
    await expect.poll(() => column('id').length).toBeLessThan(40);
    expect(grid.ariaRowCount).toBe('100001');
    root.querySelector<HTMLElement>('tbody tr[part=row]')?.focus();
    await userEvent.keyboard('{End}');
    await expect.poll(() => root.activeElement?.getAttribute('aria-rowindex')).toBe('100001');
    const box = (root.querySelector('.frame') as Element).getBoundingClientRect();
    await expect
      .poll(() => Math.round((root.activeElement as Element).getBoundingClientRect().bottom))
      .toBeLessThanOrEqual(Math.ceil(box.bottom));
    await userEvent.keyboard('{ArrowUp}{Home}');
    await expect.poll(() => root.activeElement?.getAttribute('aria-rowindex')).toBe('2');
  });

  it('draws its headings anew with what has changed in the frame in which it was scrolled', async () => {
    const { table, root, column } = await setUp({ rows: many, sortable: true }, {}, 'block-size:300px');
    const frame = root.querySelector('.frame') as HTMLElement;
    await expect.poll(() => frame.scrollHeight).toBeGreaterThan(100_000);
    const scroll = (): void => {
      frame.scrollTop += 2000;
      frame.dispatchEvent(new Event('scroll'));
    };
    const order = (): unknown => root.querySelector('th[data-key=place]')?.ariaSort;
    scroll();
    table.sort = { key: 'place', direction: 'descending' };
    await table.updateComplete;
    expect(order()).toBe('descending');
    const first = column('id')[0];
    table.sort = { key: 'place', direction: 'ascending' };
    scroll();
    await table.updateComplete;
    expect([order(), column('id')[0] === first]).toEqual(['ascending', false]);
  });

  it('leaves what is seen in its place while rows come in before it', async () => {
    const { table, root, column } = await setUp({ rows: many }, {}, 'block-size:300px');
    const frame = root.querySelector('.frame') as HTMLElement;
    await expect.poll(() => frame.scrollHeight).toBeGreaterThan(100_000);
    frame.scrollTop = 200_000;
    const top = (): string | undefined =>
      [...root.querySelectorAll('tbody [part~=cell-id]')].find(
        (one) => one.getBoundingClientRect().bottom > frame.getBoundingClientRect().top + 45,
      )?.textContent ?? undefined;
    await expect.poll(() => Number(column('id')[0]?.slice(1))).toBeGreaterThan(1000);
    await table.updateComplete;
    const before = top();
    table.rows = [...Array.from({ length: 500 }, (_, id) => ({ id: `new${id}`, place: 'New' })), ...many];
    await table.updateComplete;
    await expect.poll(top).toBe(before);
  });

  it('selects ranges with Shift, and all of them', async () => {
    const { table, root } = await setUp({ rows: many, selection: 'multiple' }, {}, 'block-size:300px');
    root.querySelector<HTMLElement>('tbody tr[part=row]')?.focus();
    await userEvent.keyboard(' {Shift>}{ArrowDown}{ArrowDown}{/Shift}');
    expect(table.selectedKeys).toEqual(['n0', 'n1', 'n2']);
    await userEvent.keyboard('{Control>}a{/Control}');
    expect(table.selectedKeys.length).toBe(100_000);
  });
});

describe('skin-table, its columns', () => {
  const widths = (root: ShadowRoot): number[] =>
    [...root.querySelectorAll<HTMLElement>('th[data-key]')].map(({ offsetWidth }) => offsetWidth);
  const keys = (root: ShadowRoot): (string | undefined)[] =>
    [...root.querySelectorAll<HTMLElement>('th[data-key]')].map(({ dataset }) => dataset['key']);

  it('are made wider by Alt and arrows, by the pointer and to fit, within bounds', async () => {
    const { table, root } = await setUp({
      resizable: true,
      columns: [{ key: 'id', maxWidth: 200 }, { key: 'place', sortable: true }, { key: 'kind' }],
    });
    const before = widths(root);
    root.querySelector<HTMLElement>('th[data-key=place] button')?.focus();
    await userEvent.keyboard('{Alt>}{ArrowRight}{/Alt}');
    // Browsers round parts of pixels.
    const isAbout = (at: number, width: number): boolean => Math.abs((widths(root)[at] ?? 0) - width) <= 1;
    await expect.poll(() => isAbout(1, (before[1] ?? 0) + 16)).toBe(true);
    expect([isAbout(0, Math.min(200, before[0] ?? 0)), root.activeElement?.textContent?.trim()]).toEqual([
      true,
      'Place',
    ]);
    const grip = root.querySelector('th[data-key=id] .grip') as HTMLElement;
    const at = grip.getBoundingClientRect();
    const move = (type: string, x: number): boolean =>
      (type === 'pointerdown' ? grip : window).dispatchEvent(
        new PointerEvent(type, { clientX: x, clientY: at.top, pointerId: 1, bubbles: true, composed: true }),
      );
    move('pointerdown', at.left);
    move('pointermove', at.left - 40);
    move('pointerup', at.left - 40);
    await table.updateComplete;
    await expect.poll(() => isAbout(0, Math.min(200, before[0] ?? 0) - 40)).toBe(true);
    grip.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    await expect.poll(() => widths(root)[0]).toBeLessThan(120);
  });

  it('are moved by Shift and arrows with the focus, and in the panel; backwards where lines run from right to left', async () => {
    const { table, root, menu, button } = await setUp({
      reorderable: true,
      columns: [{ key: 'id' }, { key: 'place', sortable: true }, { key: 'kind' }],
    });
    root.querySelector<HTMLElement>('th[data-key=place] button')?.focus();
    await userEvent.keyboard('{Shift>}{ArrowRight}{/Shift}');
    await expect.poll(() => keys(root)).toEqual(['id', 'kind', 'place']);
    await expect.poll(() => root.activeElement?.textContent?.trim()).toBe('Place');
    table.dir = 'rtl';
    await userEvent.keyboard('{Shift>}{ArrowRight}{/Shift}');
    await expect.poll(() => keys(root)).toEqual(['id', 'place', 'kind']);
    await userEvent.click(button(await menu(0), 'Move later'));
    await expect.poll(() => keys(root)).toEqual(['place', 'id', 'kind']);
  });

  it('stay at the edges when pinned, and go and come back', async () => {
    const { table, root, button } = await setUp(
      {
        pinnable: true,
        hideable: true,
        columns: [{ key: 'id', pin: 'end' }, { key: 'place', pin: 'start' }, { key: 'kind' }, { key: 'day' }],
      },
      {},
      'inline-size:300px',
    );
    await expect
      .poll(() => getComputedStyle(root.querySelector('th[data-key=place]') as Element).position)
      .toBe('sticky');
    const frame = root.querySelector('.frame') as HTMLElement;
    await expect.poll(() => frame.scrollWidth).toBeGreaterThan(frame.clientWidth);
    frame.scrollLeft = 60;
    const box = frame.getBoundingClientRect();
    const edge = (key: string): DOMRect =>
      (root.querySelector(`td[part~=cell-${key}]`) as Element).getBoundingClientRect();
    expect(keys(root)).toEqual(['place', 'kind', 'day', 'id']);
    const beside = (): number[] => [edge('place').left - box.left, edge('id').right - box.right].map(Math.round);
    await expect.poll(beside).toEqual([0, 0]);
    frame.scrollLeft = 0;
    await expect.poll(() => frame.matches('.aside')).toBe(false);
    expect(beside()).toEqual([0, 0]);
    await userEvent.click(button(root, 'Columns'));
    await expect.poll(() => root.querySelector('#panel')?.matches(':popover-open')).toBe(true);
    await userEvent.click(root.querySelector('#panel input') as Element);
    await expect.poll(() => keys(root)).toEqual(['kind', 'day', 'id']);
    expect([
      inside(table, 'table').ariaColCount,
      root.querySelector('tbody td')?.getAttribute('aria-colindex'),
    ]).toEqual(['4', '2']);
  });

  it('are kept as plain JSON and given back; rubbish is let be', async () => {
    const { table, root } = await setUp({ columns: [{ key: 'id' }, { key: 'place' }, { key: 'kind' }] });
    table.state = {
      columns: [
        { key: 'kind', width: 150 },
        { key: 'id', hidden: true },
      ],
      sort: [{ key: 'place', direction: 'descending' }],
      search: 'o',
    };
    await table.updateComplete;
    const kept = JSON.parse(JSON.stringify(table.state)) as unknown;
    const other = await setUp({ columns: [{ key: 'id' }, { key: 'place' }, { key: 'kind' }] });
    other.table.state = kept as TableCell['state'];
    await other.table.updateComplete;
    expect([keys(other.root), other.column('place'), JSON.parse(JSON.stringify(other.table.state))]).toEqual([
      keys(root),
      ['Ōsaka', 'Kodiak', 'Hualien'],
      kept,
    ]);
    for (const rubbish of [
      null,
      7,
      'x',
      {
        columns: [null, 3, { key: {} }, { key: 'id', width: 'NaN', pin: 'up' }],
        sort: 'x',
        filters: 5,
        page: 'x',
        pageSize: -1,
        search: {},
      },
    ]) {
      Reflect.set(other.table, 'state', rubbish);
      await other.table.updateComplete;
    }
    expect(keys(other.root).length).toBeGreaterThan(0);
  });
});

describe('skin-table, with rows from elsewhere', () => {
  it('loads what is seen, passes order and filters on, and gives up what is passed by', async () => {
    const asked: TableRequest[] = [];
    let given = 0;
    const load = async (request: TableRequest, { signal }: { signal: AbortSignal }) => {
      asked.push(request);
      signal.addEventListener('abort', () => (given += 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { rows: many.slice(request.offset, request.offset + request.limit), total: many.length };
    };
    const { table, root, column } = await setUp({}, { load }, 'block-size:300px');
    expect(inside(table, 'tbody').textContent?.trim()).toBe('Loading');
    await expect.poll(() => column('id')[0]).toBe('n0');
    expect([asked.length, asked[0]?.offset, asked[0]?.limit]).toEqual([1, 0, 100]);
    const frame = root.querySelector('.frame') as HTMLElement;
    frame.scrollTop = frame.scrollHeight;
    await expect.poll(() => column('id').at(-1)).toBe('n99999');
    table.sort = { key: 'place', direction: 'descending' };
    await expect.poll(() => asked.at(-1)?.sort).toEqual([{ key: 'place', direction: 'descending' }]);
    expect(given).toBeGreaterThan(0);
  });

  it('says that nothing could be loaded, and tries again', async () => {
    let fails = true;
    const load = (): Promise<{ rows: object[]; total: number }> =>
      fails ? Promise.reject(new Error('down')) : Promise.resolve({ rows: stations, total: 3 });
    const errors: unknown[] = [];
    const { table, root, column, button } = await setUp({}, { load });
    table.addEventListener('source-error', (event) => errors.push((event as CustomEvent).detail.error));
    await expect.poll(() => root.querySelector('[role=alert]')).not.toBeNull();
    fails = false;
    await userEvent.click(button(root, 'Try again'));
    await expect.poll(() => column('id')).toEqual(['a', 'b', 'c']);
    expect(root.querySelector('[role=alert]')).toBeNull();
  });
});

describe('skin-table', () => {
  const all = (properties: TemplateResult): TemplateResult => properties;
  it('is accessible with all it can do', async () => {
    await expectAccessible(
      all(
        html`<skin-table
            caption="Stations"
            editable
            searchable
            filterable
            resizable
            reorderable
            pinnable
            hideable
            selection="multiple"
            page-size="2"
            .tendon=${bindTable(Station)}
            .rows=${stations}
          ></skin-table
          ><skin-table caption="Many" style="block-size:200px" .tendon=${bindTable(Station)} .rows=${many}></skin-table
          ><skin-table
            caption="Open"
            .columns=${[{ key: 'id' }]}
            .rows=${stations}
            .expandedKeys=${['a']}
            .renderDetail=${() => 'more'}
          ></skin-table
          ><skin-table caption="Loading" loading error="It failed."></skin-table>`,
      ),
    );
  });

  it('opens details by their button and by Shift and Enter', async () => {
    const { root, table } = await setUp({
      activatable: true,
      renderDetail: (row) => `about ${Reflect.get(row, 'place')}`,
    });
    await userEvent.click(root.querySelector('.expand') as Element);
    await table.updateComplete;
    expect([...root.querySelectorAll('.detail')].map(({ textContent }) => textContent?.trim())).toEqual([
      'about Hualien',
    ]);
    root.querySelectorAll<HTMLElement>('tr[part=row]')[1]?.focus();
    await userEvent.keyboard('{Shift>}{Enter}{/Shift}');
    await table.updateComplete;
    expect(table.expandedKeys).toEqual(['a', 'b']);
  });

  it('shows NaN, dates that are none, ragged rows and values that refuse to be text', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    const rows = [
      { id: 1, n: Number.NaN, d: new Date(Number.NaN), x: Object.create(null) },
      { id: 2, n: 'seven', d: 'soon', x: Symbol('s') },
      { id: 3 },
      ['a', 'b'],
      {
        id: 5,
        get n(): number {
          throw new Error('no');
        },
        x: {
          toString: () => {
            throw new Error('no');
          },
        },
      },
    ];
    const stage = await show(
      html`<skin-table
        caption="T"
        filterable
        .columns=${[{ key: 'n', type: 'number' }, { key: 'd', type: 'date' }, { key: 'x' }]}
        .rows=${rows}
        .sort=${{ key: 'n', direction: 'ascending' }}
      ></skin-table>`,
    );
    const table = stage.querySelector('skin-table') as TableCell;
    table.search = 'so';
    await table.updateComplete;
    table.search = '';
    table.sort = [
      { key: 'd', direction: 'descending' },
      { key: 'x', direction: 'ascending' },
    ];
    await table.updateComplete;
    const texts = [...inside(table, 'tbody').querySelectorAll('td')].map(({ textContent }) => textContent?.trim());
    expect([texts.length, texts.includes('–'), texts.includes('soon')]).toEqual([15, true, true]);
    error.mockRestore();
  });
});
