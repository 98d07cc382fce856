import {
  css,
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type TemplateResult,
  unsafeCSS,
} from 'lit';
import { PlainCell } from '../base/plain-cell.ts';
import { lineTokens, privately, textTokens } from '../base/tokens.ts';

/**
 * Divider: a line between two things, with a word in it if need be.
 *
 * @tag skin-divider
 * @slot - A word in the line, such as “or”.
 * @csspart base - Around line and word.
 */
export class DividerCell extends PlainCell {
  static override styles: CSSResultGroup = [
    unsafeCSS(`:host{${privately(textTokens)}${privately(lineTokens)}}`),
    css`
      :host {
        display: block;
        font-family: var(--_font);
        font-size: var(--_font-size-small);
        color: var(--_text-muted);
      }
      :host([hidden]) {
        display: none !important;
      }
      div {
        display: flex;
        align-items: center;
        gap: 0.75rem;
        block-size: 100%;
      }
      div::before,
      div::after {
        content: '';
        flex: 1;
        border-block-start: 1px solid var(--_border);
      }
      div[role]::after {
        display: none;
      }
      :host([orientation='vertical']) {
        align-self: stretch;
        min-block-size: 1.5em;
      }
      :host([orientation='vertical']) div {
        flex-direction: column;
      }
      :host([orientation='vertical']) div::before,
      :host([orientation='vertical']) div::after {
        border-block: 0;
        border-inline-start: 1px solid var(--_border);
      }
    `,
  ];
  static override properties: PropertyDeclarations = { orientation: { reflect: true, useDefault: true } };

  /** Default `horizontal`. */
  declare orientation: 'horizontal' | 'vertical';

  constructor() {
    super();
    this.orientation = 'horizontal';
  }

  protected override render(): TemplateResult {
    // A separator hides its content from assistive technology, so a line with a word in it is none.
    const isLabelled = (this.textContent ?? '').trim() !== '';
    return html`<div
      part="base"
      role=${isLabelled ? nothing : 'separator'}
      aria-orientation=${isLabelled ? nothing : this.orientation}
    >
      <slot @slotchange=${() => this.requestUpdate()}></slot>
    </div>`;
  }
}

DividerCell.define('skin-divider');

declare global {
  interface HTMLElementTagNameMap {
    'skin-divider': DividerCell;
  }
}
