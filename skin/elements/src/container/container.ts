import { css, type CSSResultGroup, html, type PropertyDeclarations, type TemplateResult } from 'lit';
import { PlainCell } from '../base/plain-cell.ts';

/**
 * Container: the width of a page's content, centred, with room at the sides. Its own width can be asked for by
 * `@container` rules.
 *
 * @tag skin-container
 * @slot - The content.
 * @cssprop --skin-container - Greatest width, as a length.
 */
export class ContainerCell extends PlainCell {
  static override styles: CSSResultGroup = css`
    :host {
      box-sizing: border-box;
      display: block;
      inline-size: 100%;
      max-inline-size: var(--skin-container, 64rem);
      margin-inline: auto;
      padding-inline: clamp(1rem, 4vw, 2rem);
      container-type: inline-size;
    }
    :host([size='small']) {
      max-inline-size: var(--skin-container, 42rem);
    }
    :host([size='large']) {
      max-inline-size: var(--skin-container, 84rem);
    }
    :host([size='full']) {
      max-inline-size: none;
    }
    :host([hidden]) {
      display: none !important;
    }
  `;
  static override properties: PropertyDeclarations = { size: { reflect: true, useDefault: true } };

  /** Greatest width: 42, 64 or 84 rem, or all there is. Default `medium`. */
  declare size: 'small' | 'medium' | 'large' | 'full';

  constructor() {
    super();
    this.size = 'medium';
  }

  protected override render(): TemplateResult {
    return html`<slot></slot>`;
  }
}

ContainerCell.define('skin-container');

declare global {
  interface HTMLElementTagNameMap {
    'skin-container': ContainerCell;
  }
}
