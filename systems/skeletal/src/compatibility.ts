import { messageOf } from '@organism/cell';
import type { Bone } from './bone.ts';
import type { JsonSchema } from './json-schema.ts';

/** Why data does not pass from one version to the other. */
export interface CompatibilityReason {
  /** `backward`: the newer can't read what the older wrote. `forward`: the older can't read what the newer writes. */
  readonly breaks: 'backward' | 'forward';
  /** Where, as dotted keys; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

/** Which of two versions can read what the other writes. */
export interface Compatibility {
  readonly level: 'full' | 'backward' | 'forward' | 'none';
  readonly reasons: readonly CompatibilityReason[];
}

interface Side {
  readonly schema: JsonSchema;
  readonly root: JsonSchema;
}
type Report = (path: readonly string[], message: string) => void;

const resolve = ({ schema, root }: Side): Side => {
  const { $ref, ...siblings } = schema;
  if (typeof $ref !== 'string') return { schema, root };
  const name = $ref.split('/').at(-1) ?? '';
  const target = $ref === '#' ? root : (root['$defs'] as Readonly<Record<string, JsonSchema>> | undefined)?.[name];
  return resolve({ schema: { ...target, ...siblings }, root });
};

const branchesOf = ({ schema, root }: Side): Side[] | undefined => {
  const branches = (schema['anyOf'] ?? schema['oneOf']) as readonly JsonSchema[] | undefined;
  if (branches !== undefined) return branches.map((branch) => ({ schema: branch, root }));
  const { type } = schema;
  return Array.isArray(type) ? type.map((one: unknown) => ({ schema: { ...schema, type: one }, root })) : undefined;
};

const valuesOf = (schema: JsonSchema): readonly unknown[] | undefined =>
  'const' in schema ? [schema['const']] : (schema['enum'] as readonly unknown[] | undefined);

/** Rules that grow stricter upwards, and those that grow stricter downwards. */
const lower = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'] as const;
const upper = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'] as const;
/** Rules that are compared to the letter, since what they mean can't be compared in general. */
const literal = ['pattern', 'format', 'multipleOf', 'propertyNames', 'allOf', 'not', 'contentEncoding'] as const;

const compareRules = (writer: JsonSchema, reader: JsonSchema, path: readonly string[], report: Report): void => {
  for (const rule of [...lower, ...upper]) {
    const [wanted, given] = [reader[rule], writer[rule]];
    if (typeof wanted !== 'number') continue;
    const isLower = (lower as readonly string[]).includes(rule);
    const fits = typeof given === 'number' && (isLower ? given >= wanted : given <= wanted);
    if (!fits)
      report(
        path,
        `${rule} is ${wanted} for the reader, ${typeof given === 'number' ? given : 'unbounded'} for the writer`,
      );
  }
  for (const rule of literal) {
    if (reader[rule] !== undefined && JSON.stringify(reader[rule]) !== JSON.stringify(writer[rule]))
      report(path, `the reader's ${rule} is not the writer's`);
  }
};

/** The rules that a fixed value keeps. */
const asRules = (value: unknown): JsonSchema => {
  if (typeof value === 'number')
    return {
      minimum: value,
      exclusiveMinimum: value - Number.EPSILON,
      maximum: value,
      exclusiveMaximum: value + Number.EPSILON,
    };
  return typeof value === 'string' ? { minLength: value.length, maxLength: value.length } : {};
};

const compareObjects = (
  writer: Side,
  reader: Side,
  path: readonly string[],
  report: Report,
  seen: ReadonlySet<string>,
): void => {
  const given = (writer.schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const wanted = (reader.schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const always = new Set((writer.schema['required'] ?? []) as readonly string[]);
  for (const key of (reader.schema['required'] ?? []) as readonly string[]) {
    if (!always.has(key))
      report(
        [...path, key],
        Object.hasOwn(given, key)
          ? 'required by the reader, optional for the writer'
          : 'required by the reader, unknown to the writer',
      );
  }
  const rest = reader.schema['additionalProperties'];
  for (const [key, schema] of Object.entries(given)) {
    const match = Object.hasOwn(wanted, key)
      ? wanted[key]
      : typeof rest === 'object'
        ? (rest as JsonSchema)
        : undefined;
    if (match !== undefined)
      compare({ schema, root: writer.root }, { schema: match, root: reader.root }, [...path, key], report, seen);
    else if (rest === false) report([...path, key], 'not allowed by the reader');
  }
  const extra = writer.schema['additionalProperties'];
  if (typeof extra === 'object' && extra !== null) {
    if (rest === false) report(path, 'the writer may add keys that the reader refuses');
    else if (typeof rest === 'object')
      compare(
        { schema: extra as JsonSchema, root: writer.root },
        { schema: rest as JsonSchema, root: reader.root },
        [...path, '*'],
        report,
        seen,
      );
  }
};

const compareLists = (
  writer: Side,
  reader: Side,
  path: readonly string[],
  report: Report,
  seen: ReadonlySet<string>,
): void => {
  if (JSON.stringify(writer.schema['prefixItems']) !== JSON.stringify(reader.schema['prefixItems']))
    report(path, 'the fixed items of the list differ');
  const [given, wanted] = [writer.schema['items'], reader.schema['items']];
  if (typeof wanted !== 'object' || wanted === null) return;
  const schema = typeof given === 'object' && given !== null ? (given as JsonSchema) : {};
  compare(
    { schema, root: writer.root },
    { schema: wanted as JsonSchema, root: reader.root },
    [...path, '*'],
    report,
    seen,
  );
};

/** Reports each way in which a value of the writer's might not fit the reader. Says too much rather than too little. */
const compare = (
  givenWriter: Side,
  givenReader: Side,
  path: readonly string[],
  report: Report,
  before: ReadonlySet<string>,
): void => {
  const pair = `${JSON.stringify(givenWriter.schema)} ${JSON.stringify(givenReader.schema)}`;
  if (before.has(pair)) return;
  const seen = new Set(before).add(pair);
  const writer = resolve(givenWriter);
  const reader = resolve(givenReader);
  const writerBranches = branchesOf(writer);
  if (writerBranches !== undefined) {
    for (const branch of writerBranches) compare(branch, reader, path, report, seen);
    return;
  }
  const readerBranches = branchesOf(reader);
  if (readerBranches !== undefined) {
    const fits = readerBranches.some((branch) => {
      let problems = 0;
      compare(writer, branch, path, () => (problems += 1), seen);
      return problems === 0;
    });
    if (!fits) report(path, 'none of the shapes that the reader allows takes what the writer may give');
    return;
  }
  const wanted = valuesOf(reader.schema);
  const given = valuesOf(writer.schema);
  if (wanted !== undefined) {
    const missing = given?.filter((value) => !wanted.includes(value));
    if (missing === undefined) report(path, 'the reader takes only some values, the writer may give any');
    else if (missing.length > 0)
      report(path, `the reader does not know ${missing.map((value) => JSON.stringify(value)).join(', ')}`);
    return;
  }
  const [readerType, writerType] = [reader.schema['type'], writer.schema['type']];
  if (readerType === undefined) return;
  if (writerType !== readerType && !(writerType === 'integer' && readerType === 'number')) {
    report(
      path,
      `${String(readerType)} for the reader, ${writerType === undefined ? 'any type' : String(writerType)} for the writer`,
    );
    return;
  }
  for (const fixed of given ?? [undefined])
    compareRules(fixed === undefined ? writer.schema : asRules(fixed), reader.schema, path, report);
  if (readerType === 'object') compareObjects(writer, reader, path, report, seen);
  if (readerType === 'array') compareLists(writer, reader, path, report, seen);
};

type AnyBone = Pick<Bone<unknown, unknown>, 'name' | 'version' | 'toJSONSchema'>;

const check = (writer: AnyBone, reader: AnyBone, breaks: CompatibilityReason['breaks']): CompatibilityReason[] => {
  const reasons: CompatibilityReason[] = [];
  try {
    const given = writer.toJSONSchema({ io: 'output' });
    const wanted = reader.toJSONSchema({ io: 'input' });
    compare(
      { schema: given, root: given },
      { schema: wanted, root: wanted },
      [],
      (path, message) => reasons.push({ breaks, path: path.join('.'), message }),
      new Set(),
    );
  } catch (error) {
    reasons.push({ breaks, path: '', message: `can't be compared: ${messageOf(error)}` });
  }
  return reasons;
};

/**
 * Schema compatibility of an older and a newer version: who can read what the other writes. When it can't tell, it
 * says that it breaks, and why.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Bone, compatibility } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const V1 = new Bone('user', z.object({ name: z.string() }));
 * const V2 = new Bone('user', z.object({ name: z.string(), age: z.number().optional() }), { version: 2 });
 * assert.equal(compatibility(V1, V2).level, 'full');
 * ```
 */
export const compatibility = (older: AnyBone, newer: AnyBone): Compatibility => {
  const backward = check(older, newer, 'backward');
  const forward = check(newer, older, 'forward');
  const level =
    backward.length === 0 ? (forward.length === 0 ? 'full' : 'backward') : forward.length === 0 ? 'forward' : 'none';
  return { level, reasons: [...backward, ...forward] };
};
