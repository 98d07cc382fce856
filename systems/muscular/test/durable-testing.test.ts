import { type Flow, type MemoryTransaction, Muscle, workflow } from '@organism/muscular';
import { crashAtEveryStep } from '@organism/muscular/testing';
import { SimulationError } from '@organism/testing';
import { describe, expect, it } from 'vitest';

const makeOrder = (fails: boolean, careless: boolean) => () => {
  const stock = new Set<string>();
  const reserve = new Muscle<string, void>({ name: 'reserve', idempotent: true, run: (item) => void stock.add(item) });
  const free = new Muscle<string, void>({ name: 'free', idempotent: true, run: (item) => void stock.delete(item) });
  let charges = 0;
  const order = workflow({
    name: 'order',
    run: async (item: string, flow: Flow<MemoryTransaction>) => {
      flow.compensate('free', free, item);
      await flow.step('reserve', reserve, item);
      // Neither idempotent nor transactional: what a crash test is there to find.
      if (careless) await flow.step('charge', () => (charges += 1));
      else await flow.transaction('charge', (data) => data.set('charged', Number(data.get('charged') ?? 0) + 1).size);
      await flow.waitFor('shipped', { timeoutMs: 1000 });
      if (fails) throw new Error('lost on the way');
      return item;
    },
  });
  return {
    workflow: order,
    input: 'tea',
    drive: (run: { signal: (name: string, payload: unknown, options: { id: string }) => Promise<void> }) =>
      run.signal('shipped', true, { id: 'shipped' }),
    check: ({ data, status }: { data: MemoryTransaction; status: string }) => {
      expect(status).toBe(fails ? 'failed' : 'completed');
      expect(stock.size).toBe(fails ? 0 : 1);
      expect(careless ? charges : data.get('charged')).toBe(1);
    },
  };
};

describe('crashAtEveryStep', () => {
  it('proves a workflow that completes, and one that is undone', async () => {
    const completed = await crashAtEveryStep(makeOrder(false, false));
    expect(completed.points).toBeGreaterThanOrEqual(12);
    expect(completed.statuses).toEqual({ completed: completed.points + 1 });
    const undone = await crashAtEveryStep(makeOrder(true, false));
    expect(undone.points).toBeGreaterThan(completed.points);
    expect(undone.statuses).toEqual({ failed: undone.points + 1 });
  });

  it('finds an effect that is applied twice, and says where', async () => {
    const failure: unknown = await crashAtEveryStep(makeOrder(false, true)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SimulationError);
    expect(String(failure)).toMatch(/crash before commit \d+/);
  });
});
