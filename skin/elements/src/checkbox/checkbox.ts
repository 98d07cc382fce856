import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { type Invalid, Receptor } from '../base/receptor.ts';

/**
 * Checkbox, with an indeterminate state.
 *
 * @tag skin-checkbox
 * @slot - The label; instead of the `label` attribute.
 * @fires input - When the user has switched it.
 * @fires change - When the user has switched it.
 * @csspart input - The native checkbox.
 * @csspart label - The label.
 * @cssState checked - It is on.
 * @cssState indeterminate - It is neither on nor off.
 * @cssState invalid - It must be on, and is not.
 * @cssState user-invalid - So it is, and that is shown.
 */
export class CheckReceptor extends Receptor {
  static override styles: CSSResultGroup = [
    Receptor.styles,
    css`
      :host {
        display: inline-block;
      }
      label {
        display: inline-flex;
        gap: 0.55rem;
        align-items: flex-start;
        min-block-size: 1.5rem;
        cursor: pointer;
      }
      input {
        appearance: none;
        flex: none;
        inline-size: 1.2rem;
        block-size: 1.2rem;
        margin: 0.1rem 0 0;
        cursor: inherit;
        display: grid;
        place-content: center;
        background: var(--_surface);
        border: 1px solid var(--_border-control);
        border-radius: 0.35rem;
        transition:
          background-color var(--_duration),
          border-color var(--_duration);
      }
      input::before {
        content: '';
        inline-size: 0.8rem;
        block-size: 0.8rem;
        scale: 0;
        transition: scale var(--_duration);
        background: var(--_on-accent);
        clip-path: polygon(14% 44%, 0 58%, 40% 96%, 100% 20%, 86% 8%, 39% 68%);
      }
      input:checked,
      input:indeterminate {
        background: var(--_accent);
        border-color: transparent;
      }
      input:checked::before {
        scale: 1;
      }
      input:indeterminate::before {
        scale: 1;
        clip-path: inset(40% 10%);
      }
      input[aria-invalid='true'] {
        border-color: var(--_danger);
      }
      :host(:disabled) label {
        opacity: 0.6;
        cursor: not-allowed;
      }
      .required {
        color: var(--_danger);
      }
      .error,
      .help {
        margin: 0.15rem 0 0;
        padding-inline-start: 1.75rem;
        font-size: var(--_font-size-small);
        color: var(--_text-muted);
      }
      .error {
        color: var(--_danger);
      }
      @media (forced-colors: active) {
        input {
          appearance: auto;
        }
        input::before {
          display: none;
        }
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    checked: { attribute: false, noAccessor: true },
    defaultChecked: { type: Boolean, attribute: 'checked' },
    indeterminate: { type: Boolean },
    value: {},
  };

  /** Whether it is on at first and after a reset: the `checked` attribute. */
  declare defaultChecked: boolean;
  /** Neither on nor off; ends when the user switches it. */
  declare indeterminate: boolean;
  /** Submitted when checked. Default `on`. */
  declare value: string;
  #checked: boolean | undefined;

  constructor() {
    super();
    this.defaultChecked = false;
    this.indeterminate = false;
    this.value = 'on';
    // A <label> outside presses the element itself, not what is in it.
    this.addEventListener('click', (event) => {
      if (event.composedPath()[0] === this) this.control?.click();
    });
  }

  /** Whether it is on. It follows the `checked` attribute until the user or a script has changed it. */
  get checked(): boolean {
    return this.#checked ?? this.defaultChecked;
  }
  set checked(checked: boolean) {
    const old = this.checked;
    this.#checked = Boolean(checked);
    this.sync();
    this.requestUpdate('checked', old);
  }

  protected override get control(): HTMLInputElement | null {
    return this.renderRoot?.querySelector('input') ?? null;
  }

  protected override formValue(): string | null {
    return this.checked ? this.value : null;
  }

  protected override findInvalid(): Invalid | undefined {
    return this.required && !this.checked
      ? { flags: { valueMissing: true }, message: this.control?.validationMessage ?? '' }
      : undefined;
  }

  protected override resetValue(): void {
    this.#checked = undefined;
    this.indeterminate = this.hasAttribute('indeterminate');
  }

  protected override restoreValue(state: string): void {
    this.checked = state === this.value;
  }

  protected override sync(): void {
    const { control } = this;
    // The native checkbox keeps step at once, so that its own message is there to be used.
    if (control !== null) {
      control.required = this.required;
      control.checked = this.checked;
      control.indeterminate = this.indeterminate;
    }
    this.setState('checked', this.checked);
    this.setState('indeterminate', this.indeterminate);
    super.sync();
  }

  #input(event: Event): void {
    this.indeterminate = false;
    this.#checked = (event.target as HTMLInputElement).checked;
    this.noteEdit();
  }

  #change(event: Event): void {
    event.stopPropagation();
    this.emit('change');
  }

  protected override render(): TemplateResult {
    const { errorText: error } = this;
    return html`
      <label>
        <input
          part="input"
          type="checkbox"
          ?disabled=${this.isDisabled}
          aria-label=${this.textContent?.trim() ? nothing : this.outerLabel || nothing}
          aria-invalid=${error ? 'true' : nothing}
          aria-describedby=${error ? 'error' : this.help ? 'help' : nothing}
          @input=${this.#input}
          @change=${this.#change}
        />
        <span part="label"
          ><slot>${this.label}</slot
          >${this.required ? html`<span class="required" aria-hidden="true"> *</span>` : nothing}</span
        >
      </label>
      <div aria-live="polite">
        ${error ? html`<p id="error" class="error" part="error">${error}</p>` : nothing}
        ${!error && this.help ? html`<p id="help" class="help" part="help">${this.help}</p>` : nothing}
      </div>
    `;
  }
}

CheckReceptor.define('skin-checkbox');

declare global {
  interface HTMLElementTagNameMap {
    'skin-checkbox': CheckReceptor;
  }
}
