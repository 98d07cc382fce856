import { OrganismError } from '@organism/cell';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { featuresOf } from '../src/geojson.ts';

const bytes = new TextEncoder();

/** A text in pieces of some bytes each, so that characters, too, are cut. */
const inPieces = async function* (text: string | Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const all = typeof text === 'string' ? bytes.encode(text) : text;
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
};

const read = async (text: string | Uint8Array, size = 7): Promise<unknown[]> =>
  await Array.fromAsync(featuresOf(inPieces(text, size)));

describe('a GeoJSON document read as a stream', () => {
  it('gives the features that JSON.parse gives, however it is cut and set', async () => {
    const document = fc.record({
      before: fc.dictionary(
        fc.string().filter((key) => key !== 'features'),
        fc.jsonValue(),
      ),
      features: fc.array(fc.jsonValue()),
      after: fc.jsonValue(),
      indent: fc.integer({ min: 0, max: 3 }),
      size: fc.integer({ min: 1, max: 50 }),
    });
    await fc.assert(
      fc.asyncProperty(document, async ({ before, features, after, indent, size }) => {
        const text = JSON.stringify({ ...before, features, after: { features: after } }, null, indent);
        expect(await read(text, size)).toEqual((JSON.parse(text) as { features: unknown[] }).features);
      }),
    );
  });

  it('refuses whatever JSON.parse refuses, and never with another error', async () => {
    const text = JSON.stringify({
      type: 'FeatureCollection',
      features: [{ id: 'a,]}"' }, [1, [2]], 'x'],
      bbox: [1, 2],
    });
    const change = fc.record({
      at: fc.integer({ min: 0, max: text.length - 1 }),
      gone: fc.integer({ min: 0, max: 3 }),
      added: fc.string({ unit: fc.constantFrom(...'{}[],:"\\ 1a'), maxLength: 3 }),
      size: fc.integer({ min: 1, max: 50 }),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, gone, added, size }) => {
        const changed = text.slice(0, at) + added + text.slice(at + gone);
        let expected: unknown;
        try {
          const parsed = JSON.parse(changed) as { features?: unknown } | null;
          expected = Array.isArray(parsed?.features) ? parsed.features : undefined;
        } catch {
          expected = undefined;
        }
        const answer = await read(changed, size).catch((error: unknown) => error);
        if (expected === undefined) expect((answer as OrganismError).code).toBe('SEISMIC_FEED_UNREADABLE');
        else if (!(answer instanceof OrganismError)) expect(answer).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['nothing', '', 'not JSON'],
    ['another kind of document', '{"type":"Point"}', 'FeatureCollection'],
    ['features that are no list', '{"features":{"a":[1]}}', 'FeatureCollection'],
    ['two lists of features', '{"features":[],"features":[]}', 'FeatureCollection'],
    ['a list', '[{"features":[]}]', 'FeatureCollection'],
    ['what was cut', '{"features":[{"id":1},{"id":', 'ends in the middle of feature 1'],
    ['a feature that is no JSON', '{"features":[{"id":1},{id:2}]}', 'Feature 1 is not JSON'],
    ['a comma too many', '{"features":[1,]}', 'Feature 1 is not JSON'],
    ['what is no text', Uint8Array.of(0x7b, 0xff, 0xfe), 'UTF-8'],
  ])('refuses %s, and says so', async (_name, text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });

  it('bounds what it keeps', async () => {
    const long = JSON.stringify('x'.repeat(300_000));
    await expect(read(`{"features":[{"id":${long}}]}`, 65_536)).rejects.toThrow('longer than 256 KiB');
    await expect(read(`{"name":${long},"features":[]}`, 65_536)).rejects.toThrow('longer than 256 KiB');
  });
});
