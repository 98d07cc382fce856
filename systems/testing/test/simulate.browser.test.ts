import { forAllSeeds, SeededEntropy, simulate } from '@organism/testing';
import { expect, test } from 'vitest';
import { runStorm, stormDigest } from './fixtures/storm.ts';

test('in a browser, a simulation goes the same way as anywhere else', async () => {
  const { value, elapsedMs } = await simulate('seed-1', async ({ chance, sleep: wait }) => {
    const waits = [chance.integer(1, 1000), chance.integer(1, 1000)];
    for (const ms of waits) await wait(ms);
    return waits;
  });
  expect(elapsedMs).toBe(value.reduce((sum, ms) => sum + ms, 0));
  expect(new SeededEntropy('seed-1').uuid()).toBe('a3fd3e17-f077-4a73-8fcc-8681b991ac10');
  await forAllSeeds(20, async ({ sleep: wait }) => await wait(3_600_000), { checkReplay: true });
});

test('in a browser, injected faults are those of anywhere else', async () => {
  const { digest, faults } = await runStorm('seed-1');
  expect(faults.crash).toBe(1);
  expect(digest).toBe(stormDigest);
});
