import { type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { PlainCell } from '../base/plain-cell.ts';
import { term } from '../base/terms.ts';
import { scrollAreaStyles } from './scroll-area.styles.ts';

const edges = ['block-start', 'block-end', 'inline-start', 'inline-end'] as const;

/** An edge of a scroll area. */
export type ScrollEdge = (typeof edges)[number];

/**
 * Scroll area: content that scrolls in a box of its own, with shadows where there is more of it. While there is, the box
 * takes the focus, and the keys that scroll a page scroll it.
 *
 * @tag skin-scroll-area
 * @slot - The content.
 * @fires reach - When it was scrolled to an edge; detail: `{ edge }`; does not bubble.
 * @csspart view - The box that scrolls.
 * @cssState top - There is more above.
 * @cssState bottom - There is more below.
 * @cssState left - There is more to the left.
 * @cssState right - There is more to the right.
 */
export class ScrollAreaCell extends PlainCell {
  static override styles: CSSResultGroup = scrollAreaStyles;
  static override properties: PropertyDeclarations = {
    axis: { reflect: true, useDefault: true },
    label: {},
    overflows: { state: true },
  };

  /** In which directions it scrolls. Default `vertical`. */
  declare axis: 'vertical' | 'horizontal' | 'both';
  /** Accessible name: what the content is. */
  declare label: string;
  declare protected overflows: boolean | undefined;
  readonly #internals = this.attachInternals();

  constructor() {
    super();
    this.axis = 'vertical';
    this.label = '';
  }

  /** The box that scrolls. */
  get view(): HTMLElement | null {
    return this.renderRoot?.querySelector<HTMLElement>('.view') ?? null;
  }

  protected override firstUpdated(): void {
    const observer = new ResizeObserver(() => this.#measure());
    for (const box of this.renderRoot.querySelectorAll('div')) observer.observe(box);
  }

  /** Finds out on which sides something is out of sight. */
  #measure(scrolled?: Event): void {
    const { scrollTop: top, scrollLeft, scrollHeight, scrollWidth, clientHeight, clientWidth } = this.view ?? this;
    const start = Math.abs(scrollLeft);
    const hidden = [top, scrollHeight - clientHeight - top, start, scrollWidth - clientWidth - start];
    const sides = ['top', 'bottom', 'left', 'right'];
    if (this.matches(':dir(rtl)')) sides.push(...sides.splice(2, 1));
    const { states } = this.#internals;
    for (const [at, side] of sides.entries()) {
      // Browsers scroll by parts of a pixel.
      if ((hidden[at] ?? 0) > 1) states.add(side);
      else if (states.delete(side) && scrolled)
        this.dispatchEvent(new CustomEvent('reach', { detail: { edge: edges[at] } }));
    }
    this.overflows = states.size > 0;
  }

  protected override render(): TemplateResult {
    const { overflows } = this;
    const name = this.label || term(this, 'scrollArea', 'Scrollable content');
    return html`<div
      class="view"
      part="view"
      role=${overflows ? 'region' : nothing}
      aria-label=${overflows ? name : nothing}
      tabindex=${overflows ? 0 : nothing}
      @scroll=${this.#measure}
    >
      <div><slot></slot></div>
    </div>`;
  }
}

ScrollAreaCell.define('skin-scroll-area');

declare global {
  interface HTMLElementTagNameMap {
    'skin-scroll-area': ScrollAreaCell;
  }
}
