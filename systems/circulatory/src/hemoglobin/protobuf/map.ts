import type { AnyBone } from '../bones.ts';
import { NotMappableError } from '../errors.ts';
import { definitionOf, innerOf, isOptional, isSchema, type Schema } from '../layout.ts';
import { enumPlan, valuesIn } from './enumeration.ts';
import { jsonName, pascalCase, Scope, snakeCase } from './names.ts';
import { nextNumbers, type Numbering, numbering, type ProtoNumbers } from './numbers.ts';
import type { FieldPlan, MessagePlan, Repetition, Scalar, TypePlan } from './plan.ts';
import { rangedOf, scalar, simpleTypeOf, whyNot } from './scalars.ts';

/** What can't be read from the Bone itself. */
export interface ProtoOptions {
  /** Numbers of fields, by path. Default: in the order of their declaration, from 1 on. */
  readonly numbers?: ProtoNumbers;
  /** Paths of fields that are `Uint8Array`s, where the schema is a check of your own (`z.instanceof(Uint8Array)`). */
  readonly bytes?: readonly string[];
}

/** A message while it is made: complete when its Bone is. */
type Open<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer I)[] ? I[] : T[K] };

interface Opened {
  readonly schema: Schema;
  readonly isOptional: boolean;
  readonly isNullable: boolean;
}

const open = (outer: Schema): Opened => {
  let isNullable = false;
  for (let schema = outer; ;) {
    if (definitionOf(schema).type === 'nullable') isNullable = true;
    const inner = innerOf(schema);
    if (inner === undefined) return { schema, isOptional: isOptional(outer), isNullable };
    schema = inner;
  }
};

/** Makes the messages of one Bone. */
export class Mapper {
  readonly #bone: string;
  readonly #bytes: ReadonlySet<string>;
  readonly #numbers: ProtoNumbers | undefined;
  readonly #messages = new Map<Schema, MessagePlan>();
  /** Numbers for all members, those without one after the others. */
  readonly allNumbers: Record<string, number>;

  constructor({ name }: AnyBone, { numbers, bytes = [] }: ProtoOptions, previous?: ProtoNumbers) {
    this.#bone = name;
    this.#bytes = new Set(bytes);
    this.#numbers = previous === undefined ? numbers : undefined;
    this.allNumbers = { ...previous };
  }

  #refuse(path: string, why: string): never {
    throw new NotMappableError(this.#bone, path, why);
  }

  #number(members: readonly string[], begin: string): Numbering {
    Object.assign(this.allNumbers, nextNumbers(members, begin, this.allNumbers));
    return numbering(members, begin, this.#numbers);
  }

  /** The message of the Bone itself. */
  root(outer: Schema, name: string): MessagePlan {
    const { schema, isNullable } = open(outer);
    if (definitionOf(schema).type !== 'object' || isNullable) this.#refuse('', 'a message is an object');
    return this.#message(schema, '', name, undefined);
  }

