import { css, type CSSResultGroup, html, type TemplateResult } from 'lit';
import { fieldButtonStyles } from '../base/field-button.styles.ts';
import { InputControl } from '../base/input-control.ts';
import { toLatinDigits } from '../otp-field/digits.ts';

/**
 * Number field, with buttons for one step less and more. Arrow keys step, too, as in a native one.
 *
 * @tag skin-number-field
 * @fires input - At each keystroke and step.
 * @fires change - When the user has finished a change, and at each step.
 * @csspart input - The native input.
 * @csspart label - The label.
 * @csspart decrement - The button for less.
 * @csspart increment - The button for more.
 * @cssState invalid - The number is not accepted.
 * @cssState user-invalid - It is not accepted, and that is shown.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/spinbutton/
 */
export class NumberReceptor extends InputControl {
  static override styles: CSSResultGroup = [
    InputControl.styles,
    fieldButtonStyles,
    css`
      .box .control {
        appearance: textfield;
        padding-inline-end: 4.2rem;
        font-variant-numeric: tabular-nums;
      }
      ::-webkit-inner-spin-button {
        display: none;
      }
    `,
  ];

  constructor() {
    super();
    this.inputMode = 'decimal';
    this.addEventListener('beforeinput', (event) => this.#read(event as InputEvent));
  }

  /** A native number field takes only the digits of its browser's own language: others, typed or pasted, are put into those. */
  #read(event: InputEvent): void {
    const text = event.data ?? event.dataTransfer?.getData('text/plain') ?? '';
    const latin = toLatinDigits(text).replaceAll('٫', '.').replaceAll('٬', '').replaceAll('−', '-');
    if (latin === text || event.isComposing) return;
    event.preventDefault();
    document.execCommand('insertText', false, latin);
  }

  /** The value as a number: NaN while there is none. */
  get valueAsNumber(): number {
    return this.value === '' ? Number.NaN : Number(this.value);
  }
  set valueAsNumber(value: number) {
    this.value = Number.isFinite(value) ? String(value) : '';
  }

  /** Goes one step up, or several. */
  stepUp(steps: number = 1): void {
    this.#native?.stepUp(steps);
    this.value = this.#native?.value;
  }

  /** Goes one step down, or several. */
  stepDown(steps: number = 1): void {
    this.stepUp(-steps);
  }

  get #native(): HTMLInputElement | null | undefined {
    return this.renderRoot?.querySelector('input');
  }

  #isAt(bound: string): boolean {
    return bound !== '' && this.value !== '' && Number(this.value) === Number(bound);
  }

  /** Out of the tab order and unheard: the field itself steps by arrow keys and tells its number. */
  #button(part: string, steps: number, bound: string, path: TemplateResult): TemplateResult {
    return html`<button
      type="button"
      part=${part}
      tabindex="-1"
      aria-hidden="true"
      ?disabled=${this.isDisabled || this.readOnly || this.#isAt(bound)}
      @pointerdown=${(event: Event) => {
        event.preventDefault();
        this.focus();
      }}
      @click=${() => this.edit(() => this.#native?.stepUp(steps))}
    >
      ${path}
    </button>`;
  }

  protected override renderControl(): TemplateResult {
    const minus = html`<svg viewBox="0 0 24 24"><path d="M6 12h12" /></svg>`;
    const plus = html`<svg viewBox="0 0 24 24"><path d="M6 12h12M12 6v12" /></svg>`;
    return html`<div class="box">
      ${this.renderInput('number')}
      <span class="end"
        >${this.#button('decrement', -1, this.min, minus)}${this.#button('increment', 1, this.max, plus)}</span
      >
    </div>`;
  }
}

NumberReceptor.define('skin-number-field');

declare global {
  interface HTMLElementTagNameMap {
    'skin-number-field': NumberReceptor;
  }
}
