import { HttpError } from './errors.ts';

/** Where a JSON text breaks off, without quoting it. */
const position = (error: unknown, text: string): string => {
  const found = /position (\d+)/.exec(error instanceof Error ? error.message : '');
  if (found === null) return text.trim() === '' ? ': it is empty' : '';
  const before = text.slice(0, Number(found[1])).split('\n');
  return ` at line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
};

/** A key that would become a prototype where the value is copied by assignment or merged. */
export const poisoned = (value: unknown): boolean => {
  const left: unknown[] = [value];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one !== 'object' || one === null) continue;
    if (Object.hasOwn(one, '__proto__')) return true;
    if (Object.hasOwn(one, 'constructor')) {
      const { constructor } = one as { constructor: unknown };
      if (typeof constructor === 'object' && constructor !== null && Object.hasOwn(constructor, 'prototype'))
        return true;
    }
    for (const inner of Object.values(one)) left.push(inner);
  }
  return false;
};

/** Deeper values are refused: whoever walks them by recursion, as checks of shapes do, would run out of stack. */
export const maxDepth = 500;

const [quote, backslash] = [34, 92];
const [openList, closeList, openObject, closeObject] = [91, 93, 123, 125];

/** Whether as many lists and objects are begun as it takes; mostly they are not, and a search is quicker than a walk. */
const mayBeDeep = (text: string): boolean => {
  let count = 0;
  for (const bracket of ['[', '{'])
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1))
      if ((count += 1) > maxDepth) return true;
  return false;
};

/** Whether a text that is JSON nests lists and objects deeper than is allowed. */
const isTooDeep = (text: string): boolean => {
  if (text.length <= 2 * maxDepth || !mayBeDeep(text)) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      for (at += 1; text.charCodeAt(at) !== quote; at += 1) if (text.charCodeAt(at) === backslash) at += 1;
    } else if (code === openList || code === openObject) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (code === closeList || code === closeObject) depth -= 1;
  }
  return false;
};

/**
 * Reads JSON from a text; undefined stands for bytes that are none.
 *
 * @throws {HttpError} `RESPIRATORY_BAD_JSON` for other texts, for more than 500 levels, and for the keys `__proto__` and
 * `constructor.prototype`.
 */
export const parseJson = (text: string | undefined): unknown => {
  if (text === undefined) throw new HttpError('RESPIRATORY_BAD_JSON', 'The body is not valid UTF-8.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new HttpError('RESPIRATORY_BAD_JSON', `The body is not valid JSON${position(cause, text)}.`, { cause });
  }
  if (isTooDeep(text))
    throw new HttpError('RESPIRATORY_BAD_JSON', `The body must not be nested deeper than ${maxDepth} levels.`);
  // The walk only where the text gives reason to: a key may also be written with escapes.
  const suspicious = text.includes('__proto__') || text.includes('constructor') || text.includes('\\u');
  if (suspicious && poisoned(value))
    throw new HttpError(
      'RESPIRATORY_BAD_JSON',
      'The body must not have the keys "__proto__" or "constructor.prototype".',
    );
  return value;
};
