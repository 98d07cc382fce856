import { protoCodec, toProto } from '@organism/circulatory/hemoglobin';
import { OptionError } from '@organism/cell';
import type { AnyMuscle } from '../bronchi/muscles.ts';

type AnyBone = NonNullable<AnyMuscle['input']>;

/** How a service is named on the wire. */
export interface ServiceName {
  /** Package of the `.proto`. Default `organism`. */
  readonly package?: string;
  /** Default `Api`. */
  readonly service?: string;
}

/** What a method takes or gives, in bytes. Without a Bone it is `google.protobuf.Empty`. */
export interface Carrier {
  readonly messageName: string;
  encode(value: unknown): Buffer;
  decode(bytes: Buffer): unknown;
}

const empty: Carrier = {
  messageName: 'google.protobuf.Empty',
  encode: () => Buffer.alloc(0),
  decode: () => undefined,
};

/** @throws {NotMappableError} naming the part of the Bone that has no form. */
export const carrierOf = (bone: AnyBone | undefined): Carrier => {
  if (bone === undefined) return empty;
  const codec = protoCodec(bone);
  return {
    messageName: codec.messageName,
    encode: (value) => {
      const bytes = codec.encode(value);
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },
    decode: (bytes) => codec.decode(bytes),
  };
};

/** A method's name: `quake.list` becomes `QuakeList`. */
export const methodName = (name: string): string =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** The path of a method. @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
export const pathOf = ({ package: pkg = 'organism', service = 'Api' }: ServiceName, name: string): string =>
  `/${pkg}.${service}/${methodName(name)}`;

/** What a service offers, for its description. */
export interface ServiceShape extends ServiceName {
  readonly muscles: readonly Pick<AnyMuscle, 'name' | 'input' | 'output' | 'description'>[];
  /** Server streams, by name. */
  readonly feeds?: Readonly<Record<string, Partial<Pick<AnyMuscle, 'input' | 'output' | 'description'>>>>;
}

/** Every method once. @throws {OptionError} when two have the same name. */
export const methodsOf = ({
  muscles,
  feeds = {},
}: ServiceShape): readonly (ServiceShape['muscles'][number] & {
  readonly streams: boolean;
})[] => {
  const all = [
    ...muscles.map(({ name, input, output, description }) => ({ name, input, output, description, streams: false })),
    ...Object.entries(feeds).map(([name, { input, output, description }]) => ({
      name,
      input,
      output,
      description,
      streams: true,
    })),
  ];
  const taken = new Set<string>();
  for (const { name } of all) {
    if (taken.has(methodName(name)))
      throw new OptionError('muscles', `of different names: ${methodName(name)} is twice`, name);
    taken.add(methodName(name));
  }
  return all;
};

/**
 * The service as a `.proto` file, for clients in other languages.
 *
 * @throws {NotMappableError} naming the part of a Bone that has no form.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Muscle } from '@organism/muscular';
 * import { serviceProto } from '@organism/respiratory/grpc';
 * import { Bone } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const Pair = new Bone('pair', z.object({ a: z.number(), b: z.number() }));
 * const Sum = new Bone('sum', z.object({ sum: z.number() }));
 * const add = new Muscle({ name: 'add', input: Pair, output: Sum, run: ({ a, b }) => ({ sum: a + b }) });
 * assert.match(serviceProto({ muscles: [add] }), /service Api \{\n {2}rpc Add\(Pair\) returns \(Sum\);\n\}/);
 * ```
 */
export const serviceProto = (shape: ServiceShape): string => {
  const { package: pkg = 'organism', service = 'Api' } = shape;
  const methods = methodsOf(shape);
  const bones = new Map<string, AnyBone>();
  for (const { input, output } of methods)
    for (const bone of [input, output]) if (bone !== undefined) bones.set(`${bone.name} ${bone.version}`, bone);
  const text = toProto([...bones.values()], { package: pkg });
  const usesEmpty = methods.some(({ input, output }) => input === undefined || output === undefined);
  const withEmpty = usesEmpty
    ? text.replace(/^package .*;$/m, (line) => `${line}\n\nimport "google/protobuf/empty.proto";`)
    : text;
  const lines = methods.flatMap(({ name, input, output, description, streams }) => [
    ...(description === undefined ? [] : [`  // ${description.replaceAll('\n', ' ')}`]),
    `  rpc ${methodName(name)}(${carrierOf(input).messageName}) returns (${streams ? 'stream ' : ''}${carrierOf(output).messageName});`,
  ]);
  return `${withEmpty}\nservice ${service} {\n${lines.join('\n')}\n}\n`;
};
