import {
  type CSSResultGroup,
  html,
  type PropertyDeclarations,
  type PropertyValues,
  svg,
  type TemplateResult,
} from 'lit';
import { fieldButtonStyles } from '../base/field-button.styles.ts';
import { InputControl } from '../base/input-control.ts';
import { term } from '../base/terms.ts';

const eye = 'M2.5 12S6 5.5 12 5.5S21.5 12 21.5 12S18 18.5 12 18.5S2.5 12 2.5 12zM12 9a3 3 0 1 0 0 6a3 3 0 1 0 0-6';

/**
 * Password field, with a button that shows what was typed. It hides it again when its form is submitted or reset.
 *
 * @tag skin-password-field
 * @fires input - At each keystroke.
 * @fires change - When the user has finished a change.
 * @csspart input - The native input.
 * @csspart label - The label.
 * @csspart reveal - The button that shows the password.
 * @cssState invalid - The password is not accepted.
 * @cssState user-invalid - It is not accepted, and that is shown.
 */
export class PasswordReceptor extends InputControl {
  static override styles: CSSResultGroup = [InputControl.styles, fieldButtonStyles];
  static override properties: PropertyDeclarations = { revealed: { type: Boolean } };

  /** Whether the password is legible. */
  declare revealed: boolean;
  #leaveForm: (() => void) | undefined;

  constructor() {
    super();
    this.revealed = false;
    this.autocomplete = 'current-password';
  }

  /** @ignore */
  formAssociatedCallback(form: HTMLFormElement | null): void {
    this.#leaveForm?.();
    // The browser offers to save what stands in a password input, and only there.
    const hide = (): void => {
      this.revealed = false;
    };
    form?.addEventListener('submit', hide);
    this.#leaveForm = () => form?.removeEventListener('submit', hide);
  }

  protected override resetValue(): void {
    super.resetValue();
    this.revealed = false;
  }

  protected override firstUpdated(changed: PropertyValues): void {
    super.firstUpdated(changed);
    // While it is shown it is a text field, but its first letter is no beginning of a sentence.
    if (this.control) Object.assign(this.control, { autocapitalize: 'off', spellcheck: false });
  }

  protected override renderControl(): TemplateResult {
    const { revealed } = this;
    return html`<div class="box">
      ${this.renderInput(revealed ? 'text' : 'password')}
      <span class="end"
        ><button
          type="button"
          part="reveal"
          aria-label=${term(this, 'showPassword', 'Show password')}
          aria-pressed=${revealed}
          ?disabled=${this.isDisabled}
          @click=${() => (this.revealed = !revealed)}
        >
          <svg viewBox="0 0 24 24" aria-hidden="true">${svg`<path d=${eye + (revealed ? 'M4 20L20 4' : '')} />`}</svg>
        </button></span
      >
    </div>`;
  }
}

PasswordReceptor.define('skin-password-field');

declare global {
  interface HTMLElementTagNameMap {
    'skin-password-field': PasswordReceptor;
  }
}
