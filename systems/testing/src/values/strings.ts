import * as fc from 'fast-check';
import { fitsFormat, formatValues } from './formats.ts';
import type { Node } from './node.ts';
import { firstViable } from './viable.ts';
import { patternOf } from './pattern.ts';

const matching = (pattern: string): fc.Arbitrary<string> | undefined => {
  try {
    return fc.stringMatching(patternOf(pattern));
  } catch {
    // A construct that the builder of strings does not know, such as a look-ahead.
    return undefined;
  }
};

/** One character each in UTF-16 and in Unicode, so that every way of counting agrees on the length. */
const unit = (): fc.Arbitrary<string> =>
  fc.oneof(
    { arbitrary: fc.string({ minLength: 1, maxLength: 1 }), weight: 12 },
    { arbitrary: fc.constantFrom('é', 'ß', 'Ω', 'я', '漢', 'ﷺ', '\u00a0', '\u200b'), weight: 1 },
  );

/** Texts that begin, go on and end as several patterns ask. */
const joined = (patterns: readonly string[]): fc.Arbitrary<string> | undefined => {
  const place = (pattern: string): number => (pattern.startsWith('^') ? 0 : pattern.endsWith('$') ? 2 : 1);
  const parts = patterns.toSorted((a, b) => place(a) - place(b)).map((pattern) => matching(pattern));
  const known = parts.filter((part) => part !== undefined);
  return known.length === parts.length ? fc.tuple(...known).map((texts) => texts.join('')) : undefined;
};

/** The test that a text keeps all rules of a node. */
const testOf = ({ length, patterns, formats }: Node): ((text: string) => boolean) => {
  const expressions = patterns.map((pattern) => patternOf(pattern));
  return (text) => {
    const size = Array.from(text).length;
    if (size < length.min || size > length.max) return false;
    if (expressions.length === 0) return formats.every((format) => fitsFormat(format, text));
    return expressions.every((expression) => expression.test(text));
  };
};

/** Texts that keep all rules of a node; undefined when none was found. */
export const stringsOf = (node: Node): fc.Arbitrary<string> | undefined => {
  const { length, patterns, formats, hints } = node;
  const { min, max } = length;
  if (min > max) return undefined;
  const candidates = [
    ...formats.map((format) => formatValues(format)),
    ...patterns.map((pattern) => matching(pattern)),
  ];
  if (patterns.length > 1) candidates.push(joined(patterns));
  const texts = hints.filter((hint) => typeof hint === 'string');
  if (texts.length > 0) candidates.push(fc.constantFrom(...texts));
  const open = min === 0 && max === Infinity;
  if (!candidates.some((candidate) => candidate !== undefined))
    candidates.push(
      open
        ? fc.string({ unit: fc.oneof(unit(), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 })) })
        : fc.string({ unit: unit(), minLength: min, ...(max !== Infinity && { maxLength: max }) }),
    );
  return firstViable(
    candidates.filter((candidate) => candidate !== undefined),
    testOf(node),
  );
};

/** Texts that may break one of the rules of a node. */
export const brokenStrings = (node: Node): readonly fc.Arbitrary<string>[] => {
  const { length, patterns, formats } = node;
  const valid = stringsOf(node) ?? fc.string();
  const broken: fc.Arbitrary<string>[] = [];
  if (length.min > 0)
    broken.push(
      fc.tuple(valid, fc.nat(length.min - 1)).map(([text, size]) => Array.from(text).slice(0, size).join('')),
    );
  if (length.max !== Infinity)
    broken.push(
      fc
        .tuple(valid, fc.integer({ min: 1, max: 5 }))
        .map(([text, more]) => text.padEnd(length.max + more, text.at(-1) ?? 'x')),
    );
  if (patterns.length > 0 || formats.length > 0)
    broken.push(
      fc.tuple(valid, fc.constantFrom('!', ' ', '\n', '~~')).map(([text, junk]) => text + junk),
      fc.tuple(valid, fc.constantFrom('!', ' ', '~~')).map(([text, junk]) => junk + text),
      valid.map((text) => text.slice(0, -1)),
      fc.tuple(valid, fc.nat()).map(([text, at]) => text.replaceAll(text.charAt(at % Math.max(1, text.length)), '!')),
      fc.constantFrom('', ' ', '!', 'nothing of the kind', 'ABC', '123'),
      fc.string({ minLength: length.min, ...(length.max !== Infinity && { maxLength: length.max }) }),
    );
  return broken;
};
