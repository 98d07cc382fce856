import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { repeat } from 'lit/directives/repeat.js';
import type { ShownColumn } from './column-state.ts';
import type { ColumnTools } from './column-tools.ts';
import type { TableQuery } from './row-list.ts';
import type { ColumnFeature } from './table-data.ts';
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
export interface HeadFrame extends TableQuery {
  readonly columns: readonly CellColumn[];
  readonly choice: Choice | undefined;
  readonly hasDetails: boolean;
  readonly say: Say;
  readonly tools: ColumnTools;
  readonly rowIndex: number | undefined;
  readonly can: (feature: ColumnFeature, column: CellColumn) => boolean;
  readonly openKey: string | undefined;
  /** The user wants rows sorted by a column, after those they are sorted by already or instead. */
  readonly onSort: (key: string, isMore: boolean) => void;
  readonly onMenu: (key: string, button: HTMLElement) => void;
}

const arrow = html`<svg class="arrow" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 19V5M6 11l6-6 6 6" /></svg>`;
const dots = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 5v.1M12 12v.1M12 19v.1" /></svg>`;
const funnel = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 5h16l-6 7v6l-4 2v-8z" /></svg>`;

/** What a column's menu is for. */
const menuFeatures = ['filterable', 'resizable', 'reorderable', 'pinnable'] as const;

const heading = (frame: HeadFrame, column: CellColumn): TemplateResult => {
  const { sort, tools, say } = frame;
  const { key, label } = column;
  const at = sort.findIndex((one) => one.key === key);
  const isSortable = frame.can('sortable', column);
  const isMovable = frame.can('reorderable', column);
  const isSizable = frame.can('resizable', column);
  const hasMenu = menuFeatures.some((feature) => frame.can(feature, column));
  const isFiltered = frame.filters.some((one) => one.key === key);
  const order = isSortable ? (sort[at]?.direction ?? 'none') : nothing;
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
              class=${hasMenu ? 'name slim' : 'name'}
              @click=${(event: MouseEvent) => frame.onSort(key, event.shiftKey || event.ctrlKey || event.metaKey)}
            >
              ${name}${arrow}${at >= 0 && sort.length > 1 ? html`<small>${at + 1}</small>` : nothing}
            </button>`
          : html`<span class="name">${name}</span>`
      }${
        hasMenu
          ? html`<button
              type="button"
              part="menu"
              class=${isFiltered ? 'menu on' : 'menu'}
              aria-label=${say('columnOptions').replace('{item}', label)}
              aria-haspopup="dialog"
              aria-expanded=${String(frame.openKey === key)}
              @pointerdown=${(event: Event) => event.stopPropagation()}
              @click=${(event: Event) => frame.onMenu(key, event.currentTarget as HTMLElement)}
            >
              ${isFiltered ? funnel : dots}
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
