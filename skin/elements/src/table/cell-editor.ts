import { CellEdits, type CellMark, type Draft, type EditHost, type SaveCell } from './cell-edits.ts';
import type { ShownColumn } from './column-state.ts';
import { editor } from './editor.ts';
import { editorStyles } from './editor.styles.ts';

/** Rows that are looked at for the next cell that can be edited. */
const farthest = 50;

/** The grid, as the editors in its cells see it. */
export interface EditorHost extends EditHost {
  readonly root: ShadowRoot;
  /** Where the focus is. */
  place(): readonly [row: number, column: number];
  count(): number;
  columns(): readonly ShownColumn[];
  /** Resolves once it has been drawn. */
  settled(): Promise<unknown>;
  rowAt(index: number): object | undefined;
  keyAt(index: number): unknown;
  canEdit(column: ShownColumn, row: object): boolean;
  focusAt(index: number, column: number): void;
}

/** The editors of a table, as the table sees them. */
export interface TableEdits {
  /** The editor that is open. */
  readonly draft: Draft | undefined;
  /** What is to be said of a row's cells: another map once that has changed. */
  marks(rowKey: unknown): ReadonlyMap<string, CellMark> | undefined;
  render(): unknown;
  /** Called after each rendering. */
  rendered(): void;
  /** Opens the editor of a cell, if it can be edited. */
  open(index: number, column: number, typed?: string): boolean;
  keydown(event: KeyboardEvent): void;
  focusout(event: FocusEvent): void;
  input(): void;
}

type Control = HTMLInputElement | HTMLSelectElement;

const enteredIn = (control: Control): string =>
  control instanceof HTMLInputElement && control.type === 'checkbox' ? String(control.checked) : control.value;

/** The editors in the cells of a grid: when they open and close, and what keys do in them. */
export class CellEditor implements TableEdits {
  readonly #host: EditorHost;
  readonly #edits: CellEdits;
  #open: string | undefined;

  constructor(shape: unknown, save: SaveCell | undefined, host: EditorHost) {
    this.#host = host;
    this.#edits = new CellEdits(shape, save, host);
  }

  get draft(): Draft | undefined {
    return this.#edits.draft;
  }

  get #control(): Control | null {
    return this.#host.root.querySelector<Control>('#editor');
  }

  marks(rowKey: unknown): ReadonlyMap<string, CellMark> | undefined {
    return this.#edits.marks(rowKey);
  }

  render(): unknown {
    return this.draft === undefined ? undefined : editor(this.draft, this.#host.say);
  }

  rendered(): void {
    const { draft } = this;
    const control = this.#control;
    if (draft === undefined || control === null) {
      this.#open = undefined;
      return;
    }
    const { root } = this.#host;
    const sheet = editorStyles.styleSheet;
    if (sheet !== undefined && !root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
    const open = `${this.#host.place()[0]} ${draft.column.key} ${draft.error}`;
    const isNew = this.#open === undefined;
    if (this.#open === open || (!isNew && draft.error === '')) return;
    this.#open = open;
    control.focus();
    if (isNew && !draft.isTyped && control instanceof HTMLInputElement) control.select();
  }

  open(index: number, column: number, typed?: string): boolean {
    const shown = this.#host.columns()[column];
    const row = this.#host.rowAt(index);
    if (shown === undefined || row === undefined || !this.#host.canEdit(shown, row)) return false;
    const { type = 'text' } = shown.column;
    const takes = type === 'text' || (type === 'number' && /[\d.,-]/.test(typed ?? ''));
    this.#edits.open(this.#host.keyAt(index), shown.column, takes ? typed : undefined);
    return true;
  }

  async #commit(): Promise<boolean> {
    const control = this.#control;
    if (control === null) return true;
    this.#edits.type(enteredIn(control));
    return this.#edits.commit(control.validity.valid ? '' : control.validationMessage);
  }

  /** The next cell that can be edited, or the one before. */
  #next(by: 1 | -1): readonly [row: number, column: number] | undefined {
    const [fromRow, fromColumn] = this.#host.place();
    const columns = this.#host.columns();
    const width = columns.length;
    for (let step = 1; step < farthest * width; step += 1) {
      const at = fromRow * width + fromColumn + step * by;
      const [row, column] = [Math.floor(at / width), ((at % width) + width) % width];
      const [found, shown] = [this.#host.rowAt(row), columns[column]];
      if (row < 0 || row >= this.#host.count()) return undefined;
      if (found !== undefined && shown !== undefined && this.#host.canEdit(shown, found)) return [row, column];
    }
    return undefined;
  }

  async #goOn(by: 1 | -1): Promise<void> {
    const next = (await this.#commit()) ? this.#next(by) : undefined;
    if (next === undefined) return;
    await this.#host.settled();
    this.#host.focusAt(...next);
    this.open(...next);
  }

  keydown(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === 'Escape') this.#edits.cancel();
    else if (event.key === 'Enter') void this.#commit();
    else if (event.key === 'Tab') void this.#goOn(event.shiftKey ? -1 : 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  focusout({ target, relatedTarget }: FocusEvent): void {
    if (!(target instanceof HTMLElement) || target !== this.#control || !document.hasFocus()) return;
    if (relatedTarget instanceof Node && target.closest('td, th')?.contains(relatedTarget) === true) return;
    // Left by the pointer: what was entered is taken if it is accepted, and else stays with what is wrong.
    queueMicrotask(() => target.isConnected && void this.#commit());
  }

  input(): void {
    const control = this.#control;
    if (control !== null) this.#edits.type(enteredIn(control));
  }
}
