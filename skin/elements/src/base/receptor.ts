import type { PropertyDeclarations, PropertyValues } from 'lit';
import { SkinCell } from './skin-cell.ts';

/** Why a control's value is not accepted. */
export interface Invalid {
  readonly flags: ValidityStateFlags;
  readonly message: string;
}

/**
 * Form control base class: takes part in its form like a native control. Value, validity, reset, restored state, a
 * disabled fieldset and labels all work; the error is shown once the user has been there, or the form was submitted.
 *
 * @see HTML Standard, form-associated custom elements
 */
export abstract class Receptor extends SkinCell {
  static formAssociated = true;
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };
  static override properties: PropertyDeclarations = {
    name: { reflect: true },
    label: {},
    help: {},
    disabled: { type: Boolean, reflect: true },
    required: { type: Boolean, reflect: true },
    showsError: { state: true },
    fieldsetDisabled: { state: true },
    customError: { state: true },
  };

  /** Name under which the value is submitted. */
  declare name: string;
  /** Visible label. */
  declare label: string;
  /** Line of help below the control. */
  declare help: string;
  declare disabled: boolean;
  declare required: boolean;
  declare protected showsError: boolean;
  declare protected fieldsetDisabled: boolean;
  declare protected customError: string;
  protected readonly internals: ElementInternals = this.attachInternals();

  constructor() {
    super();
    this.name = '';
    this.label = '';
    this.help = '';
    this.disabled = false;
    this.required = false;
    this.showsError = false;
    this.fieldsetDisabled = false;
    this.customError = '';
    this.addEventListener('invalid', (event) => {
      // The message stands below the control: the browser's own bubble would say it twice.
      event.preventDefault();
      this.showsError = true;
    });
    this.addEventListener('focusout', () => this.touch());
  }

  /** What is submitted; null leaves the control out. */
  protected abstract formValue(): string | null;
  /** Why the present value is not accepted, or undefined. */
  protected abstract findInvalid(): Invalid | undefined;
  /** Puts back the value that the page began with. */
  protected abstract resetValue(): void;
  /** Takes a value that the browser kept. */
  protected abstract restoreValue(state: string): void;
  /** The native control inside: what the browser points at when it reports an error. */
  protected abstract get control(): HTMLElement | null;

  get form(): HTMLFormElement | null {
    return this.internals.form;
  }
  get validity(): ValidityState {
    return this.internals.validity;
  }
  get validationMessage(): string {
    return this.internals.validationMessage;
  }
  get willValidate(): boolean {
    return this.internals.willValidate;
  }
  checkValidity(): boolean {
    return this.internals.checkValidity();
  }
  reportValidity(): boolean {
    const valid = this.internals.checkValidity();
    if (!valid) this.focus();
    return valid;
  }

  /** Sets or, with an empty text, clears an error of the page's own, such as a server's refusal. It shows at once. */
  setCustomError(message: string): void {
    this.customError = message;
    if (message !== '') this.showsError = true;
    this.syncValidity();
  }

  /** Whether the control can't be used, by itself or through its fieldset. */
  protected get isDisabled(): boolean {
    return this.disabled || this.fieldsetDisabled;
  }

  /** The error to show, if any. */
  protected get errorText(): string {
    return this.showsError ? this.internals.validationMessage : '';
  }

  protected touch(): void {
    if (!this.internals.validity.valid) this.showsError = true;
  }

  protected syncValidity(): void {
    const invalid =
      this.customError === '' ? this.findInvalid() : { flags: { customError: true }, message: this.customError };
    const anchor = this.control ?? undefined;
    if (invalid === undefined) this.internals.setValidity({});
    else this.internals.setValidity(invalid.flags, invalid.message, anchor);
    if (invalid === undefined && this.showsError) this.showsError = false;
  }

  protected override firstUpdated(): void {
    this.syncValidity();
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.internals.setFormValue(this.isDisabled ? null : this.formValue());
    this.syncValidity();
  }

  formDisabledCallback(disabled: boolean): void {
    this.fieldsetDisabled = disabled;
  }
  formResetCallback(): void {
    this.customError = '';
    this.showsError = false;
    this.resetValue();
  }
  formStateRestoreCallback(state: string | File | FormData | null): void {
    if (typeof state === 'string') this.restoreValue(state);
  }
}
