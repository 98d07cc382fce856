import { HttpError } from '../errors.ts';

/** One part of a path: fixed text, which begins with a slash; `:` for a named segment, `*` for the rest. */
export type Part = string;

/** A path pattern taken apart. */
export interface Pattern {
  readonly parts: readonly Part[];
  /** Names of the params in the order of the path. */
  readonly names: readonly string[];
}

/** Stands for a slash that was percent-encoded, as a slash of the path would end the segment. A noncharacter of Unicode. */
export const encodedSlash = '\uffff';

/** Decodes percent-encodings segment by segment. @throws {HttpError} `RESPIRATORY_BAD_URL` */
export const decodePath = (path: string): string => {
  try {
    const segments = path.split('/').map((segment) => decodeURIComponent(segment));
    if (!segments.join('').includes(encodedSlash))
      return segments.map((segment) => segment.replaceAll('/', encodedSlash)).join('/');
  } catch {
    // Malformed.
  }
  throw new HttpError('RESPIRATORY_BAD_URL', 'The path has a malformed percent-encoding.');
};

const bad = (path: string, rule: string): HttpError => new HttpError('RESPIRATORY_BAD_ROUTE', `${path}: ${rule}`);

/** A path with optional segments as the paths it stands for, the longest first. */
export const expandPath = (path: string): readonly string[] => {
  const segments = path.slice(1).split('/');
  const optional = segments.findIndex((segment) => segment.length > 1 && segment.endsWith('?'));
  if (optional < 0) return [path];
  const kept = segments.with(optional, (segments[optional] ?? '').slice(0, -1));
  const left = segments.toSpliced(optional, 1);
  return [...expandPath(`/${kept.join('/')}`), ...expandPath(`/${left.join('/')}`)];
};

const parseOne = (path: string): Pattern => {
  const parts: Part[] = [];
  const names: string[] = [];
  let text = '';
  const flush = (): void => {
    if (text !== '') parts.push(text);
    text = '';
  };
  const name = (given: string): void => {
    if (!/^[A-Za-z_]\w*$/.test(given) || names.includes(given))
      throw bad(path, '":" must be followed by a name that is used once.');
    names.push(given);
  };
  const segments = path.slice(1).split('/');
  for (const [index, segment] of segments.entries()) {
    text += '/';
    if (segment.startsWith('*')) {
      if (index !== segments.length - 1) throw bad(path, '"*" must be the last segment.');
      name(segment.slice(1) || 'rest');
      flush();
      parts.push('*');
    } else if (segment.startsWith(':')) {
      name(segment.slice(1));
      flush();
      parts.push(':');
    } else text += segment.includes('%') ? decodePath(segment) : segment;
  }
  flush();
  return { parts, names };
};

/**
 * Takes a path apart: `:name` is one segment, a final `*name` the rest, and `?` after a segment makes it optional, which
 * gives a pattern for each choice.
 *
 * @throws {HttpError} `RESPIRATORY_BAD_ROUTE`
 */
export const parsePattern = (path: string): readonly Pattern[] => expandPath(path).map(parseOne);
