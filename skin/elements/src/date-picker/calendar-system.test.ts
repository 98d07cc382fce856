import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CalendarSystem } from './calendar-system.ts';
import { clampDay, firstDay, instantOf, lastDay, parseIsoDate, toIsoDate, weekdayOf } from './iso-date.ts';

const locales = [
  'en-US',
  'de',
  'ar-EG',
  'fa-IR',
  'th-TH',
  'ar-SA-u-ca-islamic-umalqura',
  'en-u-ca-ethiopic',
  'hi-u-ca-indian',
  'ja-JP-u-ca-japanese',
  'zh-TW-u-ca-roc',
  'en-u-ca-japanese',
];
const days = fc.integer({ min: Number(parseIsoDate('1900-01-01')), max: Number(parseIsoDate('2100-12-31')) });

describe('plain dates', () => {
  it('are written and read back, and nothing else is read', () => {
    fc.assert(fc.property(fc.integer({ min: firstDay, max: lastDay }), (day) => parseIsoDate(toIsoDate(day)) === day));
    expect([toIsoDate(firstDay), toIsoDate(lastDay), toIsoDate(-1e9)]).toEqual([
      '0001-01-01',
      '9999-12-31',
      '0001-01-01',
    ]);
    for (const text of [
      '2026-02-29',
      '2026-13-01',
      '0000-01-01',
      '26-1-1',
      '2026-01-01T00:00',
      ' 2026-01-01',
      7,
      null,
      {},
    ])
      expect([text, parseIsoDate(text)]).toEqual([text, undefined]);
  });

  it('know the day of the week', () => {
    fc.assert(fc.property(days, (day) => weekdayOf(day) % 7 === new Date(instantOf(day)).getUTCDay()));
  });

  it('go day by day over changes of clocks, wherever the browser is', () => {
    // The last Sundays of March and October, and the second and first of March and November.
    for (const date of ['2026-03-29', '2026-10-25', '2026-03-08', '2026-11-01']) {
      const day = Number(parseIsoDate(date));
      expect(parseIsoDate(toIsoDate(day + 1))).toBe(day + 1);
      expect(weekdayOf(day)).toBe(7);
    }
  });
});

describe('CalendarSystem', () => {
  it.each(locales)('reads what it writes: %s', (locale) => {
    const system = new CalendarSystem(locale);
    fc.assert(
      fc.property(days, (day) => {
        expect([toIsoDate(day), system.parse(system.formatShort(day))]).toEqual([toIsoDate(day), day]);
      }),
      { numRuns: 60 },
    );
  });

  it.each(locales)('has months one after the other, and weeks that hold them: %s', (locale) => {
    const system = new CalendarSystem(locale);
    fc.assert(
      fc.property(days, (day) => {
        const start = system.monthStart(day);
        const next = system.nextMonth(day);
        expect(start <= day && day < next && system.parts(start).date === 1 && system.monthStart(next) === next).toBe(
          true,
        );
        expect(weekdayOf(system.weekStart(day))).toBe(system.firstWeekday);
        const there = system.addMonths(day, 1);
        expect(system.monthStart(there)).toBe(next);
        expect(system.parts(there).date).toBeLessThanOrEqual(system.parts(day).date);
      }),
      { numRuns: 40 },
    );
  });

  it('keeps the day of the month, or takes the last of a shorter one', () => {
    const system = new CalendarSystem('en');
    const add = (date: string, months: number): string =>
      toIsoDate(system.addMonths(Number(parseIsoDate(date)), months));
    expect([add('2026-01-31', 1), add('2024-03-31', -1), add('2026-12-15', 1), add('9999-12-31', 1)]).toEqual([
      '2026-02-28',
      '2024-02-29',
      '2027-01-15',
      '9999-12-31',
    ]);
    expect(toIsoDate(system.addYear(Number(parseIsoDate('2024-02-29')), 1))).toBe('2025-02-28');
  });

  it('finds the year before and after also where years have 13 months', () => {
    const system = new CalendarSystem('en-u-ca-hebrew');
    const day = Number(parseIsoDate('2026-11-21'));
    const { month, year } = system.parts(day);
    const there = system.parts(system.addYear(day, 1));
    expect([there.month, there.year]).toEqual([month, year + 1]);
  });

  it('begins the week where it does in the region', () => {
    expect(['en-US', 'de', 'ar-EG'].map((locale) => new CalendarSystem(locale).firstWeekday)).toEqual([7, 1, 6]);
  });

  it('takes years of two digits near today, and no others that are short', () => {
    const system = new CalendarSystem('en-US');
    const year = (text: string): number =>
      Number(toIsoDate(clampDay(system.parse(`1/1/${text}`) ?? firstDay)).slice(0, 4));
    const now = new Date().getFullYear();
    for (const at of [now - 79, now, now + 19]) expect(year(String(at % 100).padStart(2, '0'))).toBe(at);
    expect([system.parse('1/1/126'), system.parse('1/1'), system.parse(''), system.parse('1/1/1/26')]).toEqual(
      Array.from({ length: 4 }),
    );
  });

  it('reads years of reigns as people write them, and those of the Gregorian calendar', () => {
    const read = (locale: string, text: string): string | undefined => {
      const day = new CalendarSystem(locale).parse(text);
      return day === undefined ? undefined : toIsoDate(day);
    };
    const japanese = ['R8/11/21', '令和8年11月21日', 'r8.11.21', '2026/11/21', '8/11/21', 'H31/4/30', '昭和64年1月7日'];
    expect(japanese.map((text) => read('ja-JP-u-ca-japanese', text))).toEqual([
      '2026-11-21',
      '2026-11-21',
      '2026-11-21',
      '2026-11-21',
      '2026-11-21',
      '2019-04-30',
      '1989-01-07',
    ]);
    const chinese = ['民國115/11/21', '115/11/21', '民國前7/03/04', '2026/11/21', '115/13/21'];
    expect(chinese.map((text) => read('zh-TW-u-ca-roc', text))).toEqual([
      '2026-11-21',
      '2026-11-21',
      '1905-03-04',
      '2026-11-21',
      undefined,
    ]);
  });

  it('falls back to English where a language tag is none', () => {
    expect(new CalendarSystem('not a language').locale.baseName).toBe('en');
  });
});
