import { allColumns, type TableShape } from './bone-columns.ts';
import { CellEditor, type EditorHost, type TableEdits } from './cell-editor.ts';
import type { SaveCell } from './cell-edits.ts';
import type { TableColumn } from './column.ts';
import type { RemoteList, RemoteOptions } from './row-list.ts';
import { type LoadRows, RemoteRows } from './source.ts';

/** What a table is joined to: where its columns, its rows and its editors come from. */
export interface TableTendon {
  /** The columns, for those that the page gives. */
  columnsOf(given: unknown): readonly TableColumn[];
  /** Editors for the cells of a table. */
  edits(host: EditorHost): TableEdits;
  /** Rows from elsewhere; without it the table has those that the page gives. */
  readonly rows?: (options: RemoteOptions) => RemoteList;
}

/** Options of `bindTable`. */
export interface BindTableOptions {
  /** Gives the rows piece by piece, filtered and sorted; without it the page sets the table's `rows`. */
  readonly load?: LoadRows;
  /**
   * Keeps an edit. Until it has, the cell shows the new value and that it is being saved; it may give the row as it was
   * kept. When it throws, the old value comes back, and the cell says why.
   */
  readonly save?: SaveCell;
}

/**
 * Joins a table to a shape: columns are drawn from a Bone or a JSON Schema, with its labels, types and units, cells can be
 * edited by its rules, and rows can be loaded and edits saved elsewhere.
 *
 * @example
 * ```ts browser
 * import '@organism/skin-elements/table';
 * import { bindTable } from '@organism/skin-elements/bind-table';
 * import { Bone } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const Station = new Bone('station', z.object({ id: z.string(), depth: z.number().min(0) }));
 * const table = document.createElement('skin-table');
 * table.tendon = bindTable(Station);
 * table.editable = true;
 * table.rows = [{ id: 'HL-04', depth: 12 }];
 * document.body.append(table);
 * ```
 */
export const bindTable = (shape?: TableShape, { load, save }: BindTableOptions = {}): TableTendon => ({
  columnsOf: (given) => allColumns(given, shape),
  edits: (host) => new CellEditor(shape, save, host),
  ...(typeof load === 'function' && { rows: (options: RemoteOptions) => new RemoteRows(load, options) }),
});

export type { TableShape } from './bone-columns.ts';
export type { CellEdit, CellFailure, SaveCell } from './cell-edits.ts';
export type { LoadRows, TablePage, TableRequest } from './source.ts';
