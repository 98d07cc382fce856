/** A row with what tells it from the others. */
export interface TableEntry {
  readonly key: unknown;
  readonly row: object;
}

/**
 * Gives each row its key. A row without one, or with that of another, is told by its identity, so that rows never get
 * mixed up. What is no object is left out.
 */
export const keyed = (rows: unknown, rowKey: string): TableEntry[] => {
  if (!Array.isArray(rows)) return [];
  const seen = new Set<unknown>();
  const entries: TableEntry[] = [];
  for (const row of rows as readonly unknown[]) {
    if (typeof row !== 'object' || row === null) continue;
    let key: unknown = Reflect.get(row, rowKey) ?? row;
    if (seen.has(key)) key = seen.has(row) ? Symbol('repeated row') : row;
    seen.add(key);
    entries.push({ key, row });
  }
  return entries;
};
