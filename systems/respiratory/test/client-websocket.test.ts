import { constant } from '@organism/homeostasis';
import {
  BadResponseError,
  ConnectError,
  SocketClosedError,
  WebSocketClient,
  type WebSocketClientOptions,
  type WebSocketLike,
  type WebSocketState,
} from '@organism/respiratory/client';
import { Bone, ValidationError } from '@organism/skeletal';
import { SeededEntropy, VirtualClock } from '@organism/testing';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket as WsSocket, WebSocketServer } from 'ws';
import { z } from 'zod';

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
});

const serve = async (
  accept: (socket: WsSocket, request: IncomingMessage, count: number) => void,
): Promise<{ url: string; server: WebSocketServer }> => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  let count = 0;
  server.on('connection', (socket, request) => accept(socket, request, (count += 1)));
  await once(server, 'listening');
  ending.push(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/feed`, server };
};

const open = <In, Out>(options: WebSocketClientOptions<In, Out>): WebSocketClient<In, Out> => {
  const client = new WebSocketClient<In, Out>({ reconnect: constant(10), ...options });
  ending.push(() => client.close());
  return client;
};
const caught = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
const take = async <T>(source: AsyncIterable<T>, count: number): Promise<T[]> => {
  const taken: T[] = [];
  for await (const one of source) {
    taken.push(one);
    if (taken.length === count) break;
  }
  return taken;
};

const Sum = new Bone('sum', z.object({ a: z.number(), b: z.number() }));
const Result = new Bone('result', z.object({ sum: z.number() }));

describe('a WebSocket client', () => {
  it('sends and takes typed messages, from before it is connected on', async () => {
    const { url } = await serve((socket) =>
      socket.on('message', (data: Buffer) => {
        const { a, b } = JSON.parse(data.toString()) as { a: number; b: number };
        socket.send(JSON.stringify({ sum: a + b }));
      }),
    );
    const client = open({ url: url.replace('ws:', 'http:'), outgoing: Sum, incoming: Result });
    const sent = [client.send({ a: 1, b: 2 }), client.send({ a: 3, b: 4 })];
    const [one, two] = await take(client, 2);
    expect([one?.sum, two?.sum]).toEqual([3, 7]);
    await Promise.all(sent);
    expect(client.state).toBe('closed');
  });

  it('sends nothing that does not fit, and ends where something else comes', async () => {
    const { url } = await serve((socket) => socket.on('message', () => socket.send('{"sum":"3"}')));
    const client = open({ url, outgoing: Sum, incoming: Result });
    expect(await caught(client.send({ a: 1, b: '2' as never }))).toBeInstanceOf(ValidationError);
    void client.send({ a: 1, b: 2 });
    const error = await caught(take(client, 1));
    expect(error).toBeInstanceOf(BadResponseError);
    expect(error).toMatchObject({ reason: 'shape', issues: [{ path: ['sum'] }] });
    const noise = await serve((socket) => socket.send('{'));
    expect(await caught(take(open({ url: noise.url }), 1))).toMatchObject({ reason: 'json' });
  });

  it('gives bytes as they are when it is told to', async () => {
    const { url } = await serve((socket) =>
      socket.on('message', (data: Buffer, binary) => socket.send(data, { binary })),
    );
    const client = open<string | Uint8Array, string | Uint8Array>({ url, format: 'raw' });
    await client.connect();
    await client.send(Uint8Array.of(1, 2));
    await client.send('text');
    expect(await take(client, 2)).toEqual([Uint8Array.of(1, 2), 'text']);
    expect(await caught(open({ url, format: 'raw' }).send(5))).toMatchObject({ code: 'CELL_BAD_OPTION' });
  });

  it('comes back when the connection is lost, by a fresh address, and sends what waited', async () => {
    const seen: string[] = [];
    const { url } = await serve((socket, request, count) => {
      const answered = once(socket, 'pong');
      // From the second connection on, something has waited.
      const heard = count === 1 ? undefined : once(socket, 'message');
      socket.on('message', (data: Buffer) => seen.push(`${request.url} ${data.toString()}`));
      socket.send(String(count));
      socket.ping();
      if (count < 3) void Promise.all([answered, heard]).then(() => socket.terminate());
    });
    const states: WebSocketState[] = [];
    let tokens = 0;
    const client = open<string, number>({
      url: () => `${url}?token=${(tokens += 1)}`,
      onState: (state) => {
        states.push(state);
        if (state === 'waiting') void client.send(`after ${tokens}`);
      },
    });
    expect(await take(client, 3)).toEqual([1, 2, 3]);
    expect(states).toEqual([
      'connecting',
      'open',
      'waiting',
      'connecting',
      'open',
      'waiting',
      'connecting',
      'open',
      'closed',
    ]);
    await expect.poll(() => seen).toEqual(['/feed?token=2 "after 1"', '/feed?token=3 "after 2"']);
  });

  it('takes the word of a server that says no, and ends quietly when it says that it is over', async () => {
    let connections = 0;
    const { url } = await serve((socket) => {
      connections += 1;
      socket.close(4401, 'no ticket');
    });
    const client = open({ url });
    const error = await caught(take(client, 1));
    expect(error).toBeInstanceOf(SocketClosedError);
    expect(error).toMatchObject({ closeCode: 4401, reason: 'no ticket', retryable: false });
    expect([await caught(client.send('late')), await caught(client.connect()), connections]).toEqual([error, error, 1]);
    const over = await serve((socket) => {
      socket.send('1');
      socket.close(1000);
    });
    expect(await take(open({ url: over.url }), 5)).toEqual([1]);
    const restarting = await serve((socket, _request, count) => {
      if (count === 1) socket.close(1012);
      else socket.send('2');
    });
    expect(await take(open({ url: restarting.url }), 1)).toEqual([2]);
  });

  it('says that there is no connection when it is to try once', async () => {
    const error = await caught(open({ url: 'ws://127.0.0.1:1', reconnect: false }).connect());
    expect(error).toBeInstanceOf(ConnectError);
    for (const url of ['ftp://a', 'ws://a#b', 'nonsense'])
      expect(() => open({ url })).toThrow('url must be a ws, wss, http or https URL');
    expect(await caught(open({ url: () => 'nonsense' }).connect())).toMatchObject({ code: 'CELL_BAD_OPTION' });
  });

  it('sends headers and offers subprotocols by a library’s socket', async () => {
    const { url } = await serve((socket, { headers }) =>
      socket.send(JSON.stringify([headers['authorization'], socket.protocol])),
    );
    const client = open({
      url,
      protocols: ['v2'],
      open: (to, protocols) =>
        new WsSocket(to, [...protocols], { headers: { authorization: 'Bearer ada' } }) as unknown as WebSocketLike,
    });
    expect(await take(client, 1)).toEqual([['Bearer ada', 'v2']]);
  });

  it('bounds what waits here and what nobody takes', async () => {
    const { url } = await serve((socket) => {
      for (let index = 0; index < 20; index += 1) socket.send(String(index));
    });
    const client = open({ url, maxUnread: 5 });
    await client.connect();
    await client.closed;
    expect(await caught(take(client, 20))).toMatchObject({ code: 'RESPIRATORY_SOCKET_BUSY' });
    const away = open({ url: 'ws://127.0.0.1:1', maxWaiting: 2 });
    const waiting = [away.send(1), away.send(2)].map(caught);
    expect(await caught(away.send(3))).toMatchObject({ code: 'RESPIRATORY_SOCKET_BUSY', retryable: true });
    away.close();
    expect(await Promise.all(waiting)).toMatchObject([{ closeCode: 1000 }, { closeCode: 1000 }]);
  });
});

/** A socket that does what the test says. */
class FakeSocket implements WebSocketLike {
  binaryType = '';
  readyState = 0;
  bufferedAmount = 0;
  readonly sent: unknown[] = [];
  readonly #listeners: Record<string, ((event: never) => void)[]> = {};

  addEventListener(type: string, listener: (event: never) => void): void {
    (this.#listeners[type] ??= []).push(listener);
  }

  send(data: unknown): void {
    this.sent.push(data);
  }

  close(): void {
    this.readyState = 3;
  }

  fire(type: string, event: object = {}): void {
    if (type === 'open') this.readyState = 1;
    // Each kind of listener takes another kind of event.
    for (const listener of this.#listeners[type] ?? []) listener(event as never);
  }
}

describe('over time, a WebSocket client', () => {
  const setUp = (options: Partial<WebSocketClientOptions<string, unknown>> = {}) => {
    const clock = new VirtualClock();
    const sockets: FakeSocket[] = [];
    const client = new WebSocketClient<string>({
      url: 'ws://test',
      clock,
      entropy: new SeededEntropy(1),
      open: () => {
        sockets.push(new FakeSocket());
        return sockets.at(-1) as FakeSocket;
      },
      ...options,
    });
    return { clock, sockets, client };
  };

  it('gives up a connection that does not open, and waits longer each time', async () => {
    const { clock, sockets, client } = setUp({ connectTimeoutMs: 1000, reconnect: (attempt) => attempt * 100 });
    void caught(client.connect());
    await clock.advance(999);
    expect([sockets.length, client.state]).toEqual([1, 'connecting']);
    await clock.advance(1);
    expect(client.state).toBe('waiting');
    await clock.advance(100);
    expect(sockets.length).toBe(2);
    await clock.advance(1000 + 199);
    expect(sockets.length).toBe(2);
    await clock.advance(1);
    expect([sockets.length, sockets[0]?.readyState]).toEqual([3, 3]);
    // One that came too late is not heard.
    sockets[0]?.fire('open');
    expect(client.state).toBe('connecting');
    client.close();
    expect(clock.pending).toBe(0);
  });

  it('waits a short while again after a connection that lasted', async () => {
    const { clock, sockets, client } = setUp({ reconnect: (attempt) => attempt * 100 });
    const delays: number[] = [];
    void caught(client.connect());
    await clock.advance(0);
    for (const lastedMs of [0, 0, 5000, 0]) {
      sockets.at(-1)?.fire('open');
      await clock.advance(lastedMs);
      const [count, from] = [sockets.length, clock.monotonic()];
      sockets.at(-1)?.fire('close', { code: 1006, reason: '' });
      while (sockets.length === count) await clock.advance(100);
      delays.push(clock.monotonic() - from);
    }
    expect(delays).toEqual([100, 200, 100, 200]);
    client.close();
  });

  it('says something when nothing else is to say, and leaves a connection that is silent', async () => {
    const heartbeat = { everyMs: 1000, message: 'ping' };
    const { clock, sockets, client } = setUp({ heartbeat, silenceMs: 3000, reconnect: () => 100 });
    void caught(client.connect());
    await clock.advance(0);
    sockets[0]?.fire('open');
    await clock.advance(500);
    void client.send('word');
    await clock.advance(1500);
    expect(sockets[0]?.sent).toEqual(['"word"', '"ping"']);
    sockets[0]?.fire('message', { data: '"pong"' });
    await clock.advance(3000);
    expect(client.state).toBe('open');
    await clock.advance(1000);
    expect([client.state, sockets[0]?.readyState]).toEqual(['waiting', 3]);
    client.close();
    expect(clock.pending).toBe(0);
  });

  it('waits with what it sends until there is room', async () => {
    const { clock, sockets, client } = setUp({ maxUnsentBytes: 100 });
    void caught(client.connect());
    await clock.advance(0);
    const [socket] = sockets as [FakeSocket];
    socket.fire('open');
    socket.bufferedAmount = 100;
    let isSent = false;
    const sent = client.send('late').then(() => (isSent = true));
    await clock.advance(1000);
    expect([isSent, socket.sent]).toEqual([false, []]);
    socket.bufferedAmount = 99;
    await clock.advance(20);
    await sent;
    expect(socket.sent).toEqual(['"late"']);
    client.close();
  });
});
