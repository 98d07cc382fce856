import { type AttributeValue, checkAttribute, checkExtension, isJson } from './attributes.ts';
import { BloodCell, type BloodCellInit } from './blood-cell.ts';
import { BloodCellError, BloodCellTooLargeError } from './errors.ts';

/** Media type of one event as JSON. */
export const structuredType = 'application/cloudevents+json; charset=utf-8';
/** Media type of a batch of events as JSON. */
export const batchType = 'application/cloudevents-batch+json; charset=utf-8';

/** What a reader of events takes. */
export interface ReadOptions {
  /** Bytes of a whole message. Default 1 MiB; the specification asks for 64 KiB or more. */
  readonly maxBytes?: number;
}

/** Largest message unless told otherwise, in bytes. */
export const defaultMaxBytes: number = 1024 * 1024;

/** Canonical Base64 with padding. @see RFC 4648 section 4 */
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

const toBase64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');

const dataMembers = (cell: BloodCell): Record<string, unknown> => {
  const { data, datacontenttype } = cell;
  if (data === undefined) return {};
  if (data instanceof Uint8Array) return { data_base64: toBase64(data) };
  if (!isJson(datacontenttype) && typeof data !== 'string')
    throw new BloodCellError('data', 'a string or bytes when datacontenttype is not JSON', data);
  return { data };
};

/**
 * The event as a JSON object: bytes become `data_base64`, everything else `data`.
 *
 * @throws {BloodCellError} when the data is neither text nor bytes and `datacontenttype` is not JSON.
 * @see CloudEvents JSON format 1.0.2
 */
export const toJsonObject = (cell: BloodCell): Record<string, unknown> => {
  const { specversion, id, source, type, subject, time, datacontenttype, dataschema } = cell;
  const object: Record<string, unknown> = { specversion, id, source, type };
  for (const [name, value] of Object.entries({ subject, time, datacontenttype, dataschema }))
    if (value !== undefined) object[name] = value;
  for (const [name, value] of Object.entries(cell.extensions))
    object[name] = value instanceof Uint8Array ? toBase64(value) : value;
  return Object.assign(object, dataMembers(cell));
};

/**
 * Writes an event as JSON: structured mode.
 *
 * @throws {BloodCellError} when the data has no JSON form.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { BloodCell, parseEvent, stringifyEvent } from '@organism/circulatory';
 *
 * const cell = new BloodCell({ id: '7', source: '/shop', type: 'order.placed', data: { total: 12 } });
 * const text = stringifyEvent(cell);
 * assert.equal(text, '{"specversion":"1.0","id":"7","source":"/shop","type":"order.placed","data":{"total":12}}');
 * assert.deepEqual(parseEvent(text), cell);
 * ```
 */
export const stringifyEvent = (cell: BloodCell): string => {
  try {
    return JSON.stringify(toJsonObject(cell));
  } catch (error) {
    if (error instanceof BloodCellError) throw error;
    throw new BloodCellError('data', 'a value that JSON can hold', cell.data, { cause: error });
  }
};

/** Writes events as a JSON batch. @throws {BloodCellError} when the data of one has no JSON form. */
export const stringifyBatch = (cells: readonly BloodCell[]): string => `[${cells.map(stringifyEvent).join(',')}]`;

/** The value of a JSON text. @throws {BloodCellError} {@link BloodCellTooLargeError} */
const parseText = (body: string | Uint8Array, what: string, { maxBytes = defaultMaxBytes }: ReadOptions): unknown => {
  const size = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  if (size > maxBytes) throw new BloodCellTooLargeError(maxBytes);
  try {
    return JSON.parse(typeof body === 'string' ? body : new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    // The parser's message quotes the text: for logs only.
    throw new BloodCellError(what, 'JSON in UTF-8', body, { cause });
  }
};

const decodeBase64 = (value: unknown, where: string): Uint8Array => {
  if (typeof value !== 'string' || !base64.test(value))
    throw new BloodCellError(`${where}data_base64`, 'a string of Base64 (RFC 4648)', value);
  return new Uint8Array(Buffer.from(value, 'base64'));
};

const standard: ReadonlySet<string> = new Set([
  'id',
  'source',
  'type',
  'subject',
  'time',
  'datacontenttype',
  'dataschema',
]);

/**
 * An event from a parsed JSON object. A member that is null counts as absent, `data` excepted.
 *
 * @param where Put before the attribute in errors, such as `[3].`.
 * @throws {BloodCellError} `CIRCULATORY_BAD_EVENT`; names the attribute and the rule.
 */
export const fromJsonObject = (object: unknown, where = ''): BloodCell => {
  if (typeof object !== 'object' || object === null || Array.isArray(object))
    throw new BloodCellError(`${where}event`, 'an object', object);
  const members = object as Readonly<Record<string, unknown>>;
  for (const name of ['specversion', 'id', 'source', 'type']) checkAttribute(name, members[name], where);
  const parts: Record<string, unknown> = {};
  const extensions: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(members)) {
    if (value === null || name === 'data' || name === 'data_base64' || name === 'specversion') continue;
    if (standard.has(name)) {
      checkAttribute(name, value, where);
      parts[name] = value;
    } else {
      checkExtension(name, value, where);
      extensions[name] = value as AttributeValue;
    }
  }
  const hasBytes = members['data_base64'] !== undefined && members['data_base64'] !== null;
  if (hasBytes && 'data' in members)
    throw new BloodCellError(`${where}data`, 'absent where there is data_base64', members['data']);
  if (hasBytes) parts['data'] = decodeBase64(members['data_base64'], where);
  else if ('data' in members) {
    if (!isJson(parts['datacontenttype'] as string | undefined) && typeof members['data'] !== 'string')
      throw new BloodCellError(`${where}data`, 'a string when datacontenttype is not JSON', members['data']);
    parts['data'] = members['data'];
  }
  return new BloodCell({ ...(parts as unknown as BloodCellInit<unknown>), extensions });
};

/**
 * Reads an event from JSON: structured mode.
 *
 * @throws {BloodCellError} `CIRCULATORY_BAD_EVENT`; names the attribute and the rule.
 * @throws {BloodCellTooLargeError} `CIRCULATORY_EVENT_TOO_LARGE`
 */
export const parseEvent = (body: string | Uint8Array, options: ReadOptions = {}): BloodCell =>
  fromJsonObject(parseText(body, 'event', options));

/**
 * Reads a JSON batch.
 *
 * @throws {BloodCellError} `CIRCULATORY_BAD_EVENT`; the attribute begins with the event's index, such as `[3].id`.
 * @throws {BloodCellTooLargeError} `CIRCULATORY_EVENT_TOO_LARGE`
 */
export const parseBatch = (body: string | Uint8Array, options: ReadOptions = {}): readonly BloodCell[] => {
  const list = parseText(body, 'batch', options);
  if (!Array.isArray(list)) throw new BloodCellError('batch', 'an array', list);
  return list.map((event, index) => fromJsonObject(event, `[${index}].`));
};
