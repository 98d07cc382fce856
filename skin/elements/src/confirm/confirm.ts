import { css, type CSSResultGroup, html, type PropertyDeclarations, type TemplateResult } from 'lit';
import { ModalCell } from '../base/modal-cell.ts';
import { term } from '../base/terms.ts';
import '../button/button.ts';

/** Options of {@link confirm}. */
export interface ConfirmOptions {
  /** Title of the dialog: the question. */
  readonly title: string;
  /** Text of the button that says yes: what will be done, as in “Delete”. Default “OK”. */
  readonly confirmLabel?: string;
  /** Text of the button that says no. Default “Cancel”. */
  readonly cancelLabel?: string;
  /** `danger` for what can't be undone: then the button that says no has the focus. */
  readonly tone?: 'neutral' | 'danger';
}

/**
 * Confirmation: a modal dialog that asks a question, with a button for yes and one for no. Escape and the closing button
 * mean no. Scripts ask by the function `confirm`.
 *
 * @tag skin-confirm
 * @slot - What there is to say about the question.
 * @slot footer - Buttons of the page's own; one that says yes calls `close('yes')`.
 * @fires open - When it has opened. Like the next two, it does not bubble.
 * @fires request-close - Before the user closes it by a key or the closing button; detail: `{ reason }`; cancelable.
 * @fires close - When it has closed; `returnValue` is then `yes`, or not; detail: `{ reason }`.
 * @csspart dialog - The native dialog.
 * @csspart header - Around title and closing button.
 * @csspart title - The title.
 * @csspart close - The closing button.
 * @csspart body - Around the content.
 * @csspart footer - Around the buttons.
 * @csspart confirm - The button that says yes.
 * @csspart cancel - The button that says no.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/alertdialog/
 */
export class ConfirmCell extends ModalCell {
  static override styles: CSSResultGroup = [
    ModalCell.styles,
    css`
      footer {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        justify-content: end;
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    confirmLabel: { attribute: 'confirm-label' },
    cancelLabel: { attribute: 'cancel-label' },
    tone: { reflect: true, useDefault: true },
  };

  /** Text of the button that says yes. Default “OK”. */
  declare confirmLabel: string;
  /** Text of the button that says no. Default “Cancel”. */
  declare cancelLabel: string;
  /** `danger` for what can't be undone: then the button that says no has the focus. */
  declare tone: 'neutral' | 'danger';
  protected override readonly dialogRole = 'alertdialog';

  constructor() {
    super();
    this.confirmLabel = '';
    this.cancelLabel = '';
    this.tone = 'neutral';
  }

  protected override get hasFooter(): boolean {
    return true;
  }

  protected override renderActions(): TemplateResult {
    const isDanger = this.tone === 'danger';
    return html`<skin-button part="cancel" variant="ghost" ?autofocus=${isDanger} @click=${() => this.close()}
        >${this.cancelLabel || term(this, 'cancel', 'Cancel')}</skin-button
      ><skin-button
        part="confirm"
        variant=${isDanger ? 'danger' : 'primary'}
        ?autofocus=${!isDanger}
        @click=${() => this.close('yes')}
        >${this.confirmLabel || term(this, 'ok', 'OK')}</skin-button
      >`;
  }
}

ConfirmCell.define('skin-confirm');

declare global {
  interface HTMLElementTagNameMap {
    'skin-confirm': ConfirmCell;
  }
}

/**
 * Asks the user to confirm, in a modal dialog. Escape and the closing button mean no.
 *
 * @param message Plain text; never read as markup.
 * @returns Whether the user said yes.
 */
export const confirm = (message: string, options: ConfirmOptions): Promise<boolean> => {
  const { title, tone = 'neutral', confirmLabel = '', cancelLabel = '' } = options;
  const element = document.createElement('skin-confirm');
  Object.assign(element, { label: title, tone, confirmLabel, cancelLabel });
  element.append(message);
  document.body.append(element);
  element.show();
  return new Promise((resolve) => {
    element.addEventListener('close', () => {
      element.remove();
      resolve(element.returnValue === 'yes');
    });
  });
};
