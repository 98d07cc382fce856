import { Context, DeadlineError } from '@organism/cell';
import { TimeoutError } from '@organism/homeostasis';
import { ConnectError, ConnectionLostError, LungClient, type LungClientOptions } from '@organism/respiratory/client';
import { VirtualClock } from '@organism/testing';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { type Fault, FaultyServer } from './client-proxy.ts';

const body = JSON.stringify({ ok: true, text: 'x'.repeat(100) });
const seen: string[] = [];
const answer = (request: IncomingMessage, response: ServerResponse): void => {
  seen.push(`${request.method} ${request.url}`);
  request.resume();
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
    response.end(body);
  });
};

const setUp = async (
  faults: readonly Fault[],
  options: Partial<LungClientOptions> = {},
): Promise<{ server: FaultyServer; client: LungClient } & AsyncDisposable> => {
  seen.length = 0;
  const server = await FaultyServer.start(answer);
  server.faults.push(...faults);
  const client = new LungClient({ baseUrl: server.url, retry: false, ...options });
  return {
    server,
    client,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      await server[Symbol.asyncDispose]();
    },
  };
};

const caught = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a client on a network that fails', () => {
  it('gives a ConnectError when nobody listens', async () => {
    await using one = await setUp([]);
    const { url } = one.server;
    await one.server[Symbol.asyncDispose]();
    await using client = new LungClient({ baseUrl: url, retry: false });
    const error = await caught(client.get('/'));
    expect(error).toBeInstanceOf(ConnectError);
    expect(error).toMatchObject({ code: 'RESPIRATORY_CONNECT_FAILED', reason: 'ECONNREFUSED', retryable: true });
  });

  it.each([0, 10, 60, 150])('gives a ConnectionLostError when it is reset after %i bytes', async (resetAfter) => {
    await using one = await setUp([{ resetAfter }]);
    const error = await caught(one.client.get('/secret?token=hunter2'));
    expect(error).toBeInstanceOf(ConnectionLostError);
    expect((error as Error).message).toMatch(/\/secret: the connection was lost/);
    expect(JSON.stringify([error, (error as ConnectionLostError).details])).not.toContain('hunter2');
  });

  it('gives a ConnectionLostError when the server ends its half before the body is whole', async () => {
    await using one = await setUp([{ endAfter: 180 }]);
    await expect(one.client.get('/')).rejects.toThrow(/after \d+ of 121 bytes of the body/);
  });

  it('gives a ConnectionLostError when the length promises more than comes', async () => {
    const change = (text: string): string => text.replace('content-length: 121', 'content-length: 200');
    await using one = await setUp([{ change }]);
    const response = await one.client.open('GET', '/');
    const reading = caught(response.body.bytes(1000));
    await one.server[Symbol.asyncDispose]();
    expect(await reading).toMatchObject({ message: expect.stringMatching(/after 121 of 200 bytes of the body/) });
  });

  it('never uses a connection again on which more came than the length allows', async () => {
    const change = (text: string): string =>
      text.replace('content-length: 121', 'content-length: 2').replace('{"ok"', '{}"ok"');
    await using one = await setUp([{ change }]);
    expect(await one.client.get('/a')).toEqual({});
    expect(await one.client.get('/b')).toMatchObject({ ok: true });
    expect(one.server.connections).toBe(2);
  });

  it('takes an answer that comes byte by byte', async () => {
    await using one = await setUp([{ trickle: true }]);
    expect(await one.client.get('/')).toMatchObject({ ok: true });
  });

  it('repeats a GET after a reset, but not a POST', async () => {
    await using one = await setUp([{ resetAfter: 20 }, {}, { resetAfter: 0 }], {
      retry: { attempts: 3, backoff: () => 0 },
    });
    expect(await one.client.get('/')).toMatchObject({ ok: true });
    expect(seen).toEqual(['GET /', 'GET /']);
    await using two = await setUp([{ resetAfter: 20 }], { retry: { attempts: 3, backoff: () => 0 } });
    expect(await caught(two.client.post('/', { json: 1 }))).toBeInstanceOf(ConnectionLostError);
    expect(seen).toEqual(['POST /']);
  });

  it('repeats a POST that has an idempotency key', async () => {
    await using one = await setUp([{ resetAfter: 20 }], { retry: { attempts: 3, backoff: () => 0 } });
    expect(await one.client.post('/', { json: 1, idempotencyKey: true })).toMatchObject({ ok: true });
    expect(seen).toEqual(['POST /', 'POST /']);
  });

  it('sends again by itself what left on a connection that was closed meanwhile', async () => {
    let requests = 0;
    await using server = await FaultyServer.start((request, response) => {
      requests += 1;
      // The second request on a connection finds it closed.
      if (requests === 2) request.socket.destroy();
      else answer(request, response);
    });
    await using client = new LungClient({ baseUrl: server.url, retry: false });
    expect(await client.get('/')).toMatchObject({ ok: true });
    expect(await client.get('/')).toMatchObject({ ok: true });
    expect([requests, server.connections]).toEqual([3, 2]);
  });

  it('gives a TimeoutError, and lets go of the connection, when the answer does not come', async () => {
    const clock = new VirtualClock();
    await using one = await setUp([{ until: new Promise(() => {}) }], { clock, timeoutMs: 2000 });
    const work = caught(one.client.get('/'));
    await expect.poll(() => seen.length).toBe(1);
    await clock.advance(2100);
    expect(await work).toBeInstanceOf(TimeoutError);
    await expect.poll(() => one.server.open).toBe(0);
  });

  it('keeps to the deadline of the context, and tells the server of it', async () => {
    const clock = new VirtualClock();
    const context = new Context({ clock, deadline: clock.now() + 1000 });
    await using one = await setUp([{ until: new Promise(() => {}) }], { clock });
    const work = caught(context.run(() => one.client.get('/')));
    await expect.poll(() => seen.length).toBe(1);
    await clock.advance(1000);
    expect(await work).toBeInstanceOf(DeadlineError);
    await expect.poll(() => one.server.open).toBe(0);
  });

  it('cancels on a signal, whatever its reason', async () => {
    await using one = await setUp([{ until: new Promise(() => {}) }]);
    const controller = new AbortController();
    const work = caught(one.client.get('/', { signal: controller.signal }));
    await expect.poll(() => seen.length).toBe(1);
    controller.abort();
    expect(await work).toMatchObject({ code: 'CELL_CANCELLED' });
    await expect.poll(() => one.server.open).toBe(0);
  });

  it('fails as a ConnectError when connecting takes too long', async () => {
    const clock = new VirtualClock();
    // An address that is routed nowhere; a machine without any network says so at once, which is as good.
    await using client = new LungClient({
      baseUrl: 'http://10.255.255.1:9',
      clock,
      retry: false,
      timeoutMs: Infinity,
      sockets: { connectTimeoutMs: 500 },
    });
    const work = caught(client.get('/'));
    await clock.advance(500);
    expect(await work).toBeInstanceOf(ConnectError);
  });

  it('says that a header is malformed, and closes the connection', async () => {
    const change = (text: string): string => text.replace('content-type:', 'content type:');
    await using one = await setUp([{ change }]);
    expect(await caught(one.client.get('/'))).toMatchObject({ code: 'RESPIRATORY_BAD_RESPONSE', reason: 'protocol' });
    await expect.poll(() => one.server.open).toBe(0);
  });

  it('fails calls under way when it is closed', async () => {
    await using one = await setUp([{ until: new Promise(() => {}) }]);
    const work = caught(one.client.get('/'));
    await expect.poll(() => seen.length).toBe(1);
    await one.client.close();
    expect(await work).toBeInstanceOf(ConnectionLostError);
    expect(await caught(one.client.get('/'))).toMatchObject({ code: 'RESPIRATORY_CLIENT_CLOSED' });
  });

  it('leaves no timer behind', async () => {
    const clock = new VirtualClock();
    await using one = await setUp([{}, { resetAfter: 20 }], { clock, hedge: { delayMs: 1000 }, callTimeoutMs: 9000 });
    for (let call = 0; call < 50; call += 1) await caught(one.client.get('/'));
    await one.client.close();
    // The wheel of timeouts turns once more.
    await clock.advance(60_000);
    expect(clock.timers()).toEqual([]);
  });

  it('leaves no connection behind after hundreds of calls that end in all ways', async () => {
    const faults = Array.from({ length: 600 }, (_, index): Fault => (index % 3 === 0 ? { resetAfter: 90 } : {}));
    await using one = await setUp(faults, { breaker: false, sockets: { maxConnections: 4 } });
    const results = await Promise.all(Array.from({ length: 300 }, () => caught(one.client.get('/'))));
    expect(results.filter((error) => error === undefined).length).toBeGreaterThan(0);
    expect(one.server.open).toBeLessThanOrEqual(4);
    await one.client.close();
    await expect.poll(() => one.server.open).toBe(0);
  });
});
