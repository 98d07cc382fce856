import { sleep } from '@organism/cell';
import { Heart } from '@organism/circulatory';
import { type MessageBroker, requester, respond, respondStream } from '@organism/circulatory/patterns';
import { collect, map, pipe, take } from '@organism/circulatory/streams';
import { requestReply } from '@organism/nervous';
import { Bone } from '@organism/skeletal';
import { SeededEntropy, VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const Count = requestReply(new Bone('count', z.number()), new Bone('counted', z.number()));

const start = async (): Promise<{ heart: Heart; clock: VirtualClock }> => {
  const clock = new VirtualClock();
  return { heart: await new Heart({ clock }).start(), clock };
};

/** Counts up, and tells how far it was read and whether it was closed. */
const counting = () => {
  const state = { read: 0, closed: 0, aborted: 0 };
  const source = async function* (most = Infinity, signal?: AbortSignal): AsyncGenerator<number, undefined> {
    signal?.addEventListener('abort', () => (state.aborted += 1), { once: true });
    try {
      for (let n = 1; n <= most; n += 1) {
        state.read += 1;
        yield n;
      }
    } finally {
      state.closed += 1;
    }
    return undefined;
  };
  return { state, source };
};

describe('a stream of answers', () => {
  it('comes whole and in order, typed', async () => {
    const { heart, clock } = await start();
    const { source } = counting();
    await using responder = await respondStream(heart, Count, (most) => source(most));
    await using asking = requester(heart);
    const values = await clock.runUntil(collect(asking.stream(Count, 100, { credit: 7 })));
    expect(values).toEqual([...Array(100).keys()].map((n) => n + 1));
    await clock.settle();
    expect(responder.streams).toBe(0);
    expect(await clock.runUntil(collect(asking.stream(Count, 0)))).toEqual([]);
  });

  it('is read only as far as the asker has granted', async () => {
    const { heart, clock } = await start();
    const { state, source } = counting();
    await using responder = await respondStream(heart, Count, (_most, { signal }) => source(Infinity, signal));
    await using asking = requester(heart);
    const iterator = asking.stream(Count, 0, { credit: 8 })[Symbol.asyncIterator]();
    const first = iterator.next();
    await clock.advance(1000);
    expect((await first).value).toBe(1);
    expect(state.read).toBe(8);
    for (let n = 2; n <= 6; n += 1) await clock.runUntil(iterator.next());
    await clock.advance(1000);
    expect(state.read).toBeLessThanOrEqual(14);
    expect(state.read).toBeGreaterThan(8);
    await iterator.return?.();
    await clock.advance(1000);
    expect(state).toMatchObject({ closed: 1, aborted: 1 });
    expect(responder.streams).toBe(0);
  });

  it('brings its error after the values before it', async () => {
    const { heart, clock } = await start();
    await using _responder = await respondStream(heart, 'torn', async function* () {
      yield 1;
      yield 2;
      throw Object.assign(new Error('secret'), { code: 'X' });
    });
    await using _thrown = await respondStream(heart, 'never', () => {
      throw new TypeError('no stream at all');
    });
    await using asking = requester(heart);
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const value of asking.stream('torn', 0)) seen.push(value);
    })();
    await expect(clock.runUntil(reading)).rejects.toMatchObject({ code: 'CELL_UNEXPECTED', status: 500 });
    expect(seen).toEqual([1, 2]);
    await expect(clock.runUntil(collect(asking.stream('never', 0)))).rejects.toMatchObject({ code: 'CELL_UNEXPECTED' });
  });

  it('checks what is asked and answered', async () => {
    const { heart, clock } = await start();
    await using _responder = await respondStream(heart, Count, () => ['one' as unknown as number]);
    await using asking = requester(heart);
    expect(() => asking.stream(Count, 'x' as unknown as number)[Symbol.asyncIterator]()).toThrow(
      /count|expected|number/i,
    );
    await expect(clock.runUntil(collect(asking.stream(Count, 1)))).rejects.toMatchObject({ name: 'RemoteError' });
    await expect(clock.runUntil(collect(asking.stream(Count.name, 'x')))).rejects.toMatchObject({
      name: 'RemoteError',
    });
  });

  it('ends by deadline, by signal, and when either side closes', async () => {
    const { heart, clock } = await start();
    const { state, source } = counting();
    const responder = await respondStream(heart, Count, (_most, { signal }) => source(Infinity, signal));
    const asking = requester(heart);
    const slowly = async (stream: AsyncIterable<number>): Promise<void> => {
      for await (const _value of stream) await sleep(clock, 100);
    };
    await expect(clock.runUntil(slowly(asking.stream(Count, 0, { timeoutMs: 450 })))).rejects.toMatchObject({
      code: 'CELL_DEADLINE_EXCEEDED',
    });
    const abort = new AbortController();
    const aborted = slowly(asking.stream(Count, 0, { signal: abort.signal }));
    const refused = expect(aborted).rejects.toMatchObject({ code: 'CELL_CANCELLED', cause: { message: 'enough' } });
    await clock.advance(500);
    abort.abort(new Error('enough'));
    await clock.advance(500);
    await refused;
    const [one, two] = [slowly(asking.stream(Count, 0)), requester(heart)];
    const other = slowly(two.stream(Count, 0));
    const ends = Promise.allSettled([one, other]);
    await clock.advance(500);
    await two.close();
    await clock.runUntil(responder.close());
    // What had come is read first.
    expect(await clock.runUntil(ends)).toMatchObject([
      { status: 'rejected', reason: { code: 'CELL_CANCELLED' } },
      { status: 'rejected' },
    ]);
    expect(state.closed).toBe(4);
    expect(state.aborted).toBe(4);
    await asking.close();
  });

  it('notices when the other side has died, on both sides', async () => {
    const { heart, clock } = await start();
    const { state, source } = counting();
    let isCut = false;
    // A process that is cut off hears and says nothing more.
    const cuttable: MessageBroker = {
      clock,
      entropy: heart.entropy,
      publish: (topic, value, options) => (isCut ? new Promise(() => {}) : heart.publish(topic, value, options)),
      subscribe: (topic, handler, options) =>
        heart.subscribe(topic, (message) => (isCut ? undefined : handler(message)), options),
    };
    await using responder = await respondStream(heart, Count, (_most, { signal }) => source(Infinity, signal), {
      idleMs: 3000,
    });
    const asking = requester(cuttable);
    const iterator = asking.stream(Count, 0, { credit: 4, idleMs: 3000 })[Symbol.asyncIterator]();
    await clock.runUntil(iterator.next());
    await clock.advance(60_000);
    expect(responder.streams).toBe(1);
    isCut = true;
    await clock.advance(5000);
    expect(responder.streams).toBe(0);
    expect(state).toMatchObject({ closed: 1, aborted: 1 });
    const rest = (async () => {
      for (;;) if ((await iterator.next()).done === true) return;
    })();
    await expect(clock.runUntil(rest)).rejects.toMatchObject({ code: 'CIRCULATORY_PEER_LOST', retryable: true });
  });

  it('gives up when no responder comes, and tells one that comes too late', async () => {
    const { heart, clock } = await start();
    const { state, source } = counting();
    await using asking = requester(heart);
    const stream = asking.stream(Count, 0, { acceptTimeoutMs: 500 });
    await expect(clock.runUntil(collect(stream))).rejects.toMatchObject({ code: 'CELL_DEADLINE_EXCEEDED' });
    await using responder = await respondStream(heart, Count, () => source());
    await clock.advance(1000);
    expect([responder.streams, state.read]).toEqual([0, 0]);
  });

  it('is not confused with a single answer', async () => {
    const { heart, clock } = await start();
    await using _single = await respond(heart, 'single', () => 1);
    await using _stream = await respondStream(heart, 'stream', () => [1]);
    await using asking = requester(heart, { timeoutMs: 1000 });
    await expect(clock.runUntil(collect(asking.stream('single', 0)))).rejects.toMatchObject({
      code: 'CIRCULATORY_STREAM_BROKEN',
    });
    await expect(clock.runUntil(asking.request('stream', 0))).rejects.toMatchObject({ code: 'CELL_DEADLINE_EXCEEDED' });
    expect(await heart.deadLetters('stream', { group: 'responders' })).toMatchObject([
      { reason: { code: 'not-a-stream' } },
    ]);
  });

  it('bounds how many a responder has open', async () => {
    const { heart, clock } = await start();
    const { source } = counting();
    await using responder = await respondStream(heart, Count, () => source(), { maxStreams: 2 });
    await using asking = requester(heart);
    const iterators = [1, 2, 3].map((n) => asking.stream(Count, n, { credit: 1 })[Symbol.asyncIterator]());
    const firsts = iterators.map((iterator) => iterator.next());
    await clock.advance(1000);
    expect(responder.streams).toBe(2);
    await iterators[0]?.return?.();
    await clock.advance(1000);
    expect((await Promise.all(firsts)).map(({ value }) => value as number)).toEqual([1, 1, 1]);
    expect(responder.streams).toBe(2);
  });
});

