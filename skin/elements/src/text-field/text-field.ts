import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { field } from '../base/field.ts';
import { fieldStyles } from '../base/field.styles.ts';
import { submitImplicitly } from '../base/interaction.ts';
import { type Invalid, Receptor } from '../base/receptor.ts';
import { term } from '../base/terms.ts';

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
 * @cssState invalid - The text is not accepted.
 * @cssState user-invalid - It is not accepted, and that is shown.
 */
export class TextReceptor extends Receptor {
  static override styles: CSSResultGroup = [Receptor.styles, fieldStyles];
  static override properties: PropertyDeclarations = {
    value: { attribute: false, noAccessor: true },
    defaultValue: { attribute: 'value' },
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

  /** What the field begins with and is reset to: the `value` attribute. */
  declare defaultValue: string | null;
  /** Kind of text, as of a native input. */
  declare type: TextFieldType;
  /** Example shown while it is empty; no substitute for a label. */
  declare placeholder: string;
  /** What the browser may fill in, in the words of HTML's autofill. */
  declare autocomplete: AutoFill;
  /** Keyboard that a telephone shows. */
  declare inputMode: string;
  /** Regular expression that the whole text must match. */
  declare pattern: string;
  /** Fewest characters. */
  declare minLength: number | undefined;
  /** Most characters. */
  declare maxLength: number | undefined;
  /** Least number. */
  declare min: string;
  /** Largest number. */
  declare max: string;
  /** Step of a number. */
  declare step: string;
  /** Whether the text can be read and copied, but not changed. */
  declare readOnly: boolean;
  #value: string | undefined;
  #composing = false;

  constructor() {
    super();
    this.defaultValue = '';
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

  /** The text. It follows the `value` attribute until the user or a script has changed it. */
  get value(): string {
    return this.#value ?? this.defaultValue ?? '';
  }
  set value(value: string | null | undefined) {
    const old = this.value;
    this.#value = value === null || value === undefined ? '' : String(value);
    // Whoever writes back what was typed, as frameworks do, must not move the caret.
    if (this.#value === old) return;
    this.#write();
    this.sync();
    this.requestUpdate('value', old);
  }

  /** Puts the text into the native input, but never into the middle of a composition. */
  #write(): void {
    const { control } = this;
    if (control !== null && !this.#composing && control.value !== this.value) control.value = this.value;
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
    if (control === null)
      return this.required && this.value === '' ? { flags: { valueMissing: true }, message: '' } : undefined;
    if (control.validity.valid) return this.#findLength();
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

  /** A native input applies its length limits only to what was typed; here they hold for what a script sets, too. */
  #findLength(): Invalid | undefined {
    const { minLength, maxLength } = this;
    const { length } = this.value;
    if (typeof minLength === 'number' && length > 0 && length < minLength)
      return { flags: { tooShort: true }, message: this.#say('tooShort', 'Enter at least # characters.', minLength) };
    if (typeof maxLength === 'number' && length > maxLength)
      return { flags: { tooLong: true }, message: this.#say('tooLong', 'Enter at most # characters.', maxLength) };
    return undefined;
  }

  #say(name: 'tooShort' | 'tooLong', english: string, limit: number): string {
    return term(this, name, english).replace('#', String(limit));
  }

  protected override resetValue(): void {
    this.#value = undefined;
    this.#write();
  }

  protected override restoreValue(state: string): void {
    this.value = state;
  }

  /** Selects the text. */
  select(): void {
    this.control?.select();
  }

  /** Selects from one character to another. */
  setSelectionRange(start: number | null, end: number | null): void {
    this.control?.setSelectionRange(start, end);
  }

  #input(event: Event): void {
    this.#composing = event instanceof InputEvent && event.isComposing;
    this.#value = (event.target as HTMLInputElement).value;
    // Native input events are composed and reach the page by themselves.
    this.noteEdit();
  }

  #change(): void {
    this.emit('change');
  }

  #keydown(event: KeyboardEvent): void {
    if (event.key === 'Enter' && !event.isComposing && this.form !== null) submitImplicitly(this.form);
  }

  protected override updated(changed: PropertyValues): void {
    const { control } = this;
    this.#write();
    // The input has the last word on what its type can hold: no line breaks, no letters in a number.
    if (control !== null && !this.#composing && control.value !== this.value) this.#value = control.value;
    super.updated(changed);
  }

  protected override render(): TemplateResult {
    const { errorText: error, label, required, help } = this;
    return field(
      { label, required, help, error },
      html`<input
        id="control"
        class="control"
        part="input"
        type=${this.type}
        name=${this.name || nothing}
        ?disabled=${this.isDisabled}
        ?required=${required}
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
        aria-label=${this.outerLabel || nothing}
        aria-invalid=${error ? 'true' : nothing}
        aria-describedby=${error ? 'error' : help ? 'help' : nothing}
        @input=${this.#input}
        @compositionend=${this.#input}
        @change=${this.#change}
        @keydown=${this.#keydown}
      />`,
    );
  }
}

TextReceptor.define('skin-text-field');

declare global {
  interface HTMLElementTagNameMap {
    'skin-text-field': TextReceptor;
  }
}
