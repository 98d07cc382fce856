import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { baseStyles } from '../base/base.styles.ts';
import { anchoredStyles } from '../base/anchored.ts';
import { fieldButtonStyles } from '../base/field-button.styles.ts';
import { fieldStyles } from '../base/field.styles.ts';
import type { SelectOption } from '../base/options.ts';
import { OptionsControl } from '../base/options-control.ts';
import { panelStyles } from '../base/panel.styles.ts';
import type { Invalid } from '../base/receptor.ts';
import { term } from '../base/terms.ts';
import { comboField, placeList } from './combo.ts';
import { comboboxStyles } from './combobox.styles.ts';
import { fold, labelOf, matching } from './matching.ts';

/** Choices shown at once at most; typing more narrows them down. */
const most = 100;

/**
 * Combobox: one of a long list, found by typing. Choices come from `options`, or from `<option>` children. With `free`
 * any other text will do, too. Arrow keys move in the list, Enter chooses, Escape closes it.
 *
 * @tag skin-combobox
 * @slot - `<option>` elements.
 * @fires input - When the user has chosen; with `free` at each keystroke.
 * @fires change - When the user has chosen, or has finished a text of their own.
 * @csspart input - The native input.
 * @csspart label - The label.
 * @csspart list - The list.
 * @csspart option - A choice.
 * @cssState invalid - A choice is required, and none is made.
 * @cssState user-invalid - So it is, and that is shown.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */
export class ComboReceptor extends OptionsControl {
  static override styles: CSSResultGroup = [
    baseStyles,
    fieldStyles,
    fieldButtonStyles,
    panelStyles,
    anchoredStyles,
    comboboxStyles,
  ];
  static override properties: PropertyDeclarations = {
    value: { attribute: false, noAccessor: true },
    defaultValue: { attribute: 'value' },
    placeholder: {},
    free: { type: Boolean },
    query: { state: true },
    isOpen: { state: true },
    active: { state: true },
  };

  /** What is chosen at first and after a reset: the `value` attribute. */
  declare defaultValue: string | null | undefined;
  /** Example shown while it is empty; no substitute for a label. */
  declare placeholder: string;
  /** Whether a text that is no choice is accepted. */
  declare free: boolean;
  /** What was typed since the last choice. */
  declare protected query: string | undefined;
  declare protected isOpen: boolean;
  declare protected active: SelectOption | undefined;
  #value: string | undefined;

  constructor() {
    super();
    this.placeholder = '';
    this.free = false;
    this.isOpen = false;
    this.addEventListener('focusout', () => this.#leave());
  }

  /** The chosen value; an empty text while none is. */
  get value(): string {
    return this.#value ?? this.defaultValue ?? this.selectedChildren[0] ?? '';
  }
  set value(value: string | null | undefined) {
    const old = this.value;
    this.#value = value === null || value === undefined ? '' : String(value);
    this.query = undefined;
    this.sync();
    this.requestUpdate('value', old);
  }

  get #chosen(): SelectOption | undefined {
    const { value } = this;
    return this.choices.find((choice) => choice.value === value && choice.disabled !== true);
  }

  get #text(): string {
    if (this.query !== undefined) return this.query;
    const chosen = this.#chosen;
    if (chosen !== undefined) return labelOf(chosen);
    return this.free ? this.value : '';
  }

  get #shown(): SelectOption[] {
    return matching(this.choices, this.query ?? '').slice(0, most);
  }

  protected override formValue(): string | null {
    return this.free ? this.value : (this.#chosen?.value ?? null);
  }

  protected override findInvalid(): Invalid | undefined {
    return this.required && !this.formValue() ? this.missing() : undefined;
  }

  protected override resetValue(): void {
    this.#value = undefined;
    this.query = undefined;
  }

  protected override restoreValue(state: string): void {
    this.value = state;
  }

  #choose(choice: SelectOption | undefined): void {
    if (choice?.disabled === true) return;
    const isNew = choice?.value !== this.value;
    this.#value = choice?.value ?? '';
    this.query = undefined;
    this.isOpen = false;
    this.noteEdit();
    if (!isNew) return;
    this.emit('input');
    this.emit('change');
  }

  /** What was typed is a choice, a text of the user's own, or forgotten. */
  #leave(): void {
    this.isOpen = false;
    const { query } = this;
    if (query === undefined) return;
    const same = this.choices.find((choice) => fold(labelOf(choice)) === fold(query));
    if (same !== undefined || query === '') this.#choose(same);
    else if (this.free) this.emit('change');
    this.query = undefined;
  }

  #input(event: Event): void {
    this.query = (event.target as HTMLInputElement).value;
    this.isOpen = true;
    this.active = this.query === '' ? undefined : this.#shown.find(({ disabled }) => disabled !== true);
    if (this.free) {
      this.#value = this.query;
      this.noteEdit();
    } else event.stopPropagation();
  }

  #open(): void {
    this.isOpen = !this.isDisabled;
    this.active = this.#chosen;
  }

  #move(step: 1 | -1): void {
    const usable = this.#shown.filter(({ disabled }) => disabled !== true);
    if (!this.isOpen) this.#open();
    else if (this.active !== undefined && usable.includes(this.active)) {
      const at = usable.indexOf(this.active) + step;
      this.active = usable.at(at % usable.length);
      return;
    }
    this.active ??= usable.at(step === 1 ? 0 : -1);
  }

  protected override updated(changed: PropertyValues): void {
    const control = this.control as HTMLInputElement | null | undefined;
    if (control && control.value !== this.#text) control.value = this.#text;
    super.updated(changed);
    placeList(this.renderRoot, this.isOpen);
  }

  #option(choice: SelectOption, at: number): TemplateResult {
    return html`<div
      role="option"
      part="option"
      id="option-${at}"
      class=${choice === this.active ? 'active' : ''}
      aria-selected=${choice === this.#chosen}
      aria-disabled=${choice.disabled === true ? 'true' : nothing}
      @click=${() => this.#choose(choice)}
    >
      ${labelOf(choice)}
    </div>`;
  }

  protected override render(): TemplateResult {
    const { errorText: error, label, required, help, isOpen } = this;
    const shown = isOpen ? this.#shown : [];
    const at = this.active === undefined ? -1 : shown.indexOf(this.active);
    return comboField({
      label,
      required,
      help,
      error,
      isOpen,
      isDisabled: this.isDisabled,
      isReadOnly: false,
      placeholder: this.placeholder,
      isNarrowed: true,
      active: at,
      icon: 'M6 9l6 6 6-6',
      options:
        isOpen && shown.length === 0
          ? html`<div class="none" role="option" aria-disabled="true" aria-selected="false">
              ${term(this, 'noMatches', 'No matches')}
            </div>`
          : shown.map((choice, index) => this.#option(choice, index)),
      form: this.form,
      open: () => this.#open(),
      close: () => (this.isOpen = false),
      move: (step) => this.#move(step),
      take: () => this.#choose(this.active),
      onInput: (event) => this.#input(event),
      onChange: (event) => event.stopPropagation(),
    });
  }
}

ComboReceptor.define('skin-combobox');

declare global {
  interface HTMLElementTagNameMap {
    'skin-combobox': ComboReceptor;
  }
}
