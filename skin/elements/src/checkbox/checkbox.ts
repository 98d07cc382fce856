import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { type Invalid, Receptor } from '../base/receptor.ts';

/**
 * Checkbox, with an indeterminate state.
 *
 * @tag skin-checkbox
 * @slot - The label; instead of the `label` attribute.
 * @fires change - When the user has switched it.
 * @csspart input - The native checkbox.
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
      :host([disabled]) label {
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
    checked: { type: Boolean },
    indeterminate: { type: Boolean },
    value: {},
  };

  declare checked: boolean;
  /** Neither on nor off; ends when the user switches it. */
  declare indeterminate: boolean;
  /** Submitted when checked. Default `on`. */
  declare value: string;

  constructor() {
    super();
    this.checked = false;
    this.indeterminate = false;
    this.value = 'on';
  }

  protected override get control(): HTMLInputElement | null {
    return this.renderRoot?.querySelector('input') ?? null;
  }

  protected override formValue(): string | null {
    return this.checked ? this.value : null;
  }

  protected override findInvalid(): Invalid | undefined {
    return this.required && !this.checked
      ? { flags: { valueMissing: true }, message: this.control?.validationMessage || 'Tick this box to go on.' }
      : undefined;
  }

  protected override resetValue(): void {
    this.checked = this.hasAttribute('checked');
    this.indeterminate = this.hasAttribute('indeterminate');
  }

  protected override restoreValue(state: string): void {
    this.checked = state === this.value;
  }

  #change(event: Event): void {
    event.stopPropagation();
    this.checked = (event.target as HTMLInputElement).checked;
    this.indeterminate = false;
    this.emit('change');
  }

  protected override render(): TemplateResult {
    const { errorText: error } = this;
    return html`
      <label>
        <input
          part="input"
          type="checkbox"
          .checked=${live(this.checked)}
          .indeterminate=${live(this.indeterminate)}
          ?disabled=${this.isDisabled}
          ?required=${this.required}
          aria-invalid=${error ? 'true' : nothing}
          aria-describedby=${error ? 'error' : this.help ? 'help' : nothing}
          @change=${this.#change}
        />
        <span part="label"
          ><slot>${this.label}</slot
          >${this.required ? html`<span class="required" aria-hidden="true"> *</span>` : nothing}</span
        >
      </label>
      ${error ? html`<p id="error" class="error">${error}</p>` : this.help ? html`<p id="help" class="help">${this.help}</p>` : nothing}
    `;
  }
}

CheckReceptor.define('skin-checkbox');

declare global {
  interface HTMLElementTagNameMap {
    'skin-checkbox': CheckReceptor;
  }
}
