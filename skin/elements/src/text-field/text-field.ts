import type { PropertyDeclarations, TemplateResult } from 'lit';
import { InputControl } from '../base/input-control.ts';

/** Kinds of single-line text. */
export type TextFieldType = 'text' | 'email' | 'url' | 'tel' | 'search' | 'password' | 'number';

/**
 * Single-line text field with label, help and error.
 *
 * @tag skin-text-field
 * @fires input - At each keystroke.
 * @fires change - When the user has finished a change.
 * @csspart input - The native input.
 * @csspart label - The label.
 * @cssState invalid - The text is not accepted.
 * @cssState user-invalid - It is not accepted, and that is shown.
 */
export class TextReceptor extends InputControl {
  static override properties: PropertyDeclarations = { type: {} };

  /** Kind of text, as of a native input. */
  declare type: TextFieldType;

  constructor() {
    super();
    this.type = 'text';
  }

  protected override renderControl(): TemplateResult {
    return this.renderInput(this.type);
  }
}

TextReceptor.define('skin-text-field');

declare global {
  interface HTMLElementTagNameMap {
    'skin-text-field': TextReceptor;
  }
}
