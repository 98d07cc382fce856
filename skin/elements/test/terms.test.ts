import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ar } from '@organism/skin-elements/locales/ar';
import { de } from '@organism/skin-elements/locales/de';
import { en } from '@organism/skin-elements/locales/en';
import { ja } from '@organism/skin-elements/locales/ja';
import { describe, expect, it } from 'vitest';

const source = fileURLToPath(new URL('../src/', import.meta.url));
const read = (file: string): string => readFileSync(`${source}${file}`, 'utf8');
const files = globSync('**/*.ts', { cwd: source, exclude: ['**/*.test.ts', '**/*.stories.ts', '**/locales/*'] });

/** The keys that are declared: in base/terms.ts, and beside elements that are seldom used. */
const blocks = files.flatMap((file) => [...read(file).matchAll(/interface \w*Terms (?:extends \w+ )?\{([^}]*)\}/g)]);
const declared = blocks.flatMap(([, body = '']) => [...body.matchAll(/readonly (\w+): string/g)]);
const keys = [...new Set(declared.map(([, key]) => key as string))].sort();
const text = String.raw`'((?:[^'\\]|\\.)*)'`;

/** The words that elements have built in, by key, and who says them: in calls, or where there are many, in a table. */
const inCalls = new RegExp(String.raw`\bterm\(\s*[\w.#]+,\s*'(\w+)',\s*${text},?\s*\)`, 'g');
const tables = /\benglish = \{([^}]*)\} as const/g;
const inTables = new RegExp(String.raw`(\w+): ${text},`, 'g');
const builtIn = files.flatMap((file) => {
  const code = read(file);
  const entries = [...code.matchAll(tables)].flatMap(([, body = '']) => [...body.matchAll(inTables)]);
  return [...code.matchAll(inCalls), ...entries].map(([, key = '', english = '']) => ({
    file,
    key,
    english: english.replaceAll("\\'", "'"),
  }));
});

describe('the words of the kit', () => {
  it('have a key each', () => {
    expect(keys.length).toBeGreaterThan(80);
    expect(builtIn.length).toBeGreaterThan(50);
    expect(builtIn.filter(({ key }) => !keys.includes(key))).toEqual([]);
  });

  it('are the same in English wherever they are said', () => {
    expect(builtIn.filter(({ key, english }) => en[key] !== english)).toEqual([]);
  });

  it('are each said by some element', () => {
    const all = files.map(read).join('\n');
    expect(Object.keys(en).filter((key) => !new RegExp(String.raw`'${key}'|\[${key}:`).test(all))).toEqual([]);
  });

  it.each([
    ['en', en],
    ['de', de],
    ['ar', ar],
    ['ja', ja],
  ] as const)('are complete in %s, with the same places for names and numbers', (_, table) => {
    expect(keys.filter((key) => !(key in table))).toEqual([]);
    expect(Object.keys(table).sort()).toEqual(Object.keys(en).sort());
    const places = (words: string | undefined): string[] => (words?.match(/#+|\$|\{\w+\}/g) ?? []).sort();
    const wrong = Object.entries(table).filter(
      ([key, words]) => places(words).join() !== places(en[key]).join() || words.trim() === '',
    );
    expect(wrong).toEqual([]);
  });
});
