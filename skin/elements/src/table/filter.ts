import { type TableColumn, valueAt } from './column.ts';
import { asText, cellText, momentOf, type Wording } from './format.ts';

/** What a column must hold for its row to be shown. All of it is plain JSON. */
export interface TableFilter {
  readonly key: string;
  /** Text that the cell has in it; case and accents count for nothing. */
  readonly contains?: string;
  /** Least and largest number. */
  readonly min?: number;
  readonly max?: number;
  /** First and last day, as `YYYY-MM-DD`. */
  readonly from?: string;
  readonly until?: string;
  /** Any of these values. */
  readonly oneOf?: readonly (string | number | boolean)[];
}

/** Whatever a page sets as filters, as a list. */
export const filtersOf = (filters: unknown): readonly TableFilter[] =>
  Array.isArray(filters)
    ? filters.filter((one): one is TableFilter => typeof one === 'object' && one !== null && 'key' in one)
    : [];

const plainText = /^[\0-\u007F]*$/;

/** Text as it is looked for: small letters without accents. */
export const folded = (text: string): string =>
  (plainText.test(text) ? text : text.normalize('NFD').replaceAll(/\p{M}/gu, '')).toLowerCase();

/** The day of a value, as `YYYY-MM-DD`, in the reader's time zone; empty for what is no date. */
export const dayOf = (value: unknown): string => {
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)) return value;
  const date = momentOf(value ?? Number.NaN);
  if (Number.isNaN(date.getTime())) return '';
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
};

type Test = (row: object) => boolean;

/** Text that a cell is found by. A number is found as it is written, with either decimal sign: to format 100,000 is slow. */
const finderOf = (column: TableColumn, wanted: string, wording: Wording): Test => {
  const text = folded(wanted);
  const bare = text.replace(',', '.');
  return (row) => {
    const value = valueAt(row, column);
    if (typeof value === 'number' && typeof column.format !== 'function' && !column.type?.startsWith('date'))
      return String(value).includes(bare);
    return folded(cellText(column, row, wording)).includes(text);
  };
};

/** Numbers that are set; an empty field sets none. */
const bound = (value: unknown): number | undefined =>
  value === undefined || value === null || value === '' || Number.isNaN(Number(value)) ? undefined : Number(value);

const testsOf = (filter: TableFilter, column: TableColumn, wording: Wording): Test[] => {
  const tests: Test[] = [];
  const { contains, from, until, oneOf } = filter;
  const [min, max] = [bound(filter.min), bound(filter.max)];
  if (typeof contains === 'string' && contains !== '') tests.push(finderOf(column, contains, wording));
  if (min !== undefined || max !== undefined)
    tests.push((row) => {
      const number = bound(valueAt(row, column));
      return number !== undefined && number >= (min ?? -Infinity) && number <= (max ?? Infinity);
    });
  if (from || until)
    tests.push((row) => {
      const day = dayOf(valueAt(row, column));
      return day !== '' && day >= String(from || '') && day <= String(until || '9999-12-31');
    });
  if (Array.isArray(oneOf)) {
    const wanted = new Set(oneOf.map(asText));
    tests.push((row) => wanted.has(asText(valueAt(row, column))));
  }
  return tests;
};

/** Whether a filter keeps anything out. */
export const isActive = (filter: TableFilter): boolean =>
  testsOf(filter, filter, { locale: '', bool: String }).length > 0;

const longestSearch = 1000;

/** Places of the rows that all filters let through and that have each word of the search in some cell; undefined for all. */
export const filterRows = (
  rows: readonly object[],
  filters: readonly TableFilter[],
  search: string,
  columns: readonly TableColumn[],
  wording: Wording,
): readonly number[] | undefined => {
  const tests = filters.flatMap((filter) =>
    testsOf(filter, columns.find(({ key }) => key === filter.key) ?? { key: filter.key }, wording),
  );
  // Of a text that was pasted by mistake, millions of words would be looked for in each cell.
  for (const word of new Set(search.slice(0, longestSearch).split(/\s+/).filter(Boolean))) {
    const finders = columns.map((column) => finderOf(column, word, wording));
    tests.push((row) => finders.some((find) => find(row)));
  }
  if (tests.length === 0) return undefined;
  const places: number[] = [];
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] as object;
    if (tests.every((test) => test(row))) places.push(at);
  }
  return places;
};
