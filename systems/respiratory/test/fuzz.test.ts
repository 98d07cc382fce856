import { Muscle } from '@organism/muscular';
import {
  cors,
  endpoint,
  FileUploadStore,
  formatCookie,
  Lung,
  matchesTag,
  multipart,
  negotiateType,
  parseCookies,
  parseRange,
  parseRoute,
  respond,
  resumable,
} from '@organism/respiratory';
import { CookieJar, HeaderList, Pace, parseLinks } from '@organism/respiratory/client';
import { Bone } from '@organism/skeletal';
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

// What parses words of strangers: held against a plain reading of the rules, and against noise.

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lung-fuzz-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** What a header may hold at all. */
const fieldText = fc.string({
  unit: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...';,="\\/*()<> \t%-_.:?q01WAbytesgzip') },
    { weight: 1, arbitrary: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)) },
  ),
  maxLength: 60,
});
const token = fc.string({ unit: fc.constantFrom(...'abcXYZ019!#$&*+-.^_|~'), minLength: 1, maxLength: 12 });

describe('cookies', () => {
  it('property: what is written is read, beside others and whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(token, fc.string({ unit: 'grapheme' })), { selector: ([name]) => name }),
        (pairs) => {
          const header = pairs.map(([name, value]) => formatCookie(name, value).split(';', 1)[0]).join('; ');
          expect([...parseCookies(header)]).toEqual(pairs);
        },
      ),
    );
  });

  it('property: the first of a name counts, and no noise throws or hides the others', () => {
    fc.assert(
      fc.property(fieldText, fieldText, (before, after) => {
        const clean = before.replaceAll(/[;"]/g, '');
        const seen = parseCookies(`${clean}; session-id=ada; session-id=eve; ${after}`);
        expect(seen.get('session-id')).toBe(clean.trim().startsWith('session-id=') ? seen.get('session-id') : 'ada');
      }),
    );
  });
});

/** Content negotiation as RFC 9110 section 12.5.1 puts it: the most exact range that fits gives a type its weight. */
const weightOf = (ranges: readonly [string, number][], name: string): number => {
  const [type = '', subtype = ''] = name.split('/');
  const exact = [name, ...ranges.map(([range]) => range).filter((range) => isSuffixed(range, type, subtype))];
  for (const wanted of [...exact, `${type}/*`, '*/*']) {
    const found = ranges.find(([range]) => range === wanted);
    if (found !== undefined) return found[1];
  }
  return 0;
};
const isSuffixed = (range: string, type: string, subtype: string): boolean =>
  subtype === 'json' && range.startsWith(`${type}/`) && range.endsWith('+json');

describe('content negotiation', () => {
  const names = ['text/html', 'text/plain', 'application/json', 'application/msgpack', 'image/png'];
  const range = fc.tuple(
    fc.constantFrom(...names, 'text/*', 'application/*', '*/*', 'application/geo+json', 'video/mp4'),
    fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10),
  );

  it('property: chooses as a plain reading of the rules does', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(range, { selector: ([name]) => name, maxLength: 6, minLength: 1 }),
        fc.shuffledSubarray(names, { minLength: 1 }),
        fc.constantFrom('', ' ', '\t'),
        (ranges, available, space) => {
          const accept = ranges.map(([name, weight]) => `${name}${space};${space}q=${weight}`).join(`,${space}`);
          const weights = available.map((name) => weightOf(ranges, name));
          const best = Math.max(...weights);
          expect(negotiateType(accept, available)).toBe(best === 0 ? -1 : weights.indexOf(best));
        },
      ),
    );
  });

  it('property: no noise gives a type that is not there', () => {
    fc.assert(
      fc.property(fieldText, (accept) => {
        const chosen = negotiateType(accept, names);
        expect(chosen >= -1 && chosen < names.length).toBe(true);
      }),
    );
  });
});

