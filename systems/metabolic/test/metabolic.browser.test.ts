import {
  decodeDeltas,
  encodeDeltas,
  Glycogen,
  LocalInvalidationBus,
  MemoryStore,
  ObjectPool,
  RingBuffer,
} from '@organism/metabolic';
import { compress, decompress, type Encoding, supportedEncodings } from '@organism/metabolic/compression';
import { describe, expect, it } from 'vitest';

describe('the package in a browser', () => {
  it('caches, with a second level and a bus', async () => {
    const [l2, bus] = [new MemoryStore(), new LocalInvalidationBus()];
    await using here = await new Glycogen<string>({ name: 'places', l2, bus, maxBytes: 10_000 }).start();
    await using there = await new Glycogen<string>({ name: 'places', l2, bus }).start();
    let loads = 0;
    const load = async (): Promise<string> => `place ${(loads += 1)}`;
    const answers = await Promise.all([here.fetch('k', load), here.fetch('k', load)]);
    expect([answers, await there.fetch('k', load), loads]).toEqual([['place 1', 'place 1'], 'place 1', 1]);
    await there.delete('k');
    expect(here.get('k')).toBe(undefined);
  });

  it('compresses with what the browser has', async () => {
    expect(supportedEncodings).toEqual(expect.arrayContaining(['gzip', 'deflate']));
    const text = new TextEncoder().encode('M 5.2, Hualien. '.repeat(500));
    for (const encoding of [...supportedEncodings, 'identity'] as Encoding[]) {
      const packed = await compress(text, encoding);
      expect(await decompress(packed, encoding)).toEqual(text);
      await expect(decompress(packed, encoding, { maxBytes: 100 })).rejects.toMatchObject({ status: 413 });
      if (encoding !== 'identity')
        await expect(decompress(packed.subarray(0, -5), encoding)).rejects.toMatchObject({
          code: 'METABOLIC_BAD_COMPRESSED_DATA',
        });
    }
  });

  it('pools, queues and encodes', async () => {
    const pool = new ObjectPool({ create: () => new Uint8Array(8) });
    expect(await pool.use((bytes) => bytes.length)).toBe(8);
    const ring = new RingBuffer<number>();
    for (const value of [1, 2, 3]) ring.push(value);
    expect(decodeDeltas(encodeDeltas([...ring]))).toEqual([1, 2, 3]);
  });
});
