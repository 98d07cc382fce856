import { toLatinDigits } from '../otp-field/digits.ts';
import { Eras } from './eras.ts';
import { clampDay, type Day, firstDay, instantOf, lastDay, parseIsoDate, today, weekdayOf } from './iso-date.ts';

/** A day as its calendar counts: the month by what the calendar calls it. */
export interface CalendarParts {
  readonly year: number;
  readonly month: string;
  readonly date: number;
}

const known = (locale: string): Intl.Locale => {
  try {
    return new Intl.Locale(locale);
  } catch {
    return new Intl.Locale('en');
  }
};

const isoText = (year: number, month: number, date: number): string =>
  [String(year).padStart(4, '0'), ...[month, date].map((value) => String(value).padStart(2, '0'))].join('-');

interface WeekInfo {
  readonly firstDay: number;
}

/**
 * Calendar of a locale: months and years as people there count them, whatever the calendar (Gregorian, Persian,
 * Buddhist, Islamic …), in their digits, with the week beginning where it does there.
 */
export class CalendarSystem {
  readonly locale: Intl.Locale;
  readonly #parts: Intl.DateTimeFormat;
  readonly #formats = new Map<string, Intl.DateTimeFormat>();
  #eras: Eras | undefined;

  constructor(locale: string) {
    this.locale = known(locale);
    const { calendar } = new Intl.DateTimeFormat(this.locale).resolvedOptions();
    this.#parts = new Intl.DateTimeFormat('en-u-nu-latn', {
      calendar,
      timeZone: 'UTC',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
    });
  }

  /** Year, month and day of the month. */
  parts(day: Day): CalendarParts {
    let year = 0;
    let month = '';
    let date = 1;
    for (const { type, value } of this.#parts.formatToParts(instantOf(day))) {
      if (type === 'day') date = Number(value);
      else if (type === 'month') month = value;
      else if (type === 'year' || (type as string) === 'relatedYear') year = Number(value);
    }
    return { year, month, date };
  }

  /** A day in the words of the locale. */
  format(day: Day, options: Intl.DateTimeFormatOptions): string {
    return this.#formatter(options).format(instantOf(day));
  }

  /** A day as the text field shows it. */
  formatShort(day: Day): string {
    return this.format(day, shortForm);
  }

  #formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const key = JSON.stringify(options);
    let format = this.#formats.get(key);
    if (format === undefined)
      this.#formats.set(key, (format = new Intl.DateTimeFormat(this.locale, { ...options, timeZone: 'UTC' })));
    return format;
  }

  /** First day of the week: 1 is Monday, 7 is Sunday. */
  get firstWeekday(): number {
    const locale = this.locale as { getWeekInfo?: () => WeekInfo; weekInfo?: WeekInfo };
    return (locale.getWeekInfo?.() ?? locale.weekInfo)?.firstDay ?? 1;
  }

  /** First day of the week of a day. */
  weekStart(day: Day): Day {
    return day - ((weekdayOf(day) - this.firstWeekday + 7) % 7);
  }

  /** First day of the month of a day. */
  monthStart(day: Day): Day {
    return day - this.parts(day).date + 1;
  }

  /** First day of the month after that of a day. */
  nextMonth(day: Day): Day {
    let next = day + 1;
    while (this.parts(next).date !== 1) next += 1;
    return next;
  }

  /** The same day some months on, or the last of a month that is shorter. */
  addMonths(day: Day, months: number): Day {
    let start = this.monthStart(day);
    for (let step = 0; step < Math.abs(months); step += 1) {
      if (start > lastDay || start < firstDay) break;
      start = months > 0 ? this.nextMonth(start) : this.monthStart(start - 1);
    }
    const last = this.nextMonth(start) - 1;
    return clampDay(Math.min(start + this.parts(day).date - 1, last));
  }

  /** The same day of the next year or the one before; the nearest month where that year does not have it. */
  addYear(day: Day, direction: 1 | -1): Day {
    const { month } = this.parts(day);
    // A year has 12 months or 13.
    for (const months of [12, 13, 11]) {
      const there = this.addMonths(day, months * direction);
      if (this.parts(there).month === month) return there;
    }
    return this.addMonths(day, 12 * direction);
  }

  /**
   * The day that a text means: `YYYY-MM-DD`, or three numbers in the locale's order and calendar, in any digits. A year
   * of two digits is the nearest one of the Gregorian calendar: at most 80 years ago or 19 to come.
   */
  parse(text: string): Day | undefined {
    const latin = toLatinDigits(text).trim();
    const iso = parseIsoDate(latin);
    if (iso !== undefined) return iso;
    const numbers = latin.match(/\d+/g) ?? [];
    const order = this.#formatter(shortForm)
      .formatToParts(0)
      .map(({ type }) => type)
      .filter((type) => type === 'year' || type === 'month' || type === 'day');
    if (numbers.length !== 3 || order.length !== 3) return undefined;
    const take = (type: 'year' | 'month' | 'day'): string => numbers[order.indexOf(type)] ?? '';
    let year = Number(take('year'));
    if (this.#hasEras) return this.#inEra(text, year, Number(take('month')), Number(take('day')));
    const isShort = take('year').length === 2;
    if (!isShort && take('year').length !== 4) return undefined;
    if (isShort && this.#isGregorian) {
      const now = this.parts(today()).year;
      year += Math.floor((now - 80 - year + 99) / 100) * 100;
    }
    return this.#find(year, Number(take('month')), Number(take('day')));
  }

  /** Whether the years are counted anew now and then, by reigns or from a founding. */
  get #hasEras(): boolean {
    return ['japanese', 'roc'].includes(this.#parts.resolvedOptions().calendar);
  }

  /** A year that is longer than those of any era is one of the Gregorian calendar; so are months and days. */
  #inEra(text: string, count: number, month: number, date: number): Day | undefined {
    const inLatin = (era: 'short' | 'long' | 'narrow'): Intl.DateTimeFormat =>
      new Intl.DateTimeFormat(this.locale, { ...shortForm, era, timeZone: 'UTC', numberingSystem: 'latn' });
    this.#eras ??= new Eras([inLatin('short'), inLatin('long'), inLatin('narrow')]);
    const year = count > 999 ? count : this.#eras.year(text, count);
    return year === undefined ? undefined : parseIsoDate(isoText(year, month, date));
  }

  get #isGregorian(): boolean {
    return this.#parts.resolvedOptions().calendar === 'gregory';
  }

  #find(year: number, month: number, date: number): Day | undefined {
    if (this.#isGregorian) return parseIsoDate(isoText(year, month, date));
    // Days of the years 1500 to 2500, in which the years of no calendar in use count backwards.
    let low = -171_662;
    let high = 193_579;
    const wanted = year * 10_000 + month * 100 + date;
    while (low <= high) {
      const middle = Math.floor((low + high) / 2);
      const parts = this.parts(middle);
      const found = parts.year * 10_000 + Number(parts.month) * 100 + parts.date;
      if (found === wanted) return middle;
      // A month that has a name rather than a number can't be typed.
      if (Number.isNaN(found)) return undefined;
      if (found < wanted) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  }
}

const shortForm: Intl.DateTimeFormatOptions = { year: 'numeric', month: '2-digit', day: '2-digit' };
