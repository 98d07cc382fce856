import { html, type PropertyDeclarations, type TemplateResult } from 'lit';
import type { SelectOption } from '../base/options.ts';
import type { Invalid } from '../base/receptor.ts';
import { SetControl } from '../base/set-control.ts';

/**
 * Checkbox group: any of a few choices. They come from `options`, or from `<option>` children. Each chosen value is
 * submitted under the group's name.
 *
 * @tag skin-checkbox-group
 * @slot - `<option>` elements; those with `selected` are chosen at first.
 * @fires input - When the user has switched a choice.
 * @fires change - When the user has switched a choice.
 * @csspart base - The group.
 * @csspart label - Its label.
 * @csspart choice - The text of a choice.
 * @cssState invalid - A choice is required, and none is made.
 * @cssState user-invalid - So it is, and that is shown.
 */
export class CheckGroupReceptor extends SetControl {
  static override properties: PropertyDeclarations = { value: { attribute: false, noAccessor: true } };

  #value: readonly string[] | undefined;

  /** The chosen values. What is no list means none. */
  get value(): readonly string[] {
    return this.#value ?? this.selectedChildren;
  }
  set value(value: readonly string[]) {
    const old = this.value;
    this.#value = Array.isArray(value) ? value.map(String) : [];
    this.sync();
    this.requestUpdate('value', old);
  }

  protected override formValue(): FormData | null {
    const chosen = this.choices.filter(({ value, disabled }) => disabled !== true && this.value.includes(value));
    if (chosen.length === 0) return null;
    const data = new FormData();
    for (const { value } of chosen) data.append(this.name, value);
    return data;
  }

  protected override findInvalid(): Invalid | undefined {
    return this.required && this.formValue() === null ? this.missing() : undefined;
  }

  protected override resetValue(): void {
    this.#value = undefined;
  }

  protected override restoreValue(state: string | FormData): void {
    this.value = state instanceof FormData ? [...state.values()].map(String) : [];
  }

  #input(event: Event): void {
    const { value, checked } = event.target as HTMLInputElement;
    const others = this.value.filter((one) => one !== value);
    this.#value = checked ? [...others, value] : others;
    this.noteEdit();
  }

  protected override renderInput({ value, disabled = false }: SelectOption): TemplateResult {
    const isChosen = this.value.includes(value);
    return html`<input
      type="checkbox"
      .value=${value}
      .checked=${isChosen}
      ?required=${this.required && this.value.length === 0}
      ?disabled=${this.isDisabled || disabled}
      @input=${this.#input}
    />`;
  }

  protected override render(): TemplateResult {
    return this.renderSet('group');
  }
}

CheckGroupReceptor.define('skin-checkbox-group');

declare global {
  interface HTMLElementTagNameMap {
    'skin-checkbox-group': CheckGroupReceptor;
  }
}
