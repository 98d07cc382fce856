import { SeededEntropy, VirtualClock } from '@organism/testing';
import { Bone } from '@organism/skeletal';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Artery, Heart, type HeartOptions, MemoryBroker, QueueFullError, type Vein } from '@organism/circulatory';

interface Events {
  jobs: number;
}

const start = async (options: HeartOptions = {}): Promise<{ heart: Heart<Events>; clock: VirtualClock }> => {
  const clock = new VirtualClock();
  return { heart: await new Heart<Events>({ clock, ...options }).start(), clock };
};

describe('a Vein', () => {
  const fill = async (count: number): Promise<{ heart: Heart<Events>; clock: VirtualClock; vein: Vein<number> }> => {
    const { heart, clock } = await start();
    const vein = await heart.vein('jobs', { ackTimeoutMs: 1000 });
    if (count > 0)
      await heart.publishBatch(
        'jobs',
        Array.from({ length: count }, (_, value) => ({ value })),
      );
    return { heart, clock, vein };
  };

  it('gives what is at hand, up to a number, and waits for the first', async () => {
    const { heart, clock, vein } = await fill(3);
    const [first, second] = [await vein.pull({ max: 2 }), await vein.pull({ max: 2 })];
    expect([first, second].map((batch) => batch.map(({ data }) => data))).toEqual([[0, 1], [2]]);
    expect(await vein.pull({ waitMs: 0 })).toEqual([]);
    const empty = vein.pull({ waitMs: 500 });
    await clock.advance(500);
    expect(await empty).toEqual([]);
    const pulls = [vein.pull(), vein.pull({ max: 5 })];
    await heart.publish('jobs', 7);
    await heart.publish('jobs', 8);
    expect((await Promise.all(pulls)).map((batch) => batch.map(({ data }) => data))).toEqual([[7], [8]]);
  });

  it('ends a wait by a signal', async () => {
    const { vein } = await fill(0);
    const abort = new AbortController();
    const pull = vein.pull({ signal: abort.signal });
    abort.abort();
    await expect(pull).rejects.toMatchObject({ code: 'CELL_CANCELLED' });
    await expect(vein.pull({ signal: abort.signal })).rejects.toMatchObject({ code: 'CELL_CANCELLED' });
    await expect(vein.pull({ max: 0 })).rejects.toThrow(/^max must be/);
  });

  it('acknowledges, gives back, and buries', async () => {
    const { heart, clock, vein } = await fill(4);
    const [a, b, c, d] = await vein.pull({ max: 4 });
    await a?.ack();
    await b?.nack({ delayMs: 100, error: new Error('later') });
    await c?.reject('poison', 'no such place');
    await d?.release();
    const [again] = await vein.pull();
    expect([again?.data, again?.attempt]).toEqual([3, 1]);
    await clock.advance(100);
    const [retried] = await vein.pull();
    expect([retried?.data, retried?.attempt]).toEqual([1, 2]);
    expect(await heart.deadLetters('jobs')).toMatchObject([{ reason: { code: 'poison', detail: 'no such place' } }]);
    expect(vein.counters).toMatchObject({ acked: 1, retried: 1, dead: 1 });
  });

  it('gives what it had leased ahead to others when nobody asks it', async () => {
    const { heart, clock, vein } = await fill(5);
    const [first] = await vein.pull({ waitMs: 0 });
    await first?.ack();
    const other = await heart.vein('jobs');
    await clock.advance(1000);
    const rest = await other.pull({ max: 10, waitMs: 0 });
    expect(rest.map(({ data, attempt }) => [data, attempt])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
      [4, 1],
    ]);
  });

  it('is an asynchronous sequence until it closes', async () => {
    const { heart, vein } = await fill(2);
    const seen: number[] = [];
    const reading = (async () => {
      for await (const message of vein) {
        seen.push(message.data);
        await message.ack();
      }
    })();
    await heart.publish('jobs', 2);
    await expect.poll(() => seen).toEqual([0, 1, 2]);
    await vein.close();
    await reading;
    await expect(vein.pull()).rejects.toMatchObject({ code: 'CIRCULATORY_CLOSED' });
    expect(await heart.inspect('jobs')).toMatchObject({ depth: 0 });
  });

  it('hands out one message of a key at a time, and those of other keys beside it', async () => {
    const { heart, clock } = await start();
    const vein = await heart.vein('jobs');
    for (const [value, key] of [
      [1, 'a'],
      [2, 'a'],
      [3, 'b'],
    ] as const)
      await heart.publish('jobs', value, { key });
    const [one, three] = await vein.pull({ max: 9 });
    expect([one?.data, three?.data]).toEqual([1, 3]);
    expect(await vein.pull({ waitMs: 0 })).toEqual([]);
    await one?.ack();
    await clock.settle();
    expect((await vein.pull({ waitMs: 0 })).map(({ data }) => data)).toEqual([2]);
  });
});

