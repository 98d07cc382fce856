import type { SchemaDocument } from './document.ts';
import { fitsFormat } from './formats.ts';
import type { Path } from './path.ts';
import {
  canonical,
  jsonTypeOf,
  listAt,
  namedAt,
  numberAt,
  type JsonSchema,
  sameJson,
  type Schema,
  schemaAt,
  schemasAt,
  textAt,
} from './shape.ts';

/** One rule that a value breaks, in JSON Schema's words. */
export interface Violation {
  readonly path: Path;
  readonly rule: string;
}

/** Whether a number is a whole multiple of another, within what floating point can tell. */
export const isMultiple = (value: number, step: number): boolean => {
  if (Number.isInteger(value) && Number.isInteger(step)) return value % step === 0;
  const count = value / step;
  return Math.abs(count - Math.round(count)) <= 1e-9 * Math.max(1, Math.abs(count));
};

type Break = (rule: string, ...at: Path) => void;

const checkBounds = (schema: JsonSchema, value: number, breaks: Break): void => {
  if (value < (numberAt(schema, 'minimum') ?? -Infinity)) breaks('minimum');
  if (value > (numberAt(schema, 'maximum') ?? Infinity)) breaks('maximum');
  if (value <= (numberAt(schema, 'exclusiveMinimum') ?? -Infinity)) breaks('exclusiveMinimum');
  if (value >= (numberAt(schema, 'exclusiveMaximum') ?? Infinity)) breaks('exclusiveMaximum');
};

const checkSize = (schema: JsonSchema, size: number, what: 'Length' | 'Items' | 'Properties', breaks: Break): void => {
  if (size < (numberAt(schema, `min${what}`) ?? 0)) breaks(`min${what}`);
  if (size > (numberAt(schema, `max${what}`) ?? Infinity)) breaks(`max${what}`);
};

const checkString = (document: SchemaDocument, schema: JsonSchema, value: string, breaks: Break): void => {
  checkSize(schema, Array.from(value).length, 'Length', breaks);
  const [format, pattern] = [textAt(schema, 'format'), textAt(schema, 'pattern')];
  // A pattern beside a format spells the format out.
  if (pattern === undefined ? !fitsFormat(format, value) : !document.pattern(pattern).test(value))
    breaks(format === undefined ? 'pattern' : 'format');
};

type Inner = (schema: Schema, value: unknown, ...at: Path) => void;

const checkArray = (schema: JsonSchema, value: readonly unknown[], breaks: Break, inner: Inner): void => {
  checkSize(schema, value.length, 'Items', breaks);
  const prefix = schemasAt(schema, 'prefixItems');
  const rest = schemaAt(schema, 'items') ?? true;
  if (rest === false && value.length > prefix.length) breaks('maxItems');
  value.forEach((item, index) => {
    const own = prefix[index];
    if (own !== undefined) inner(own, item, index);
    else if (rest !== false) inner(rest, item, index);
  });
  if (schema['uniqueItems'] === true && new Set(value.map((item) => canonical(item))).size < value.length)
    breaks('uniqueItems');
};

const checkObject = (
  document: SchemaDocument,
  schema: JsonSchema,
  value: object,
  breaks: Break,
  inner: Inner,
): void => {
  const entries = Object.entries(value);
  checkSize(schema, entries.length, 'Properties', breaks);
  for (const key of listAt(schema, 'required'))
    if (typeof key === 'string' && !Object.hasOwn(value, key)) breaks('required', key);
  const own = new Map(namedAt(schema, 'properties'));
  const byPattern = namedAt(schema, 'patternProperties');
  const names = schemaAt(schema, 'propertyNames');
  const rest = schemaAt(schema, 'additionalProperties') ?? true;
  for (const [key, item] of entries) {
    const matching = byPattern.filter(([pattern]) => document.pattern(pattern).test(key)).map(([, part]) => part);
    const declared = own.get(key);
    if (declared !== undefined) matching.push(declared);
    for (const part of matching) inner(part, item, key);
    if (matching.length === 0 && rest === false) breaks('additionalProperties', key);
    else if (matching.length === 0) inner(rest, item, key);
    if (names !== undefined) inner({ 'x-names': names }, key, key);
  }
};

/** How far a value is from an alternative: the wrong kind of value is further than a wrong value of the right kind. */
const distance = (list: readonly Violation[], path: Path): number =>
  list.length + (list.some(({ path: at, rule }) => rule === 'type' && at.length === path.length) ? 0.5 : 0);

const nearest = (lists: readonly Violation[][], path: Path): Violation[] =>
  lists.reduce((best, list) => (distance(list, path) < distance(best, path) ? list : best));

const check = (document: SchemaDocument, schema: Schema, value: unknown, path: Path): Violation[] => {
  if (schema === true) return [];
  if (schema === false) return [{ path, rule: 'not' }];
  const found: Violation[] = [];
  const breaks: Break = (rule, ...at) => void found.push({ path: [...path, ...at], rule });
  const inner: Inner = (part, item, ...at) => void found.push(...check(document, part, item, [...path, ...at]));

  const names = schemaAt(schema, 'x-names');
  if (names !== undefined)
    return check(document, names, value, []).length === 0 ? [] : [{ path, rule: 'propertyNames' }];
  const ref = textAt(schema, '$ref');
  if (ref !== undefined) inner(document.resolve(ref), value);
  for (const part of schemasAt(schema, 'allOf')) inner(part, value);

  const type = jsonTypeOf(value);
  const types = [schema['type']].flat().filter((one) => one !== undefined);
  const isType = types.some((one) => one === type || (one === 'integer' && Number.isInteger(value)));
  if (types.length > 0 && !isType) {
    // A number that should be whole can be out of bounds as well.
    if (typeof value === 'number' && types.includes('integer')) checkBounds(schema, value, breaks);
    return [...found, { path, rule: 'type' }];
  }
  if ('const' in schema && !sameJson(schema['const'], value)) return [...found, { path, rule: 'const' }];
  const values = listAt(schema, 'enum');
  if (values.length > 0 && !values.some((one) => sameJson(one, value))) return [...found, { path, rule: 'enum' }];

  if (typeof value === 'number') {
    checkBounds(schema, value, breaks);
    const step = numberAt(schema, 'multipleOf');
    if (step !== undefined && !isMultiple(value, step)) breaks('multipleOf');
  }
  if (typeof value === 'string') checkString(document, schema, value, breaks);
  else if (Array.isArray(value)) checkArray(schema, value, breaks, inner);
  else if (typeof value === 'object' && value !== null) checkObject(document, schema, value, breaks, inner);

  for (const keyword of ['anyOf', 'oneOf']) {
    const choices = schemasAt(schema, keyword).map((choice) => check(document, choice, value, path));
    if (choices.length > 0) found.push(...nearest(choices, path));
    if (keyword === 'oneOf' && choices.filter((list) => list.length === 0).length > 1) breaks('oneOf');
  }
  const not = schemaAt(schema, 'not');
  if (not !== undefined && check(document, not, value, path).length === 0) breaks('not');
  return found;
};

/**
 * Every rule that a value breaks, each once. Where there is a choice, what it breaks of the alternative that it comes
 * closest to.
 */
export const violationsOf = (document: SchemaDocument, value: unknown): readonly Violation[] => {
  const found = new Map(check(document, document.root, value, []).map((one) => [canonical([one.path, one.rule]), one]));
  return [...found.values()];
};
