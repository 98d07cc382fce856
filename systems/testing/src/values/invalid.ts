import * as fc from 'fast-check';
import { UnsupportedSchemaError } from '../errors.ts';
import { type Opened, type Spot, takesAnything, type ValueBuilder } from './builder.ts';
import { brokenNumbers } from './numbers.ts';
import type { Path } from './path.ts';
import { jsonTypeOf, type Schema, type Shape } from './shape.ts';
import { brokenStrings } from './strings.ts';
import { type BuildOptions, openShape } from './valid.ts';
import { isViable } from './viable.ts';
import { violationsOf } from './violations.ts';

/** A value that breaks exactly one rule. */
export interface InvalidValue {
  readonly value: unknown;
  /** Where: keys and positions from the root; of a missing or an extra property, the path it would have or has. */
  readonly path: Path;
  /** Which rule, as the keyword of JSON Schema: `type`, `required`, `minimum`, `format`, `additionalProperties`, … */
  readonly rule: string;
}

/** Values that may be broken in just one way: which, is for the schema to say. */
type Candidates = readonly fc.Arbitrary<unknown>[];

const strangers = [null, true, 7, 'text', [], {}] as const;

/** Values of types that a node does not take, and numbers that are not whole where they should be. */
const otherTypes = (opened: readonly Opened[]): Candidates => {
  const others = strangers.filter((value) => opened.every(({ node }) => !node.types.has(jsonTypeOf(value))));
  const halves = opened.some(({ node }) => node.whole) ? [fc.integer({ min: -50, max: 50 }).map((n) => n + 0.5)] : [];
  return [...(others.length === 0 ? [] : [fc.constantFrom<unknown[]>(...others)]), ...halves];
};

/** Values close to those of an enumeration. */
const near = (value: unknown): unknown[] => {
  if (typeof value === 'string') return [`${value}!`, value.slice(1), ''];
  return typeof value === 'number' ? [value + 1, value - 1] : [];
};

/** Makes broken values for the schemas that a builder makes valid ones for. */
class Breaker {
  readonly #builder: ValueBuilder;

  constructor(builder: ValueBuilder) {
    this.#builder = builder;
  }

