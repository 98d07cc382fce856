import { MemoryStore } from '@organism/metabolic';
import { storeContract, StoreContractError } from '@organism/metabolic/testing';
import { SeededEntropy, VirtualClock } from '@organism/testing';
import { describe, expect, it } from 'vitest';

describe('MemoryStore', () => {
  it.each(storeContract.map((clause) => [clause.name, clause] as const))('%s', async (_name, { run }) => {
    const clock = new VirtualClock();
    const store = new MemoryStore({ clock, entropy: new SeededEntropy('store') });
    await expect(run({ store, now: () => clock.now(), pass: (ms) => clock.advance(ms) })).resolves.toBe(undefined);
  });
});

describe('storeContract', () => {
  it('finds a store that does not keep it', async () => {
    const clock = new VirtualClock();
    const results = await Promise.allSettled(
      storeContract.map(({ run }) => {
        const store = new MemoryStore({ clock });
        store.invalidateTags = async () => {};
        return run({ store, now: () => clock.now(), pass: async () => {} });
      }),
    );
    const broken = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    expect(broken.length).toBeGreaterThan(2);
    for (const error of broken) expect(error).toBeInstanceOf(StoreContractError);
  });
});