describe('streams in both directions', () => {
  it('flow at the same time, each under the flow control of the other side', async () => {
    const { heart, clock } = await start();
    const { state, source } = counting();
    await using _responder = await respondStream<string, number>(
      heart,
      'double',
      (_question, { input }) =>
        pipe(
          input,
          map((n) => n * 2),
        ),
      { credit: 4, inputShape: new Bone('doubled', z.number()) },
    );
    await using asking = requester(heart);
    const stream = asking.stream('double', 'go', { input: source(50), credit: 3 });
    expect(await clock.runUntil(collect(stream))).toEqual([...Array(50).keys()].map((n) => (n + 1) * 2));
    expect(state).toMatchObject({ read: 50, closed: 1 });
    const endless = counting();
    const some = pipe(asking.stream('double', 'go', { input: endless.source(), credit: 3 }), take(5));
    expect(await clock.runUntil(collect(some))).toEqual([2, 4, 6, 8, 10]);
    await clock.advance(100);
    expect(endless.state.closed).toBe(1);
    expect(endless.state.read).toBeLessThan(20);
  });

  it('end when the handler has left its input, and bring errors of the input there', async () => {
    const { heart, clock } = await start();
    const seen: unknown[] = [];
    await using _first = await respondStream<string, number>(heart, 'first', async function* (_question, { input }) {
      for await (const n of input) {
        yield n;
        break;
      }
      yield 'done';
    });
    await using _failing = await respondStream<string, number>(
      heart,
      'failing',
      async function* (_question, { input }) {
        try {
          for await (const n of input) seen.push(n);
        } catch (error) {
          seen.push((error as { code: string }).code);
        }
        yield 'over';
      },
    );
    await using asking = requester(heart);
    const endless = counting();
    expect(await clock.runUntil(collect(asking.stream('first', '', { input: endless.source() })))).toEqual([1, 'done']);
    await clock.advance(100);
    expect(endless.state.closed).toBe(1);
    const torn = async function* (): AsyncGenerator<number> {
      yield 1;
      throw new Error('torn');
    };
    expect(await clock.runUntil(collect(asking.stream('failing', '', { input: torn() })))).toEqual(['over']);
    expect(seen).toEqual([1, 'CELL_UNEXPECTED']);
  });
});

