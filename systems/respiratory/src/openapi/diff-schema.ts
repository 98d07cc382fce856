import type { JsonSchema } from '@organism/skeletal';
import type { Schemas } from './schemas.ts';
import { resolve } from './schemas.ts';

/** A difference between two schemas. */
export interface SchemaChange {
  readonly breaking: boolean;
  /** Where in the value: keys, `*` for items. */
  readonly at: string;
  readonly message: string;
}

/** Who writes the value: clients a request, the server a response. */
export type Direction = 'request' | 'response';

/** Two documents' schemas, and where we are. */
interface Scope {
  readonly before: Schemas;
  readonly after: Schemas;
  readonly direction: Direction;
  /** Pairs that are being compared: schemas may contain themselves. */
  readonly open: ReadonlySet<string>;
}

type Report = (breaking: boolean, at: string, message: string) => void;

/** The types that a value may have; `nullable` is how OpenAPI 3.0 says that it may be null. */
const typesOf = ({ type = [], nullable }: JsonSchema): ReadonlySet<string> => {
  const types = [type].flat() as string[];
  return new Set(nullable === true && types.length > 0 ? [...types, 'null'] : types);
};
const recordOf = (value: unknown): Schemas => (typeof value === 'object' && value !== null ? (value as Schemas) : {});
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const valuesOf = (schema: JsonSchema): readonly string[] | undefined => {
  const { enum: listed, const: single } = schema as { enum?: readonly unknown[]; const?: unknown };
  return (listed ?? (single === undefined ? undefined : [single]))?.map((value) => JSON.stringify(value));
};

const branchesOf = (schema: JsonSchema): readonly JsonSchema[] | undefined =>
  (schema['anyOf'] ?? schema['oneOf']) as readonly JsonSchema[] | undefined;

/** Whether all of `inner` is within `outer`; a schema without types allows all. */
const typesWithin = (inner: ReadonlySet<string>, outer: ReadonlySet<string>): boolean =>
  outer.size === 0 ||
  (inner.size > 0 && [...inner].every((type) => outer.has(type) || (type === 'integer' && outer.has('number'))));

const lowerBounds = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'];
const upperBounds = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'];

const diffBounds = (before: JsonSchema, after: JsonSchema, at: string, direction: Direction, report: Report): void => {
  const compare = (name: string, sign: 1 | -1): void => {
    const none = -sign * Infinity;
    const [old, fresh] = [Number(before[name] ?? none), Number(after[name] ?? none)];
    if (old === fresh) return;
    const narrower = sign * fresh > sign * old;
    report(narrower && direction === 'request', at, `${name} is ${narrower ? 'narrower' : 'wider'}`);
  };
  for (const name of lowerBounds) compare(name, 1);
  for (const name of upperBounds) compare(name, -1);
  for (const name of ['pattern', 'format', 'multipleOf', 'uniqueItems']) {
    if (same(before[name], after[name])) continue;
    report(direction === 'request' && after[name] !== undefined, at, `${name} is another`);
  }
};

const diffObject = (before: JsonSchema, after: JsonSchema, at: string, scope: Scope, report: Report): void => {
  const [old, fresh] = [recordOf(before['properties']), recordOf(after['properties'])];
  const [wasRequired, isRequired] = [before, after].map((one) => (one['required'] ?? []) as readonly string[]);
  const isRequest = scope.direction === 'request';
  for (const [name, schema] of Object.entries(old)) {
    const here = `${at}/${name}`;
    const now = fresh[name];
    if (now === undefined) {
      // A request may still carry it, unless unknown keys are refused.
      report(isRequest ? after['additionalProperties'] === false : true, here, 'is gone');
      continue;
    }
    const [was, is] = [wasRequired?.includes(name) === true, isRequired?.includes(name) === true];
    if (was !== is) report(isRequest ? is : was, here, is ? 'is now required' : 'is now optional');
    diffSchemas(schema, now, here, scope, report);
  }
  for (const name of Object.keys(fresh)) {
    if (Object.hasOwn(old, name)) continue;
    const required = isRequired?.includes(name) === true;
    // Clients let keys pass that they don't know, whatever the schema says of others.
    report(isRequest && required, `${at}/${name}`, required ? 'is new and required' : 'is new');
  }
  if (isRequest && before['additionalProperties'] !== false && after['additionalProperties'] === false)
    report(true, at, 'refuses unknown keys');
  const [extra, extraNow] = [before['additionalProperties'], after['additionalProperties']];
  if (typeof extra === 'object' && typeof extraNow === 'object')
    diffSchemas(extra as JsonSchema, extraNow as JsonSchema, `${at}/*`, scope, report);
};

