import type { Decision } from '@organism/homeostasis';
import {
  ConnectionLostError,
  FetchTransport,
  LungClient,
  type LungClientOptions,
  Throttle,
} from '@organism/respiratory/client';
import { SeededEntropy, VirtualClock } from '@organism/testing';
import { describe, expect, it } from 'vitest';

const setUp = (answer: (at: number) => number | Error, options: Partial<LungClientOptions> = {}) => {
  const clock = new VirtualClock();
  const server = { asked: 0, taken: 0 };
  const transport = new FetchTransport({
    fetch: async () => {
      server.asked += 1;
      const status = answer(clock.monotonic());
      if (status instanceof Error) throw status;
      if (status < 400) server.taken += 1;
      return new Response(null, { status });
    },
  });
  const client = new LungClient({
    baseUrl: 'http://test',
    clock,
    entropy: new SeededEntropy(7),
    transport,
    retry: false,
    breaker: false,
    throttle: true,
    ...options,
  });
  const call = (): Promise<string> =>
    client.get('/').then(
      () => 'answered',
      (error: unknown) => String((error as { code: unknown }).code),
    );
  /** So many calls in a second. */
  const second = async (calls: number): Promise<string[]> => {
    const outcomes: string[] = [];
    for (let index = 0; index < calls; index += 1) {
      outcomes.push(await call());
      await clock.advance(1000 / calls);
    }
    return outcomes;
  };
  return { clock, server, client, call, second };
};

/** A server that takes so many calls a second, and refuses the rest. */
const limited = (perSecond: number, status: number): ((at: number) => number) => {
  let [second, left] = [0, perSecond];
  return (at) => {
    if (Math.floor(at / 1000) !== second) [second, left] = [Math.floor(at / 1000), perSecond];
    return (left -= 1) >= 0 ? 204 : status;
  };
};

describe('a throttle', () => {
  it.each([429, 503])('lets through about twice of what the server takes, when it refuses with %i', async (status) => {
    const { server, second } = setUp(limited(10, status));
    for (let time = 0; time < 30; time += 1) await second(100);
    const before = { ...server };
    const outcomes: string[] = [];
    for (let time = 0; time < 60; time += 1) outcomes.push(...(await second(100)));
    const [asked, taken] = [server.asked - before.asked, server.taken - before.taken];
    expect(taken).toBeGreaterThan(9 * 60);
    expect(asked / taken).toBeGreaterThan(1.5);
    expect(asked / taken).toBeLessThan(2.5);
    expect(outcomes.filter((code) => code === 'HOMEOSTASIS_RATE_LIMITED').length).toBe(6000 - asked);
  });

  it('lets all through again when the server is well', async () => {
    let isWell = false;
    const { second } = setUp(() => (isWell ? 204 : 503));
    for (let time = 0; time < 10; time += 1) await second(50);
    isWell = true;
    for (let time = 0; time < 60; time += 1) await second(20);
    expect(new Set(await second(50))).toEqual(new Set(['answered']));
  });

  it('turns nobody away for other errors, or while few call', async () => {
    const statuses = [404, 500, 409];
    let count = 0;
    const { server, second } = setUp(() => statuses[(count += 1) % 3] ?? 404);
    for (let time = 0; time < 5; time += 1) await second(50);
    expect(server.asked).toBe(250);
    const few = setUp(() => 503);
    for (let call = 0; call < 9; call += 1) await few.call();
    expect(few.server.asked).toBe(9);
    const lost = setUp(() => new TypeError('fetch failed', { cause: new Error('reset') }));
    for (let time = 0; time < 5; time += 1) await lost.second(50);
    expect(lost.server.asked).toBe(250);
  });

  it('is by origin, told of, and waited for by retries', async () => {
    const decisions: Decision[] = [];
    const { client, clock, second } = setUp(() => 503, {
      onDecision: (decision) => decisions.push(decision),
    });
    await second(50);
    expect(
      decisions.some(({ policy, name, type }) => [policy, name, type].join() === 'rate-limit,throttle,reject'),
    ).toBe(true);
    await expect(client.get('http://other/')).rejects.toMatchObject({ status: 503 });
    await clock.advance(10 * 60_000);
    expect(await second(5)).toEqual(Array.from({ length: 5 }, () => 'RESPIRATORY_STATUS'));
  });

  it('forgets, and refuses bad options', async () => {
    const clock = new VirtualClock();
    const throttle = new Throttle({ clock, minimum: 0, halfLifeMs: 1000 });
    const lost = new ConnectionLostError({ method: 'GET', origin: 'http://x', path: '/' }, 'there');
    await expect(throttle.execute(() => Promise.reject(lost))).rejects.toBe(lost);
    expect(throttle.refusal).toBe(0);
    for (const options of [{ factor: 0.5 }, { halfLifeMs: 0 }, { minimum: -1 }])
      expect(() => new Throttle(options)).toThrow(`${Object.keys(options)[0]} must be`);
  });
});
