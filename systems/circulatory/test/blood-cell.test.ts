import { Context, OptionError } from '@organism/cell';
import {
  BloodCell,
  BloodCellError,
  type BloodCellInit,
  contextOf,
  parseBatch,
  parseEvent,
  parseSchemaReference,
  schemaReference,
  stringifyBatch,
  stringifyEvent,
} from '@organism/circulatory';
import { Bone } from '@organism/skeletal';
import { SeededEntropy, VirtualClock } from '@organism/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const least = { id: '7', source: '/shop', type: 'order.placed' };
const bad = (work: () => unknown): BloodCellError => {
  try {
    work();
  } catch (error) {
    if (error instanceof BloodCellError) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
};
const json = (parts: Record<string, unknown>): string => JSON.stringify({ specversion: '1.0', ...least, ...parts });

describe('an event', () => {
  it('is made of a Bone, a clock and a context', () => {
    const Quake = new Bone('seismic.quake', z.object({ magnitude: z.number() }), { version: 2 });
    const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), flags: 1, state: 'x=1' };
    const context = new Context({ correlationId: 'c1', causationId: 'm1', tenant: 'lisbon', trace });
    const cell = BloodCell.create({
      bone: Quake,
      source: '/watch',
      data: { magnitude: 4 },
      key: 'hualien',
      context,
      clock: new VirtualClock(),
      entropy: new SeededEntropy(1),
    });
    expect({ ...cell, extensions: { ...cell.extensions } }).toEqual({
      specversion: '1.0',
      id: new SeededEntropy(1).uuid(),
      source: '/watch',
      type: 'seismic.quake',
      subject: undefined,
      time: '2026-01-01T00:00:00.000Z',
      datacontenttype: 'application/json',
      dataschema: 'bone:seismic.quake/2',
      extensions: {
        correlationid: 'c1',
        causationid: 'm1',
        tenant: 'lisbon',
        traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
        tracestate: 'x=1',
        partitionkey: 'hualien',
      },
      data: { magnitude: 4 },
    });
    expect(cell.key).toBe('hualien');
  });

  it('takes the current context, and none outside of one', () => {
    const make = (): BloodCell => BloodCell.create({ type: 'a', source: '/s', data: 1 });
    expect(Object.keys(make().extensions)).toEqual([]);
    const inside = new Context({ correlationId: 'order-7' }).run(make);
    expect(inside.extensions['correlationid']).toBe('order-7');
  });

  it('becomes the cause of what follows, in the same trace', () => {
    const trace = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), flags: 1, state: 'x=1' };
    const cell = BloodCell.create({ ...least, context: new Context({ correlationId: 'c1', trace, tenant: 'lisbon' }) });
    const context = contextOf(cell);
    expect([context.correlationId, context.causationId, context.tenant]).toEqual(['c1', '7', undefined]);
    expect(context.trace).toMatchObject({ traceId: trace.traceId, flags: 1, state: 'x=1' });
    expect(context.trace.spanId).not.toBe(trace.spanId);
    expect(contextOf(cell, {}, { trusted: true }).tenant).toBe('lisbon');
    expect(contextOf(new BloodCell({ ...least, extensions: { traceparent: 'junk' } })).correlationId).toBe('7');
  });

  it('is immutable, and copied with changes', () => {
    const cell = new BloodCell({ ...least, extensions: { constructor: 'x' }, data: 1 });
    expect([Object.isFrozen(cell), Object.isFrozen(cell.extensions)]).toEqual([true, true]);
    const other = cell.with({ subject: 'b', data: 'two' });
    expect([other.subject, other.data, other.id, other.extensions['constructor']]).toEqual(['b', 'two', '7', 'x']);
    expect(bad(() => cell.with({ source: ' ' })).attribute).toBe('source');
  });

  it('names schemas by URI', () => {
    expect(parseSchemaReference(schemaReference({ name: 'a.b-c', version: 12 }))).toEqual({
      name: 'a.b-c',
      version: 12,
    });
    expect(parseSchemaReference('https://example.com/a/1')).toBeUndefined();
    expect(parseSchemaReference('bone:a/0')).toBeUndefined();
    const options = { base: 'https://example.com/' };
    expect(parseSchemaReference(schemaReference({ name: 'a' }, options), options)).toEqual({ name: 'a', version: 1 });
    expect(() => schemaReference({ name: 'Not One' })).toThrow(OptionError);
  });
});

