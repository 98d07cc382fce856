import {
  css,
  type CSSResultGroup,
  html,
  type PropertyDeclarations,
  type PropertyValues,
  type TemplateResult,
} from 'lit';
import { field } from '../base/field.ts';
import type { Invalid } from '../base/receptor.ts';
import { term } from '../base/terms.ts';
import { DateControl } from '../date-picker/date-control.ts';
import { type Day, parseIsoDate, today, toIsoDate } from '../date-picker/iso-date.ts';

type Side = 'start' | 'end';

/**
 * Period of dates, with a calendar: the first choice is one end, the second the other. The value is an interval of plain
 * dates, `2026-11-01/2026-11-14`, both included; each end can also be typed.
 *
 * @tag skin-date-range-picker
 * @fires input - When an end was typed, or a period chosen.
 * @fires change - When the user has finished a change.
 * @fires open - When the calendar has opened.
 * @fires close - When it has closed.
 * @csspart input - The native inputs.
 * @csspart label - The label.
 * @csspart opener - The button that opens the calendar.
 * @csspart panel - The panel with the calendar.
 * @csspart day - A day.
 * @cssState invalid - A date is missing or not accepted.
 * @cssState user-invalid - So it is, and that is shown.
 * @see ISO 8601-1:2019, 5.5.2.3 (time interval by start and end)
 */
export class DateRangeReceptor extends DateControl {
  static override styles: CSSResultGroup = [
    DateControl.styles,
    css`
      :host {
        inline-size: 20rem;
      }
      .box {
        grid-template-columns: 1fr auto 1fr;
        align-items: center;
        gap: 0.4rem;
        padding-inline-end: 2.4rem;
      }
      .box .control {
        min-inline-size: 0;
        padding-inline-end: 0.65rem;
      }
      .end {
        inset-inline-end: 0;
      }
    `,
  ];
  static override properties: PropertyDeclarations = {
    value: { attribute: false, noAccessor: true },
    preview: { state: true },
  };

  declare protected preview: Day | undefined;
  #value: string | undefined;
  #typed: Partial<Record<Side, string>> = {};
  /** The end that was chosen first, while the other is still to come. */
  #anchor: Day | undefined;

  /** The period as `first/last`; an empty text while there is neither. */
  get value(): string {
    const parts = String(this.#value ?? this.defaultValue ?? '').split('/');
    const [first = '', last = ''] = parts.map((part) => (parseIsoDate(part) === undefined ? '' : part));
    return first === '' && last === '' ? '' : `${first}/${last}`;
  }
  set value(value: string | null | undefined) {
    this.#value = String(value ?? '');
    this.#typed = {};
    this.typing = '';
    this.sync();
    this.requestUpdate('value');
  }

  /** First date, `YYYY-MM-DD`; an empty text while there is none. */
  get start(): string {
    return this.value.split('/')[0] ?? '';
  }
  set start(date: string) {
    this.value = `${date}/${this.end}`;
  }

  /** Last date, `YYYY-MM-DD`; an empty text while there is none. */
  get end(): string {
    return this.value.split('/')[1] ?? '';
  }
  set end(date: string) {
    this.value = `${this.start}/${date}`;
  }

  protected override formValue(): string {
    return this.value;
  }

  protected override findInvalid(): Invalid | undefined {
    if (this.#typed.start !== undefined || this.#typed.end !== undefined) return this.notDate();
    const [start, end] = [parseIsoDate(this.start), parseIsoDate(this.end)];
    if (start === undefined && end === undefined) return this.required && !this.readOnly ? this.missing() : undefined;
    if (start === undefined || end === undefined)
      return { flags: { badInput: true }, message: term(this, 'bothDates', 'Enter both dates.') };
    if (end < start)
      return {
        flags: { badInput: true },
        message: term(this, 'datesInOrder', 'The last date must not be before the first.'),
      };
    return this.findWrong(start) ?? this.findWrong(end);
  }

  protected override resetValue(): void {
    this.#value = undefined;
    this.#typed = {};
    this.typing = '';
  }

  protected override restoreValue(state: string): void {
    this.value = state;
  }

  #type(side: Side, text: string): void {
    const day = this.view.system.parse(text);
    const date = day === undefined ? '' : toIsoDate(day);
    this.#value = side === 'start' ? `${date}/${this.end}` : `${this.start}/${date}`;
    if (day === undefined && text.trim() !== '') this.#typed[side] = text;
    else delete this.#typed[side];
    this.noteEdit();
  }

  /** The period to show: the one being chosen, else the value. */
  get #shown(): readonly (Day | undefined)[] {
    const anchor = this.#anchor;
    if (anchor === undefined) return [parseIsoDate(this.start), parseIsoDate(this.end)];
    const other = this.preview ?? anchor;
    return [Math.min(anchor, other), Math.max(anchor, other)];
  }

  protected override isChosen(day: Day): boolean {
    return this.#shown.includes(day);
  }

  protected override isWithin(day: Day): boolean {
    const [start, end] = this.#shown;
    return start !== undefined && end !== undefined && day > start && day < end;
  }

  protected override reach(day: Day): void {
    if (this.#anchor !== undefined) this.preview = day;
  }

  protected override choose(day: Day): void {
    const anchor = this.#anchor;
    this.#anchor = anchor === undefined ? day : undefined;
    this.preview = undefined;
    if (anchor === undefined) return this.requestUpdate();
    const before = this.value;
    this.#value = `${toIsoDate(Math.min(anchor, day))}/${toIsoDate(Math.max(anchor, day))}`;
    this.#typed = {};
    this.isOpen = false;
    this.noteEdit();
    if (this.value === before) return;
    this.emit('input');
    this.emit('change');
  }

  protected override renderHint(): TemplateResult {
    const hint =
      this.#anchor === undefined
        ? term(this, 'chooseFirstDate', 'Choose the first date.')
        : term(this, 'chooseLastDate', 'Choose the last date.');
    return html`<p class="hint" role="status">${hint}</p>`;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('isOpen')) return;
    this.#anchor = undefined;
    if (this.isOpen) this.view.goTo(parseIsoDate(this.start) ?? parseIsoDate(this.end) ?? today());
  }

  protected override updated(changed: PropertyValues): void {
    this.write('control', parseIsoDate(this.start), this.#typed.start);
    this.write('end', parseIsoDate(this.end), this.#typed.end);
    super.updated(changed);
  }

  protected override render(): TemplateResult {
    const { errorText: error, label, required, help } = this;
    const long = [parseIsoDate(this.start), parseIsoDate(this.end)].map((day) =>
      day === undefined ? '' : this.view.system.format(day, { dateStyle: 'full' }),
    );
    return field(
      { label, required, help, error },
      html`<div class="box">
        ${this.renderDate('control', term(this, 'firstDate', 'from'), (text) => this.#type('start', text))}
        <span aria-hidden="true">–</span>
        ${this.renderDate('end', term(this, 'lastDate', 'to'), (text) => this.#type('end', text))}
        ${this.renderCalendar(long.filter(Boolean).join(' – '))}
      </div>`,
    );
  }
}

DateRangeReceptor.define('skin-date-range-picker');

declare global {
  interface HTMLElementTagNameMap {
    'skin-date-range-picker': DateRangeReceptor;
  }
}
