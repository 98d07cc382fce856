import type { PropertyValues } from 'lit';
import { rove } from '../base/roving.ts';
import type { EditorHost, TableEdits } from './cell-editor.ts';
import { ColumnTools } from './column-tools.ts';
import { knownLocale } from './format.ts';
import { gridMove, isForCell } from './keys.ts';
import { TableFrame } from './table-frame.ts';
import type { Drawn } from './virtual.ts';

/** Table base class: the grid. Focus, keys and pointers, and the editors of cells. */
export abstract class TableGrid extends TableFrame {
  protected readonly tools: ColumnTools;
  protected edits: TableEdits | undefined;
  #row = 0;
  #rowKey: unknown;
  #column = -1;
  #stop: HTMLElement | undefined;
  #headStop: HTMLElement | undefined;
  #hadFocus = false;
  #wantsFocus = false;

  constructor() {
    super();
    this.tools = new ColumnTools({
      all: () => this.all,
      shown: () => this.shown,
      isRtl: () => this.isRtl,
      heading: (key) => this.heading(key),
      headingAt: (x, y) => this.shadowRoot?.elementFromPoint(x, y)?.closest<HTMLElement>('th[data-key]') ?? undefined,
      contentWidth: (key) => this.contentWidth(key),
      apply: (states) => (this.states = states),
      done: () => this.told(),
      changed: () => this.requestUpdate(),
    });
  }

  protected abstract told(): void;

  #editorHost(root: ShadowRoot): EditorHost {
    return {
      root,
      place: () => [this.#row, this.#column],
      count: () => this.count,
      columns: () => this.shown,
      settled: () => this.updateComplete,
      say: (word) => this.words.say(word),
      rowAt: (index) => this.rowAt(index),
      keyAt: (index) => this.keyAt(index),
      find: (key) => this.find(key),
      replace: (key, row) => this.replace(key, row),
      canEdit: (column, row) => this.canEdit(column, row),
      focusAt: (index, column) => this.focusAt(index, column),
      tell: (type, detail) => this.emit(type, detail, { cancelable: type === 'cell-edit' }),
      changed: () => this.requestUpdate(),
    };
  }

  protected get tag(): string | undefined {
    return knownLocale(this.words.locale);
  }

  protected get isRtl(): boolean {
    return this.matches(':dir(rtl)');
  }