describe('the rules of attributes', () => {
  const good: readonly [string, readonly unknown[]][] = [
    [
      'source',
      [
        'https://github.com/cloudevents',
        'mailto:cncf-wg-serverless@lists.cncf.io',
        'urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66',
        '/cloudevents/spec/pull/123',
        '1-555-123-4567',
        'http://[::1]:80/a?b=c:d#e',
        '//host/a:b',
        '?q',
        '#f',
      ],
    ],
    ['dataschema', ['urn:x:y', 'https://example.com/a%20b?c', 'bone:a/1']],
    [
      'time',
      [
        '2018-04-05T17:31:00Z',
        '2018-04-05t17:31:00.123456789z',
        '2016-12-31T23:59:60+05:30',
        '2024-02-29T00:00:00-00:00',
      ],
    ],
    [
      'datacontenttype',
      [
        'text/plain',
        'application/json; charset=utf-8',
        'TEXT/Plain;CharSet="utf-8"',
        'application/vnd.apache.thrift.binary',
      ],
    ],
    ['subject', ['größer 😀', ' ']],
    ['id', ['A234-1234-1234']],
  ];
  it.each(good)('takes a good %s', (name, values) => {
    for (const value of values) {
      const cell = new BloodCell({ ...least, [name]: value } as BloodCellInit<unknown>);
      expect(cell[name as 'id']).toBe(value);
      expect(parseEvent(stringifyEvent(cell))).toEqual(cell);
    }
  });

  const wrong: readonly [string, readonly unknown[]][] = [
    ['specversion', ['0.3', '1', 1, undefined, null]],
    ['id', ['', 7, undefined, null, 'a\nb', '\uDEAD', '\uFFFE', 'a\u0085']],
    ['type', ['', 7, undefined, null, {}]],
    ['source', ['', 'a b', 'a:b#c#d', '1a:b', 'größe', '%zz', 'http://a/[b]', 'a?[', '/a#[']],
    ['subject', ['', 7, '\u0000']],
    ['dataschema', ['', '/relative', 'https://example.com/a#b', 'no scheme:x']],
    [
      'time',
      [
        '',
        '2018-04-05',
        '2018-04-05 17:31:00Z',
        '2018-04-05T17:31:00',
        '2018-02-29T00:00:00Z',
        '2018-13-01T00:00:00Z',
        '2018-04-05T24:00:00Z',
        1,
      ],
    ],
    ['datacontenttype', ['', 'json', 'a/b; c', 'a/b/c', 'text/plain; a="b']],
    ['traceparent', ['', 5]],
    ['correlationid', ['', true]],
    ['partitionkey', ['']],
    ['extra', [1.5, 2 ** 31, -(2 ** 31) - 1, {}, [], 'a\tb']],
    ['data_base64', ['*', 'YQ', 'YQ==\n', 5, {}]],
  ];
  it.each(wrong)('refuses a bad %s, and names it', (name, values) => {
    for (const value of values) {
      const error = bad(() => parseEvent(json({ [name]: value })));
      expect([value, error.attribute, error.code, error.status]).toEqual([value, name, 'CIRCULATORY_BAD_EVENT', 400]);
    }
  });

  it('refuses bad names of extensions, without quoting them', () => {
    for (const name of ['Upper', 'under_score', 'da-sh', '', '__proto__', 'größe']) {
      const error = bad(() =>
        parseEvent(`{"specversion":"1.0","id":"7","source":"/","type":"t",${JSON.stringify(name)}:"x"}`),
      );
      expect(error.attribute).toBe('extension name');
      if (name !== '') expect(error.message).not.toContain(name);
    }
    for (const name of ['data', 'id'])
      expect(bad(() => new BloodCell({ ...least, extensions: { [name]: 'x' } })).attribute).toBe('extension name');
  });

  it('takes every type of extension', () => {
    const extensions = { flag: true, count: -(2 ** 31), text: '', bytes: new Uint8Array([1, 2]) };
    const cell = new BloodCell({ ...least, extensions });
    expect({ ...cell.extensions }).toEqual(extensions);
    // JSON has no bytes: they come back as the Base64 text.
    expect({ ...parseEvent(stringifyEvent(cell)).extensions }).toEqual({ ...extensions, bytes: 'AQI=' });
  });

  it('never shows the value', () => {
    const error = bad(() => parseEvent(json({ time: 'hunter2' })));
    expect(error.message).toBe('time must be a timestamp (RFC 3339); got string.');
    expect(JSON.stringify(error)).not.toContain('hunter2');
    expect(error.toProblem()).toMatchObject({ status: 400, attribute: 'time', rule: 'a timestamp (RFC 3339)' });
  });
});

