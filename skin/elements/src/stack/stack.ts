import { css, type CSSResultGroup } from 'lit';
import { LayoutCell } from '../base/layout-cell.ts';

/**
 * Stack: items below one another, evenly spaced.
 *
 * @tag skin-stack
 * @slot - The items.
 * @cssprop --skin-gap - Space between neighbours, as a length.
 */
export class StackCell extends LayoutCell {
  static override styles: CSSResultGroup = [
    LayoutCell.styles,
    css`
      :host {
        flex-direction: column;
      }
    `,
  ];
}

StackCell.define('skin-stack');

declare global {
  interface HTMLElementTagNameMap {
    'skin-stack': StackCell;
  }
}
