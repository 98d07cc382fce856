import fc from 'fast-check';
import { html } from 'lit';
import { describe, expect, it } from 'vitest';
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

  it('sorts by its headers, by keyboard too, and says so', async () => {
    const sorts: unknown[] = [];
    const stage = await show(
      html`<skin-table
        caption="T"
        .columns=${columns}
        .rows=${rows}
        @sort-change=${(event: CustomEvent) => sorts.push(event.detail)}
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
    expect(sorts).toEqual([
      { key: 'n', direction: 'ascending' },
      { key: 'n', direction: 'descending' },
    ]);
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
});
