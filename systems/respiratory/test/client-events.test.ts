import { OrganismError } from '@organism/cell';
import { type EventClient, events, Lung, respond, type ServerEvent } from '@organism/respiratory';
import { graphql } from '@organism/respiratory/graphql';
import {
  BadResponseError,
  ConnectionLostError,
  FetchTransport,
  listenEvents,
  LungClient,
  RemoteError,
  subscribeGraphql,
} from '@organism/respiratory/client';
import { Muscle } from '@organism/muscular';
import { Bone, ValidationError } from '@organism/skeletal';
import { SeededEntropy, VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const collect = async <T>(source: AsyncIterable<T>, most = 100): Promise<T[]> => {
  const seen: T[] = [];
  for await (const one of source) {
    seen.push(one);
    if (seen.length === most) break;
  }
  return seen;
};
const caught = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

/** A client of a server that answers with the n-th of these. */
const setUp = (...answers: (Response | Uint8Array[] | Error)[]) => {
  const clock = new VirtualClock();
  const asked: { at: number; last: string | null }[] = [];
  const transport = new FetchTransport({
    fetch: async (request) => {
      asked.push({ at: clock.monotonic(), last: request.headers.get('last-event-id') });
      const answer = answers[asked.length - 1] ?? new Response(null, { status: 204 });
      if (answer instanceof Error) throw answer;
      return answer instanceof Response ? answer : stream(answer);
    },
  });
  const client = new LungClient({
    baseUrl: 'http://test',
    clock,
    entropy: new SeededEntropy(1),
    transport,
    retry: false,
  });
  return { clock, asked, client };
};
const stream = (pieces: readonly Uint8Array[]): Response => {
  let at = 0;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      const piece = pieces[at++];
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream;charset=utf-8' } });
};
const text = (value: string): Uint8Array[] => [new TextEncoder().encode(value)];

describe('a client of server-sent events', () => {
  it('reads them as the standard says', async () => {
    const wire = [
      '\uFEFFdata: 1\n\n',
      ': a comment\nevent: named\nid: a\ndata: {\ndata: "b": 2}\n\n',
      'event: without data\n\n',
      'data:3\rid\r\r',
      'nonsense: 4\r\ndata: "é"\r\nid: x\0y\r\n\r\n',
      'data: "unfinished"',
    ].join('');
    const { client, clock } = setUp(text(wire));
    const all = await clock.runUntil(collect(listenEvents(client, '/')));
    expect(all).toEqual([
      { event: 'message', data: 1, id: '' },
      { event: 'named', data: { b: 2 }, id: 'a' },
      { event: 'message', data: 3, id: '' },
      { event: 'message', data: 'é', id: '' },
    ]);
  });

  it('property: reads the same however the bytes are cut', async () => {
    const line = fc.constantFrom('data: é1', 'data:2', 'event: x', 'id: 7', ': c', 'retry: 5', '');
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 20 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 }),
        async (lines, end, cuts) => {
          const bytes = new TextEncoder().encode([...lines, 'data: last', '', ''].join(end));
          const pieces: Uint8Array[] = [];
          let at = 0;
          for (const cut of cuts) {
            if (at >= bytes.length) break;
            pieces.push(bytes.slice(at, at + cut));
            at += cut;
          }
          if (at < bytes.length) pieces.push(bytes.slice(at));
          const [whole, cutUp] = [setUp([bytes]), setUp(pieces)];
          const read = ({ client, clock }: ReturnType<typeof setUp>): Promise<unknown[]> =>
            clock.runUntil(collect(listenEvents(client, '/', { format: 'text' })));
          const expected = await read(whole);
          expect(await read(cutUp)).toEqual(expected);
          expect(expected.at(-1)).toMatchObject({ data: expect.stringMatching(/last$/) as string });
        },
      ),
    );
  });

  it('comes back after a while, when and where the server says', async () => {
    const { client, clock, asked } = setUp(
      text('id: 1\ndata: 1\n\n'),
      text('retry: 100\n\nid: 2\ndata: 2\n\n'),
      new TypeError('fetch failed', { cause: new Error('reset') }),
      new Response(null, { status: 503, headers: { 'retry-after': '30' } }),
      text('data: 3\n\n'),
    );
    const all = await clock.runUntil(collect(listenEvents(client, '/', { lastEventId: '0' })));
    expect(all.map(({ data, id }) => [data, id])).toEqual([
      [1, '1'],
      [2, '2'],
      [3, '2'],
    ]);
    expect(asked.map(({ last }) => last)).toEqual(['0', '1', '2', '2', '2', '2']);
    const waits = asked.slice(1).map(({ at }, index) => at - (asked[index]?.at ?? 0));
    expect(waits[0]).toBeGreaterThanOrEqual(1000);
    expect(waits[0]).toBeLessThanOrEqual(3000);
    for (const wait of [waits[1], waits[2], waits[4]]) expect(wait).toBeLessThanOrEqual(150);
    expect(waits[3]).toBeGreaterThanOrEqual(30_000);
  });

  it('gives up after so many tries, or at once where another would not help', async () => {
    const lost = (): Error => new TypeError('fetch failed', { cause: new Error('reset') });
    const tired = setUp(lost(), lost(), lost());
    expect(
      await tired.clock.runUntil(caught(collect(listenEvents(tired.client, '/', { reconnects: 2 })))),
    ).toBeInstanceOf(ConnectionLostError);
    expect(tired.asked.length).toBe(3);
    for (const [answer, expected] of [
      [new Response(null, { status: 404 }), { status: 404 }],
      [Response.json({}), { reason: 'media-type' }],
      [stream(text('data: {\n\n')), { reason: 'json' }],
      [stream(text(`data: ${'x'.repeat(200)}\n\n`)), { code: 'RESPIRATORY_RESPONSE_TOO_LARGE' }],
    ] as const) {
      const { client, clock, asked } = setUp(answer);
      const error = await clock.runUntil(caught(collect(listenEvents(client, '/', { maxEventLength: 100 }))));
      expect(error).toMatchObject(expected);
      expect(asked.length).toBe(1);
    }
  });

  it('checks what comes by its Bone, and takes a silent connection for a lost one', async () => {
    const Tick = new Bone('tick', z.object({ n: z.number() }));
    const { client, clock } = setUp(text('data: {"n":1}\n\ndata: {"n":"2"}\n\n'));
    const seen: number[] = [];
    const listen = async (): Promise<void> => {
      for await (const { data } of listenEvents(client, '/', { output: Tick })) seen.push(data.n);
    };
    expect(await clock.runUntil(caught(listen()))).toBeInstanceOf(BadResponseError);
    expect(seen).toEqual([1]);
    const silent = setUp(
      new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } }),
      text('data: 1\n\n'),
    );
    const [event] = await silent.clock.runUntil(collect(listenEvents(silent.client, '/', { silenceMs: 5000 }), 1));
    expect([event?.data, (silent.asked[1]?.at ?? 0) >= 5000]).toEqual([1, true]);
  });
});

