import { Context, OrganismError, systemClock } from '@organism/cell';
import { Muscle } from '@organism/muscular';
import {
  ChannelBronchus,
  ChannelCaller,
  type ChannelCallsOptions,
  type ChannelSession,
} from '@organism/respiratory/channel';
import { HttpError } from '@organism/respiratory';
import { Bone, ValidationError } from '@organism/skeletal';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const all = async <T>(source: AsyncIterable<T>): Promise<T[]> => {
  const values: T[] = [];
  for await (const value of source) values.push(value);
  return values;
};
const Tick = new Bone('tick', z.object({ n: z.number() }));
const double = new Muscle({ name: 'double', input: Tick, output: Tick, run: ({ n }) => ({ n: 2 * n }) });
const who = new Muscle({ name: 'who', run: (_: void, { context }) => [context.principal?.id, context.correlationId] });

/** Both ends, with a channel between them that hands over at the next turn, and can be cut. */
const setUp = (options: ChannelCallsOptions = { muscles: [double, who] }, caller: { maxWaiting?: number } = {}) => {
  const failures: OrganismError[] = [];
  const sent: unknown[] = [];
  const end = new AbortController();
  const server = new ChannelBronchus({ onError: (error) => failures.push(error), ...options });
  const session: ChannelSession = {
    principal: { id: 'ada' },
    signal: end.signal,
    context: new Context(),
    send: async (data) => {
      sent.push(data);
      await Promise.resolve();
      client.receive(structuredClone(data));
    },
  };
  const client: ChannelCaller = new ChannelCaller({
    ...caller,
    send: async (data) => {
      await Promise.resolve();
      server.receive(structuredClone(data), session);
    },
  });
  return { server, session, client, failures, sent, end };
};

describe('a call', () => {
  it('is answered also where its value or its error has no JSON form', async () => {
    const text = (data: unknown): unknown => JSON.parse(JSON.stringify(data));
    const count = new Muscle({ name: 'count', run: () => 1n });
    const refuse = new Muscle({
      name: 'refuse',
      run: () => {
        throw new OrganismError('TEST_FULL', 'Full.', { status: 409, extensions: { left: 0n } });
      },
    });
    const feeds = {
      counts: {
        open: async function* () {
          yield 1n;
        },
      },
    };
    const server = new ChannelBronchus({ muscles: [count, refuse], feeds, onError: () => {} });
    const session: ChannelSession = {
      principal: { id: 'ada' },
      signal: new AbortController().signal,
      context: new Context(),
      send: (data) => client.receive(text(data)),
    };
    const client: ChannelCaller = new ChannelCaller({ send: async (data) => void server.receive(text(data), session) });
    for (const muscle of [count, refuse])
      await expect(client.call(muscle, undefined)).rejects.toMatchObject({ code: 'CELL_UNEXPECTED', status: 500 });
    await expect(all(client.listen({ name: 'counts' }, null))).rejects.toMatchObject({ code: 'CELL_UNEXPECTED' });
    expect(server.counters).toMatchObject({ calls: 3, errors: 3, underWay: 0 });
  });

  it('is answered, beside others', async () => {
    const { client, server } = setUp();
    const answers = await Promise.all([1, 2, 3].map((n) => client.call(double, { n })));
    expect(answers).toEqual([{ n: 2 }, { n: 4 }, { n: 6 }]);
    expect([client.underWay, server.counters]).toEqual([0, { calls: 3, errors: 0, underWay: 0 }]);
  });

  it('runs for the principal of the session, in the correlation of the caller', async () => {
    const { client } = setUp();
    const context = new Context({ correlationId: 'c-1', principal: { id: 'mallory' } });
    expect(await client.call(who, undefined, { context })).toEqual(['ada', 'c-1']);
  });

  it('fails with what the operation throws', async () => {
    const { client, failures } = setUp();
    await expect(client.call(double, { n: 'x' } as never)).rejects.toBeInstanceOf(ValidationError);
    await expect(client.call({ name: 'nothing', output: undefined }, undefined)).rejects.toMatchObject({ status: 404 });
    expect(failures).toEqual([]);
  });

  it('is for those who may', async () => {
    const { client } = setUp({
      muscles: [double, who],
      allow: (name) => {
        if (name === 'double') throw new HttpError('RESPIRATORY_UNAUTHENTICATED', 'Not you.');
      },
    });
    await expect(client.call(double, { n: 1 })).rejects.toMatchObject({ status: 401 });
    await expect(client.call(who, undefined)).resolves.toBeDefined();
  });

  it('is one of so many, and no second one of its id', async () => {
    const gate = Promise.withResolvers<void>();
    const slow = new Muscle({ name: 'slow', run: async () => await gate.promise });
    const { client, server, session, sent } = setUp({ muscles: [slow], maxCalls: 2 });
    const calls = [client.call(slow, undefined), client.call(slow, undefined)];
    await expect(client.call(slow, undefined)).rejects.toMatchObject({ status: 429, retryable: true });
    gate.resolve();
    await Promise.all(calls);
    server.receive({ call: 'x', name: 'slow' }, session);
    server.receive({ call: 'x', name: 'slow' }, session);
    await expect.poll(() => sent.length).toBe(5);
    expect(sent).toContainEqual({ call: 'x', problem: expect.objectContaining({ status: 400 }) as unknown });
  });

  it('ends when the session does, on both sides', async () => {
    let aborted = false;
    const slow = new Muscle({
      name: 'slow',
      run: (_: void, { signal }) =>
        new Promise<void>((_resolve, reject) =>
          signal.addEventListener('abort', () => {
            aborted = true;
            reject(signal.reason as Error);
          }),
        ),
    });
    const { client, end, failures } = setUp({ muscles: [slow] });
    const call = client.call(slow, undefined);
    await expect.poll(() => client.underWay).toBe(1);
    await Promise.resolve();
    end.abort();
    client.reset();
    await expect(call).rejects.toMatchObject({ code: 'RESPIRATORY_CONNECTION_LOST', retryable: true });
    await expect.poll(() => aborted).toBe(true);
    expect(failures).toEqual([]);
  });

  it('is not sent when its caller has given up before', async () => {
    const { client, sent } = setUp();
    const context = new Context({ deadline: systemClock.now() - 1 });
    await expect(client.call(double, { n: 1 }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CELL_CANCELLED',
    });
    await expect(client.call(double, { n: 1 }, { context })).rejects.toMatchObject({ status: 504 });
    expect(sent.filter((one) => 'value' in (one as object))).toEqual([]);
  });
});