describe('JSON', () => {
  it('refuses what is no event', () => {
    expect([bad(() => parseEvent('{"id"')).attribute, bad(() => parseEvent('"hunter2"')).attribute]).toEqual([
      'event',
      'event',
    ]);
    expect(bad(() => parseEvent('{"id": hunter2')).message).not.toContain('hunter2');
    expect(bad(() => parseEvent(new Uint8Array([0x22, 0xff, 0x22]))).attribute).toBe('event');
    expect([bad(() => parseBatch('{}')).attribute, bad(() => parseBatch('[[]]')).attribute]).toEqual([
      'batch',
      '[0].event',
    ]);
    expect(bad(() => parseBatch(`[${json({})},${json({ id: '' })}]`)).attribute).toBe('[1].id');
  });

  it('refuses data and data_base64 together, and objects in a type that is not JSON', () => {
    expect(bad(() => parseEvent(json({ data: null, data_base64: 'YQ==' }))).attribute).toBe('data');
    expect(bad(() => parseEvent(json({ data: {}, datacontenttype: 'text/plain' }))).attribute).toBe('data');
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    for (const [data, datacontenttype] of [
      [circular, undefined],
      [{}, 'text/plain'],
      [1n, 'application/json'],
    ] as const)
      expect(bad(() => stringifyEvent(new BloodCell({ ...least, data, datacontenttype }))).attribute).toBe('data');
  });

  it('keeps no data, null and empty bytes apart', () => {
    const round = (data: unknown): unknown => parseEvent(stringifyEvent(new BloodCell({ ...least, data }))).data;
    expect([round(undefined), round(null), round(new Uint8Array())]).toEqual([undefined, null, new Uint8Array()]);
  });

  it('refuses more bytes than it may take', () => {
    const text = json({ data: 'ü'.repeat(40) });
    const limit = { maxBytes: Buffer.byteLength(text) };
    expect(parseEvent(text, limit).data).toBe('ü'.repeat(40));
    for (const read of [() => parseEvent(text, { maxBytes: limit.maxBytes - 1 }), () => parseBatch(`[${text}]`, limit)])
      expect(read).toThrow(expect.objectContaining({ code: 'CIRCULATORY_EVENT_TOO_LARGE', status: 413 }));
  });

  it('gives back every event and batch that it wrote', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((value) => !/[\p{Cc}\p{Cs}\p{NChar}]/u.test(value));
    const cells = fc
      .record(
        {
          id: text,
          source: fc.webUrl(),
          type: text,
          subject: text,
          time: fc
            .date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true })
            .map((date) => date.toISOString()),
          extensions: fc.dictionary(
            fc.stringMatching(/^x[a-z0-9]{0,9}$/),
            fc.oneof(fc.boolean(), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), text),
          ),
          data: fc.oneof(
            fc
              .jsonValue({ noUnicodeString: false } as never)
              .map((value) => JSON.parse(JSON.stringify(value)) as unknown),
            fc.uint8Array(),
          ),
        },
        { requiredKeys: ['id', 'source', 'type'] },
      )
      .map((init) => new BloodCell(init));
    fc.assert(
      fc.property(fc.array(cells, { maxLength: 4 }), (batch) => {
        expect(parseBatch(stringifyBatch(batch))).toEqual(batch);
      }),
      { numRuns: 40 },
    );
  });

  it('never throws anything but its own errors', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.string(),
          fc
            .dictionary(
              fc.constantFrom('id', 'source', 'type', 'specversion', 'data', 'time', 'x'),
              fc.oneof(fc.constant('1.0'), fc.anything()),
            )
            .map((value) => {
              try {
                return JSON.stringify(value) ?? '';
              } catch {
                return '';
              }
            }),
        ),
        (body) => {
          try {
            expect(parseEvent(body)).toBeInstanceOf(BloodCell);
          } catch (error) {
            expect(error).toBeInstanceOf(BloodCellError);
          }
        },
      ),
    );
  });
});
