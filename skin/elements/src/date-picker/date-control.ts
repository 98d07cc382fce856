import { type CSSResultGroup, html, nothing, type PropertyDeclarations, type TemplateResult } from 'lit';
import { submitImplicitly } from '../base/interaction.ts';
import type { Invalid } from '../base/receptor.ts';
import { term } from '../base/terms.ts';
import { calendarStyles } from './calendar.styles.ts';
import { CalendarView } from './calendar-view.ts';
import { type Day, parseIsoDate, today, toIsoDate } from './iso-date.ts';
import { PopupControl } from './popup-control.ts';

/** Base class of what chooses dates: bounds, days that are off, text entry and the calendar. */
export abstract class DateControl extends PopupControl {
  static override styles: CSSResultGroup = [PopupControl.styles, calendarStyles];
  static override properties: PropertyDeclarations = {
    defaultValue: { attribute: 'value' },
    min: {},
    max: {},
    disabledDates: { attribute: false },
    isDateDisabled: { attribute: false },
    readOnly: { type: Boolean, attribute: 'readonly' },
    autocomplete: {},
  };

  /** The value at first and after a reset: the `value` attribute. */
  declare defaultValue: string | null;
  /** First date that can be chosen, `YYYY-MM-DD`. */
  declare min: string;
  /** Last date that can be chosen, `YYYY-MM-DD`. */
  declare max: string;
  /** Dates that can't be chosen, `YYYY-MM-DD`. */
  declare disabledDates: readonly string[];
  /** Whether a date (`YYYY-MM-DD`) can't be chosen, such as a Sunday. */
  declare isDateDisabled: ((date: string) => boolean) | undefined;
  /** Whether the date can be read and copied, but not changed. */
  declare readOnly: boolean;
  /** What the browser may fill in, in the words of HTML's autofill: `bday`, say. Default `off`. */
  declare autocomplete: AutoFill;
  protected readonly view: CalendarView = new CalendarView(this, {
    min: () => parseIsoDate(this.min),
    max: () => parseIsoDate(this.max),
    isOff: (day) => this.findWrong(day) !== undefined,
    isChosen: (day) => this.isChosen(day),
    isWithin: (day) => this.isWithin(day),
    choose: (day) => this.choose(day),
    reach: (day) => this.reach(day),
  });

  constructor() {
    super();
    this.defaultValue = '';
    this.min = '';
    this.max = '';
    this.disabledDates = [];
    this.readOnly = false;
    this.autocomplete = 'off';
  }

  /** Field that is being typed in: its text is written out once the user is done. */
  protected typing = '';

  protected abstract isChosen(day: Day): boolean;
  protected abstract choose(day: Day): void;
  protected isWithin(_day: Day): boolean {
    return false;
  }
  protected reach(_day: Day): void {}

  override showPicker(): void {
    if (!this.readOnly) super.showPicker();
  }

  protected override opened(): void {
    this.view.focus();
  }

  /** A sentence with a date in it where `#` stands. */
  #say(name: 'badDate' | 'tooEarly' | 'tooLate', english: string, day: Day): string {
    return term(this, name, english).replace('#', this.view.system.formatShort(day));
  }

  /** What is wrong with a text that is no date. */
  protected notDate(): Invalid {
    return { flags: { badInput: true }, message: this.#say('badDate', 'Enter a date like #.', today()) };
  }

  /** Why a day can't be chosen, or undefined. */
  protected findWrong(day: Day): Invalid | undefined {
    const min = parseIsoDate(this.min);
    const max = parseIsoDate(this.max);
    if (min !== undefined && day < min)
      return { flags: { rangeUnderflow: true }, message: this.#say('tooEarly', 'Choose # or later.', min) };
    if (max !== undefined && day > max)
      return { flags: { rangeOverflow: true }, message: this.#say('tooLate', 'Choose # or earlier.', max) };
    const { disabledDates, isDateDisabled } = this;
    const date = toIsoDate(day);
    const isOff =
      (Array.isArray(disabledDates) && disabledDates.includes(date)) ||
      (typeof isDateDisabled === 'function' && isDateDisabled(date));
    if (!isOff) return undefined;
    return { flags: { customError: true }, message: term(this, 'dateOff', 'This date can’t be chosen.') };
  }

  #finish(): void {
    this.typing = '';
    this.requestUpdate();
  }

  /** Writes a date into its text field. */
  protected write(id: string, day: Day | undefined, typed: string | undefined): void {
    const input = this.renderRoot.querySelector<HTMLInputElement>(`#${id}`);
    const text = typed ?? (day === undefined ? '' : this.view.system.formatShort(day));
    if (input !== null && this.typing !== id && input.value !== text) input.value = text;
  }

  /** A text field for a date, which may be one end of a period. */
  protected renderDate(id: string, end: string, edit: (text: string) => void): TemplateResult {
    const { errorText: error } = this;
    return html`<input
      id=${id}
      class="control"
      part="input"
      type="text"
      autocomplete=${this.autocomplete || 'off'}
      ?disabled=${this.isDisabled}
      ?required=${this.required}
      ?readonly=${this.readOnly}
      placeholder=${this.view.system.formatShort(today()).replaceAll(/\p{Nd}/gu, '–')}
      aria-label=${end || nothing}
      aria-labelledby=${end ? `label ${id}` : nothing}
      aria-invalid=${error ? 'true' : nothing}
      aria-describedby="note"
      @input=${(event: Event) => {
        this.typing = id;
        edit((event.target as HTMLInputElement).value);
      }}
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
    />`;
  }

  /** What is said below the calendar. */
  protected renderHint(): TemplateResult | typeof nothing {
    return nothing;
  }

  /** The button with the calendar, and its panel. */
  protected renderCalendar(chosen: string): TemplateResult {
    const choose = term(this, 'chooseDate', 'Choose a date');
    const label = chosen === '' ? choose : `${choose}, ${chosen}`;
    const icon = html`<svg viewBox="0 0 24 24" aria-hidden="true">
      <path d="M4 6h16v14H4zM4 10.5h16M8 3.5V8M16 3.5V8" />
    </svg>`;
    return html`<span class="end">${this.renderOpener(label, icon, this.readOnly)}</span>
      ${this.renderPanel(choose, () => html`${this.view.render()}${this.renderHint()}`)}`;
  }
}
