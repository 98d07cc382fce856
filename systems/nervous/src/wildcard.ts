/** Whether a topic name is a pattern. */
export const isPattern = (topic: string): boolean => topic.includes('*');

const matchFrom = (pattern: readonly string[], p: number, name: readonly string[], n: number): boolean => {
  for (let at = p; at < pattern.length; at += 1) {
    const segment = pattern[at];
    if (segment === '**') {
      for (let skip = n + (at - p); skip <= name.length; skip += 1)
        if (matchFrom(pattern, at + 1, name, skip)) return true;
      return false;
    }
    const word = name[n + (at - p)];
    if (word === undefined || (segment !== '*' && segment !== word)) return false;
  }
  return name.length - n === pattern.length - p;
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
 */
export const compilePattern = (pattern: string): ((name: string) => boolean) => {
  const segments = pattern.split('.').filter((segment, index, all) => !(segment === '**' && all[index - 1] === '**'));
  return (name) => matchFrom(segments, 0, name.split('.'), 0);
};
