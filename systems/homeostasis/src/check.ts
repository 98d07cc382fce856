import { OptionError } from '@organism/cell';

/** A number of at least `least`; Infinity counts. @throws {OptionError} that names the field. */
export const atLeast = (field: string, value: number, least: number): number => {
  if (typeof value !== 'number' || !(value >= least)) throw new OptionError(field, `a number >= ${least}`, value);
  return value;
};

/** A finite number above zero. @throws {OptionError} that names the field. */
export const positive = (field: string, value: number): number => {
  if (typeof value !== 'number' || !(value > 0 && value < Infinity))
    throw new OptionError(field, 'a finite number > 0', value);
  return value;
};

/** A finite duration above zero, in milliseconds. @throws {OptionError} that names the field. */
export const duration = (field: string, value: number): number => {
  if (typeof value !== 'number' || !(value > 0 && value < Infinity))
    throw new OptionError(field, 'a finite number of milliseconds > 0', value);
  return value;
};

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

/** A share above 0 and at most 1. @throws {OptionError} that names the field. */
export const share = (field: string, value: number): number => {
  if (typeof value !== 'number' || !(value > 0 && value <= 1))
    throw new OptionError(field, 'above 0 and at most 1', value);
  return value;
};

/** One of a few words. @throws {OptionError} that names the field. */
export const oneOf = <T extends string>(field: string, value: T, words: readonly T[]): T => {
  if (!words.includes(value)) throw new OptionError(field, words.map((word) => `"${word}"`).join(' or '), value);
  return value;
};
