import { type CSSResultGroup, html, type PropertyDeclarations, type PropertyValues, type TemplateResult } from 'lit';
import { baseStyles } from '../base/base.styles.ts';
import { anchoredStyles } from '../base/anchored.ts';
import { fieldButtonStyles } from '../base/field-button.styles.ts';
import { fieldStyles } from '../base/field.styles.ts';
import { panelStyles } from '../base/panel.styles.ts';
import { type Invalid, Receptor } from '../base/receptor.ts';
import { localeOf, term } from '../base/terms.ts';
import { comboField, placeList } from '../combobox/combo.ts';
import { comboboxStyles } from '../combobox/combobox.styles.ts';
import { type ClockTime, parseIsoTime, TimeSystem, toIsoTime } from './clock-time.ts';

const daySeconds = 86_400;

/**
 * Time field: typed as people write times in the element's language, or chosen from a list. The value is a plain time,
 * `HH:MM` or `HH:MM:SS`. Arrow keys move in the list, Enter chooses, Escape closes it.
 *
 * @tag skin-time-picker
 * @fires input - When a time was typed or chosen.
 * @fires change - When the user has finished a change.
 * @csspart input - The native input.
 * @csspart label - The label.
 * @csspart list - The list.
 * @csspart option - A time.
 * @cssState invalid - The time is missing or not accepted.
 * @cssState user-invalid - So it is, and that is shown.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
 */
export class TimeReceptor extends Receptor {
  static override styles: CSSResultGroup = [
    baseStyles,
    fieldStyles,
    fieldButtonStyles,
    panelStyles,
    anchoredStyles,
    comboboxStyles,
  ];
  static override properties: PropertyDeclarations = {
    value: { attribute: false, noAccessor: true },
    defaultValue: { attribute: 'value' },
    min: {},
    max: {},
    interval: { type: Number },
    readOnly: { type: Boolean, attribute: 'readonly' },
    isOpen: { state: true },
    active: { state: true },
  };

  /** The value at first and after a reset: the `value` attribute. */
  declare defaultValue: string | null;
  /** Earliest time, `HH:MM`. */
  declare min: string;
  /** Latest time, `HH:MM`. */
  declare max: string;
  /** Minutes between the times of the list; others can be typed. Default 30. */
  declare interval: number;
  /** Whether the time can be read and copied, but not changed. */
  declare readOnly: boolean;
  declare protected isOpen: boolean;
  declare protected active: ClockTime | undefined;
  #value: string | undefined;
  #typed: string | undefined;
  #isTyping = false;
  #times: TimeSystem | undefined;
  #locale = '';

