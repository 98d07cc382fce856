import { term } from '../base/terms.ts';
import '../button/button.ts';
import '../dialog/dialog.ts';

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

const button = (label: string, variant: 'primary' | 'danger' | 'ghost', act: () => void): HTMLElement => {
  const element = document.createElement('skin-button');
  element.variant = variant;
  element.textContent = label;
  element.addEventListener('click', act);
  return element;
};

/**
 * Asks the user to confirm, in a modal dialog. Escape and the closing button mean no.
 *
 * @param message Plain text; never read as markup.
 * @returns Whether the user said yes.
 */
export const confirm = (message: string, options: ConfirmOptions): Promise<boolean> => {
  const { title, tone = 'neutral' } = options;
  const { confirmLabel = term(document.body, 'ok', 'OK'), cancelLabel = term(document.body, 'cancel', 'Cancel') } =
    options;
  const dialog = document.createElement('skin-dialog');
  dialog.label = title;
  dialog.append(message);
  const footer = document.createElement('div');
  footer.slot = 'footer';
  footer.style.cssText = 'display:flex;flex-wrap:wrap;gap:.5rem;justify-content:end';
  const no = button(cancelLabel, 'ghost', () => dialog.close());
  const yes = button(confirmLabel, tone === 'danger' ? 'danger' : 'primary', () => dialog.close('yes'));
  (tone === 'danger' ? no : yes).autofocus = true;
  footer.append(no, yes);
  dialog.append(footer);
  document.body.append(dialog);
  dialog.show();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
  });
};
