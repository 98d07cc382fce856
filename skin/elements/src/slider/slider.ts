import {
  css,
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { localeOf } from '../base/terms.ts';
import { TextControl } from '../base/text-control.ts';

/**
 * Slider: a number within bounds, where the way counts more than the digits.
 *
 * @tag skin-slider
 * @fires input - While it moves.
 * @fires change - When the user has let it go.
 * @csspart input - The native range input.
 * @csspart label - The label.
 * @csspart value - The number beside it.
 * @cssState invalid - The number is not accepted.
 * @cssState user-invalid - It is not accepted, and that is shown.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/slider/
 */
export class SliderReceptor extends TextControl {
  static override styles: CSSResultGroup = [
    TextControl.styles,
    css`
      .box {
        display: flex;
        align-items: center;
        gap: 0.75rem;
      }
      .control {
        min-inline-size: 0;
        min-block-size: 1.5rem;
        padding: 0;
        border: 0;
        background: none;
        accent-color: var(--_accent);
        cursor: pointer;
      }
      output {
        min-inline-size: 2.5ch;
        text-align: end;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  static override properties: PropertyDeclarations = { min: {}, max: {}, step: {} };

  /** Least number. Default 0. */
  declare min: string;
  /** Largest number. Default 100. */
  declare max: string;
  /** Step between two numbers, or `any`. Default 1. */
  declare step: string;

  constructor() {
    super();
    this.min = '0';
    this.max = '100';
    this.step = '1';
  }

  /** The value as a number. */
  get valueAsNumber(): number {
    return Number(this.value);
  }
  set valueAsNumber(value: number) {
    this.value = String(value);
  }

  protected override updated(changed: PropertyValues): void {
    const before = this.value;
    super.updated(changed);
    // The native input has moved the number into its bounds.
    if (this.value !== before) this.requestUpdate();
  }

  protected override renderControl(): TemplateResult {
    const { value } = this;
    const shown = value === '' ? '' : Number(value).toLocaleString(localeOf(this));
    return html`<div class="box">
      <input
        id="control"
        class="control"
        part="input"
        type="range"
        ?disabled=${this.isDisabled}
        min=${this.min}
        max=${this.max}
        step=${this.step}
        aria-invalid=${this.errorText ? 'true' : nothing}
        aria-describedby="note"
        @input=${this.onInput}
        @change=${this.onChange}
      /><output part="value" for="control" aria-hidden="true">${shown}</output>
    </div>`;
  }
}

SliderReceptor.define('skin-slider');

declare global {
  interface HTMLElementTagNameMap {
    'skin-slider': SliderReceptor;
  }
}
