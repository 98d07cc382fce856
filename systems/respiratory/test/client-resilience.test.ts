import { Context, DeadlineError, sleep } from '@organism/cell';
import {
  BreakerOpenError,
  BulkheadFullError,
  type Decision,
  RateLimitedError,
  TimeoutError,
} from '@organism/homeostasis';
import { FetchTransport, HeaderList, LungClient, type LungClientOptions, Pace } from '@organism/respiratory/client';
import { SeededEntropy, VirtualClock } from '@organism/testing';
import { describe, expect, it } from 'vitest';

type Answer = (request: Request, count: number) => Response | Promise<Response>;

const setUp = (
  answer: Answer,
  options: Partial<LungClientOptions> = {},
): { client: LungClient; clock: VirtualClock; at: number[]; requests: Request[] } => {
  const clock = new VirtualClock();
  const at: number[] = [];
  const requests: Request[] = [];
  const fetch = async (request: Request): Promise<Response> => {
    at.push(clock.monotonic());
    requests.push(request);
    return answer(request, requests.length);
  };
  const client = new LungClient({
    baseUrl: 'http://test',
    clock,
    entropy: new SeededEntropy(1),
    transport: new FetchTransport({ fetch }),
    ...options,
  });
  return { client, clock, at, requests };
};

const status = (code: number, headers: Record<string, string> = {}): Response =>
  new Response(null, { status: code, headers });
const lost = (): never => {
  throw new TypeError('fetch failed', { cause: new Error('reset') });
};
const caught = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('retries', () => {
  it.each([
    ['GET', 503, 3],
    ['PUT', 502, 3],
    ['DELETE', 504, 3],
    ['GET', 408, 3],
    ['POST', 503, 1],
    ['PATCH', 502, 1],
    ['POST', 429, 3],
    ['GET', 500, 1],
    ['GET', 404, 1],
  ])('%s after %i: %i attempts', async (method, code, attempts) => {
    const { client, clock, at } = setUp(() => status(code));
    expect(await clock.runUntil(caught(client.send(method, '/')))).toMatchObject({ status: code });
    expect(at.length).toBe(attempts);
  });

  it('repeat a POST that never left', async () => {
    const { client, clock, at } = setUp((_request, count) => {
      if (count < 3)
        throw new TypeError('fetch failed', { cause: Object.assign(new Error('no'), { code: 'ECONNREFUSED' }) });
      return Response.json('done');
    });
    expect(await clock.runUntil(client.post('/', { json: 1 }))).toBe('done');
    expect(at.length).toBe(3);
    const broken = setUp(lost);
    await broken.clock.runUntil(caught(broken.client.post('/', { json: 1 })));
    expect(broken.at.length).toBe(1);
  });

  it('keep the idempotency key over all attempts', async () => {
    const { client, clock, requests } = setUp((_request, count) => (count < 3 ? lost() : status(204)));
    await clock.runUntil(client.post('/', { json: 1, idempotencyKey: true }));
    const keys = requests.map(({ headers }) => headers.get('idempotency-key'));
    expect([keys.length, new Set(keys).size, keys[0]?.length]).toEqual([3, 1, 36]);
  });

  it.each([
    ['2', 2000],
    [new Date(Date.UTC(2026, 0, 1, 0, 0, 3)).toUTCString(), 3000],
    ['Thursday, 01-Jan-26 00:00:04 GMT', 4000],
    ['Thu Jan  1 00:00:05 2026', 5000],
  ])('wait as long as Retry-After says: %s', async (value, waitMs) => {
    const { client, clock, at } = setUp((_request, count) =>
      count === 1 ? status(503, { 'retry-after': value }) : status(204),
    );
    await clock.runUntil(client.get('/'));
    expect(at).toEqual([0, waitMs]);
  });

  it('give up when that is too long', async () => {
    const { client, clock, at } = setUp(() => status(503, { 'retry-after': '3600' }));
    expect(await clock.runUntil(caught(client.get('/')))).toMatchObject({ status: 503, retryAfterMs: 3_600_000 });
    expect(at).toEqual([0]);
  });

  it('stay within the budget of an origin', async () => {
    const { client, clock, at } = setUp(() => status(503), {
      breaker: false,
      retry: { attempts: 10, backoff: () => 1 },
    });
    await clock.runUntil(Promise.all(Array.from({ length: 200 }, () => caught(client.get('/')))));
    // 100 are allowed in any case, and one for each five calls.
    expect(at.length).toBe(200 + 100 + 40);
  });
});

