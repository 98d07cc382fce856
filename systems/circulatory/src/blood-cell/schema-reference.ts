import { OptionError, type ShapeReference } from '@organism/cell';

const local = 'bone:';
const pattern = /^([a-z][a-z0-9.-]*)\/([1-9]\d{0,8})$/;

/** Where the URIs of schemas begin. */
export interface SchemaReferenceOptions {
  /** What comes before `name/version`; an absolute URI. Default `bone:`, which names the schema and locates nothing. */
  readonly base?: string;
}

/**
 * Schema reference: the URI of a Bone's name and version, for the attribute `dataschema`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { parseSchemaReference, schemaReference } from '@organism/circulatory';
 *
 * assert.equal(schemaReference({ name: 'seismic.quake', version: 2 }), 'bone:seismic.quake/2');
 * assert.deepEqual(parseSchemaReference('bone:seismic.quake/2'), { name: 'seismic.quake', version: 2 });
 *
 * const options = { base: 'https://schemas.example.com/' };
 * assert.equal(schemaReference({ name: 'seismic.quake' }, options), 'https://schemas.example.com/seismic.quake/1');
 * ```
 */
export const schemaReference = (shape: ShapeReference, { base = local }: SchemaReferenceOptions = {}): string => {
  const reference = `${shape.name}/${shape.version ?? 1}`;
  if (!pattern.test(reference)) throw new OptionError('name', "a Bone's name", shape.name);
  return base + reference;
};

/** The name and version that a schema reference holds; undefined when it is none, or has another base. */
export const parseSchemaReference = (
  uri: string,
  { base = local }: SchemaReferenceOptions = {},
): { readonly name: string; readonly version: number } | undefined => {
  const [, name, version] = (uri.startsWith(base) && pattern.exec(uri.slice(base.length))) || [];
  return name === undefined ? undefined : { name, version: Number(version) };
};