describe('events from server to client', () => {
  const unlucky = new OrganismError('TEST_UNLUCKY', 'Not 13.', { status: 409, extensions: { n: 13 } });
  const count = async function* (from: number): AsyncGenerator<ServerEvent> {
    for (let n = from; ; n += 1) {
      if (n === 13) throw unlucky;
      if (n === 99) throw new Error('password=secret');
      yield { id: String(n), data: { n } };
    }
  };

  it('end with the error that the source throws, the same as over HTTP', async () => {
    const failures: OrganismError[] = [];
    await using lung = await Lung.serve({
      port: 0,
      onError: (error) => failures.push(error),
      endpoints: [
        events('GET /count', ({ lastEventId }) => count(Number(lastEventId ?? 10) + 1)),
        respond('GET /once', () => {
          throw unlucky;
        }),
      ],
    });
    await using client = new LungClient({ baseUrl: lung.url });
    const over = await caught(collect(listenEvents(client, '/count')));
    const once = await caught(client.get('/once'));
    expect(over).toBeInstanceOf(RemoteError);
    for (const error of [over, once])
      expect(error).toMatchObject({ code: 'TEST_UNLUCKY', status: 409, message: 'Not 13.', extensions: { n: 13 } });
    const broken = await caught(collect(listenEvents(client, '/count', { lastEventId: '97' })));
    expect(broken).toMatchObject({ status: 500, code: 'CELL_UNEXPECTED' });
    expect(JSON.stringify(broken) + String((broken as Error).message)).not.toContain('secret');
    await expect.poll(() => failures.map(({ message }) => message)).toEqual(['password=secret']);
  });

  it('go on after the last one when a connection breaks', async () => {
    const clients: EventClient[] = [];
    await using lung = await Lung.serve({
      port: 0,
      endpoints: [
        events(
          'GET /ticks',
          (client, exchange) => {
            clients.push(client);
            setTimeout(() => exchange.destroy(), 30);
            const next = Number(client.lastEventId ?? 0) + 1;
            client.send({ id: String(next), data: next });
            return undefined;
          },
          { retryMs: 10 },
        ),
      ],
    });
    await using client = new LungClient({ baseUrl: lung.url });
    const seen: unknown[] = [];
    for await (const { data } of listenEvents(client, '/ticks')) {
      seen.push(data);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual([1, 2, 3]);
    await expect.poll(() => clients.every(({ signal }) => signal.aborted)).toBe(true);
  });
});

describe('a GraphQL subscription', () => {
  const List = new Bone('list', z.object({ from: z.int().min(0).max(20) }));
  const Tick = new Bone('tick', z.object({ n: z.int() }));
  const none = new Muscle({ name: 'none', output: Tick, run: () => ({ n: 0 }) });
  const query = 'subscription ($from: Int!) { tickSeen(from: $from) { n } }';
  const feed = async function* ({ from }: { readonly from: number }): AsyncGenerator<{ n: number }> {
    for (let n = from; n < 15; n += 1) {
      if (n === 13) throw new OrganismError('TEST_UNLUCKY', 'Not 13.', { status: 409 });
      yield { n };
    }
  };

  it('gives what the feed gives, and throws what it throws', async () => {
    const subscriptions = { 'tick.seen': { input: List, output: Tick, open: feed } };
    await using lung = await Lung.serve({
      port: 0,
      endpoints: [graphql('/graphql', { queries: [none], subscriptions })],
    });
    await using client = new LungClient({ baseUrl: lung.url });
    const subscribe = (from: number, most?: number): Promise<unknown> =>
      caught(collect(subscribeGraphql(client, query, { from }), most));
    expect(await subscribe(14)).toEqual([{ tickSeen: { n: 14 } }]);
    expect(await subscribe(5, 2)).toEqual([{ tickSeen: { n: 5 } }, { tickSeen: { n: 6 } }]);
    expect(await subscribe(12)).toMatchObject({ code: 'TEST_UNLUCKY', status: 409 });
    expect(await subscribe(21)).toBeInstanceOf(ValidationError);
    await expect.poll(() => lung.describe().counters['open']).toBe(0);
  });

  it('says when it breaks before it is complete', async () => {
    const { client, clock } = setUp(text('event: next\ndata: {"data":{"tick":1}}\n\n'));
    expect(await clock.runUntil(caught(collect(subscribeGraphql(client, 'subscription { tick }'))))).toBeInstanceOf(
      ConnectionLostError,
    );
  });
});
