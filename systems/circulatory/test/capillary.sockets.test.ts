import { connect as dial, createServer as listen, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { eventStream, longPoll, type Transport, webSocket } from '@organism/circulatory/capillary/client';
import { SeededEntropy } from '@organism/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { closeAll, connect, open, serve, until } from './capillary.harness.ts';

afterEach(closeAll);

const transports: readonly (readonly [string, Transport])[] = [
  ['websocket', webSocket],
  ['sse', eventStream],
  ['poll', longPoll],
];

describe.each(transports)('over %s', (name, transport) => {
  it('carries messages both ways, in order', async () => {
    const heard: unknown[] = [];
    const { url, capillary } = await serve({
      onMessage: (data, session) => {
        heard.push(data);
        return session.send({ echo: data });
      },
    });
    const { client, got } = connect(url, { transports: [transport] });
    await Promise.all([client.send('a'), client.send({ b: ['ü', null] }), client.send(3)]);
    expect(heard).toEqual(['a', { b: ['ü', null] }, 3]);
    await until(() => expect(got).toEqual([{ echo: 'a' }, { echo: { b: ['ü', null] } }, { echo: 3 }]));
    expect([client.state, client.transport, client.unacknowledged]).toEqual(['open', name, 0]);
    const numbers = Array.from({ length: 500 }, (_, index) => index);
    for (const number of numbers) await capillary.broadcast(number);
    await until(() => expect(got.slice(3)).toEqual(numbers));
  });
});

/** A loopback proxy that kills each connection after so many bytes, as often as `limits` has them. */
const breaking = async (url: string, limits: number[]): Promise<{ url: string; broken: () => number }> => {
  let broken = 0;
  const sockets = new Set<Socket>();
  const proxy = listen((near) => {
    const far = dial(Number(new URL(url).port), '127.0.0.1');
    let left = limits.shift() ?? Infinity;
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('error', () => {});
      one.on('close', () => other.destroy());
      one.on('data', (chunk) => {
        const part = chunk.subarray(0, left);
        left -= chunk.length;
        other.write(part);
        if (left > 0) return;
        broken++;
        one.destroy();
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  open.push({
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  });
  const { port } = proxy.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/capillary`, broken: () => broken };
};

describe.each(transports)('over %s, with sockets killed in the middle of a frame', (_name, transport) => {
  it.each([1, 2, 3])('resumes without loss or duplicates (seed %i)', async (seed) => {
    const chance = new SeededEntropy(seed);
    const heard: unknown[] = [];
    const { url, capillary } = await serve({ onMessage: (data) => void heard.push(data) });
    // The first lives long enough for the session to begin.
    const limits = Array.from(
      { length: 12 },
      (_, index) => (index === 0 ? 2000 : 300) + Math.floor(chance.random() * 3000),
    );
    const proxy = await breaking(url, limits);
    const { client, got } = connect(proxy.url, { transports: [transport], baseDelayMs: 5, maxDelayMs: 20 });
    await until(() => expect([...capillary.sessions].length).toBe(1));
    const numbers = Array.from({ length: 300 }, (_, index) => index);
    const [session] = capillary.sessions;
    const sent = numbers.map(async (number) => {
      await session?.send({ number });
      await client.send(number);
    });
    await Promise.all(sent);
    await until(() => expect(got.length).toBe(300));
    expect(got).toEqual(numbers.map((number) => ({ number })));
    expect(heard).toEqual(numbers);
    expect(proxy.broken()).toBeGreaterThan(0);
    expect([...capillary.sessions].length).toBe(1);
  });
});

it.each(transports)('over %s, closing ends the session at the server', async (_name, transport) => {
  const ended: string[] = [];
  const { url, capillary } = await serve({ onEnd: (_session, reason) => void ended.push(reason) });
  const { client } = connect(url, { transports: [transport] });
  await client.send('hello');
  client.close();
  await until(() => expect(ended).toEqual(['normal']));
  expect([[...capillary.sessions], client.state]).toEqual([[], 'closed']);
});

it.each(transports)(
  'over %s, a server that stops finishes what it has begun, and clients wait for it',
  async (_name, transport) => {
    const gate = Promise.withResolvers<void>();
    const { url, capillary } = await serve({ onMessage: () => gate.promise });
    const { client } = connect(url, { transports: [transport] });
    const sent = client.send('slow work');
    await until(() => expect([...capillary.sessions].some(({ waiting }) => waiting === 1)).toBe(true));
    const stopping = capillary.stop();
    gate.resolve();
    await stopping;
    await sent;
    await until(() => expect(client.state).toBe('waiting'));
  },
);
