import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { controlStyles } from '../base/control.styles.ts';
import { safeUrl } from '../base/safe-url.ts';
import { SkinCell } from '../base/skin-cell.ts';
import { term } from '../base/terms.ts';

/**
 * Breadcrumb: the way from the start page to this one. The last of its links is the page itself.
 *
 * @tag skin-breadcrumb
 * @slot - `<a>` elements, from the start page to this one; what is no link is shown as text.
 * @csspart list - The list.
 * @csspart link - A link.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/breadcrumb/
 */
export class BreadcrumbCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    controlStyles,
    css`
      :host {
        display: block;
        font-size: var(--_font-size-small);
      }
      ol {
        display: flex;
        flex-wrap: wrap;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: flex;
        align-items: center;
        min-block-size: 1.5rem;
        overflow-wrap: anywhere;
      }
      li + li::before {
        content: '';
        inline-size: 0.35rem;
        block-size: 0.35rem;
        margin-inline: 0.55rem 0.7rem;
        border: solid var(--_text-muted);
        border-width: 1.5px 1.5px 0 0;
        rotate: 45deg;
      }
      li:dir(rtl)::before {
        rotate: -135deg;
      }
      a {
        min-inline-size: 1.5rem;
        color: var(--_accent);
        line-height: 1.5rem;
        text-underline-offset: 0.18em;
      }
      a:hover {
        color: var(--_accent-hover);
      }
      a[aria-current] {
        color: var(--_text-muted);
        text-decoration: none;
      }
    `,
  ];
  static override properties: PropertyDeclarations = { label: {} };

  /** Accessible name. Default “Breadcrumb”. */
  declare label: string;
  #observer: MutationObserver | undefined;

  constructor() {
    super();
    this.label = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer ??= new MutationObserver(() => this.requestUpdate());
    this.#observer.observe(this, { childList: true, subtree: true, characterData: true, attributes: true });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
  }

  protected override render(): TemplateResult {
    const steps = [...this.children];
    return html`<nav aria-label=${this.label || term(this, 'breadcrumb', 'Breadcrumb')}>
      <ol part="list">
        ${steps.map((step, at) => {
          const text = (step.textContent ?? '').trim();
          const href = safeUrl(step.getAttribute('href') ?? '');
          const isHere = at === steps.length - 1;
          return html`<li>
            <a part="link" href=${href ?? nothing} aria-current=${isHere ? 'page' : nothing}>${text}</a>
          </li>`;
        })}
      </ol>
      <slot hidden></slot>
    </nav>`;
  }
}

BreadcrumbCell.define('skin-breadcrumb');

declare global {
  interface HTMLElementTagNameMap {
    'skin-breadcrumb': BreadcrumbCell;
  }
}
