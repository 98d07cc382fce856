import { html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { submitImplicitly } from './interaction.ts';
import { TextControl } from './text-control.ts';

/** Single-line control base class, on a native input. */
export abstract class InputControl extends TextControl {
  static override properties: PropertyDeclarations = {
    inputMode: { attribute: 'inputmode' },
    pattern: {},
    min: {},
    max: {},
    step: {},
  };

  /** Keyboard that a telephone shows. */
  declare inputMode: string;
  /** Regular expression that the whole text must match. */
  declare pattern: string;
  /** Least number. */
  declare min: string;
  /** Largest number. */
  declare max: string;
  /** Step of a number. */
  declare step: string;

  constructor() {
    super();
    this.inputMode = '';
    this.pattern = '';
    this.min = '';
    this.max = '';
    this.step = '';
  }

  protected onKeydown(event: KeyboardEvent): void {
    if (event.key === 'Enter' && !event.isComposing && this.form !== null) submitImplicitly(this.form);
  }

  /** The native input, of a type. */
  protected renderInput(type: string): TemplateResult {
    return html`<input
      id="control"
      class="control"
      part="input"
      type=${type}
      name=${this.name || nothing}
      ?disabled=${this.isDisabled}
      ?required=${this.required}
      ?readonly=${this.readOnly}
      placeholder=${this.placeholder || nothing}
      autocomplete=${this.autocomplete || nothing}
      autocapitalize=${this.autocapitalize || nothing}
      enterkeyhint=${this.enterKeyHint || nothing}
      inputmode=${this.inputMode || nothing}
      pattern=${this.pattern || nothing}
      minlength=${this.minLength ?? nothing}
      maxlength=${this.maxLength ?? nothing}
      min=${this.min || nothing}
      max=${this.max || nothing}
      step=${this.step || nothing}
      aria-invalid=${this.errorText ? 'true' : nothing}
      aria-describedby="note"
      @input=${this.onInput}
      @compositionend=${this.onInput}
      @change=${this.onChange}
      @keydown=${this.onKeydown}
    />`;
  }
}
