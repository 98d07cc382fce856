import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { controlStyles } from '../base/control.styles.ts';
import { panelStyles } from '../base/panel.styles.ts';
import { SkinCell } from '../base/skin-cell.ts';
import { localeOf, term } from '../base/terms.ts';
import { isColumn, type TableColumn } from './column.ts';
import { keyed, type TableEntry } from './entries.ts';
import { isForCell, rowMove } from './rows.ts';
import { afterPress, type SelectionMode } from './selection.ts';
import { sortRows, type TableSort } from './sort.ts';
import { tableStyles } from './table.styles.ts';
import { bodyRow, type Choice, headingRow, type RowFrame } from './templates.ts';

/** Detail of `row-activate`. */
export interface RowActivation {
  readonly row: object;
}

/** Detail of `selection-change`. */
export interface TableSelection {
  readonly keys: readonly unknown[];
  readonly rows: readonly object[];
}

/**
 * Table of objects, sortable, with rows that may be activated and selected.
 *
 * Rows are told apart by `rowKey`, so a table that is updated many times a second keeps its elements, its scroll position,
 * the focus and the selection; a row that is the same object as before costs nothing. A height limit
 * (`max-block-size`) on the element makes it scroll under its headings.
 *
 * @tag skin-table
 * @fires sort-change - When the user has chosen an order; detail: the sort. Cancelable, for who sorts elsewhere.
 * @fires row-activate - When the user has clicked a row or pressed Enter on it; detail: `{ row }`.
 * @fires selection-change - When the user has selected other rows; detail: `{ keys, rows }`.
 * @csspart frame - The scrolling frame.
 * @csspart header - A heading.
 * @csspart sort - The button in a heading.
 * @csspart row - A row.
 * @csspart cell - A cell; `cell-<key>` is one of that column.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/grid/
 */
export class TableCell extends SkinCell {
  static override styles: CSSResultGroup = [SkinCell.styles, controlStyles, panelStyles, tableStyles];
  static override properties: PropertyDeclarations = {
    columns: { attribute: false },
    rows: { attribute: false },
    rowKey: { attribute: 'row-key' },
    sort: { attribute: false },
    caption: {},
    empty: {},
    activatable: { type: Boolean },
    selection: { reflect: true, useDefault: true },
    selectedKeys: { attribute: false },
    current: { state: true },
  };

  /** The columns. */
  declare columns: readonly TableColumn[];
  /** The rows. One that has changed comes as a new object; for rows changed in place, call `refresh`. */
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
  /** How many rows can be selected: by Space, checkbox, or, where they can't be activated, by click. Default `none`. */
  declare selection: SelectionMode;
  /** Keys of the selected rows. */
  declare selectedKeys: readonly unknown[];
  /** Key of the row that is in the tab order. */
  declare protected current: unknown;

  #entries: readonly TableEntry[] = [];
  #selected: ReadonlySet<unknown> = new Set();
  #currentIndex = 0;
  #hadFocus = false;
  #anchor: unknown;
  #revision = 0;

  constructor() {
    super();
    this.columns = [];
    this.rows = [];
    this.selectedKeys = [];
    this.rowKey = 'id';
    this.sort = undefined;
    this.caption = '';
    this.empty = '';
    this.activatable = false;
    this.selection = 'none';
    this.current = undefined;
  }

  /** Shows all rows anew, after they were changed in place. */
  refresh(): void {
    this.#revision += 1;
    this.requestUpdate('rows');
  }

