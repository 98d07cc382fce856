import type * as z from 'zod';
import { globalRegistry, toJSONSchema } from 'zod';
import type { Bone } from './bone.ts';
import { definitionOf, isSchema } from './walk.ts';

/** How much harm a leak of the field would do; `internal` and above are hidden by {@link mask}. */
export type Sensitivity = 'public' | 'internal' | 'confidential' | 'secret';

/** What a person should see and know about a field. */
export interface FieldMetadata {
  readonly label?: string;
  readonly help?: string;
  readonly placeholder?: string;
  /** Unit of measure, e.g. `km`. */
  readonly unit?: string;
  /** Default `public`. */
  readonly sensitivity?: Sensitivity;
  /** How to show it, e.g. `date`, `currency`, `multiline`. */
  readonly format?: string;
  readonly deprecated?: boolean;
}

/** Field description: what drives a form, a table column or a mask. */
export interface FieldSchema extends FieldMetadata {
  /** Keys from the root, `*` for the items of a list. */
  readonly path: readonly string[];
  /** Label: the one given, else the key in words. */
  readonly label: string;
  readonly sensitivity: Sensitivity;
  /** `string`, `number`, `boolean`, `date`, `enum`, `object`, `array`, … */
  readonly type: string;
  /** Whether the input must have it. */
  readonly required: boolean;
  readonly default?: unknown;
  /** Values to choose from. */
  readonly options?: readonly (string | number)[];
  /** Rules in JSON Schema's words: `minimum`, `maxLength`, `pattern`, … */
  readonly constraints: Readonly<Record<string, unknown>>;
}

const ownKey = 'organism';

/**
 * Adds metadata to a schema; it stays with the schema wherever it is used.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Bone, field, fieldsOf } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const Quake = new Bone('quake', z.object({ depth: field(z.number().min(0), { label: 'Depth', unit: 'km' }).optional() }));
 * const [depth] = fieldsOf(Quake);
 * assert.deepEqual([depth?.label, depth?.unit, depth?.required, depth?.constraints], ['Depth', 'km', false, { minimum: 0 }]);
 * ```
 */
export const field = <T extends z.ZodType>(schema: T, metadata: FieldMetadata): T =>
  schema.meta({
    ...schema.meta(),
    ...(metadata.label !== undefined && { title: metadata.label }),
    ...(metadata.help !== undefined && { description: metadata.help }),
    ...(metadata.unit !== undefined && { 'x-unit': metadata.unit }),
    ...(metadata.sensitivity !== undefined && { 'x-sensitivity': metadata.sensitivity }),
    ...(metadata.deprecated === true && { deprecated: true }),
    [ownKey]: metadata,
  }) as T;

interface Unwrapped {
  readonly schema: z.core.$ZodType;
  readonly required: boolean;
  readonly metadata: FieldMetadata;
  readonly fallback: { readonly default?: unknown };
}

/** Looks through optional, nullable, default and the like at the schema that says what the field is. */
const unwrap = (outer: z.core.$ZodType): Unwrapped => {
  let schema = outer;
  let required = true;
  let metadata: FieldMetadata = {};
  let fallback: { readonly default?: unknown } = {};
  for (;;) {
    const meta = globalRegistry.get(schema) as Readonly<Record<string, unknown>> | undefined;
    const given = meta?.[ownKey] as FieldMetadata | undefined;
    const described = typeof meta?.['description'] === 'string' ? { help: meta['description'] } : {};
    metadata = { ...described, ...given, ...metadata };
    const definition = definitionOf(schema);
    if (['optional', 'default', 'prefault', 'catch'].includes(definition.type)) required = false;
    if (definition.type === 'default' || definition.type === 'prefault')
      fallback = { default: definition['defaultValue'] };
    const inner = definition.type === 'pipe' ? definition['in'] : definition['innerType'];
    if (!isSchema(inner)) return { schema, required, metadata, fallback };
    schema = inner;
  }
};

const inWords = (key: string): string => {
  const words = key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

const rules = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'format',
  'minItems',
  'maxItems',
];

const constraintsOf = (schema: z.core.$ZodType): Record<string, unknown> => {
  const json: Readonly<Record<string, unknown>> = toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    cycles: 'ref',
  });
  const found = Object.entries(json).filter(
    ([key, value]) => rules.includes(key) && Math.abs(Number(value)) !== Number.MAX_SAFE_INTEGER,
  );
  return Object.fromEntries(found);
};

const describeField = (
  path: readonly string[],
  outer: z.core.$ZodType,
): { readonly field: FieldSchema; readonly schema: z.core.$ZodType } => {
  const { schema, required, metadata, fallback } = unwrap(outer);
  const { type, entries, values } = definitionOf(schema);
  const options =
    type === 'enum' ? Object.values(entries as object) : type === 'literal' ? (values as unknown[]) : undefined;
  const key = path.findLast((part) => part !== '*') ?? '';
  const isLeaf = type !== 'object' && type !== 'array';
  const shown: FieldSchema = {
    label: inWords(key),
    sensitivity: 'public',
    ...metadata,
    path,
    type,
    required,
    ...fallback,
    ...(options !== undefined && {
      options: options.filter((option) => typeof option === 'string' || typeof option === 'number'),
    }),
    constraints: isLeaf ? constraintsOf(schema) : {},
  };
  return { field: shown, schema };
};

const deepest = 12;

const collect = (schema: z.core.$ZodType, path: readonly string[], out: FieldSchema[]): void => {
  if (path.length > deepest) return;
  const { type, shape, element } = definitionOf(unwrap(schema).schema);
  if (type === 'object') {
    for (const [key, inner] of Object.entries(shape as Readonly<Record<string, z.core.$ZodType>>)) {
      const here = describeField([...path, key], inner);
      out.push(here.field);
      collect(here.schema, [...path, key], out);
    }
  } else if (type === 'array' && isSchema(element)) collect(element, [...path, '*'], out);
};

/** The fields of a Bone in the order they were declared, each before those inside it. */
export const fieldsOf = <Output, Input>(bone: Bone<Output, Input>): FieldSchema[] => {
  const out: FieldSchema[] = [];
  collect(bone.schema, [], out);
  return out;
};

const ranks: Readonly<Record<Sensitivity, number>> = { public: 0, internal: 1, confidential: 2, secret: 3 };

const maskAt = (value: unknown, steps: readonly string[]): unknown => {
  const [step, ...rest] = steps;
  if (step === undefined) return value === undefined || value === null ? value : '•••';
  if (step === '*') return Array.isArray(value) ? value.map((item) => maskAt(item, rest)) : value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return value;
  return { ...value, [step]: maskAt(Reflect.get(value, step), rest) };
};

/**
 * A copy of a value for logs: fields whose sensitivity is above `show` become `•••`.
 *
 * @param options.show The most sensitive level that stays readable. Default `public`.
 */
export const mask = <Output, Input>(
  bone: Bone<Output, Input>,
  value: unknown,
  options: { readonly show?: Sensitivity } = {},
): unknown => {
  const limit = ranks[options.show ?? 'public'];
  return fieldsOf(bone)
    .filter(({ sensitivity }) => ranks[sensitivity] > limit)
    .reduce((masked, { path }) => maskAt(masked, path), value);
};
