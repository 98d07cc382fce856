/** Scalar types of proto3 that are used. @see https://protobuf.dev/programming-guides/proto3/#scalar */
export type Scalar = 'string' | 'bytes' | 'bool' | 'double' | 'float' | 'int32' | 'uint32' | 'int64' | 'uint64';

/** What a field holds one of. */
export type TypePlan =
  | { readonly kind: 'scalar'; readonly scalar: Scalar; readonly isBigint: boolean }
  /** `google.protobuf.Timestamp`: a Date. */
  | { readonly kind: 'date' }
  | { readonly kind: 'enum'; readonly plan: EnumPlan }
  | { readonly kind: 'message'; readonly plan: MessagePlan };

/** How often a field comes: once or not; as a list or a Set; as a record or a Map. */
export type Repetition = 'one' | 'list' | 'set' | 'record' | 'map';

/** A field of a message. */
export interface FieldPlan {
  /** Name in the value. */
  readonly key: string;
  /** Name in the `.proto`. */
  readonly name: string;
  readonly number: number;
  /** Whether the value may be without it. */
  readonly isOptional: boolean;
  /** Whether its absence stands for null. */
  readonly isNullable: boolean;
  readonly repetition: Repetition;
  /** Of the keys of a record or a Map. */
  readonly keyType: Scalar;
  readonly type: TypePlan;
  /** Where in the Bone: `lines.*.sku`. */
  readonly path: string;
}

/** Numbers and names that were those of fields or values that are gone. */
export interface Reserved {
  readonly numbers: readonly number[];
  readonly names: readonly string[];
}

/** An enumeration. */
export interface EnumPlan {
  readonly name: string;
  readonly values: readonly { readonly value: string | number; readonly name: string; readonly number: number }[];
  readonly zero: string;
  readonly reserved: Reserved;
  readonly byValue: ReadonlyMap<unknown, number>;
  readonly byNumber: ReadonlyMap<number, string | number>;
}

/** A message. */
export interface MessagePlan {
  readonly name: string;
  /** Names from the outermost message to this one. */
  readonly fullName: string;
  readonly fields: readonly FieldPlan[];
  readonly byNumber: ReadonlyMap<number, FieldPlan>;
  readonly enums: readonly EnumPlan[];
  readonly messages: readonly MessagePlan[];
  readonly reserved: Reserved;
}
