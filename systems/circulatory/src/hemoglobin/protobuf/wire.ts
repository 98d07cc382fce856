import type * as Wire from '@bufbuild/protobuf/wire';
import type { FieldPlan, Scalar, TypePlan } from './plan.ts';

/** What is used of @bufbuild/protobuf. */
export type WireLibrary = Pick<typeof Wire, 'BinaryReader' | 'BinaryWriter'>;
/** Reader of the wire format. */
export type Reader = Wire.BinaryReader;
/** Writer of the wire format. */
export type Writer = Wire.BinaryWriter;

/** Wire types. @see https://protobuf.dev/programming-guides/encoding/#structure */
export const wireType = { varint: 0, bit64: 1, bytes: 2, bit32: 5 } as const;

const scalarWire: Readonly<Record<Scalar, number>> = {
  string: wireType.bytes,
  bytes: wireType.bytes,
  bool: wireType.varint,
  double: wireType.bit64,
  float: wireType.bit32,
  int32: wireType.varint,
  uint32: wireType.varint,
  int64: wireType.varint,
  uint64: wireType.varint,
};

/** Wire type of one value. */
export const wireOf = (type: TypePlan): number => {
  if (type.kind === 'scalar') return scalarWire[type.scalar];
  return type.kind === 'enum' ? wireType.varint : wireType.bytes;
};

/** Whether a list of them comes as one chunk. */
export const isPacked = ({ repetition, type }: FieldPlan): boolean =>
  (repetition === 'list' || repetition === 'set') && wireOf(type) !== wireType.bytes;
