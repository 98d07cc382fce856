import { AllCommunityModule, createGrid, type GridApi, ModuleRegistry } from 'ag-grid-community';
import { type GridPage, type GridRow, keys, makeRows } from './contract.ts';

ModuleRegistry.registerModules([AllCommunityModule]);

const numbers = new Set<string>(['id', 'magnitude', 'depth', 'felt']);
let api: GridApi<GridRow> | undefined;
let host: HTMLElement | undefined;

const page: GridPage = {
  async mount(at, rows) {
    host = document.createElement('div');
    host.style.blockSize = '600px';
    at.append(host);
    const element = host;
    await new Promise<void>((resolve) => {
      api = createGrid<GridRow>(element, {
        rowData: [...rows],
        columnDefs: keys.map((field) => ({
          field,
          filter: numbers.has(field) ? 'agNumberColumnFilter' : 'agTextColumnFilter',
        })),
        getRowId: ({ data }) => String(data.id),
        rowSelection: { mode: 'multiRow' },
        onFirstDataRendered: () => resolve(),
      });
    });
  },
  unmount() {
    api?.destroy();
    host?.remove();
    api = undefined;
  },
  sort(key) {
    api?.applyColumnState({ state: [{ colId: key, sort: 'asc' }], defaultState: { sort: null } });
  },
  unsort() {
    api?.applyColumnState({ defaultState: { sort: null } });
  },
  async filter(text) {
    await api?.setColumnFilterModel(
      'place',
      text === '' ? null : { filterType: 'text', type: 'contains', filter: text },
    );
    api?.onFilterChanged();
  },
  // The one that scrolls far; its class has changed from version to version.
  scroller: () =>
    [...(host?.querySelectorAll<HTMLElement>('*') ?? [])].find(
      (one) =>
        one.scrollHeight > one.clientHeight + 10_000 &&
        one.clientHeight > 100 &&
        one.getAttribute('aria-hidden') !== 'true',
    ) as HTMLElement,
  places: () =>
    [...(host?.querySelectorAll<HTMLElement>('.ag-row') ?? [])]
      .sort((a, b) => Number(a.getAttribute('row-index')) - Number(b.getAttribute('row-index')))
      .map((row) => row.querySelector('[col-id=place]')?.textContent?.trim() ?? ''),
};

Object.assign(window, { grid: page, makeRows });
