import {
  css,
  type CSSResultGroup,
  html,
  LitElement,
  nothing,
  type PropertyDeclarations,
  svg,
  type TemplateResult,
  unsafeCSS,
} from 'lit';
import { PlainCell } from '../base/plain-cell.ts';
import { safeUrl } from '../base/safe-url.ts';
import { term } from '../base/terms.ts';
import { controlStyles } from '../base/control.styles.ts';
import { accentTokens, privately } from '../base/tokens.ts';

/**
 * Link: leads to another place. An address that would run a script leads nowhere.
 *
 * @tag skin-link
 * @slot - The text.
 * @csspart base - The native link.
 */
export class LinkCell extends PlainCell {
  /** @ignore */
  static override shadowRootOptions: ShadowRootInit = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override styles: CSSResultGroup = [
    unsafeCSS(`:host{${privately(accentTokens)}}`),
    controlStyles,
    css`
      :host([hidden]) {
        display: none;
      }
      a:focus-visible {
        outline: 2px solid var(--_focus);
        outline-offset: 2px;
      }
      a {
        color: var(--_accent);
        border-radius: 0.15rem;
        text-decoration-thickness: 0.06em;
        text-underline-offset: 0.18em;
      }
      a:hover {
        color: var(--_accent-hover);
        text-decoration-thickness: 0.12em;
      }
      :host([quiet]) a:not(:hover) {
        text-decoration: none;
      }
      svg {
        inline-size: 0.85em;
        margin-inline-start: 0.2em;
        vertical-align: -0.06em;
        fill: none;
        stroke: currentcolor;
        stroke-width: 2;
      }
      :host(:dir(rtl)) svg {
        scale: -1 1;
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    href: {},
    target: {},
    download: {},
    current: {},
    quiet: { type: Boolean, reflect: true },
  };

  /** Where it leads. */
  declare href: string;
  /** Where it opens, as of a native link; `_blank` is shown by a sign and said. */
  declare target: string;
  /** File name to save under instead of going there. */
  declare download: string | undefined;
  /** What of the present place it names: `page` in a navigation. */
  declare current: 'page' | 'step' | 'location' | 'true' | '';
  /** Whether it is underlined only under the pointer: for lists of links, never within a text. */
  declare quiet: boolean;

  constructor() {
    super();
    this.href = '';
    this.target = '';
    this.current = '';
    this.quiet = false;
  }

  protected override render(): TemplateResult {
    const isElsewhere = this.target === '_blank';
    return html`<a
      part="base"
      href=${safeUrl(this.href) ?? nothing}
      target=${this.target || nothing}
      rel=${isElsewhere ? 'noopener' : nothing}
      download=${this.download ?? nothing}
      aria-current=${this.current || nothing}
      ><slot></slot>${
        isElsewhere
          ? html`<svg viewBox="0 0 24 24" role="img" aria-label=${term(this, 'newTab', 'opens in a new tab')}>
              ${svg`<path d="M8 5h11v11M19 5L6 18" />`}
            </svg>`
          : nothing
      }</a
    >`;
  }
}

LinkCell.define('skin-link');

declare global {
  interface HTMLElementTagNameMap {
    'skin-link': LinkCell;
  }
}
