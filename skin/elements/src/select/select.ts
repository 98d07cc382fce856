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
import { panelStyles } from '../base/panel.styles.ts';
import { grouped, type SelectOption } from '../base/options.ts';
import { OptionsControl } from '../base/options-control.ts';
import type { Invalid } from '../base/receptor.ts';
import { selectStyles } from './select.styles.ts';

/**
 * Select: one choice of a list. Uses the platform's own menu, so keyboard, touch and screen readers work as the user
 * knows them. Choices come from `options`, or from `<option>` and `<optgroup>` children. As in a native select, the first
 * choice holds when there is neither a value nor a placeholder.
 *
 * @tag skin-select
 * @slot - `<option>` and `<optgroup>` elements.
 * @fires input - When the user has chosen.
 * @fires change - When the user has chosen.
 * @csspart select - The native select.
 * @csspart label - The label.
 * @cssState invalid - A choice is required, and none is made.
 * @cssState user-invalid - So it is, and that is shown.
 */
export class SelectReceptor extends OptionsControl {
  static override styles: CSSResultGroup = [OptionsControl.styles, fieldStyles, panelStyles, selectStyles];
  static override properties: PropertyDeclarations = {
    value: { attribute: false, noAccessor: true },
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
  #value: string | undefined;

  constructor() {
    super();
    this.placeholder = '';
    this.autocomplete = '';
  }

  /**
   * The chosen value. One that no choice has yet is kept, and chosen when its choice comes; until then nothing is shown
   * or submitted.
   */
  get value(): string {
    const wanted = this.#value ?? this.defaultValue ?? this.selectedChildren[0];
    if (wanted !== undefined) return wanted;
    return this.placeholder === '' ? (this.choices.find(({ disabled }) => disabled !== true)?.value ?? '') : '';
  }
  set value(value: string | null | undefined) {
    const old = this.value;
    this.#value = value === null || value === undefined ? '' : String(value);
    this.sync();
    this.requestUpdate('value', old);
  }

  get #chosen(): SelectOption | undefined {
    const { value } = this;
    return this.choices.find((choice) => choice.value === value);
  }

  protected override get control(): HTMLSelectElement | null | undefined {
    return this.renderRoot?.querySelector('select');
  }

  protected override formValue(): string | null {
    const chosen = this.#chosen;
    return chosen === undefined || chosen.disabled === true ? null : chosen.value;
  }

  protected override findInvalid(): Invalid | undefined {
    if (!this.required || Boolean(this.formValue())) return undefined;
    return this.missing();
  }

  protected override resetValue(): void {
    this.#value = undefined;
  }

  protected override restoreValue(state: string): void {
    this.value = state;
  }

  #input(event: Event): void {
    event.stopPropagation();
    this.#value = (event.target as HTMLSelectElement).value;
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
    return field(
      { label, required, help, error },
      html`<div class="box">
        <select
          id="control"
          class="control ${this.#chosen === undefined ? 'unset' : ''}"
          part="select"
          autocomplete=${this.autocomplete || nothing}
          ?disabled=${this.isDisabled}
          ?required=${required}
          aria-label=${this.outerLabel || nothing}
          aria-invalid=${error ? 'true' : nothing}
          aria-describedby=${error ? 'error' : help ? 'help' : nothing}
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
