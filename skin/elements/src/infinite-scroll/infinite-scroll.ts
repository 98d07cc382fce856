import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { SkinCell } from '../base/skin-cell.ts';
import { term } from '../base/terms.ts';

/**
 * Infinite scroll: asks for more as its end comes into sight. It asks once, and again when `loading` has become false; a
 * failure is told, with a button that tries again. With `manual` it asks only by a button, which leaves the end of the
 * page within reach.
 *
 * @tag skin-infinite-scroll
 * @slot - The content.
 * @fires load-more - When more is wanted: set `loading`, append, and clear it; or `done`, or `error`. Does not bubble.
 * @csspart end - Around what stands after the content.
 * @csspart button - The button.
 */
export class InfiniteScrollCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    css`
      :host {
        display: block;
      }
      .end {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: center;
        gap: 0.5rem 1rem;
        min-block-size: 3rem;
        color: var(--_text-muted);
      }
      .error {
        color: var(--_danger);
      }
      button {
        min-block-size: 2.25rem;
        padding: 0 1rem;
        font: inherit;
        font-weight: 560;
        color: var(--_text);
        background: var(--_surface);
        border: 1px solid var(--_border-control);
        border-radius: var(--_radius);
        cursor: pointer;
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    loading: { type: Boolean, reflect: true },
    done: { type: Boolean, reflect: true },
    manual: { type: Boolean },
    error: {},
    label: {},
    distance: { type: Number },
  };

  /** Whether more is on its way. */
  declare loading: boolean;
  /** Whether there is no more. */
  declare done: boolean;
  /** Whether it asks by a button only. */
  declare manual: boolean;
  /** What went wrong, for the user; empty while nothing did. */
  declare error: string;
  /** What the button says. Default `Load more`. */
  declare label: string;
  /** How many pixels before its end is seen it asks. Default 300. */
  declare distance: number;
  #observer: IntersectionObserver | undefined;
  #watched = '';

  constructor() {
    super();
    this.loading = false;
    this.done = false;
    this.manual = false;
    this.error = '';
    this.label = '';
    this.distance = 300;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watch(undefined, '');
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.requestUpdate();
  }

  #watch(end: Element | undefined, margin: string): void {
    const watched = end === undefined ? '' : margin;
    if (watched === this.#watched) return;
    this.#watched = watched;
    this.#observer?.disconnect();
    this.#observer = undefined;
    if (end === undefined) return;
    // The margin counts in the page and, where the browser can, in whatever scrolls around it.
    const options: IntersectionObserverInit & { scrollMargin?: string } = { rootMargin: margin, scrollMargin: margin };
    this.#observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) this.#ask();
    }, options);
    this.#observer.observe(end);
  }

  #ask(): void {
    if (!this.loading && !this.done) this.emit('load-more', undefined, { bubbles: false });
  }

  protected override updated(): void {
    const isWatching = this.isConnected && !this.loading && !this.done && !this.manual && !this.error;
    const distance = Number(this.distance);
    const margin = `${Number.isFinite(distance) ? Math.max(0, Math.min(10_000, distance)) : 300}px`;
    // Anew after each load: where its end is still in sight, it asks again.
    this.#watch(isWatching ? (this.renderRoot.querySelector('.end') ?? undefined) : undefined, margin);
  }

  protected override render(): TemplateResult {
    const { loading, done, error } = this;
    const hasButton = !loading && !done && (this.manual || Boolean(error));
    return html`<div aria-busy=${loading ? 'true' : nothing}><slot></slot></div>
      <div class="end" part="end">
        <span role="status" class=${error && !loading ? 'error' : ''}
          >${loading ? term(this, 'loading', 'Loading') : (error ?? '')}</span
        >${hasButton ? html`<button type="button" part="button" @click=${this.#ask}>${this.label || term(this, 'loadMore', 'Load more')}</button>` : nothing}
      </div>`;
  }
}

InfiniteScrollCell.define('skin-infinite-scroll');

declare global {
  interface HTMLElementTagNameMap {
    'skin-infinite-scroll': InfiniteScrollCell;
  }
}
