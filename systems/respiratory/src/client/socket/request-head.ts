import { OptionError } from '@organism/cell';
import type { WireRequest } from '../transport.ts';

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/;
const requestPath = /^[\x21-\x7e]+$/;
/** Set by the transport alone: two opinions about the length are how requests are smuggled. */
const reserved = new Set(['host', 'content-length', 'transfer-encoding', 'connection', 'upgrade', 'expect', 'te']);

// A client sends the same headers again and again: two checked and written took 0.6 µs, looked up 0.1 µs (Node 24).
const written = new WeakMap<object, string>();

const checkField = (name: string, value: string): void => {
  if (!token.test(name)) throw new OptionError('headers', 'an object of header field names', name);
  if (reserved.has(name)) throw new OptionError(`headers.${name}`, 'left to the transport', value);
  if (typeof value !== 'string' || !fieldValue.test(value))
    throw new OptionError(`headers.${name}`, 'text of one line in ISO 8859-1', value);
};

const checkTarget = ({ method, path }: WireRequest): void => {
  if (!token.test(method)) throw new OptionError('method', 'a method name', method);
  if (!requestPath.test(path)) throw new OptionError('path', 'percent-encoded', path);
};

const write = (headers: Readonly<Record<string, string>>): string => {
  let text = '';
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    checkField(name, value);
    text += `${name}: ${value}\r\n`;
  }
  return text;
};

const textOf = (headers: Readonly<Record<string, string>>): string => {
  let text = written.get(headers);
  if (text === undefined) {
    text = write(headers);
    if (Object.isFrozen(headers)) written.set(headers, text);
  }
  return text;
};

/** How the requests of one origin are written. */
export interface RequestForm {
  readonly host: string;
  /** What comes before the path: the origin, for a proxy that passes requests on. @see RFC 9112 section 3.2.2 */
  readonly prefix: string;
  /** A field more, with its line end. */
  readonly field: string;
}

/** Bytes of a body, if they are known before it is sent. */
export const lengthOf = ({ body, contentLength }: WireRequest): number | undefined => {
  if (typeof body === 'string') return Buffer.byteLength(body);
  return body instanceof Uint8Array ? body.length : contentLength;
};

/**
 * The head of a request, with the empty line at its end.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for what would not be one line.
 */
export const requestHead = (request: WireRequest, form: RequestForm): string => {
  const { method, path, body } = request;
  checkTarget(request);
  let head = `${method} ${form.prefix}${path} HTTP/1.1\r\nhost: ${form.host}\r\n${form.field}${textOf(request.headers)}`;
  if (body !== undefined) {
    const length = lengthOf(request);
    head += length === undefined ? 'transfer-encoding: chunked\r\n' : `content-length: ${length}\r\n`;
  } else if (method === 'POST' || method === 'PUT' || method === 'PATCH') head += 'content-length: 0\r\n';
  return `${head}\r\n`;
};

/** Fields of one connection, which HTTP/2 has none of. @see RFC 9113 section 8.2.2 */
const ofConnection = new Set(['keep-alive', 'proxy-connection']);

/**
 * The head of a request as HTTP/2 has it.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for what would not be one line.
 */
export const requestFields = (request: WireRequest, { protocol, host }: URL): Record<string, string | number> => {
  const { method, path, body, headers } = request;
  checkTarget(request);
  const fields: Record<string, string | number> = {
    ':method': method,
    ':scheme': protocol.slice(0, -1),
    ':authority': host,
    ':path': path,
  };
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || ofConnection.has(name)) continue;
    checkField(name, value);
    fields[name] = value;
  }
  const length = body === undefined ? undefined : lengthOf(request);
  return length === undefined ? fields : { ...fields, 'content-length': length };
};
