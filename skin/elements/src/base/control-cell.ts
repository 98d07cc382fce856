import type { PropertyDeclarations, PropertyValues } from 'lit';
import { EventCell } from './event-cell.ts';

/**
 * Control base class: an element of a form around a native control, which the page can name and describe as if it were
 * native itself, by a `<label>` or by the attributes of ARIA. It has no styles: each control brings all of its own.
 */
export abstract class ControlCell extends EventCell {
  /** @ignore */
  static formAssociated = true;
  /** @ignore */
  static override shadowRootOptions: ShadowRootInit = { mode: 'open', delegatesFocus: true };
  static override properties: PropertyDeclarations = {
    label: {},
    disabled: { type: Boolean, reflect: true },
    outerLabel: { attribute: 'aria-label' },
    'aria-labelledby': {},
    'aria-describedby': {},
  };

  /** Visible label. */
  declare label: string;
  /** Whether it is off. A disabled fieldset around it turns it off too. */
  declare disabled: boolean;
  /** Name that the page has given it. */
  declare protected outerLabel: string;
  declare protected 'aria-labelledby': string | null | undefined;
  declare protected 'aria-describedby': string | null | undefined;
  #isNamed = false;

  constructor() {
    super();
    this.label = '';
    this.disabled = false;
    // A <label> may have come since the last rendering.
    this.addEventListener('focusin', () => this.#name());
  }

  /** The form it belongs to. */
  get form(): HTMLFormElement | null {
    return this.internals.form;
  }
  /** The `<label>` elements outside that are for it. */
  get labels(): NodeList {
    return this.internals.labels;
  }

  /** Name that it has by itself. */
  protected get ownName(): string {
    return this.label;
  }

  /** Whether the control can't be used, by itself or through its fieldset. */
  protected get isDisabled(): boolean {
    return this.disabled || (!this.hasAttribute('disabled') && this.matches(':disabled'));
  }

  /** Has the native control named and described by what the page has for it; loaded only where there is something. */
  #name(): void {
    const labels = this.ownName ? [] : this.labels;
    this.#isNamed ||= labels.length > 0 || /aria-/.test(String(this.getAttributeNames()));
    if (this.#isNamed) void import('./outer-names.ts').then((names) => names.refer(this, labels));
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.#name();
    // No longer off by itself, but perhaps still by its fieldset: of that the browser tells nothing.
    if (changed.get('disabled')) this.requestUpdate();
  }

  /** @ignore */
  formDisabledCallback(): void {
    this.requestUpdate();
  }
}
