import { HttpError } from '../errors.ts';

/** What the headers of a part say. */
export interface PartHead {
  /** Name of the field. */
  readonly name: string;
  /** Name of the file, without folders; undefined for plain fields. Never use it as a path. */
  readonly filename: string | undefined;
  /** Default `text/plain`. */
  readonly contentType: string;
  readonly headers: ReadonlyMap<string, string>;
}

const bad = (rule: string): HttpError => new HttpError('RESPIRATORY_BAD_MULTIPART', `A part must have ${rule}.`);

/** Parameters of a header, quoted or not: read in one go, so that none is found inside the quotes of another. */
const parametersOf = (header: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const [, name = '', quoted, plain = ''] of header.matchAll(
    /;\s*([\w*-]+)=(?:"((?:[^"\\]|\\.)*)"|([^;\s"]*))/g,
  )) {
    // Browsers escape quotes and line ends by percent signs, others by backslashes.
    const text = quoted
      ?.replaceAll(/%(22|0D|0A)/gi, (escape) => decodeURIComponent(escape))
      .replaceAll(/\\(["\\])/g, '$1');
    if (!found.has(name.toLowerCase())) found.set(name.toLowerCase(), text ?? plain);
  }
  return found;
};

/** Reads the headers of a part. @throws {HttpError} `RESPIRATORY_BAD_MULTIPART` @see RFC 7578 section 4 */
export const parsePartHead = (bytes: Uint8Array): PartHead => {
  const headers = new Map<string, string>();
  for (const line of new TextDecoder().decode(bytes).split('\r\n')) {
    const mark = line.indexOf(':');
    if (line === '') continue;
    if (mark < 1 || line.includes('\0')) throw bad('headers of a name and a value');
    headers.set(line.slice(0, mark).trim().toLowerCase(), line.slice(mark + 1).trim());
  }
  const disposition = headers.get('content-disposition') ?? '';
  const parameters = parametersOf(disposition);
  const name = parameters.get('name');
  if (!/^form-data\s*;/i.test(disposition) || name === undefined)
    throw bad('a content-disposition of form-data with a name');
  const filename = parameters.get('filename');
  return {
    name,
    // Old browsers send whole paths, and others may on purpose.
    filename: filename?.slice(Math.max(filename.lastIndexOf('/'), filename.lastIndexOf('\\')) + 1),
    contentType: headers.get('content-type') ?? 'text/plain',
    headers,
  };
};
