import { systemEntropy } from '@organism/cell';
import { build } from 'esbuild';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { chromiumArgs, findChromium } from '../../../tools/chromium.ts';
import { closeAll, open, serve, until } from './capillary.harness.ts';

const executablePath = findChromium();
let browser: Browser;
let script = '';

beforeAll(async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `import * as channel from '@organism/circulatory/capillary/client'; globalThis.channel = channel;`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    conditions: ['@organism/source'],
  });
  script = outputFiles[0]?.text ?? '';
  browser = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: [...chromiumArgs],
  });
});
afterAll(() => browser.close());
afterEach(closeAll);

/** A page on a host of its own, so that the browser asks for leave first. */
const openPage = async () => {
  const server = createServer((request, response) => {
    if (request.url === '/client.js') response.setHeader('content-type', 'text/javascript').end(script);
    else
      response
        .setHeader('content-type', 'text/html')
        .end('<!doctype html><title>Page</title><script type="module" src="/client.js"></script>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto(origin);
  open.push({
    [Symbol.asyncDispose]: async () => {
      await page.close();
      server.close();
    },
  });
  return { origin, page, errors };
};

it.each(['webSocket', 'eventStream', 'longPoll'])(
  'in a browser, over %s: carries messages both ways and resumes after a cut',
  async (transport) => {
    const { origin, page, errors } = await openPage();
    const heard: unknown[] = [];
    const { url, server, capillary } = await serve({
      origins: [origin],
      onMessage: (data) => void heard.push(data),
    });
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => sockets.add(socket));
    await page.evaluate(`
      globalThis.got = [];
      globalThis.client = new channel.CapillaryClient({
        url: ${JSON.stringify(url)}, transports: [channel.${transport}], baseDelayMs: 10, maxDelayMs: 20,
        onMessage: (data) => got.push(data),
      });
      client.connect();
    `);
    await page.evaluate(`client.send('first')`);
    const [session] = capillary.sessions;
    for (let number = 0; number < 60; number++) {
      await session?.send({ number, text: 'ü€😀' });
      if (number % 20 === 10) {
        for (const socket of sockets) socket.destroy();
        await page.evaluate(`client.send(${number})`);
      }
    }
    await until(async () => expect(await page.evaluate('got.length')).toBe(60));
    expect(await page.evaluate('got.map(({ number }) => number)')).toEqual(
      Array.from({ length: 60 }, (_, index) => index),
    );
    expect(await page.evaluate('got[0].text')).toBe('ü€😀');
    expect([heard, [...capillary.sessions].length, errors]).toEqual([['first', 10, 30, 50], 1, []]);
    await page.evaluate('client.close()');
    await until(() => expect([...capillary.sessions]).toEqual([]));
  },
);

it("resumes the browser's own EventSource by the id of the last event", async () => {
  const { origin, page } = await openPage();
  const { url, server, capillary } = await serve({
    origins: [origin],
    entropy: { ...systemEntropy, random: () => 0 },
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await page.evaluate(`
    globalThis.got = [];
    globalThis.source = new EventSource(${JSON.stringify(url)});
    source.onmessage = ({ data }) => got.push(JSON.parse(data));
  `);
  await until(() => expect([...capillary.sessions].length).toBe(1));
  const [session] = capillary.sessions;
  await session?.send(1);
  await until(async () => expect(await page.evaluate('got')).toEqual([1]));
  for (const socket of sockets) socket.destroy();
  await until(() => expect(session?.transport).toBeUndefined());
  await session?.send(2);
  await until(async () => expect(await page.evaluate('got')).toEqual([1, 2]));
  expect([...capillary.sessions].length).toBe(1);
}, 30_000);
