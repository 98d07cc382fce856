import { type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { fieldStyles } from '../base/field.styles.ts';
import { type Invalid, Receptor } from '../base/receptor.ts';

/** Kinds of single-line text. */
export type TextFieldType = 'text' | 'email' | 'url' | 'tel' | 'search' | 'password' | 'number';

/**
 * Single-line text field with label, help and error.
 *
 * @tag skin-text-field
 * @fires input - At each keystroke.
 * @fires change - When the user has finished a change.
 * @csspart input - The native input.
 * @csspart label - The label.
 */
export class TextReceptor extends Receptor {
  static override styles: CSSResultGroup = [Receptor.styles, fieldStyles];
  static override properties: PropertyDeclarations = {
    value: {},
    type: {},
    placeholder: {},
    autocomplete: {},
    inputMode: { attribute: 'inputmode' },
    pattern: {},
    minLength: { type: Number, attribute: 'minlength' },
    maxLength: { type: Number, attribute: 'maxlength' },
    min: {},
    max: {},
    step: {},
    readOnly: { type: Boolean, attribute: 'readonly' },
  };

  /** The text. The `value` attribute gives what the field begins with and is reset to. */
  declare value: string;
  declare type: TextFieldType;
  declare placeholder: string;
  declare autocomplete: AutoFill;
  declare inputMode: string;
  declare pattern: string;
  declare minLength: number | undefined;
  declare maxLength: number | undefined;
  declare min: string;
  declare max: string;
  declare step: string;
  declare readOnly: boolean;

  constructor() {
    super();
    this.value = '';
    this.type = 'text';
    this.placeholder = '';
    this.autocomplete = '';
    this.inputMode = '';
    this.pattern = '';
    this.min = '';
    this.max = '';
    this.step = '';
    this.readOnly = false;
  }

  protected override get control(): HTMLInputElement | null {
    return this.renderRoot?.querySelector('input') ?? null;
  }

  protected override formValue(): string {
    return this.value;
  }

  /** The browser knows the rules and says them in the user's language: ask the native input. */
  protected override findInvalid(): Invalid | undefined {
    const { control } = this;
    if (control === null || control.validity.valid) return undefined;
    const {
      badInput,
      patternMismatch,
      rangeOverflow,
      rangeUnderflow,
      stepMismatch,
      tooLong,
      tooShort,
      typeMismatch,
      valueMissing,
    } = control.validity;
    return {
      flags: {
        badInput,
        patternMismatch,
        rangeOverflow,
        rangeUnderflow,
        stepMismatch,
        tooLong,
        tooShort,
        typeMismatch,
        valueMissing,
      },
      message: control.validationMessage,
    };
  }

  protected override resetValue(): void {
    this.value = this.getAttribute('value') ?? '';
  }

  protected override restoreValue(state: string): void {
    this.value = state;
  }

  /** Selects the text. */
  select(): void {
    this.control?.select();
  }

  #input(event: Event): void {
    this.value = (event.target as HTMLInputElement).value;
    // Native input events are composed and reach the page by themselves.
  }

  #change(): void {
    this.emit('change');
  }

  #keydown(event: KeyboardEvent): void {
    if (event.key === 'Enter' && !event.isComposing) this.internals.form?.requestSubmit();
  }

  protected override render(): TemplateResult {
    const { errorText: error } = this;
    return html`
      ${this.label ? html`<label part="label" for="input">${this.label}${this.required ? html`<span class="required" aria-hidden="true">*</span>` : nothing}</label>` : nothing}
      <input
        id="input"
        class="control"
        part="input"
        type=${this.type}
        .value=${live(this.value)}
        ?disabled=${this.isDisabled}
        ?required=${this.required}
        ?readonly=${this.readOnly}
        placeholder=${this.placeholder || nothing}
        autocomplete=${this.autocomplete || nothing}
        inputmode=${this.inputMode || nothing}
        pattern=${this.pattern || nothing}
        minlength=${this.minLength ?? nothing}
        maxlength=${this.maxLength ?? nothing}
        min=${this.min || nothing}
        max=${this.max || nothing}
        step=${this.step || nothing}
        aria-invalid=${error ? 'true' : nothing}
        aria-describedby=${error ? 'error' : this.help ? 'help' : nothing}
        @input=${this.#input}
        @change=${this.#change}
        @keydown=${this.#keydown}
      />
      ${error ? html`<p id="error" class="error" part="error">${error}</p>` : this.help ? html`<p id="help" class="help" part="help">${this.help}</p>` : nothing}
    `;
  }
}

TextReceptor.define('skin-text-field');

declare global {
  interface HTMLElementTagNameMap {
    'skin-text-field': TextReceptor;
  }
}
