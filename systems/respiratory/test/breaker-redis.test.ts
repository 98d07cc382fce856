import { Breaker, type BreakerSnapshot, consecutive, shareBreaker } from '@organism/homeostasis';
import { LungClient } from '@organism/respiratory/client';
import { RedisBreakerStore } from '@organism/respiratory/redis';
import { Redis } from 'ioredis';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createProxy, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';

const client = new Redis({ host: '127.0.0.1', lazyConnect: true, maxRetriesPerRequest: 1, retryStrategy: null });
client.on('error', () => {});
const isUp = await client.connect().then(
  () => true,
  () => false,
);
if (!isUp) console.warn('Breakers on Redis are not tested, as there is no server at 127.0.0.1:6379.');
const prefix = `lung-breaker-${process.pid}`;
afterAll(async () => {
  if (!isUp) return;
  const keys = await client.keys(`${prefix}*`);
  if (keys.length > 0) await client.del(...keys);
  client.disconnect();
});

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
});

/** A server that fails until it is well, and counts who asks. */
const startServer = async (): Promise<{ url: string; state: { well: boolean; asked: number; holdMs: number } }> => {
  const state = { well: false, asked: 0, holdMs: 0 };
  const server = createServer((_request, response) => {
    state.asked += 1;
    setTimeout(() => response.writeHead(state.well ? 204 : 500).end(), state.holdMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ending.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, state };
};

/** A process of its own with a client of its own. */
const startProcess = async (
  url: string,
  name: string,
  openMs: number,
): Promise<(times: number) => Promise<string[]>> => {
  const child: ChildProcess = fork(
    fileURLToPath(new URL('breaker-redis-app.ts', import.meta.url)),
    [url, name, String(openMs)],
    { execArgv: ['--conditions=@organism/source'] },
  );
  ending.push(() => child.kill());
  await once(child, 'message');
  return async (times) => {
    const answer = once(child, 'message') as Promise<[string[]]>;
    child.send(times);
    return (await answer)[0];
  };
};

const open = 'HOMEOSTASIS_BREAKER_OPEN';
const failed = 'RESPIRATORY_STATUS';

describe.runIf(isUp)('breakers of two processes on Redis', () => {
  it('open together, and close together after one probe of one of them', async () => {
    const { url, state } = await startServer();
    const [one, other] = await Promise.all([1, 2].map(() => startProcess(url, `${prefix}-a`, 600)));
    expect(await one?.(3)).toEqual([failed, failed, failed]);
    // The other has never called; it learns of it at its first call.
    expect(await other?.(2)).toEqual([open, open]);
    expect(state.asked).toBe(3);
    state.well = true;
    state.holdMs = 300;
    await new Promise((resolve) => setTimeout(resolve, 700));
    const outcomes = await Promise.all([one?.(1), other?.(1)]);
    expect(outcomes.flat().sort()).toEqual([open, 'answered'].sort());
    expect(state.asked).toBe(4);
    state.holdMs = 0;
    await expect.poll(async () => [await one?.(1), await other?.(1)]).toEqual([['answered'], ['answered']]);
  });

  it('stay open together when the probe fails', async () => {
    const { url, state } = await startServer();
    const [one, other] = await Promise.all([1, 2].map(() => startProcess(url, `${prefix}-b`, 500)));
    expect(await one?.(3)).toEqual([failed, failed, failed]);
    expect(await other?.(1)).toEqual([open]);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await other?.(1)).toEqual([failed]);
    expect(await one?.(1)).toEqual([open]);
    expect(state.asked).toBe(4);
  });

  it('let another probe when the one that claimed it is gone', async () => {
    const store = new RedisBreakerStore({ client, prefix: `${prefix}-c` });
    const other = new RedisBreakerStore({ client, prefix: `${prefix}-c` });
    expect([await store.claim('x', 300), await other.claim('x', 300)]).toEqual([true, false]);
    await other.release('x');
    expect(await other.claim('x', 300)).toBe(false);
    await store.release('x');
    expect([await other.claim('x', 300), await store.claim('x', 300)]).toEqual([true, false]);
    await expect.poll(() => store.claim('x', 300)).toBe(true);
  });
});

describe.runIf(isUp)('a breaker store on Redis', () => {
  const snapshot = (state: BreakerSnapshot['state'], leftMs = 0): BreakerSnapshot => ({
    state,
    openUntil: Date.now() + leftMs,
    opens: 1,
    trip: { total: 0, failures: 0 },
  });

  it('keeps an opening by the server’s clock, and an isolation for good', async () => {
    const [early, late] = [-3_600_000, 3_600_000].map((skew) => {
      // All that the store asks of a clock.
      const clock = { now: () => Date.now() + skew } as never;
      return new RedisBreakerStore({ client, prefix: `${prefix}-d`, clock });
    });
    await early?.save('x', { ...snapshot('open'), openUntil: Date.now() - 3_600_000 + 10_000 });
    const seen = await late?.load('x');
    expect(seen).toMatchObject({ state: 'open', opens: 1 });
    const leftMs = (seen?.openUntil ?? 0) - (Date.now() + 3_600_000);
    expect(leftMs).toBeGreaterThan(9000);
    expect(leftMs).toBeLessThanOrEqual(10_000);
    expect(await client.pttl(`${prefix}-d:x`)).toBeGreaterThan(10_000);
    await late?.save('x', snapshot('isolated'));
    expect([(await early?.load('x'))?.state, await client.pttl(`${prefix}-d:x`)]).toEqual(['isolated', -1]);
    await early?.save('x', snapshot('closed'));
    expect((await late?.load('x'))?.state).toBe('closed');
    expect(await late?.load('y')).toBe(undefined);
  });

  it('stores nothing that was decided before somebody else decided otherwise', async () => {
    const [here, there] = [1, 2].map(() => new RedisBreakerStore({ client, prefix: `${prefix}-h` }));
    const heard: string[] = [];
    here?.watch('x', ({ state }) => heard.push(state));
    await there?.load('x');
    await there?.save('x', snapshot('isolated'));
    // As if it had waited in a queue.
    const stale = new RedisBreakerStore({ client, prefix: `${prefix}-h` });
    stale.watch('x', ({ state }) => heard.push(`stale ${state}`));
    await stale.save('x', snapshot('closed'));
    expect((await here?.load('x'))?.state).toBe('isolated');
    expect(heard.filter((one) => one.startsWith('stale'))).toEqual(['stale closed', 'stale isolated']);
    await stale.save('x', snapshot('closed'));
    await expect.poll(() => heard).toContain('closed');
    for (const store of [here, there, stale]) store?.[Symbol.dispose]();
  });

  it('tells others at once, and nobody after it is disposed of', async () => {
    const [here, there] = [1, 2].map(() => new RedisBreakerStore({ client, prefix: `${prefix}-e` }));
    const heard: string[] = [];
    there?.watch('x', ({ state }) => heard.push(`there ${state}`));
    here?.watch('x', ({ state }) => heard.push(`here ${state}`));
    here?.watch('y', ({ state }) => heard.push(`y ${state}`));
    await expect.poll(() => client.pubsub('NUMSUB', `${prefix}-e`)).toEqual([`${prefix}-e`, 2]);
    await here?.save('x', snapshot('isolated'));
    await expect.poll(() => heard).toEqual(['here isolated', 'there isolated']);
    there?.[Symbol.dispose]();
    await expect.poll(() => client.pubsub('NUMSUB', `${prefix}-e`)).toEqual([`${prefix}-e`, 1]);
    here?.[Symbol.dispose]();
  });
});

/** A way to Redis that can be cut. */
const startLine = async (): Promise<{ port: number; cut: () => void; mend: () => void }> => {
  const sockets = new Set<Socket>();
  let isCut = false;
  const proxy = createProxy((socket) => {
    socket.on('error', () => {});
    if (isCut) {
      socket.destroy();
      return;
    }
    const upstream = connect(6379, '127.0.0.1').on('error', () => {});
    for (const end of [socket, upstream]) sockets.add(end);
    socket.pipe(upstream).pipe(socket);
    socket.on('close', () => upstream.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const cut = (): void => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  ending.push(() => {
    cut();
    proxy.close();
  });
  return { port: (proxy.address() as AddressInfo).port, cut, mend: () => (isCut = false) };
};

describe.runIf(isUp)('while Redis is away', () => {
  it('each breaker goes its own way, and they are in step again when it is back', async () => {
    const { url, state } = await startServer();
    const line = await startLine();
    const behind = new Redis({ port: line.port, host: '127.0.0.1', maxRetriesPerRequest: 0, retryStrategy: () => 50 });
    behind.on('error', () => {});
    ending.push(() => behind.disconnect());
    const store = new RedisBreakerStore({ client: behind, prefix: `${prefix}-f` });
    ending.push(() => store[Symbol.dispose]());
    const errors: unknown[] = [];
    const lung = new LungClient({
      baseUrl: url,
      retry: false,
      breaker: {
        trip: consecutive({ failures: 2 }),
        openMs: 400,
        share: { store, onError: (error) => errors.push(error) },
      },
    });
    ending.push(() => lung.close());
    const call = (): Promise<unknown> =>
      lung.get('/').then(
        () => 'answered',
        (error: unknown) => (error as { code: unknown }).code,
      );
    state.well = true;
    expect(await call()).toBe('answered');
    line.cut();
    state.well = false;
    expect([await call(), await call(), await call()]).toEqual([failed, failed, open]);
    await expect.poll(() => errors.length).toBeGreaterThan(0);
    state.well = true;
    await expect.poll(call).toBe('answered');

    // Another isolates it meanwhile: heard of when the line is back.
    const elsewhere = new RedisBreakerStore({ client, prefix: `${prefix}-f` });
    const far = new Breaker();
    using _shared = await shareBreaker(far, {
      load: () => undefined,
      save: (_name, snapshot) => elsewhere.save(`breaker:${url}`, snapshot),
      watch: () => ({ [Symbol.dispose]: () => {} }),
    });
    far.isolate();
    line.mend();
    await expect.poll(call).toBe(open);
    far.close();
    await expect.poll(call).toBe('answered');
  });

  it('calls are not kept waiting for it', async () => {
    const { url, state } = await startServer();
    state.well = true;
    const nowhere = new Redis({ port: 1, host: '127.0.0.1', maxRetriesPerRequest: null, retryStrategy: () => 1000 });
    nowhere.on('error', () => {});
    ending.push(() => nowhere.disconnect());
    const store = new RedisBreakerStore({ client: nowhere, prefix: `${prefix}-g` });
    ending.push(() => store[Symbol.dispose]());
    const errors: unknown[] = [];
    const share = { store, waitMs: 20, onError: (error: unknown) => errors.push(error) };
    const lung = new LungClient({ baseUrl: url, breaker: { share } });
    ending.push(() => lung.close());
    expect(await lung.send('GET', '/')).toMatchObject({ status: 204 });
    expect(errors).toMatchObject([{ code: 'HOMEOSTASIS_TIMEOUT' }]);
  });
});
