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

/**
 * Reads JSON from a text; undefined stands for bytes that are none.
 *
 * @throws {HttpError} `RESPIRATORY_BAD_JSON` for other texts, and for the keys `__proto__` and `constructor.prototype`.
 */
export const parseJson = (text: string | undefined): unknown => {
  if (text === undefined) throw new HttpError('RESPIRATORY_BAD_JSON', 'The body is not valid UTF-8.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new HttpError('RESPIRATORY_BAD_JSON', `The body is not valid JSON${position(cause, text)}.`, { cause });
  }
  // The walk only where the text gives reason to: a key may also be written with escapes.
  const suspicious = text.includes('__proto__') || text.includes('constructor') || text.includes('\\u');
  if (suspicious && poisoned(value))
    throw new HttpError(
      'RESPIRATORY_BAD_JSON',
      'The body must not have the keys "__proto__" or "constructor.prototype".',
    );
  return value;
};
