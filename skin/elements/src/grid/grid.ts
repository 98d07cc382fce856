import { css, type CSSResultGroup, type PropertyDeclarations } from 'lit';
import { LayoutCell } from '../base/layout-cell.ts';

/**
 * Grid: items in columns of one width, as many as there is room for.
 *
 * @tag skin-grid
 * @slot - The items.
 * @cssprop --skin-column-min - Least width of a column. Default `14rem`.
 * @cssprop --skin-gap - Space between neighbours, as a length.
 */
export class GridCell extends LayoutCell {
  // No column is narrower than an equal share among the most columns allowed: so there are never more.
  static override styles: CSSResultGroup = [
    LayoutCell.styles,
    css`
      :host {
        display: grid;
        --_min: min(var(--skin-column-min, 14rem), 100%);
        --_columns: 12;
        grid-template-columns: repeat(
          auto-fit,
          minmax(max(var(--_min), (100% - (var(--_columns) - 1) * var(--_gap)) / var(--_columns)), 1fr)
        );
      }
      :host([columns='1']) {
        --_columns: 1;
      }
      :host([columns='2']) {
        --_columns: 2;
      }
      :host([columns='3']) {
        --_columns: 3;
      }
      :host([columns='4']) {
        --_columns: 4;
      }
      :host([columns='6']) {
        --_columns: 6;
      }
    `,
  ];
  static override properties: PropertyDeclarations = { columns: { type: Number, reflect: true } };

  /** Most columns: 1, 2, 3, 4, 6 or, by default, 12. */
  declare columns: 1 | 2 | 3 | 4 | 6 | 12 | undefined;
}

GridCell.define('skin-grid');

declare global {
  interface HTMLElementTagNameMap {
    'skin-grid': GridCell;
  }
}
