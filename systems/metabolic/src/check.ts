import { OptionError } from '@organism/cell';

/** A duration in milliseconds, from 0 to Infinity. Throws OptionError otherwise. */
export const checkMs = (field: string, value: unknown): number => {
  if (typeof value !== 'number' || !(value >= 0)) throw new OptionError(field, 'a number of milliseconds >= 0', value);
  return value;
};

/** A count of at least `least`. Throws OptionError otherwise. */
export const checkCount = (field: string, value: unknown, least = 1): number => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least)
    throw new OptionError(field, `an integer >= ${least}`, value);
  return value;
};

/** A non-empty text. Throws OptionError otherwise. */
export const checkText = (field: string, value: unknown): string => {
  if (typeof value !== 'string' || value === '') throw new OptionError(field, 'a non-empty string', value);
  return value;
};

/** A function. Throws OptionError otherwise. */
export const checkFunction = <T>(field: string, value: T): T => {
  if (typeof value !== 'function') throw new OptionError(field, 'a function', value);
  return value;
};
