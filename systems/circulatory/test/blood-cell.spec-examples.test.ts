import {
  BloodCell,
  fromHttp,
  parseBatch,
  parseEvent,
  stringifyEvent,
  toHttp,
  toHttpBatch,
} from '@organism/circulatory';
import { CloudEvent, HTTP, type Message } from 'cloudevents';
import { describe, expect, it } from 'vitest';

// The events that the JSON format and HTTP binding of CloudEvents 1.0.2 give as examples, form by form.
const context = {
  specversion: '1.0',
  type: 'com.example.someevent',
  source: '/mycontext',
  time: '2018-04-05T17:31:00Z',
  comexampleextension1: 'value',
  comexampleothervalue: 5,
};
const headers = {
  'ce-specversion': '1.0',
  'ce-type': 'com.example.someevent',
  'ce-source': '/mycontext',
  'ce-time': '2018-04-05T17:31:00Z',
  'ce-comexampleextension1': 'value',
  'ce-comexampleothervalue': '5',
};
const thrift = new Uint8Array([0x80, 1, 0, 1, 0, 0, 0, 0]);
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const examples = [
  {
    name: 'bytes',
    json: {
      ...context,
      id: 'A234-1234-1234',
      datacontenttype: 'application/vnd.apache.thrift.binary',
      data_base64: 'gAEAAQAAAAA=',
    },
    contentType: 'application/vnd.apache.thrift.binary',
    body: thrift,
    data: thrift,
  },
  {
    name: 'XML as text, and an attribute that is null',
    json: {
      ...context,
      id: 'B234-1234-1234',
      unsetextension: null,
      datacontenttype: 'application/xml',
      data: '<much wow="xml"/>',
    },
    contentType: 'application/xml',
    body: '<much wow="xml"/>',
    data: '<much wow="xml"/>',
  },
  {
    name: 'a JSON object',
    json: {
      ...context,
      subject: null,
      id: 'C234-1234-1234',
      datacontenttype: 'application/json',
      data: { appinfoA: 'abc', appinfoB: 123, appinfoC: true },
    },
    contentType: 'application/json',
    body: '{"appinfoA":"abc","appinfoB":123,"appinfoC":true}',
    data: { appinfoA: 'abc', appinfoB: 123, appinfoC: true },
  },
  {
    name: 'a JSON number',
    json: { ...context, subject: null, id: 'C234-1234-1234', datacontenttype: 'application/json', data: 1.5 },
    contentType: 'application/json',
    body: '1.5',
    data: 1.5,
  },
  {
    name: 'a JSON string with no content type, which is then said',
    json: { ...context, subject: null, id: 'D234-1234-1234', data: "I'm just a string" },
    contentType: 'application/json',
    body: '"I\'m just a string"',
    data: "I'm just a string",
  },
];

describe("the specification's examples", () => {
  it.each(examples)('$name', ({ json, contentType, body, data }) => {
    const cell = parseEvent(JSON.stringify(json));
    expect(cell.data).toEqual(data);
    expect(cell.extensions['comexampleothervalue']).toBe(5);
    const message = toHttp(cell, 'binary');
    expect(message).toEqual({ headers: { ...headers, 'ce-id': json.id, 'content-type': contentType }, body });
    const [back] = fromHttp(message.headers, message.body);
    expect(back?.data).toEqual(data);
    expect(back?.datacontenttype).toBe(contentType);
    const written = Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null));
    expect(JSON.parse(stringifyEvent(cell))).toEqual(written);
  });

  it('bytes with no content type: none is made up', () => {
    const cell = parseEvent(
      '{"specversion":"1.0","type":"t","source":"/c","id":"D234","data_base64":"eyAieHl6IjogMTIzIH0="}',
    );
    const message = toHttp(cell, 'binary');
    expect([message.headers['content-type'], message.body]).toEqual([undefined, bytesOf('{ "xyz": 123 }')]);
    expect(fromHttp(message.headers, message.body)[0]?.data).toEqual(bytesOf('{ "xyz": 123 }'));
  });

  it('a batch, and an empty one', () => {
    const batch = [examples[0]?.json, { ...examples[2]?.json, source: '/mycontext/9' }];
    expect(parseBatch(JSON.stringify(batch)).map(({ source }) => source)).toEqual(['/mycontext', '/mycontext/9']);
    expect(parseBatch('[]')).toEqual([]);
    expect(toHttpBatch([])).toEqual({
      headers: { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' },
      body: '[]',
    });
    const { headers: type, body } = toHttpBatch(parseBatch(JSON.stringify(batch)));
    expect(fromHttp(type, body)).toEqual(parseBatch(JSON.stringify(batch)));
  });

  it('the value of a header', () => {
    const cell = new BloodCell({ id: '1', source: '/c', type: 't', subject: 'Euro € 😀' });
    expect(toHttp(cell, 'binary').headers['ce-subject']).toBe('Euro%20%E2%82%AC%20%F0%9F%98%80');
    const read = (subject: string): unknown =>
      fromHttp(
        { 'CE-SpecVersion': '1.0', 'ce-id': '1', 'ce-source': '/c', 'ce-type': 't', 'ce-subject': subject },
        '',
      )[0]?.subject;
    expect(['Euro%20%e2%82%ac', '"a \\"b\\" %25"', '%41%', '"'].map(read)).toEqual(['Euro €', 'a "b" %', 'A%', '"']);
    expect(() => read('%C0%A0')).toThrow(expect.objectContaining({ attribute: 'subject' }));
  });
});

