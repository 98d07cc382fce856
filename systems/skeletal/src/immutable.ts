/** A value that is read-only all the way down. Built-in objects (dates, files, buffers) stay as they are. */
export type Immutable<T> = T extends Builtin
  ? T
  : T extends Map<infer K, infer V>
    ? ReadonlyMap<Immutable<K>, Immutable<V>>
    : T extends Set<infer V>
      ? ReadonlySet<Immutable<V>>
      : T extends object
        ? { readonly [K in keyof T]: Immutable<T[K]> }
        : T;

type Builtin =
  | ((...args: never[]) => unknown)
  | Date
  | RegExp
  | Blob
  | ArrayBuffer
  | ArrayBufferView
  | Promise<unknown>;

/** Freezes plain objects and lists all the way down; leaves instances of classes alone. Returns the value. */
export const deepFreeze = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner);
  return value;
};
