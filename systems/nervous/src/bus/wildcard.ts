import { OptionError } from '@organism/cell';

/** Whether a topic name is a pattern. */
export const isPattern = (topic: string): boolean => topic.includes('*');

/**
 * Matches words against a pattern, and on a mismatch gives the last `**` one word more. Going back to the last one is
 * enough, so the time is at most their product: names may come from outside.
 */
const matchWords = (pattern: readonly string[], words: readonly string[]): boolean => {
  let at = 0;
  let word = 0;
  let manyAt = -1;
  let manyWord = 0;
  while (word < words.length) {
    const segment = pattern[at];
    if (segment === '**') {
      manyAt = at++;
      manyWord = word;
    } else if (segment !== undefined && (segment === '*' || segment === words[word])) {
      at += 1;
      word += 1;
    } else if (manyAt >= 0) {
      at = manyAt + 1;
      word = ++manyWord;
    } else return false;
  }
  while (pattern[at] === '**') at += 1;
  return at === pattern.length;
};

/**
 * A test for topic names: `*` stands for one dot-separated segment, `**` for any number of them, none included.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { compilePattern } from '@organism/nervous';
 *
 * const matches = compilePattern('quake.*.felt');
 * assert.deepEqual([matches('quake.alaska.felt'), matches('quake.felt')], [true, false]);
 * ```
 * @throws {OptionError} `CELL_BAD_OPTION` when a segment has a `*` beside other characters, such as `quake*`.
 */
export const compilePattern = (pattern: string): ((name: string) => boolean) => {
  const segments = pattern.split('.');
  if (segments.some((segment) => isPattern(segment) && segment !== '*' && segment !== '**'))
    throw new OptionError('pattern', 'words, "*" or "**" joined by dots', pattern);
  if (segments.length === 1 && segments[0] === '**') return () => true;
  return (name) => matchWords(segments, name.split('.'));
};
