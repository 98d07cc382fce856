import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { baseStyles } from '../base/base.styles.ts';
import { field } from '../base/field.ts';

import { submitImplicitly } from '../base/interaction.ts';
import { type Invalid, Receptor } from '../base/receptor.ts';
import { term } from '../base/terms.ts';
import { toLatinDigits } from './digits.ts';
import { labelStyles } from './label.styles.ts';
import { otpStyles } from './otp-field.styles.ts';

/** What a code is made of. */
export type OtpKind = 'digits' | 'text';

/**
 * One-time code field. One native input beneath the cells, so that pasting, filling in from a message, and screen
 * readers work as the user knows them; digits of every script are taken. Arrow keys move, typing replaces a character.
 *
 * @tag skin-otp-field
 * @fires input - At each change.
 * @fires change - When the user has finished a change.
 * @fires complete - When the last character is there; `detail.value` is the code.
 * @csspart input - The native input.
 * @csspart label - The label.
 * @csspart cell - The place of a character.
 * @cssState invalid - The code is missing or too short.
 * @cssState user-invalid - So it is, and that is shown.
 */
export class OtpReceptor extends Receptor {
  static override styles: CSSResultGroup = [baseStyles, labelStyles, otpStyles];
  static override properties: PropertyDeclarations = {
    value: { attribute: false, noAccessor: true },
    defaultValue: { attribute: 'value' },
    length: { type: Number },
    kind: {},
    mask: { type: Boolean },
    at: { state: true },
  };

  /** The code at first and after a reset: the `value` attribute. */
  declare defaultValue: string | null;
  /** Characters of the code, 1 to 12. Default 6. */
  declare length: number;
  /** Digits only, or letters too. Default `digits`. */
  declare kind: OtpKind;
  /** Whether the characters are hidden. */
  declare mask: boolean;
  declare protected at: number;
  #value: string | undefined;

  constructor() {
    super();
    this.defaultValue = '';
    this.length = 6;
    this.kind = 'digits';
    this.mask = false;
    this.at = 0;
  }

  get #size(): number {
    return Math.min(12, Math.max(1, Math.floor(Number(this.length)) || 6));
  }

  #clean(text: unknown): string {
    const unwanted = this.kind === 'text' ? /[^\p{L}\d]/gu : /\D/g;
    return [...toLatinDigits(String(text ?? '')).replaceAll(unwanted, '')].slice(0, this.#size).join('');
  }

  /** The code, or as much of it as there is; what can't be part of it is left out. */
  get value(): string {
    return this.#clean(this.#value ?? this.defaultValue);
  }
  set value(value: string | null | undefined) {
    this.#value = this.#clean(value);
    this.sync();
    this.requestUpdate('value');
  }

  protected override formValue(): string {
    return this.value;
  }

  protected override findInvalid(): Invalid | undefined {
    const { length } = this.value;
    if (length === 0) return this.required ? this.missing() : undefined;
    if (length >= this.#size) return undefined;
    const message = term(this, 'tooShort', 'Enter at least # characters.').replace('#', String(this.#size));
    return { flags: { tooShort: true }, message };
  }

  protected override resetValue(): void {
    this.#value = undefined;
  }

  protected override restoreValue(state: string): void {
    this.value = state;
  }

  get #native(): HTMLInputElement {
    return this.control as HTMLInputElement;
  }

  /** Marks one character, so that typing replaces it; what the user has selected stays. */
  #mark(at: number = this.#native.selectionStart ?? 0): void {
    const input = this.#native;
    this.at = Math.min(at, this.#size - 1);
    input.setSelectionRange(at, at + 1);
  }

  #input(event: InputEvent): void {
    const input = this.#native;
    if (event.isComposing) return;
    const before = this.value;
    const end = this.#clean(input.value.slice(0, input.selectionStart ?? 0)).length;
    this.#value = this.#clean(input.value);
    input.value = this.#value;
    this.#mark(end);
    this.noteEdit();
    if (this.#value === before) event.stopPropagation();
    else if (this.#value.length === this.#size) this.emit('complete', { value: this.#value });
  }

  #keydown(event: KeyboardEvent): void {
    const { key, shiftKey, ctrlKey, metaKey } = event;
    if (key === 'Enter' && !event.isComposing && this.form !== null) submitImplicitly(this.form);
    const { length } = this.value;
    const at = this.#native.selectionStart ?? 0;
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: length }[key];
    if (to === undefined || shiftKey || ctrlKey || metaKey) return;
    event.preventDefault();
    this.#mark(Math.max(0, Math.min(to, length)));
  }

  /** The cells stand over the characters, but not the caret: a press means the cell that it meets. */
  #press(event: PointerEvent): void {
    const { left, width } = this.#native.getBoundingClientRect();
    const at = Math.floor(((event.clientX - left) / width) * this.#size);
    if (!this.isDisabled) this.#mark(Math.min(at, this.value.length));
  }

  protected override updated(changed: PropertyValues): void {
    const input = this.#native;
    if (input.value !== this.value) input.value = this.value;
    super.updated(changed);
  }

  protected override render(): TemplateResult {
    const { errorText: error, label, required, help, value, mask } = this;
    const characters = [...value];
    return field(
      { label, required, help, error },
      html`<div class="box" dir="ltr">
        <input
          id="control"
          part="input"
          type=${mask ? 'password' : 'text'}
          autocomplete="one-time-code"
          autocapitalize="off"
          spellcheck="false"
          inputmode=${this.kind === 'text' ? 'text' : 'numeric'}
          ?disabled=${this.isDisabled}
          ?required=${required}
          aria-invalid=${error ? 'true' : nothing}
          aria-describedby="note"
          @input=${this.#input}
          @compositionend=${this.#input}
          @change=${() => this.emit('change')}
          @keydown=${this.#keydown}
          @click=${this.#press}
          @focus=${() => this.#mark(value.length)}
        />${Array.from(
          { length: this.#size },
          (_, at) =>
            html`<i class=${at === this.at ? 'on' : ''} part="cell" aria-hidden="true"
              >${characters[at] === undefined || !mask ? characters[at] : '•'}</i
            >`,
        )}
      </div>`,
    );
  }
}

OtpReceptor.define('skin-otp-field');

declare global {
  interface HTMLElementTagNameMap {
    'skin-otp-field': OtpReceptor;
  }
}
