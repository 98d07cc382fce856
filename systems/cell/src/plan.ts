import { CompositionError } from './errors.ts';

interface Needy {
  readonly name: string;
  readonly needs: readonly string[];
}

/**
 * Orders cells so that each comes after what it needs.
 *
 * @returns the same cells, needs first; otherwise in the order given.
 * @throws {CompositionError} naming the path, for a name used twice, a missing need, or a cycle.
 */
export const dependencyOrder = <T extends Needy>(body: string, cells: readonly T[]): readonly T[] => {
  const byName = new Map<string, T>();
  for (const cell of cells) {
    if (byName.has(cell.name)) {
      throw new CompositionError(
        'CELL_NAME_TAKEN',
        `Two cells of "${body}" are named "${cell.name}"; names must be unique.`,
        [body, cell.name],
      );
    }
    byName.set(cell.name, cell);
  }
  const ordered = new Set<T>();
  const visit = (name: string, path: readonly string[]): void => {
    const here = [...path, name];
    const cell = byName.get(name);
    if (cell === undefined) {
      const known = [...byName.keys()].join(', ');
      throw new CompositionError(
        'CELL_NEED_MISSING',
        `"${body}" has no cell "${name}", needed along ${here.join(' → ')}. It has: ${known}.`,
        here,
      );
    }
    if (path.includes(name)) {
      const cycle = here.slice(here.indexOf(name));
      throw new CompositionError(
        'CELL_NEED_CYCLE',
        `Cells of "${body}" need each other in a circle: ${cycle.join(' → ')}.`,
        cycle,
      );
    }
    if (ordered.has(cell)) return;
    for (const need of cell.needs) visit(need, here);
    ordered.add(cell);
  };
  for (const cell of cells) visit(cell.name, []);
  return [...ordered];
};
