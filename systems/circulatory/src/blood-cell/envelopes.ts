import type { Envelope } from '../envelope.ts';
import type { EnvelopeCodec } from '../heart/codec.ts';
import { type AttributeValue, isExtension } from './attributes.ts';
import { BloodCell } from './blood-cell.ts';
import { BloodCellError } from './errors.ts';
import { parseEvent, stringifyEvent } from './structured.ts';

/** Headers that have an attribute of another name. */
const attributeOf: ReadonlyMap<string, string> = new Map([
  ['x-correlation-id', 'correlationid'],
  ['x-causation-id', 'causationid'],
]);
const headerOf: ReadonlyMap<string, string> = new Map([...attributeOf].map(([header, name]) => [name, header]));

/** The attribute for headers whose names or values no attribute can have, as a query string. */
const others = 'messageheaders';

/**
 * The event that a message's envelope stands for. Headers become extension attributes; those whose names attributes
 * can't have go together into one, `messageheaders`.
 *
 * @throws {BloodCellError} when the envelope's source, say, can't be an event's.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { fromBloodCell, toBloodCell } from '@organism/circulatory';
 *
 * const envelope = {
 *   id: '7', type: 'order.placed', source: '/shop', time: '2026-01-01T00:00:00Z', data: { total: 12 }, key: 'ada',
 *   headers: { 'x-correlation-id': 'c1', 'retry-of': '6' },
 * };
 * const cell = toBloodCell(envelope);
 * assert.deepEqual([cell.key, cell.extensions['correlationid']], ['ada', 'c1']);
 * assert.deepEqual(fromBloodCell(cell), envelope);
 * ```
 */
export const toBloodCell = <T>(envelope: Envelope<T>): BloodCell<T> => {
  const { id, type, source, time, data, key, headers } = envelope;
  const extensions: Record<string, AttributeValue> = {};
  const left: [string, string][] = [];
  for (const [header, value] of Object.entries(headers)) {
    const name = attributeOf.get(header) ?? header;
    const taken = headerOf.has(header) || name === 'partitionkey' || name === others;
    if (!taken && isExtension(name, value)) extensions[name] = value;
    else left.push([header, value]);
  }
  if (left.length > 0) extensions[others] = new URLSearchParams(left).toString();
  if (key !== undefined) extensions['partitionkey'] = key;
  return new BloodCell({ id, type, source, time, datacontenttype: 'application/json', extensions, data });
};

/**
 * The envelope of an event, as the Heart handles it. Attributes that are no strings become strings.
 *
 * @throws {BloodCellError} when the event has no time.
 */
export const fromBloodCell = <T>(cell: BloodCell<T>): Envelope<T> => {
  const { id, type, source, time, data, key, extensions } = cell;
  if (time === undefined) throw new BloodCellError('time', 'present in a message', time);
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(extensions)) {
    if (name === 'partitionkey') continue;
    if (name === others) Object.assign(headers, Object.fromEntries(new URLSearchParams(String(value))));
    else headers[headerOf.get(name) ?? name] = String(value);
  }
  return { id, type, source, time, data: data as T, headers, ...(key !== undefined && { key }) };
};

/** Envelope codec: messages lie in the store as CloudEvents in JSON, for everyone who reads those. */
export const cloudEvents: EnvelopeCodec<string> = {
  encode: (envelope) => stringifyEvent(toBloodCell(envelope)),
  decode: (body) => fromBloodCell(parseEvent(body, { maxBytes: Infinity })),
};
