import { Lung, type LungOptions, page, respond, stream } from '@organism/respiratory';
import { once } from 'node:events';
import { connect as connectPlainly, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { certificate } from './certificate.ts';

const own = certificate();
/** More than the system holds for two ends of a connection. */
const big = 'x'.repeat(32 * 2 ** 20);
const endpoints = [
  page('GET /text', () => big),
  respond('GET /bytes', (exchange) => exchange.reply(200, {}, Buffer.from(big))),
  stream('GET /stream', async function* () {
    yield big;
  }),
];

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
});

const serve = async (options: LungOptions): Promise<Lung> => {
  const lung = await Lung.serve({ port: 0, endpoints, ...options });
  ending.push(() => lung.stop());
  return lung;
};

/** Asks, and reads nothing of what comes. */
const ask = async ({ port }: Lung, secure: boolean, ...paths: readonly string[]): Promise<Socket> => {
  const socket = secure ? connectSecurely({ port, ca: own?.cert ?? '', host: 'localhost' }) : connectPlainly(port);
  socket.on('error', () => {});
  ending.push(() => socket.destroy());
  await once(socket, secure ? 'secureConnect' : 'connect');
  for (const path of paths) socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
  return socket.pause();
};
const openOf = (lung: Lung): number | undefined => lung.describe().counters['open'];

describe.each([
  ['plainly', false],
  ['over TLS', true],
])('a client that takes nothing of a response, %s', (_name, secure) => {
  // `certificate` has said why there is none.
  const only = secure && own === undefined ? it.skip : it;
  const options: LungOptions = secure && own !== undefined ? { tls: own } : {};

  only.each([
    ['a text', ['/text']],
    ['bytes', ['/bytes']],
    ['a stream', ['/stream']],
    ['what was pipelined behind another', ['/later', '/text']],
  ])('is cut off: %s', async (_what, paths) => {
    const gate = Promise.withResolvers<string>();
    const later = page('GET /later', () => gate.promise);
    const lung = await serve({ ...options, stallTimeoutMs: 200, endpoints: [...endpoints, later] });
    await ask(lung, secure, ...paths);
    await expect.poll(() => lung.describe().counters['requests']).toBe(paths.length);
    gate.resolve('later');
    await expect.poll(() => openOf(lung)).toBe(0);
  });

  only('is left alone as long as it takes a little from time to time', async () => {
    const stallTimeoutMs = 1000;
    const lung = await serve({ ...options, stallTimeoutMs });
    const socket = await ask(lung, secure, '/text');
    let bytes = 0;
    for (let taken = 0; taken < 12; taken += 1) {
      await new Promise((resolve) => setTimeout(resolve, stallTimeoutMs / 5));
      for (let goal = bytes + 2 ** 20; bytes < goal;) {
        const piece = socket.read() as Buffer | null;
        if (piece === null) await once(socket, 'readable');
        else bytes += piece.length;
      }
    }
    socket.on('data', (piece: Buffer) => (bytes += piece.length));
    await expect.poll(() => bytes).toBeGreaterThan(big.length);
    socket.destroy();
    await expect.poll(() => openOf(lung)).toBe(0);
  });

  only('is left alone while it waits for what is not there yet', async () => {
    const waiting = Promise.withResolvers<string>();
    const lung = await serve({
      ...options,
      stallTimeoutMs: 50,
      endpoints: [page('GET /waits', () => waiting.promise)],
    });
    const socket = await ask(lung, secure, '/waits');
    await expect.poll(() => openOf(lung)).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 400));
    waiting.resolve('here');
    const [answer] = (await once(socket.resume(), 'data')) as [Buffer];
    expect(answer.toString()).toContain('200 OK');
  });
});
