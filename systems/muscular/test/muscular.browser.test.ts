import { Context } from '@organism/cell';
import { MuscleMemory, Muscle, parallel, saga, sequence } from '@organism/muscular';
import { expect, it } from 'vitest';

const who = new Muscle({ name: 'who', run: (_input: void, { context }) => context.tenant ?? 'nobody' });
const shout = new Muscle({ name: 'shout', deterministic: true, run: (text: string) => text.toUpperCase() });

it('hands its context on where there is no ambient one', async () => {
  const context = new Context({ tenant: 'lisbon' });
  const group = sequence({ name: 'group', steps: [who, parallel({ name: 'both', members: { shout } })] });
  await context.run(async () => {
    await Promise.resolve();
    expect(Context.current()).toBeUndefined();
    expect(await group.execute()).toEqual({ shout: 'NOBODY' });
    expect(await group.execute(undefined, { context })).toEqual({ shout: 'LISBON' });
  });
});

it('cancels, remembers and compensates as on a server', async () => {
  const memory = new MuscleMemory({ ttlMs: 60_000 });
  const remembered = memory.memoise(shout);
  expect([await remembered.execute('a'), await remembered.execute('a'), memory.stats().hits]).toEqual(['A', 'A', 1]);
  const controller = new AbortController();
  const done: string[] = [];
  const leave = new Muscle({ name: 'leave', run: (_input: void) => controller.abort() });
  const trip = saga<void>({ name: 'trip' })
    .step('first', leave, { input: () => undefined, compensate: () => void done.push('undone') })
    .step('second', who, { input: () => undefined })
    .output(() => 'done');
  await expect(trip.execute(undefined, { signal: controller.signal })).rejects.toMatchObject({
    code: 'CELL_CANCELLED',
  });
  expect(done).toEqual(['undone']);
});
