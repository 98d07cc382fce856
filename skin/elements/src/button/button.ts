import { type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { baseStyles } from '../base/base.styles.ts';
import { ControlCell } from '../base/control-cell.ts';
import { controlStyles } from '../base/control.styles.ts';
import { interactively } from '../base/interaction.ts';
import { term } from '../base/terms.ts';
import type { Popup } from '../base/trigger.ts';
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
 * @csspart spinner - Shown while loading.
 */
export class TouchReceptor extends ControlCell {
  static override styles: CSSResultGroup = [baseStyles, controlStyles, buttonStyles];
  static override properties: PropertyDeclarations = {
    type: { reflect: true, useDefault: true },
    variant: { reflect: true, useDefault: true },
    size: { reflect: true, useDefault: true },
    name: {},
    value: {},
    formAction: {},
    formMethod: {},
    formTarget: {},
    formNoValidate: { type: Boolean },
    label: { reflect: true, useDefault: true },
    loading: { type: Boolean, reflect: true },
    popup: {},
    expanded: { type: Boolean },
    pressed: { type: Boolean, reflect: true },
    description: {},
  };

  /** Default `button`: a button does nothing to its form unless it says so. */
  declare type: ButtonType;
  /** Default `secondary`. */
  declare variant: ButtonVariant;
  /** Default `medium`. */
  declare size: 'small' | 'medium';
  /** Submitted with `value` when this button submits. */
  declare name: string;
  /** What is submitted under `name`. */
  declare value: string;
  /** Address that this button submits to, in place of the form's; a script is none. */
  declare formAction: string | undefined;
  /** Way that it submits in, in place of the form's. */
  declare formMethod: string | undefined;
  /** Window that the answer goes to, in place of the form's. */
  declare formTarget: string | undefined;
  /** Whether it submits what is not accepted, too, such as a draft. */
  declare formNoValidate: boolean | undefined;
  /** Accessible name of a button that shows only an icon. */
  declare label: string;
  /** Shows that work is under way, and takes no further click. */
  declare loading: boolean;
  /** What it opens, for assistive technology; whatever it opens sets this. */
  declare popup: Popup | '';
  /** Whether what it opens is open; undefined where it opens nothing. */
  declare expanded: boolean | undefined;
  /** Whether it is pressed, for a button that stays so; undefined for any other. */
  declare pressed: boolean | undefined;
  /** Description for assistive technology; a tooltip sets this. */
  declare description: string;

  constructor() {
    super();
    this.type = 'button';
    this.variant = 'secondary';
    this.size = 'medium';
    this.name = '';
    this.value = '';
    this.loading = false;
    this.popup = '';
    this.description = '';
    this.addEventListener('click', (event) => this.#click(event), { capture: true });
  }

  #click(event: Event): void {
    // `element.click()` reaches the host without passing the disabled button inside.
    if (this.isDisabled || this.loading) {
      event.stopImmediatePropagation();
      event.preventDefault();
      return;
    }
    if (this.type === 'button') return;
    // Listeners of the page come first, and may prevent it. The window is where a click ends; one that is stopped on its
    // way still counts, a moment later.
    let isDone = false;
    const finish = (): void => {
      if (!isDone && !event.defaultPrevented) this.#act();
      isDone = true;
    };
    window.addEventListener('click', finish, { once: true });
    setTimeout(() => {
      window.removeEventListener('click', finish);
      finish();
    });
  }

  #act(): void {
    const { form } = this;
    if (this.type === 'reset') form?.reset();
    else if (form !== null) {
      if (this.name !== '') this.internals.setFormValue(this.value);
      // What submits a form is a native button, for the browser and for the page.
      const submitter = document.createElement('button');
      submitter.hidden = true;
      // An empty text would be an answer of its own.
      for (const key of ['value', 'formAction', 'formMethod', 'formTarget', 'formNoValidate'] as const)
        if (this[key]) Reflect.set(submitter, key, this[key]);
      if (submitter.formAction.startsWith('javascript:')) submitter.removeAttribute('formaction');
      form.append(submitter);
      interactively(() => form.requestSubmit(submitter));
      submitter.remove();
      this.internals.setFormValue(null);
    }
  }

  /** What the button shows. */
  protected renderContent(): TemplateResult {
    return html`<slot></slot>`;
  }

  protected override render(): TemplateResult {
    return html`<button
      id="control"
      part="base"
      type="button"
      ?disabled=${this.isDisabled}
      aria-label=${this.label || nothing}
      aria-haspopup=${this.popup || nothing}
      aria-expanded=${this.expanded ?? nothing}
      aria-pressed=${this.pressed ?? nothing}
      aria-description=${this.description || nothing}
      aria-busy=${this.loading ? 'true' : nothing}
    >
      ${this.loading ? html`<span class="spinner" part="spinner" role="img" aria-label=${term(this, 'loading', 'Loading')}></span>` : nothing}${this.renderContent()}
    </button>`;
  }
}

TouchReceptor.define('skin-button');

declare global {
  interface HTMLElementTagNameMap {
    'skin-button': TouchReceptor;
  }
}