const fits = (before: JsonSchema, after: JsonSchema, scope: Scope): boolean => {
  let breaks = false;
  diffSchemas(before, after, '', scope, (breaking) => {
    breaks ||= breaking;
  });
  return !breaks;
};

const diffBranches = (before: JsonSchema, after: JsonSchema, at: string, scope: Scope, report: Report): void => {
  const [old, fresh] = [branchesOf(before) ?? [before], branchesOf(after) ?? [after]];
  const lost = old.filter((one) => !fresh.some((other) => fits(one, other, scope)));
  const gained = fresh.filter((one) => !old.some((other) => fits(other, one, scope)));
  if (lost.length > 0) report(scope.direction === 'request', at, `${lost.length} of the choices are gone or narrower`);
  if (gained.length > 0) report(scope.direction === 'response', at, `${gained.length} of the choices are new or wider`);
};

const diffSchemas = (oldSchema: JsonSchema, newSchema: JsonSchema, at: string, scope: Scope, report: Report): void => {
  const pair = `${JSON.stringify(oldSchema)} ${JSON.stringify(newSchema)}`;
  if (scope.open.has(pair)) return;
  const inner: Scope = { ...scope, open: new Set(scope.open).add(pair) };
  const [before, after] = [resolve(oldSchema, scope.before), resolve(newSchema, scope.after)];
  const isRequest = scope.direction === 'request';
  if (branchesOf(before) !== undefined || branchesOf(after) !== undefined) {
    diffBranches(before, after, at, inner, report);
    return;
  }
  const [was, is] = [typesOf(before), typesOf(after)];
  if (!same([...was].sort(), [...is].sort())) {
    const fine = isRequest ? typesWithin(was, is) : typesWithin(is, was);
    report(
      !fine,
      at,
      `is now ${is.size === 0 ? 'anything' : [...is].join(' or ')}, and was ${was.size === 0 ? 'anything' : [...was].join(' or ')}`,
    );
    if (!fine) return;
  }
  const [values, valuesNow] = [valuesOf(before), valuesOf(after)];
  if (values !== undefined || valuesNow !== undefined) {
    const lost =
      valuesNow !== undefined && (values === undefined || values.some((value) => !valuesNow.includes(value)));
    const gained =
      values !== undefined && (valuesNow === undefined || valuesNow.some((value) => !values.includes(value)));
    if (lost) report(isRequest, at, 'has fewer values');
    if (gained) report(!isRequest, at, 'has more values');
  }
  diffBounds(before, after, at, scope.direction, report);
  diffObject(before, after, at, inner, report);
  const [items, itemsNow] = [before['items'], after['items']];
  if (typeof items === 'object' && typeof itemsNow === 'object')
    diffSchemas(items as JsonSchema, itemsNow as JsonSchema, `${at}/*`, inner, report);
  for (const name of ['allOf', 'not', 'prefixItems', 'patternProperties'])
    if (!same(before[name], after[name])) report(true, at, `${name} is another, and can't be compared`);
};

/** What differs between two schemas, seen from a client that was made for the first. */
export const diffSchema = (
  before: JsonSchema,
  after: JsonSchema,
  schemas: { readonly before: Schemas; readonly after: Schemas },
  direction: Direction,
): readonly SchemaChange[] => {
  const changes: SchemaChange[] = [];
  diffSchemas(before, after, '', { ...schemas, direction, open: new Set() }, (breaking, at, message) =>
    changes.push({ breaking, at, message }),
  );
  return changes;
};
