import { OptionError } from '@organism/cell';
import type { AnyBone } from '../bones.ts';
import { planOf, type ProtoOptions } from './map.ts';
import { jsonName } from './names.ts';
import type { EnumPlan, FieldPlan, MessagePlan, Reserved, TypePlan } from './plan.ts';

/** Options of {@link toProto}. */
export interface ToProtoOptions {
  /** Package of the file. Default `organism`. */
  readonly package?: string;
  /** Numbers and bytes of Bones, by their names. */
  readonly proto?: Readonly<Record<string, ProtoOptions>>;
}

/** Numbers of the fields of an envelope. A part of the wire format. */
export const envelopeFields = { id: 1, type: 2, source: 3, time: 4, key: 5, headers: 6, data: 7 } as const;

const envelope = `// What a message is besides its data; data is a message of the type's name.
message Envelope {
  string id = ${envelopeFields.id};
  string type = ${envelopeFields.type};
  string source = ${envelopeFields.source};
  string time = ${envelopeFields.time};
  optional string key = ${envelopeFields.key};
  map<string, string> headers = ${envelopeFields.headers};
  bytes data = ${envelopeFields.data};
}`;

const typeName = (type: TypePlan, owner: MessagePlan, pkg: string): string => {
  if (type.kind === 'scalar') return type.scalar;
  if (type.kind === 'date') return 'google.protobuf.Timestamp';
  if (type.kind === 'enum') return type.plan.name;
  // In full where the name alone may be another's.
  return owner.messages.includes(type.plan) ? type.plan.name : `.${pkg}.${type.plan.fullName}`;
};

const fieldLine = (field: FieldPlan, owner: MessagePlan, pkg: string): string => {
  const type = typeName(field.type, owner, pkg);
  const hasPresence = field.isOptional || field.isNullable;
  const whole =
    field.repetition === 'record' || field.repetition === 'map'
      ? `map<${field.keyType}, ${type}>`
      : field.repetition === 'one'
        ? `${hasPresence ? 'optional ' : ''}${type}`
        : `repeated ${type}`;
  const json = jsonName(field.name) === field.key ? '' : ` [json_name = ${JSON.stringify(field.key)}]`;
  return `${whole} ${field.name} = ${field.number}${json};`;
};

const reservedLines = ({ numbers, names }: Reserved): readonly string[] =>
  numbers.length === 0
    ? []
    : [`reserved ${numbers.join(', ')};`, `reserved ${names.map((name) => JSON.stringify(name)).join(', ')};`];

const indented = (lines: readonly string[]): readonly string[] =>
  lines.flatMap((line) => line.split('\n')).map((line) => `  ${line}`);

const block = (head: string, lines: readonly string[]): string => [`${head} {`, ...indented(lines), '}'].join('\n');

const enumBlock = ({ name, values, zero, reserved }: EnumPlan): string =>
  block(`enum ${name}`, [
    ...reservedLines(reserved),
    `${zero} = 0;`,
    ...values.map((value) => `${value.name} = ${value.number};`),
  ]);

const messageBlock = (plan: MessagePlan, pkg: string): string =>
  block(`message ${plan.name}`, [
    ...reservedLines(plan.reserved),
    ...plan.enums.map(enumBlock),
    ...plan.messages.map((inner) => messageBlock(inner, pkg)),
    ...plan.fields.map((field) => fieldLine(field, plan, pkg)),
  ]);

/**
 * Protocol Buffers schema of Bones, as a `.proto` file in proto3: for those who read the messages in other languages.
 *
 * @throws {NotMappableError} for a part that has no form there, such as a union.
 * @throws {OptionError} for bad options, or two Bones of one message name.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { toProto } from '@organism/circulatory/hemoglobin';
 * import { Bone } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const Quake = new Bone('seismic.quake', z.object({ id: z.string(), depthKm: z.number().optional() }));
 * assert.match(toProto(Quake), /message SeismicQuake \{\n {2}string id = 1;\n {2}optional double depth_km = 2;\n\}/);
 * ```
 * @see https://protobuf.dev/reference/protobuf/proto3-spec/
 */
export const toProto = (bones: AnyBone | readonly AnyBone[], options: ToProtoOptions = {}): string => {
  const { package: pkg = 'organism', proto = {} } = options;
  if (!/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/.test(pkg))
    throw new OptionError('package', 'words of a–z, 0–9 and "_" joined by dots', pkg);
  const list = Array.isArray(bones) ? (bones as readonly AnyBone[]) : [bones as AnyBone];
  const plans = list.map((bone) => planOf(bone, proto[bone.name]));
  const taken = new Set(['Envelope']);
  for (const { name } of plans) {
    if (taken.has(name)) throw new OptionError('bones', `without a second message of the name ${name}`, bones);
    taken.add(name);
  }
  const messages = plans.map((plan) => messageBlock(plan, pkg));
  const imports = messages.some((text) => text.includes('google.protobuf.Timestamp'))
    ? ['import "google/protobuf/timestamp.proto";']
    : [];
  const head = ['syntax = "proto3";', `package ${pkg};`, ...imports];
  return `${[...head, envelope, ...messages].join('\n\n')}\n`;
};
