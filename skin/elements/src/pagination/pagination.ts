import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { SkinCell } from '../base/skin-cell.ts';
import { localeOf, term } from '../base/terms.ts';
import { pagesAround } from './pages.ts';

/**
 * Pagination: from page to page of a long list.
 *
 * @tag skin-pagination
 * @fires change - When the user has gone to another page; detail: `{ page }`.
 * @csspart button - A button.
 */
export class PaginationCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    css`
      :host {
        display: block;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.15rem;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      button,
      .gap {
        display: grid;
        place-items: center;
        min-inline-size: 2.25rem;
        min-block-size: 2.25rem;
        padding: 0 0.4rem;
        font: inherit;
        font-variant-numeric: tabular-nums;
        color: var(--_text);
        background: none;
        border: 1px solid transparent;
        border-radius: var(--_radius);
      }
      .gap {
        color: var(--_text-muted);
      }
      button {
        cursor: pointer;
      }
      button:hover:not([aria-disabled]) {
        background: color-mix(in oklab, var(--_text) 8%, transparent);
      }
      button[aria-current] {
        font-weight: 620;
        color: var(--_accent);
        border-color: currentcolor;
      }
      button[aria-disabled] {
        opacity: 0.45;
        cursor: not-allowed;
      }
      /* On a telephone, all of it is still one row. */
      @media (max-width: 26rem) {
        button,
        .gap {
          min-inline-size: 1.75rem;
        }
      }
      @media (forced-colors: active) {
        button,
        .gap {
          border-color: Canvas;
        }
        button[aria-current] {
          border-color: Highlight;
        }
      }
      svg {
        inline-size: 1.1rem;
        fill: none;
        stroke: currentcolor;
        stroke-width: 2;
      }
      svg:dir(rtl) {
        scale: -1 1;
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    page: { type: Number, reflect: true, useDefault: true },
    count: { type: Number },
    label: {},
  };

  /** The present page, from 1. */
  declare page: number;
  /** How many pages there are. */
  declare count: number;
  /** Accessible name. Default “Pages”. */
  declare label: string;

  constructor() {
    super();
    this.page = 1;
    this.count = 1;
    this.label = '';
  }

  get #last(): number {
    return Math.max(1, Math.floor(Number(this.count)) || 1);
  }

  get #here(): number {
    return Math.min(this.#last, Math.max(1, Math.floor(Number(this.page)) || 1));
  }

  #go(page: number): void {
    if (page === this.#here) return;
    this.page = page;
    this.emit('change', { page });
  }

  /** The focus goes along with the page, whose button may have another place now. */
  #turn(page: number): void {
    this.#go(page);
    if (this.matches(':focus-within'))
      void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[aria-current]')?.focus());
  }

  #step(page: number, name: 'previous' | 'next', english: string, path: TemplateResult): TemplateResult {
    // Not taken away at an end, and not truly disabled either: the focus would be lost with it.
    const isOff = page < 1 || page > this.#last;
    return html`<li>
      <button
        type="button"
        part="button"
        aria-label=${term(this, name, english)}
        aria-disabled=${isOff ? 'true' : nothing}
        @click=${() => !isOff && this.#go(page)}
      >
        ${path}
      </button>
    </li>`;
  }

  protected override render(): TemplateResult {
    const here = this.#here;
    const back = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M15 6l-6 6 6 6" /></svg>`;
    const on = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M9 6l6 6-6 6" /></svg>`;
    const locale = localeOf(this);
    return html`<nav aria-label=${this.label || term(this, 'pages', 'Pages')}>
      <ul>
        ${this.#step(here - 1, 'previous', 'Previous', back)}
        ${pagesAround(here, this.#last).map((page) =>
          page === undefined
            ? html`<li class="gap" aria-hidden="true">…</li>`
            : html`<li>
                <button
                  type="button"
                  part="button"
                  aria-label=${`${term(this, 'page', 'Page')} ${page.toLocaleString(locale)}`}
                  aria-current=${page === here ? 'page' : nothing}
                  @click=${() => this.#turn(page)}
                >
                  ${page.toLocaleString(locale)}
                </button>
              </li>`,
        )}
        ${this.#step(here + 1, 'next', 'Next', on)}
      </ul>
    </nav>`;
  }
}

PaginationCell.define('skin-pagination');

declare global {
  interface HTMLElementTagNameMap {
    'skin-pagination': PaginationCell;
  }
}