describe('a feed', () => {
  const counting = (state = { ended: 0 }) => ({
    input: Tick,
    output: Tick,
    open: async function* ({ n }: { readonly n: number }) {
      try {
        for (let at = 0; at < n; at += 1) yield { n: at };
        if (n === 3) throw new HttpError('RESPIRATORY_NOT_FOUND', 'No more.');
      } finally {
        state.ended += 1;
      }
    },
  });
  const remote = { name: 'count', input: Tick, output: Tick };

  it('gives all its values, in order, and ends', async () => {
    const { client } = setUp({ feeds: { count: counting() } });
    expect((await all(client.listen(remote, { n: 5 }))).map(({ n }) => n)).toEqual([0, 1, 2, 3, 4]);
    expect(client.underWay).toBe(0);
  });

  it('ends with what it throws, after what it gave', async () => {
    const { client } = setUp({ feeds: { count: counting() } });
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { n } of client.listen(remote, { n: 3 })) seen.push(n);
    })();
    await expect(reading).rejects.toMatchObject({ status: 404 });
    expect(seen).toEqual([0, 1, 2]);
  });

  it('ends on the server when its listener leaves', async () => {
    const state = { ended: 0 };
    const { client } = setUp({ feeds: { count: counting(state) } });
    for await (const { n } of client.listen(remote, { n: 1e9 })) if (n === 2) break;
    await expect.poll(() => state.ended).toBe(1);
  });

  it('ends when its listener is too slow', async () => {
    const { client } = setUp({ feeds: { count: counting() } }, { maxWaiting: 2 });
    const values = client.listen(remote, { n: 100 });
    expect((await values.next()).value).toEqual({ n: 0 });
    await new Promise((resolve) => setImmediate(resolve));
    const rest = all(values);
    await expect(rest).rejects.toMatchObject({ code: 'RESPIRATORY_TOO_SLOW' });
  });
});

it('leaves messages alone that are not its own, and survives all others', async () => {
  const { server, session, client } = setUp();
  for (const data of [
    undefined,
    null,
    1,
    'x',
    [],
    {},
    { call: 1 },
    { call: 'x' },
    { call: 'x'.repeat(100), name: 'who' },
    { cancel: '' },
  ])
    expect(server.receive(data, session)).toBe(false);
  expect(server.receive({ cancel: 'unknown' }, session)).toBe(true);
  expect(client.receive({ call: 'unknown', value: 1 })).toBe(true);
  fc.assert(
    fc.property(fc.jsonValue(), (data) => {
      expect(typeof server.receive(data, session)).toBe('boolean');
      expect(typeof client.receive(data)).toBe('boolean');
    }),
  );
  expect(await client.call(double, { n: 4 })).toEqual({ n: 8 });
});

it('refuses bad options', () => {
  expect(() => new ChannelBronchus({ muscles: [double, double] })).toThrow(/double/);
  expect(() => new ChannelBronchus({ muscles: [double], maxCalls: 0 })).toThrow(/maxCalls/);
  const feed = { open: async function* () {} };
  expect(() => new ChannelBronchus({ muscles: [double], feeds: { double: feed } })).toThrow(/double/);
});