  candidates(schema: Schema, spot: Spot): Candidates {
    const opened = this.#builder.open(schema, spot);
    if (opened === undefined || this.#builder.overrideAt(spot) !== undefined) return [];
    const alternatives = this.#builder.alternatives(opened);
    if (takesAnything(opened.node)) return [];
    if (alternatives === undefined) return [...otherTypes([opened]), ...this.#inside(opened)];
    const choices = alternatives.flatMap((choice) => this.#builder.open(choice, opened.spot) ?? []);
    return [...otherTypes(choices), ...alternatives.flatMap((choice) => this.candidates(choice, opened.spot))];
  }

  #inside(opened: Opened): Candidates {
    const { node } = opened;
    if (node.values !== undefined) {
      const others = node.values.flatMap((value) => near(value));
      return others.length === 0 ? [] : [fc.constantFrom(...others)];
    }
    return [...node.types].flatMap((type): Candidates => {
      if (type === 'number') return brokenNumbers(node);
      if (type === 'string') return brokenStrings(node);
      if (type === 'array') return this.#arrays(opened);
      return type === 'object' ? this.#objects(opened) : [];
    });
  }

  #arrays(opened: Opened): Candidates {
    const { node, spot } = opened;
    const { items, prefix, rest, unique } = node;
    const sized = (min: number, max = items.max): fc.Arbitrary<unknown[]> =>
      this.#builder.arrays(opened, { min, max }) ?? fc.constant([]);
    const found: fc.Arbitrary<unknown>[] = [];
    if (items.min > 0) found.push(sized(items.min).map((list) => list.slice(0, items.min - 1)));
    if (items.max !== Infinity) {
      const full = sized(items.max);
      found.push(rest === false ? full.map((list) => [...list, null]) : sized(items.max + 1, items.max + 3));
      found.push(full.map((list) => [...list, ...list.slice(-1)]));
    }
    if (unique) found.push(sized(Math.max(1, items.min)).map((list) => [...list, ...list.slice(0, 1)]));
    const below = { path: [...spot.path, '*'], depth: spot.depth };
    for (let place = 0; place < Math.min(prefix.length + 1, items.max); place++) {
      const lists = sized(Math.max(place + 1, items.min));
      for (const broken of this.candidates(this.#builder.itemAt(node, place), below))
        found.push(
          fc.tuple(lists, broken, fc.nat()).map(([list, value, any]) => {
            const at = place < prefix.length ? place : place + (any % Math.max(1, list.length - place));
            return at < list.length ? list.with(at, value) : list;
          }),
        );
    }
    return found;
  }

  #objects(opened: Opened): Candidates {
    const { node, spot } = opened;
    const { additional, byPattern, names, properties, propertyCount, required } = node;
    const objects = this.#builder.objects(opened);
    if (objects === undefined) return [];
    const found: fc.Arbitrary<unknown>[] = [];
    const trim = (from: Record<string, unknown>, keep: (key: string, index: number) => boolean): unknown =>
      Object.fromEntries(Object.entries(from).filter(([key], index) => keep(key, index)));
    const put = (keys: fc.Arbitrary<string>, values: fc.Arbitrary<unknown>): void =>
      void found.push(fc.tuple(objects, keys, values).map(([object, key, value]) => ({ ...object, [key]: value })));
    const below = (key: string): Spot => ({ path: [...spot.path, key], depth: spot.depth });

    for (const key of required) found.push(objects.map((object) => trim(object, (other) => other !== key)));
    const declared = new Set([...properties.keys(), ...required]);
    for (const key of declared)
      for (const broken of this.candidates(this.#builder.propertyAt(node, key), below(key)))
        put(fc.constant(key), broken);
    const extras = this.#builder.extras(opened, declared);
    const odd = fc.constantFrom('extra', 'Extra!', '0', '');
    if (additional === false) put(odd, fc.constantFrom<unknown[]>(1, 'text', null));
    else if (names !== true) put(odd, this.#builder.build(additional, below('*')) ?? fc.constant(null));
    if (extras !== undefined) {
      const keys = extras.map((object) => Object.keys(object)[0] ?? 'extra');
      for (const schema of new Set([...byPattern.map(([, inner]) => inner), additional]))
        for (const broken of this.candidates(schema, below('*'))) put(keys, broken);
    }
    if (propertyCount.min > 0)
      found.push(objects.map((object) => trim(object, (_, index) => index < propertyCount.min - 1)));
    if (propertyCount.max !== Infinity)
      found.push(
        objects.map((object) => {
          const [value = 1] = Object.values(object);
          const more = Array.from({ length: propertyCount.max + 1 }, (_, index) => [`k${index}`, value]);
          return { ...object, ...Object.fromEntries(more) };
        }),
      );
    return found;
  }
}

/**
 * Invalid values of a shape, as a fast-check arbitrary: each breaks exactly one rule of its JSON Schema, and says which
 * and where; where the shape has an `is`, it agrees that the value does not fit. All rules come up about equally often.
 * A rule that can't be broken alone (a length that a pattern fixes too) is left out.
 *
 * @throws {UnsupportedSchemaError} `TESTING_SCHEMA_UNSUPPORTED` as {@link valuesOf} does, or when no rule can be broken.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { invalidValuesOf } from '@organism/testing';
 * import * as fc from 'fast-check';
 *
 * const Quake = {
 *   name: 'quake',
 *   toJSONSchema: () => ({
 *     type: 'object',
 *     properties: { magnitude: { type: 'number', maximum: 10 } },
 *     required: ['magnitude'],
 *   }),
 * };
 * const rules = new Set(fc.sample(invalidValuesOf(Quake), 200).map(({ path, rule }) => `${rule} at ${path.join('.')}`));
 * assert.deepEqual([...rules].toSorted(), ['maximum at magnitude', 'required at magnitude', 'type at ', 'type at magnitude']);
 * ```
 */
export const invalidValuesOf = (shape: Shape, options: BuildOptions = {}): fc.Arbitrary<InvalidValue> => {
  const { builder, document } = openShape(shape, options);
  const judge = (value: unknown): InvalidValue | undefined => {
    const [violation, ...more] = violationsOf(document, value);
    if (violation === undefined || more.length > 0 || shape.is?.(value) === true) return undefined;
    return { value, ...violation };
  };
  const broken = new Breaker(builder)
    .candidates(document.root, { path: [], depth: 0 })
    .map((candidates) => candidates.map(judge))
    .filter((candidates) => isViable(candidates, (one) => one !== undefined))
    .map((candidates) => candidates.filter((one) => one !== undefined));
  if (broken.length === 0)
    throw new UnsupportedSchemaError(shape.name, '(root)', 'no rule that a value could break alone');
  return fc.oneof(...broken);
};
