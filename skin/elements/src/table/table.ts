import {
  type CSSResultGroup,
  html,
  noChange,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import { controlStyles } from '../base/control.styles.ts';
import { type EngineFailure, toEngineError } from '../base/engine.ts';
import { panelStyles } from '../base/panel.styles.ts';
import { SkinCell } from '../base/skin-cell.ts';
import { term } from '../base/terms.ts';
import { bodyRow, type BodyFrame, emptyRow, gapRow } from './body.ts';
import type { CellEdit, CellFailure } from './cell-edits.ts';
import { isActive, type TableFilter } from './filter.ts';
import { headRow } from './head.ts';
import { pager } from './pager.ts';
import type { openPanel, panelOf } from './panel.ts';
import { nextSorts, type TableSort } from './sort.ts';
import { toolStyles } from './panel.styles.ts';
import type { TableFilterChange, TableSortChange } from './table-data.ts';
import { TableGrid } from './table-grid.ts';
import type { RowActivation, TableSelection } from './table-rows.ts';
import { tableStyles } from './table.styles.ts';
import type { TableState } from './column-state.ts';
import { toolbar } from './toolbar.ts';

export type { RowActivation, TableSelection } from './table-rows.ts';

/** What is loaded when a panel is first opened. */
interface Panel {
  readonly openPanel: typeof openPanel;
  readonly panelOf: typeof panelOf;
}

/**
 * Table of objects, which can be sorted, filtered, paged, selected and edited, with columns that the user arranges; drawn
 * from a Bone if it is joined to one by `bindTable`. Of many rows only those that are seen are drawn.
 *
 * Rows are told apart by `rowKey`, so a table that is updated many times a second keeps its elements, its scroll position,
 * the focus and the selection; a row that is the same object as before costs nothing. A height limit
 * (`max-block-size`) on the element makes it scroll under its headings.
 *
 * @tag skin-table
 * @slot toolbar - Buttons above the table.
 * @fires sort-change - When the user has chosen an order; detail: `{ sort }`, a list. Cancelable, for who sorts elsewhere.
 * @fires filter-change - When the user has filtered or searched; detail: `{ filters, search }`. Cancelable.
 * @fires page-change - When the user has gone to another page; detail: `{ page }`. Cancelable.
 * @fires state-change - When the user has changed order, filters, page or columns; detail: `{ state }`, plain JSON.
 * @fires row-activate - When the user has clicked a row or pressed Enter on it; detail: `{ row }`.
 * @fires row-toggle - When the user has opened or closed a row's details; detail: `{ row, open }`.
 * @fires selection-change - When the user has selected other rows; detail: `{ keys, rows }`.
 * @fires cell-edit - When a value was entered that is accepted; detail: `{ rowKey, column, oldValue, value, row, next }`.
 * Cancelable.
 * @fires cell-save - When it has been kept; the same detail.
 * @fires cell-error - When it could not be kept and the old value is back; the same detail and `error`.
 * @fires engine-error - When the panel of a column could not be loaded; `detail.error`.
 * @fires source-error - When the source failed; detail: `{ error }`.
 * @csspart base - Around all.
 * @csspart frame - The scrolling frame.
 * @csspart header - A heading.
 * @csspart sort - The button in a heading.
 * @csspart menu - The button for a column's options.
 * @csspart grip - The edge of a heading by which it is made wider.
 * @csspart row - A row.
 * @csspart cell - A cell; `cell-<key>` is one of that column.
 * @csspart detail - A row of details.
 * @csspart editor - The control in a cell that is edited.
 * @csspart panel - The panel of a column's options.
 * @cssState virtual - Only the rows that are seen are drawn.
 * @cssState loading - Rows are on their way.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/grid/
 */
export class TableCell extends TableGrid {
  static override styles: CSSResultGroup = [SkinCell.styles, controlStyles, panelStyles, tableStyles, toolStyles];
  static override properties: PropertyDeclarations = {
    caption: {},
    empty: {},
    error: {},
    loading: { type: Boolean, reflect: true },
    searchable: { type: Boolean },
    openKey: { state: true },
    panelFailed: { state: true },
  };

  /** Visible title; also the table's accessible name. */
  declare caption: string;
  /** What is shown when there are no rows. */
  declare empty: string;
  /** What went wrong with the rows; shown above them. */
  declare error: string;
  /** Whether rows are on their way. */
  declare loading: boolean;
  /** Whether there is a field to search all columns. */
  declare searchable: boolean;
  /** Column whose panel is open; an empty text for the list of columns. */
  declare protected openKey: string | undefined;
  /** Whether the panel could not be loaded. */
  declare protected panelFailed: boolean;

  #panel: Panel | undefined;
  #version: readonly unknown[] = [];

  constructor() {
    super();
    this.caption = '';
    this.empty = '';
    this.error = '';
    this.loading = false;
    this.searchable = false;
    this.openKey = undefined;
    this.panelFailed = false;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    this.setState('loading', this.loading === true || this.isLoading);
  }

  /** Tells what the user has changed. */
  protected override told(): void {
    void this.updateComplete.then(() => this.emit<{ state: TableState }>('state-change', { state: this.state }));
  }

  #setSorts(sort: readonly TableSort[]): void {
    if (!this.emit<TableSortChange>('sort-change', { sort }, { cancelable: true })) return;
    this.sort = sort;
    this.toTop();
    this.told();
  }

  #setFilters(filters: readonly TableFilter[], search: string): void {
    if (!this.emit<TableFilterChange>('filter-change', { filters, search }, { cancelable: true })) return;
    Object.assign(this, { filters, search, page: 1 });
    this.toTop();
    this.told();
  }

  #filter(key: string, change: Partial<TableFilter>): void {
    const { filters, search } = this.query;
    const next = { ...filters.find((one) => one.key === key), ...change, key };
    const kept = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== undefined && value !== ''));
    this.#setFilters(
      // Its key is always among what was kept.
      [...filters.filter((one) => one.key !== key), kept as unknown as TableFilter].filter(isActive),
      search,
    );
  }

  #clear(): void {
    this.#setFilters([], '');
    void this.updateComplete.then(() =>
      this.renderRoot.querySelector<HTMLElement>('[type=search], th button')?.focus(),
    );
  }

  #goTo(page: number): void {
    if (!this.emit('page-change', { page }, { cancelable: true })) return;
    this.page = page;
    this.toTop();
    this.told();
  }

  async #openPanel(key: string, button: HTMLElement): Promise<void> {
    const panel = this.renderRoot.querySelector<HTMLElement>('#panel');
    if (panel === null) return;
    if (this.openKey === key) return panel.hidePopover();
    try {
      this.#panel = await import('./panel.ts');
      this.panelFailed = false;
    } catch (error) {
      this.panelFailed = true;
      this.emit<EngineFailure>('engine-error', { error: toEngineError('skin-table', error) });
      return;
    }
    this.openKey = key;
    await this.updateComplete;
    if (this.isConnected) this.#panel.openPanel(panel, button);
    else this.openKey = undefined;
    panel.querySelector<HTMLElement>('button, input')?.focus();
  }

  #inPanel(key: string): unknown {
    const { all, shown, query, tools } = this;
    return this.#panel?.panelOf({
      html,
      nothing,
      live,
      key,
      all,
      shown,
      query,
      tools,
      term: (name, english) => term(this, name, english),
      can: (feature, column) => this.can(feature, column),
      onSort: (sort) => this.#setSorts(sort),
      onFilter: (of, change) => this.#filter(of, change),
      onHide: (of) => {
        this.renderRoot.querySelector<HTMLElement>('#panel')?.hidePopover();
        tools.hide(of, true);
      },
    });
  }

  #toolbar(): TemplateResult {
    const { caption, isFiltered } = this;
    const { filters, search } = this.query;
    const given = String(this.search);
    return toolbar({
      caption,
      isFiltered,
      // As it is typed, with its spaces.
      search: this.searchable ? (search === given.trim() ? given : search) : undefined,
      hasColumns: this.all.some((one) => this.can('hideable', one)),
      isOpen: this.openKey === '',
      say: this.words.say,
      onClear: () => this.#clear(),
      onSearch: (words) => this.#setFilters(filters, words),
      onColumns: (button) => void this.#openPanel('', button),
    });
  }

  #body(frame: BodyFrame, isPart: boolean): unknown {
    const { offset, words, isFiltered } = this;
    if (this.count === 0) {
      const { say } = words;
      const isLoading = this.loading === true || this.isLoading;
      const none = isFiltered ? say('noMatches') : this.empty || say('noRows');
      return emptyRow(
        frame,
        isLoading,
        this.sourceError !== undefined || this.error ? '–' : isLoading ? say('loading') : none,
      );
    }
    const drawn = this.drawnRows();
    return repeat(
      drawn,
      (one, at) => ('gap' in one ? `gap ${at}` : this.slotOf(one.row)),
      (one) => {
        if ('gap' in one) return gapRow(frame, one.gap);
        const { row: index } = one;
        const key = this.keyAt(index);
        return bodyRow(frame, {
          key,
          index,
          row: this.rowAt(index),
          rowIndex: isPart ? offset + index + 2 : undefined,
          isSelected: this.selected.has(key),
          isOpen: this.expanded.has(key),
        });
      },
    );
  }

  #head({ columns, hasChoice, details, say }: BodyFrame, isPart: boolean): TemplateResult {
    return headRow({
      ...this.query,
      columns,
      choice: hasChoice ? { all: this.allSelected, onToggleAll: () => this.toggleAll() } : undefined,
      hasDetails: details !== undefined,
      say,
      tools: this.tools,
      rowIndex: isPart ? 1 : undefined,
      can: (feature, column) => this.can(feature, column),
      openKey: this.openKey,
      onSort: (key, isMore) => this.#setSorts(nextSorts(this.query.sort, key, isMore)),
      onMenu: (key, button) => void this.#openPanel(key, button),
    });
  }

  /** The same object as before, until all rows are to be drawn anew. */
  #versionOf(parts: readonly unknown[]): readonly unknown[] {
    if (parts.length !== this.#version.length || parts.some((part, at) => part !== this.#version[at]))
      this.#version = parts;
    return this.#version;
  }

  protected override render(): TemplateResult {
    const { words, isGrid, lead } = this;
    const { say, locale } = words;
    const columns = this.cellColumns();
    const hasChoice = this.selection === 'multiple';
    const details = typeof this.renderDetail === 'function' ? this.renderDetail : undefined;
    const isPart = this.isVirtual || this.perPage > 0 || this.isRemote;
    const isAll = this.shown.length === this.all.length;
    const unlessScrolled = (draw: () => unknown): unknown => (this.isScrolled ? noChange : draw());
    const name = this.caption || this.getAttribute('aria-label') || say('table');
    const isSelectable = this.selection === 'single' || hasChoice;
    const parts = [columns, isGrid, this.isByRow, isSelectable, details, locale, this.revision, this.editable];
    const frame: BodyFrame = {
      columns,
      isGrid,
      byRow: this.isByRow,
      isSelectable,
      hasChoice,
      details,
      version: this.#versionOf(parts),
      edits: this.edits,
      say,
      wording: this.wording,
      canEdit: (column, row) => this.canEdit(column, row),
      lead,
    };
    const failed = this.sourceError === undefined && !this.panelFailed ? this.error : say('loadFailed');
    const { length } = this.list;
    return html`<div class=${this.room > 0 && this.room < 544 ? 'base narrow' : 'base'} part="base">
      ${unlessScrolled(() => this.#toolbar())}
      ${
        failed
          ? html`<div class="failed" role="alert">
              ${failed}${this.isRemote && !this.panelFailed ? html` <button type="button" class="tool" @click=${() => this.retry()}>${say('retry')}</button>` : nothing}
            </div>`
          : nothing
      }
      <div
        class="frame"
        part="frame"
        tabindex=${isGrid ? nothing : 0}
        role="region"
        aria-label=${name}
        @scroll=${this.onScroll}
        @scrollend=${this.onScrollend}
      >
        <table
          role=${isGrid ? 'grid' : nothing}
          class=${this.isSized ? 'sized' : this.isMeasuring ? 'natural' : ''}
          .style=${this.tableWidth()}
          aria-labelledby=${this.caption ? 'caption' : nothing}
          aria-label=${this.caption ? nothing : name}
          aria-multiselectable=${hasChoice ? 'true' : nothing}
          aria-rowcount=${isPart ? (this.isLoading ? -1 : length + 1) : nothing}
          aria-colcount=${isAll ? nothing : this.all.length + lead}
          aria-busy=${this.loading === true || this.isLoading ? 'true' : nothing}
          @keydown=${this.onKeydown}
          @click=${this.onClick}
          @dblclick=${this.onDoubleClick}
          @focusin=${this.onFocusin}
          @focusout=${this.onFocusout}
          @input=${this.onInput}
        >
          ${unlessScrolled(() => this.colgroup())}
          <thead>
            ${unlessScrolled(() => this.#head(frame, isPart))}
          </thead>
          <tbody>
            ${this.#body(frame, isPart)}
          </tbody>
        </table>
      </div>
      ${
        this.perPage > 0
          ? pager({
              page: this.pageNow,
              pages: this.pages,
              first: this.offset + 1,
              last: this.offset + this.count,
              all: length,
              ...words,
              onPage: (page) => this.#goTo(page),
            })
          : nothing
      }
      <div role="status" class="unseen">
        ${this.isFiltered ? say('rowsFound').replace('#', length.toLocaleString(this.tag)) : nothing}
      </div>
      <div
        id="panel"
        popover
        part="panel"
        role="dialog"
        aria-label=${this.openKey ? say('columnOptions').replace('{item}', this.openKey) : say('columns')}
        @toggle=${(event: ToggleEvent) => event.newState === 'closed' && (this.openKey = undefined)}
      >
        ${this.openKey === undefined ? nothing : this.#inPanel(this.openKey)}
      </div>
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
    'sort-change': CustomEvent<TableSortChange>;
    'filter-change': CustomEvent<TableFilterChange>;
    'cell-edit': CustomEvent<CellEdit>;
    'cell-save': CustomEvent<CellEdit>;
    'cell-error': CustomEvent<CellFailure>;
  }
}
