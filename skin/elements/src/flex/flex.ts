import { css, type CSSResultGroup, type PropertyDeclarations } from 'lit';
import { LayoutCell } from '../base/layout-cell.ts';

/**
 * Flex row: items beside one another, which go to a new line where there is no room.
 *
 * @tag skin-flex
 * @slot - The items.
 * @cssprop --skin-gap - Space between neighbours, as a length.
 */
export class FlexCell extends LayoutCell {
  static override styles: CSSResultGroup = [
    LayoutCell.styles,
    css`
      :host {
        flex-flow: wrap;
        align-items: center;
      }
      :host([nowrap]) {
        flex-wrap: nowrap;
      }
      :host([justify='center']) {
        justify-content: center;
      }
      :host([justify='end']) {
        justify-content: flex-end;
      }
      :host([justify='between']) {
        justify-content: space-between;
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    justify: { reflect: true, useDefault: true },
    nowrap: { type: Boolean, reflect: true },
  };

  /** Where the items stand in the line. Default `start`. */
  declare justify: 'start' | 'center' | 'end' | 'between';
  /** Whether all stay in one line. */
  declare nowrap: boolean;

  constructor() {
    super();
    this.justify = 'start';
    this.nowrap = false;
  }
}

FlexCell.define('skin-flex');

declare global {
  interface HTMLElementTagNameMap {
    'skin-flex': FlexCell;
  }
}
