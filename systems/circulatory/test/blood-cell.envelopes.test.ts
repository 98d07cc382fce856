import {
  BloodCell,
  BloodCellError,
  cloudEvents,
  type Envelope,
  fromBloodCell,
  parseEvent,
} from '@organism/circulatory';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';

const envelope = {
  id: '7',
  type: 'order.placed',
  source: 'shop',
  time: '2026-01-01T00:00:00.000Z',
  data: 1,
  headers: {},
};

it('keeps a message as an event that others can read', () => {
  const text = cloudEvents.encode({
    ...envelope,
    key: 'ada',
    headers: { 'x-correlation-id': 'c1', traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, 'retry-of': '6' },
  });
  expect(JSON.parse(text)).toEqual({
    specversion: '1.0',
    id: '7',
    type: 'order.placed',
    source: 'shop',
    time: '2026-01-01T00:00:00.000Z',
    datacontenttype: 'application/json',
    correlationid: 'c1',
    partitionkey: 'ada',
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    messageheaders: 'retry-of=6',
    data: 1,
  });
  expect(parseEvent(text).key).toBe('ada');
});

it('gives back every envelope, whatever its headers', () => {
  const name = fc.oneof(
    fc.constantFrom(
      'x-correlation-id',
      'correlationid',
      'id',
      'data',
      'messageheaders',
      'partitionkey',
      'traceparent',
      'x-tenant',
    ),
    fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/),
  );
  const key = fc
    .option(fc.string({ minLength: 1 }), { nil: undefined })
    .filter((value) => value !== undefined && !/[\p{Cc}\p{Cs}\p{NChar}]/u.test(value));
  fc.assert(
    fc.property(
      fc.dictionary(name, fc.string({ unit: 'grapheme' })),
      fc.option(key, { nil: undefined }),
      fc.jsonValue(),
      (headers, one, data) => {
        const whole: Envelope = {
          ...envelope,
          data: JSON.parse(JSON.stringify(data)),
          headers: { ...headers },
          ...(one !== undefined && { key: one }),
        };
        expect(cloudEvents.decode(cloudEvents.encode(whole))).toEqual(whole);
      },
    ),
    { numRuns: 200 },
  );
});

it('refuses what is no event, and events that are no message', () => {
  expect(() => cloudEvents.encode({ ...envelope, source: 'a b' })).toThrow(
    expect.objectContaining({ attribute: 'source' }),
  );
  expect(() => cloudEvents.encode({ ...envelope, key: '' })).toThrow(
    expect.objectContaining({ attribute: 'partitionkey' }),
  );
  expect(() => cloudEvents.decode('{}')).toThrow(BloodCellError);
  expect(() => fromBloodCell(new BloodCell({ id: '1', source: '/s', type: 't' }))).toThrow(
    expect.objectContaining({ attribute: 'time' }),
  );
  const foreign = new BloodCell({
    id: '1',
    source: '/s',
    type: 't',
    time: envelope.time,
    extensions: { count: 5, flag: true },
  });
  expect(fromBloodCell(foreign).headers).toEqual({ count: '5', flag: 'true' });
});
