export { hemoglobin } from './hemoglobin.ts';
export type { HemoglobinOptions } from './options.ts';
export type { FormatName } from './header.ts';
export type { AnyBone } from './bones.ts';
export type { CompressionAlgorithm, CompressionOptions } from './compression.ts';
export { type EncryptionOptions, mostPerKey } from './encryption.ts';
export { boneFingerprint } from './msgpack/fingerprint.ts';
export type { ProtoOptions } from './protobuf/map.ts';
export { protoCodec, type ProtoCodec } from './protobuf/codec.ts';
export { protoNumbers } from './protobuf/proto-numbers.ts';
export type { ProtoNumbers } from './protobuf/numbers.ts';
export { toProto, type ToProtoOptions } from './protobuf/to-proto.ts';
export {
  DamagedMessageError,
  KeyExhaustedError,
  MessageTooLargeError,
  NotEncryptedError,
  NotMappableError,
  UnknownFormatError,
  UnknownKeyError,
  UnknownSchemaError,
} from './errors.ts';
export { NotEncodableError } from '../errors.ts';
