import {
  Breaker,
  type BreakerSnapshot,
  type BreakerStore,
  consecutive,
  MemoryBreakerStore,
  shareBreaker,
} from '@organism/homeostasis';
import { VirtualClock } from '@organism/testing';
import { expect, test } from 'vitest';

const given = () => {
  const clock = new VirtualClock();
  const make = (name = 'payments'): Breaker =>
    new Breaker({ name, trip: consecutive({ failures: 1 }), openMs: 1000, clock });
  const fail = (breaker: Breaker): Promise<unknown> =>
    breaker.execute(() => Promise.reject(new Error('boom'))).catch((error: unknown) => error);
  return { clock, make, fail, store: new MemoryBreakerStore() };
};

test('when one opens, so do all of its name, until the same time', async () => {
  const { clock, make, fail, store } = given();
  const [here, there, other] = [make(), make(), make('orders')];
  using _shared = await shareBreaker(here, store);
  using _joined = await shareBreaker(there, store);
  using _apart = await shareBreaker(other, store);
  await fail(here);
  await clock.advance(400);
  expect([there.state, other.state]).toEqual(['open', 'closed']);
  expect(await fail(there)).toMatchObject({ code: 'HOMEOSTASIS_BREAKER_OPEN', retryAfterMs: 600 });
});

test('when one probe succeeds, all close; a newcomer takes over the state', async () => {
  const { clock, make, fail, store } = given();
  const [here, there] = [make(), make()];
  using _shared = await shareBreaker(here, store);
  await fail(here);
  using _joined = await shareBreaker(there, store);
  expect(there.state).toBe('open');
  await clock.advance(1000);
  expect(await there.execute(() => 'fine')).toBe('fine');
  expect([here.state, there.state]).toEqual(['closed', 'closed']);
});

test('what is heard while the store loads is newer than what it loads', async () => {
  const { make, store } = given();
  const stale = make().snapshot();
  const slow: BreakerStore = {
    load: async () => {
      await Promise.resolve();
      return stale;
    },
    save: (name, snapshot) => store.save(name, snapshot),
    watch: (name, listener) => store.watch(name, listener),
  };
  const [here, there] = [make(), make()];
  using _other = await shareBreaker(there, store);
  const joining = shareBreaker(here, slow);
  there.isolate();
  using _shared = await joining;
  expect(here.state).toBe('isolated');
});

test('stops when disposed of', async () => {
  const { make, store } = given();
  const [here, there] = [make(), make()];
  const sharing = await shareBreaker(here, store);
  using _joined = await shareBreaker(there, store);
  sharing[Symbol.dispose]();
  here.isolate();
  expect(there.state).toBe('closed');
  there.isolate();
  here.close();
  expect([here.state, there.state]).toEqual(['closed', 'isolated']);
});

test('a store that fails is told of, and the breaker goes its own way', async () => {
  const { make } = given();
  let listener: ((snapshot: BreakerSnapshot) => void) | undefined;
  const store: BreakerStore = {
    load: () => undefined,
    save: () => Promise.reject(new Error('store down')),
    watch: (_name, given_) => {
      listener = given_;
      return { [Symbol.dispose]: () => {} };
    },
  };
  const failures: unknown[] = [];
  const breaker = make();
  using _shared = await shareBreaker(breaker, store, (error) => failures.push(error));
  breaker.isolate();
  await Promise.resolve();
  await Promise.resolve();
  listener?.({ state: 'ajar' } as never);
  expect([breaker.state, failures.length]).toEqual(['isolated', 2]);
  await expect(
    shareBreaker(breaker, { ...store, load: () => Promise.reject(new Error('store down')) }),
  ).rejects.toThrow('store down');
});