  get #isEditable(): boolean {
    return typeof this.tendon?.edits === 'function' && this.shown.some((column) => this.canEdit(column));
  }

  protected get isGrid(): boolean {
    return this.activatable || this.selection === 'single' || this.selection === 'multiple' || this.#isEditable;
  }

  /** Whether the focus is on rows; where cells can be edited, it is on cells. */
  protected get isByRow(): boolean {
    return this.isGrid && !this.#isEditable;
  }

  /** What is drawn of the rows of this page. */
  protected drawnRows(): readonly Drawn[] {
    return this.drawn([
      this.#hasFocus ? this.#row : -1,
      this.edits?.draft === undefined ? -1 : this.indexOf(this.edits.draft.rowKey),
    ]);
  }

  get #hasFocus(): boolean {
    return Boolean(this.active?.closest('tbody'));
  }

  #elementAt(index: number, column: number): HTMLElement | undefined {
    const row = this.rowElements().find((one) => Reflect.get(one, 'at') === index);
    return column < 0 && this.isByRow ? row : row?.cells[Math.max(0, column) + this.lead];
  }

  /** Gives the focus to a row or cell, which is drawn if need be. */
  protected focusAt(index: number, column: number): void {
    if (index < 0) {
      this.#headStop?.focus();
      return;
    }
    this.#take(index, column);
    const element = this.#elementAt(index, column);
    if (element === undefined) {
      this.scrollToRow(index);
      this.#wantsFocus = true;
      this.requestUpdate();
      return;
    }
    this.#settle(element);
  }

  #settle(element: HTMLElement): void {
    this.#setStop(element);
    element.focus({ preventScroll: true });
    element.scrollIntoView({
      block: 'nearest',
      ...(!(element instanceof HTMLTableRowElement) && { inline: 'nearest' }),
    });
  }

  #take(index: number, column: number): void {
    this.#row = index;
    this.#column = column;
    this.#rowKey = this.keyAt(index);
  }

  /** Exactly one row or cell is in the tab order; the editor in its stead, while the cell has one. */
  #setStop(cell: HTMLElement | undefined): void {
    const element = cell?.matches('.edited') ? undefined : cell;
    if (this.#stop === element) return;
    if (this.#stop !== undefined) this.#stop.tabIndex = -1;
    if (element !== undefined) element.tabIndex = 0;
    this.#stop = element;
  }

  #headControls(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('thead :is(button, input)')];
  }

  /** In a grid the headings are one stop, too: arrows lead from one to the next. */
  #setHeadStop(): void {
    const all = this.#headControls();
    if (this.#headStop === undefined || !all.includes(this.#headStop)) this.#headStop = all[0];
    for (const one of all) one.tabIndex = !this.isGrid || one === this.#headStop ? 0 : -1;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    this.#hadFocus = this.#hasFocus;
    const root = this.shadowRoot;
    if (changed.has('tendon') && root !== null) this.edits = this.tendon?.edits?.(this.#editorHost(root));
    if (this.#rowKey !== undefined && this.keyAt(this.#row) === this.#rowKey) return;
    const at = this.#rowKey === undefined ? -1 : this.indexOf(this.#rowKey);
    // The row last visited, else its neighbour while it has the focus, else the first.
    this.#row = at >= 0 ? at : this.#hasFocus ? Math.max(0, Math.min(this.#row, this.count - 1)) : 0;
    this.#rowKey = this.count > 0 ? this.keyAt(this.#row) : undefined;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const element = this.count === 0 ? undefined : this.#elementAt(this.#row, this.#column);
    if (this.isGrid) this.#setStop(element);
    if (!this.isScrolled) this.#setHeadStop();
    const isLost = this.heldFocus !== null && this.active === null;
    if (isLost && this.heldFocus?.closest('thead')) this.heldFocus.focus();
    else if (element !== undefined && ((isLost && this.#hadFocus) || this.#wantsFocus)) this.#settle(element);
    this.#wantsFocus = false;
    this.edits?.rendered();
    this.fetch();
  }

  #edit(index: number, column: number, typed?: string): boolean {
    if (this.edits === undefined || column < 0) return false;
    this.#take(index, column);
    return this.edits.open(index, column, typed);
  }

  #headKey(event: KeyboardEvent, target: HTMLElement): void {
    const all = this.#headControls();
    if (!this.isGrid || event.shiftKey || event.altKey) return;
    const next = rove(event, all, target, 'horizontal');
    if (next !== undefined) next.focus();
    else if (event.key === 'ArrowDown' && this.count > 0) this.focusAt(this.#row, this.#column);
    else return;
    event.preventDefault();
  }

  protected onKeydown(event: KeyboardEvent): void {
    const { target } = event;
    if (event.defaultPrevented || !(target instanceof HTMLElement)) return;
    if (target.id === 'editor') return this.edits?.keydown(event);
    if (target.closest('thead') !== null) return this.#headKey(event, target);
    if (!this.isGrid) return;
    if (!target.matches('tr, td, th')) {
      // Out of a link or button of the cell's own, back to the cell.
      if (event.key === 'Escape') this.focusAt(this.#row, this.#column);
      return;
    }
    this.#gridKey(event);
  }

  #gridKey(event: KeyboardEvent): void {
    const [row, column] = [this.#row, this.isByRow ? this.#column : Math.max(0, this.#column)];
    const page = this.isVirtual ? Math.max(1, this.virtual.seen.end - this.virtual.seen.first - 2) : 10;
    const place = {
      row,
      column,
      rows: this.count,
      columns: this.shown.length,
      page,
      byRow: this.isByRow,
      isRtl: this.isRtl,
    };
    const move = gridMove(event, place);
    const { key } = event;
    if (move === undefined) {
      const isText = key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey && !event.isComposing;
      if (isText && this.#edit(row, column, key)) event.preventDefault();
      return;
    }
    if (move.does === 'select-all' && this.selection !== 'multiple') return;
    event.preventDefault();
    if (move.does === 'move') {
      this.focusAt(move.row, move.column);
      if (move.extends && move.row !== row && move.row >= 0) this.extendTo(move.row, row);
    } else if (move.does === 'select-all') this.toggleAll();
    else if (move.does === 'edit') this.#edit(row, column);
    else if (move.does === 'select') {
      if (this.selection !== 'none') this.toggle(row, event.shiftKey);
      else if (!this.#edit(row, column)) this.activate(row);
    } else this.#enter(event, row, column);
  }

  /** Enter: opens what there is to open. */
  #enter(event: KeyboardEvent, row: number, column: number): void {
    const hasDetails = typeof this.renderDetail === 'function';
    if (event.shiftKey && hasDetails) this.expand(row);
    else if (!this.#edit(row, column) && !this.activate(row)) {
      const inner = this.#elementAt(row, column)?.querySelector<HTMLElement>('a, button, input:not([data-does])');
      if (column >= 0 && inner) inner.focus();
      else if (hasDetails) this.expand(row);
    }
  }

  #placeOf({ target }: Event): { row: HTMLTableRowElement; index: number; column: number } | undefined {
    if (!(target instanceof Element)) return undefined;
    const row = target.closest<HTMLTableRowElement>('tr[part=row]');
    if (row === null) return undefined;
    const column = [...row.cells].findIndex((cell) => cell.contains(target)) - this.lead;
    return { row, index: Number(Reflect.get(row, 'at')), column };
  }

  protected onClick(event: MouseEvent): void {
    const place = this.#placeOf(event);
    if (place === undefined) return;
    const { row, index, column } = place;
    const does = (event.target as Element).closest<HTMLElement>('[data-does]')?.dataset['does'];
    if (does === 'select') this.toggle(index, event.shiftKey);
    else if (does === 'expand') this.expand(index);
    if (!this.isGrid || isForCell(event, row)) return;
    this.focusAt(index, this.isByRow ? -1 : column);
    const shown = this.shown[column];
    if (this.isByRow || shown === undefined || !this.canEdit(shown, this.rowAt(index)))
      if (!this.activate(index) && this.isByRow && this.selection !== 'none') this.toggle(index, event.shiftKey);
  }

  protected onDoubleClick(event: MouseEvent): void {
    const place = this.#placeOf(event);
    if (place !== undefined && !isForCell(event, place.row)) this.#edit(place.index, place.column);
  }

  protected onFocusin(event: FocusEvent): void {
    const { target } = event;
    if (!(target instanceof HTMLElement)) return;
    if (target.closest('thead') !== null) {
      this.#headStop = target;
      this.#setHeadStop();
      return;
    }
    const place = this.#placeOf(event);
    if (place === undefined || !this.isGrid) return;
    // At once, not with the next rendering: keys may come faster.
    if (target === place.row) this.#take(place.index, -1);
    else if (place.column >= 0) this.#take(place.index, place.column);
    this.#setStop(this.#elementAt(this.#row, this.#column));
  }

  protected onFocusout(event: FocusEvent): void {
    this.edits?.focusout(event);
  }

  protected onInput(): void {
    this.edits?.input();
  }
}
