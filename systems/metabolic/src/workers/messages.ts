const transferKey: unique symbol = Symbol.for('@organism/metabolic.transfer') as never;

/** A result that takes memory along rather than copying it; {@link transferred} makes one. */
export interface Transferred<T> {
  readonly [transferKey]: readonly unknown[];
  readonly value: T;
}

/**
 * Result of a task whose buffers move to the caller rather than being copied. For use in the worker's module.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { transferred } from '@organism/metabolic/workers';
 *
 * // In the module of tasks:
 * const blur = (pixels: Uint8Array<ArrayBuffer>) => transferred(pixels, [pixels.buffer]);
 * assert.equal(blur(new Uint8Array(8)).value.length, 8);
 * ```
 */
export const transferred = <T>(value: T, transfer: readonly unknown[]): Transferred<T> => ({
  [transferKey]: transfer,
  value,
});

/** What moves along with a result; undefined when it is a plain one. */
export const transferOf = (result: unknown): readonly unknown[] | undefined =>
  typeof result === 'object' && result !== null ? (result as Partial<Transferred<unknown>>)[transferKey] : undefined;

/** What a thread is asked. Without a task it is to load the module, and to call its `warmUp` if it has one. */
export interface TaskMessage {
  readonly file: string;
  readonly task?: string;
  readonly input?: unknown;
}

/** What was thrown, as it crosses threads: structured clone keeps neither names of classes nor fields such as `code`. */
export interface ThrownMessage {
  readonly error: unknown;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What a thread answers. */
export type TaskReply = { readonly value: unknown } | { readonly thrown: ThrownMessage };

const isCloneable = (value: unknown): boolean => {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
};

/** Packs what was thrown. */
export const packError = (thrown: unknown): ThrownMessage => {
  if (!(thrown instanceof Error)) return { error: isCloneable(thrown) ? thrown : String(thrown), fields: {} };
  const own = Object.entries(thrown).filter(([, value]) => isCloneable(value));
  const fields = { ...Object.fromEntries(own), name: thrown.name };
  if (isCloneable(thrown)) return { error: thrown, fields };
  const plain = new Error(thrown.message);
  if (thrown.stack !== undefined) plain.stack = thrown.stack;
  return { error: plain, fields };
};

/** Unpacks what was thrown. */
export const unpackError = ({ error, fields }: ThrownMessage): unknown =>
  error instanceof Error ? Object.assign(error, fields) : error;