describe('ranges', () => {
  it('property: are those that are asked for, cut to what there is', () => {
    fc.assert(
      fc.property(fc.nat(100), fc.nat(100), fc.integer({ min: 1, max: 100 }), (first, length, size) => {
        const last = first + length;
        const expected = first >= size ? 'unsatisfiable' : { start: first, end: Math.min(last, size - 1) };
        expect(parseRange(`bytes=${first}-${last}`, size)).toEqual(expected);
        const suffix = length === 0 ? 'unsatisfiable' : { start: Math.max(0, size - length), end: size - 1 };
        expect(parseRange(`bytes=-${length}`, size)).toEqual(suffix);
      }),
    );
  });

  it('property: no noise leads outside of the whole', () => {
    fc.assert(
      fc.property(fieldText, fc.nat(1000), (text, size) => {
        for (const header of [text, `bytes=${text}`]) {
          const range = parseRange(header, size);
          if (typeof range === 'object') {
            expect(range.start).toBeGreaterThanOrEqual(0);
            expect(range.end).toBeGreaterThanOrEqual(range.start);
            expect(range.end).toBeLessThan(size);
          }
        }
      }),
    );
  });
});

describe('a query', () => {
  const Any = new Bone('any', z.record(z.string(), z.unknown()));
  const echo = new Muscle({ name: 'echo', input: Any, output: Any, run: (given) => given });
  const lung = new Lung({ onError: () => {}, endpoints: [endpoint('GET /echo', echo), endpoint('POST /echo', echo)] });
  /** Words of which none may become more than a key. */
  const key = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
    fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'),
  );

  it('property: is read as URLSearchParams reads it, keys of prototypes included', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(key, fc.string({ unit: 'grapheme', maxLength: 8 })), { maxLength: 6 }),
        async (pairs) => {
          const query = new URLSearchParams(pairs).toString();
          const answer = await lung.inject(`GET /echo?${query}`);
          const seen = new Map(Object.entries(JSON.parse(await answer.text()) as Record<string, string | string[]>));
          const expected = new Map<string, string | string[]>();
          for (const name of new Set(pairs.map(([one]) => one))) {
            const values = new URLSearchParams(query).getAll(name);
            expected.set(name, values.length === 1 ? (values[0] ?? '') : values);
          }
          // What a Bone makes of such a key is its affair; that it reaches nothing else is ours.
          expected.delete('__proto__');
          seen.delete('__proto__');
          expect(seen).toEqual(expected);
          expect(({} as Record<string, unknown>)['polluted']).toBe(undefined);
          expect(Object.getPrototypeOf({})).toBe(Object.prototype);
        },
      ),
    );
  });

  it('property: no noise gets anything but 200, 400 or 414', async () => {
    await fc.assert(
      fc.asyncProperty(fieldText, async (text) => {
        const answer = await lung.inject(`GET /echo?${text.replaceAll(/[ \t#<>"\\]/g, '%')}`);
        expect([200, 400]).toContain(answer.status);
      }),
    );
  });
});