  constructor() {
    super();
    this.defaultValue = '';
    this.min = '';
    this.max = '';
    this.interval = 30;
    this.readOnly = false;
    this.isOpen = false;
    this.addEventListener('focusout', () => this.#finish());
  }

  /** The time, `HH:MM` or `HH:MM:SS`; an empty text while there is none. */
  get value(): string {
    const time = parseIsoTime(this.#value ?? this.defaultValue);
    return time === undefined ? '' : toIsoTime(time);
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

  get #system(): TimeSystem {
    const locale = localeOf(this);
    if (this.#times === undefined || locale !== this.#locale) this.#times = new TimeSystem((this.#locale = locale));
    return this.#times;
  }

  get #time(): ClockTime | undefined {
    return parseIsoTime(this.value);
  }

  protected override formValue(): string {
    return this.value;
  }

  protected override findInvalid(): Invalid | undefined {
    const say = (name: 'badTime' | 'earlierTime' | 'laterTime', english: string, time: ClockTime): string =>
      term(this, name, english).replace('#', this.#system.format(time));
    if (this.#typed !== undefined)
      return { flags: { badInput: true }, message: say('badTime', 'Enter a time like #.', 57_600) };
    const time = this.#time;
    if (time === undefined) return this.required ? this.missing() : undefined;
    const min = parseIsoTime(this.min);
    const max = parseIsoTime(this.max);
    if (min !== undefined && time < min)
      return { flags: { rangeUnderflow: true }, message: say('laterTime', 'Choose # or later.', min) };
    if (max !== undefined && time > max)
      return { flags: { rangeOverflow: true }, message: say('earlierTime', 'Choose # or earlier.', max) };
    return undefined;
  }

  protected override resetValue(): void {
    this.#set(undefined);
  }

  protected override restoreValue(state: string): void {
    this.value = state;
  }

  get #choices(): ClockTime[] {
    const first = parseIsoTime(this.min) ?? 0;
    const last = parseIsoTime(this.max) ?? daySeconds - 1;
    const step = Math.max(1, Math.floor(this.interval) || 30) * 60;
    return Array.from({ length: Math.max(0, Math.floor((last - first) / step) + 1) }, (_, at) => first + at * step);
  }

  #open(): void {
    if (this.isDisabled || this.readOnly) return;
    this.isOpen = true;
    const time = this.#time ?? 43_200;
    // The one nearest to the time that there is.
    this.active = this.#choices.reduce<ClockTime | undefined>(
      (best, one) => (best === undefined || Math.abs(one - time) < Math.abs(best - time) ? one : best),
      undefined,
    );
  }

  #choose(time: ClockTime): void {
    const isNew = time !== this.#time;
    this.#set(toIsoTime(time));
    this.isOpen = false;
    this.noteEdit();
    if (!isNew) return;
    this.emit('input');
    this.emit('change');
  }

  #input(event: Event): void {
    const { value } = event.target as HTMLInputElement;
    const time = this.#system.parse(value);
    this.#value = time === undefined ? '' : toIsoTime(time);
    this.#typed = time === undefined && value.trim() !== '' ? value : undefined;
    this.#isTyping = true;
    this.isOpen = false;
    this.noteEdit();
  }

  #finish(): void {
    this.isOpen = false;
    this.#isTyping = false;
    this.requestUpdate();
  }

  #move(step: 1 | -1): void {
    if (!this.isOpen) return this.#open();
    const choices = this.#choices;
    const at = this.active === undefined ? -1 : choices.indexOf(this.active);
    this.active = choices.at((at + step) % choices.length);
  }

  protected override updated(changed: PropertyValues): void {
    const control = this.control as HTMLInputElement | null | undefined;
    const time = this.#time;
    const text = this.#typed ?? (time === undefined ? '' : this.#system.format(time));
    if (control && !this.#isTyping && control.value !== text) control.value = text;
    super.updated(changed);
    placeList(this.renderRoot, this.isOpen);
  }

  protected override render(): TemplateResult {
    const { errorText: error, label, required, help, isOpen, active } = this;
    const choices = isOpen ? this.#choices : [];
    const at = active === undefined ? -1 : choices.indexOf(active);
    const time = this.#time;
    return comboField({
      label,
      required,
      help,
      error,
      isOpen,
      isDisabled: this.isDisabled,
      isReadOnly: this.readOnly,
      placeholder: this.#system.format(0).replaceAll(/\p{Nd}/gu, '–'),
      isNarrowed: false,
      active: at,
      icon: 'M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 7v5l3.2 2',
      options: choices.map(
        (one, index) =>
          html`<div
            role="option"
            part="option"
            id="option-${index}"
            class=${one === active ? 'active' : ''}
            aria-selected=${one === time}
            @click=${() => this.#choose(one)}
          >
            ${this.#system.format(one)}
          </div>`,
      ),
      form: this.form,
      open: () => this.#open(),
      close: () => (this.isOpen = false),
      move: (step) => this.#move(step),
      take: () => active !== undefined && this.#choose(active),
      onInput: (event) => this.#input(event),
      onChange: () => {
        this.#finish();
        this.emit('change');
      },
    });
  }
}

TimeReceptor.define('skin-time-picker');

declare global {
  interface HTMLElementTagNameMap {
    'skin-time-picker': TimeReceptor;
  }
}
