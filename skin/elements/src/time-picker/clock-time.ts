import { toLatinDigits } from '../otp-field/digits.ts';

/** Seconds since midnight of a plain time, which no time zone shifts. */
export type ClockTime = number;

/** A time written `HH:MM` or `HH:MM:SS`; undefined for everything else. */
export const parseIsoTime = (text: unknown): ClockTime | undefined => {
  const found = typeof text === 'string' ? /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text) : null;
  if (found === null) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = found.slice(1).map((part) => Number(part ?? 0));
  return hours * 3600 + minutes * 60 + seconds;
};

/** A time as `HH:MM`, with seconds where it has some. */
export const toIsoTime = (time: ClockTime): string => {
  const text = new Date(time * 1000).toISOString();
  return text.slice(11, time % 60 === 0 ? 16 : 19);
};

/** Times of a locale, as people there write and read them. */
export class TimeSystem {
  readonly #format: Intl.DateTimeFormat;
  readonly #withSeconds: Intl.DateTimeFormat;
  readonly #periods: readonly string[];

  constructor(locale: string) {
    const make = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
      try {
        return new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
      } catch {
        return new Intl.DateTimeFormat('en', { ...options, timeZone: 'UTC' });
      }
    };
    this.#format = make({ timeStyle: 'short' });
    this.#withSeconds = make({ timeStyle: 'medium' });
    this.#periods = Array.from({ length: 24 }, (_, hour) => {
      const period = this.#format.formatToParts(hour * 3_600_000).find(({ type }) => type === 'dayPeriod');
      return toLatinDigits(period?.value ?? '').toLowerCase();
    });
  }

  /** A time as the locale writes it. */
  format(time: ClockTime): string {
    return (time % 60 === 0 ? this.#format : this.#withSeconds).format(time * 1000);
  }

  /** The time that a text means: in any digits, with or without signs between, with the locale's or English halves. */
  parse(text: string): ClockTime | undefined {
    const latin = toLatinDigits(text).toLowerCase();
    const groups = latin.match(/\d+/g) ?? [];
    const digits = groups.join('');
    // 930, 0930 and 093000 are times, too.
    const packed = groups.length === 1 && digits.length > 2;
    const split = packed ? (digits.padStart(digits.length + (digits.length % 2), '0').match(/\d\d/g) ?? []) : groups;
    if (split.length === 0 || split.length > 3 || split.some((group) => group.length > 2)) return undefined;
    const [hours = 0, minutes = 0, seconds = 0] = split.map(Number);
    const halves = [hours % 12, (hours % 12) + 12].filter((hour) => this.#isMeant(hour, latin));
    if (hours > 23 || minutes > 59 || seconds > 59 || (halves.length > 0 && hours > 12)) return undefined;
    // Where one period's name is part of another's, the longer one is meant.
    const [hour = hours] = halves.sort((a, b) => (this.#periods[b]?.length ?? 0) - (this.#periods[a]?.length ?? 0));
    return hour * 3600 + minutes * 60 + seconds;
  }

  /** Whether a text names the part of the day that an hour belongs to. */
  #isMeant(hour: number, text: string): boolean {
    const period = this.#periods[hour] ?? '';
    return (
      (period !== '' && text.includes(period)) ||
      new RegExp(`(^|[\\d\\s])${hour < 12 ? 'a' : 'p'}\\.?(m\\.?)?\\s*$`).test(text)
    );
  }
}
