import { SharedRing } from '@organism/metabolic';
import fc from 'fast-check';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';

const worker = (name: string, workerData: unknown): Worker =>
  new Worker(new URL(`fixtures/${name}.ts`, import.meta.url), {
    workerData,
    execArgv: ['--conditions=@organism/source'],
  });
const bytesOf = (...bytes: number[]): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);

describe('SharedRing', () => {
  it('does as a queue of bounded bytes would', () => {
    const step = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.constant('read' as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.constantFrom(8, 16, 60, 128), (steps, capacity) => {
        const ring = SharedRing.create(capacity);
        const reader = new SharedRing(ring.buffer);
        const places = ring.longestMessage + 4;
        const model: Uint8Array[] = [];
        const used = (): number => model.reduce((sum, { length }) => sum + 4 + Math.ceil(length / 4) * 4, 0);
        for (const one of steps) {
          if (one === 'read') expect(reader.read()).toEqual(model.shift());
          else if (one.length > ring.longestMessage)
            expect(() => ring.write(one)).toThrow(expect.objectContaining({ code: 'METABOLIC_MESSAGE_TOO_LONG' }));
          else {
            const fits = used() + 4 + Math.ceil(one.length / 4) * 4 <= places;
            expect(ring.write(one)).toBe(fits);
            if (fits) model.push(Uint8Array.from(one));
          }
          expect(ring.usedBytes).toBe(used());
        }
      }),
    );
  });

  it('keeps going when its positions pass 2^31 and 2^32', () => {
    const ring = SharedRing.create(64);
    const fields = new Int32Array(ring.buffer);
    for (const start of [2 ** 31 - 64, 2 ** 32 - 64]) {
      for (const position of [16, 32]) fields[position] = start | 0;
      for (let index = 0; index < 40; index += 1) {
        expect(ring.write(bytesOf(index, 1, 2, 3, 4))).toBe(true);
        expect(ring.write(bytesOf(index))).toBe(true);
        expect([ring.usedBytes, ring.read(), ring.read()]).toEqual([20, bytesOf(index, 1, 2, 3, 4), bytesOf(index)]);
      }
    }
  });

  it('brings every message in order from another thread, to a reader that awaits', async () => {
    const ring = SharedRing.create(256);
    const count = 20_000;
    const thread = worker('ring-writer', { buffer: ring.buffer, count });
    const exit = once(thread, 'exit');
    let next = 0;
    let wrong = 0;
    for (let message = await ring.readAsync(); message !== undefined; message = await ring.readAsync()) {
      const index = new DataView(message.buffer).getUint32(0);
      const isWhole =
        message.length === 4 + (index % 29) && message.subarray(4).every((byte) => byte === (index & 0xff));
      if (index !== next || !isWhole) wrong += 1;
      next += 1;
    }
    expect([next, wrong]).toEqual([count, 0]);
    await exit;
  });

  it('wakes a thread that sleeps, for every message and for the end', async () => {
    const [requests, answers] = [SharedRing.create(64), SharedRing.create(64)];
    const thread = worker('ring-echo', { input: requests.buffer, output: answers.buffer });
    const exit = once(thread, 'exit');
    for (let index = 0; index < 300; index += 1) {
      expect(requests.write(bytesOf(index & 0xff))).toBe(true);
      expect(await answers.readAsync()).toEqual(bytesOf(index & 0xff));
    }
    requests.close();
    expect(await answers.readAsync()).toBe(undefined);
    await exit;
  });

  it('gives what was written before it was closed, and takes no more', () => {
    const ring = SharedRing.create(64);
    ring.write(bytesOf(1));
    ring.close();
    expect(() => ring.write(bytesOf(2))).toThrow(expect.objectContaining({ code: 'METABOLIC_RING_CLOSED' }));
    expect([ring.isClosed, ring.readWait(), ring.readWait(), ring.read()]).toEqual([
      true,
      bytesOf(1),
      undefined,
      undefined,
    ]);
  });

  it('does not wait longer than told', () => {
    const ring = SharedRing.create(8);
    expect(ring.readWait(1)).toBe(undefined);
    ring.write(bytesOf(1, 2, 3, 4));
    expect([ring.writeWait(bytesOf(5), 1), ring.readWait(0)]).toEqual([false, bytesOf(1, 2, 3, 4)]);
  });

  it('names a bad argument', () => {
    expect(() => SharedRing.create(4)).toThrow('capacityBytes must be');
    expect(() => SharedRing.create(2 ** 31)).toThrow('capacityBytes must be');
    expect(() => new SharedRing(new SharedArrayBuffer(1000))).toThrow('buffer must be');
    expect(() => new SharedRing(new ArrayBuffer(1000) as unknown as SharedArrayBuffer)).toThrow('buffer must be');
    expect(() => SharedRing.create(64).readWait(-1)).toThrow('timeoutMs must be');
  });
});
