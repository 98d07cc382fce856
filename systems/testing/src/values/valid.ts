import * as fc from 'fast-check';
import { UnsupportedSchemaError } from '../errors.ts';
import { wordsOf } from '../hash.ts';
import { type Overrides, ValueBuilder } from './builder.ts';
import { SchemaDocument } from './document.ts';
import type { Shape } from './shape.ts';
import { firstViable } from './viable.ts';
import { violationsOf } from './violations.ts';

/** Options of the builders. */
export interface BuildOptions {
  /**
   * Arbitraries to use in place of the built ones, by path (`place.name`, `items.*.price`): for what a JSON Schema
   * can't say, such as a rule between two fields. What they make must still fit the schema.
   */
  readonly overrides?: Overrides;
}

/** A shape opened for building. */
export interface Workshop {
  readonly builder: ValueBuilder;
  readonly document: SchemaDocument;
  /** Values that fit. */
  readonly values: fc.Arbitrary<unknown>;
}

/** Whether a value keeps the rules of a shape's schema, and passes its own check. */
const fits = <T>(shape: Shape<T>, document: SchemaDocument, value: unknown): value is T =>
  violationsOf(document, value).length === 0 && (shape.is?.(value) ?? true);

// Opening takes milliseconds and a shape never changes: the same shape is opened once.
const opened = new WeakMap<object, Workshop>();

/** Opens a shape: makes a builder for it, and makes sure that it can build. */
export const openShape = (shape: Shape, { overrides = {} }: BuildOptions): Workshop => {
  const isPlain = Object.keys(overrides).length === 0;
  const known = isPlain ? opened.get(shape) : undefined;
  if (known !== undefined) return known;
  const document = new SchemaDocument(shape.name, shape.toJSONSchema({ io: 'input' }));
  const builder = new ValueBuilder(document, overrides);
  const built = builder.build(document.root, { path: [], depth: 0 });
  if (built === undefined)
    throw new UnsupportedSchemaError(shape.name, '(root)', 'rules that no value can keep, or that need themselves');
  const values = firstViable([built], (value) => fits(shape, document, value));
  if (values === undefined)
    throw new UnsupportedSchemaError(shape.name, '(root)', 'a check beyond its schema that no built value passed');
  const workshop = { builder, document, values };
  if (isPlain) opened.set(shape, workshop);
  return workshop;
};

/**
 * Valid values of a shape, as a fast-check arbitrary: they keep the rules of its JSON Schema, and its own `is` agrees.
 *
 * @throws {UnsupportedSchemaError} `TESTING_SCHEMA_UNSUPPORTED` for a pattern or a rule that can't be built from.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { valuesOf } from '@organism/testing';
 * import * as fc from 'fast-check';
 *
 * const Magnitude = { name: 'magnitude', toJSONSchema: () => ({ type: 'number', minimum: 0, maximum: 10 }) };
 * fc.assert(fc.property(valuesOf(Magnitude), (value) => assert.ok(Number(value) >= 0 && Number(value) <= 10)));
 * ```
 * @see https://fast-check.dev
 */
export const valuesOf = <T>(shape: Shape<T>, options: BuildOptions = {}): fc.Arbitrary<T> => {
  const { document, values } = openShape(shape, options);
  return values.filter((value) => fits(shape, document, value));
};

/**
 * One valid value of a shape: the same one for the same seed. Default seed 0.
 *
 * @throws {UnsupportedSchemaError} `TESTING_SCHEMA_UNSUPPORTED` as {@link valuesOf} does.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { valueOf } from '@organism/testing';
 *
 * const Place = { name: 'place', toJSONSchema: () => ({ enum: ['Lisbon', 'Faro'] }) };
 * assert.equal(valueOf(Place, 'monday'), valueOf(Place, 'monday'));
 * ```
 */
export const valueOf = <T>(shape: Shape<T>, seed: string | number = 0, options: BuildOptions = {}): T => {
  const [first] = wordsOf(String(seed));
  // The first values that fast-check draws are the plainest; later ones look more like data.
  const drawn = fc.sample(valuesOf(shape, options), { seed: first, numRuns: 8 }).at(-1);
  if (drawn === undefined) throw new UnsupportedSchemaError(shape.name, '(root)', 'no value');
  return drawn;
};