describe('a slow server', () => {
  const never: Answer = ({ signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

  it('meets the timeout of each attempt, and that of the call', async () => {
    const { client, clock, requests } = setUp(never, { timeoutMs: 1000, retry: { attempts: 3, backoff: () => 0 } });
    expect(await clock.runUntil(caught(client.get('/')))).toBeInstanceOf(TimeoutError);
    expect(requests.map(({ signal }) => signal.aborted)).toEqual([true, true, true]);
    const error = await clock.runUntil(caught(client.get('/', { timeoutMs: 1500 })));
    expect(error).toMatchObject({ code: 'HOMEOSTASIS_TIMEOUT', details: { policy: 'call', timeoutMs: 1500 } });
    expect(requests.length).toBe(5);
  });

  it('meets the deadline of the context, and hears of it', async () => {
    const { client, clock, requests } = setUp(never, { timeoutMs: Infinity });
    const context = new Context({ clock, deadline: clock.now() + 700 });
    const work = caught(context.run(() => client.get('/')));
    expect(await clock.runUntil(work)).toBeInstanceOf(DeadlineError);
    expect(requests[0]?.headers.get('x-timeout-ms')).toBe('700');
    expect(clock.monotonic()).toBe(700);
  });

  it('is asked a second time beside the first, for what may be done twice', async () => {
    const slowFirst: Answer = async (_request, count) => {
      if (count === 1) await new Promise(() => {});
      return Response.json(count);
    };
    const { client, clock, at } = setUp(slowFirst, { hedge: { delayMs: 100 } });
    expect(await clock.runUntil(client.get('/'))).toBe(2);
    expect(at[1]).toBeGreaterThanOrEqual(100);
    const writes = setUp(
      async () => {
        await sleep(writes.clock, 500);
        return status(204);
      },
      { hedge: { delayMs: 100 } },
    );
    await writes.clock.runUntil(writes.client.post('/'));
    expect(writes.at).toEqual([0]);
  });
});

describe('a failing server', () => {
  it('is left alone for a while, and other origins are not', async () => {
    const { client, clock, at } = setUp(({ url }) => (url.startsWith('http://test') ? status(500) : status(204)), {
      breaker: { openMs: 5000 },
    });
    for (let call = 0; call < 5; call += 1) await caught(client.get('/'));
    expect(await caught(client.get('/'))).toBeInstanceOf(BreakerOpenError);
    expect(at.length).toBe(5);
    expect(await client.get('http://other/')).toBeUndefined();
    await clock.advance(5000);
    expect(await caught(client.get('/'))).toMatchObject({ status: 500 });
    expect(at.length).toBe(7);
  });

  it('is not called sick for what its callers do wrong', async () => {
    const codes = [404, 409, 422, 429, 401];
    const { client, clock, at } = setUp((_request, count) => status(codes[count % codes.length] ?? 404), {
      retry: false,
    });
    for (let call = 0; call < 20; call += 1) await clock.runUntil(caught(client.get('/')));
    expect(at.length).toBe(20);
  });

  it('has its calls bounded, and every decision told', async () => {
    const decisions: [Decision['policy'], string][] = [];
    const holding = Promise.withResolvers<void>();
    const { client } = setUp(() => holding.promise.then(() => status(204)), {
      bulkhead: { concurrency: 2, queue: 1 },
      retry: false,
      onDecision: ({ policy }, origin) => decisions.push([policy, origin]),
    });
    const calls = Array.from({ length: 4 }, () => caught(client.get('/')));
    expect(await calls[3]).toBeInstanceOf(BulkheadFullError);
    holding.resolve();
    expect(await Promise.all(calls.slice(0, 3))).toEqual([undefined, undefined, undefined]);
    expect(decisions).toContainEqual(['bulkhead', 'http://test']);
  });
});

describe('a server that limits its callers', () => {
  it('is not asked before its time, by any call', async () => {
    const { client, clock, at } = setUp(
      (_request, count) => (count === 1 ? status(429, { 'retry-after': '5' }) : status(204)),
      { retry: false },
    );
    expect(await caught(client.get('/'))).toMatchObject({ status: 429, retryAfterMs: 5000 });
    await clock.runUntil(Promise.all([client.get('/a'), client.post('/b')]));
    expect(at).toEqual([0, 5000, 5000]);
  });

  it.each<[string, Record<string, string>]>([
    ['RateLimit', { ratelimit: '"burst";r=9;t=60, "daily";r=0;t=4' }],
    ['RateLimit-Remaining', { 'ratelimit-limit': '10', 'ratelimit-remaining': '0', 'ratelimit-reset': '4' }],
    [
      'X-RateLimit-Reset in seconds since the epoch',
      { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Date.UTC(2026, 0, 1, 0, 0, 4) / 1000) },
    ],
  ])('is heard by %s', async (_what, headers) => {
    const { client, clock, at } = setUp(() => status(204, headers));
    await client.get('/');
    await clock.runUntil(client.get('/'));
    expect(at).toEqual([0, 4000]);
  });

  it('lets as many through as it said, those under way included', async () => {
    const { client, clock, at } = setUp(() =>
      status(204, { 'ratelimit-remaining': String(Math.max(0, 4 - at.length)), 'ratelimit-reset': '9' }),
    );
    await client.get('/');
    await clock.runUntil(Promise.all(Array.from({ length: 6 }, () => client.get('/'))));
    expect(at.slice(0, 4)).toEqual([0, 0, 0, 0]);
    expect(at.slice(4).every((time) => time >= 9000)).toBe(true);
  });

  it('turns calls away that would wait too long, and cancels those that wait', async () => {
    const clock = new VirtualClock();
    const pace = new Pace({ clock, maxWaitMs: 5000 });
    pace.learn(503, HeaderList.of({ 'retry-after': '6' }));
    expect(pace.waitMs).toBe(6000);
    await expect(pace.execute(() => 1)).rejects.toBeInstanceOf(RateLimitedError);
    await clock.advance(2000);
    const controller = new AbortController();
    const waiting = caught(pace.execute(() => 1, { signal: controller.signal }));
    controller.abort();
    expect(await waiting).toMatchObject({ code: 'CELL_CANCELLED' });
    const work = pace.execute(({ attempt, signal }) => [attempt, signal.aborted]);
    expect(await clock.runUntil(work)).toEqual([1, false]);
    expect(clock.monotonic()).toBe(6000);
  });
});
