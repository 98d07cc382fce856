import { BloodCellError } from './errors.ts';

/** A value of an extension attribute: Boolean, Integer (32 bits), String, or Binary. @see CloudEvents 1.0.2, type system */
export type AttributeValue = boolean | number | string | Uint8Array;

/** One rule: whether a value keeps it, and how a message says it. */
interface Rule {
  readonly keeps: (value: unknown) => boolean;
  readonly says: string;
}

const names = /^[a-z0-9]+$/;

/** Names that mean something else in an event, or in its JSON form. */
const reserved: ReadonlySet<string> = new Set([
  'data',
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'datacontenttype',
  'dataschema',
]);

// Control characters, lone surrogates, and what Unicode reserves as noncharacters.
const forbidden = /[\p{Cc}\p{Cs}\p{NChar}]/u;
const uriCharacters = /^(?:[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+$/;
const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:/;
const token = "[A-Za-z0-9!#$%&'*+.^_`|~-]+";
const mediaType = new RegExp(`^${token}/${token}(?: *; *${token}=(?:${token}|"[^"\\\\\\x00-\\x1f]*"))*$`);
const timestamp =
  /^(\d{4})-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

const isText = (value: unknown): value is string => typeof value === 'string' && !forbidden.test(value);
const isFilled = (value: unknown): value is string => isText(value) && value !== '';

/** Brackets belong to the literal address of a host, and there is one fragment at most. @see RFC 3986 appendix A */
const isUriReference = (value: unknown): value is string => {
  if (!isFilled(value) || !uriCharacters.test(value)) return false;
  const [rest = '', ...fragments] = value.split('#');
  if (fragments.length > 1 || /[[\]]/.test(fragments.join(''))) return false;
  const [hierarchy = '', ...query] = rest.split('?');
  if (/[[\]]/.test(query.join('')) || /[[\]]/.test(hierarchy.replace(/^([^/]*:)?\/\/[^/]*/, ''))) return false;
  // Without a scheme, a colon in the first segment would read as one.
  return scheme.test(hierarchy) || !(hierarchy.split('/')[0] ?? '').includes(':');
};

const isAbsoluteUri = (value: unknown): boolean => isUriReference(value) && scheme.test(value) && !value.includes('#');

const isTimestamp = (value: unknown): boolean => {
  const [, year, month, day] = (typeof value === 'string' ? timestamp.exec(value) : null) ?? [];
  if (year === undefined) return false;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
};

const filled: Rule = { keeps: isFilled, says: 'a non-empty string without control characters' };

/** The attributes that the specification names. */
const rules: ReadonlyMap<string, Rule> = new Map(
  Object.entries<Rule>({
    specversion: { keeps: (value) => value === '1.0', says: 'the string "1.0"' },
    id: filled,
    type: filled,
    subject: filled,
    source: { keeps: isUriReference, says: 'a non-empty URI reference (RFC 3986)' },
    dataschema: { keeps: isAbsoluteUri, says: 'an absolute URI without a fragment (RFC 3986 section 4.3)' },
    datacontenttype: {
      keeps: (value) => isText(value) && mediaType.test(value),
      says: 'a media type (RFC 2046)',
    },
    time: { keeps: isTimestamp, says: 'a timestamp (RFC 3339)' },
    // Documented extensions.
    correlationid: filled,
    causationid: filled,
    partitionkey: filled,
    traceparent: filled,
    tracestate: { keeps: isText, says: 'a string without control characters' },
  }),
);

const isInteger = (value: unknown): boolean => Number.isInteger(value) && (value as number) === ((value as number) | 0);

const extension: Rule = {
  keeps: (value) => typeof value === 'boolean' || isInteger(value) || isText(value) || value instanceof Uint8Array,
  says: 'a boolean, a 32-bit integer, a string without control characters, or bytes',
};

/** Checks one attribute that the specification names, or a documented extension. @throws {BloodCellError} */
export const checkAttribute = (name: string, value: unknown, where = ''): void => {
  const rule = rules.get(name) ?? extension;
  if (!rule.keeps(value)) throw new BloodCellError(where + name, rule.says, value);
};

/** Checks an extension attribute's name and value. @throws {BloodCellError} */
export const checkExtension = (name: string, value: unknown, where = ''): void => {
  if (!names.test(name) || reserved.has(name))
    throw new BloodCellError(
      `${where}extension name`,
      'lower-case letters a-z and digits, and not the name of a standard attribute',
      name,
    );
  checkAttribute(name, value, where);
};

/** Whether an extension attribute may have this name and value. */
export const isExtension = (name: string, value: unknown): boolean =>
  names.test(name) && !reserved.has(name) && (rules.get(name) ?? extension).keeps(value);

/** Whether a media type stands for JSON: none at all, `…/json` or `…+json`. @see CloudEvents JSON format, section 3.1.1 */
export const isJson = (type: string | undefined): boolean =>
  type === undefined || /^[^/]+\/(?:[^;]+\+)?json *(?:;|$)/i.test(type);

/** Whether a media type stands for text in UTF-8: `text/…`, `…/xml` or `…+xml`, with no other charset. */
export const isTextual = (type: string | undefined): boolean =>
  type !== undefined &&
  /^(?:text\/|[^/]+\/(?:[^;]+\+)?xml *(?:;|$))/i.test(type) &&
  !/; *charset *= *"?(?!"|utf-?8|us-ascii)/i.test(type);
