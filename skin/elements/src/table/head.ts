import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import type { ShownColumn } from './column-state.ts';
import type { ColumnTools } from './column-tools.ts';
import type { TableSort } from './sort.ts';
import type { Say } from './words.ts';

/** A column as its cells are drawn. */
export interface CellColumn extends ShownColumn {
  readonly part: string;
  readonly className: string;
  readonly style: string;
  /** Its place among all columns, where some of them are hidden. */
  readonly place: number | undefined;
}

/** Column of checkboxes, where several rows can be selected. */
export interface Choice {
  /** Whether all rows are selected; undefined when only some are. */
  readonly all: boolean | undefined;
  readonly onToggleAll: () => void;
}

/** What the headings need. */
export interface HeadFrame {
  readonly columns: readonly CellColumn[];
  readonly sorts: readonly TableSort[];
  readonly choice: Choice | undefined;
  readonly hasDetails: boolean;
  readonly say: Say;
  readonly tools: ColumnTools;
  readonly rowIndex: number | undefined;
  readonly can: (feature: 'sortable' | 'resizable' | 'reorderable', column: CellColumn) => boolean;
  readonly hasMenu: (column: CellColumn) => boolean;
  readonly isFiltered: (column: CellColumn) => boolean;
  readonly openKey: string | undefined;
  readonly onSort: (key: string, event: MouseEvent) => void;
  readonly onMenu: (key: string, button: HTMLElement) => void;
}

const arrow = html`<svg class="arrow" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 19V5M6 11l6-6 6 6" /></svg>`;
const dots = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 5v.1M12 12v.1M12 19v.1" /></svg>`;
const funnel = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 5h16l-6 7v6l-4 2v-8z" /></svg>`;

const heading = (frame: HeadFrame, column: CellColumn): TemplateResult => {
  const { sorts, tools, say } = frame;
  const { key, label } = column;
  const at = sorts.findIndex((one) => one.key === key);
  const isSortable = frame.can('sortable', column);
  const isMovable = frame.can('reorderable', column);
  const isSizable = frame.can('resizable', column);
  const order = isSortable ? (sorts[at]?.direction ?? 'none') : nothing;
  const name = html`<span class="label">${label}</span>`;
  const drop = tools.drag?.to === key && tools.drag.key !== key ? (tools.drag.isAfter ? ' drop-after' : ' drop') : '';
  return html`<th
    scope="col"
    part="header"
    data-key=${key}
    class="${column.className}${drop}${tools.drag?.key === key ? ' dragged' : ''}"
    .style=${column.style}
    aria-sort=${order}
    aria-colindex=${column.place ?? nothing}
    @pointerdown=${isMovable ? (event: PointerEvent) => tools.take(event, key) : nothing}
    @keydown=${(event: KeyboardEvent) => tools.key(event, key, { move: isMovable, size: isSizable })}
  >
    <div class="head">
      ${
        isSortable
          ? html`<button
              type="button"
              part="sort"
              class=${frame.hasMenu(column) ? 'name slim' : 'name'}
              @click=${(event: MouseEvent) => frame.onSort(key, event)}
            >
              ${name}${arrow}${at >= 0 && sorts.length > 1 ? html`<small>${at + 1}</small>` : nothing}
            </button>`
          : html`<span class="name">${name}</span>`
      }${
        frame.hasMenu(column)
          ? html`<button
              type="button"
              part="menu"
              class=${frame.isFiltered(column) ? 'menu on' : 'menu'}
              aria-label=${say('columnOptions').replace('{item}', label)}
              aria-haspopup="dialog"
              aria-expanded=${String(frame.openKey === key)}
              @pointerdown=${(event: Event) => event.stopPropagation()}
              @click=${(event: Event) => frame.onMenu(key, event.currentTarget as HTMLElement)}
            >
              ${frame.isFiltered(column) ? funnel : dots}
            </button>`
          : nothing
      }
    </div>
    ${
      isSizable
        ? html`<span
            class="grip"
            part="grip"
            @pointerdown=${(event: PointerEvent) => tools.grip(event, key)}
            @dblclick=${() => tools.fit(key)}
          ></span>`
        : nothing
    }
  </th>`;
};

/** The row of headings. */
export const headRow = (frame: HeadFrame): TemplateResult => {
  const { choice, columns, say } = frame;
  return html`<tr aria-rowindex=${frame.rowIndex ?? nothing}>
    ${
      choice === undefined
        ? nothing
        : html`<th scope="col" class="choice pin">
            <label
              ><input
                type="checkbox"
                aria-label=${say('selectAll')}
                .checked=${live(choice.all === true)}
                .indeterminate=${live(choice.all === undefined)}
                @change=${choice.onToggleAll}
            /></label>
          </th>`
    }
    ${frame.hasDetails ? html`<td class="choice pin"></td>` : nothing}
    ${repeat(
      columns,
      ({ key }) => key,
      (column) => heading(frame, column),
    )}
  </tr>`;
};
