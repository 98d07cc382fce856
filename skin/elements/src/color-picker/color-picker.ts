import {
  type CSSResultGroup,
  html,
  nothing,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { field } from '../base/field.ts';
import { submitImplicitly } from '../base/interaction.ts';
import type { Invalid } from '../base/receptor.ts';
import { localeOf, term } from '../base/terms.ts';
import { PopupControl } from '../date-picker/popup-control.ts';
import { type Hsv, parseHex, readCssColor, toHex, toHsv } from './color.ts';
import { colorPickerStyles } from './color-picker.styles.ts';

interface EyeDropperLike {
  open(): Promise<{ readonly sRGBHex: string }>;
}

const start: Hsv = { hue: 220, saturation: 0.7, brightness: 0.8, alpha: 1 };

/**
 * Colour field: typed in any form that CSS knows, or mixed in a panel. The value is `#rrggbb`, with `alpha` `#rrggbbaa`.
 * In the area arrow keys change saturation and brightness by one hundredth, with Shift by ten.
 *
 * @tag skin-color-picker
 * @fires input - While the colour is being mixed or typed.
 * @fires change - When the user has finished a change.
 * @fires open - When the panel has opened.
 * @fires close - When it has closed.
 * @csspart input - The native input.
 * @csspart label - The label.
 * @csspart opener - The button that opens the panel.
 * @csspart panel - The panel.
 * @csspart area - The area of saturation and brightness.
 * @csspart swatch - A colour that is offered.
 * @cssState invalid - The colour is missing or not accepted.
 * @cssState user-invalid - So it is, and that is shown.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/slider/
 */
export class ColorReceptor extends PopupControl {
  static override styles: CSSResultGroup = [PopupControl.styles, colorPickerStyles];
  static override properties: PropertyDeclarations = {
    value: { attribute: false, noAccessor: true },
    defaultValue: { attribute: 'value' },
    alpha: { type: Boolean },
    swatches: { attribute: false },
  };

  /** The colour at first and after a reset: the `value` attribute. */
  declare defaultValue: string | null;
  /** Whether the opacity can be chosen, too. */
  declare alpha: boolean;
  /** Colours that are offered, in any form that CSS knows. */
  declare swatches: readonly string[];
  #value: string | undefined;
  #typed: string | undefined;
  #isTyping = false;
  /** What is being mixed: black and white keep the hue that they had. */
  #mix: Hsv = start;
  #isHeld = false;

  constructor() {
    super();
    this.defaultValue = '';
    this.alpha = false;
    this.swatches = [];
  }

  /** The colour, `#rrggbb` or with `alpha` `#rrggbbaa`; an empty text while there is none. */
  get value(): string {
    const rgba = parseHex(this.#value ?? this.defaultValue);
    return rgba === undefined ? '' : toHex(toHsv(rgba), this.alpha);
  }
  set value(value: string | null | undefined) {
    this.#set(String(value ?? ''));
    this.sync();
    this.requestUpdate('value');
  }

  #set(value: string | undefined): void {
    this.#value = value;
    this.#typed = undefined;
    this.#isTyping = false;
  }

  protected override formValue(): string {
    return this.value;
  }

  protected override findInvalid(): Invalid | undefined {
    if (this.#typed !== undefined)
      return { flags: { badInput: true }, message: term(this, 'badColor', 'Enter a color like #3366cc.') };
    return this.required && this.value === '' ? this.missing() : undefined;
  }

  protected override resetValue(): void {
    this.#set(undefined);
  }

  protected override restoreValue(state: string): void {
    this.value = state;
  }

  protected override opened(): void {
    this.renderRoot.querySelector<HTMLElement>('.area')?.focus();
  }

  /** Takes a colour that was mixed. */
  #blend(part: Partial<Hsv>): void {
    const before = this.value;
    this.#mix = { ...this.#mix, ...part };
    this.#set(toHex(this.#mix, true));
    this.noteEdit();
    if (this.value !== before) this.emit('input');
  }

  /** Takes a colour that was chosen as it is. */
  #choose(color: string): void {
    const rgba = parseHex(color);
    if (rgba === undefined) return;
    this.#blend(toHsv(rgba));
    this.emit('change');
  }

  #type(event: Event): void {
    const text = (event.target as HTMLInputElement).value;
    const color = readCssColor(text);
    this.#value = color ?? '';
    this.#typed = color === undefined && text.trim() !== '' ? text : undefined;
    this.#isTyping = true;
    this.noteEdit();
  }

  #finish(): void {
    this.#isTyping = false;
    this.requestUpdate();
  }

  #drag(event: PointerEvent): void {
    const area = event.currentTarget as HTMLElement;
    if (event.type === 'pointerdown' && event.button === 0) {
      this.#isHeld = true;
      area.setPointerCapture(event.pointerId);
    }
    if (!this.#isHeld) return;
    const { left, top, width, height } = area.getBoundingClientRect();
    const share = (value: number): number => Math.min(1, Math.max(0, value));
    this.#blend({
      saturation: share((event.clientX - left) / width),
      brightness: share(1 - (event.clientY - top) / height),
    });
  }

  #drop(): void {
    if (this.#isHeld) this.emit('change');
    this.#isHeld = false;
  }

  #areaKeydown(event: KeyboardEvent): void {
    const step = event.shiftKey ? 0.1 : 0.01;
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowDown: [0, -step],
      ArrowUp: [0, step],
      PageDown: [0, -0.1],
      PageUp: [0, 0.1],
      Home: [-1, 0],
      End: [1, 0],
    };
    const move = Object.hasOwn(moves, event.key) ? moves[event.key] : undefined;
    if (move === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const clamp = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 100) / 100;
    const { saturation, brightness } = this.#mix;
    this.#blend({ saturation: clamp(saturation + move[0]), brightness: clamp(brightness + move[1]) });
    this.emit('change');
  }

  async #pickFromScreen(): Promise<void> {
    const { EyeDropper } = globalThis as { EyeDropper?: new () => EyeDropperLike };
    if (EyeDropper === undefined) return;
    try {
      this.#choose((await new EyeDropper().open()).sRGBHex);
    } catch {
      // The user has left it.
    }
  }

  protected override willUpdate(): void {
    const rgba = parseHex(this.value);
    // What is mixed says more than its hex form: it stays unless the value has come from elsewhere.
    if (rgba !== undefined && toHex(this.#mix, this.alpha) !== this.value) this.#mix = toHsv(rgba);
  }

  protected override updated(changed: PropertyValues): void {
    const control = this.control as HTMLInputElement | null | undefined;
    const text = this.#typed ?? this.value;
    if (control && !this.#isTyping && control.value !== text) control.value = text;
    super.updated(changed);
  }

  #percent(share: number): string {
    return share.toLocaleString(localeOf(this), { style: 'percent' });
  }

  #strip(id: 'hue' | 'alpha', label: string, max: number, value: number, text: string): TemplateResult {
    return html`<input
      id=${id}
      class="strip"
      part=${id}
      type="range"
      min="0"
      max=${max}
      .value=${String(Math.round(value))}
      aria-label=${label}
      aria-valuetext=${text}
      @input=${(event: Event) => {
        event.stopPropagation();
        const number = Number((event.target as HTMLInputElement).value);
        this.#blend(id === 'hue' ? { hue: number } : { alpha: number / 100 });
      }}
      @change=${() => this.emit('change')}
    />`;
  }

  #swatch(color: string): TemplateResult | typeof nothing {
    const hex = readCssColor(String(color));
    if (hex === undefined) return nothing;
    const isChosen = this.value !== '' && readCssColor(this.value) === hex;
    return html`<button
      type="button"
      part="swatch"
      aria-label=${String(color)}
      aria-pressed=${isChosen}
      @click=${() => this.#choose(hex)}
    >
      <span class="swatch" style=${`--color:${hex}`}></span>
    </button>`;
  }

  #content(): TemplateResult {
    const { hue, saturation, brightness, alpha } = this.#mix;
    const opaque = toHex(this.#mix, false);
    const saturationName = term(this, 'saturation', 'Saturation');
    const brightnessName = term(this, 'brightness', 'Brightness');
    const swatches = Array.isArray(this.swatches) ? this.swatches : [];
    return html`<div
      class="panel"
      style=${`--hue:${hue};--x:${saturation * 100}%;--y:${brightness * 100}%;--opaque:${opaque}`}
    >
      <div
        class="area"
        part="area"
        role="slider"
        tabindex="0"
        aria-label=${`${saturationName}, ${brightnessName}`}
        aria-valuenow=${Math.round(saturation * 100)}
        aria-valuetext=${`${saturationName} ${this.#percent(saturation)}, ${brightnessName} ${this.#percent(brightness)}`}
        @pointerdown=${this.#drag}
        @pointermove=${this.#drag}
        @pointerup=${this.#drop}
        @pointercancel=${this.#drop}
        @keydown=${this.#areaKeydown}
      >
        <i></i>
      </div>
      ${this.#strip('hue', term(this, 'hue', 'Hue'), 360, hue, `${Math.round(hue)}°`)}
      ${
        this.alpha
          ? this.#strip('alpha', term(this, 'opacity', 'Opacity'), 100, alpha * 100, this.#percent(alpha))
          : nothing
      }
      <div class="swatches">
        ${swatches.map((color) => this.#swatch(color))}
        ${
          'EyeDropper' in globalThis
            ? html`<button
                type="button"
                part="from-screen"
                aria-label=${term(this, 'fromScreen', 'Pick from the screen')}
                @click=${this.#pickFromScreen}
              >
                <svg viewBox="0 0 24 24" aria-hidden="true">
                  <path d="M4 20l1-4L14 7l3 3-9 9zM13 6l5 5M15.5 8.5l3-3" />
                </svg>
              </button>`
            : nothing
        }
      </div>
    </div>`;
  }

  protected override render(): TemplateResult {
    const { errorText: error, label, required, help, value } = this;
    const choose = term(this, 'chooseColor', 'Choose a color');
    const swatch = html`<span class="swatch" style=${`--color:${value || 'transparent'}`}></span>`;
    return field(
      { label, required, help, error },
      html`<div class="box">
        <input
          id="control"
          class="control"
          part="input"
          type="text"
          dir="ltr"
          autocomplete="off"
          spellcheck="false"
          placeholder="#––––––"
          ?disabled=${this.isDisabled}
          ?required=${required}
          aria-invalid=${error ? 'true' : nothing}
          aria-describedby="note"
          @input=${this.#type}
          @blur=${this.#finish}
          @change=${() => {
            this.#finish();
            this.emit('change');
          }}
          @keydown=${(event: KeyboardEvent) => {
            if (event.key === 'ArrowDown' && event.altKey) {
              event.preventDefault();
              this.showPicker();
            } else if (event.key === 'Enter' && !event.isComposing && this.form !== null) submitImplicitly(this.form);
          }}
        /><span class="end">${this.renderOpener(value === '' ? choose : `${choose}, ${value}`, swatch)}</span>
        ${this.renderPanel(choose, () => this.#content())}
      </div>`,
    );
  }
}

ColorReceptor.define('skin-color-picker');

declare global {
  interface HTMLElementTagNameMap {
    'skin-color-picker': ColorReceptor;
  }
}
