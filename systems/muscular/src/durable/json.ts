import { typeName } from '@organism/cell';
import { NotJsonError } from './errors.ts';

/** A value that JSON can carry, unchanged, there and back. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const plain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/**
 * A copy of a value as it would come back from JSON, so that what a workflow sees while it runs is what it sees when it
 * is replayed. Members that are undefined are left out; undefined itself is null in lists.
 *
 * @param what Named in the error, e.g. `the result of step "pay"`.
 * @throws {NotJsonError} `MUSCULAR_NOT_JSON` for what JSON would change or lose: dates, maps, NaN, functions, cycles.
 */
export const asJson = (value: unknown, what: string): Json | undefined => copy(value, what, '', 0);

const copy = (value: unknown, what: string, path: string, depth: number): Json | undefined => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      break;
    case 'object':
      if (value === null) return null;
      // A cycle, or something no journal should hold.
      if (depth > 200) break;
      if (Array.isArray(value))
        return value.map((item: unknown, index) => copy(item, what, `${path}[${index}]`, depth + 1) ?? null);
      if (plain(value)) {
        const result: Record<string, Json> = {};
        for (const key of Object.keys(value)) {
          const member = copy((value as Record<string, unknown>)[key], what, `${path}.${key}`, depth + 1);
          if (member === undefined) continue;
          // Assigning to this name would set the prototype.
          if (key === '__proto__') throw new NotJsonError(what, `${path}.${key}`, 'a member named __proto__');
          result[key] = member;
        }
        return result;
      }
      break;
    default:
  }
  throw new NotJsonError(what, path, typeof value === 'number' ? 'a number that is not finite' : typeName(value));
};

/** Text of a copy made by {@link asJson}; null for undefined. */
export const toText = (value: Json | undefined): string | null => (value === undefined ? null : JSON.stringify(value));

/** What {@link toText} made the text from. */
export const fromText = (text: string | null): Json | undefined =>
  text === null ? undefined : (JSON.parse(text) as Json);
