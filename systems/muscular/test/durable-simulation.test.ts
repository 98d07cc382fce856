import assert from 'node:assert/strict';
import {
  type Flow,
  type Journal,
  memoryJournal,
  type MemoryTransaction,
  Muscle,
  MuscleCoordination,
  RunError,
  workflow,
} from '@organism/muscular';
import { forAllSeeds, type Scenario } from '@organism/testing';
import { describe, expect, it } from 'vitest';

type Data = MemoryTransaction;

/** Counts how often something took effect, in the transaction that journals it. */
const count = (data: Data, what: string): number => {
  const times = Number(data.get(what) ?? 0) + 1;
  data.set(what, times);
  return times;
};

interface Effects {
  readonly done: Set<string>;
  readonly undone: Set<string>;
  readonly wobble: () => boolean;
  /** A step begins: notes when its result is in the journal already. */
  readonly begins: (run: string, step: string) => void;
}

const makeOrder = ({ begins }: Effects) =>
  workflow({
    name: 'order',
    run: async (fails: boolean, flow: Flow<Data>) => {
      const id = await flow.uuid();
      const paid = await flow.transaction('pay', (data) => count(data, `${flow.id} pay`));
      const [a, b] = await Promise.all([
        flow.step('a', () => {
          begins(flow.id, 'a');
          return `a ${id}`;
        }),
        (async () => {
          await flow.sleep(50);
          return flow.transaction('b', (data) => count(data, `${flow.id} b`));
        })(),
      ]);
      const winner = await Promise.race([
        flow.waitFor('go', { timeoutMs: 400 }).then((payload) => (payload === undefined ? 'late' : 'go')),
        flow.sleep(300, 'patience').then(() => 'impatient'),
      ]);
      if (fails) throw new Error('refused');
      await flow.transaction('ship', (data) => count(data, `${flow.id} ship`));
      return { paid, a, b, winner, id };
    },
  });

const makeTrip = ({ done, undone, wobble, begins }: Effects) => {
  const undo = new Muscle<string, void>({
    name: 'undo',
    run: (what) => {
      if (wobble()) throw new Error('try again');
      undone.add(what);
    },
  });
  return workflow({
    name: 'trip',
    compensation: { attempts: 20, delayMs: 5 },
    run: async (fails: boolean, flow: Flow<Data>) => {
      for (const part of ['hotel', 'car', 'flight']) {
        const what = `${flow.id} ${part}`;
        flow.compensate(`undo ${part}`, undo, what);
        await flow.step(part, () => {
          begins(flow.id, part);
          done.add(what);
        });
        await flow.sleep(20);
      }
      if (fails) await flow.step('pay', () => Promise.reject(new Error('no money')));
      return 'booked';
    },
  });
};

const rough = { delayMs: [0, 15], failRate: 0.05, lostReplyRate: 0.05, crashRate: 0.01 } as const;

const scenario: Scenario<void> = async ({ chance, faults, process, sleep }) => {
  const store = memoryJournal();
  const again: string[] = [];
  const begins = (run: string, step: string): void => {
    if (store.load(run)?.entries.some(({ name }) => name === step)) again.push(`${run} ${step}`);
  };
  const effects: Effects = { done: new Set(), undone: new Set(), wobble: () => chance.boolean(0.2), begins };
  const order = makeOrder(effects);
  const trip = makeTrip(effects);
  const ids = Array.from({ length: 6 }, (_, index) => (index % 2 === 0 ? `order-${index}` : `trip-${index}`));
  const fails = (id: string): boolean => id.endsWith('2') || id.endsWith('3');
  const engineOn = (journal: Journal<Data>) =>
    new MuscleCoordination<Data>({ store: journal, workflows: [order, trip], leaseMs: 200, pollMs: 30 });
  const launch = async (engine: MuscleCoordination<Data>, id: string): Promise<void> => {
    if (id.startsWith('order')) await engine.launch(order, fails(id), { id });
    else await engine.launch(trip, fails(id), { id });
  };
  let life = 0;
  const live = async (name: string): Promise<void> => {
    while (life < 8) {
      const one = process(`${name}-${(life += 1)}`, { skewMs: chance.integer(-50, 50) });
      const engine = engineOn(one.faults.wrap(store, rough) as unknown as Journal<Data>);
      const work = one.run(async () => {
        await one.start(engine);
        const launches = ids.map(async (id) => {
          await launch(engine, id);
          if (chance.boolean(0.3)) await engine.signal(id, 'go', 1, { id: 'go' });
        });
        await Promise.allSettled(launches);
      });
      await Promise.race([work.catch((error: unknown) => void error), sleep(chance.integer(50, 1000))]);
      await sleep(chance.integer(0, 500));
      if (chance.boolean(0.5)) one.crash();
      else await Promise.race([engine.stop({ timeoutMs: 500 }).catch(() => {}), sleep(1000)]);
    }
  };
  await Promise.all([live('one'), live('two')]);
  faults.calm();
  const last = process('last');
  const engine = engineOn(store);
  await last.start(engine);
  await last.run(async () => {
    for (const id of ids) {
      await launch(engine, id);
      const outcome: unknown = await engine
        .run(id)
        .result()
        .catch((error: unknown) => error);
      const parts = ['hotel', 'car', 'flight'].map((part) => `${id} ${part}`);
      if (fails(id)) assert.ok(outcome instanceof RunError && outcome.code === 'MUSCULAR_RUN_FAILED', `${id} failed`);
      if (id.startsWith('order')) {
        const effect = (what: string): unknown => store.data.get(`${id} ${what}`);
        assert.deepEqual([effect('pay'), effect('b'), effect('ship')], [1, 1, fails(id) ? undefined : 1], id);
        if (!fails(id)) assert.ok(!(outcome instanceof Error), `${id} completed`);
      } else if (fails(id))
        assert.ok(
          parts.every((part) => effects.undone.has(part)),
          `${id} was undone`,
        );
      else {
        assert.equal(outcome, 'booked');
        assert.ok(
          parts.every((part) => effects.done.has(part) && !effects.undone.has(part)),
          `${id} was booked`,
        );
      }
      const { events } = await engine.inspect(id);
      events.forEach(({ ordinal }, index) => assert.equal(ordinal, index + 1));
      const positions = events.filter(({ position }) => position > 0).map(({ position }) => position);
      assert.equal(new Set(positions).size, positions.length, 'a call was answered twice');
    }
  });
  assert.deepEqual(again, [], 'a step was run again after its result was journalled');
  await engine.stop();
};

describe('durable execution in a storm', () => {
  it('loses no step, applies none twice, and finishes or undoes every run: 1000 seeds', async () => {
    const seeds = Number(process.env['DURABLE_SEEDS'] ?? 1000);
    const report = await forAllSeeds(seeds, scenario, { leaks: 'ignore' });
    expect(report.count).toBe(seeds);
    expect(report.faults.crash).toBeGreaterThan(seeds / 10);
    expect(report.faults.lostReply).toBeGreaterThan(seeds);
  }, 300_000);
});
