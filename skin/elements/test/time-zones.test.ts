import { afterEach, describe, expect, it, vi } from 'vitest';
import { CalendarSystem } from '../src/date-picker/calendar-system.ts';
import { parseIsoDate, today, toIsoDate, weekdayOf } from '../src/date-picker/iso-date.ts';
import { TimeSystem } from '../src/time-picker/clock-time.ts';

// Where days have been left out, begin at one, or are far from UTC's.
const zones = ['Pacific/Apia', 'Pacific/Kiritimati', 'America/Santiago', 'America/St_Johns', 'Africa/Cairo', 'UTC'];
const before = process.env['TZ'];
afterEach(() => {
  process.env['TZ'] = before ?? 'UTC';
  vi.useRealTimers();
});

describe.each(zones)('in %s', (zone) => {
  it('each day of a year comes once, on its day of the week, and is read as it is written', () => {
    process.env['TZ'] = zone;
    const system = new CalendarSystem('en-GB');
    const first = Number(parseIsoDate('2011-12-20'));
    const dates = Array.from({ length: 400 }, (_, at) => toIsoDate(first + at));
    expect(new Set(dates).size).toBe(400);
    for (const [at, date] of dates.entries()) {
      expect(parseIsoDate(date)).toBe(first + at);
      expect(system.parse(system.formatShort(first + at))).toBe(first + at);
      // 20 December 2011 was a Tuesday.
      expect(weekdayOf(first + at)).toBe(((1 + at) % 7) + 1);
    }
  });

  it('today is the day that it is there, a minute before midnight and after', () => {
    process.env['TZ'] = zone;
    vi.useFakeTimers();
    const found = [new Date(2026, 2, 28, 23, 59), new Date(2026, 2, 29, 0, 1)].map((now) => {
      vi.setSystemTime(now);
      return toIsoDate(today());
    });
    expect(found).toEqual(['2026-03-28', '2026-03-29']);
  });

  it('a time is the same time on every day, also where clocks leave it out', () => {
    process.env['TZ'] = zone;
    const system = new TimeSystem('en-US');
    for (const time of [0, 7200, 9000, 86_399]) expect(system.parse(system.format(time))).toBe(time);
  });
});
