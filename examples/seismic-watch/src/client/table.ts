import type { TableColumn } from '@organism/skin-elements';
import type { Quake } from '../bones.ts';
import { byId } from './dom.ts';
import { formatNumber, formatShortTime } from './format.ts';

/** Rows shown at once: the newest of those that match. */
const mostRows = 200;

/** Where there is little room, the depth is left to the details. */
const columnsFor = (isNarrow: boolean): TableColumn[] => [
  {
    key: 'magnitude',
    label: 'Mag',
    align: 'end',
    sortable: true,
    format: (value: unknown) => formatNumber(Number(value)),
  },
  { key: 'place', label: 'Place', sortable: true },
  { key: 'time', label: 'Time, UTC', sortable: true, format: (value: unknown) => formatShortTime(Number(value)) },
  {
    key: 'depthKm',
    label: 'Depth, km',
    align: 'end',
    sortable: true,
    hidden: isNarrow,
    format: (value: unknown) => formatNumber(Number(value)),
  },
];

/** The table of earthquakes, newest first, brought up to date at most once a frame. */
export class QuakeTable {
  readonly #table = byId('quakes', 'skin-table');
  readonly #filter = byId('min-magnitude', 'skin-select');
  readonly #quakes: Quake[] = [];
  #queued = false;

  constructor(onSelect: (quake: Quake) => void) {
    this.#filter.options = [-2, 1, 2.5, 4, 5].map((value) => ({
      value: String(value),
      label: value === -2 ? 'all' : `M ${value} and more`,
    }));
    this.#filter.addEventListener('change', () => this.#queue());
    const narrow = matchMedia('(max-width: 480px)');
    const arrange = (): void => {
      this.#table.columns = columnsFor(narrow.matches);
    };
    narrow.addEventListener('change', arrange);
    arrange();
    this.#table.addEventListener('row-activate', (event) => onSelect(event.detail.row as Quake));
  }

  add(quake: Quake): void {
    this.#quakes.push(quake);
    this.#queue();
  }

  clear(): void {
    this.#quakes.length = 0;
    this.#queue();
  }

  #queue(): void {
    if (this.#queued) return;
    this.#queued = true;
    requestAnimationFrame(() => {
      this.#queued = false;
      const least = Number(this.#filter.value);
      const rows: Quake[] = [];
      for (let index = this.#quakes.length - 1; index >= 0 && rows.length < mostRows; index -= 1) {
        const quake = this.#quakes[index];
        if (quake !== undefined && quake.magnitude >= least) rows.push(quake);
      }
      this.#table.rows = rows;
    });
  }
}