  get #columnList(): readonly TableColumn[] {
    const { columns } = this;
    if (!Array.isArray(columns)) return [];
    // The page's own list where it can be: a new one each time would draw every row anew.
    return columns.every(isColumn) ? columns : columns.filter(isColumn);
  }

  get #isInteractive(): boolean {
    return this.activatable || this.selection !== 'none';
  }

  /** Whether all rows are selected; undefined when only some are. */
  get #all(): boolean | undefined {
    const count = this.#entries.filter(({ key }) => this.#selected.has(key)).length;
    if (count === 0) return false;
    return count === this.#entries.length ? true : undefined;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('selectedKeys'))
      this.#selected = new Set(Array.isArray(this.selectedKeys) ? (this.selectedKeys as readonly unknown[]) : []);
    if (['rows', 'sort', 'rowKey'].some((name) => changed.has(name))) {
      this.#hadFocus = this.shadowRoot?.activeElement instanceof HTMLTableRowElement;
      const entries = keyed(this.rows, this.rowKey);
      const keys = new Map(entries.map(({ key, row }) => [row, key]));
      const isPlain = keys.size < entries.length;
      // The same object twice can't be told apart by identity; such rows stay as they were given.
      this.#entries = isPlain
        ? entries
        : sortRows([...keys.keys()], this.sort, localeOf(this)).map((row) => ({ key: keys.get(row), row }));
    }
    // Exactly one row is in the tab order: the one last visited, else its neighbour while it has the focus, else the first.
    const at = this.#entries.findIndex(({ key }) => key === this.current);
    if (at >= 0) this.#currentIndex = at;
    else this.#currentIndex = this.#hadFocus ? Math.min(this.#currentIndex, this.#entries.length - 1) : 0;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (this.#hadFocus && this.shadowRoot?.activeElement === null) this.#rowAt(this.#currentIndex)?.focus();
    this.#hadFocus = false;
  }

  #rowAt(index: number): HTMLElement | undefined {
    return [...(this.renderRoot?.querySelectorAll<HTMLElement>('tbody tr[tabindex]') ?? [])][index];
  }

  #sortBy(key: string): void {
    const { sort } = this;
    const direction = sort?.key === key && sort.direction === 'ascending' ? 'descending' : 'ascending';
    const next: TableSort = { key, direction };
    if (this.emit('sort-change', next, { cancelable: true })) this.sort = next;
  }

  #activate({ row, key }: TableEntry): void {
    if (!this.activatable) return;
    this.current = key;
    this.emit<RowActivation>('row-activate', { row });
  }

  #select(keys: readonly unknown[] | undefined): void {
    if (keys === undefined) return;
    this.selectedKeys = keys;
    const chosen = new Set(keys);
    const rows = this.#entries.filter(({ key }) => chosen.has(key)).map(({ row }) => row);
    this.emit<TableSelection>('selection-change', { keys, rows });
  }

  #toggle({ key }: TableEntry, extend: boolean): void {
    const keys = this.#entries.map((entry) => entry.key);
    const press = { mode: this.selection, keys, selected: this.#selected, anchor: this.#anchor, key, extend };
    this.#anchor = key;
    this.#select(afterPress(press));
  }

  #toggleAll(): void {
    this.#select(this.#all === true ? [] : this.#entries.map(({ key }) => key));
  }

  readonly #click = (event: MouseEvent, entry: TableEntry): void => {
    const row = event.currentTarget;
    if (!(row instanceof Element) || !this.#isInteractive || isForCell(event, row)) return;
    this.current = entry.key;
    if (this.activatable) this.#activate(entry);
    else this.#toggle(entry, event.shiftKey);
  };

  #keydown(event: KeyboardEvent): void {
    if (!(event.target instanceof HTMLTableRowElement)) return;
    const move = rowMove(event, this.#currentIndex, this.#entries.length);
    const entry = this.#entries[this.#currentIndex];
    if (move === undefined || entry === undefined || (move === 'select-all' && this.selection !== 'multiple')) return;
    event.preventDefault();
    if (move === 'select-all') this.#toggleAll();
    else if (move === 'activate' || (move === 'select' && this.selection === 'none')) this.#activate(entry);
    else if (move === 'select') this.#toggle(entry, event.shiftKey);
    else this.#rowAt(move.to)?.focus();
  }

  #focusin(event: Event): void {
    if (!(event.target instanceof HTMLTableRowElement)) return;
    // At once, not with the next rendering: keys may come faster.
    this.#currentIndex = event.target.sectionRowIndex;
    this.current = this.#entries[this.#currentIndex]?.key;
  }

  #body(frame: RowFrame): unknown {
    if (this.#entries.length === 0)
      return html`<tr class="empty">
        <td colspan=${Math.max(1, frame.columns.length + (frame.choice === undefined ? 0 : 1))}>
          ${this.empty || term(this, 'noRows', 'Nothing to show')}
        </td>
      </tr>`;
    const { columns, isInteractive, isSelectable } = frame;
    return repeat(
      this.#entries,
      ({ key }) => key,
      (entry, index) => {
        const isCurrent = index === this.#currentIndex;
        const isSelected = this.#selected.has(entry.key);
        const own = [entry.row, isCurrent, isSelected];
        // A row that is as it was costs one comparison, not one per cell.
        return guard([...own, columns, isInteractive, isSelectable, this.selection, this.#revision], () =>
          bodyRow(frame, entry, isCurrent, isSelected),
        );
      },
    );
  }

  protected override render(): TemplateResult {
    const columns = this.#columnList;
    const isInteractive = this.#isInteractive;
    const choice: Choice | undefined =
      this.selection === 'multiple'
        ? {
            selectAll: term(this, 'selectAll', 'Select all rows'),
            selectRow: term(this, 'selectRow', 'Select row'),
            all: this.#all,
            onToggleAll: () => this.#toggleAll(),
            onToggle: (entry, extend) => this.#toggle(entry, extend),
          }
        : undefined;
    const frame = { columns, isInteractive, isSelectable: this.selection !== 'none', choice, onClick: this.#click };
    const name = this.caption || this.getAttribute('aria-label') || term(this, 'table', 'Table');
    return html`<div
      class="frame"
      part="frame"
      tabindex=${isInteractive ? nothing : 0}
      role="region"
      aria-label=${name}
    >
      <table
        role=${isInteractive ? 'grid' : nothing}
        aria-label=${this.caption ? nothing : name}
        aria-multiselectable=${this.selection === 'multiple' ? 'true' : nothing}
        @keydown=${this.#keydown}
        @focusin=${this.#focusin}
      >
        ${
          this.caption
            ? html`<caption>
                ${this.caption}
              </caption>`
            : nothing
        }
        <thead>
          ${headingRow(columns, this.sort, choice, (key) => this.#sortBy(key))}
        </thead>
        <tbody>
          ${this.#body(frame)}
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
    'selection-change': CustomEvent<TableSelection>;
    'sort-change': CustomEvent<TableSort>;
  }
}
