import { messageOf } from '@organism/cell';
import type { AnyBone } from '../bones.ts';
import { NotEncodableError } from '../../errors.ts';
import { DamagedMessageError } from '../errors.ts';
import { load } from '../library.ts';
import { planOf, type ProtoOptions } from './map.ts';
import { MessageReader } from './read.ts';
import type { WireLibrary } from './wire.ts';
import { writeMessage } from './write.ts';

/** Turns values of one Bone into Protocol Buffers messages and back. */
export interface ProtoCodec {
  /** Name of the message in the `.proto`. */
  readonly messageName: string;
  /** @throws {NotEncodableError} naming the part that does not fit. */
  encode(value: unknown): Uint8Array;
  /** The value, not checked against its Bone. @throws {DamagedMessageError} for bytes that are no such message. */
  decode(bytes: Uint8Array): unknown;
}

/**
 * Protocol Buffers messages of a Bone on their own, without an envelope, as {@link toProto} describes them. Values are in
 * their JSON form: what `Bone.encode` gives and `Bone.parse` takes.
 *
 * @throws {NotMappableError} naming the part of the Bone that has no form.
 * @throws {OptionError} when `@bufbuild/protobuf` is not installed.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { protoCodec } from '@organism/circulatory/hemoglobin';
 * import { Bone } from '@organism/skeletal';
 * import { z } from 'zod';
 *
 * const codec = protoCodec(new Bone('seismic.quake', z.object({ id: z.string(), felt: z.int32().optional() })));
 * const bytes = codec.encode({ id: 'a1', felt: 7 });
 * assert.deepEqual([bytes.length, codec.decode(bytes)], [6, { id: 'a1', felt: 7 }]);
 * ```
 */
export const protoCodec = (bone: AnyBone, options: ProtoOptions = {}): ProtoCodec => {
  const library = load('@bufbuild/protobuf/wire', 'protobuf') as WireLibrary;
  const plan = planOf(bone, options);
  return {
    messageName: plan.name,
    encode: (value) => {
      const writer = new library.BinaryWriter();
      try {
        writeMessage(writer, plan, value, '');
      } catch (cause) {
        throw new NotEncodableError(bone.name, messageOf(cause), { cause });
      }
      return writer.finish();
    },
    decode: (bytes) => {
      try {
        return new MessageReader(library).message(bytes, plan);
      } catch (cause) {
        throw new DamagedMessageError(`it is no ${plan.name}`, { cause });
      }
    },
  };
};
