import type { PropertyDeclarations, PropertyValues } from 'lit';
import { ControlCell } from './control-cell.ts';
import { handleInvalid, interactively } from './interaction.ts';

/** Why a control's value is not accepted. */
export interface Invalid {
  readonly flags: ValidityStateFlags;
  readonly message: string;
}

/** Kinds of native controls. */
export type NativeControl = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/**
 * Form control base class: takes part in its form like a native control. Value, validity, reset, restored state, a
 * disabled fieldset and labels all work; the error is shown once the user has been there, or the form was submitted, and
 * of several invalid controls the first takes the focus.
 *
 * @see HTML Standard, form-associated custom elements
 */
export abstract class Receptor extends ControlCell {
  static override properties: PropertyDeclarations = {
    name: { reflect: true, useDefault: true },
    help: {},
    required: { type: Boolean, reflect: true },
    showsError: { state: true },
    customError: { state: true },
  };

  /** Name under which the value is submitted. */
  declare name: string;
  /** Line of help below the control. */
  declare help: string;
  /** Whether a value must be given. */
  declare required: boolean;
  declare protected showsError: boolean;
  declare protected customError: string;
  #quiet = false;
  #customValidity = '';

  constructor() {
    super();
    this.name = '';
    this.help = '';
    this.required = false;
    this.showsError = false;
    this.customError = '';
    this.addEventListener('invalid', (event) => {
      if (this.#quiet) return;
      this.showsError = true;
      handleInvalid(event, this);
    });
    this.addEventListener('focusout', () => {
      if (!this.validity.valid) this.showsError = true;
    });
  }

  /** What is submitted; null leaves the control out, form data stand for several values. */
  protected abstract formValue(): string | FormData | null;
  /** Why the present value is not accepted, or undefined. */
  protected abstract findInvalid(): Invalid | undefined;
  /** Puts back the value that the page began with. */
  protected abstract resetValue(): void;
  /** Takes a value that the browser kept; an empty text stands for none. */
  protected abstract restoreValue(state: string | FormData): void;
  /** The native control inside: what the browser points at when it reports an error. */
  protected get control(): NativeControl | null | undefined {
    return this.renderRoot?.querySelector('input');
  }

  /** A value that is missing, with what the browser says of it in the user's language. */
  protected missing(): Invalid {
    const control = this.control ?? Object.assign(document.createElement('input'), { required: true });
    return { flags: { valueMissing: true }, message: control.validationMessage || ' ' };
  }

  /** What is wrong with the value. */
  get validity(): ValidityState {
    return this.internals.validity;
  }
  /** The sentence that says what is wrong, or an empty text. */
  get validationMessage(): string {
    return this.internals.validationMessage;
  }
  /** Whether it is checked when its form is submitted. */
  get willValidate(): boolean {
    return this.internals.willValidate;
  }

  /** Checks the value, and shows nothing. */
  checkValidity(): boolean {
    this.sync();
    this.#quiet = true;
    const isValid = this.internals.checkValidity();
    this.#quiet = false;
    return isValid;
  }

  /** Checks the value; if it is not accepted, shows why and takes the focus. */
  reportValidity(): boolean {
    this.sync();
    return interactively(() => this.internals.reportValidity());
  }

  /** Makes the value invalid for a reason of the page's own, shown like any other; an empty text takes it back. */
  setCustomValidity(message: string): void {
    this.#customValidity = String(message);
    this.sync();
    this.requestUpdate();
  }

  /**
   * Sets or, with an empty text, clears an error of the page's own, such as a server's refusal. It shows at once, and
   * goes when the user edits the value.
   */
  setCustomError(message: string): void {
    this.customError = String(message);
    if (message !== '') this.showsError = true;
    this.sync();
  }

  /** The error to show, if any. */
  protected get errorText(): string {
    return this.showsError ? this.internals.validationMessage : '';
  }

  /** To be called when the user or the browser has changed the value. */
  protected noteEdit(): void {
    this.customError = '';
    this.sync();
    this.requestUpdate();
  }

  /** Tells the form the present value and what is wrong with it: at once, so that no script sees an old one. */
  protected sync(): void {
    const value = this.formValue();
    // Without a state of its own, what is empty or off would come back as it was at first.
    this.internals.setFormValue(this.isDisabled ? null : value, value ?? '');
    const message = this.customError || this.#customValidity;
    const invalid = message ? { flags: { customError: true }, message } : this.findInvalid();
    this.internals.setValidity(invalid?.flags, invalid?.message, this.control ?? undefined);
    if (!invalid) this.showsError = false;
    this.setState('invalid', invalid);
    this.setState('user-invalid', this.showsError);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.sync();
  }

  /** @ignore */
  override formDisabledCallback(): void {
    this.sync();
    super.formDisabledCallback();
  }
  /** @ignore */
  formResetCallback(): void {
    this.showsError = false;
    this.resetValue();
    this.noteEdit();
  }
  /** @ignore */
  formStateRestoreCallback(state: string | File | FormData | null): void {
    if (state === null || state instanceof File) return;
    this.restoreValue(state);
    this.noteEdit();
  }
}
