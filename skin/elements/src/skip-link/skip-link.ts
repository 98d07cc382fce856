import {
  css,
  type CSSResultGroup,
  html,
  LitElement,
  type PropertyDeclarations,
  type TemplateResult,
  unsafeCSS,
} from 'lit';
import { PlainCell } from '../base/plain-cell.ts';
import { term } from '../base/terms.ts';
import { panelStyles } from '../base/panel.styles.ts';
import { accentTokens, privately, surfaceTokens } from '../base/tokens.ts';

/**
 * Skip link: leads keyboard users past what stands on every page. Put it first in the page; it shows when focused.
 *
 * @tag skin-skip-link
 * @slot - The text. Default “Skip to content”.
 * @csspart base - The native link.
 * @see https://www.w3.org/WAI/WCAG22/Techniques/general/G1
 */
export class SkipLinkCell extends PlainCell {
  /** @ignore */
  static override shadowRootOptions: ShadowRootInit = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override styles: CSSResultGroup = [
    unsafeCSS(`:host{${[accentTokens, surfaceTokens].map(privately).join('')}}`),
    panelStyles,
    css`
      :host {
        position: fixed;
        inset-block: 0.5rem auto;
        inset-inline: 0.5rem auto;
        z-index: 9999;
      }
      :host(:not(:focus-within)) {
        clip-path: inset(50%);
        inline-size: 1px;
        block-size: 1px;
        overflow: hidden;
      }
      a {
        display: block;
        padding: 0.6rem 1rem;
        font-family: var(--skin-font, system-ui, sans-serif);
        color: var(--_accent);
        outline: 2px solid var(--_focus);
        background: var(--_surface);
        border-radius: var(--_radius);
        box-shadow: var(--_shadow-large);
      }
    `,
  ];
  static override properties: PropertyDeclarations = { for: {} };

  /** Id of the element to go to. Default `main`. */
  declare for: string;

  constructor() {
    super();
    this.for = 'main';
  }

  #skip(event: Event): void {
    const target = (this.getRootNode() as Document | ShadowRoot).getElementById(this.for);
    if (target === null) return;
    // By hand: a link inside a shadow root finds no target, and what takes no focus would leave it where it was.
    event.preventDefault();
    target.scrollIntoView();
    target.focus();
    if (target.matches(':focus-within')) return;
    target.tabIndex = -1;
    target.addEventListener('blur', () => target.removeAttribute('tabindex'), { once: true });
    target.focus();
  }

  protected override render(): TemplateResult {
    return html`<a part="base" href="#${this.for}" @click=${this.#skip}
      ><slot>${term(this, 'skip', 'Skip to content')}</slot></a
    >`;
  }
}

SkipLinkCell.define('skin-skip-link');

declare global {
  interface HTMLElementTagNameMap {
    'skin-skip-link': SkipLinkCell;
  }
}
