import { type Anatomy, type Edge, OptionError } from '@organism/cell';
import type { Bone } from '@organism/skeletal';
import { NeedMissingError } from '../errors.ts';
import type { FaultDeclarations, FaultMap } from '../fault.ts';
import { Muscle } from '../muscle.ts';
import type { NoNeeds } from '../needs.ts';
import type { CommonOptions } from '../options.ts';
import type { Work } from '../work.ts';
import type { AnyMuscle } from './joins.ts';

/** How a group runs its members. */
export type GroupKind = 'sequence' | 'parallel' | 'choice' | 'race' | 'map' | 'transaction' | 'saga' | 'state';

/** What can be said of a group, as of any operation. Its declared failures are those of its members. */
export interface GroupOptions<In, Out> extends Omit<
  CommonOptions<In, In, Out, Out, FaultMap, NoNeeds>,
  'needs' | 'errors' | 'validate'
> {
  /** Default: when all members are. */
  readonly deterministic?: boolean;
  /** Default: when all members are. */
  readonly idempotent?: boolean;
}

/** How a group is put together. */
export interface Composition<In, Out> {
  readonly kind: GroupKind;
  readonly members: readonly AnyMuscle<never>[];
  /** What the members are given, beside what they have: such as a transaction. */
  readonly given?: readonly string[];
  readonly edges?: readonly Edge[];
  /** For documents: the members check. */
  readonly input?: Bone<unknown, unknown> | undefined;
  readonly output?: Bone<unknown, unknown> | undefined;
  readonly run: (input: In, work: Work) => Out | Promise<Out>;
}

const checkMembers = (group: string, { members, given = [] }: Composition<never, unknown>): void => {
  if (members.length === 0) throw new OptionError(`Members of "${group}"`, 'at least one operation', members);
  for (const member of members) {
    if (!(member instanceof Muscle)) throw new OptionError(`Members of "${group}"`, 'operations', member);
    const missing = (member.unmet as readonly string[]).filter((name) => !given.includes(name));
    if (missing.length > 0) throw new NeedMissingError(member.name, missing);
  }
};

/** The Bone that all have; undefined when they differ. */
export const sharedBone = (
  bones: readonly (Bone<unknown, unknown> | undefined)[],
): Bone<unknown, unknown> | undefined => (bones.every((bone) => bone === bones[0]) ? bones[0] : undefined);

/**
 * Composition of operations, itself an operation: made by {@link sequence}, {@link parallel}, {@link choose},
 * {@link when}, {@link race}, {@link mapOver}, {@link transaction} and {@link saga}. Types flow through it: a wrong join
 * does not compile.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { mapOver, Muscle, sequence } from '@organism/muscular';
 *
 * const split = new Muscle({ name: 'split', run: (text: string) => text.split(' ') });
 * const measure = new Muscle({ name: 'measure', run: (word: string) => word.length });
 * const lengths = sequence({ name: 'lengths', steps: [split, mapOver({ name: 'measure-all', muscle: measure })] });
 * assert.deepEqual(await lengths.execute('a wise old owl'), [1, 4, 3, 3]);
 * assert.deepEqual(lengths.anatomy().children.map(({ name }) => name), ['split', 'measure-all']);
 * ```
 */
export class MuscleGroup<in In = void, out Out = void, Faults extends FaultMap = FaultMap> extends Muscle<
  In,
  Out,
  In,
  Out,
  Faults
> {
  readonly kind: GroupKind;
  /** The operations it is made of; those that it runs in order, in order. */
  readonly members: readonly AnyMuscle<never>[];
  readonly #edges: readonly Edge[];

  /**
   * @throws {OptionError} when a member is no operation, or an option is wrong.
   * @throws {NeedMissingError} when a member lacks something.
   */
  constructor(options: GroupOptions<In, Out>, composition: Composition<In, Out>) {
    const { kind, members, run, input, output, edges = [] } = composition;
    checkMembers(options.name, composition);
    const all = (trait: 'deterministic' | 'idempotent'): boolean => members.every((member) => member[trait]);
    super({
      deterministic: all('deterministic'),
      idempotent: all('idempotent'),
      ...options,
      ...(input !== undefined && { input }),
      ...(output !== undefined && { output }),
      validate: 'never',
      errors: Object.assign({}, ...members.map(({ errors }) => errors)) as FaultDeclarations<FaultMap>,
      run,
    } as never);
    this.kind = kind;
    this.members = members;
    this.#edges = edges;
  }

  /** The group, its members and how they are joined, with live counters. */
  override anatomy(): Anatomy {
    const seen = new Set<string>();
    const children = this.members.filter(({ name }) => !seen.has(name) && seen.add(name));
    return { ...super.anatomy(), kind: this.kind, edges: this.#edges, children: children.map((one) => one.anatomy()) };
  }
}