describe('an Artery', () => {
  /** A driver that counts its publishes and is done when told. */
  class Slow extends MemoryBroker {
    readonly batches: number[] = [];
    readonly gates: (() => void)[] = [];
    override publish(...call: Parameters<MemoryBroker['publish']>): ReturnType<MemoryBroker['publish']> {
      this.batches.push(call[1].length);
      return super.publish(...call);
    }
  }

  it('gathers what is written in a turn, up to a batch', async () => {
    const driver = new Slow();
    const { heart } = await start({ driver });
    const artery = heart.artery('jobs', { maxBatch: 4 });
    const published = await Promise.all([1, 2, 3, 4, 5, 6].map((n) => artery.write(n, { id: `n${n % 5}` })));
    expect(driver.batches).toEqual([4, 2]);
    expect(published.map(({ duplicate }) => duplicate)).toEqual([false, false, false, false, false, true]);
  });

  it('waits for more when told, and not when told to flush', async () => {
    const driver = new Slow();
    const { heart, clock } = await start({ driver });
    const artery = heart.artery('jobs', { lingerMs: 100 });
    void artery.write(1);
    await clock.advance(99);
    void artery.write(2);
    expect(driver.batches).toEqual([]);
    await clock.advance(1);
    expect(driver.batches).toEqual([2]);
    void artery.write(3);
    await artery.flush();
    expect(driver.batches).toEqual([2, 1]);
  });

  it('makes room by failing what has waited longest, when told', async () => {
    const { heart, clock } = await start();
    const artery = heart.artery('jobs', { capacity: 2, lingerMs: 50, overflow: 'drop-oldest' });
    const writes = Promise.allSettled([1, 2, 3].map((value) => artery.write(value)));
    await clock.advance(50);
    expect((await writes).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect((await heart.inspect('jobs')).depth).toBe(2);
  });

  it('sends no more a second than it may, evenly', async () => {
    const { heart, clock } = await start();
    const artery = heart.artery('jobs', { maxPerSecond: 100 });
    const writes = Promise.all(Array.from({ length: 250 }, (_, value) => artery.write(value)));
    const depths: number[] = [];
    for (let step = 0; step < 5; step += 1) {
      await clock.advance(step === 0 ? 0 : 500);
      depths.push((await heart.inspect('jobs')).depth);
    }
    expect(depths).toEqual([10, 60, 110, 160, 210]);
    await clock.advance(500);
    await writes;
    await clock.advance(60_000);
    // What was not used is not saved up.
    const more = Promise.all(Array.from({ length: 50 }, (_, value) => artery.write(value)));
    await clock.advance(0);
    expect((await heart.inspect('jobs')).depth).toBe(260);
    await clock.advance(500);
    await more;
    expect(() => heart.artery('jobs', { maxPerSecond: 0 })).toThrow(/maxPerSecond/);
  });

  it('holds writers back, or refuses, when as many wait as may', async () => {
    const { heart, clock } = await start();
    const open = (overflow: 'wait' | 'reject'): Artery<number> =>
      heart.artery('jobs', { capacity: 2, lingerMs: 50, overflow });
    const strict = open('reject');
    const writes = [strict.write(1), strict.write(2)];
    expect(strict.desiredSize).toBe(0);
    await expect(strict.write(3)).rejects.toBeInstanceOf(QueueFullError);
    const patient = open('wait');
    const all = [1, 2, 3, 4, 5].map((n) => patient.write(n));
    await clock.advance(500);
    expect((await Promise.all([...writes, ...all])).length).toBe(7);
  });

  it('tells of failures, and still sends the rest', async () => {
    const { heart } = await start({ defaults: { maxDepth: 2 } });
    const artery = heart.artery('jobs', { maxBatch: 2 });
    const outcomes = await Promise.allSettled([1, 2, 3].map((n) => artery.write(n)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    await artery.close();
    await expect(artery.write(4)).rejects.toMatchObject({ code: 'CIRCULATORY_CLOSED' });
    expect(() => heart.artery('jobs', { maxBatch: 0 })).toThrow(/^maxBatch must be/);
    expect(() => heart.artery('jobs', { lingerMs: Infinity })).toThrow(/^lingerMs must be/);
  });

  it('is a web stream', async () => {
    const { heart } = await start();
    const numbers = new ReadableStream<number>({
      start: (controller) => {
        for (const n of [1, 2, 3]) controller.enqueue(n);
        controller.close();
      },
    });
    await numbers.pipeTo(heart.artery('jobs').writable);
    expect((await heart.inspect('jobs')).depth).toBe(3);
  });

  it('is a web stream that fails with what was refused, also when that was the last', async () => {
    const { heart } = await start();
    heart.declare(new Bone('jobs', z.number()));
    const values = new ReadableStream<number>({
      start: (controller) => {
        for (const value of [1, 'two']) controller.enqueue(value as number);
        controller.close();
      },
    });
    await expect(values.pipeTo(heart.artery('jobs').writable)).rejects.toMatchObject({ code: 'SKELETAL_INVALID' });
  });

  it('sends everything before its Heart stops', async () => {
    const driver = new MemoryBroker();
    const { heart, clock } = await start({ driver });
    const artery = heart.artery('jobs', { lingerMs: 10_000 });
    const written = artery.write(1);
    await clock.runUntil(heart.stop());
    expect(await written).toMatchObject({ duplicate: false });
  });
});

describe('under any use', () => {
  it('every message ends once: acknowledged or dead, in the order of its key', async () => {
    const ops = fc.array(
      fc.oneof(
        fc.record({
          op: fc.constant('publish' as const),
          key: fc.constantFrom('a', 'b', undefined),
          priority: fc.integer({ min: 0, max: 9 }),
        }),
        fc.record({ op: fc.constantFrom('ack' as const, 'nack' as const, 'reject' as const, 'release' as const) }),
        fc.record({ op: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 1500 }) }),
      ),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(ops, async (steps) => {
        const { heart, clock } = await start({ entropy: new SeededEntropy('vein') });
        const vein = await heart.vein('jobs', { ackTimeoutMs: 1000, maxAttempts: 1000, prefetch: 1 });
        const acked: number[] = [];
        const lastOfKey = new Map<string, number>();
        let published = 0;
        for (const step of steps) {
          if (step.op === 'publish') {
            const { key, priority } = step;
            await heart.publish('jobs', published++, { priority, ...(key !== undefined && { key }) });
          } else if (step.op === 'wait') await clock.advance(step.ms);
          else {
            const [message] = await vein.pull({ waitMs: 0 });
            if (message === undefined) continue;
            const { key, data } = message;
            if (key !== undefined) expect(data).toBeGreaterThanOrEqual(lastOfKey.get(key) ?? -1);
            if (key !== undefined) lastOfKey.set(key, data);
            if (step.op === 'reject') await message.reject('no');
            else await message[step.op]();
            if (step.op === 'ack') acked.push(data);
          }
        }
        for (let idle = 0; idle < 3;) {
          const [message] = await vein.pull({ waitMs: 0 });
          if (message === undefined) {
            idle += 1;
            await clock.advance(120_000);
          } else {
            acked.push(message.data);
            await message.ack();
          }
        }
        const dead = (await heart.deadLetters('jobs')).map(({ envelope }) => envelope?.data as number);
        expect([...acked, ...dead].toSorted((a, b) => a - b)).toEqual(Array.from({ length: published }, (_, n) => n));
        await heart.stop();
      }),
      { numRuns: 200 },
    );
  });
});
