import { css, type CSSResultGroup, html, type PropertyDeclarations, type TemplateResult } from 'lit';
import { SkinCell } from '../base/skin-cell.ts';
import { term } from '../base/terms.ts';

/**
 * Spinner: work is under way, and nobody knows how long. As large as the text around it.
 *
 * @tag skin-spinner
 * @csspart base - The ring.
 */
export class SpinnerCell extends SkinCell {
  static override styles: CSSResultGroup = [
    SkinCell.styles,
    css`
      :host {
        display: inline-block;
        font: inherit;
        vertical-align: -0.15em;
        color: var(--_accent);
      }
      div {
        inline-size: 1.25em;
        block-size: 1.25em;
        border: 0.16em solid color-mix(in oklab, currentcolor 22%, transparent);
        border-block-start-color: currentcolor;
        border-radius: 50%;
        animation: turn 0.8s linear infinite;
      }
      @media (forced-colors: active) {
        div {
          forced-color-adjust: none;
          color: CanvasText;
        }
      }
      @keyframes turn {
        to {
          rotate: 1turn;
        }
      }
    `,
  ];
  static override properties: PropertyDeclarations = { label: {} };

  /** What is under way, for assistive technology. Default “Loading”. */
  declare label: string;

  constructor() {
    super();
    this.label = '';
  }

  protected override render(): TemplateResult {
    return html`<div role="img" part="base" aria-label=${this.label || term(this, 'loading', 'Loading')}></div>`;
  }
}

SpinnerCell.define('skin-spinner');

declare global {
  interface HTMLElementTagNameMap {
    'skin-spinner': SpinnerCell;
  }
}
