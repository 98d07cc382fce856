/** Order of a table: by which column, and which way. */
export interface TableSort {
  readonly key: string;
  readonly direction: 'ascending' | 'descending';
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Compares two cells: numbers and dates by size, all else as text in the user's language; what is absent comes last. */
export const compareCells = (a: unknown, b: unknown): number => {
  if (a === b) return 0;
  if (a === undefined || a === null) return 1;
  if (b === undefined || b === null) return -1;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime();
  return collator.compare(String(a), String(b));
};

/** Rows in the order of a sort; rows that compare equal keep theirs, and absent cells stay last either way. */
export const sortRows = <T extends object>(rows: readonly T[], sort: TableSort | undefined): readonly T[] => {
  if (sort === undefined) return rows;
  const factor = sort.direction === 'ascending' ? 1 : -1;
  return rows.toSorted((one, other) => {
    const [a, b]: unknown[] = [Reflect.get(one, sort.key), Reflect.get(other, sort.key)];
    const isAbsent = a === undefined || a === null || b === undefined || b === null;
    return compareCells(a, b) * (isAbsent ? 1 : factor);
  });
};
