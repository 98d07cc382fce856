import { Context } from '@organism/cell';
import { Ependymal, type Failure } from '@organism/nervous';
import { forAllSeeds, type Scenario } from '@organism/testing';
import { expect, it } from 'vitest';

/**
 * A gate under everything at once: slow and failing opens and closes, owners that die, cancel, run out of time or
 * throw their resource away. Afterwards nobody waits, no place is lost, and all that was opened is closed.
 */
const ordeal: Scenario<unknown> = async ({ chance, clock, log, sleep, start }) => {
  const capacity = chance.integer(1, 4);
  const failures: Failure[] = [];
  let [open, most, opened, nextId] = [0, 0, 0, 0];
  const inUse = new Set<number>();
  const slowly = async (): Promise<void> => {
    if (chance.boolean(0.7)) await sleep(chance.integer(0, 20));
  };
  const gate = await start(
    new Ependymal<{ id: number }>({
      name: 'gate',
      clock,
      capacity,
      queue: chance.integer(0, 6),
      idleMs: chance.pick([0, 5, 30, Infinity]),
      leakAfterMs: chance.pick([10, Infinity]),
      openTimeoutMs: 1000,
      closeTimeoutMs: 1000,
      open: async () => {
        // The place is taken from before the opening until after the closing.
        open += 1;
        most = Math.max(most, open);
        await slowly();
        if (chance.boolean(0.2)) {
          open -= 1;
          throw new Error('no connection');
        }
        opened += 1;
        return { id: nextId++ };
      },
      close: async () => {
        await slowly();
        open -= 1;
        if (chance.boolean(0.2)) throw new Error('not closed cleanly');
      },
      onError: (failure) => failures.push(failure),
    }),
  );
  const outcomes: Record<string, number> = {};
  const count = (what: string): void => void (outcomes[what] = (outcomes[what] ?? 0) + 1);
  const call = async (owner: string): Promise<void> => {
    const abort = new AbortController();
    if (chance.boolean(0.2)) void sleep(chance.integer(0, 20)).then(() => abort.abort());
    const timeoutMs = chance.boolean(0.2) ? { timeoutMs: chance.integer(0, 20) } : {};
    const context = new Context({ clock });
    try {
      const lease = await gate.acquire(owner, { signal: abort.signal, context, ...timeoutMs });
      const { id } = lease.resource;
      // No two hold the same resource at the same time.
      expect(inUse.has(id)).toBe(false);
      inUse.add(id);
      lease.signal.addEventListener('abort', () => inUse.delete(id));
      await sleep(chance.integer(0, 30));
      if (lease.ended === undefined) inUse.delete(id);
      count(lease.ended ?? 'kept');
      // Given back without waiting for it: the next may follow at once.
      void (chance.boolean(0.2) ? lease.discard() : lease.release());
    } catch (error) {
      count((error as { code: string }).code);
    }
  };
  const calls: Promise<void>[] = [];
  for (let step = 0; step < 60; step += 1) {
    const owner = chance.pick(['a', 'b', 'c', 'd']);
    if (chance.boolean(0.1)) {
      const freed = await gate.releaseOwner(owner);
      expect(gate.leases.filter((lease) => lease.owner === owner && lease.heldMs > 20)).toEqual([]);
      log('died', { leases: freed.leases.length, waiting: freed.waiting });
    } else calls.push(call(owner));
    await sleep(chance.integer(0, 6));
    const { leased = 0, idle = 0, opening = 0, closing = 0 } = gate.describe().counters;
    expect(leased + idle + opening + closing).toBeLessThanOrEqual(capacity);
    expect(open).toBeLessThanOrEqual(leased + idle + opening + closing);
  }
  await Promise.all(calls);
  // No slot is lost: all of them can be had at the same time, however often opening fails.
  const all = await Promise.all(
    Array.from({ length: capacity }, async () => {
      for (;;) {
        try {
          return await gate.acquire('last');
        } catch {
          await sleep(50);
        }
      }
    }),
  );
  expect(gate.describe().counters).toMatchObject({ leased: capacity, waiting: 0, opening: 0, closing: 0, idle: 0 });
  expect(new Set(all.map(({ resource }) => resource.id)).size).toBe(capacity);
  for (const lease of all) await lease.release();
  await gate.stop({ timeoutMs: 60_000 });
  expect(most).toBeLessThanOrEqual(capacity);
  expect([open, inUse.size]).toEqual([0, 0]);
  expect(gate.describe().counters).toMatchObject({ leased: 0, idle: 0, opening: 0, closing: 0, waiting: 0 });
  expect(opened).toBeGreaterThan(0);
  log('outcomes', outcomes);
  return outcomes;
};

it('never opens more than its capacity and loses no place, under failures, cancels and deaths of owners', async () => {
  const { count } = await forAllSeeds(300, ordeal, { prefix: 'gate' });
  expect(count).toBe(300);
});

it('replays exactly', async () => {
  const { count } = await forAllSeeds(20, ordeal, { prefix: 'replay', checkReplay: true });
  expect(count).toBe(20);
});
