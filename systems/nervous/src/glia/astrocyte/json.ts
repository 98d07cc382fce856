import { StateValueError } from './errors.ts';

/** Nesting that both `JSON` and this walk take without running out of stack. */
const deepest = 500;

const check = (value: unknown, place: () => string, depth: number): void => {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new StateValueError(place(), 'a finite number', value);
    return;
  }
  if (typeof value !== 'object') throw new StateValueError(place(), 'a JSON value', value);
  if (depth === deepest) throw new StateValueError(place(), `nested at most ${deepest} deep`, value);
  if ('toJSON' in value) throw new StateValueError(place(), 'a JSON value', value);
  if (Array.isArray(value)) {
    for (const [index, item] of (value as readonly unknown[]).entries())
      check(item, () => `${place()}[${index}]`, depth + 1);
    return;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    throw new StateValueError(place(), 'a JSON value: a plain object', value);
  for (const name of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[name];
    if (member !== undefined) check(member, () => `${place()}.${name}`, depth + 1);
  }
};

/**
 * Text of a value as JSON, for drivers that keep text.
 *
 * @throws {StateValueError} `NERVOUS_STATE_VALUE`, with the place, when something in it would not come back the same.
 */
export const toJson = (key: string, value: unknown): string => {
  check(value, () => `"${key}"`, 0);
  return JSON.stringify(value);
};
