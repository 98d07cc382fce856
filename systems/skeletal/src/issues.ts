import { typeName } from '@organism/cell';
import { config, type $ZodRawIssue, util } from 'zod/v4/core';

/** What kind of rule was broken; the same few words whatever the schema library says. */
export type IssueCode =
  | 'required'
  | 'type'
  | 'too_small'
  | 'too_big'
  | 'format'
  | 'multiple_of'
  | 'enum'
  | 'unknown_key'
  | 'union'
  | 'key'
  | 'custom';

/** One thing that is wrong with a value. Never holds the value itself. */
export interface Issue {
  readonly code: IssueCode;
  /** Keys and indexes from the root to the place. */
  readonly path: readonly (string | number)[];
  /** The path as a JSON Pointer. @see RFC 6901 */
  readonly pointer: string;
  /** A sentence a person can act on. */
  readonly message: string;
  /** What the rule asks for. */
  readonly expected: string;
  /** The type of what came. */
  readonly received: string;
}

/** More issues than this are cut off, so that hostile input can't make an error of any size. */
export const mostIssues = 100;

/** An issue as the schema library first notes it; which other members there are depends on the code. */
export interface Raw {
  readonly code?: string;
  readonly path?: readonly PropertyKey[] | undefined;
  readonly input?: unknown;
  readonly [member: string]: unknown;
}

const codes: Readonly<Record<string, IssueCode>> = {
  invalid_type: 'type',
  too_small: 'too_small',
  too_big: 'too_big',
  invalid_format: 'format',
  not_multiple_of: 'multiple_of',
  invalid_value: 'enum',
  unrecognized_keys: 'unknown_key',
  invalid_union: 'union',
  invalid_key: 'key',
  invalid_element: 'key',
};

