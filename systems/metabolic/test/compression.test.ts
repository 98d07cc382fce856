import {
  compress,
  compressionStream,
  decompress,
  decompressionStream,
  type Encoding,
  negotiateEncoding,
  supportedEncodings,
} from '@organism/metabolic/compression';
import fc from 'fast-check';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompressSync, deflateSync, gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

const encodings: Encoding[] = ['gzip', 'deflate', 'br', 'zstd', 'identity'];
const text = new TextEncoder().encode('M 5.2, Hualien. '.repeat(500));

describe('compression', () => {
  it.each(encodings)('gives back any bytes: %s', async (encoding) => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 2000 }),
        fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
        async (bytes, level) => {
          const packed = await compress(bytes, encoding, level === null ? {} : { level });
          expect(await decompress(packed, encoding)).toEqual(Uint8Array.from(bytes));
        },
      ),
      { numRuns: 30 },
    );
    const packed = await compress(text, encoding);
    expect(packed.length <= text.length).toBe(true);
    if (encoding !== 'identity') expect(packed.length).toBeLessThan(200);
  });

  it('speaks the formats that others speak', async () => {
    expect(new Uint8Array(gunzipSync(await compress(text, 'gzip')))).toEqual(text);
    const others = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, zstd: zstdCompressSync };
    for (const [encoding, pack] of Object.entries(others))
      expect(await decompress(pack(text), encoding as Encoding)).toEqual(text);
    expect(supportedEncodings).toEqual(['br', 'zstd', 'gzip', 'deflate']);
  });

  it.each(['gzip', 'deflate', 'br', 'zstd'] as const)(
    'refuses bytes that are no %s, and data that ends too early',
    async (encoding) => {
      const packed = await compress(text, encoding);
      for (const bad of [
        packed.subarray(0, -3),
        packed.subarray(0, 5),
        new TextEncoder().encode('plain text, not packed'),
      ])
        await expect(decompress(bad, encoding)).rejects.toMatchObject({
          code: 'METABOLIC_BAD_COMPRESSED_DATA',
          status: 400,
        });
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
          const outcome = await decompress(bytes, encoding, { maxBytes: 100_000 }).catch(
            (error: { code: string }) => error.code,
          );
          expect(outcome instanceof Uint8Array || String(outcome).startsWith('METABOLIC_')).toBe(true);
        }),
        { numRuns: 30 },
      );
    },
  );

  it.each(encodings)('stops at its bound, before a small file becomes a big one: %s', async (encoding) => {
    const packed = await compress(new Uint8Array(3_000_000), encoding);
    await expect(decompress(packed, encoding, { maxBytes: 2_999_999 })).rejects.toMatchObject({
      code: 'METABOLIC_DECOMPRESSED_TOO_LARGE',
      status: 413,
    });
    expect((await decompress(packed, encoding, { maxBytes: 3_000_000 })).length).toBe(3_000_000);
  });

  it('reads no faster than it is read from', async () => {
    let pulled = 0;
    const source = new ReadableStream<Uint8Array<ArrayBuffer>>(
      { pull: (controller) => controller.enqueue(crypto.getRandomValues(new Uint8Array(((pulled += 1), 60_000)))) },
      { highWaterMark: 0 },
    );
    const through = source
      .pipeThrough(compressionStream('gzip'))
      .pipeThrough(decompressionStream('gzip', { maxBytes: Infinity }));
    const reader = through.getReader();
    await reader.read();
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(pulled).toBeLessThan(30);
    await reader.cancel();
  });

  it('does the same on the Compression Streams of the web', async () => {
    // The condition of Deno leads to the streams that browsers and Node have in common.
    const program = fileURLToPath(new URL('fixtures/web-codec.ts', import.meta.url));
    const args = ['--conditions=deno', '--conditions=@organism/source', program];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const results = JSON.parse(stdout) as Record<string, unknown>;
    expect(Object.keys(results)).toEqual(expect.arrayContaining(['gzip', 'deflate', 'identity']));
    for (const [encoding, result] of Object.entries(results)) {
      const truncated = encoding === 'identity' ? 'length 7995' : 'METABOLIC_BAD_COMPRESSED_DATA';
      expect([encoding, result]).toEqual([encoding, ['length 8000', 'METABOLIC_DECOMPRESSED_TOO_LARGE', truncated]]);
    }
  });

  it('names a bad argument', async () => {
    expect(() => compressionStream('lzma' as Encoding)).toThrow(
      expect.objectContaining({ code: 'METABOLIC_UNSUPPORTED_ENCODING', status: 415 }),
    );
    expect(() => decompressionStream('lzma' as Encoding)).toThrow('no coding of that name');
    expect(() => compressionStream('gzip', { level: 2 })).toThrow('level must be');
    expect(() => decompressionStream('gzip', { maxBytes: -1 })).toThrow('maxBytes must be');
  });
});

describe('negotiateEncoding', () => {
  it.each<[string | undefined, Encoding | undefined]>([
    [undefined, 'identity'],
    ['', 'identity'],
    ['gzip', 'gzip'],
    ['x-gzip', 'gzip'],
    ['GZIP', 'gzip'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip;q=1.0, br;q=0.5', 'gzip'],
    ['br;q=0.5,gzip ; q=0.5', 'br'],
    ['*', 'br'],
    ['br;q=0, *', 'zstd'],
    ['br;q=0, *;q=0.1', 'zstd'],
    ['compress', 'identity'],
    ['gzip;q=0', 'identity'],
    ['identity', 'identity'],
    ['gzip;q=0.5, identity;q=0.8', 'identity'],
    ['gzip;q=0.8, identity;q=0.8', 'gzip'],
    ['identity;q=0', undefined],
    ['*;q=0', undefined],
    ['*;q=0, identity', 'identity'],
    ['*;q=0, gzip', 'gzip'],
    ['gzip;q=2, deflate;q=0.5', 'deflate'],
    ['gzip;q=abc', 'identity'],
    [',,;q=1, gzip', 'gzip'],
  ])('Accept-Encoding: %s', (header, expected) => {
    expect(negotiateEncoding(header)).toBe(expected);
  });

  it('keeps to what the server can make, and never throws', () => {
    expect(negotiateEncoding('br, gzip', ['gzip'])).toBe('gzip');
    expect(negotiateEncoding('br', ['gzip'])).toBe('identity');
    fc.assert(
      fc.property(fc.string(), (header) => {
        expect([undefined, 'identity', 'br', 'zstd', 'gzip', 'deflate']).toContain(negotiateEncoding(header));
      }),
    );
  });
});