describe('streams over a broker that delivers again, late and out of order', () => {
  it('give every value once and in order, and never more than was granted', async () => {
    const plan = fc.record({
      seed: fc.nat(),
      amount: fc.nat(40),
      credit: fc.integer({ min: 1, max: 6 }),
      back: fc.integer({ min: 1, max: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(plan, async ({ seed, amount, credit, back }) => {
        const { heart, clock } = await start();
        const chance = new SeededEntropy(`${seed}`);
        const faulty: MessageBroker = {
          clock,
          entropy: heart.entropy,
          publish: async (topic, value, options) => {
            const copies = chance.random() < 0.2 ? 2 : 1;
            for (let copy = 0; copy < copies; copy += 1) {
              const { key: _key, ...rest } = options ?? {};
              // Without a key nothing keeps the order.
              await heart.publish(topic, value, { ...rest, delayMs: Math.floor(chance.random() * 50) });
            }
          },
          subscribe: (topic, handler, options) => heart.subscribe(topic, handler, options),
        };
        let [read, given] = [0, 0];
        const numbers = async function* (): AsyncGenerator<number> {
          for (read = 1; read <= amount; read += 1) yield read;
        };
        await using responder = await respondStream<string, number>(
          faulty,
          'echo',
          async function* (_question, { input }) {
            for await (const n of input) {
              expect(read - n).toBeLessThanOrEqual(back + 1);
              given += 1;
              yield n;
            }
          },
          { credit: back },
        );
        await using asking = requester(faulty);
        const seen: number[] = [];
        const reading = (async () => {
          for await (const n of asking.stream('echo', '', { input: numbers(), credit })) {
            seen.push(n as number);
            expect(given - seen.length).toBeLessThanOrEqual(credit + 1);
            await sleep(clock, Math.floor(chance.random() * 20));
          }
        })();
        await clock.runUntil(reading);
        expect(seen).toEqual([...Array(amount).keys()].map((n) => n + 1));
        await clock.advance(1000);
        expect(responder.streams).toBe(0);
        await clock.runUntil(Promise.all([asking.close(), responder.close()]));
        await heart.stop();
      }),
      { numRuns: 60 },
    );
  });

  it('fail rather than leave a value out', async () => {
    const { heart, clock } = await start();
    let count = 0;
    const lossy: MessageBroker = {
      clock,
      entropy: heart.entropy,
      publish: async (topic, value, options) => {
        const isData = (value as { kind?: string } | null)?.kind === 'data';
        if (!isData || ++count !== 5) await heart.publish(topic, value, options);
      },
      subscribe: (topic, handler, options) => heart.subscribe(topic, handler, options),
    };
    await using _responder = await respondStream(lossy, 'numbers', () => [1, 2, 3, 4, 5, 6, 7, 8]);
    await using asking = requester(heart);
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const n of asking.stream('numbers', 0, { idleMs: 1000 })) seen.push(n);
    })();
    await expect(clock.runUntil(reading)).rejects.toMatchObject({ code: 'CIRCULATORY_STREAM_BROKEN' });
    expect(seen).toEqual([1, 2, 3, 4]);
  });
});

