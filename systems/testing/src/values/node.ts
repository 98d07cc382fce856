import {
  jsonTypeOf,
  type JsonSchema,
  listAt,
  namedAt,
  numberAt,
  sameJson,
  type Schema,
  schemaAt,
  schemasAt,
  textAt,
} from './shape.ts';

/** The types of JSON values. */
export const jsonTypes = ['null', 'boolean', 'number', 'string', 'array', 'object'] as const;

/** Range of a size or a number: the narrowest of all that apply. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** What several keyword objects that all apply ask for together. */
export interface Node {
  readonly types: ReadonlySet<string>;
  /** Numbers must be whole. */
  readonly whole: boolean;
  /** The only values allowed, from `const` and `enum`. */
  readonly values: readonly unknown[] | undefined;
  readonly number: Range & { readonly minOpen: boolean; readonly maxOpen: boolean };
  readonly steps: readonly number[];
  readonly length: Range;
  readonly patterns: readonly string[];
  readonly formats: readonly string[];
  /** Values that the author gave. */
  readonly hints: readonly unknown[];
  readonly items: Range;
  readonly unique: boolean;
  readonly prefix: readonly Schema[];
  readonly rest: Schema;
  readonly properties: ReadonlyMap<string, Schema>;
  readonly required: ReadonlySet<string>;
  readonly byPattern: readonly (readonly [string, Schema])[];
  readonly additional: Schema;
  /** Whether more properties than those declared are spoken of. */
  readonly open: boolean;
  readonly names: Schema;
  readonly propertyCount: Range;
  /** Of each group one must fit. */
  readonly choices: readonly (readonly Schema[])[];
  /** Keyword objects for the alternatives to be joined to, without the choices. */
  readonly base: readonly JsonSchema[];
}

const all = (schemas: readonly Schema[]): Schema => {
  const [first = true, ...more] = schemas.filter((schema) => schema !== true);
  return more.length === 0 ? first : { allOf: [first, ...more] };
};

const hints: Readonly<Record<string, string>> = {
  properties: 'object',
  required: 'object',
  additionalProperties: 'object',
  propertyNames: 'object',
  patternProperties: 'object',
  items: 'array',
  prefixItems: 'array',
  minItems: 'array',
  maxItems: 'array',
  pattern: 'string',
  format: 'string',
  minLength: 'string',
  maxLength: 'string',
  minimum: 'number',
  maximum: 'number',
  exclusiveMinimum: 'number',
  exclusiveMaximum: 'number',
  multipleOf: 'number',
};

const typesOf = (parts: readonly JsonSchema[], values: readonly unknown[] | undefined): Set<string> => {
  const given = parts.map((part) => [part['type']].flat()).filter((types) => types[0] !== undefined);
  const said = given.map((types) => new Set(types.map((type) => (type === 'integer' ? 'number' : type))));
  if (said.length > 0) return new Set(jsonTypes.filter((type) => said.every((types) => types.has(type))));
  if (values !== undefined) return new Set(values.map((value) => jsonTypeOf(value)));
  const hinted = parts.flatMap((part) => Object.keys(part).flatMap((keyword) => hints[keyword] ?? []));
  return new Set(hinted.length > 0 ? hinted : jsonTypes);
};

const valuesOf = (parts: readonly JsonSchema[]): readonly unknown[] | undefined => {
  const lists = parts.flatMap((part) => [
    ...('const' in part ? [[part['const']]] : []),
    ...(Array.isArray(part['enum']) ? [listAt(part, 'enum')] : []),
  ]);
  const [first, ...more] = lists;
  return first?.filter((value) => more.every((list) => list.some((one) => sameJson(one, value))));
};

/** Joins keyword objects that all apply. */
export const nodeOf = (parts: readonly JsonSchema[]): Node => {
  const numbers = (keyword: string): number[] => parts.flatMap((part) => numberAt(part, keyword) ?? []);
  const texts = (keyword: string): string[] => parts.flatMap((part) => textAt(part, keyword) ?? []);
  const most = (keyword: string, least = -Infinity): number => Math.max(least, ...numbers(keyword));
  const least = (keyword: string): number => Math.min(Infinity, ...numbers(keyword));
  const sizes = (what: string): Range => ({ min: most(`min${what}`, 0), max: least(`max${what}`) });
  const schemas = (keyword: string): Schema[] =>
    parts.map((part) => schemaAt(part, keyword)).filter((schema) => schema !== undefined);

  const values = valuesOf(parts);
  const [low, lowOpen] = [most('minimum'), most('exclusiveMinimum')];
  const [high, highOpen] = [least('maximum'), least('exclusiveMaximum')];
  const properties = new Map<string, Schema>();
  for (const part of parts)
    for (const [key, schema] of namedAt(part, 'properties'))
      properties.set(key, all([properties.get(key) ?? true, schema]));
  const prefix = parts.map((part) => schemasAt(part, 'prefixItems'));
  const longest = Math.max(0, ...prefix.map((list) => list.length));

  return {
    types: typesOf(parts, values),
    whole: parts.some((part) => [part['type']].flat().includes('integer') && ![part['type']].flat().includes('number')),
    values,
    number: {
      min: Math.max(low, lowOpen),
      max: Math.min(high, highOpen),
      minOpen: lowOpen >= low && lowOpen !== -Infinity,
      maxOpen: highOpen <= high && highOpen !== Infinity,
    },
    steps: numbers('multipleOf'),
    length: sizes('Length'),
    patterns: texts('pattern'),
    formats: texts('format'),
    hints: parts.flatMap((part) => [...listAt(part, 'examples'), ...('default' in part ? [part['default']] : [])]),
    items: {
      min: sizes('Items').min,
      max: schemas('items').includes(false) ? Math.min(longest, least('maxItems')) : least('maxItems'),
    },
    unique: parts.some((part) => part['uniqueItems'] === true),
    prefix: Array.from({ length: longest }, (_, index) => all(prefix.map((list) => list[index] ?? true))),
    rest: all(schemas('items')),
    properties,
    required: new Set(parts.flatMap((part) => listAt(part, 'required')).filter((key) => typeof key === 'string')),
    byPattern: parts.flatMap((part) => namedAt(part, 'patternProperties')),
    additional: all(schemas('additionalProperties')),
    open: parts.some(
      (part) => (schemaAt(part, 'additionalProperties') ?? false) !== false || 'patternProperties' in part,
    ),
    names: all(schemas('propertyNames')),
    propertyCount: sizes('Properties'),
    choices: parts
      .flatMap((part) => [schemasAt(part, 'anyOf'), schemasAt(part, 'oneOf')])
      .filter((group) => group.length > 0),
    base: parts.map((part) =>
      Object.fromEntries(Object.entries(part).filter(([key]) => key !== 'anyOf' && key !== 'oneOf')),
    ),
  };
};
