import type { FieldPlan, MessagePlan, Scalar, TypePlan } from './plan.ts';
import { isPacked, type Reader, type WireLibrary, wireOf, wireType } from './wire.ts';

/** Messages inside one another, at most: a message of a few bytes must not use up the stack. */
const deepest = 100;

const zeros: Readonly<Record<Scalar, unknown>> = {
  string: '',
  bytes: undefined,
  bool: false,
  double: 0,
  float: 0,
  int32: 0,
  uint32: 0,
  int64: 0,
  uint64: 0,
};

/** What a field is that did not come; undefined where the Bone is to say. */
const missing = ({ repetition, type, isOptional, isNullable }: FieldPlan): unknown => {
  if (repetition === 'list') return [];
  if (repetition === 'set') return new Set();
  if (repetition === 'map') return new Map();
  if (repetition === 'record') return {};
  if (isNullable) return null;
  if (isOptional || type.kind !== 'scalar') return undefined;
  if (type.scalar === 'bytes') return new Uint8Array();
  return type.isBigint ? 0n : zeros[type.scalar];
};

/** Reads messages of plans. Made for one message. */
export class MessageReader {
  readonly #library: WireLibrary;
  #depth = 0;

  constructor(library: WireLibrary) {
    this.#library = library;
  }

  #scalar(reader: Reader, scalar: Scalar, isBigint: boolean): unknown {
    switch (scalar) {
      case 'string':
        return reader.string(true);
      case 'bytes':
        return Uint8Array.from(reader.bytes());
      case 'int64':
      case 'uint64': {
        const value = BigInt(reader[scalar]());
        if (isBigint) return value;
        const number = Number(value);
        if (!Number.isSafeInteger(number)) throw new RangeError('a whole number above 2^53');
        return number;
      }
      default:
        return reader[scalar]();
    }
  }

  #date(bytes: Uint8Array): Date {
    const reader = new this.#library.BinaryReader(bytes);
    let [seconds, nanos] = [0, 0];
    while (reader.pos < reader.len) {
      const [number, wire] = reader.tag();
      if (number === 1 && wire === wireType.varint) seconds = Number(reader.int64());
      else if (number === 2 && wire === wireType.varint) nanos = reader.int32();
      else reader.skip(wire, number);
    }
    return new Date(seconds * 1000 + Math.floor(nanos / 1_000_000));
  }

  #type(reader: Reader, type: TypePlan): unknown {
    switch (type.kind) {
      case 'scalar':
        return this.#scalar(reader, type.scalar, type.isBigint);
      case 'enum':
        // A number without a value is left to the Bone to refuse.
        return type.plan.byNumber.get(reader.int32());
      case 'date':
        return this.#date(reader.bytes());
      default:
        return this.message(reader.bytes(), type.plan);
    }
  }

  /** Items of a list, which may come packed or one by one, whatever its plan says. */
  #items(reader: Reader, field: FieldPlan, wire: number, items: unknown[]): void {
    if (!isPacked(field) || wire !== wireType.bytes) {
      items.push(this.#type(reader, field.type));
      return;
    }
    const end = reader.uint32() + reader.pos;
    if (end > reader.len) throw new RangeError('a list that ends after its message');
    while (reader.pos < end) items.push(this.#type(reader, field.type));
    if (reader.pos !== end) throw new RangeError('a list that ends within an item');
  }

  #entry(bytes: Uint8Array, { keyType, type }: FieldPlan): [unknown, unknown] {
    const reader = new this.#library.BinaryReader(bytes);
    const keyPlan = { kind: 'scalar', scalar: keyType, isBigint: false } as const;
    let key: unknown = zeros[keyType];
    let value: unknown;
    if (type.kind === 'scalar') value = type.isBigint ? 0n : (zeros[type.scalar] ?? new Uint8Array());
    if (type.kind === 'message') value = this.message(new Uint8Array(), type.plan);
    if (type.kind === 'date') value = new Date(0);
    while (reader.pos < reader.len) {
      const [number, wire] = reader.tag();
      if (number === 1 && wire === wireOf(keyPlan)) key = this.#type(reader, keyPlan);
      else if (number === 2 && wire === wireOf(type)) value = this.#type(reader, type);
      else reader.skip(wire, number);
    }
    return [key, value];
  }

  /** The value of a message. Fields that the plan does not have are passed over. @throws when it is malformed. */
  message(bytes: Uint8Array, plan: MessagePlan): Record<string, unknown> {
    this.#depth += 1;
    if (this.#depth > deepest) throw new RangeError(`more than ${deepest} messages inside one another`);
    const reader = new this.#library.BinaryReader(bytes);
    const found = new Map<FieldPlan, unknown[]>();
    while (reader.pos < reader.len) {
      const [number, wire] = reader.tag();
      const field = plan.byNumber.get(number);
      const expected = field === undefined ? -1 : field.repetition === 'one' ? wireOf(field.type) : -2;
      const isEntry = field?.repetition === 'record' || field?.repetition === 'map';
      const isExpected =
        wire === expected ||
        (expected === -2 &&
          (wire === wireType.bytes || (!isEntry && field !== undefined && wire === wireOf(field.type))));
      if (field === undefined || !isExpected) {
        reader.skip(wire, number);
        continue;
      }
      const values = found.get(field) ?? [];
      found.set(field, values);
      if (isEntry) values.push(this.#entry(reader.bytes(), field));
      else if (field.repetition === 'one') values[0] = this.#type(reader, field.type);
      else this.#items(reader, field, wire, values);
    }
    this.#depth -= 1;
    return Object.fromEntries(
      plan.fields
        .map((field) => [field.key, this.#finish(field, found.get(field))] as const)
        .filter(([, value]) => value !== undefined),
    );
  }

  #finish(field: FieldPlan, values: unknown[] | undefined): unknown {
    if (values === undefined) return missing(field);
    if (field.repetition === 'one') return values[0];
    if (field.repetition === 'list') return values;
    if (field.repetition === 'set') return new Set(values);
    const entries = values as [string, unknown][];
    return field.repetition === 'map' ? new Map(entries) : Object.fromEntries(entries);
  }
}
