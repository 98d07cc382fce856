import { css, type CSSResultGroup } from 'lit';
import { LayoutCell } from '../base/layout-cell.ts';

/**
 * Masonry: items of any height in as many columns as there is room for, without holes. The order runs down each column,
 * as in a newspaper, so that reading and focus follow what is seen.
 *
 * @tag skin-masonry
 * @slot - The items.
 * @cssprop [--skin-masonry-column=16rem] - Least width of a column.
 */
export class MasonryCell extends LayoutCell {
  static override styles: CSSResultGroup = [
    LayoutCell.styles,
    css`
      :host {
        display: block;
        columns: var(--skin-masonry-column, 16rem);
        column-gap: var(--_gap);
        /* The last item of each column has its gap, too. */
        margin-block-end: calc(-1 * var(--_gap));
      }
      ::slotted(*) {
        display: block;
        break-inside: avoid;
        margin-block: 0 var(--_gap);
      }
    `,
  ];
}

MasonryCell.define('skin-masonry');

declare global {
  interface HTMLElementTagNameMap {
    'skin-masonry': MasonryCell;
  }
}
