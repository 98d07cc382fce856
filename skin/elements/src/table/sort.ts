/** Order of a table: by which column, and which way. */
export interface TableSort {
  readonly key: string;
  readonly direction: 'ascending' | 'descending';
}

const collators = new Map<string, Intl.Collator>();

/** Order of text in a language. A `lang` attribute can hold anything; what is no language gives the browser's own. */
const collatorFor = (locale: string): Intl.Collator => {
  let collator = collators.get(locale);
  if (collator === undefined) {
    const options: Intl.CollatorOptions = { numeric: true, sensitivity: 'base' };
    try {
      collator = new Intl.Collator(locale || undefined, options);
    } catch {
      collator = new Intl.Collator(undefined, options);
    }
    collators.set(locale, collator);
  }
  return collator;
};

/** What no order knows a place for: it comes last, either way. */
const isAbsent = (value: unknown): boolean => value === undefined || value === null || Number.isNaN(value);

/** Compares two cells: numbers and dates by size, all else as text in a language; what is absent comes last. */
export const compareCells = (a: unknown, b: unknown, locale = ''): number => {
  if (a === b) return 0;
  if (isAbsent(a) || isAbsent(b)) return Number(isAbsent(a)) - Number(isAbsent(b));
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : 1;
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : 1;
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime();
  return collatorFor(locale).compare(String(a), String(b));
};

/** Rows in the order of a sort; rows that compare equal keep theirs, and absent cells stay last either way. */
export const sortRows = <T extends object>(
  rows: readonly T[],
  sort: TableSort | undefined,
  locale = '',
): readonly T[] => {
  if (!sort) return rows;
  const factor = sort.direction === 'ascending' ? 1 : -1;
  return rows.toSorted((one, other) => {
    const [a, b]: unknown[] = [Reflect.get(one, sort.key), Reflect.get(other, sort.key)];
    return compareCells(a, b, locale) * (isAbsent(a) || isAbsent(b) ? 1 : factor);
  });
};
