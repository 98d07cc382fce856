import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { cellText, type TableColumn } from './column.ts';
import type { TableEntry } from './entries.ts';
import type { TableSort } from './sort.ts';

/** Column of checkboxes, where several rows can be selected. */
export interface Choice {
  readonly selectAll: string;
  readonly selectRow: string;
  /** Whether all rows are selected; undefined when only some are. */
  readonly all: boolean | undefined;
  readonly onToggleAll: () => void;
  readonly onToggle: (entry: TableEntry, extend: boolean) => void;
}

const arrow = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 19V5M6 11l6-6 6 6" /></svg>`;

/** The row of headings. */
export const headingRow = (
  columns: readonly TableColumn[],
  sort: TableSort | undefined,
  choice: Choice | undefined,
  onSort: (key: string) => void,
): TemplateResult =>
  html`<tr>
    ${
      choice === undefined
        ? nothing
        : html`<th scope="col" class="choice">
            <label
              ><input
                type="checkbox"
                aria-label=${choice.selectAll}
                .checked=${live(choice.all === true)}
                .indeterminate=${live(choice.all === undefined)}
                @change=${choice.onToggleAll}
            /></label>
          </th>`
    }
    ${columns.map(({ key, label, align, sortable }) => {
      const order = sortable === true ? (sort?.key === key ? sort.direction : 'none') : nothing;
      const content =
        sortable === true
          ? html`<button type="button" part="sort" @click=${() => onSort(key)}>${label}${arrow}</button>`
          : html`<span>${label}</span>`;
      return html`<th scope="col" part="header" class=${align ?? ''} aria-sort=${order}>${content}</th>`;
    })}
  </tr>`;

/** What the rows share. */
export interface RowFrame {
  readonly columns: readonly TableColumn[];
  /** Whether rows take the focus. */
  readonly isInteractive: boolean;
  readonly isSelectable: boolean;
  readonly choice: Choice | undefined;
  readonly onClick: (event: MouseEvent, entry: TableEntry) => void;
}

/** A row of values. */
export const bodyRow = (
  frame: RowFrame,
  entry: TableEntry,
  isCurrent: boolean,
  isSelected: boolean,
): TemplateResult => {
  const { columns, isInteractive, choice } = frame;
  const role = isInteractive ? 'gridcell' : nothing;
  return html`<tr
    part="row"
    class=${isInteractive ? 'active' : ''}
    tabindex=${isInteractive ? (isCurrent ? 0 : -1) : nothing}
    aria-selected=${frame.isSelectable ? String(isSelected) : nothing}
    @click=${(event: MouseEvent) => frame.onClick(event, entry)}
  >
    ${
      choice === undefined
        ? nothing
        : html`<td class="choice" role=${role}>
            <label
              ><input
                type="checkbox"
                tabindex="-1"
                aria-label=${choice.selectRow}
                .checked=${live(isSelected)}
                @click=${(event: MouseEvent) => choice.onToggle(entry, event.shiftKey)}
            /></label>
          </td>`
    }
    ${columns.map((column) => {
      const text = cellText(column, entry.row);
      const part = `cell cell-${column.key}`;
      return column.rowHeader === true
        ? html`<th scope="row" part=${part} class=${column.align ?? ''}>${text}</th>`
        : html`<td part=${part} role=${role} class=${column.align ?? ''}>${text}</td>`;
    })}
  </tr>`;
};
