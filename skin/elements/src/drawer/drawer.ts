import { css, type CSSResultGroup, type PropertyDeclarations } from 'lit';
import { ModalCell } from '../base/modal-cell.ts';

/**
 * Drawer: a modal panel at an edge of the window, for navigation or details. Otherwise like a dialog.
 *
 * @tag skin-drawer
 * @slot - The content.
 * @slot footer - Actions below the content.
 * @fires open - When it has opened. Like the next two, it does not bubble: one may stand in another.
 * @fires request-close - Before the user closes it; detail: `{ reason }`; cancelable.
 * @fires close - When it has closed; detail: `{ reason }`.
 * @csspart dialog - The native dialog.
 * @csspart header - Around title and closing button.
 * @csspart title - The title.
 * @csspart close - The closing button.
 * @csspart body - Around the content.
 * @csspart footer - Around the actions.
 * @cssprop --skin-drawer-size - Width, or at the bottom greatest height. Default `22rem`.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/dialog-modal/
 */
export class DrawerCell extends ModalCell {
  static override styles: CSSResultGroup = [
    ModalCell.styles,
    css`
      dialog {
        inline-size: min(var(--skin-drawer-size, 22rem), calc(100vw - 3rem));
        block-size: 100dvh;
        max-block-size: none;
        margin-block: 0;
        margin-inline: auto 0;
        border-block: 0;
        border-radius: 0;
      }
      :host([placement='start']) dialog {
        margin-inline: 0 auto;
      }
      :host([placement='bottom']) dialog {
        inline-size: 100vw;
        max-inline-size: none;
        block-size: fit-content;
        max-block-size: min(var(--skin-drawer-size, 22rem), calc(100dvh - 3rem));
        margin: auto 0 0;
      }
      dialog[open] {
        display: flex;
        flex-direction: column;
      }
      .body {
        flex: 1;
        overflow: auto;
      }
      footer {
        padding-block-start: 1.2rem;
      }
    `,
  ];
  static override properties: PropertyDeclarations = { placement: { reflect: true, useDefault: true } };

  /** Edge of the window that it stands at. Default `end`. */
  declare placement: 'start' | 'end' | 'bottom';

  constructor() {
    super();
    this.placement = 'end';
  }
}

DrawerCell.define('skin-drawer');

declare global {
  interface HTMLElementTagNameMap {
    'skin-drawer': DrawerCell;
  }
}
