import { Glycogen, type GlycogenOptions } from '@organism/metabolic';
import type { FaultMap } from '../fault.ts';
import type { Muscle } from '../muscle.ts';
import { memoise, type MemoiseOptions } from './memoise.ts';
import type { Memory, Recall, Remembered } from './memory.ts';

/**
 * Memoisation: remembers what operations gave, by their structural input, in a {@link Glycogen}, whose TTL,
 * stale-while-revalidate, grace, bounds, tags, persistence and second level it has. Calls for the same input that come
 * while one runs get its result. Errors are not remembered.
 *
 * An operation's name is a tag: `memory.invalidateTags(['quote'])` forgets all that it gave. Operations of one name are
 * taken for the same, so those with other needs want a memory of their own. Outputs are shared between callers, and
 * read-only by type. With persistence or a second level they must be what JSON can carry.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle, MuscleMemory } from '@organism/muscular';
 *
 * const memory = new MuscleMemory({ ttlMs: 60_000, max: 1000 });
 * const square = new Muscle({ name: 'square', deterministic: true, memory, run: ({ n }: { n: number }) => n * n });
 * assert.equal(await square.execute({ n: 7 }), 49);
 * assert.equal(await square.execute({ n: 7 }), 49);
 * assert.equal(square.counters.executions, 1);
 * ```
 */
export class MuscleMemory extends Glycogen implements Memory {
  /** @throws {OptionError} `CELL_BAD_OPTION` that names the option. */
  constructor(options: GlycogenOptions = {}) {
    super({ name: 'memory', negativeTtlMs: options.ttlMs ?? Infinity, ...options });
  }

  /** For the operation; see {@link Memory}. */
  recallOf(operation: Remembered, run: Recall): Recall {
    return memoise(this, operation, run, {});
  }

  /**
   * This memory with options of one operation: `new Muscle({ memory: memory.for({ ttlMs: 1000 }), … })`.
   *
   * @example
   * ```ts
   * import assert from 'node:assert/strict';
   * import { Muscle, MuscleMemory } from '@organism/muscular';
   *
   * const memory = new MuscleMemory();
   * const prices = memory.for({ ttlMs: 5000, tags: ['prices'], evenIfNotDeterministic: true });
   * let price = 3;
   * const quote = new Muscle({ name: 'quote', memory: prices, run: (_sku: string) => price });
   * assert.equal(await quote.execute('tea'), 3);
   * price = 4;
   * assert.equal(await quote.execute('tea'), 3);
   * await memory.invalidateTags(['prices']);
   * assert.equal(await quote.execute('tea'), 4);
   * ```
   */
  for<In = unknown, Out = unknown>(options: MemoiseOptions<In, Out>): Memory<In, Out> {
    return { recallOf: (operation, run) => memoise(this, operation, run, options as MemoiseOptions<unknown, unknown>) };
  }

  /**
   * An operation that exists already, remembered here.
   *
   * @throws {OptionError} when it is not deterministic, and `evenIfNotDeterministic` is not set.
   */
  memoise<In, Out, Parsed, Raw, Faults extends FaultMap, Needs extends object>(
    muscle: Muscle<In, Out, Parsed, Raw, Faults, Needs>,
    options: MemoiseOptions<In, Out> = {},
  ): Muscle<In, Out, Parsed, Raw, Faults, Needs> {
    return muscle.remembered(this.for(options));
  }
}
