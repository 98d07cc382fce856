import type { HeaderSource } from '@organism/cell';
import { type AttributeValue, checkAttribute, isJson, isTextual } from './attributes.ts';
import { BloodCell, type BloodCellInit } from './blood-cell.ts';
import { BloodCellError, BloodCellTooLargeError } from './errors.ts';
import { decodeHeaderValue, encodeHeaderValue } from './header-value.ts';
import {
  batchType,
  defaultMaxBytes,
  parseBatch,
  parseEvent,
  type ReadOptions,
  stringifyBatch,
  stringifyEvent,
  structuredType,
} from './structured.ts';

/** Headers and body of a message; header names in lower case. */
export interface HttpMessage {
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined when the event has no data. */
  readonly body: string | Uint8Array | undefined;
}

/** How an event lies in a message. */
export type ContentMode = 'binary' | 'structured' | 'batch';

const canonical = (value: AttributeValue): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString('base64') : String(value);

const binaryBody = ({ data, datacontenttype }: BloodCell): string | Uint8Array | undefined => {
  if (data === undefined || data instanceof Uint8Array) return data;
  if (isJson(datacontenttype)) {
    let text;
    try {
      text = JSON.stringify(data) as string | undefined;
    } catch (cause) {
      throw new BloodCellError('data', 'a value that JSON can hold', data, { cause });
    }
    if (text === undefined) throw new BloodCellError('data', 'a value that JSON can hold', data);
    return text;
  }
  if (typeof data === 'string') return data;
  throw new BloodCellError('data', 'a string or bytes when datacontenttype is not JSON', data);
};

const toBinary = (cell: BloodCell): HttpMessage => {
  const { specversion, id, source, type, subject, time, dataschema, data } = cell;
  const headers: Record<string, string> = {};
  const attributes = { specversion, id, source, type, subject, time, dataschema, ...cell.extensions };
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined) headers[`ce-${name}`] = encodeHeaderValue(canonical(value));
  const implied = data === undefined || data instanceof Uint8Array ? undefined : 'application/json';
  const contentType = cell.datacontenttype ?? implied;
  if (contentType !== undefined) headers['content-type'] = contentType;
  return { headers, body: binaryBody(cell) };
};

/**
 * Writes an event as an HTTP message: `binary` puts attributes in headers and the data in the body, `structured` puts
 * all in a JSON body.
 *
 * @throws {BloodCellError} when the data can't be written in its media type.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { BloodCell, fromHttp, toHttp } from '@organism/circulatory';
 *
 * const cell = new BloodCell({ id: '7', source: '/shop', type: 'order.placed', subject: 'Zürich', data: { total: 12 } });
 * const { headers, body } = toHttp(cell, 'binary');
 * assert.equal(headers['ce-subject'], 'Z%C3%BCrich');
 * assert.equal(body, '{"total":12}');
 * assert.deepEqual(fromHttp(headers, body).map(({ subject, data }) => [subject, data]), [['Zürich', { total: 12 }]]);
 * ```
 * @see CloudEvents HTTP protocol binding 1.0.2
 */
export const toHttp = (cell: BloodCell, mode: Exclude<ContentMode, 'batch'>): HttpMessage =>
  mode === 'binary' ? toBinary(cell) : { headers: { 'content-type': structuredType }, body: stringifyEvent(cell) };

/** Writes events as one HTTP message. @throws {BloodCellError} when the data of one has no JSON form. */
export const toHttpBatch = (cells: readonly BloodCell[]): HttpMessage => ({
  headers: { 'content-type': batchType },
  body: stringifyBatch(cells),
});

const entriesOf = (source: HeaderSource): ReadonlyMap<string, string> => {
  const entries = source instanceof Headers ? source.entries() : Object.entries(source);
  const headers = new Map<string, string>();
  for (const [name, value] of entries)
    if (value !== undefined) headers.set(name.toLowerCase(), Array.isArray(value) ? value.join(', ') : String(value));
  return headers;
};

/** How an event lies in a message with this `content-type`. */
export const contentModeOf = (contentType: string | undefined): ContentMode => {
  const type = (contentType ?? '').trim().toLowerCase();
  if (type.startsWith('application/cloudevents-batch')) return 'batch';
  return type.startsWith('application/cloudevents') ? 'structured' : 'binary';
};

const dataOf = (body: string | Uint8Array, type: string | undefined): unknown => {
  const decode = (what: string): string => {
    if (typeof body === 'string') return body;
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(body);
    } catch (cause) {
      throw new BloodCellError('data', what, body, { cause });
    }
  };
  // Without a content type nothing is known of the data. @see JSON format, section 3.1.2
  if (type !== undefined && isJson(type)) {
    const text = decode('JSON in UTF-8');
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new BloodCellError('data', 'JSON, as its content-type says', body, { cause });
    }
  }
  if (isTextual(type)) return decode('text in UTF-8');
  return typeof body === 'string' ? new TextEncoder().encode(body) : body;
};

const fromBinary = (headers: ReadonlyMap<string, string>, body: string | Uint8Array | undefined): BloodCell => {
  const parts: Record<string, unknown> = {};
  const extensions: Record<string, AttributeValue> = {};
  for (const [header, value] of headers) {
    if (!header.startsWith('ce-')) continue;
    const name = header.slice(3);
    const text = decodeHeaderValue(value, name);
    if (name === 'datacontenttype')
      throw new BloodCellError('ce-datacontenttype', 'absent: content-type says it', value);
    if (['specversion', 'id', 'source', 'type', 'subject', 'time', 'dataschema'].includes(name)) parts[name] = text;
    else extensions[name] = text;
  }
  checkAttribute('specversion', parts['specversion']);
  const datacontenttype = headers.get('content-type')?.trim();
  const data = body === undefined || body.length === 0 ? undefined : dataOf(body, datacontenttype);
  return new BloodCell({
    ...(parts as unknown as BloodCellInit<unknown>),
    ...(datacontenttype !== undefined && { datacontenttype }),
    extensions,
    data,
  });
};

/**
 * Reads the events of an HTTP message, whatever its mode; `content-type` tells. In binary mode all extension
 * attributes come as strings, because headers have no types; JSON data is parsed, text decoded, the rest stays bytes.
 *
 * @returns one event, or any number for a batch.
 * @throws {BloodCellError} `CIRCULATORY_BAD_EVENT`; names the attribute and the rule.
 * @throws {BloodCellTooLargeError} `CIRCULATORY_EVENT_TOO_LARGE`
 */
export const fromHttp = (
  headers: HeaderSource,
  body: string | Uint8Array | undefined,
  options: ReadOptions = {},
): readonly BloodCell[] => {
  const entries = entriesOf(headers);
  const contentType = entries.get('content-type');
  const mode = contentModeOf(contentType);
  if (mode === 'binary') {
    const { maxBytes = defaultMaxBytes } = options;
    const size = typeof body === 'string' ? Buffer.byteLength(body) : (body?.byteLength ?? 0);
    if (size > maxBytes) throw new BloodCellTooLargeError(maxBytes);
    return [fromBinary(entries, body)];
  }
  if (!isJson(contentType))
    throw new BloodCellError('content-type', 'a CloudEvents format this reader has (+json)', contentType);
  return mode === 'batch' ? parseBatch(body ?? '', options) : [parseEvent(body ?? '', options)];
};
