import { ModalCell } from '../base/modal-cell.ts';

export type { CloseReason } from '../base/modal-cell.ts';

/**
 * Modal dialog on the platform's own: keeps the focus inside, closes on Escape, and gives the focus back. It opens with
 * the focus on what has `autofocus`, else on the first control of its content. A `<form method="dialog">` in it closes it.
 *
 * @tag skin-dialog
 * @slot - The content.
 * @slot footer - Actions below the content.
 * @fires open - When it has opened. Like the next two, it does not bubble: one dialog may stand in another.
 * @fires request-close - Before the user closes it; detail: `{ reason }`; cancelable.
 * @fires close - When it has closed; detail: `{ reason }`.
 * @csspart dialog - The native dialog.
 * @csspart header - Around title and closing button.
 * @csspart title - The title.
 * @csspart close - The closing button.
 * @csspart body - Around the content.
 * @csspart footer - Around the actions.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/dialog-modal/
 */
export class DialogCell extends ModalCell {}

DialogCell.define('skin-dialog');

declare global {
  interface HTMLElementTagNameMap {
    'skin-dialog': DialogCell;
  }
}
