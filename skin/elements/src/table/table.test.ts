import fc from 'fast-check';
import { html } from 'lit';
import { describe, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { expectAccessible, inside, show } from '../../test/helpers.ts';
import { sortRows } from './sort.ts';
import './table.ts';

const columns = [
  {
    key: 'n',
    label: 'Number',
    align: 'end' as const,
    sortable: true,
    format: (value: unknown) => Number(value).toFixed(1),
  },
  { key: 'name', label: 'Name', sortable: true },
  { key: 'note', label: 'Note' },
];
const rows = [
  { id: 1, n: 10, name: 'b' },
  { id: 2, n: 9, name: 'a' },
  { id: 3, n: 1.5 },
];
const texts = (table: Element | null, column: number): (string | null)[] =>
  [...(table?.shadowRoot?.querySelectorAll(`tbody tr td:nth-child(${column})`) ?? [])].map(
    ({ textContent }) => textContent,
  );

describe('skin-table', () => {
  it('is accessible: plain, activatable, empty', async () => {
    await expectAccessible(
      html`<skin-table caption="Plain" .columns=${columns} .rows=${rows}></skin-table
        ><skin-table caption="Active" activatable .columns=${columns} .rows=${rows}></skin-table
        ><skin-table aria-label="None" .columns=${columns}></skin-table>`,
    );
  });

  it('takes other widths, narrow and wide, without calling the observer of its size in circles', async () => {
    const errors: string[] = [];
    const note = ({ message }: ErrorEvent): unknown => errors.push(message);
    addEventListener('error', note);
    const stage = await show(
      html`<skin-table style="inline-size:400px" caption="T" .columns=${columns} .rows=${rows}></skin-table>`,
    );
    const table = stage.querySelector('skin-table');
    const isNarrow = (): boolean => table?.shadowRoot?.querySelector('.narrow') !== null;
    await expect.poll(isNarrow).toBe(true);
    for (const width of ['700px', '300px', '800px']) {
      table?.style.setProperty('inline-size', width);
      await expect.poll(isNarrow).toBe(width === '300px');
    }
    removeEventListener('error', note);
    expect(errors).toEqual([]);
  });

  it('sorts by its headers, by keyboard too, and says so', async () => {
    const sorts: unknown[] = [];
    const stage = await show(
      html`<skin-table
        caption="T"
        .columns=${columns}
        .rows=${rows}
        @sort-change=${(event: CustomEvent<{ sort: unknown }>) => sorts.push(event.detail.sort)}
      ></skin-table>`,
    );
    const table = stage.querySelector('skin-table');
    expect(texts(table, 1)).toEqual(['10.0', '9.0', '1.5']);
    const header = inside(table, 'button');
    await userEvent.click(header);
    await table?.updateComplete;
    expect([texts(table, 1), header.closest('th')?.getAttribute('aria-sort')]).toEqual([
      ['1.5', '9.0', '10.0'],
      'ascending',
    ]);
    header.focus();
    await userEvent.keyboard('{Enter}');
    await table?.updateComplete;
    expect([texts(table, 1), header.closest('th')?.getAttribute('aria-sort')]).toEqual([
      ['10.0', '9.0', '1.5'],
      'descending',
    ]);
    expect(sorts).toEqual([[{ key: 'n', direction: 'ascending' }], [{ key: 'n', direction: 'descending' }]]);
  });

  it('walks its rows by keyboard, one of them in the tab order, and activates them', async () => {
    const activated: unknown[] = [];
    const stage = await show(
      html`<skin-table
        caption="T"
        activatable
        .columns=${columns}
        .rows=${rows}
        @row-activate=${(event: CustomEvent<{ row: unknown }>) => activated.push(event.detail.row)}
      ></skin-table>`,
    );
    const table = stage.querySelector('skin-table');
    const trs = (): HTMLElement[] => [...(table?.shadowRoot?.querySelectorAll<HTMLElement>('tbody tr') ?? [])];
    expect(trs().map(({ tabIndex }) => tabIndex)).toEqual([0, -1, -1]);
    trs()[0]?.focus();
    await userEvent.keyboard('{ArrowDown}{Enter}{End} ');
    await table?.updateComplete;
    expect(activated).toEqual([rows[1], rows[2]]);
    expect(trs().map(({ tabIndex }) => tabIndex)).toEqual([-1, -1, 0]);
    await userEvent.click(trs()[0] as Element);
    expect(activated[2]).toBe(rows[0]);
  });

  it('keeps elements and focus while rows come in above', async () => {
    const stage = await show(html`<skin-table caption="T" activatable .columns=${columns} .rows=${rows}></skin-table>`);
    const table = stage.querySelector('skin-table');
    const first = table?.shadowRoot?.querySelector<HTMLElement>('tbody tr');
    first?.focus();
    if (table !== null) table.rows = [{ id: 9, n: 0, name: 'new' }, ...rows];
    await table?.updateComplete;
    expect([table?.shadowRoot?.querySelectorAll('tbody tr')[1], table?.shadowRoot?.activeElement]).toEqual([
      first,
      first,
    ]);
  });

  it('shows hostile cells as text', async () => {
    const stage = await show(
      html`<skin-table
        caption="T"
        .columns=${columns}
        .rows=${[{ id: 1, n: 1, name: '<img src=x onerror="window.hacked=1">' }]}
      ></skin-table>`,
    );
    expect([
      stage.querySelector('skin-table')?.shadowRoot?.querySelector('img'),
      Reflect.get(window, 'hacked'),
    ]).toEqual([null, undefined]);
  });

  it('shows what it can of rubbish, and breaks at none of it', async () => {
    const stage = await show(html`<skin-table caption="T"></skin-table>`);
    const table = stage.querySelector('skin-table');
    const count = async (given: unknown, some: unknown = columns): Promise<number> => {
      if (table === null) return -1;
      Reflect.set(table, 'rows', given);
      Reflect.set(table, 'columns', some);
      await table.updateComplete;
      return table.shadowRoot?.querySelectorAll('tbody tr[part=row]').length ?? -1;
    };
    const same = { id: 5, n: 1, name: 'same' };
    expect([
      await count(null),
      await count('rows'),
      await count([null, 3, 'x', undefined]),
      await count([{}, {}, { id: 1 }, { id: 1 }]),
      await count([same, same, same]),
      await count(rows, null),
      await count([], columns),
    ]).toEqual([0, 0, 0, 4, 3, 3, 0]);
    const hostileKeys = [{ ['__proto__']: 1, id: 'constructor' }, { id: '__proto__' }];
    expect(await count(hostileKeys, [{ key: 'constructor', label: 'C' }])).toBe(2);
  });

  it('shows the bare value where a format throws, and the rest as ever', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    const broken = { key: 'n', label: 'N', format: (value: unknown) => (value as string).toUpperCase() };
    const stage = await show(
      html`<skin-table caption="T" .columns=${[broken, columns[1]]} .rows=${rows}></skin-table>`,
    );
    expect([texts(stage.querySelector('skin-table'), 1), error.mock.calls.length]).toEqual([['10', '9', '1.5'], 1]);
    error.mockRestore();
  });

  it('selects several rows: by Space, checkbox, range, all', async () => {
    const seen: unknown[] = [];
    const stage = await show(
      html`<skin-table
        caption="T"
        selection="multiple"
        .columns=${columns}
        .rows=${rows}
        @selection-change=${(event: CustomEvent<{ keys: unknown[] }>) => seen.push(event.detail.keys)}
      ></skin-table>`,
    );
    const table = stage.querySelector('skin-table');
    const trs = (): HTMLElement[] => [...(table?.shadowRoot?.querySelectorAll<HTMLElement>('tbody tr') ?? [])];
    trs()[0]?.focus();
    await userEvent.keyboard(' {ArrowDown}{ArrowDown}{Shift>} {/Shift}');
    await table?.updateComplete;
    expect([seen.at(-1), trs().map((tr) => tr.getAttribute('aria-selected'))]).toEqual([
      [1, 2, 3],
      ['true', 'true', 'true'],
    ]);
    await userEvent.click(trs()[1]?.querySelector('input') as Element);
    const all = inside(table, 'thead').querySelector('input');
    expect([seen.at(-1), all?.indeterminate]).toEqual([[1, 3], true]);
    await userEvent.click(all as Element);
    expect(seen.at(-1)).toEqual([1, 2, 3]);
    await userEvent.click(all as Element);
    expect(seen.at(-1)).toEqual([]);
    trs()[0]?.focus();
    await userEvent.keyboard('{Control>}a{/Control}');
    expect(seen.at(-1)).toEqual([1, 2, 3]);
  });

  it('selects one row at most where it says so, and is accessible with a selection', async () => {
    await expectAccessible(
      html`<skin-table
          caption="T"
          selection="single"
          .selectedKeys=${[2]}
          .columns=${columns}
          .rows=${rows}
        ></skin-table
        ><skin-table caption="U" selection="multiple" .columns=${columns} .rows=${rows}></skin-table>`,
    );
    const stage = await show(
      html`<skin-table caption="T" selection="single" .columns=${columns} .rows=${rows}></skin-table>`,
    );
    const table = stage.querySelector('skin-table');
    for (const tr of inside(table, 'tbody').rows) await userEvent.click(tr);
    expect(table?.selectedKeys).toEqual([3]);
  });

  it('gives the focus to the neighbour when the focused row goes', async () => {
    const stage = await show(html`<skin-table caption="T" activatable .columns=${columns} .rows=${rows}></skin-table>`);
    const table = stage.querySelector('skin-table');
    inside(table, 'tbody').rows[1]?.focus();
    await table?.updateComplete;
    if (table !== null) table.rows = [rows[0] as object, rows[2] as object];
    await table?.updateComplete;
    expect(table?.shadowRoot?.activeElement).toBe(inside(table, 'tbody').rows[1]);
  });

  it('lets someone else sort, who prevents the event', async () => {
    const stage = await show(
      html`<skin-table
        caption="T"
        .columns=${columns}
        .rows=${rows}
        @sort-change=${(event: Event) => event.preventDefault()}
      ></skin-table>`,
    );
    const table = stage.querySelector('skin-table');
    await userEvent.click(inside(table, 'button'));
    await table?.updateComplete;
    expect([table?.sort, texts(table, 1)]).toEqual([undefined, ['10.0', '9.0', '1.5']]);
  });

  it('formats only the rows that are new, when most are the same objects', async () => {
    let formatted = 0;
    const counting = [
      {
        key: 'n',
        label: 'N',
        format: (value: unknown) => {
          formatted += 1;
          return String(value);
        },
      },
    ];
    const many = Array.from({ length: 250 }, (_, id) => ({ id, n: id }));
    const stage = await show(html`<skin-table caption="T" .columns=${counting} .rows=${many}></skin-table>`);
    const table = stage.querySelector('skin-table');
    formatted = 0;
    if (table !== null) table.rows = [{ id: 501, n: 501 }, { id: 502, n: 502 }, ...many.slice(0, 248)];
    await table?.updateComplete;
    // Two rows are new, and the one that was first is no longer in the tab order (here: none is).
    expect(formatted).toBeLessThanOrEqual(4);
    formatted = 0;
    table?.refresh();
    await table?.updateComplete;
    expect(formatted).toBe(250);
  });

  it('property: sorting keeps every row, orders numbers, and puts what is absent last', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ n: fc.option(fc.double({ noNaN: true }), { nil: undefined }) })),
        fc.constantFrom('ascending' as const, 'descending' as const),
        (list, direction) => {
          const sorted = sortRows(list, { key: 'n', direction });
          expect(new Set(sorted)).toEqual(new Set(list));
          const values = sorted.map(({ n }) => n);
          const present = values.filter((n) => n !== undefined);
          expect(values.slice(present.length).every((n) => n === undefined)).toBe(true);
          for (let index = 1; index < present.length; index += 1) {
            const [a = 0, b = 0] = [present[index - 1], present[index]];
            expect(direction === 'ascending' ? a <= b : a >= b).toBe(true);
          }
        },
      ),
    );
  });

  it('property: whatever rows come, in whatever order, each keeps its element and the focus stays in the table', async () => {
    const stage = await show(html`<skin-table caption="T" activatable .columns=${columns}></skin-table>`);
    const table = stage.querySelector('skin-table');
    if (table === null) throw new Error('There is no table.');
    const elementsByName = (): Map<string, Element> =>
      new Map([...inside(table, 'tbody').querySelectorAll('tr[part=row]')].map((tr) => [tr.textContent ?? '', tr]));
    const set = fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(set, set, async (before, after) => {
        const rowOf = (id: number): object => ({ id, n: id, name: `row ${id}` });
        table.rows = before.map(rowOf);
        await table.updateComplete;
        const old = elementsByName();
        inside(table, 'tbody').rows[0]?.focus();
        await table.updateComplete;
        table.rows = after.map(rowOf);
        await table.updateComplete;
        for (const [name, element] of elementsByName()) if (old.has(name)) expect(old.get(name)).toBe(element);
        expect(table.shadowRoot?.activeElement).not.toBeNull();
        expect(table.shadowRoot?.querySelectorAll('tbody tr[tabindex="0"]').length).toBe(1);
      }),
      { numRuns: 30 },
    );
  });
});
