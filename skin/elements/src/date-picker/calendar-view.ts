import { html, nothing, type TemplateResult } from 'lit';
import { localeOf, term } from '../base/terms.ts';
import { CalendarSystem } from './calendar-system.ts';
import { clampDay, type Day, today } from './iso-date.ts';

/** The element around a calendar, and what it knows of the days. */
export interface CalendarHost extends HTMLElement {
  readonly renderRoot: HTMLElement | DocumentFragment;
  readonly updateComplete: Promise<unknown>;
  requestUpdate(): void;
}

/** What a calendar asks of each day. */
export interface CalendarRules {
  readonly min: () => Day | undefined;
  readonly max: () => Day | undefined;
  readonly isOff: (day: Day) => boolean;
  readonly isChosen: (day: Day) => boolean;
  /** Whether it lies between the two ends of a period. */
  readonly isWithin?: (day: Day) => boolean;
  readonly choose: (day: Day) => void;
  /** Called when the focus or the pointer comes to a day. */
  readonly reach?: (day: Day) => void;
}

/**
 * Calendar grid of a month, of which one day can be focused. Arrow keys move by days and weeks, Home and End to the ends
 * of the week, Page keys by months, with Shift by years; Enter and Space choose.
 *
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/dialog-modal/examples/datepicker-dialog/
 */
export class CalendarView {
  readonly #host: CalendarHost;
  readonly #rules: CalendarRules;
  #system: CalendarSystem | undefined;
  #locale = '';
  #day: Day = 0;

  constructor(host: CalendarHost, rules: CalendarRules) {
    this.#host = host;
    this.#rules = rules;
  }

  /** The calendar of the element's language. */
  get system(): CalendarSystem {
    const locale = localeOf(this.#host);
    if (this.#system === undefined || locale !== this.#locale) {
      this.#locale = locale;
      this.#system = new CalendarSystem(locale);
    }
    return this.#system;
  }

  /** The day that the focus is at. */
  get day(): Day {
    return this.#day;
  }

  /** Goes to a day, or as near as the bounds let it. */
  goTo(day: Day): void {
    this.#day = clampDay(day, this.#rules.min(), this.#rules.max());
    this.#rules.reach?.(this.#day);
    this.#host.requestUpdate();
  }

  /** Focuses the day. */
  focus(): void {
    this.#host.renderRoot.querySelector<HTMLElement>('td[tabindex="0"]')?.focus();
  }

  #keydown(event: KeyboardEvent): void {
    const { key, shiftKey, ctrlKey, altKey, metaKey } = event;
    if (ctrlKey || altKey || metaKey) return;
    const { system } = this;
    const day = this.#day;
    const forth = this.#host.matches(':dir(rtl)') ? -1 : 1;
    const moves: Readonly<Record<string, () => Day>> = {
      ArrowLeft: () => day - forth,
      ArrowRight: () => day + forth,
      ArrowUp: () => day - 7,
      ArrowDown: () => day + 7,
      Home: () => system.weekStart(day),
      End: () => system.weekStart(day) + 6,
      PageUp: () => (shiftKey ? system.addYear(day, -1) : system.addMonths(day, -1)),
      PageDown: () => (shiftKey ? system.addYear(day, 1) : system.addMonths(day, 1)),
    };
    if (key === 'Enter' || key === ' ') this.#choose(day);
    else if (Object.hasOwn(moves, key)) {
      this.goTo(moves[key]?.() ?? day);
      void this.#host.updateComplete.then(() => this.focus());
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #choose(day: Day): void {
    this.#day = day;
    if (!this.#rules.isOff(day)) this.#rules.choose(day);
    else this.#host.requestUpdate();
  }

  #turn(part: string, label: string, path: string, to: () => Day, isEnd: boolean): TemplateResult {
    return html`<button
      type="button"
      part=${part}
      class="turn"
      aria-label=${label}
      ?disabled=${isEnd}
      @click=${() => this.goTo(to())}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d=${path} /></svg>
    </button>`;
  }

  #cell(day: Day, number: Intl.NumberFormat, now: Day): TemplateResult {
    const { isOff, isChosen, isWithin, reach } = this.#rules;
    return html`<td
      role="gridcell"
      part="day"
      class=${isWithin?.(day) === true ? 'within' : ''}
      tabindex=${day === this.#day ? 0 : -1}
      aria-selected=${isChosen(day)}
      aria-disabled=${isOff(day) ? 'true' : nothing}
      aria-current=${day === now ? 'date' : nothing}
      aria-label=${this.system.format(day, { dateStyle: 'full' })}
      @click=${() => this.#choose(day)}
      @pointerenter=${() => reach?.(day)}
    >
      ${number.format(this.system.parts(day).date)}
    </td>`;
  }

  /** The grid, with its month and the buttons that turn it. */
  render(): TemplateResult {
    const { system } = this;
    const { min, max } = this.#rules;
    const day = this.#day;
    const first = system.monthStart(day);
    const after = system.nextMonth(first);
    const begin = system.weekStart(first);
    const number = new Intl.NumberFormat(system.locale, { useGrouping: false });
    const now = today();
    const weeks = Array.from({ length: Math.ceil((after - begin) / 7) }, (_, week) => begin + week * 7);
    const days = [0, 1, 2, 3, 4, 5, 6];
    const isFirst = first <= (min() ?? -Infinity);
    const isLast = after > (max() ?? Infinity);
    const host = this.#host;
    return html`<div class="head">
        ${this.#turn('previous-year', term(host, 'previousYear', 'Previous year'), 'M12 6l-6 6 6 6M18 6l-6 6 6 6', () => system.addYear(day, -1), isFirst)}
        ${this.#turn('previous-month', term(host, 'previousMonth', 'Previous month'), 'M15 6l-6 6 6 6', () => system.addMonths(day, -1), isFirst)}
        <h2 id="month" part="month" aria-live="polite">${system.format(first, { month: 'long', year: 'numeric' })}</h2>
        ${this.#turn('next-month', term(host, 'nextMonth', 'Next month'), 'M9 6l6 6-6 6', () => system.addMonths(day, 1), isLast)}
        ${this.#turn('next-year', term(host, 'nextYear', 'Next year'), 'M6 6l6 6-6 6M12 6l6 6-6 6', () => system.addYear(day, 1), isLast)}
      </div>
      <table role="grid" part="grid" aria-labelledby="month" @keydown=${this.#keydown.bind(this)}>
        <thead>
          <tr>
            ${days.map(
              (at) =>
                html`<th scope="col" abbr=${system.format(begin + at, { weekday: 'long' })}>
                  ${system.format(begin + at, { weekday: 'short' })}
                </th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${weeks.map(
            (week) =>
              html`<tr>
                ${days.map((at) => (week + at < first || week + at >= after ? html`<td></td>` : this.#cell(week + at, number, now)))}
              </tr>`,
          )}
        </tbody>
      </table>`;
  }
}
