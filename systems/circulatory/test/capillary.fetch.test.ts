import { Capillary, type CapillaryOptions } from '@organism/circulatory/capillary';
import { CapillaryClient, eventStream, longPoll } from '@organism/circulatory/capillary/client';
import { afterEach, expect, it } from 'vitest';
import { anyone, closeAll, open, until } from './capillary.harness.ts';

afterEach(closeAll);

const start = async (options: Partial<CapillaryOptions> = {}): Promise<Capillary> => {
  const capillary = await new Capillary({ authenticate: anyone, ...options }).start();
  open.push(capillary);
  return capillary;
};

const url = 'http://channel.example/live';

it.each([eventStream, longPoll])(
  'carries messages both ways over $name without a server, and resumes',
  async (transport) => {
    const heard: unknown[] = [];
    const capillary = await start({ onMessage: (data) => void heard.push(data) });
    let cut = new AbortController();
    const got: unknown[] = [];
    const client = new CapillaryClient({
      url,
      transports: [transport],
      baseDelayMs: 5,
      onMessage: (data) => got.push(data),
      fetch: async (input, init) => {
        const signals = [init?.signal, cut.signal].filter((signal) => signal !== null && signal !== undefined);
        return await capillary.fetch(new Request(input as string, { ...init, signal: AbortSignal.any(signals) }));
      },
    });
    open.push({ [Symbol.asyncDispose]: async () => client.close() });
    client.connect();
    await client.send('hello');
    const [session] = capillary.sessions;
    for (let number = 0; number < 50; number += 1) {
      await session?.send({ number });
      if (number % 20 === 10) {
        const before = cut;
        cut = new AbortController();
        before.abort();
        await client.send(number);
      }
    }
    await until(() => expect(got.length).toBe(50));
    expect(got).toEqual(Array.from({ length: 50 }, (_, number) => ({ number })));
    expect([heard, [...capillary.sessions].length]).toEqual([['hello', 10, 30], 1]);
  },
);

it('holds back what nobody reads, and goes on when somebody does', async () => {
  const capillary = await start({ maxBufferedMessages: 1000, maxBufferedBytes: 10_000_000 });
  const answer = await capillary.fetch(new Request(url, { headers: { accept: 'text/event-stream' } }));
  const [session] = capillary.sessions;
  const text = 'x'.repeat(10_000);
  for (let number = 0; number < 100; number += 1) void session?.send(text);
  // A client that only listens acknowledges nothing: what was handed over is let go as room is needed.
  expect(session?.transport).toBe('sse');
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let messages = 0;
  while (messages < 100) messages += ((await reader?.read())?.value?.split(`"${text}"`).length ?? 1) - 1;
  await reader?.cancel();
  await until(() => expect(session?.transport).toBeUndefined());
});

it.each([
  ['a method', { method: 'PUT' }, 405, 'CIRCULATORY_METHOD_NOT_ALLOWED'],
  ['a body that is no JSON', { method: 'POST', body: '{' }, 400, 'CIRCULATORY_BAD_FRAME'],
  [
    'a body that is too large',
    { method: 'POST', body: `["${'x'.repeat(70_000)}"]` },
    413,
    'CIRCULATORY_MESSAGE_TOO_LARGE',
  ],
  ['a forged token', { headers: { 'capillary-session': 'a.b' } }, 410, 'CIRCULATORY_SESSION_UNKNOWN'],
  ['another origin', { headers: { origin: 'http://evil.example' } }, 403, 'CIRCULATORY_ORIGIN_FORBIDDEN'],
  ['no session at all', {}, 400, 'CIRCULATORY_BAD_FRAME'],
] as const)('refuses %s', async (_name, init, status, code) => {
  const capillary = await start();
  const answer = await capillary.fetch(new Request(url, init));
  expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
  expect(await answer.json()).toMatchObject({ code });
});

it('takes pages of its own origin, and none before it runs', async () => {
  const capillary = new Capillary({ authenticate: anyone });
  const ask = (): Promise<Response> =>
    capillary.fetch(new Request(url, { headers: { origin: 'http://channel.example', accept: 'text/event-stream' } }));
  expect((await ask()).status).toBe(503);
  await capillary.start();
  open.push(capillary);
  const answer = await ask();
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  await answer.body?.cancel();
});
