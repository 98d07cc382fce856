import type { Schema } from '../layout.ts';
import { Scope, upperCase } from './names.ts';
import type { Numbering } from './numbers.ts';
import type { EnumPlan } from './plan.ts';

/** The values of an enumeration of a Bone. */
export const valuesIn = (schema: Schema): readonly (string | number)[] => [
  ...((schema._zod as { readonly values?: Iterable<string | number> }).values ?? []),
];

/** An enumeration of a name. */
export const enumPlan = (name: string, given: readonly (string | number)[], numbers: Numbering): EnumPlan => {
  const begin = upperCase(name);
  // Values of an enumeration are names of the message around it, hence its name before each.
  const names = new Scope();
  const zero = names.take(`${begin}_UNSPECIFIED`);
  const values = given.map((value) => ({
    value,
    name: names.take(`${begin}_${upperCase(String(value)) || 'EMPTY'}`),
    number: numbers.of(String(value)),
  }));
  return {
    name,
    values,
    zero,
    reserved: {
      numbers: numbers.reserved.numbers,
      names: numbers.reserved.names.map((value) => `${begin}_${upperCase(value)}`),
    },
    byValue: new Map(values.map(({ value, number }) => [value, number])),
    byNumber: new Map(values.map(({ value, number }) => [number, value])),
  };
};
