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
import { fieldStyles } from '../base/field.styles.ts';
import { panelStyles } from '../base/panel.styles.ts';
import { anchoredStyles } from '../base/anchored.ts';
import { grouped, type SelectOption } from '../base/options.ts';
import type { Invalid } from '../base/receptor.ts';
import { ChoiceList } from './choice-list.ts';
import { choiceListStyles } from './choice-list.styles.ts';
import { selectStyles } from './select.styles.ts';

/**
 * Select: one choice of a list. Uses the platform's own menu, so keyboard, touch and screen readers work as the user
 * knows them. Choices come from `options`, or from `<option>` and `<optgroup>` children. As in a native select, the first
 * choice holds when there is neither a value nor a placeholder.
 *
 * With `multiple` several can be chosen, and `values` has them; with `searchable` the list has a search in it. Both open a
 * list of the kit's own.
 *
 * @tag skin-select
 * @slot - `<option>` and `<optgroup>` elements.
 * @fires input - When the user has chosen.
 * @fires change - When the user has chosen.
 * @csspart select - The native select, or the button that opens the kit's own list.
 * @csspart label - The label.
 * @csspart panel - What opens, with `multiple` or `searchable`.
 * @csspart search - The search in it.
 * @csspart list - The list in it.
 * @csspart option - A choice in that.
 * @cssState invalid - A choice is required, and none is made.
 * @cssState user-invalid - So it is, and that is shown.
 */
export class SelectReceptor extends ChoiceList {
  static override styles: CSSResultGroup = [
    baseStyles,
    fieldStyles,
    panelStyles,
    selectStyles,
    anchoredStyles,
    choiceListStyles,
  ];
  static override properties: PropertyDeclarations = {
    value: { attribute: false, noAccessor: true },
    values: { attribute: false, noAccessor: true },
    defaultValue: { attribute: 'value' },
    placeholder: {},
    autocomplete: {},
  };

  /** What is chosen at first and after a reset: the `value` attribute. */
  declare defaultValue: string | null | undefined;
  /** Shown while nothing is chosen; with it, nothing is chosen at first. */
  declare placeholder: string;
  /** What the browser may fill in, in the words of HTML's autofill. */
  declare autocomplete: string;
  #values: readonly string[] | undefined;

  constructor() {
    super();
    this.placeholder = '';
    this.autocomplete = '';
  }

  /**
   * The chosen value. One that no choice has yet is kept, and chosen when its choice comes; until then nothing is shown
   * or submitted. With `multiple` it is the first of `values`.
   */
  get value(): string {
    return this.values[0] ?? '';
  }
  set value(value: string | null | undefined) {
    this.values = value === null || value === undefined || (this.multiple && value === '') ? [] : [String(value)];
  }

  /** The chosen values: at most one without `multiple`. What is no list means none. */
  get values(): readonly string[] {
    const wanted = this.#values ?? (typeof this.defaultValue === 'string' ? [this.defaultValue] : undefined);
    if (this.multiple) return wanted ?? this.selectedChildren;
    const one = wanted ?? this.selectedChildren.slice(0, 1);
    if (one.length > 0 || this.#values !== undefined) return one.slice(0, 1);
    const [first] = this.placeholder === '' ? this.choices.filter(({ disabled }) => disabled !== true) : [];
    return first === undefined ? [] : [first.value];
  }
  set values(values: readonly string[]) {
    const old = this.values;
    this.#values = Array.isArray(values) ? values.map(String) : [];
    this.sync();
    this.requestUpdate('value', old);
  }

  get #chosen(): SelectOption[] {
    const { values } = this;
    return this.choices.filter(({ value }) => values.includes(value));
  }

  protected override get control(): HTMLSelectElement | null | undefined {
    return this.renderRoot?.querySelector('select');
  }

  protected override formValue(): string | FormData | null {
    const chosen = this.#chosen.filter(({ disabled }) => disabled !== true);
    if (!this.multiple || chosen.length === 0) return chosen[0]?.value ?? null;
    const data = new FormData();
    for (const { value } of chosen) data.append(this.name, value);
    return data;
  }

  protected override findInvalid(): Invalid | undefined {
    return this.required && !this.formValue() ? this.missing() : undefined;
  }

  protected override resetValue(): void {
    this.#values = undefined;
  }

  protected override restoreValue(state: string | FormData): void {
    if (typeof state === 'string') this.value = state;
    else this.values = [...state.values()].map(String);
  }

  protected override isChosen({ value }: SelectOption): boolean {
    return this.values.includes(value);
  }

  protected override take(choice: SelectOption): void {
    const { values } = this;
    const { value } = choice;
    if (!this.multiple && this.isChosen(choice)) return;
    const others = this.multiple ? values.filter((one) => one !== value) : [];
    this.#values = this.isChosen(choice) ? others : [...others, value];
    this.noteEdit();
    this.emit('input');
    this.emit('change');
  }

  protected override get shown(): { readonly text: string; readonly isPlaceholder: boolean } {
    const labels = this.#chosen.map(({ label, value }) => label ?? value);
    return { text: labels.join(', ') || this.placeholder || '\u00A0', isPlaceholder: labels.length === 0 };
  }

  #input(event: Event): void {
    event.stopPropagation();
    this.#values = [(event.target as HTMLSelectElement).value];
    this.noteEdit();
    this.emit('input');
  }

  #change(event: Event): void {
    event.stopPropagation();
    this.emit('change');
  }

  protected override updated(changed: PropertyValues): void {
    const { control, value } = this;
    // Only where they differ: to write it while the list is open would move the highlighted choice.
    if (control instanceof HTMLSelectElement && control.value !== value) {
      control.value = value;
      if (control.value !== value) control.selectedIndex = -1;
    }
    super.updated(changed);
  }

  protected override render(): TemplateResult {
    const { errorText: error, label, required, help, placeholder } = this;
    if (this.multiple || this.searchable) return field({ label, required, help, error }, this.renderList());
    return field(
      { label, required, help, error },
      html`<div class="box">
        <select
          id="control"
          class="control ${this.#chosen.length === 0 ? 'unset' : ''}"
          part="select"
          autocomplete=${this.autocomplete || nothing}
          ?disabled=${this.isDisabled}
          ?required=${required}
          aria-invalid=${error ? 'true' : nothing}
          aria-describedby="note"
          @input=${this.#input}
          @change=${this.#change}
        >
          ${placeholder ? html`<option value="" hidden>${placeholder}</option>` : nothing}
          ${grouped(this.choices).map(({ heading, options }) => {
            const items = options.map(
              (option) =>
                html`<option value=${option.value} ?disabled=${option.disabled === true}>
                  ${option.label ?? option.value}
                </option>`,
            );
            return heading === '' ? items : html`<optgroup label=${heading}>${items}</optgroup>`;
          })}
        </select>
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 9l6 6 6-6" /></svg>
        <slot hidden></slot>
      </div>`,
    );
  }
}

SelectReceptor.define('skin-select');

declare global {
  interface HTMLElementTagNameMap {
    'skin-select': SelectReceptor;
  }
}
