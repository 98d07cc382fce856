import * as fc from 'fast-check';
import type { Node } from './node.ts';
import { firstViable } from './viable.ts';
import { isMultiple } from './violations.ts';

const decimalsOf = (step: number): number => {
  const [digits = '', exponent = '0'] = String(step).split('e');
  return Math.max(0, (digits.split('.')[1]?.length ?? 0) - Number(exponent));
};

/** The coarsest step that numbers must keep; undefined when any will do. */
const stepOf = ({ whole, steps }: Node): number | undefined => {
  const found = [...(whole ? [1] : []), ...steps];
  return found.length === 0 ? undefined : Math.max(...found);
};

/** A whole number of steps, without the dust of floating point. */
const times = (count: number, step: number): number => Number((count * step).toFixed(Math.min(20, decimalsOf(step))));

/** Minus zero is no JSON. */
const plain = (value: number): number => (value === 0 ? 0 : value);

const limit = Number.MAX_SAFE_INTEGER;

/** Whether a number keeps all rules of a node. */
const fits = ({ number: { min, max, minOpen, maxOpen }, whole, steps }: Node, value: number): boolean =>
  (minOpen ? value > min : value >= min) &&
  (maxOpen ? value < max : value <= max) &&
  (!whole || Number.isInteger(value)) &&
  steps.every((step) => isMultiple(value, step));

/** Numbers that keep all rules of a node; undefined when there is none. */
export const numbersOf = (node: Node): fc.Arbitrary<number> | undefined => {
  const { min, max, minOpen, maxOpen } = node.number;
  const step = stepOf(node);
  if (min > max) return undefined;
  const candidates: fc.Arbitrary<number>[] = [];
  const [low, high] = [Math.ceil(min / (step ?? 1)), Math.floor(max / (step ?? 1))];
  const far = Math.floor(limit / Math.max(1, step ?? 1));
  const [least, most] = [Math.max(low, -far), Math.min(high, far)];
  if (least <= most) {
    const counts = [fc.integer({ min: least, max: most })];
    if (least < 1000 && most > -1000)
      counts.unshift(fc.integer({ min: Math.max(least, -1000), max: Math.min(most, 1000) }));
    candidates.push(...counts.map((list) => list.map((count) => times(count, step ?? 1))));
  }
  if (step === undefined && min < max) {
    const hundredths = { min: Math.ceil(Math.max(min, -1e6) * 100), max: Math.floor(Math.min(max, 1e6) * 100) };
    if (hundredths.min <= hundredths.max) candidates.push(fc.integer(hundredths).map((count) => count / 100));
    candidates.push(
      fc.double({ min, max, minExcluded: minOpen, maxExcluded: maxOpen, noNaN: true, noDefaultInfinity: true }),
    );
  }
  return firstViable(candidates, (value) => fits(node, value))?.map((value) => plain(value));
};

/** Numbers that may break one of the rules of a node. */
export const brokenNumbers = (node: Node): readonly fc.Arbitrary<number>[] => {
  const { min, max } = node.number;
  const step = stepOf(node) ?? 1;
  const broken: fc.Arbitrary<number>[] = [];
  const near = (bound: number, direction: 1 | -1): void => {
    const count = Math.round(bound / step);
    broken.push(
      fc.nat(1000).map((more) => plain(times(count + direction * more, step))),
      fc.double({ min: 0, max: 1000, noNaN: true }).map((more) => plain(bound + direction * more)),
      fc.constantFrom(10, 1e6, 1e15, 1e300).map((more) => plain(bound + direction * more)),
    );
  };
  if (min !== -Infinity) near(min, -1);
  if (max !== Infinity) near(max, 1);
  const valid = numbersOf(node);
  if (valid === undefined) return broken;
  const parts = node.steps.map((each) =>
    fc.tuple(valid, fc.constantFrom(0.5, 0.25, 0.1)).map(([value, part]) => value + part * each),
  );
  return [...broken, ...parts];
};
