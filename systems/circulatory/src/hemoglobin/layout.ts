/** A schema of zod, as far as it is looked into. */
export interface Schema {
  readonly _zod: { readonly def: { readonly type: string } };
}

/** A schema's definition. */
export interface Definition {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** The definition of a schema. */
export const definitionOf = ({ _zod }: Schema): Definition => _zod.def as Definition;

/** Whether something is a schema. */
export const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && '_zod' in value;

/** An object of a Bone: its fields in the order of their declaration. */
export interface ObjectLayout {
  readonly kind: 'object';
  readonly fields: readonly { readonly name: string; readonly isOptional: boolean; readonly layout: Layout }[];
}

/** Where there are objects in a value, by its Bone; a leaf has none. */
export type Layout =
  | ObjectLayout
  | { readonly kind: 'leaf' }
  /** Items of a list, values of a record. */
  | { readonly kind: 'list' | 'record'; readonly of: Layout }
  /** There are objects in it, but which where is for the value to say. */
  | { readonly kind: 'various'; readonly of: readonly Layout[] };

const leaf: Layout = { kind: 'leaf' };

/** Schemas that stand for the one inside, where the member is. */
const inside: Readonly<Record<string, string>> = {
  optional: 'innerType',
  nullable: 'innerType',
  default: 'innerType',
  prefault: 'innerType',
  catch: 'innerType',
  readonly: 'innerType',
  nonoptional: 'innerType',
  success: 'innerType',
  // What is published is what goes in.
  pipe: 'in',
};

/** The schema right inside one that stands for it; undefined when it stands for itself. */
export const innerOf = (schema: Schema): Schema | undefined => {
  const definition = definitionOf(schema);
  // A getter may make another schema each time; the library keeps the first.
  const inner =
    definition.type === 'lazy'
      ? (schema._zod as { readonly innerType?: unknown }).innerType
      : definition[inside[definition.type] ?? ''];
  return isSchema(inner) ? inner : undefined;
};

/** The schema that says what a value is, without what surrounds it. */
export const unwrapped = (schema: Schema): Schema => {
  for (let current = schema; ;) {
    const inner = innerOf(current);
    if (inner === undefined) return current;
    current = inner;
  }
};

/** Whether a field may be missing in what is published. */
export const isOptional = (schema: Schema): boolean =>
  (schema._zod as { readonly optin?: unknown }).optin !== undefined;

type Known = Map<Schema, Layout>;

const objectLayout = (shape: Readonly<Record<string, Schema>>, known: Known, schema: Schema): Layout => {
  const fields: { name: string; isOptional: boolean; layout: Layout }[] = [];
  const layout: ObjectLayout = { kind: 'object', fields };
  // Known before its fields are, since it may be one of them.
  known.set(schema, layout);
  for (const [name, field] of Object.entries(shape))
    fields.push({ name, isOptional: isOptional(field), layout: layoutOf(field, known) });
  return layout;
};

const several = (schemas: readonly unknown[], known: Known): Layout => {
  const of = schemas.filter(isSchema).map((one) => layoutOf(one, known));
  return of.every(({ kind }) => kind === 'leaf') ? leaf : { kind: 'various', of };
};

/** The layout of what is published for a schema. */
export const layoutOf = (outer: Schema, known: Known = new Map()): Layout => {
  const schema = unwrapped(outer);
  const found = known.get(schema);
  if (found !== undefined) return found;
  const definition = definitionOf(schema);
  const { shape, element, valueType, keyType, options, left, right, items, rest } = definition;
  const one = (kind: 'list' | 'record', inner: unknown): Layout => {
    if (!isSchema(inner)) return leaf;
    const of = layoutOf(inner, known);
    return of.kind === 'leaf' ? leaf : { kind, of };
  };
  switch (definition.type) {
    case 'object':
      return objectLayout(shape as Readonly<Record<string, Schema>>, known, schema);
    case 'array':
      return one('list', element);
    case 'record':
      return one('record', valueType);
    case 'union':
      return several(options as readonly unknown[], known);
    case 'intersection':
      return several([left, right], known);
    case 'tuple':
      return several([...(items as readonly unknown[]), rest], known);
    case 'map':
      return several([keyType, valueType], known);
    case 'set':
      return several([valueType], known);
    default:
      return leaf;
  }
};
