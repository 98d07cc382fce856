import { type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { SkinCell } from '../base/skin-cell.ts';
import { buttonStyles } from './button.styles.ts';

/** What a button does to its form. */
export type ButtonType = 'button' | 'submit' | 'reset';
/** How much a button asks for attention. */
export type ButtonVariant = 'primary' | 'secondary' | 'ghost' | 'danger';

/**
 * Button. Submits or resets its form like a native one.
 *
 * @tag skin-button
 * @slot - Text, icons or both.
 * @csspart base - The native button.
 */
export class TouchReceptor extends SkinCell {
  static formAssociated = true;
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };
  static override styles: CSSResultGroup = [SkinCell.styles, buttonStyles];
  static override properties: PropertyDeclarations = {
    type: {},
    variant: { reflect: true },
    size: { reflect: true },
    name: {},
    value: {},
    label: { reflect: true },
    disabled: { type: Boolean, reflect: true },
    loading: { type: Boolean, reflect: true },
    fieldsetDisabled: { state: true },
  };

  /** Default `button`: a button does nothing to its form unless it says so. */
  declare type: ButtonType;
  /** Default `secondary`. */
  declare variant: ButtonVariant;
  /** Default `medium`. */
  declare size: 'small' | 'medium';
  /** Submitted with `value` when this button submits. */
  declare name: string;
  declare value: string;
  /** Accessible name of a button that shows only an icon. */
  declare label: string;
  declare disabled: boolean;
  /** Shows that work is under way, and takes no further click. */
  declare loading: boolean;
  declare protected fieldsetDisabled: boolean;
  readonly #internals: ElementInternals = this.attachInternals();

  constructor() {
    super();
    this.type = 'button';
    this.variant = 'secondary';
    this.size = 'medium';
    this.name = '';
    this.value = '';
    this.label = '';
    this.disabled = false;
    this.loading = false;
    this.fieldsetDisabled = false;
    this.addEventListener('click', (event) => this.#click(event), { capture: true });
  }

  get form(): HTMLFormElement | null {
    return this.#internals.form;
  }

  get #inactive(): boolean {
    return this.disabled || this.fieldsetDisabled || this.loading;
  }

  #click(event: Event): void {
    // `element.click()` reaches the host without passing the disabled button inside.
    if (this.#inactive) {
      event.stopImmediatePropagation();
      event.preventDefault();
      return;
    }
    if (this.type === 'button') return;
    // Listeners of the page come first, and may prevent it; microtasks would run between them.
    setTimeout(() => {
      if (!event.defaultPrevented) this.#act();
    });
  }

  #act(): void {
    const { form } = this.#internals;
    if (this.type === 'reset') form?.reset();
    else {
      if (this.name !== '') this.#internals.setFormValue(this.value);
      form?.requestSubmit();
      this.#internals.setFormValue(null);
    }
  }

  formDisabledCallback(disabled: boolean): void {
    this.fieldsetDisabled = disabled;
  }

  protected override render(): TemplateResult {
    return html`<button
      part="base"
      type="button"
      ?disabled=${this.disabled || this.fieldsetDisabled}
      aria-label=${this.label || nothing}
      aria-busy=${this.loading ? 'true' : nothing}
    >
      ${this.loading ? html`<span class="spinner" aria-hidden="true"></span>` : nothing}<slot></slot>
    </button>`;
  }
}

TouchReceptor.define('skin-button');

declare global {
  interface HTMLElementTagNameMap {
    'skin-button': TouchReceptor;
  }
}
