import { type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { SkinCell } from '../base/skin-cell.ts';
import { sortRows, type TableSort } from './sort.ts';
import { tableStyles } from './table.styles.ts';

/** A column of a table. */
export interface TableColumn {
  /** Property of the row that the column shows. */
  readonly key: string;
  readonly label: string;
  readonly align?: 'start' | 'end';
  readonly sortable?: boolean;
  /** The cell's text; default `String(value)`, and nothing for what is absent. Never read as markup. */
  readonly format?: (value: unknown, row: object) => string;
}

/** Detail of `row-activate`. */
export interface RowActivation {
  readonly row: object;
}

/**
 * Table of objects, sortable, with rows that may be activated.
 *
 * Rows are told apart by `rowKey`, so a table that is updated many times a second keeps its elements, its scroll position
 * and the focus.
 *
 * @tag skin-table
 * @fires sort-change - When the user has chosen an order; detail: the sort.
 * @fires row-activate - When the user has clicked a row or pressed Enter on it; detail: `{ row }`.
 * @csspart frame - The scrolling frame.
 */
export class TableCell extends SkinCell {
  static override styles: CSSResultGroup = [SkinCell.styles, tableStyles];
  static override properties: PropertyDeclarations = {
    columns: { attribute: false },
    rows: { attribute: false },
    rowKey: { attribute: 'row-key' },
    sort: { attribute: false },
    caption: {},
    empty: {},
    activatable: { type: Boolean },
    current: { state: true },
  };

  declare columns: readonly TableColumn[];
  declare rows: readonly object[];
  /** Property that identifies a row. Default `id`. */
  declare rowKey: string;
  /** The order; without one, rows stand as they were given. */
  declare sort: TableSort | undefined;
  /** Visible title; also the table's accessible name. */
  declare caption: string;
  /** What is shown when there are no rows. */
  declare empty: string;
  /** Whether rows can be activated by click or Enter. */
  declare activatable: boolean;
  /** Key of the row that is in the tab order. */
  declare protected current: unknown;

  constructor() {
    super();
    this.columns = [];
    this.rows = [];
    this.rowKey = 'id';
    this.sort = undefined;
    this.caption = '';
    this.empty = 'Nothing to show';
    this.activatable = false;
    this.current = undefined;
  }

  #keyOf(row: object): unknown {
    return Reflect.get(row, this.rowKey) ?? row;
  }

  #sortBy(key: string): void {
    const { sort } = this;
    const direction = sort?.key === key && sort.direction === 'ascending' ? 'descending' : 'ascending';
    const next: TableSort = { key, direction };
    this.sort = next;
    this.emit('sort-change', next);
  }

  #activate(row: object): void {
    if (!this.activatable) return;
    this.current = this.#keyOf(row);
    this.emit<RowActivation>('row-activate', { row });
  }

  #keydown(event: KeyboardEvent, row: object): void {
    if (!this.activatable) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      this.#activate(row);
      return;
    }
    const here = event.currentTarget as HTMLElement;
    const all = [...(here.parentElement?.children ?? [])] as HTMLElement[];
    const at = all.indexOf(here);
    const target = { ArrowDown: all[at + 1], ArrowUp: all[at - 1], Home: all[0], End: all.at(-1) }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    target.focus();
  }

  #header(column: TableColumn): TemplateResult {
    const { sort } = this;
    const order = column.sortable === true ? (sort?.key === column.key ? sort.direction : 'none') : nothing;
    const arrow = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 19V5M6 11l6-6 6 6" /></svg>`;
    const content =
      column.sortable === true
        ? html`<button type="button" @click=${() => this.#sortBy(column.key)}>${column.label}${arrow}</button>`
        : html`<span>${column.label}</span>`;
    return html`<th scope="col" class=${column.align ?? ''} aria-sort=${order}>${content}</th>`;
  }

  #text(column: TableColumn, row: object): string {
    const value: unknown = Reflect.get(row, column.key);
    if (column.format !== undefined) return column.format(value, row);
    return value === undefined || value === null ? '' : String(value);
  }

  #row(row: object, isCurrent: boolean): TemplateResult {
    const { activatable } = this;
    return html`<tr
      class=${activatable ? 'active' : ''}
      tabindex=${activatable ? (isCurrent ? 0 : -1) : nothing}
      @click=${() => this.#activate(row)}
      @focus=${() => (this.current = this.#keyOf(row))}
      @keydown=${(event: KeyboardEvent) => this.#keydown(event, row)}
    >
      ${this.columns.map((column) => html`<td class=${column.align ?? ''}>${this.#text(column, row)}</td>`)}
    </tr>`;
  }

  protected override render(): TemplateResult {
    const rows = sortRows(this.rows, this.sort);
    // Exactly one row is in the tab order: the one last visited, else the first.
    const known = rows.some((row) => this.#keyOf(row) === this.current);
    const isCurrent = (row: object, index: number): boolean =>
      known ? this.#keyOf(row) === this.current : index === 0;
    return html`<div
      class="frame"
      part="frame"
      tabindex=${this.activatable ? nothing : 0}
      role="region"
      aria-label=${this.caption || this.getAttribute('aria-label') || 'Table'}
    >
      <table>
        ${
          this.caption
            ? html`<caption>
                ${this.caption}
              </caption>`
            : nothing
        }
        <thead>
          <tr>
            ${this.columns.map((column) => this.#header(column))}
          </tr>
        </thead>
        <tbody>
          ${
            rows.length === 0
              ? html`<tr class="empty">
                  <td colspan=${Math.max(1, this.columns.length)}>${this.empty}</td>
                </tr>`
              : repeat(
                  rows,
                  (row) => this.#keyOf(row),
                  (row, index) => this.#row(row, isCurrent(row, index)),
                )
          }
        </tbody>
      </table>
    </div>`;
  }
}

TableCell.define('skin-table');

declare global {
  interface HTMLElementTagNameMap {
    'skin-table': TableCell;
  }
  interface HTMLElementEventMap {
    'row-activate': CustomEvent<RowActivation>;
    'sort-change': CustomEvent<TableSort>;
  }
}
