import '../../../skin/elements/src/table/table.ts';
import type { TableCell } from '../../../skin/elements/src/table/table.ts';
import { type GridPage, keys, makeRows } from './contract.ts';

const numbers = new Set<string>(['id', 'magnitude', 'depth', 'felt']);
const columns = keys.map((key) => ({ key, type: numbers.has(key) ? ('number' as const) : ('text' as const) }));
let table: TableCell | undefined;

const page: GridPage = {
  async mount(at, rows) {
    table = document.createElement('skin-table') as TableCell;
    Object.assign(table, { columns, rows, sortable: true, filterable: true, resizable: true, selection: 'multiple' });
    table.style.cssText = 'block-size:600px;max-block-size:none';
    at.append(table);
    await table.updateComplete;
  },
  unmount() {
    table?.remove();
    table = undefined;
  },
  async sort(key) {
    if (table !== undefined) table.sort = { key, direction: 'ascending' };
    await table?.updateComplete;
  },
  async unsort() {
    if (table !== undefined) table.sort = undefined;
    await table?.updateComplete;
  },
  async filter(text) {
    if (table !== undefined) table.filters = text === '' ? [] : [{ key: 'place', contains: text }];
    await table?.updateComplete;
  },
  scroller: () => table?.shadowRoot?.querySelector('.frame') as HTMLElement,
  places: () =>
    [...(table?.shadowRoot?.querySelectorAll<HTMLElement>('[part~=cell-place]') ?? [])].map(
      ({ textContent }) => textContent?.trim() ?? '',
    ),
};

Object.assign(window, { grid: page, makeRows });
