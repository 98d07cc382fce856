import type { FormShape } from '../form/schema.ts';
import { asList, toPointer } from '../form/state.ts';
import { type TableColumn, valueAt } from './column.ts';
import { dayOf } from './filter.ts';
import { asText, momentOf } from './format.ts';

type Choice = string | number;

const rawOptions = ({ options }: TableColumn): Choice[] =>
  asList(options).map((one) => (typeof one === 'object' && one !== null ? Reflect.get(one, 'value') : one) as Choice);

const localMoment = (value: unknown): string => {
  const date = momentOf(value ?? Number.NaN);
  if (Number.isNaN(date.getTime())) return '';
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
};

/** A cell's value as its editor begins with it. */
export const toEntered = (column: TableColumn, value: unknown): string => {
  if (column.type === 'date') return dayOf(value);
  if (column.type === 'datetime') return localMoment(value);
  return typeof value === 'number' && Number.isNaN(value) ? '' : asText(value);
};

/** What was entered, as a value of the kind that stood there before. */
export const fromEntered = (column: TableColumn, text: string, old: unknown): unknown => {
  const { type } = column;
  if (type === 'boolean') return text === 'true';
  if (text === '') {
    if (column.isNullable === true || old === null) return null;
    return (type === 'text' || type === undefined) && column.required !== false ? '' : undefined;
  }
  const isNumber = type === 'number' || (type === undefined && typeof old === 'number');
  if (typeof old === 'bigint') return /^-?\d+$/.test(text) ? BigInt(text) : text;
  if (isNumber) return Number.isFinite(Number(text)) ? Number(text) : text;
  if (type === 'choice') return rawOptions(column).find((one) => String(one) === text) ?? text;
  if (type !== 'date' && type !== 'datetime') return text;
  const date = new Date(type === 'date' ? `${text}T00:00` : text);
  if (old instanceof Date) return date;
  if (typeof old === 'number') return date.getTime();
  return type === 'date' || Number.isNaN(date.getTime()) ? text : date.toISOString();
};

/** Where a column's value stands in a row. */
const pathOf = (row: object, { key }: TableColumn): string[] =>
  key in row || !key.includes('.') ? [key] : key.split('.');

const copyOf = (value: unknown): object => {
  if (Array.isArray(value)) return [...(value as unknown[])];
  if (typeof value !== 'object' || value === null) return {};
  return Object.setPrototypeOf({ ...value }, Object.getPrototypeOf(value) as object | null) as object;
};

const put = (value: unknown, [key, ...rest]: string[], leaf: unknown): object => {
  const copy = copyOf(value);
  if (key === undefined) return copy;
  const inner = rest.length === 0 ? leaf : put(Reflect.get(copy, key), rest, leaf);
  Object.defineProperty(copy, key, { value: inner, writable: true, enumerable: true, configurable: true });
  return copy;
};

/** A copy of a row with another value in a column; the row itself stays as it is, frozen or not. */
export const withValue = (row: object, column: TableColumn, value: unknown): object =>
  put(row, pathOf(row, column), value);

const issuesOf = async (shape: object, row: object): Promise<{ pointer: string; message: string }[]> => {
  const result = await (shape as Partial<FormShape>).safeParseAsync?.(row);
  return result === undefined || result.ok ? [] : [...result.issues];
};

/** What is wrong with a row's new value, by the shape and by the column's own check; nothing when it is right. */
export const findFault = async (
  shape: unknown,
  column: TableColumn,
  row: object,
  next: object,
): Promise<string | undefined> => {
  const { rules, check } = column;
  const value = valueAt(next, column);
  const pattern = rules?.['pattern'];
  if (typeof shape === 'object' && shape !== null && 'safeParseAsync' in shape) {
    const pointer = toPointer(pathOf(row, column));
    const issues = await issuesOf(shape, next);
    const own = issues.find((one) => `${one.pointer}/`.startsWith(`${pointer}/`));
    if (own !== undefined) return own.message;
    const whole = issues.find((one) => one.pointer === '');
    // What was wrong with the row before is not this value's fault.
    if (whole !== undefined && !(await issuesOf(shape, row)).some(({ message }) => message === whole.message))
      return whole.message;
  } else if (typeof pattern === 'string' && typeof value === 'string' && !new RegExp(pattern, 'u').test(value))
    return '';
  return typeof check === 'function' ? ((await check(value, next)) ?? undefined) : undefined;
};
