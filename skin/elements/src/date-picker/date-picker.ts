import { type PropertyDeclarations, type PropertyValues, type TemplateResult, html } from 'lit';
import { field } from '../base/field.ts';
import type { Invalid } from '../base/receptor.ts';
import { DateControl } from './date-control.ts';
import { type Day, parseIsoDate, today, toIsoDate } from './iso-date.ts';

/**
 * Date field with a calendar. The value is a plain date, `YYYY-MM-DD`, that no time zone shifts; it is shown and typed as
 * people write dates in the element's language, in their calendar and digits. In the calendar arrow keys move by days and
 * weeks, Page keys by months, with Shift by years.
 *
 * @tag skin-date-picker
 * @fires input - When a date was typed or chosen.
 * @fires change - When the user has finished a change.
 * @fires open - When the calendar has opened.
 * @fires close - When it has closed.
 * @csspart input - The native input.
 * @csspart label - The label.
 * @csspart opener - The button that opens the calendar.
 * @csspart panel - The panel with the calendar.
 * @csspart day - A day.
 * @cssState invalid - The date is missing or not accepted.
 * @cssState user-invalid - So it is, and that is shown.
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/dialog-modal/examples/datepicker-dialog/
 */
export class DateReceptor extends DateControl {
  static override properties: PropertyDeclarations = { value: { attribute: false, noAccessor: true } };

  #value: string | undefined;
  /** What was typed, while it is no date. */
  #typed: string | undefined;

  /** The date, `YYYY-MM-DD`; an empty text while there is none. */
  get value(): string {
    const value = this.#value ?? this.defaultValue;
    return parseIsoDate(value) === undefined ? '' : String(value);
  }
  set value(value: string | null | undefined) {
    this.#value = String(value ?? '');
    this.#typed = undefined;
    this.typing = '';
    this.sync();
    this.requestUpdate('value');
  }

  get #day(): Day | undefined {
    return parseIsoDate(this.value);
  }

  protected override formValue(): string {
    return this.value;
  }

  protected override findInvalid(): Invalid | undefined {
    if (this.#typed !== undefined) return this.notDate();
    const day = this.#day;
    if (day === undefined) return this.required && !this.readOnly ? this.missing() : undefined;
    return this.findWrong(day);
  }

  protected override resetValue(): void {
    this.#value = undefined;
    this.#typed = undefined;
    this.typing = '';
  }

  protected override restoreValue(state: string): void {
    this.value = state;
  }

  #type(text: string): void {
    const day = this.view.system.parse(text);
    this.#typed = day === undefined && text.trim() !== '' ? text : undefined;
    this.#value = day === undefined ? '' : toIsoDate(day);
    this.noteEdit();
  }

  protected override isChosen(day: Day): boolean {
    return day === this.#day;
  }

  protected override choose(day: Day): void {
    const isNew = day !== this.#day;
    this.#value = toIsoDate(day);
    this.#typed = undefined;
    this.isOpen = false;
    this.noteEdit();
    if (!isNew) return;
    this.emit('input');
    this.emit('change');
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('isOpen') && this.isOpen) this.view.goTo(this.#day ?? today());
  }

  protected override updated(changed: PropertyValues): void {
    this.write('control', this.#day, this.#typed);
    super.updated(changed);
  }

  protected override render(): TemplateResult {
    const { errorText: error, label, required, help } = this;
    const day = this.#day;
    return field(
      { label, required, help, error },
      html`<div class="box">
        ${this.renderDate('control', '', (text) => this.#type(text))}
        ${this.renderCalendar(day === undefined ? '' : this.view.system.format(day, { dateStyle: 'full' }))}
      </div>`,
    );
  }
}

DateReceptor.define('skin-date-picker');

declare global {
  interface HTMLElementTagNameMap {
    'skin-date-picker': DateReceptor;
  }
}
