import { html, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { SelectOption } from '../base/options.ts';
import type { Invalid } from '../base/receptor.ts';
import { SetControl } from '../base/set-control.ts';

/**
 * Radio group: one of a few choices, all of them seen. They come from `options`, or from `<option>` children. Native
 * radio buttons, so arrow keys, touch and screen readers work as the user knows them.
 *
 * @tag skin-radio-group
 * @slot - `<option>` elements.
 * @fires input - When the user has chosen.
 * @fires change - When the user has chosen.
 * @csspart base - The group.
 * @csspart label - Its label.
 * @csspart choice - The text of a choice.
 * @cssState invalid - A choice is required, and none is made.
 * @cssState user-invalid - So it is, and that is shown.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/radio/
 */
export class RadioReceptor extends SetControl {
  static override properties: PropertyDeclarations = {
    value: { attribute: false, noAccessor: true },
    defaultValue: { attribute: 'value' },
  };

  /** What is chosen at first and after a reset: the `value` attribute. */
  declare defaultValue: string | null | undefined;
  #value: string | undefined;

  /** The chosen value; an empty text while none is. One that no choice has yet is chosen when its choice comes. */
  get value(): string {
    return this.#value ?? this.defaultValue ?? this.selectedChildren[0] ?? '';
  }
  set value(value: string | null | undefined) {
    const old = this.value;
    this.#value = String(value ?? '');
    this.sync();
    this.requestUpdate('value', old);
  }

  protected override formValue(): string | null {
    const { value } = this;
    return this.choices.some((choice) => choice.value === value && !choice.disabled) ? value : null;
  }

  protected override findInvalid(): Invalid | undefined {
    return this.required && this.formValue() === null ? this.missing() : undefined;
  }

  protected override resetValue(): void {
    this.#value = undefined;
  }

  protected override restoreValue(state: string): void {
    this.value = state;
  }

  #input(event: Event): void {
    this.#value = (event.target as HTMLInputElement).value;
    this.noteEdit();
  }

  protected override renderInput({ value, disabled = false }: SelectOption): TemplateResult {
    return html`<input
      type="radio"
      name="choice"
      .value=${value}
      .checked=${value === this.value}
      ?required=${this.required}
      ?disabled=${this.isDisabled || disabled}
      @input=${this.#input}
    />`;
  }

  protected override render(): TemplateResult {
    return this.renderSet('radiogroup');
  }
}

RadioReceptor.define('skin-radio-group');

declare global {
  interface HTMLElementTagNameMap {
    'skin-radio-group': RadioReceptor;
  }
}
