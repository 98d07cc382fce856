import type { CSSResultGroup, PropertyDeclarations, PropertyValues, TemplateResult } from 'lit';
import { baseStyles } from './base.styles.ts';
import { field } from './field.ts';
import { fieldStyles } from './field.styles.ts';
import { type Invalid, Receptor } from './receptor.ts';
import { term } from './terms.ts';

/** Text control base class: what fields of one and of many lines share. */
export abstract class TextControl extends Receptor {
  static override styles: CSSResultGroup = [baseStyles, fieldStyles];
  static override properties: PropertyDeclarations = {
    value: { attribute: false, noAccessor: true },
    defaultValue: { attribute: 'value' },
    placeholder: {},
    autocomplete: {},
    minLength: { type: Number, attribute: 'minlength' },
    maxLength: { type: Number, attribute: 'maxlength' },
    readOnly: { type: Boolean, attribute: 'readonly' },
  };

  /** What the field begins with and is reset to: the `value` attribute. */
  declare defaultValue: string | null;
  /** Example shown while it is empty; no substitute for a label. */
  declare placeholder: string;
  /** What the browser may fill in, in the words of HTML's autofill. */
  declare autocomplete: AutoFill;
  /** Fewest characters. */
  declare minLength: number | undefined;
  /** Most characters. */
  declare maxLength: number | undefined;
  /** Whether the text can be read and copied, but not changed. */
  declare readOnly: boolean;
  #value: string | undefined;
  #composing = false;

  constructor() {
    super();
    this.defaultValue = '';
    this.placeholder = '';
    this.autocomplete = '';
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

  /** The control, without label and notes. */
  protected abstract renderControl(): TemplateResult;

  /** Puts the text into the native control, but never into the middle of a composition. */
  #write(): void {
    const { control } = this;
    if (control && !this.#composing && control.value !== this.value) control.value = this.value;
  }

  protected override get control(): HTMLInputElement | HTMLTextAreaElement | null | undefined {
    return this.renderRoot?.querySelector<HTMLInputElement>('#control');
  }

  protected override formValue(): string {
    return this.value;
  }

  /** The browser knows the rules and says them in the user's language: ask the native control. */
  protected override findInvalid(): Invalid | undefined {
    const { control } = this;
    if (!control) return this.required && this.value === '' ? this.missing() : undefined;
    const { validity } = control;
    if (validity.valid) return this.#findLength();
    const flags: Record<string, boolean> = {};
    // Its properties are the prototype's, so they can't be spread.
    for (const flag in validity) flags[flag] = validity[flag as keyof ValidityState];
    return { flags, message: control.validationMessage };
  }

  /** A native control applies its length limits only to what was typed; here they hold for what a script sets, too. */
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

  /** Takes over what the native control holds after an edit of the user's. */
  protected onInput(event?: Event): void {
    this.#composing = event instanceof InputEvent && event.isComposing;
    this.#value = this.control?.value ?? '';
    // Native input events are composed and reach the page by themselves.
    this.noteEdit();
  }

  protected onChange(): void {
    this.emit('change');
  }

  /** An edit that a button of the field made for the user: the same events as if it were typed. */
  protected edit(change: () => void): void {
    change();
    this.onInput();
    this.emit('input');
    this.onChange();
  }

  protected override updated(changed: PropertyValues): void {
    const { control } = this;
    this.#write();
    // The control has the last word on what its type can hold: no line breaks, no letters in a number.
    if (control && !this.#composing && control.value !== this.value) this.#value = control.value;
    super.updated(changed);
  }

  protected override render(): TemplateResult {
    const { errorText: error, label, required, help } = this;
    return field({ label, required, help, error }, this.renderControl());
  }
}
