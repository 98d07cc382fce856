import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Say } from './words.ts';

/** What stands above the rows. */
export interface Toolbar {
  readonly caption: string;
  readonly isFiltered: boolean;
  /** Words that are searched for; undefined where there is no field for them. */
  readonly search: string | undefined;
  readonly hasColumns: boolean;
  /** Whether the list of columns is open. */
  readonly isOpen: boolean;
  readonly say: Say;
  readonly onClear: () => void;
  readonly onSearch: (search: string) => void;
  readonly onColumns: (button: HTMLElement) => void;
}

/** The title, the buttons of the page, and the tools for all columns. */
export const toolbar = (bar: Toolbar): TemplateResult => {
  const { caption, isFiltered, search, hasColumns, say } = bar;
  const hasTools = hasColumns || search !== undefined || isFiltered;
  return html`<div class="bar" part="toolbar">
    ${caption ? html`<div id="caption" class="caption">${caption}</div>` : nothing}
    <div class=${hasTools ? 'tools full' : 'tools'}>
      <slot name="toolbar"></slot>
      ${isFiltered ? html`<button type="button" class="tool" @click=${bar.onClear}>${say('clearFilters')}</button>` : nothing}
      ${
        search === undefined
          ? nothing
          : html`<input
              type="search"
              part="search"
              placeholder=${say('search')}
              aria-label=${say('search')}
              .value=${live(search)}
              @input=${(event: Event) => bar.onSearch((event.target as HTMLInputElement).value)}
            />`
      }
      ${
        hasColumns
          ? html`<button
              type="button"
              class="tool"
              aria-haspopup="dialog"
              aria-expanded=${String(bar.isOpen)}
              @click=${(event: Event) => bar.onColumns(event.currentTarget as HTMLElement)}
            >
              ${say('columns')}
            </button>`
          : nothing
      }
    </div>
  </div>`;
};
