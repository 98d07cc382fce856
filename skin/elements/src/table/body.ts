import { html, nothing, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import { live } from 'lit/directives/live.js';
import type { TableEdits } from './cell-editor.ts';
import type { CellMark, Draft } from './cell-edits.ts';
import { valueAt } from './column.ts';
import { cellText, type Wording } from './format.ts';
import type { CellColumn } from './head.ts';
import type { Say } from './words.ts';

/** What the rows share. */
export interface BodyFrame {
  readonly columns: readonly CellColumn[];
  /** Whether the focus can go into it. */
  readonly isGrid: boolean;
  /** Whether rows take the focus, else their cells. */
  readonly byRow: boolean;
  readonly isSelectable: boolean;
  readonly hasChoice: boolean;
  /** What a row can show below it. */
  readonly details: ((row: object) => unknown) | undefined;
  /** Changes once all rows are to be drawn anew. */
  readonly version: unknown;
  readonly edits: TableEdits | undefined;
  readonly say: Say;
  readonly wording: Wording;
  readonly canEdit: (column: CellColumn, row: object) => boolean;
  /** Columns that stand before those of the page. */
  readonly lead: number;
}

/** A row, and how it stands. */
export interface BodyRow {
  readonly key: unknown;
  readonly index: number;
  /** Undefined while it is on its way. */
  readonly row: object | undefined;
  readonly rowIndex: number | undefined;
  readonly isSelected: boolean;
  readonly isOpen: boolean;
}

const markOf = ({ isSaving, message }: CellMark, say: Say): TemplateResult =>
  isSaving
    ? html`<span class="mark wait" role="img" aria-label=${say('saving')}></span>`
    : html`<span class="mark" role="img" aria-label=${message} title=${message}>!</span>`;

/** Longest text that is drawn in a cell, in characters: a browser takes seconds to lay out megabytes. */
const longest = 10_000;

const textIn = ({ wording }: BodyFrame, { column }: CellColumn, row: object): string => {
  const text = cellText(column, row, wording);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
};

const content = (frame: BodyFrame, column: CellColumn, row: object): unknown => {
  const { render } = column.column;
  if (typeof render !== 'function') return textIn(frame, column, row);
  try {
    return render(valueAt(row, column.column), row);
  } catch {
    return textIn(frame, column, row);
  }
};

const cell = (
  frame: BodyFrame,
  column: CellColumn,
  row: object,
  draft: Draft | undefined,
  mark: CellMark | undefined,
): TemplateResult => {
  const { isGrid, byRow, say } = frame;
  const isEdited = draft?.column.key === column.key;
  const inner = isEdited
    ? frame.edits?.render()
    : mark === undefined
      ? content(frame, column, row)
      : html`${content(frame, column, row)}${markOf(mark, say)}`;
  const tab = isGrid ? -1 : nothing;
  const index = column.place ?? nothing;
  const readonly_ = isGrid && !byRow && !frame.canEdit(column, row) ? 'true' : nothing;
  const wrong = mark?.isSaving === false ? 'true' : nothing;
  const className = isEdited ? `${column.className} edited` : column.className;
  // Without spaces around the value, which a formatter would add: a cell's text is read by scripts, too.
  // oxfmt-ignore
  return column.column.rowHeader === true
    ? html`<th scope="row" part=${column.part} class=${className} .style=${column.style} tabindex=${tab} aria-colindex=${index} aria-readonly=${readonly_} aria-invalid=${wrong}>${inner}</th>`
    : html`<td role=${isGrid ? 'gridcell' : nothing} part=${column.part} class=${className} .style=${column.style} tabindex=${tab} aria-colindex=${index} aria-readonly=${readonly_} aria-invalid=${wrong}>${inner}</td>`;
};

const cells = (frame: BodyFrame, one: BodyRow, draft: Draft | undefined): TemplateResult => {
  const { columns, say, edits, details } = frame;
  const { row, key, isSelected, isOpen } = one;
  const role = frame.isGrid ? 'gridcell' : nothing;
  const marks = edits?.marks(key);
  return html`${
    frame.hasChoice
      ? html`<td class="choice pin" role=${role}>
          <label
            ><input
              type="checkbox"
              tabindex="-1"
              data-does="select"
              ?disabled=${row === undefined}
              aria-label=${say('selectRow')}
              .checked=${live(isSelected)}
          /></label>
        </td>`
      : nothing
  }${
    details === undefined
      ? nothing
      : html`<td class="choice pin" role=${role}>
          <button
            type="button"
            class="expand"
            data-does="expand"
            aria-label=${say('details')}
            aria-expanded=${String(isOpen)}
          >
            <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M9 6l6 6-6 6" /></svg>
          </button>
        </td>`
  }${columns.map((column) =>
    row === undefined
      ? html`<td role=${role} class=${column.className} .style=${column.style}><span class="ghost"></span></td>`
      : cell(frame, column, row, draft, marks?.get(column.key)),
  )}`;
};

const widthOf = ({ columns, lead }: BodyFrame): number => Math.max(1, columns.length + lead);

const detail = (frame: BodyFrame, row: object): TemplateResult => {
  let inner: unknown;
  try {
    inner = frame.details?.(row);
  } catch (error) {
    console.error('skin-table: the details failed.', error);
  }
  return html`<tr class="detail" part="detail">
    <td role=${frame.isGrid ? 'gridcell' : nothing} colspan=${widthOf(frame)}>${inner}</td>
  </tr>`;
};

/** A row of values, and below it its details. A row that is as it was costs one comparison, not one per cell. */
export const bodyRow = (frame: BodyFrame, one: BodyRow): TemplateResult => {
  const { key, row, isSelected, isOpen } = one;
  const draft = frame.edits?.draft?.rowKey === key ? frame.edits?.draft : undefined;
  const marks = frame.edits?.marks(key);
  return html`<tr
      part="row"
      class=${frame.isGrid ? 'active' : ''}
      .at=${one.index}
      tabindex=${frame.byRow ? -1 : nothing}
      aria-rowindex=${one.rowIndex ?? nothing}
      aria-selected=${frame.isSelectable ? String(isSelected) : nothing}
      aria-busy=${row === undefined ? 'true' : nothing}
    >
      ${guard([row, isSelected, isOpen, draft, marks, frame.version], () => cells(frame, one, draft))}
    </tr>
    ${isOpen && row !== undefined ? detail(frame, row) : nothing}`;
};

/** The room of rows that are not drawn. */
export const gapRow = (frame: BodyFrame, height: number): TemplateResult =>
  html`<tr class="gap" aria-hidden="true">
    <td colspan=${widthOf(frame)} .style=${`block-size:${height}px`}></td>
  </tr>`;

/** What stands instead of rows. */
export const emptyRow = (frame: BodyFrame, isLoading: boolean, text: string): TemplateResult =>
  html`<tr class="empty">
    <td colspan=${widthOf(frame)} role=${frame.isGrid ? 'gridcell' : nothing}>
      ${isLoading ? html`<span class="wait"></span>` : nothing}${text}
    </td>
  </tr>`;
