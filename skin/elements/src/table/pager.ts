import { html, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { knownLocale } from './format.ts';
import type { Say } from './words.ts';

/** The pages of a table. */
export interface Pages {
  readonly page: number;
  readonly pages: number;
  /** Numbers of the first and last row on the page, and of all rows. */
  readonly first: number;
  readonly last: number;
  readonly all: number;
  readonly locale: string;
  readonly say: Say;
  readonly onPage: (page: number) => void;
}

/** Numbers of the rows on a page, and the way to the others. */
export const pager = ({ page, pages, first, last, all, locale, say, onPage }: Pages): TemplateResult => {
  const { format } = new Intl.NumberFormat(knownLocale(locale));
  // Not truly disabled at an end: the focus would be lost with it.
  const step = (to: number, word: 'previous' | 'next', path: TemplateResult): TemplateResult =>
    html`<button
      type="button"
      class="menu"
      aria-label=${say(word)}
      aria-disabled=${String(to < 1 || to > pages)}
      @click=${() => to >= 1 && to <= pages && onPage(to)}
    >
      ${path}
    </button>`;
  const jump = (event: Event): void => {
    const to = Math.floor((event.target as HTMLInputElement).valueAsNumber);
    onPage(Math.max(1, Math.min(pages, to || page)));
  };
  return html`<nav class="pager" part="pager" aria-label=${say('pages')}>
    <span>${all === 0 ? '' : `${format(first)}–${format(last)} / `}${format(all)}</span>
    ${step(page - 1, 'previous', html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M15 6l-6 6 6 6" /></svg>`)}
    <label
      >${say('page')}<input type="number" min="1" max=${pages} .value=${live(String(page))} @change=${jump} /> /
      ${format(pages)}</label
    >
    ${step(page + 1, 'next', html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M9 6l6 6-6 6" /></svg>`)}
  </nav>`;
};