describe('uploads', () => {
  const start = (): Lung =>
    new Lung({
      onError: () => {},
      endpoints: [
        resumable('/uploads', { store: new FileUploadStore(folder), maxBytes: 1000 }),
        respond('POST /form', async (exchange) => {
          const parts: [string, number][] = [];
          for await (const { name, body } of multipart(exchange, { maxParts: 10, maxPartBytes: 500, maxBytes: 2000 })) {
            let bytes = 0;
            for await (const piece of body) bytes += piece.length;
            parts.push([name, bytes]);
          }
          exchange.sendJson(200, parts);
        }),
      ],
    });

  it('property: metadata comes back as it was sent', async () => {
    const lung = start();
    const pairs = fc.uniqueArray(fc.tuple(token, fc.string({ unit: 'grapheme', maxLength: 20 })), {
      selector: ([name]) => name,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(pairs, async (given) => {
        const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
        const metadata = given.map(([name, value]) => (value === '' ? name : `${name} ${base64(value)}`)).join(',');
        const headers = { 'tus-resumable': '1.0.0', 'upload-length': '1', 'upload-metadata': metadata };
        const made = await lung.inject('POST /uploads', { headers });
        expect(made.status).toBe(201);
        const path = made.headers.get('location') ?? '';
        const seen = await lung.inject(`HEAD ${path}`, { headers: { 'tus-resumable': '1.0.0' } });
        const sorted = (text: string): string[] => text.split(',').sort();
        expect(sorted(seen.headers.get('upload-metadata') ?? '')).toEqual(sorted(metadata));
        await lung.inject(`DELETE ${path}`, { headers: { 'tus-resumable': '1.0.0' } });
      }),
      { numRuns: 40 },
    );
  });

  it('property: no noise in their headers gets anything but a refusal or an upload', async () => {
    const lung = start();
    const name = fc.constantFrom(
      'upload-length',
      'upload-metadata',
      'upload-defer-length',
      'upload-offset',
      'tus-resumable',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, fieldText), { maxLength: 4 }), fieldText, async (noise, checksum) => {
        const tus = { 'tus-resumable': '1.0.0', 'upload-length': '1' };
        const given = { ...tus, ...Object.fromEntries(noise.map(([one, text]) => [one, text.trim()])) };
        const made = await lung.inject('POST /uploads', { headers: given });
        expect([201, 400, 412, 413, 415]).toContain(made.status);
        const path = made.headers.get('location');
        if (path === null) return;
        const type = 'application/offset+octet-stream';
        const headers = { ...given, 'content-type': type, 'upload-checksum': checksum.trim() };
        const patched = await lung.inject(`PATCH ${path}`, { headers, body: 'a' });
        expect([204, 400, 409, 412, 413, 460]).toContain(patched.status);
        await lung.inject(`DELETE ${path}`, { headers: tus });
      }),
      { numRuns: 100 },
    );
  });

  it('property: no noise makes a form of what is none, or costs more than a refusal', async () => {
    const lung = start();
    const line = fc.constantFrom(
      '--x\r\n',
      '--x--\r\n',
      '\r\n',
      'content-disposition: form-data; name="a"\r\n',
      'content-disposition: form-data; name=__proto__; filename="..\\..\\x"\r\n',
      'content-type: text/plain\r\n',
      'text',
      '--',
      '\r',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(line, fieldText), { maxLength: 12 }), fieldText, async (lines, boundary) => {
        for (const type of ['multipart/form-data; boundary=x', `multipart/form-data; boundary=${boundary.trim()}`]) {
          const answer = await lung.inject('POST /form', { headers: { 'content-type': type }, body: lines.join('') });
          expect([200, 400, 413, 415]).toContain(answer.status);
        }
      }),
    );
  });
});

describe('what is long and made to send a reader back and forth', () => {
  const long = 50_000;
  const hostile = [
    'a'.repeat(long),
    ' '.repeat(long),
    `"${'\\'.repeat(long)}`,
    ','.repeat(long),
    ';'.repeat(long),
    '; a='.repeat(long / 4),
    'a/'.repeat(long / 2),
    `text/html${' ;'.repeat(long / 2)}q`,
    `<${'<'.repeat(long)}`,
    `<a>; rel="${' '.repeat(long)}`,
    `${'W/"'.repeat(long / 3)}`,
    `bytes=${'0'.repeat(long)}`,
    `bytes=${'0-1,'.repeat(long / 4)}`,
    `max-age=${'"'.repeat(long)}`,
    '%'.repeat(long),
    '=?'.repeat(long / 2),
    `${'1'.repeat(long)}.`,
    'Mon, '.repeat(long / 5),
  ];

  // Each would hang for minutes, and fail by its time, if a reader were of the square of the length or worse.
  it.each(hostile.map((text) => [`${text.slice(0, 12)}…`, text] as const))(
    'is read at once: %s',
    async (_name, text) => {
      const headers = HeaderList.of({
        'retry-after': text,
        ratelimit: text,
        link: text,
        'x-ratelimit-remaining': text,
      });
      parseCookies(text);
      parseRange(text, 10);
      negotiateType(text, ['text/html', 'application/json']);
      matchesTag(text, '"a"');
      new CookieJar().receive('http://a/', [text, `a=b; expires=${text}`, `a=b; domain=${text}`]);
      new Pace().learn(429, headers);
      expect(parseLinks(text, 'http://a/')).toEqual([]);
      expect(() => parseRoute(`GET /${text.replaceAll(/\s/g, '')}`)).not.toThrow(RangeError);
      const origins = cors({ origins: ['https://a.example'] });
      const lung = new Lung({
        cors: origins,
        endpoints: [
          respond('POST /', (exchange) => exchange.sendJson(200, parseCookies(exchange.header('cookie')).size)),
        ],
      });
      for (const name of [
        'accept',
        'cookie',
        'origin',
        'content-type',
        'accept-encoding',
        'if-none-match',
        'traceparent',
        'forwarded',
      ]) {
        const answer = await lung.inject('POST /', { headers: { [name]: text.trim() } });
        expect(answer.status).toBeLessThan(500);
      }
    },
  );
});
