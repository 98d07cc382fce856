import type { TableColumn } from './column.ts';
import { filterRows, type TableFilter } from './filter.ts';
import type { Wording } from './format.ts';
import { orderOf, type TableSort } from './sort.ts';

/** What is asked of the rows: which, and in what order. */
export interface TableQuery {
  readonly sort: readonly TableSort[];
  readonly filters: readonly TableFilter[];
  readonly search: string;
}

/** Rows as a table shows them. */
export interface RowList {
  readonly length: number;
  /** The row at a place; undefined while it is on its way. */
  rowAt(index: number): object | undefined;
  /** What tells it from the others. */
  keyAt(index: number): unknown;
  /** Place of the row with a key; -1 where there is none. */
  indexOf(key: unknown): number;
}

/** Rows that come piece by piece, from elsewhere. */
export interface RemoteList extends RowList {
  /** Whether no answer has come yet. */
  readonly isUnknown: boolean;
  /** Puts a row in another's place. */
  replace(key: unknown, row: object): void;
  /** Asks for rows that are looked at, and gives up what no one looks at any more. */
  need(first: number, end: number): void;
  /** Asks again for what has failed. */
  retry(): void;
  /** Gives up all that is on its way. */
  stop(): void;
}

/** What is asked of rows elsewhere, and who is told of each answer. */
export interface RemoteOptions {
  readonly query: TableQuery;
  /** How many rows are asked for at once. */
  readonly size: number;
  readonly rowKey: string;
  readonly changed: () => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Gives each row its key. A row without one, or with that of another, is told by its identity, so that rows never get
 * mixed up. What is no object is left out.
 */
export const keyed = (rows: unknown, rowKey: string): { readonly rows: object[]; readonly keys: unknown[] } => {
  const seen = new Set<unknown>();
  const found: object[] = [];
  const list: readonly unknown[] = Array.isArray(rows) ? rows : [];
  for (const row of list) {
    if (typeof row !== 'object' || row === null) continue;
    let key: unknown = Reflect.get(row, rowKey) ?? row;
    if (seen.has(key)) key = seen.has(row) ? Symbol('repeated row') : row;
    seen.add(key);
    found.push(row);
  }
  return { rows: found, keys: [...seen] };
};

/** Rows that the page holds, filtered and sorted here. */
export class LocalRows implements RowList {
  #rows: object[] = [];
  #keys: readonly unknown[] = [];
  #order: readonly number[] | undefined;

  get length(): number {
    return this.#order?.length ?? this.#rows.length;
  }

  /** Takes other rows. */
  take(rows: unknown, rowKey: string): void {
    ({ rows: this.#rows, keys: this.#keys } = keyed(rows, rowKey));
    this.#order = undefined;
  }

  /** Finds out which rows are shown, and in what order. */
  arrange({ filters, search, sort }: TableQuery, columns: readonly TableColumn[], wording: Wording): void {
    const found = filterRows(this.#rows, filters, search, columns, wording);
    this.#order = orderOf(this.#rows, found, sort, columns, wording.locale);
  }

  /** Puts a row in another's place, in the order as it is. */
  replace(key: unknown, row: object): void {
    const at = this.#keys.indexOf(key);
    if (at >= 0) this.#rows[at] = row;
  }

  /** The row with a key, shown or not. */
  find(key: unknown): object | undefined {
    return this.#rows[this.#keys.indexOf(key)];
  }

  #place(index: number): number {
    return this.#order === undefined ? index : (this.#order[index] ?? -1);
  }

  rowAt(index: number): object | undefined {
    return this.#rows[this.#place(index)];
  }

  keyAt(index: number): unknown {
    return this.#keys[this.#place(index)];
  }

  indexOf(key: unknown): number {
    const place = this.#keys.indexOf(key);
    return this.#order === undefined || place < 0 ? place : this.#order.indexOf(place);
  }
}
