import type { Bone, JsonSchema } from '@organism/skeletal';
import {
  GraphQLBoolean,
  GraphQLEnumType,
  GraphQLFloat,
  GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLScalarType,
  GraphQLString,
  GraphQLUnionType,
} from 'graphql';
import { checkName, typeName } from './names.ts';
import { fromGraphql } from './nulls.ts';
import { jsonScalar, safeInt } from './scalars.ts';

type AnyBone = Bone<unknown, unknown>;
type Io = 'input' | 'output';
type Schemas = Readonly<Record<string, JsonSchema>>;

const enumValue = /^(?!(?:true|false|null)$|__)[_a-z]\w*$/i;
const maxInt32 = 2 ** 31 - 1;

const isNull = (schema: JsonSchema): boolean => schema['type'] === 'null' || schema['const'] === null;
const schemasOf = (schema: JsonSchema, keyword: string): readonly JsonSchema[] =>
  (schema[keyword] as readonly JsonSchema[] | undefined) ?? [];
const propertiesOf = (schema: JsonSchema): Schemas => (schema['properties'] as Schemas | undefined) ?? {};

/** What can be said of a union's members: the property that tells them apart, and its value for each. */
const discriminatorOf = (members: readonly JsonSchema[]): string | undefined => {
  const [first] = members;
  if (first === undefined) return undefined;
  return Object.keys(propertiesOf(first)).find((name) => {
    const values = members.map((member) => propertiesOf(member)[name]?.['const']);
    return values.every((value) => typeof value === 'string') && new Set(values).size === members.length;
  });
};

/**
 * GraphQL types of Bones, by their JSON Schemas. What GraphQL has no type for (records, unions of scalars, anything as
 * input that may be one of several objects) is the scalar JSON; the operation checks it all the same.
 */
export class TypeMaker {
  readonly json: GraphQLScalarType = jsonScalar();
  readonly #safeInt = safeInt();
  /** By name, which is unique in a GraphQL schema. */
  readonly #made = new Map<string, GraphQLObjectType | GraphQLInputObjectType | GraphQLEnumType | GraphQLUnionType>();
  /** Definitions that the schemas at hand refer to. */
  #definitions: Schemas = {};

  /** Type of what an operation gives. */
  output(bone: AnyBone): GraphQLOutputType {
    return this.#of(bone, 'output') as GraphQLOutputType;
  }

  /** Arguments for an operation's input: its fields where it is an object, else one called `input`. */
  input(bone: AnyBone): ReadonlyMap<string, GraphQLInputType> {
    const schema = this.#schemaOf(bone, 'input');
    const root = this.#resolve(schema);
    const isObject = root['type'] === 'object' && Object.keys(propertiesOf(root)).length > 0;
    if (!isObject) return new Map([['input', this.#of(bone, 'input') as GraphQLInputType]]);
    return this.#fields(root, 'input', typeName(bone.name)) as ReadonlyMap<string, GraphQLInputType>;
  }

  /** Turns what GraphQL read of an input into what its Bone takes. */
  reader(bone: AnyBone): (given: unknown) => unknown {
    const schema = this.#schemaOf(bone, 'input');
    return (given) => fromGraphql(schema, this.#definitions, given);
  }

  #schemaOf(bone: AnyBone, io: Io): JsonSchema {
    const { $schema: _, $defs, ...schema } = bone.toJSONSchema({ io });
    this.#definitions = { ...this.#definitions, ...($defs as Schemas | undefined) };
    return schema;
  }

  #of(bone: AnyBone, io: Io): GraphQLInputType | GraphQLOutputType {
    return this.#type(this.#schemaOf(bone, io), io, typeName(bone.name), true);
  }

  #nameOf({ $ref }: JsonSchema): string | undefined {
    return typeof $ref === 'string' ? $ref.split('/').at(-1) : undefined;
  }

  #resolve(schema: JsonSchema): JsonSchema {
    const name = this.#nameOf(schema);
    return name === undefined ? schema : (this.#definitions[name] ?? schema);
  }

  /** @param isRequired whether null is no value of it. */
  #type(given: JsonSchema, io: Io, path: string, isRequired: boolean): GraphQLInputType | GraphQLOutputType {
    const reference = this.#nameOf(given);
    const schema = this.#resolve(given);
    const members = [...schemasOf(schema, 'anyOf'), ...schemasOf(schema, 'oneOf')];
    const present = members.filter((member) => !isNull(member));
    if (present.length < members.length && present[0] !== undefined) {
      const rest = present.length === 1 ? present[0] : { anyOf: present };
      return this.#type(rest, io, path, false);
    }
    const types = Array.isArray(schema['type']) ? (schema['type'] as readonly string[]) : [];
    if (types.length === 2 && types.includes('null'))
      return this.#type({ ...schema, type: types.find((type) => type !== 'null') }, io, path, false);
    const named = reference === undefined ? path : typeName(reference);
    const type = members.length > 0 ? this.#union(members, io, named) : this.#plain(schema, io, named);
    return isRequired ? new GraphQLNonNull(type as never) : type;
  }