  #message(schema: Schema, path: string, name: string, parent: MessagePlan | undefined): MessagePlan {
    const known = this.#messages.get(schema);
    if (known !== undefined) return known;
    const { shape, catchall } = definitionOf(schema);
    if (isSchema(catchall) && definitionOf(catchall).type !== 'never')
      this.#refuse(path, 'fields that it does not declare would be lost');
    const entries = Object.entries(shape as Readonly<Record<string, Schema>>);
    const begin = path === '' ? '' : `${path}.`;
    const numbers = this.#number(
      entries.map(([key]) => key),
      begin,
    );
    const byNumber = new Map<number, FieldPlan>();
    const message: Open<MessagePlan> = {
      name,
      fullName: parent === undefined ? name : `${parent.fullName}.${name}`,
      fields: [],
      byNumber,
      enums: [],
      messages: [],
      reserved: { numbers: numbers.reserved.numbers, names: numbers.reserved.names.map(snakeCase) },
    };
    this.#messages.set(schema, message);
    const scope = new Scope();
    const fieldNames = new Set<string>();
    for (const [key, field] of entries) {
      const fieldName = snakeCase(key);
      // Names that are one in JSON are none that protobuf takes for two.
      if (fieldNames.has(jsonName(fieldName))) this.#refuse(begin + key, `another field is ${fieldName} too`);
      fieldNames.add(jsonName(fieldName));
      const plan = this.#field(
        message,
        scope,
        { key, name: fieldName, number: numbers.of(key), path: begin + key },
        field,
      );
      message.fields.push(plan);
      byNumber.set(plan.number, plan);
    }
    return message;
  }

  #field(
    message: Open<MessagePlan>,
    scope: Scope,
    named: Pick<FieldPlan, 'key' | 'name' | 'number' | 'path'>,
    outer: Schema,
  ): FieldPlan {
    const { path } = named;
    const { schema, ...presence } = open(outer);
    const { type, element, valueType, keyType } = definitionOf(schema);
    const repetition = ({ array: 'list', set: 'set', record: 'record', map: 'map' } as const)[type as 'array'] as
      | Repetition
      | undefined;
    if (repetition === undefined) {
      if (presence.isNullable && presence.isOptional)
        this.#refuse(path, 'it may be missing or null, and protobuf can not tell which');
      const one = this.#type(schema, path, message, scope);
      return { ...named, ...presence, repetition: 'one', keyType: 'string', type: one };
    }
    if (presence.isNullable || presence.isOptional)
      this.#refuse(path, 'a list or a map that is missing or null is as an empty one; require it');
    const items = open((type === 'array' ? element : valueType) as Schema);
    if (items.isNullable || items.isOptional)
      this.#refuse(`${path}.*`, 'what is in a list or a map can not be missing or null');
    const keys = isSchema(keyType) ? this.#keyType(open(keyType).schema, path, repetition) : 'string';
    // Protobuf makes a message of this name for the entries of a map.
    if (keyType !== undefined) scope.take(`${pascalCase(named.name)}Entry`);
    const itemType = this.#type(items.schema, `${path}.*`, message, scope);
    return { ...named, ...presence, repetition, keyType: keys, type: itemType };
  }

  #keyType(schema: Schema, path: string, repetition: Repetition): Scalar {
    const { type } = definitionOf(schema);
    if (type === 'string' || type === 'template_literal' || (repetition === 'record' && type !== 'number'))
      return 'string';
    const number = type === 'number' ? rangedOf(schema) : undefined;
    if (repetition === 'map' && number?.kind === 'scalar' && number.scalar !== 'float') return number.scalar;
    if (repetition === 'map' && type === 'boolean') return 'bool';
    return this.#refuse(path, 'keys of a map are strings, whole numbers or booleans');
  }

  #type(schema: Schema, path: string, message: Open<MessagePlan>, scope: Scope): TypePlan {
    if (this.#bytes.has(path)) return scalar('bytes');
    const { type } = definitionOf(schema);
    const name = pascalCase(path.replaceAll('.*', '').split('.').at(-1) ?? '');
    if (type === 'enum') {
      const values = valuesIn(schema);
      const plan = enumPlan(scope.take(name), values, this.#number(values.map(String), `${path}=`));
      message.enums.push(plan);
      return { kind: 'enum', plan };
    }
    if (type === 'object') {
      const known = this.#messages.get(schema);
      if (known !== undefined) return { kind: 'message', plan: known };
      const plan = this.#message(schema, path, scope.take(name), message);
      message.messages.push(plan);
      return { kind: 'message', plan };
    }
    return simpleTypeOf(schema) ?? this.#refuse(path, whyNot(schema));
  }
}

/** The message of a Bone, with all inside it. @throws {NotMappableError} naming the part that has no form. */
export const planOf = (bone: AnyBone, options: ProtoOptions = {}): MessagePlan =>
  new Mapper(bone, options).root(bone.schema, pascalCase(bone.name) + (bone.version === 1 ? '' : `V${bone.version}`));
