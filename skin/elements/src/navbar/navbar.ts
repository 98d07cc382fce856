import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { SkinCell } from '../base/skin-cell.ts';
import { term } from '../base/terms.ts';

/**
 * Navigation bar: name, links and actions of a site in a row. Where there is no room for the links they stand under a
 * button; Escape closes them, and so does following one.
 *
 * @tag skin-navbar
 * @slot start - Name or sign of the site.
 * @slot - Links; the current one has `aria-current="page"`.
 * @slot end - Actions, which are always shown.
 * @fires toggle - When the user has opened or closed the links; detail: `{ open }`.
 * @csspart base - Around all.
 * @csspart button - The button of the links.
 * @csspart links - Around the links.
 * @cssState narrow - The links stand under a button.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/disclosure/
 */
export class NavbarCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    css`
      :host {
        display: block;
        background: var(--_surface);
        border-block-end: 1px solid var(--_border);
      }
      .base {
        display: flex;
        align-items: center;
        gap: 0.5rem 1.25rem;
        min-block-size: 3.5rem;
        padding-inline: 1rem;
      }
      :host(:state(narrow)) .base {
        flex-wrap: wrap;
        gap: 0.5rem;
        padding-block: 0.5rem;
      }
      nav {
        display: flex;
        flex: 1;
        align-items: center;
        gap: 0.25rem;
        min-inline-size: 0;
      }
      :host(:state(narrow)) nav {
        flex-basis: 100%;
        flex-direction: column;
        align-items: stretch;
        order: 1;
        padding-block-end: 0.25rem;
      }
      :host(:state(narrow)) nav[hidden] {
        display: none;
      }
      .space {
        flex: 1;
      }
      ::slotted(a) {
        flex: none;
        padding: 0.45rem 0.7rem;
        color: inherit;
        text-decoration: none;
        border-radius: var(--_radius);
      }
      ::slotted(a:hover) {
        background: color-mix(in oklab, var(--_text) 7%, transparent);
      }
      ::slotted(a:focus-visible) {
        outline: 2px solid var(--_focus);
        outline-offset: -2px;
      }
      ::slotted(a[aria-current='page']) {
        color: var(--_accent);
        font-weight: 600;
        text-decoration: underline;
        text-underline-offset: 0.35em;
      }
      button {
        display: grid;
        place-items: center;
        inline-size: 2.5rem;
        block-size: 2.5rem;
        padding: 0;
        color: inherit;
        background: none;
        border: 1px solid var(--_border-control);
        border-radius: var(--_radius);
        cursor: pointer;
      }
      svg {
        inline-size: 1.25rem;
        fill: none;
        stroke: currentcolor;
        stroke-width: 2;
        stroke-linecap: round;
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    label: {},
    buttonLabel: { attribute: 'button-label' },
    open: { type: Boolean, reflect: true },
    isNarrow: { state: true },
  };

  /** Accessible name of the navigation. Default `Main`. */
  declare label: string;
  /** Accessible name of the button. Default `Menu`. */
  declare buttonLabel: string;
  /** Whether the links are shown where they stand under a button. */
  declare open: boolean;
  declare protected isNarrow: boolean;
  #observer: ResizeObserver | undefined;
  #needed = 0;

  constructor() {
    super();
    this.label = '';
    this.buttonLabel = '';
    this.open = false;
    this.isNarrow = false;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    this.#observer = undefined;
  }

  #get<T extends Element = HTMLElement>(selector: string): T | null {
    return this.renderRoot?.querySelector<T>(selector) ?? null;
  }

  /** In a row, the links show how much room they need; under a button, whether that is there again. */
  #measure(): void {
    const base = this.#get('.base');
    if (base === null || base.clientWidth === 0) return;
    if (!this.isNarrow) {
      const links = this.#get('nav');
      const missing = (links?.scrollWidth ?? 0) - (links?.clientWidth ?? 0);
      this.#needed = base.clientWidth + missing;
      this.isNarrow = missing > 1 || base.scrollWidth > base.clientWidth + 1;
    } else if (base.clientWidth >= this.#needed) {
      this.isNarrow = false;
      this.open = false;
    }
  }

  protected override updated(): void {
    this.setState('narrow', this.isNarrow);
    const base = this.#get('.base');
    if (this.#observer !== undefined || base === null || !this.isConnected) return;
    // In the next frame: what it changes has a size that is observed.
    this.#observer = new ResizeObserver(() => requestAnimationFrame(() => this.#measure()));
    this.#observer.observe(base);
  }

  #slotChange(): void {
    this.isNarrow = false;
    void this.updateComplete.then(() => this.#measure());
  }

  #toggle(open: boolean): void {
    if (open === this.open) return;
    this.open = open;
    this.emit('toggle', { open });
  }

  #keydown(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || !this.isNarrow || !this.open) return;
    event.stopPropagation();
    this.#get('button')?.focus();
    this.#toggle(false);
  }

  #click(event: Event): void {
    const isLink = event.composedPath().some((one) => one instanceof Element && one.matches('a[href], skin-link'));
    if (isLink && this.isNarrow) this.#toggle(false);
  }

  protected override render(): TemplateResult {
    const { isNarrow, open } = this;
    return html`<div class="base" part="base" @keydown=${this.#keydown}>
      <slot name="start" @slotchange=${this.#slotChange}></slot>
      ${
        isNarrow
          ? html`<span class="space"></span>
              <button
                type="button"
                part="button"
                aria-label=${this.buttonLabel || term(this, 'menu', 'Menu')}
                aria-expanded=${open}
                aria-controls="links"
                @click=${() => this.#toggle(!this.open)}
              >
                <svg viewBox="0 0 24 24" aria-hidden="true">
                  <path d=${open ? 'M6 6l12 12M18 6L6 18' : 'M4 7h16M4 12h16M4 17h16'} />
                </svg>
              </button>`
          : nothing
      }
      <nav
        id="links"
        part="links"
        aria-label=${this.label || term(this, 'mainNavigation', 'Main')}
        ?hidden=${isNarrow && !open}
        @click=${this.#click}
      >
        <slot @slotchange=${this.#slotChange}></slot>
      </nav>
      <slot name="end" @slotchange=${this.#slotChange}></slot>
    </div>`;
  }
}

NavbarCell.define('skin-navbar');

declare global {
  interface HTMLElementTagNameMap {
    'skin-navbar': NavbarCell;
  }
}
