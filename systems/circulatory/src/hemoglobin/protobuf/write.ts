import type { FieldPlan, MessagePlan, Scalar, TypePlan } from './plan.ts';
import { isPacked, wireOf, type Writer, wireType } from './wire.ts';

/** A value that does not fit its field. */
export class UnfitError extends Error {
  constructor(path: string, rule: string) {
    super(`${path} must be ${rule}`);
  }
}

const fits: Readonly<Record<Scalar, string>> = {
  string: 'string',
  bytes: 'object',
  bool: 'boolean',
  double: 'number',
  float: 'number',
  int32: 'number',
  uint32: 'number',
  int64: 'number',
  uint64: 'number',
};

const writeScalar = (writer: Writer, scalar: Scalar, value: unknown, path: string, isBigint: boolean): void => {
  const type = isBigint ? 'bigint' : fits[scalar];
  if (typeof value !== type || (scalar === 'bytes' && !(value instanceof Uint8Array)))
    throw new UnfitError(path, scalar === 'bytes' ? 'a Uint8Array' : `a ${type}`);
  try {
    // Its type was looked at; what is left, such as a range, the library checks.
    writer[scalar](value as never);
  } catch {
    throw new UnfitError(path, `within ${scalar}`);
  }
};

/** A Timestamp: whole seconds, and nanoseconds that count forward. */
const writeDate = (writer: Writer, value: unknown, path: string): void => {
  const ms = value instanceof Date ? value.getTime() : Number.NaN;
  if (Number.isNaN(ms)) throw new UnfitError(path, 'a valid Date');
  const seconds = Math.floor(ms / 1000);
  const nanos = (ms - seconds * 1000) * 1_000_000;
  if (seconds !== 0) writer.tag(1, wireType.varint).int64(seconds);
  if (nanos !== 0) writer.tag(2, wireType.varint).int32(nanos);
};

const writeType = (writer: Writer, type: TypePlan, value: unknown, path: string): void => {
  if (type.kind === 'scalar') {
    writeScalar(writer, type.scalar, value, path, type.isBigint);
  } else if (type.kind === 'enum') {
    const number = type.plan.byValue.get(value);
    if (number === undefined) throw new UnfitError(path, 'one of its values');
    writer.int32(number);
  } else {
    writer.fork();
    if (type.kind === 'date') writeDate(writer, value, path);
    else writeMessage(writer, type.plan, value, path);
    writer.join();
  }
};

/** Whether a value is what a reader takes a missing field for. */
const isZero = (value: unknown): boolean =>
  value === '' ||
  value === false ||
  value === 0n ||
  Object.is(value, 0) ||
  (value instanceof Uint8Array && value.length === 0);

const writeMany = (writer: Writer, field: FieldPlan, values: Iterable<unknown>): void => {
  const { number, type, path } = field;
  if (!isPacked(field)) {
    for (const value of values) writeType(writer.tag(number, wireOf(type)), type, value, `${path}.*`);
    return;
  }
  const items = [...values];
  if (items.length === 0) return;
  writer.tag(number, wireType.bytes).fork();
  for (const value of items) writeType(writer, type, value, `${path}.*`);
  writer.join();
};

const writeEntries = (writer: Writer, field: FieldPlan, entries: Iterable<readonly [unknown, unknown]>): void => {
  const { number, keyType, type, path } = field;
  const keyPlan = { kind: 'scalar', scalar: keyType, isBigint: false } as const;
  for (const [key, value] of entries) {
    writer.tag(number, wireType.bytes).fork();
    writeType(writer.tag(1, wireOf(keyPlan)), keyPlan, key, `${path} (key)`);
    writeType(writer.tag(2, wireOf(type)), type, value, `${path}.*`);
    writer.join();
  }
};

const writeField = (writer: Writer, field: FieldPlan, value: unknown): void => {
  const { number, type, path, repetition } = field;
  switch (repetition) {
    case 'one': {
      const isImplicit = !field.isOptional && !field.isNullable;
      if (isImplicit && type.kind === 'scalar' && isZero(value)) return;
      writeType(writer.tag(number, wireOf(type)), type, value, path);
      return;
    }
    case 'list':
      if (!Array.isArray(value)) throw new UnfitError(path, 'a list');
      writeMany(writer, field, value);
      return;
    case 'set':
      if (!(value instanceof Set)) throw new UnfitError(path, 'a Set');
      writeMany(writer, field, value);
      return;
    case 'map':
      if (!(value instanceof Map)) throw new UnfitError(path, 'a Map');
      writeEntries(writer, field, value);
      return;
    default:
      if (typeof value !== 'object' || value === null) throw new UnfitError(path, 'an object');
      writeEntries(writer, field, Object.entries(value));
  }
};

/** Writes the fields of a message. @throws {UnfitError} naming the field that does not fit. */
export const writeMessage = (writer: Writer, plan: MessagePlan, value: unknown, path: string): void => {
  if (typeof value !== 'object' || value === null) throw new UnfitError(path === '' ? 'data' : path, 'an object');
  for (const field of plan.fields) {
    const given = (value as Readonly<Record<string, unknown>>)[field.key];
    if (given === undefined ? field.isOptional : given === null && field.isNullable) continue;
    writeField(writer, field, given);
  }
};
