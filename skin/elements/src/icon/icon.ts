import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, svg, type TemplateResult } from 'lit';
import { PlainCell } from '../base/plain-cell.ts';
import { iconPath, onIcon } from './icons.ts';

/**
 * Icon: a drawing in the colour and size of the text around it. Hidden from assistive technology unless it has a label.
 *
 * @tag skin-icon
 * @csspart svg - The drawing.
 */
export class IconCell extends PlainCell {
  static override styles: CSSResultGroup = css`
    :host {
      display: inline-grid;
      inline-size: 1.25em;
      block-size: 1.25em;
      vertical-align: -0.25em;
      flex: none;
    }
    :host([hidden]) {
      display: none;
    }
    svg {
      inline-size: 100%;
      block-size: 100%;
      fill: none;
      stroke: currentcolor;
      stroke-width: 2;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
    :host([directional]:dir(rtl)) svg {
      scale: -1 1;
    }
  `;
  static override properties: PropertyDeclarations = {
    name: { reflect: true, useDefault: true },
    label: {},
    directional: { type: Boolean, reflect: true },
  };

  /** One of the built-in names, or one given to `registerIcon`. */
  declare name: string;
  /** Accessible name, for an icon that stands alone. */
  declare label: string;
  /** Whether it points along the text, and so is mirrored where text runs from right to left. */
  declare directional: boolean;
  #forget: (() => void) | undefined;

  constructor() {
    super();
    this.name = '';
    this.label = '';
    this.directional = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#forget = onIcon(() => this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#forget?.();
  }

  protected override render(): TemplateResult | typeof nothing {
    const path = iconPath(this.name);
    if (path === undefined) return nothing;
    return html`<svg
      part="svg"
      viewBox="0 0 24 24"
      role=${this.label ? 'img' : nothing}
      aria-label=${this.label || nothing}
      aria-hidden=${this.label ? nothing : 'true'}
    >
      ${svg`<path d=${path} />`}
    </svg>`;
  }
}

IconCell.define('skin-icon');

declare global {
  interface HTMLElementTagNameMap {
    'skin-icon': IconCell;
  }
}
