import { regular } from '../base/options.ts';
import { type TableColumn, valueAt } from './column.ts';

/** Shown for a number or date that is none. */
const none = '–';
const isoDate = /^(\d{4})-(\d\d)-(\d\d)$/;

/** A language that `Intl` takes: a `lang` attribute can hold anything. */
export const knownLocale = (locale: string): string | undefined => {
  try {
    return Intl.getCanonicalLocales(locale)[0];
  } catch {
    return undefined;
  }
};

/** Any value as plain text. */
export const asText = (value: unknown): string => {
  if (value === undefined || value === null) return '';
  try {
    if (Array.isArray(value)) return value.map(asText).join(', ');
    return typeof value === 'object' && !(value instanceof Date) ? JSON.stringify(value) : String(value);
  } catch {
    return '';
  }
};

/** The moment that a value stands for, as a date; dates without a time are at noon UTC, so that no zone moves them. */
export const momentOf = (value: unknown): Date => {
  if (value instanceof Date) return value;
  if (typeof value === 'number') return new Date(value);
  const day = isoDate.exec(String(value));
  return new Date(day === null ? String(value) : `${day[0]}T12:00Z`);
};

/** Says a value in words: the cell's text, without looking at a `format` of the page's own. */
type Say = (value: unknown) => string;

const sayDate = (locale: string | undefined, { type, formatOptions }: TableColumn): Say => {
  const make = (options: Intl.DateTimeFormatOptions, timeZone?: string): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, { ...(formatOptions ?? options), ...(timeZone !== undefined && { timeZone }) });
  if (type === 'time') {
    const { format } = make({ timeStyle: 'short' }, 'UTC');
    return (value) => {
      const date = new Date(`2000-01-01T${asText(value)}Z`);
      return Number.isNaN(date.getTime()) ? asText(value) : format(date);
    };
  }
  const day = make({ dateStyle: 'medium' }, 'UTC');
  const moment = make(type === 'date' ? { dateStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'short' });
  return (value) => {
    const date = momentOf(value);
    if (Number.isNaN(date.getTime())) return typeof value === 'string' ? value : none;
    return (typeof value === 'string' && isoDate.test(value) ? day : moment).format(date);
  };
};

const sayNumber = (locale: string | undefined, { formatOptions }: TableColumn): Say => {
  const { format } = new Intl.NumberFormat(locale, formatOptions);
  return (value) => {
    if (typeof value === 'bigint') return format(value);
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number === 'number' && !Number.isNaN(number)) return format(number);
    return typeof value === 'number' ? none : asText(value);
  };
};

const sayer = (column: TableColumn, locale: string, bool: (value: boolean) => string): Say => {
  const known = knownLocale(locale);
  switch (column.type) {
    case 'number':
      return sayNumber(known, column);
    case 'date':
    case 'datetime':
    case 'time':
      return sayDate(known, column);
    case 'choice': {
      const labels = new Map(regular(column.options).map(({ value, label }) => [value, label ?? value]));
      return (value) => labels.get(asText(value)) ?? asText(value);
    }
    default: {
      const date = sayDate(known, column);
      return (value) => {
        if (value instanceof Date) return date(value);
        if (typeof value === 'boolean') return bool(value);
        return typeof value === 'number' && Number.isNaN(value) ? none : asText(value);
      };
    }
  }
};

const sayers = new WeakMap<TableColumn, { readonly locale: string; readonly say: Say }>();
const reported = new WeakSet<TableColumn>();

/** How cells are put into words. */
export interface Wording {
  readonly locale: string;
  readonly bool: (value: boolean) => string;
}

/** Text of a cell. A `format` that throws is told once, and the value shown as it is: one bad row spoils no table. */
export const cellText = (column: TableColumn, row: object, { locale, bool }: Wording): string => {
  const value = valueAt(row, column);
  try {
    if (typeof column.format === 'function') return asText(column.format(value, row));
    if (value === undefined || value === null) return '';
    let known = sayers.get(column);
    if (known?.locale !== locale) {
      known = { locale, say: sayer(column, locale, bool) };
      sayers.set(column, known);
    }
    return known.say(value);
  } catch (error) {
    if (!reported.has(column)) console.error(`skin-table: the format of "${column.key}" failed.`, error);
    reported.add(column);
    return asText(value);
  }
};
