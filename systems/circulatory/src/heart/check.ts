import { OptionError } from '@organism/cell';

/** A whole number of at least `least`, or Infinity. @throws {OptionError} that names the field. */
export const count = (field: string, value: number, least: number): number => {
  if (value !== Infinity && !(Number.isSafeInteger(value) && value >= least))
    throw new OptionError(field, `a whole number >= ${least}`, value);
  return value;
};

/** A whole number of at least `least`. @throws {OptionError} that names the field. */
export const whole = (field: string, value: number, least: number): number => {
  if (!(Number.isSafeInteger(value) && value >= least))
    throw new OptionError(field, `a whole number >= ${least}`, value);
  return value;
};

/** A duration of 0 or more, in milliseconds; Infinity counts. @throws {OptionError} that names the field. */
export const duration = (field: string, value: number): number => {
  if (typeof value !== 'number' || !(value >= 0)) throw new OptionError(field, 'a number of milliseconds >= 0', value);
  return value;
};

/** A finite duration of 0 or more, in milliseconds. @throws {OptionError} that names the field. */
export const delay = (field: string, value: number): number => {
  if (typeof value !== 'number' || !(value >= 0 && value < Infinity))
    throw new OptionError(field, 'a finite number of milliseconds >= 0', value);
  return value;
};

/** A finite duration above 0, in milliseconds. @throws {OptionError} that names the field. */
export const period = (field: string, value: number): number => {
  if (typeof value !== 'number' || !(value > 0 && value < Infinity))
    throw new OptionError(field, 'a finite number of milliseconds > 0', value);
  return value;
};

/** Functions of an object that it can't do without. @throws {OptionError} that names the field. */
export const having = <T extends object>(field: string, rule: string, value: T, names: readonly (keyof T)[]): T => {
  if (typeof value !== 'object' || value === null || !names.every((one) => typeof value[one] === 'function'))
    throw new OptionError(field, rule, value);
  return value;
};

/** A function, or nothing. @throws {OptionError} that names the field. */
export const maybeFunction = <T>(field: string, value: T): T => {
  if (value !== undefined && typeof value !== 'function') throw new OptionError(field, 'a function', value);
  return value;
};

/** One of a list. @throws {OptionError} that names the field. */
export const oneOf = <const T extends string>(field: string, value: T, allowed: readonly T[]): T => {
  if (!allowed.includes(value))
    throw new OptionError(field, `one of ${allowed.map((one) => `'${one}'`).join(', ')}`, value);
  return value;
};

/** A text that is not empty and at most 200 characters. @throws {OptionError} that names the field. */
export const name = (field: string, value: string): string => {
  if (typeof value !== 'string' || value === '' || value.length > 200)
    throw new OptionError(field, 'a text of 1 to 200 characters', value);
  return value;
};
