import { type TableColumn, valueAt } from './column.ts';
import { findFault, fromEntered, toEntered, withValue } from './entered.ts';
import type { Say } from './words.ts';

/** Detail of `cell-edit` and `cell-save`: a cell and what became of it. */
export interface CellEdit {
  readonly rowKey: unknown;
  /** Key of the column. */
  readonly column: string;
  readonly oldValue: unknown;
  readonly value: unknown;
  /** The row as it was. */
  readonly row: object;
  /** A copy of it with the new value. */
  readonly next: object;
}

/** Detail of `cell-error`. */
export interface CellFailure extends CellEdit {
  readonly error: unknown;
}

/** Keeps an edit elsewhere. It may give the row as it was kept; when it throws, the cell has its old value again. */
export type SaveCell = (edit: CellEdit, options: { readonly signal: AbortSignal }) => unknown;

/** An editor that is open. */
export interface Draft {
  readonly rowKey: unknown;
  readonly column: TableColumn;
  /** What it began with. */
  readonly start: string;
  readonly text: string;
  readonly error: string;
  /** Whether the value is being checked. */
  readonly isBusy: boolean;
  /** Whether it began with a letter that was typed, so that nothing is selected. */
  readonly isTyped: boolean;
}

/** What is to be said of a cell that was edited. */
export interface CellMark {
  readonly isSaving: boolean;
  readonly message: string;
  /** What was entered, for the next attempt. */
  readonly text: string;
  readonly base: unknown;
  readonly abort: AbortController;
}

/** The table, as its edits see it. */
export interface EditHost {
  find(rowKey: unknown): object | undefined;
  replace(rowKey: unknown, row: object): void;
  /** Tells of an edit; false when the page wants none of it. */
  tell(type: 'cell-edit' | 'cell-save' | 'cell-error', detail: CellEdit): boolean;
  changed(): void;
  readonly say: Say;
}

/** The edits of a table's cells: the one that is open, and those on their way. */
export class CellEdits {
  readonly #shape: unknown;
  readonly #save: SaveCell | undefined;
  readonly #host: EditHost;
  readonly #marks = new Map<unknown, Map<string, CellMark>>();
  draft: Draft | undefined;

  constructor(shape: unknown, save: SaveCell | undefined, host: EditHost) {
    this.#shape = shape;
    this.#save = save;
    this.#host = host;
  }

  /** What is to be said of a row's cells: another map once that has changed. */
  marks(rowKey: unknown): ReadonlyMap<string, CellMark> | undefined {
    return this.#marks.get(rowKey);
  }

  #mark(rowKey: unknown, column: string): CellMark | undefined {
    return this.#marks.get(rowKey)?.get(column);
  }

  #set(rowKey: unknown, column: string, mark: CellMark | undefined): void {
    const marks = new Map(this.#marks.get(rowKey));
    if (mark === undefined) marks.delete(column);
    else marks.set(column, mark);
    if (marks.size === 0) this.#marks.delete(rowKey);
    else this.#marks.set(rowKey, marks);
    this.#host.changed();
  }

  /** Opens an editor, with a letter that was typed or with what stands there. */
  open(rowKey: unknown, column: TableColumn, typed?: string): void {
    const row = this.#host.find(rowKey);
    if (row === undefined) return;
    const start = toEntered(column, valueAt(row, column));
    const failed = this.#mark(rowKey, column.key);
    const text = typed ?? (failed?.isSaving === false ? failed.text : start);
    const error = typed === undefined && failed?.isSaving === false ? failed.message : '';
    this.draft = { rowKey, column, start, text, error, isBusy: false, isTyped: typed !== undefined };
    this.#host.changed();
  }

  /** Takes what is typed. */
  type(text: string): void {
    if (this.draft !== undefined) this.draft = { ...this.draft, text };
  }

  /** Leaves the editor, and the value as it was. */
  cancel(): void {
    if (this.draft !== undefined) this.#set(this.draft.rowKey, this.draft.column.key, undefined);
    this.draft = undefined;
    this.#host.changed();
  }

  #refuse(draft: Draft, error: string): false {
    this.draft = { ...draft, error: error || this.#host.say('badValue'), isBusy: false };
    this.#host.changed();
    return false;
  }

  /** Takes the value that was entered, if it is accepted; gives whether the editor has closed. */
  async commit(fault: string): Promise<boolean> {
    const { draft } = this;
    if (draft === undefined) return true;
    if (draft.isBusy) return false;
    const { rowKey, column, text } = draft;
    const row = this.#host.find(rowKey);
    if (row === undefined || (text === draft.start && this.#mark(rowKey, column.key) === undefined)) {
      this.draft = undefined;
      this.#host.changed();
      return true;
    }
    if (fault !== '') return this.#refuse(draft, fault);
    const oldValue = valueAt(row, column);
    const value = fromEntered(column, text, oldValue);
    const next = withValue(row, column, value);
    const busy = (this.draft = { ...draft, error: '', isBusy: true });
    let wrong: string | undefined;
    try {
      wrong = await findFault(this.#shape, column, row, next);
    } catch {
      wrong = '';
    }
    // Given up while it was being checked.
    if (this.draft !== busy) return false;
    if (wrong !== undefined) return this.#refuse(busy, wrong);
    this.draft = undefined;
    this.#apply(column, { rowKey, column: column.key, oldValue, value, row, next }, text);
    return true;
  }

  #apply(column: TableColumn, edit: CellEdit, text: string): void {
    const { rowKey } = edit;
    if (!this.#host.tell('cell-edit', edit)) {
      this.#set(rowKey, edit.column, undefined);
      return;
    }
    const before = this.#mark(rowKey, edit.column);
    before?.abort.abort();
    this.#host.replace(rowKey, edit.next);
    if (typeof this.#save !== 'function') {
      this.#set(rowKey, edit.column, undefined);
      this.#host.tell('cell-save', edit);
      return;
    }
    const base = before?.isSaving === true ? before.base : edit.oldValue;
    const mark: CellMark = { isSaving: true, message: '', text, base, abort: new AbortController() };
    this.#set(rowKey, edit.column, mark);
    void this.#keep(column, edit, mark);
  }

  async #keep(column: TableColumn, edit: CellEdit, mark: CellMark): Promise<void> {
    const { rowKey } = edit;
    const { signal } = mark.abort;
    try {
      const kept = await this.#save?.(edit, { signal });
      if (signal.aborted) return;
      if (typeof kept === 'object' && kept !== null) this.#host.replace(rowKey, kept);
      this.#set(rowKey, edit.column, undefined);
      this.#host.tell('cell-save', edit);
    } catch (error) {
      if (signal.aborted) return;
      // The row may have changed since, elsewhere: only this cell goes back, and only where it still is what was entered.
      const row = this.#host.find(rowKey);
      if (row !== undefined && Object.is(valueAt(row, column), edit.value))
        this.#host.replace(rowKey, withValue(row, column, mark.base));
      const { publicMessage } = Object(error) as { readonly publicMessage?: unknown };
      const message = typeof publicMessage === 'string' ? publicMessage : this.#host.say('notSaved');
      this.#set(rowKey, edit.column, { ...mark, isSaving: false, message });
      const failure: CellFailure = { ...edit, error };
      this.#host.tell('cell-error', failure);
    }
  }
}
