import type { PropertyDeclarations, PropertyValues } from 'lit';
import { handleInvalid, interactively } from './interaction.ts';
import { SkinCell } from './skin-cell.ts';

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
export abstract class Receptor extends SkinCell {
  /** @ignore */
  static formAssociated = true;
  /** @ignore */
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };
  static override properties: PropertyDeclarations = {
    name: { reflect: true, useDefault: true },
    label: {},
    help: {},
    disabled: { type: Boolean, reflect: true },
    required: { type: Boolean, reflect: true },
    showsError: { state: true },
    customError: { state: true },
  };

  /** Name under which the value is submitted. */
  declare name: string;
  /** Visible label. */
  declare label: string;
  /** Line of help below the control. */
  declare help: string;
  /** Whether it is off. A disabled fieldset around it turns it off too. */
  declare disabled: boolean;
  /** Whether a value must be given. */
  declare required: boolean;
  declare protected showsError: boolean;
  declare protected customError: string;
  #quiet = false;
  #customValidity = '';

  constructor() {
    super();
    this.name = '';
    this.label = '';
    this.help = '';
    this.disabled = false;
    this.required = false;
    this.showsError = false;
    this.customError = '';
    this.addEventListener('invalid', (event) => {
      if (this.#quiet) return;
      this.showsError = true;
      handleInvalid(event, this);
    });
    // A <label> outside may have changed since the last rendering.
    this.addEventListener('focusin', () => this.label === '' && this.requestUpdate());
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
  /** Takes a value that the browser kept. */
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

  /** The form it belongs to. */
  get form(): HTMLFormElement | null {
    return this.internals.form;
  }
  /** The `<label>` elements outside that are for it. */
  get labels(): NodeList {
    return this.internals.labels;
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

  /** Whether the control can't be used, by itself or through its fieldset. */
  protected get isDisabled(): boolean {
    return this.disabled || (!this.hasAttribute('disabled') && this.matches(':disabled'));
  }

  /** The error to show, if any. */
  protected get errorText(): string {
    return this.showsError ? this.internals.validationMessage : '';
  }

  /** Name for assistive technology where there is no visible label of its own: the `<label>` elements' text. */
  protected get outerLabel(): string {
    if (this.label !== '') return '';
    return [...this.internals.labels].map(({ textContent }) => textContent?.trim() ?? '').join(' ');
  }

  /** To be called when the user has changed the value. */
  protected noteEdit(): void {
    this.customError = '';
    this.sync();
    this.requestUpdate();
  }

  /** Tells the form the present value and what is wrong with it: at once, so that no script sees an old one. */
  protected sync(): void {
    this.internals.setFormValue(this.isDisabled ? null : this.formValue());
    const message = this.customError || this.#customValidity;
    const invalid = message ? { flags: { customError: true }, message } : this.findInvalid();
    if (invalid) this.internals.setValidity(invalid.flags, invalid.message, this.control ?? undefined);
    else {
      this.internals.setValidity({});
      this.showsError = false;
    }
    this.setState('invalid', Boolean(invalid));
    this.setState('user-invalid', this.showsError);
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.sync();
    // No longer off by itself, but still by its fieldset: of that the browser tells nothing.
    if (changed.get('disabled') === true && this.matches(':disabled')) this.requestUpdate();
  }

  /** @ignore */
  formDisabledCallback(): void {
    this.sync();
    this.requestUpdate();
  }
  /** @ignore */
  formResetCallback(): void {
    this.customError = '';
    this.showsError = false;
    this.resetValue();
    this.sync();
    this.requestUpdate();
  }
  /** @ignore */
  formStateRestoreCallback(state: string | File | FormData | null): void {
    if (typeof state !== 'string' && !(state instanceof FormData)) return;
    this.restoreValue(state);
    this.sync();
    this.requestUpdate();
  }
}
