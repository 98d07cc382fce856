import { css, type CSSResultGroup, html, type PropertyDeclarations, type TemplateResult } from 'lit';
import { PlainCell } from '../base/plain-cell.ts';

/**
 * Button group: buttons that belong together, edge to edge.
 *
 * @tag skin-button-group
 * @slot - `<skin-button>` elements.
 * @csspart base - Around the buttons.
 */
export class ButtonGroupCell extends PlainCell {
  static override styles: CSSResultGroup = css`
    :host {
      display: inline-block;
      vertical-align: middle;
    }
    :host([hidden]) {
      display: none !important;
    }
    div {
      display: flex;
      isolation: isolate;
    }
    ::slotted(:not(:first-child)) {
      --_start: 0;
      margin-inline-start: -1px;
    }
    ::slotted(:not(:last-child)) {
      --_end: 0;
    }
    ::slotted(:hover),
    ::slotted(:focus-within) {
      z-index: 1;
      position: relative;
    }
  `;
  static override properties: PropertyDeclarations = { label: {} };

  /** Accessible name of the group. */
  declare label: string;

  constructor() {
    super();
    this.label = '';
  }

  protected override render(): TemplateResult {
    return html`<div role="group" part="base" aria-label=${this.label}><slot></slot></div>`;
  }
}

ButtonGroupCell.define('skin-button-group');

declare global {
  interface HTMLElementTagNameMap {
    'skin-button-group': ButtonGroupCell;
  }
}
