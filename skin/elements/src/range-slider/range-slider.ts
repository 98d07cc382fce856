import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { baseStyles } from '../base/base.styles.ts';
import { field } from '../base/field.ts';
import { type Invalid, Receptor } from '../base/receptor.ts';
import { localeOf, term } from '../base/terms.ts';
import { labelStyles } from '../otp-field/label.styles.ts';
import { rangeSliderStyles } from './range-slider.styles.ts';

const numberIn = (value: unknown, otherwise: number): number => {
  const number = Number.parseFloat(String(value));
  return Number.isFinite(number) ? number : otherwise;
};

/**
 * Range slider: two numbers within bounds, the first never above the second. Each thumb is a native slider, so keyboard
 * and screen readers work as the user knows them; a press on the track moves the nearer one.
 *
 * @tag skin-range-slider
 * @fires input - While a thumb moves.
 * @fires change - When the user has let it go.
 * @csspart low - The native range input of the lower number.
 * @csspart high - That of the higher one.
 * @csspart label - The label.
 * @csspart value - The numbers.
 * @cssState invalid - The page does not accept the numbers.
 * @cssState user-invalid - So it is, and that is shown.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/slider-multithumb/
 */
export class RangeReceptor extends Receptor {
  static override styles: CSSResultGroup = [baseStyles, labelStyles, rangeSliderStyles];
  static override properties: PropertyDeclarations = {
    value: { attribute: false, noAccessor: true },
    defaultValue: { attribute: 'value' },
    min: { type: Number },
    max: { type: Number },
    step: { type: Number },
    minGap: { type: Number, attribute: 'min-gap' },
  };

  /** Both numbers at first and after a reset, with a comma between: the `value` attribute. */
  declare defaultValue: string | null;
  /** Least number. Default 0. */
  declare min: number;
  /** Largest number. Default 100. */
  declare max: number;
  /** Step between two numbers. Default 1. */
  declare step: number;
  /** Least distance of the two. Default 0. */
  declare minGap: number;
  #value: readonly unknown[] | undefined;
  #held = '';

  constructor() {
    super();
    this.defaultValue = '';
    this.min = 0;
    this.max = 100;
    this.step = 1;
    this.minGap = 0;
  }

  get #bounds(): readonly [min: number, max: number, step: number] {
    const min = numberIn(this.min, 0);
    const step = numberIn(this.step, 1);
    return [min, Math.max(min, numberIn(this.max, 100)), step > 0 ? step : 1];
  }

  /** The two numbers, lower first: the bounds where none are given. Both are submitted under the name. */
  get value(): readonly [low: number, high: number] {
    const [min, max, step] = this.#bounds;
    const [first, second] = this.#value ?? String(this.defaultValue ?? '').split(',');
    const fit = (value: unknown, otherwise: number): number => {
      const steps = Math.round((numberIn(value, otherwise) - min) / step);
      // Without the digits that binary fractions add.
      return Math.min(max, Math.max(min, Number((min + steps * step).toPrecision(12))));
    };
    const low = fit(first, min);
    return [low, Math.max(low, fit(second, max))];
  }
  set value(value: readonly [low: number, high: number]) {
    this.#value = Array.isArray(value) ? value : [];
    this.sync();
    this.requestUpdate('value');
  }

  protected override formValue(): FormData {
    const data = new FormData();
    for (const number of this.value) data.append(this.name, String(number));
    return data;
  }

  protected override findInvalid(): Invalid | undefined {
    return undefined;
  }

  protected override resetValue(): void {
    this.#value = undefined;
  }

  protected override restoreValue(state: string | FormData): void {
    this.#value = state instanceof FormData ? [...state.values()] : state.split(',');
  }

  /** A thumb stops at the other one. */
  #move(id: string, wanted: number): void {
    const [low, high] = this.value;
    const gap = numberIn(this.minGap, 0);
    this.#value = id === 'high' ? [low, Math.max(low + gap, wanted)] : [Math.min(high - gap, wanted), high];
    this.#write();
    this.noteEdit();
  }

  #write(): void {
    for (const [at, input] of this.renderRoot.querySelectorAll('input').entries())
      input.value = String(this.value[at as 0 | 1]);
  }

  /** The inputs take no pointer, since one lies over the other: the nearer thumb follows it. */
  #drag(event: PointerEvent): void {
    const box = event.currentTarget as HTMLElement;
    const { left, width } = box.getBoundingClientRect();
    const [min, max] = this.#bounds;
    const share = (event.clientX - left) / width;
    const at = min + (this.matches(':dir(rtl)') ? 1 - share : share) * (max - min);
    if (event.type === 'pointerdown') {
      if (this.isDisabled || event.button !== 0) return;
      event.preventDefault();
      box.setPointerCapture(event.pointerId);
      const [low, high] = this.value;
      this.#held = at - low < high - at || at < low ? 'low' : 'high';
      this.renderRoot.querySelector<HTMLElement>(`#${this.#held}`)?.focus();
    }
    if (!this.#held) return;
    const before = String(this.value);
    this.#move(this.#held, at);
    if (String(this.value) !== before) this.emit('input');
  }

  #drop(): void {
    if (this.#held) this.emit('change');
    this.#held = '';
  }

  protected override updated(changed: PropertyValues): void {
    this.#write();
    super.updated(changed);
  }

  #thumb(id: 'low' | 'high', label: string, shown: string | undefined): TemplateResult {
    const [min, max, step] = this.#bounds;
    return html`<input
      id=${id}
      part=${id}
      type="range"
      min=${min}
      max=${max}
      step=${step}
      ?disabled=${this.isDisabled}
      aria-label=${label}
      aria-labelledby="label ${id}"
      aria-valuetext=${shown}
      aria-invalid=${this.errorText ? 'true' : nothing}
      aria-describedby="note"
      @input=${(event: Event) => this.#move(id, Number((event.target as HTMLInputElement).value))}
      @change=${() => this.emit('change')}
    />`;
  }

  protected override render(): TemplateResult {
    const { errorText: error, label, required, help, value } = this;
    const [min, max] = this.#bounds;
    const shown = value.map((number) => number.toLocaleString(localeOf(this)));
    const share = (number: number): string => `${((number - min) / (max - min || 1)) * 100}%`;
    return field(
      { label, required, help, error },
      html`<div
          class="box"
          style="--from:${share(value[0])};--to:${share(value[1])}"
          @pointerdown=${this.#drag}
          @pointermove=${this.#drag}
          @pointerup=${this.#drop}
          @pointercancel=${this.#drop}
        >
          <i></i
          >${this.#thumb('low', term(this, 'least', 'from'), shown[0])}${this.#thumb('high', term(this, 'most', 'to'), shown[1])}
        </div>
        <output part="value" aria-hidden="true">${shown.join(' – ')}</output>`,
    );
  }
}

RangeReceptor.define('skin-range-slider');

declare global {
  interface HTMLElementTagNameMap {
    'skin-range-slider': RangeReceptor;
  }
}
