import type { Write } from './journal.ts';

/** A group of writes as the arrays of the commit statement: five of new runs, eleven of entries, four of ends. */
export const toArrays = <Tx>(writes: readonly Write<Tx>[]): unknown[] => {
  const columns = Array.from({ length: 20 }, (): unknown[] => []);
  const add = (from: number, values: readonly unknown[]): void => {
    for (const [index, value] of values.entries()) columns[from + index]?.push(value);
  };
  // How long the journal of each run must be before the first of its entries.
  const bases = new Map<string, number>();
  for (const write of writes) {
    if (write.type === 'create') {
      const { id, workflow, version, input, createdAt } = write.record;
      add(0, [id, workflow, version, input, createdAt]);
    } else if (write.type === 'append') {
      const { ordinal, position, issued, kind, name, value, failed, at } = write.entry;
      const base = bases.get(write.run) ?? ordinal - 1;
      bases.set(write.run, base);
      add(5, [write.run, base, ordinal, position, issued, kind, name, value, failed, at, write.uses ?? null]);
    } else if (write.type === 'finish') add(16, [write.run, write.status, write.outcome, write.at]);
  }
  return columns;
};
