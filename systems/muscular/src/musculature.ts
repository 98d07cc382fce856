import { type Anatomy, Cell, type CellOptions, CompositionError, OptionError } from '@organism/cell';
import { NeedMissingError } from './errors.ts';
import type { AnyMuscle } from './group/joins.ts';
import { Muscle } from './muscle.ts';

/** Options of a {@link Musculature}. */
export interface MusculatureOptions extends Partial<Pick<CellOptions, 'name' | 'needs'>> {
  /** The operations, in the order in which they are drawn. */
  readonly muscles: Iterable<AnyMuscle>;
}

/**
 * The operations of a body, as a cell: they are drawn in its anatomy, with what they are made of and live counters.
 *
 * @throws {OptionError} when something is no operation.
 * @throws {CompositionError} `CELL_NAME_TAKEN` when two have one name.
 * @throws {NeedMissingError} when one lacks something.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Organism } from '@organism/cell';
 * import { Muscle, Musculature } from '@organism/muscular';
 *
 * const greet = new Muscle({ name: 'greet', run: (name: string) => `Hello, ${name}` });
 * const body = new Organism({ name: 'shop', cells: [new Musculature({ muscles: [greet] })] });
 * await greet.execute('Ada');
 * assert.equal(body.describe().children[0]?.children[0]?.counters['executions'], 1);
 * ```
 */
export class Musculature extends Cell {
  /** The operations, by name. */
  readonly muscles: ReadonlyMap<string, AnyMuscle>;

  constructor({ muscles, ...options }: MusculatureOptions) {
    super({ name: 'operations', ...options });
    const byName = new Map<string, AnyMuscle>();
    for (const muscle of muscles) {
      if (!(muscle instanceof Muscle)) throw new OptionError('muscles', 'operations', muscle);
      if (byName.has(muscle.name))
        throw new CompositionError('CELL_NAME_TAKEN', `Two operations are named "${muscle.name}".`, [muscle.name]);
      if (muscle.unmet.length > 0) throw new NeedMissingError(muscle.name, muscle.unmet);
      byName.set(muscle.name, muscle);
    }
    this.muscles = byName;
  }

  protected override onDescribe(): Partial<Anatomy> {
    const children = [...this.muscles.values()].map((muscle) => muscle.anatomy());
    const sum = (counter: string): number =>
      children.reduce((total, { counters }) => total + (counters[counter] ?? 0), 0);
    return {
      children,
      counters: { executions: sum('executions'), failures: sum('failures'), underWay: sum('underWay') },
    };
  }
}
