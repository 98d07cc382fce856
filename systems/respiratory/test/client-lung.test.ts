import { OrganismError } from '@organism/cell';
import { Muscle } from '@organism/muscular';
import { endpoint, Lung, respond, stream } from '@organism/respiratory';
import { LungClient, RemoteError } from '@organism/respiratory/client';
import { Bone, ValidationError } from '@organism/skeletal';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

const Numbered = new Bone('test.numbered', z.object({ n: z.number() }));
const double = new Muscle({
  name: 'double',
  input: Numbered,
  output: Numbered,
  run: ({ n }) => {
    if (n === 13)
      throw new OrganismError('TEST_UNLUCKY', 'Not 13.', { status: 409, extensions: { n }, details: { n } });
    return { n: 2 * n };
  },
});

describe('both lungs', () => {
  let lung: Lung;
  let client: LungClient;
  const caught = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
  beforeAll(async () => {
    lung = await Lung.serve({
      port: 0,
      endpoints: [endpoint('GET /double/:n', double), endpoint('POST /double', double)],
    });
    client = new LungClient({ baseUrl: lung.url });
  });
  afterAll(async () => {
    await client.close();
    await lung.stop();
  });

  it('understand each other', async () => {
    expect(await client.get('/double/:n', { params: { n: 21 }, output: Numbered })).toEqual({ n: 42 });
    expect(await client.post('/double', { json: { n: 4 }, input: Numbered, output: Numbered })).toEqual({ n: 8 });
  });

  it('throw the same errors', async () => {
    const error = await caught(client.get('/double/:n', { params: { n: 13 } }));
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toMatchObject({ code: 'TEST_UNLUCKY', status: 409, message: 'Not 13.', extensions: { n: 13 } });
    const invalid = await caught(client.get('/double/:n', { params: { n: 'x' } }));
    const own = Numbered.safeParse({ n: 'x' });
    expect(invalid).toBeInstanceOf(ValidationError);
    expect(invalid).toMatchObject({ issues: own.ok ? [] : own.issues, status: 422 });
    expect(await caught(client.get('/nowhere'))).toMatchObject({ code: 'RESPIRATORY_NOT_FOUND', status: 404 });
  });
});

describe('a request that leads to another', () => {
  it.each([
    ['a call', 'GET /call'],
    ['a stream', 'GET /stream'],
  ])('hands on correlation, trace and deadline by %s, and ends it when its client leaves', async (_what, route) => {
    const seen: { correlation: string | undefined; trace: string | undefined; leftMs: number }[] = [];
    const ended: string[] = [];
    await using far = await Lung.serve({
      port: 0,
      onError: () => {},
      endpoints: [
        respond('GET /slow', async (exchange) => {
          seen.push({
            correlation: exchange.header('x-correlation-id'),
            trace: exchange.header('traceparent')?.slice(3, 35),
            leftMs: Number(exchange.header('x-timeout-ms')),
          });
          const outlet = exchange.open(200, { 'content-type': 'text/plain' });
          outlet.write('first');
          await once(exchange.signal, 'abort');
          ended.push('far');
        }),
      ],
    });
    await using client = new LungClient({ baseUrl: far.url, retry: false });
    const call = new Muscle({
      name: 'call',
      run: async () => {
        try {
          return await client.get('/slow');
        } finally {
          ended.push('near');
        }
      },
    });
    await using near = await Lung.serve({
      port: 0,
      onError: () => {},
      endpoints: [
        endpoint('GET /call', call),
        stream('GET /stream', async function* ({ context }) {
          try {
            const { body } = await client.open('GET', '/slow', { context });
            yield* body;
          } finally {
            ended.push('near');
          }
        }),
      ],
    });
    const trace = 'a'.repeat(32);
    const socket = connect(near.port, '127.0.0.1');
    const head = `host: x\r\nx-correlation-id: one\r\ntraceparent: 00-${trace}-${'b'.repeat(16)}-01\r\nx-timeout-ms: 60000`;
    socket.write(`${route} HTTP/1.1\r\n${head}\r\n\r\n`);
    await expect.poll(() => seen).toMatchObject([{ correlation: 'one', trace }]);
    expect(seen[0]?.leftMs).toBeGreaterThan(0);
    expect(seen[0]?.leftMs).toBeLessThanOrEqual(60_000);
    socket.destroy();
    await expect.poll(() => ended.toSorted()).toEqual(['far', 'near']);
    await expect.poll(() => [near, far].map((lung) => lung.describe().counters['open'])).toEqual([0, 0]);
  });
});
