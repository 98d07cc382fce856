import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { TextControl } from '../base/text-control.ts';

/**
 * Multi-line text field with label, help and error.
 *
 * @tag skin-textarea
 * @fires input - At each keystroke.
 * @fires change - When the user has finished a change.
 * @csspart textarea - The native text area.
 * @csspart label - The label.
 * @cssState invalid - The text is not accepted.
 * @cssState user-invalid - It is not accepted, and that is shown.
 */
export class TextareaReceptor extends TextControl {
  static override styles: CSSResultGroup = [
    TextControl.styles,
    css`
      :host {
        inline-size: 22rem;
      }
      textarea {
        min-inline-size: 100%;
        max-inline-size: 100%;
        resize: vertical;
      }
      :host([autosize]) textarea {
        field-sizing: content;
        max-block-size: 60vh;
        resize: none;
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    rows: { type: Number },
    autosize: { type: Boolean, reflect: true },
  };

  /** Lines that are seen at once. Default 3. */
  declare rows: number;
  /** Whether it grows with its text, where the browser knows `field-sizing`; elsewhere the text scrolls. */
  declare autosize: boolean;

  constructor() {
    super();
    this.rows = 3;
    this.autosize = false;
  }

  protected override renderControl(): TemplateResult {
    return html`<textarea
      id="control"
      class="control"
      part="textarea"
      rows=${this.rows}
      name=${this.name || nothing}
      ?disabled=${this.isDisabled}
      ?required=${this.required}
      ?readonly=${this.readOnly}
      placeholder=${this.placeholder || nothing}
      autocomplete=${this.autocomplete || nothing}
      autocapitalize=${this.autocapitalize || nothing}
      enterkeyhint=${this.enterKeyHint || nothing}
      minlength=${this.minLength ?? nothing}
      maxlength=${this.maxLength ?? nothing}
      aria-invalid=${this.errorText ? 'true' : nothing}
      aria-describedby="note"
      @input=${this.onInput}
      @compositionend=${this.onInput}
      @change=${this.onChange}
    ></textarea>`;
  }
}

TextareaReceptor.define('skin-textarea');

declare global {
  interface HTMLElementTagNameMap {
    'skin-textarea': TextareaReceptor;
  }
}
