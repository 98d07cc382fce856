import * as fc from 'fast-check';
import { UnsupportedSchemaError } from '../errors.ts';
import type { SchemaDocument } from './document.ts';
import { jsonTypes, type Node, nodeOf, type Range } from './node.ts';
import { numbersOf } from './numbers.ts';
import { canonical, jsonTypeOf, type Schema } from './shape.ts';
import { stringsOf } from './strings.ts';
import { firstViable } from './viable.ts';

/** Arbitraries of one's own in place of the built ones, by path: `place.name`, `items.*.price`. */
export type Overrides = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** How often a schema that contains itself is opened on the way down. */
const deepest = 3;

/** Any JSON; by way of its text, because minus zero is none. */
const anything = (): fc.Arbitrary<unknown> =>
  fc.json({ maxDepth: 1 }).map((text): unknown => JSON.parse(text, (_, value: unknown) => (value === 0 ? 0 : value)));

/** Whether a node says nothing about the values. */
export const takesAnything = (node: Node): boolean =>
  node.types.size === jsonTypes.length && node.values === undefined && node.choices.length === 0;

/** Keys that objects treat in a way of their own. */
const oddKeys = new Set(['__proto__', 'constructor', 'prototype']);

/** Where the builder is: which property, at which depth of self-containing schemas. */
export interface Spot {
  readonly path: readonly string[];
  readonly depth: number;
}

/** A schema opened at a spot. */
export interface Opened {
  readonly node: Node;
  readonly spot: Spot;
}

/** Builds values for the schemas of one document. */
export class ValueBuilder {
  readonly document: SchemaDocument;
  readonly #overrides: Overrides;
  readonly #built = new Map<Schema, Map<string, fc.Arbitrary<unknown> | undefined>>();

  constructor(document: SchemaDocument, overrides: Overrides) {
    this.document = document;
    this.#overrides = overrides;
  }

  /** The arbitrary that was given for a spot. */
  overrideAt({ path }: Spot): fc.Arbitrary<unknown> | undefined {
    const key = path.join('.');
    return Object.hasOwn(this.#overrides, key) ? this.#overrides[key] : undefined;
  }

  /** What a schema asks for; undefined when nothing can fit, or only something too deep. */
  open(schema: Schema, spot: Spot): Opened | undefined {
    const flat = this.document.flatten(schema);
    if (flat === undefined) return undefined;
    const depth = spot.depth + flat.cycles;
    return depth > deepest ? undefined : { node: nodeOf(flat.parts), spot: { ...spot, depth } };
  }

  /** The schemas of the alternatives of a node, each joined to what applies to all; undefined when there is no choice. */
  alternatives({ node }: Opened): readonly Schema[] | undefined {
    const [group, ...more] = node.choices;
    if (group === undefined) return undefined;
    return group.map((choice) => ({ allOf: [...node.base, choice, ...more.map((anyOf) => ({ anyOf }))] }));
  }

  /** Values that fit a schema; undefined when there are none. */
  build(schema: Schema, spot: Spot): fc.Arbitrary<unknown> | undefined {
    const override = this.overrideAt(spot);
    if (override !== undefined) return override;
    const key = `${spot.depth} ${Object.keys(this.#overrides).length === 0 ? '' : spot.path.join('.')}`;
    const known = this.#built.get(schema) ?? new Map<string, fc.Arbitrary<unknown> | undefined>();
    this.#built.set(schema, known);
    if (!known.has(key)) known.set(key, this.#build(schema, spot));
    return known.get(key);
  }

  #build(schema: Schema, spot: Spot): fc.Arbitrary<unknown> | undefined {
    const opened = this.open(schema, spot);
    if (opened === undefined) return undefined;
    const alternatives = this.alternatives(opened);
    if (alternatives !== undefined) return this.#oneOf(alternatives.map((choice) => this.build(choice, opened.spot)));
    const { node } = opened;
    if (takesAnything(node)) return anything();
    if (node.values !== undefined) {
      const values = node.values.filter((value) => node.types.has(jsonTypeOf(value)));
      return values.length === 0 ? undefined : fc.constantFrom(...values);
    }
    return this.#oneOf([...node.types].map((type) => this.ofType(type, opened)));
  }

  #oneOf(parts: readonly (fc.Arbitrary<unknown> | undefined)[]): fc.Arbitrary<unknown> | undefined {
    const known = parts.filter((part) => part !== undefined);
    return known.length === 0 ? undefined : known.length === 1 ? known[0] : fc.oneof(...known);
  }

  /** Values of one type that fit a node. */
  ofType(type: string, opened: Opened): fc.Arbitrary<unknown> | undefined {
    if (type === 'null') return fc.constant(null);
    if (type === 'boolean') return fc.boolean();
    if (type === 'number') return numbersOf(opened.node);
    if (type === 'array') return this.arrays(opened);
    if (type === 'object') return this.objects(opened);
    const strings = stringsOf(opened.node);
    if (strings !== undefined || opened.node.length.min > opened.node.length.max) return strings;
    const { patterns, formats } = opened.node;
    throw new UnsupportedSchemaError(
      this.document.name,
      opened.spot.path.join('.') || '(root)',
      `a text that nothing was found for: ${[...formats, ...patterns.map((pattern) => `/${pattern}/`)].join(', ')}`,
    );
  }

