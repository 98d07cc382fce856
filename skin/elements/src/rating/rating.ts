import { css, type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { baseStyles } from '../base/base.styles.ts';
import { type Invalid, Receptor } from '../base/receptor.ts';
import { term } from '../base/terms.ts';

/**
 * Rating: a number of stars. Native radio buttons, so arrow keys, touch and screen readers work as the user knows them.
 *
 * @tag skin-rating
 * @fires input - When the user has chosen.
 * @fires change - When the user has chosen.
 * @csspart base - The group.
 * @csspart label - Its label.
 * @cssState invalid - A choice is required, and none is made.
 * @cssState user-invalid - So it is, and that is shown.
 */
export class RatingReceptor extends Receptor {
  static override styles: CSSResultGroup = [
    baseStyles,
    css`
      :host {
        display: inline-block;
      }
      fieldset {
        display: flex;
        flex-wrap: wrap;
        min-inline-size: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        float: inline-start;
        inline-size: 100%;
        padding: 0;
        font-size: var(--_font-size-small);
        font-weight: 550;
      }
      label {
        position: relative;
        display: grid;
        place-items: center;
        inline-size: 2rem;
        block-size: 2rem;
      }
      input {
        position: absolute;
        inset: 0;
        margin: 0;
        inline-size: 100%;
        block-size: 100%;
        opacity: 0;
        cursor: pointer;
      }
      input:disabled {
        cursor: not-allowed;
      }
      svg {
        inline-size: 1.5rem;
        fill: none;
        stroke: var(--_border-control);
        stroke-width: 1.5;
        stroke-linejoin: round;
      }
      .on svg {
        fill: var(--_accent);
        stroke: var(--_accent);
      }
      label:has(:focus-visible) {
        outline: 2px solid var(--_focus);
        border-radius: var(--_radius);
      }
      :host(:disabled) label {
        opacity: 0.6;
      }
      p {
        margin: 0;
        font-size: var(--_font-size-small);
        color: var(--_text-muted);
      }
      :host(:state(user-invalid)) p {
        color: var(--_danger);
      }
      @media (forced-colors: active) {
        .on svg {
          fill: Highlight;
        }
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    value: { attribute: false, noAccessor: true },
    defaultValue: { type: Number, attribute: 'value' },
    max: { type: Number },
  };

  /** How many stars it has at first and after a reset: the `value` attribute. */
  declare defaultValue: number | null | undefined;
  /** How many stars there are. Default 5. */
  declare max: number;
  #value: number | undefined;

  constructor() {
    super();
    this.max = 5;
  }

  /** How many stars are chosen; 0 while none are. */
  get value(): number {
    const value = Math.round(Number(this.#value ?? this.defaultValue ?? 0));
    return value >= 1 && value <= this.max ? value : 0;
  }
  set value(value: number) {
    const old = this.value;
    this.#value = Number(value);
    this.sync();
    this.requestUpdate('value', old);
  }

  protected override formValue(): string | null {
    return this.value === 0 ? null : String(this.value);
  }

  protected override findInvalid(): Invalid | undefined {
    return this.required && this.value === 0 ? this.missing() : undefined;
  }

  protected override resetValue(): void {
    this.#value = undefined;
  }

  protected override restoreValue(state: string): void {
    this.value = Number(state);
  }

  #input(event: Event): void {
    this.#value = Number((event.target as HTMLInputElement).value);
    this.noteEdit();
  }

  #star(at: number): TemplateResult {
    return html`<label class=${at <= this.value ? 'on' : ''}
      ><input
        type="radio"
        name="stars"
        .value=${String(at)}
        .checked=${at === this.value}
        ?required=${this.required}
        ?disabled=${this.isDisabled}
        aria-label=${term(this, 'stars', '# of ##').replace('##', String(this.max)).replace('#', String(at))}
        @input=${this.#input}
        @change=${() => this.emit('change')} /><svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.8-5.2-2.8-5.2 2.8 1-5.8-4.3-4.1 5.9-.8z" /></svg
    ></label>`;
  }

  protected override render(): TemplateResult {
    const { errorText: error } = this;
    const stars = Math.min(20, Math.max(1, Math.floor(Number(this.max)) || 5));
    return html`<fieldset
        role="radiogroup"
        part="base"
        aria-label=${this.label}
        aria-describedby="note"
        aria-required=${this.required ? 'true' : nothing}
        aria-invalid=${error ? 'true' : nothing}
      >
        <legend part="label" aria-hidden="true">${this.label}</legend>
        ${Array.from({ length: stars }, (_, at) => this.#star(at + 1))}
      </fieldset>
      <p id="note" part=${error ? 'error' : 'help'} aria-live="polite">${error || this.help}</p>`;
  }
}

RatingReceptor.define('skin-rating');

declare global {
  interface HTMLElementTagNameMap {
    'skin-rating': RatingReceptor;
  }
}