describe('streams among frames that somebody has made up', () => {
  it('give a beginning of what was sent, in order, and then the end or an error', async () => {
    const kinds = fc.constantFrom(
      'accept',
      'data',
      'credit',
      'end',
      'fail',
      'stop',
      'cancel',
      'ping',
      'answer',
      'problem',
      'x',
    );
    const number = fc.oneof(fc.integer({ min: -1, max: 60 }), fc.constantFrom(Number.MAX_SAFE_INTEGER, 0.5, null, '7'));
    const odd = fc.record(
      {
        seq: number,
        total: number,
        credit: number,
        problem: fc.anything({ withBigInt: false }),
        replyTo: fc.constantFrom('reply.b', 'mail', 7),
      },
      { requiredKeys: [] },
    );
    const frames = fc.array(fc.tuple(kinds, fc.nat(3), fc.nat(3), odd), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(frames, fc.nat(40), async (made, amount) => {
        const { heart, clock } = await start();
        const names: string[] = ['nobody'];
        const listening: MessageBroker = {
          clock,
          entropy: heart.entropy,
          publish: async (topic, value, options) => {
            const { to, from } = (value ?? {}) as { to?: unknown; from?: unknown };
            for (const name of [to, from]) if (typeof name === 'string' && !names.includes(name)) names.push(name);
            return await heart.publish(topic, value, options);
          },
          subscribe: (topic, handler, options) => heart.subscribe(topic, handler, options),
        };
        await using _responder = await respondStream(
          listening,
          'numbers',
          () => Array.from({ length: amount }, (_, n) => n + 1),
          { replyTopic: 'reply.b', idleMs: 500 },
        );
        await using asking = requester(listening, { replyTopic: 'reply.a' });
        const seen: unknown[] = [];
        const reading = (async () => {
          for await (const n of asking.stream('numbers', 0, { credit: 4, idleMs: 500, acceptTimeoutMs: 500 })) {
            seen.push(n);
            const [kind, to, from, rest] = made.shift() ?? ['ping', 0, 0, {}];
            const frame = { kind, to: names[to], from: names[from], value: 'made up', ...rest };
            await heart.publish(to % 2 === 0 ? 'reply.a' : 'reply.b', frame);
            await sleep(clock, 10);
          }
        })().then(
          () => 'end',
          () => 'error',
        );
        await clock.runUntil(reading);
        // What is made up with the right names is what that side has said; all else changes nothing.
        expect(seen.filter((n, index) => n !== 'made up' && n !== index + 1)).toEqual([]);
        await heart.stop();
      }),
      { numRuns: 100 },
    );
  });
});