  /** The schema of the item at a position. */
  itemAt({ prefix, rest }: Node, index: number): Schema {
    return prefix[index] ?? rest;
  }

  /** Lists that fit a node, with at least and at most so many items. */
  arrays({ node, spot }: Opened, range: Range = node.items): fc.Arbitrary<unknown[]> | undefined {
    const { prefix, rest, unique } = node;
    const { min } = range;
    const below = { path: [...spot.path, '*'], depth: spot.depth };
    const head = prefix.slice(0, range.max).map((schema) => this.build(schema, below));
    const known = head.filter((item) => item !== undefined);
    if (known.length < Math.min(head.length, min)) return undefined;
    const item = rest === false || range.max <= head.length ? undefined : this.build(rest, below);
    if (item === undefined && min > head.length) return undefined;
    if (min > range.max) return undefined;
    const heads =
      min >= head.length
        ? fc.tuple(...known)
        : fc
            .tuple(fc.tuple(...known), fc.integer({ min, max: known.length }))
            .map(([list, size]) => list.slice(0, size));
    if (item === undefined) return heads;
    const sizes = {
      // What contains itself would else grow beyond reading.
      ...(spot.depth > 0 && ({ size: 'xsmall' } as const)),
      minLength: Math.max(0, min - head.length),
      ...(range.max !== Infinity && { maxLength: range.max - head.length }),
    };
    const tails = unique
      ? fc.uniqueArray(item, { ...sizes, selector: (value) => canonical(value) })
      : fc.array(item, sizes);
    if (head.length === 0) return tails;
    return fc.tuple(heads, tails).map(([first, more]) => (first.length < head.length ? first : [...first, ...more]));
  }

  /** The schema of a property. */
  propertyAt({ properties, byPattern, additional }: Node, key: string): Schema {
    const matching = byPattern
      .filter(([pattern]) => this.document.pattern(pattern).test(key))
      .map(([, schema]) => schema);
    const own = properties.get(key);
    if (own !== undefined) matching.push(own);
    if (matching.length === 0) return additional;
    const [first = true, ...more] = matching;
    return more.length === 0 ? first : { allOf: matching };
  }

  /** Objects that fit a node. */
  objects(opened: Opened): fc.Arbitrary<Record<string, unknown>> | undefined {
    const { node, spot } = opened;
    const below = (key: string): Spot => ({ path: [...spot.path, key], depth: spot.depth });
    const fields: Record<string, fc.Arbitrary<unknown>> = {};
    for (const key of new Set([...node.required, ...node.properties.keys()])) {
      const values = this.build(this.propertyAt(node, key), below(key));
      if (values !== undefined) fields[key] = values;
      else if (node.required.has(key)) return undefined;
    }
    const requiredKeys = [...node.required];
    const own = fc.record(fields, { requiredKeys, noNullPrototype: true });
    const more = node.open ? this.extras(opened, new Set(Object.keys(fields))) : undefined;
    const { min, max } = node.propertyCount;
    const objects = more === undefined ? own : fc.tuple(own, more).map(([first, rest]) => ({ ...rest, ...first }));
    if (min === 0 && max === Infinity) return objects;
    return firstViable([objects], (value) => Object.keys(value).length >= min && Object.keys(value).length <= max);
  }

  /** Properties beyond the declared ones; undefined when there can be none. */
  extras({ node, spot }: Opened, taken: ReadonlySet<string>): fc.Arbitrary<Record<string, unknown>> | undefined {
    const { propertyCount, byPattern, additional, names } = node;
    const below = { path: [...spot.path, '*'], depth: spot.depth };
    const named = names === true ? fc.string({ minLength: 1 }) : this.build(names, below);
    const free = (key: unknown): key is string => typeof key === 'string' && !taken.has(key) && !oddKeys.has(key);
    const dictionary = (
      keys: fc.Arbitrary<unknown>,
      schema: Schema,
    ): fc.Arbitrary<Record<string, unknown>> | undefined => {
      const values = this.build(schema, below);
      if (values === undefined) return undefined;
      return fc
        .uniqueArray(fc.tuple(keys, values), {
          selector: ([key]) => key,
          minLength: Math.max(0, propertyCount.min - taken.size),
          ...(propertyCount.max !== Infinity && { maxLength: Math.max(0, propertyCount.max - taken.size) }),
        })
        .map((entries) => Object.fromEntries(entries.filter(([key]) => free(key))));
    };
    const matches = (key: unknown): boolean =>
      typeof key === 'string' && byPattern.some(([pattern]) => this.document.pattern(pattern).test(key));
    const parts = byPattern.map(([pattern, schema]) =>
      dictionary(fc.stringMatching(this.document.pattern(pattern)), schema),
    );
    if (additional !== false && named !== undefined && node.base.some((part) => 'additionalProperties' in part))
      parts.push(
        dictionary(
          named.filter((key) => !matches(key)),
          additional,
        ),
      );
    const known = parts.filter((part) => part !== undefined);
    return known.length === 0 ? undefined : fc.tuple(...known).map((list) => list.reduce((a, b) => ({ ...a, ...b })));
  }
}
