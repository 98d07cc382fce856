import type { Bone } from './bone.ts';
import { BoneError } from './errors.ts';
import { definitionOf } from './walk.ts';

/** How many of one side may belong to how many of the other. */
export type JointKind = 'many-to-one' | 'one-to-one';

/** Options of a {@link Joint}. */
export interface JointOptions<From, FromKey extends keyof From & string, To, ToKey extends keyof To & string> {
  readonly name: string;
  /** The side that holds the reference, and the field it stands in. A list of references is followed one by one. */
  readonly from: readonly [Bone<From, never> | Bone<From, unknown> | Bone<From>, FromKey];
  /** The side referred to, and its identifying field. */
  readonly to: readonly [Bone<To, never> | Bone<To, unknown> | Bone<To>, ToKey];
  /** Default `many-to-one`. */
  readonly kind?: JointKind;
}

/** A reference that leads nowhere, or that is not alone where it should be. */
export interface JointProblem {
  readonly code: 'dangling' | 'duplicate';
  /** Position in the `from` collection. */
  readonly index: number;
  readonly field: string;
  readonly message: string;
}

/**
 * Relation between two schemas: a field of one refers to the identifying field of the other.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Bone, Joint } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const Customer = new Bone('customer', z.object({ id: z.string() }));
 * const Order = new Bone('order', z.object({ customerId: z.string() }));
 * const placedBy = new Joint({ name: 'placed-by', from: [Order, 'customerId'], to: [Customer, 'id'] });
 * const problems = placedBy.check({ from: [{ customerId: 'ada' }, { customerId: 'bob' }], to: [{ id: 'ada' }] });
 * assert.deepEqual(problems.map(({ index, code }) => [index, code]), [[1, 'dangling']]);
 * ```
 */
export class Joint<From, FromKey extends keyof From & string, To, ToKey extends keyof To & string> {
  readonly name: string;
  readonly kind: JointKind;
  readonly from: { readonly bone: string; readonly field: FromKey };
  readonly to: { readonly bone: string; readonly field: ToKey };

  /** @throws {BoneError} `SKELETAL_BAD_JOINT` for a field that a Bone does not have. */
  constructor(options: JointOptions<From, FromKey, To, ToKey>) {
    this.name = options.name;
    this.kind = options.kind ?? 'many-to-one';
    const [from, fromField] = options.from;
    const [to, toField] = options.to;
    for (const [bone, field] of [[from, fromField] as const, [to, toField] as const]) {
      const { shape } = definitionOf(bone.schema);
      if (typeof shape === 'object' && shape !== null && !Object.hasOwn(shape, field)) {
        throw new BoneError('SKELETAL_BAD_JOINT', `${options.name}: ${bone.name} has no field "${field}".`);
      }
    }
    this.from = { bone: from.name, field: fromField };
    this.to = { bone: to.name, field: toField };
  }

  /** Checks every reference of a collection; takes time in proportion to both collections. Absent ones are fine. */
  check(collections: {
    readonly from: Iterable<Pick<From, FromKey>>;
    readonly to: Iterable<Pick<To, ToKey>>;
  }): JointProblem[] {
    const known = new Set<unknown>();
    for (const item of collections.to) known.add(item[this.to.field]);
    return this.#problems(collections.from, (reference) => known.has(reference));
  }

  /** Like {@link Joint.check}, asking `exists` once for each distinct reference. */
  async checkWith(
    from: Iterable<Pick<From, FromKey>>,
    exists: (reference: unknown) => boolean | Promise<boolean>,
  ): Promise<JointProblem[]> {
    const items = [...from];
    const answers = new Map<unknown, boolean>();
    for (const item of items) {
      for (const reference of this.#references(item))
        if (!answers.has(reference)) answers.set(reference, await exists(reference));
    }
    return this.#problems(items, (reference) => answers.get(reference) === true);
  }

  #references(item: Pick<From, FromKey>): readonly unknown[] {
    const value: unknown = item[this.from.field];
    return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  }

  #problems(from: Iterable<Pick<From, FromKey>>, exists: (reference: unknown) => boolean): JointProblem[] {
    const problems: JointProblem[] = [];
    const used = new Set<unknown>();
    const add = (code: JointProblem['code'], index: number, what: string): void => {
      const { bone, field } = this.from;
      problems.push({
        code,
        index,
        field,
        message: `${bone}[${index}].${field} ${what} ${this.to.bone}.${this.to.field}.`,
      });
    };
    let index = 0;
    for (const item of from) {
      for (const reference of this.#references(item)) {
        if (!exists(reference)) add('dangling', index, 'refers to no');
        else if (this.kind === 'one-to-one' && used.has(reference)) add('duplicate', index, 'shares its');
        used.add(reference);
      }
      index += 1;
    }
    return problems;
  }

  /** Plain-data description, for anatomy and documents. */
  describe(): { readonly name: string; readonly kind: JointKind; readonly from: string; readonly to: string } {
    return {
      name: this.name,
      kind: this.kind,
      from: `${this.from.bone}.${this.from.field}`,
      to: `${this.to.bone}.${this.to.field}`,
    };
  }
}
