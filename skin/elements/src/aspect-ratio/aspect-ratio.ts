import {
  css,
  type CSSResultGroup,
  html,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { PlainCell } from '../base/plain-cell.ts';

/**
 * Aspect ratio: keeps its content, such as a picture or a map, in one proportion of width to height, so that nothing
 * jumps when it arrives.
 *
 * @tag skin-aspect-ratio
 * @slot - One element, which fills the box.
 * @csspart base - The box.
 */
export class AspectRatioCell extends PlainCell {
  static override styles: CSSResultGroup = css`
    :host {
      display: block;
      min-inline-size: 0;
    }
    :host([hidden]) {
      display: none !important;
    }
    div {
      aspect-ratio: 16 / 9;
      overflow: hidden;
      border-radius: inherit;
    }
    ::slotted(*) {
      display: block;
      inline-size: 100%;
      block-size: 100%;
      object-fit: cover;
    }
    :host([fit='contain']) ::slotted(*) {
      object-fit: contain;
    }
  `;
  static override properties: PropertyDeclarations = { ratio: {}, fit: { reflect: true, useDefault: true } };

  /** Width to height, such as `4/3` or `1.5`. Default `16/9`; what is no ratio means the same. */
  declare ratio: string;
  /** Whether a picture is cut to fill the box or shown whole. Default `cover`. */
  declare fit: 'cover' | 'contain';

  constructor() {
    super();
    this.ratio = '16/9';
    this.fit = 'cover';
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    // By script, not in the markup: a strict content security policy forbids style attributes.
    const box = this.renderRoot.querySelector('div');
    if (box !== null) box.style.aspectRatio = String(this.ratio);
  }

  protected override render(): TemplateResult {
    return html`<div part="base"><slot></slot></div>`;
  }
}

AspectRatioCell.define('skin-aspect-ratio');

declare global {
  interface HTMLElementTagNameMap {
    'skin-aspect-ratio': AspectRatioCell;
  }
}