describe('bad messages', () => {
  const good = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/c', 'ce-type': 't' };
  it.each([
    ['specversion', { ...good, 'ce-specversion': '0.3' }, ''],
    ['specversion', {}, '{}'],
    ['id', { ...good, 'ce-id': '' }, ''],
    ['ce-datacontenttype', { ...good, 'ce-datacontenttype': 'text/plain' }, ''],
    ['extension name', { ...good, 'ce-bad_name': 'x' }, ''],
    ['datacontenttype', { ...good, 'content-type': 'json' }, ''],
    ['data', { ...good, 'content-type': 'application/json' }, '{'],
    ['data', { ...good, 'content-type': 'text/plain' }, new Uint8Array([0xff])],
    ['content-type', { 'content-type': 'application/cloudevents+avro' }, 'x'],
    ['event', { 'content-type': 'application/cloudevents+json' }, undefined],
  ])('names %s', (attribute, bad, body) => {
    expect(() => fromHttp(bad, body)).toThrow(expect.objectContaining({ code: 'CIRCULATORY_BAD_EVENT', attribute }));
  });

  it('refuses a body above the limit', () => {
    expect(() => fromHttp(good, 'x'.repeat(11), { maxBytes: 10 })).toThrow(
      expect.objectContaining({ code: 'CIRCULATORY_EVENT_TOO_LARGE' }),
    );
  });

  it('reads the headers of fetch and of node:http', () => {
    const fetched = fromHttp(new Headers({ ...good, 'content-type': 'text/plain; charset=utf-8' }), bytesOf('hé'));
    expect(fetched[0]?.data).toBe('hé');
    const latin = fromHttp({ ...good, 'content-type': 'text/plain; charset=latin1' }, new Uint8Array([0xe9]));
    expect(latin[0]?.data).toEqual(new Uint8Array([0xe9]));
    expect(fromHttp({ ...good, 'ce-x': ['a', 'b'] }, undefined)[0]?.extensions['x']).toBe('a, b');
  });
});

describe('the official SDK', () => {
  const cell = new BloodCell({
    id: '7',
    source: 'https://example.com/shop',
    type: 'com.example.order.placed',
    subject: 'orders/7',
    time: '2026-01-02T03:04:05.678Z',
    datacontenttype: 'application/json',
    dataschema: 'bone:shop.order/2',
    extensions: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, count: 5, flag: true },
    data: { total: 12 },
  });
  const plain = (event: object): Record<string, unknown> =>
    Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined));
  const ours = (one: BloodCell): Record<string, unknown> => {
    const { extensions, ...rest } = one;
    return plain({ ...rest, ...extensions });
  };
  const strings = (event: Record<string, unknown>): Record<string, unknown> => ({
    ...event,
    count: String(event['count']),
    flag: String(event['flag']),
  });

  it('reads what we write, in both modes', () => {
    const binary = HTTP.toEvent(toHttp(cell, 'binary') as unknown as Message) as CloudEvent;
    expect(strings(plain(binary))).toEqual(strings(ours(cell)));
    const structured = HTTP.toEvent(toHttp(cell, 'structured') as unknown as Message) as CloudEvent;
    expect(plain(structured)).toEqual(ours(cell));
    expect([binary.validate(), structured.validate()]).toEqual([true, true]);
    const batch = HTTP.toEvent(toHttpBatch([cell, cell.with({ id: '8' })]) as unknown as Message) as CloudEvent[];
    expect(batch.map(({ id }) => id)).toEqual(['7', '8']);
  });

  it('writes what we read, in both modes', () => {
    const theirs = new CloudEvent({ ...ours(cell), type: cell.type, source: cell.source });
    for (const message of [HTTP.binary(theirs), HTTP.structured(theirs)]) {
      const [back] = fromHttp(message.headers as Record<string, string>, message.body as string);
      expect(back && strings(ours(back))).toEqual(strings(ours(cell)));
    }
  });

  it('agrees on bytes', () => {
    const bytes = cell.with({ data: thrift, datacontenttype: 'application/octet-stream' });
    const theirs = HTTP.toEvent(toHttp(bytes, 'structured') as unknown as Message) as CloudEvent;
    // The SDK gives a 32-bit array with one element for each byte.
    expect([...(theirs.data as unknown as Uint32Array)]).toEqual([...thrift]);
    const written = new CloudEvent({ ...ours(cell), type: 't', source: '/s', data: thrift });
    const message = HTTP.structured(written);
    const [back] = fromHttp(message.headers as Record<string, string>, message.body as string);
    expect(back?.data).toEqual(thrift);
  });

  it('refuses with us what the rules forbid', () => {
    const wrong: readonly object[] = [
      { id: '7', source: '', type: 't' },
      { id: '7', source: '/s', type: '' },
      { id: '7', source: '/s' },
      { id: '7', source: '/s', type: 't', subject: '' },
      { id: '7', source: '/s', type: 't', time: 'yesterday' },
      { id: '7', source: '/s', type: 't', dataschema: '' },
      { id: '7', source: '/s', type: 't', Upper: 'x' },
    ];
    for (const parts of wrong) {
      expect(() => new CloudEvent(parts as { type: string; source: string })).toThrow();
      expect(() => parseEvent(JSON.stringify({ specversion: '1.0', ...parts }))).toThrow(
        expect.objectContaining({ code: 'CIRCULATORY_BAD_EVENT' }),
      );
    }
  });
});
