import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { fieldStyles } from '../base/field.styles.ts';
import { type Invalid, Receptor } from '../base/receptor.ts';

/** One choice. */
export interface SelectOption {
  readonly value: string;
  readonly label: string;
  readonly disabled?: boolean;
}

/**
 * Select: one choice of a list. Uses the platform's own menu, so keyboard, touch and screen readers work as the user
 * knows them. Choices come from `options`, or from `<option>` children.
 *
 * @tag skin-select
 * @slot - `<option>` elements.
 * @fires change - When the user has chosen.
 * @csspart select - The native select.
 */
export class SelectReceptor extends Receptor {
  static override styles: CSSResultGroup = [
    Receptor.styles,
    fieldStyles,
    css`
      .box {
        position: relative;
        display: grid;
      }
      .control {
        appearance: none;
        padding-inline-end: 2.1rem;
        cursor: pointer;
        text-overflow: ellipsis;
      }
      option {
        background: var(--_surface);
        color: var(--_text);
      }
      svg {
        position: absolute;
        inset-inline-end: 0.6rem;
        inset-block-start: calc(50% - 0.55em);
        inline-size: 1.1em;
        block-size: 1.1em;
        fill: none;
        stroke: currentcolor;
        stroke-width: 2;
        pointer-events: none;
        color: var(--_text-muted);
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    value: {},
    options: { attribute: false },
    placeholder: {},
    children_: { state: true },
  };

  declare value: string;
  /** The choices; they replace the `<option>` children. */
  declare options: readonly SelectOption[];
  /** Shown first while nothing is chosen. */
  declare placeholder: string;
  declare protected children_: readonly SelectOption[];

  constructor() {
    super();
    this.value = '';
    this.options = [];
    this.placeholder = '';
    this.children_ = [];
  }

  protected override get control(): HTMLSelectElement | null {
    return this.renderRoot?.querySelector('select') ?? null;
  }

  protected override formValue(): string {
    return this.value;
  }

  protected override findInvalid(): Invalid | undefined {
    const { control } = this;
    return this.required && this.value === ''
      ? { flags: { valueMissing: true }, message: control?.validationMessage || 'Choose an option.' }
      : undefined;
  }

  protected override resetValue(): void {
    this.value = this.getAttribute('value') ?? this.#selectedChild() ?? '';
  }

  protected override restoreValue(state: string): void {
    this.value = state;
  }

  #optionElements(): HTMLOptionElement[] {
    return [...this.querySelectorAll('option')];
  }

  #selectedChild(): string | undefined {
    return this.#optionElements().find((option) => option.defaultSelected)?.value;
  }

  #readChildren(): void {
    this.children_ = this.#optionElements().map(({ value, text, disabled }) => ({ value, label: text, disabled }));
    if (this.value === '') this.value = this.#selectedChild() ?? '';
  }

  get #choices(): readonly SelectOption[] {
    return this.options.length > 0 ? this.options : this.children_;
  }

  /** Like a native select, the first choice holds when there is neither a value nor a placeholder. */
  protected override willUpdate(): void {
    const [first] = this.#choices;
    if (
      this.value === '' &&
      this.placeholder === '' &&
      first !== undefined &&
      !this.#choices.some(({ value }) => value === '')
    )
      this.value = first.value;
  }

  #change(event: Event): void {
    event.stopPropagation();
    this.value = (event.target as HTMLSelectElement).value;
    this.emit('input');
    this.emit('change');
  }

  protected override render(): TemplateResult {
    const { errorText: error } = this;
    return html`
      ${this.label ? html`<label part="label" for="select">${this.label}${this.required ? html`<span class="required" aria-hidden="true">*</span>` : nothing}</label>` : nothing}
      <div class="box">
        <select
          id="select"
          class="control"
          part="select"
          .value=${live(this.value)}
          ?disabled=${this.isDisabled}
          ?required=${this.required}
          aria-invalid=${error ? 'true' : nothing}
          aria-describedby=${error ? 'error' : this.help ? 'help' : nothing}
          @change=${this.#change}
        >
          ${this.placeholder ? html`<option value="" ?selected=${this.value === ''}>${this.placeholder}</option>` : nothing}
          ${this.#choices.map(({ value, label, disabled }) => html`<option value=${value} ?disabled=${disabled === true} ?selected=${value === this.value}>${label}</option>`)}
        </select>
        <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 9l6 6 6-6" /></svg>
      </div>
      ${error ? html`<p id="error" class="error" part="error">${error}</p>` : this.help ? html`<p id="help" class="help" part="help">${this.help}</p>` : nothing}
      <slot hidden @slotchange=${this.#readChildren}></slot>
    `;
  }
}

SelectReceptor.define('skin-select');

declare global {
  interface HTMLElementTagNameMap {
    'skin-select': SelectReceptor;
  }
}
