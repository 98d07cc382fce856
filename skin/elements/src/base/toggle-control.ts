import { type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { baseStyles } from './base.styles.ts';
import { type Invalid, Receptor } from './receptor.ts';
import { toggleStyles } from './toggle.styles.ts';

/** On/off control base class, on a native checkbox. */
export abstract class ToggleControl extends Receptor {
  static override styles: CSSResultGroup = [baseStyles, toggleStyles];
  static override properties: PropertyDeclarations = {
    checked: { attribute: false, noAccessor: true },
    defaultChecked: { type: Boolean, attribute: 'checked' },
    value: {},
  };

  /** Whether it is on at first and after a reset: the `checked` attribute. */
  declare defaultChecked: boolean;
  /** Submitted when checked. Default `on`. */
  declare value: string;
  #checked: boolean | undefined;

  constructor() {
    super();
    this.defaultChecked = false;
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
    this.#checked = Boolean(checked);
    this.sync();
    this.requestUpdate();
  }

  protected override get ownName(): string {
    return this.label || (this.textContent as string).trim();
  }

  protected override formValue(): string | null {
    return this.checked ? this.value : null;
  }

  protected override findInvalid(): Invalid | undefined {
    return this.required && !this.checked ? this.missing() : undefined;
  }

  protected override resetValue(): void {
    this.#checked = undefined;
  }

  protected override restoreValue(state: string): void {
    this.checked = state === this.value;
  }

  protected override sync(): void {
    const { checked } = this;
    const control = this.control as HTMLInputElement | null | undefined;
    // The native checkbox keeps step at once, so that its own message is there to be used.
    if (control) {
      control.required = this.required;
      control.checked = checked;
    }
    this.setState('checked', checked);
    super.sync();
  }

  protected onInput(event: Event): void {
    this.#checked = (event.target as HTMLInputElement).checked;
    this.noteEdit();
  }

  /** What the native checkbox is to assistive technology; itself by default. */
  protected readonly controlRole: string | undefined;

  protected override render(): TemplateResult {
    const { errorText: error } = this;
    return html`<label
        ><input
          part="input"
          type="checkbox"
          role=${this.controlRole ?? nothing}
          ?disabled=${this.isDisabled}
          aria-invalid=${error ? 'true' : nothing}
          aria-describedby="note"
          @input=${this.onInput}
          @change=${() => this.emit('change')}
        /><span part="label"><slot>${this.label}</slot></span></label
      >
      <p id="note" part=${error ? 'error' : 'help'} aria-live="polite">${error || this.help}</p>`;
  }
}