const units: Readonly<Record<string, string>> = {
  string: 'characters',
  array: 'items',
  set: 'items',
  map: 'entries',
  file: 'bytes',
};
const article = (noun: string): string => (/^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`);
const list = (values: readonly unknown[]): string => {
  const shown = values.slice(0, 12).map((value) => (typeof value === 'bigint' ? `${value}n` : JSON.stringify(value)));
  return shown.join(', ') + (values.length > shown.length ? ', …' : '');
};

const bound = (raw: Raw, limit: unknown, word: 'least' | 'most', strict: string): string => {
  const unit = units[String(raw['origin'])];
  if (unit !== undefined) return raw['exact'] === true ? `exactly ${limit} ${unit}` : `at ${word} ${limit} ${unit}`;
  const shown = raw['origin'] === 'date' ? new Date(Number(limit)).toISOString() : String(limit);
  return raw['inclusive'] === false ? `${strict} ${shown}` : `at ${word} ${shown}`;
};

const expectation = (raw: Raw): string => {
  switch (raw.code) {
    case 'invalid_type':
      return raw['expected'] === 'int' ? 'an integer' : article(String(raw['expected']));
    case 'too_small':
      return bound(raw, raw['minimum'], 'least', 'more than');
    case 'too_big':
      return bound(raw, raw['maximum'], 'most', 'less than');
    case 'invalid_format':
      return raw['format'] === 'regex'
        ? `text that matches ${String(raw['pattern'])}`
        : `text in ${String(raw['format'])} format`;
    case 'not_multiple_of':
      return `a multiple of ${String(raw['divisor'])}`;
    case 'invalid_value': {
      const values: readonly unknown[] = Array.isArray(raw['values']) ? raw['values'] : [];
      return values.length === 1 ? list(values) : `one of ${list(values)}`;
    }
    case 'invalid_union':
      return Array.isArray(raw['options']) ? `one of ${list(raw['options'])}` : 'one of the allowed shapes';
    case 'unrecognized_keys':
      return 'only known keys';
    default:
      return 'a valid value';
  }
};

const place = (path: readonly (string | number)[]): string => {
  let text = '';
  for (const key of path) text += typeof key === 'number' ? `[${key}]` : text === '' ? key : `.${key}`;
  return text === '' ? 'The value' : text.length > 200 ? `${text.slice(0, 200)}…` : text;
};

/** A path as a JSON Pointer. @see RFC 6901 */
export const toPointer = (path: readonly (string | number)[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Text the schema's author gave for this rule, if any. */
const ownMessage = (raw: Raw, where: string): string | undefined => {
  const final = util.finalizeIssue(raw as $ZodRawIssue, { error: () => '\u0000' }, config()).message;
  if (final === '\u0000') return undefined;
  return /[.!?]$/.test(final) ? `${where}: ${final}` : `${where}: ${final}.`;
};

const toIssue = (raw: Raw, prefix: readonly PropertyKey[]): Issue => {
  const path = [...prefix, ...(raw.path ?? [])].map((key) => (typeof key === 'symbol' ? String(key) : key));
  const where = place(path);
  const missing = raw.code === 'invalid_type' && raw.input === undefined;
  const code = missing ? 'required' : (codes[raw.code ?? ''] ?? 'custom');
  const expected = expectation(raw);
  const received = raw.code === 'unrecognized_keys' ? 'object' : typeName(raw.input);
  const keys: readonly unknown[] = Array.isArray(raw['keys']) ? raw['keys'] : [];
  const standard =
    code === 'unknown_key'
      ? `${where} must not have ${keys.length === 1 ? 'the key' : 'the keys'} ${list(keys.map((key) => String(key).slice(0, 64)))}.`
      : missing
        ? `${where} is required: ${expected}.`
        : `${where} must be ${expected}; got ${received}.`;
  return { code, path, pointer: toPointer(path), message: ownMessage(raw, where) ?? standard, expected, received };
};

const depth = (issues: readonly Raw[]): number => Math.max(...issues.map((issue) => issue.path?.length ?? 0));

/** Of a union's branches, the one that was most likely meant: it got furthest in, with the fewest problems. */
const likelyBranch = (branches: readonly (readonly Raw[])[]): readonly Raw[] | undefined => {
  const structural = branches.filter(
    (issues) => !issues.some((issue) => (issue.path?.length ?? 0) === 0 && issue.code === 'invalid_type'),
  );
  const ranked = structural.toSorted((a, b) => depth(b) - depth(a) || a.length - b.length);
  // A branch whose literal tag does not fit was not meant.
  return (
    ranked.find((issues) => !issues.some((issue) => issue.code === 'invalid_value')) ??
    (ranked.length === 1 ? ranked[0] : undefined)
  );
};

const rawAt = (input: unknown, path: readonly PropertyKey[]): unknown => {
  let here = input;
  for (const key of path) here = typeof here === 'object' && here !== null ? Reflect.get(here, key) : undefined;
  return here;
};

/** The schema library's raw issues as ours, at most {@link mostIssues}. */
export const toIssues = (raws: readonly Raw[], prefix: readonly PropertyKey[] = []): Issue[] => {
  const issues: Issue[] = [];
  for (const raw of raws) {
    if (issues.length >= mostIssues) break;
    const branches = raw.code === 'invalid_union' && Array.isArray(raw['errors']) ? (raw['errors'] as Raw[][]) : [];
    const branch = branches.length > 0 ? likelyBranch(branches) : undefined;
    const here = [...prefix, ...(raw.path ?? [])];
    if (branch !== undefined) {
      // Branch issues come without their input: read it from the union's own.
      const filled = branch.map((issue) => ({ ...issue, input: rawAt(raw.input, issue.path ?? []) }));
      issues.push(...toIssues(filled, here));
    } else if (branches.length > 0) {
      const types = branches.flatMap((found) =>
        found.filter((issue) => issue.code === 'invalid_type' && (issue.path?.length ?? 0) === 0),
      );
      const wanted = [...new Set(types.map((issue) => expectation(issue)))];
      const path = here.map((key) => (typeof key === 'symbol' ? String(key) : key));
      const expected = wanted.length === branches.length ? wanted.join(' or ') : 'one of the allowed shapes';
      const received = typeName(raw.input);
      const message = ownMessage(raw, place(path)) ?? `${place(path)} must be ${expected}; got ${received}.`;
      issues.push({ code: 'union', path, pointer: toPointer(path), message, expected, received });
    } else {
      const issue = toIssue(raw, prefix);
      // Of a value of the wrong type, its length or size says nothing more.
      if (!issues.some(({ code, pointer }) => pointer === issue.pointer && (code === 'type' || code === 'required')))
        issues.push(issue);
    }
  }
  return issues.slice(0, mostIssues);
};
