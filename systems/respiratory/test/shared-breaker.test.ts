import { consecutive, type Decision, MemoryBreakerStore } from '@organism/homeostasis';
import { FetchTransport, LungClient, type SharedBreakerStore } from '@organism/respiratory/client';
import { VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** In one process, with claims that end by themselves. */
class ClaimingStore extends MemoryBreakerStore implements SharedBreakerStore {
  readonly #clock: VirtualClock;
  readonly #until = new Map<string, number>();

  constructor(clock: VirtualClock) {
    super();
    this.#clock = clock;
  }

  claim(name: string, ms: number): boolean {
    if ((this.#until.get(name) ?? 0) > this.#clock.now()) return false;
    this.#until.set(name, this.#clock.now() + ms);
    return true;
  }

  release(name: string): void {
    this.#until.delete(name);
  }
}

const openMs = 1000;
const setUp = (count: number, makeStore: (clock: VirtualClock) => SharedBreakerStore) => {
  const clock = new VirtualClock();
  const store = makeStore(clock);
  const server = { well: false, asked: 0, running: 0, most: 0, holdMs: 0 };
  const decisions: Decision[] = [];
  const errors: unknown[] = [];
  const transport = new FetchTransport({
    fetch: async () => {
      server.asked += 1;
      server.running += 1;
      server.most = Math.max(server.most, server.running);
      if (server.holdMs > 0) await new Promise<void>((resolve) => void clock.setTimeout(resolve, server.holdMs));
      server.running -= 1;
      return new Response(null, { status: server.well ? 204 : 500 });
    },
  });
  const clients = Array.from(
    { length: count },
    () =>
      new LungClient({
        baseUrl: 'http://test',
        clock,
        transport,
        retry: false,
        pace: false,
        onDecision: (decision) => decisions.push(decision),
        breaker: {
          trip: consecutive({ failures: 2 }),
          openMs,
          share: { store, onError: (error) => errors.push(error) },
        },
      }),
  );
  const call = (index: number): Promise<string> =>
    clock.runUntil(
      (clients[index] as LungClient).get('/').then(
        () => 'answered',
        (error: unknown) => String((error as { code: unknown }).code),
      ),
    );
  return { clock, server, clients, call, decisions, errors };
};

const open = 'HOMEOSTASIS_BREAKER_OPEN';
const failed = 'RESPIRATORY_STATUS';

describe('breakers that share a state', () => {
  it('open with the first, and one of them probes for all', async () => {
    const { clock, server, call, clients, decisions } = setUp(3, (virtual) => new ClaimingStore(virtual));
    expect([await call(0), await call(0), await call(1), await call(2)]).toEqual([failed, failed, open, open]);
    await clock.advance(openMs);
    server.well = true;
    server.holdMs = 500;
    const all = clients.map((client) =>
      client.send('GET', '/').then(
        ({ status }) => status,
        (error: unknown) => (error as { code: unknown }).code,
      ),
    );
    const outcomes = await clock.runUntil(Promise.all(all));
    expect(outcomes.map(String).sort()).toEqual(['204', open, open]);
    expect([server.asked, server.most]).toEqual([3, 1]);
    server.holdMs = 0;
    expect([await call(0), await call(1), await call(2)]).toEqual(['answered', 'answered', 'answered']);
    expect(decisions.filter(({ type }) => type === 'reject').length).toBe(4);
  });

  it('each probe for themselves with a store that knows no claims', async () => {
    const { clock, server, call } = setUp(2, () => new MemoryBreakerStore());
    expect([await call(0), await call(0), await call(1)]).toEqual([failed, failed, open]);
    await clock.advance(openMs);
    server.well = true;
    expect([await call(1), await call(0)]).toEqual(['answered', 'answered']);
  });

  it('go their own way with a store that fails, and tell', async () => {
    const fail = (): never => {
      throw new Error('away');
    };
    const broken: SharedBreakerStore = { load: fail, save: fail, watch: fail, claim: fail, release: fail };
    const { clock, server, call, errors } = setUp(2, () => broken);
    expect([await call(0), await call(0), await call(0), await call(1)]).toEqual([failed, failed, open, failed]);
    await clock.advance(openMs);
    server.well = true;
    expect([await call(0), await call(1)]).toEqual(['answered', 'answered']);
    expect(errors.length).toBeGreaterThan(0);
  });

  it('join later when the store comes back', async () => {
    let away = true;
    const { clock, call, clients } = setUp(2, (virtual) => {
      const inner = new ClaimingStore(virtual);
      return {
        load: (name) => {
          if (away) throw new Error('away');
          return inner.load(name);
        },
        save: (name, snapshot) => inner.save(name, snapshot),
        watch: (name, listener) => inner.watch(name, listener),
        claim: (name, ms) => inner.claim(name, ms),
        release: (name) => inner.release(name),
      };
    });
    expect([await call(0), await call(1)]).toEqual([failed, failed]);
    away = false;
    await clock.advance(5000);
    expect([await call(0), await call(0), await call(1)]).toEqual([failed, open, open]);
    for (const client of clients) await client.close();
    expect(clock.pending).toBe(0);
  });

  it('property: never let more than one call through at a time once they are open, and all close in the end', async () => {
    const operation = fc.oneof(
      fc.record({ kind: fc.constant('call' as const), index: fc.nat(2) }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(50, 100, 500, 1000) }),
      fc.record({ kind: fc.constant('well' as const), well: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(operation, { maxLength: 40 }),
        fc.constantFrom(0, 30, 300),
        async (operations, holdMs) => {
          const { clock, server, call, clients } = setUp(3, (virtual) => new ClaimingStore(virtual));
          await call(0);
          await call(0);
          server.most = 0;
          server.holdMs = holdMs;
          const under: Promise<unknown>[] = [];
          let isClosed = false;
          for (const one of operations) {
            if (one.kind === 'wait') await clock.advance(one.ms);
            else if (one.kind === 'well') server.well = one.well;
            else
              under.push(
                (clients[one.index] as LungClient).get('/').then(
                  () => (isClosed = true),
                  () => {},
                ),
              );
            await clock.advance(0);
            // From the first answer on, they are closed again and may call as they like.
            if (isClosed) break;
            expect(server.running).toBeLessThanOrEqual(1);
          }
          server.well = true;
          await clock.runUntil(Promise.all(under));
          await clock.advance(openMs + 200);
          await call(0);
          expect([await call(0), await call(1), await call(2)]).toEqual(['answered', 'answered', 'answered']);
          for (const client of clients) await client.close();
          expect(clock.pending).toBe(0);
        },
      ),
    );
  });
});