  #plain(schema: JsonSchema, io: Io, name: string): GraphQLInputType | GraphQLOutputType {
    switch (schema['type']) {
      case 'string':
        return this.#text(schema, name);
      case 'integer': {
        const { minimum = -Infinity, maximum = Infinity } = schema as { minimum?: number; maximum?: number };
        return minimum >= -maxInt32 && maximum <= maxInt32 ? GraphQLInt : this.#safeInt;
      }
      case 'number':
        return GraphQLFloat;
      case 'boolean':
        return GraphQLBoolean;
      case 'array': {
        const items = schema['items'] as JsonSchema | undefined;
        return items === undefined ? this.json : new GraphQLList(this.#type(items, io, `${name}Item`, true) as never);
      }
      case 'object':
        return Object.keys(propertiesOf(schema)).length === 0 ? this.json : this.#object(schema, io, name);
      default:
        return this.json;
    }
  }

  #text(schema: JsonSchema, name: string): GraphQLInputType & GraphQLOutputType {
    const values = schema['enum'] as readonly string[] | undefined;
    if (values === undefined || !values.every((value) => enumValue.test(value))) return GraphQLString;
    const known = this.#made.get(name);
    if (
      known instanceof GraphQLEnumType &&
      known
        .getValues()
        .map((value) => value.name)
        .join() === values.join()
    )
      return known;
    const free = this.#free(known === undefined ? name : `${name}Choice`);
    const made = new GraphQLEnumType({
      name: free,
      values: Object.fromEntries(values.map((value) => [value, { value }])),
    });
    this.#made.set(free, made);
    return made;
  }

  /** A name that no other type has. */
  #free(name: string): string {
    let free = name;
    for (let count = 2; this.#made.has(free); count += 1) free = `${name}${count}`;
    return free;
  }

  #object(schema: JsonSchema, io: Io, path: string): GraphQLObjectType | GraphQLInputObjectType {
    const name = io === 'input' ? `${path}Input` : path;
    const known = this.#made.get(name);
    if (known instanceof (io === 'input' ? GraphQLInputObjectType : GraphQLObjectType)) {
      const before = (known.extensions as { readonly schema?: string }).schema;
      if (before === JSON.stringify(schema)) return known as GraphQLObjectType;
    }
    const free = this.#free(name);
    const description = schema['description'] as string | undefined;
    const common = {
      name: free,
      ...(description !== undefined && { description }),
      extensions: { schema: JSON.stringify(schema) },
    };
    const entries = (): [string, { readonly type: never }][] =>
      [...this.#fields(schema, io, path)].map(([field, type]) => [field, { type: type as never }]);
    const made =
      io === 'input'
        ? new GraphQLInputObjectType({ ...common, fields: () => Object.fromEntries(entries()) })
        : new GraphQLObjectType({ ...common, fields: () => Object.fromEntries(entries()) });
    this.#made.set(free, made);
    return made;
  }

  #fields(schema: JsonSchema, io: Io, path: string): ReadonlyMap<string, GraphQLInputType | GraphQLOutputType> {
    const required = (schema['required'] as readonly string[] | undefined) ?? [];
    return new Map(
      Object.entries(propertiesOf(schema)).map(([name, property]) => [
        checkName(`${path}.${name}`, name),
        this.#type(property, io, path + typeName(name), required.includes(name)),
      ]),
    );
  }

  /** Objects told apart by a property of fixed values, as output; else any JSON. */
  #union(members: readonly JsonSchema[], io: Io, name: string): GraphQLUnionType | GraphQLScalarType {
    const resolved = members.map((member) => this.#resolve(member));
    const tag = io === 'output' ? discriminatorOf(resolved) : undefined;
    if (tag === undefined) return this.json;
    const known = this.#made.get(name);
    if (known instanceof GraphQLUnionType) return known;
    const byTag = new Map(
      resolved.map((member, index) => {
        const value = String(propertiesOf(member)[tag]?.['const']);
        const reference = this.#nameOf(members[index] ?? {});
        const own = reference === undefined ? name + typeName(value) : typeName(reference);
        return [value, this.#object(member, 'output', own) as GraphQLObjectType];
      }),
    );
    const made = new GraphQLUnionType({
      name: this.#free(name),
      types: [...new Set(byTag.values())],
      resolveType: (value: Readonly<Record<string, unknown>>) => byTag.get(String(value[tag]))?.name,
    });
    this.#made.set(name, made);
    return made;
  }
}
