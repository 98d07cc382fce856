import { css, type CSSResultGroup, nothing } from 'lit';
import { PlainCell } from '../base/plain-cell.ts';

/**
 * Spacer: takes the room that is left in a row or column, and pushes what comes after it to the end.
 *
 * @tag skin-spacer
 */
export class SpacerCell extends PlainCell {
  static override styles: CSSResultGroup = css`
    :host {
      display: block;
      flex: 1 1 0;
    }
    :host([hidden]) {
      display: none !important;
    }
  `;

  protected override render(): typeof nothing {
    return nothing;
  }
}

SpacerCell.define('skin-spacer');

declare global {
  interface HTMLElementTagNameMap {
    'skin-spacer': SpacerCell;
  }
}
