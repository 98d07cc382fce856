import { CancelledError, Context, OptionError } from '@organism/cell';
import { InProgressError, KeyReusedError, Muscle, type OnceOptions, ResultNotKeptError } from '@organism/muscular';
import { Astrocyte, MemoryState, type StateStore } from '@organism/nervous';
import { Bone, isoDate } from '@organism/skeletal';
import { VirtualClock } from '@organism/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

interface Order {
  readonly id: string;
  readonly amount: number;
}
const Receipt = new Bone('receipt', z.object({ at: isoDate(), total: z.number() }));

const makeShop = (options: Partial<OnceOptions<Order>> = {}) => {
  const clock = new VirtualClock();
  const gates: PromiseWithResolvers<void>[] = [];
  const signals: AbortSignal[] = [];
  const pay = new Muscle({
    name: 'pay',
    output: Receipt,
    idempotencyKey: ({ id }: Order) => id,
    ...options,
    run: async ({ amount }: Order, { signal }) => {
      const gate = Promise.withResolvers<void>();
      gates.push(gate);
      signals.push(signal);
      await gate.promise;
      return { at: new Date(0).toISOString(), total: amount };
    },
  });
  return { pay, clock, gates, signals, context: new Context({ clock }) };
};
const makeStore = (clock: VirtualClock) => new Astrocyte({ name: 'results', driver: new MemoryState(), clock });
const settle = () => new VirtualClock().settle();

describe('an idempotency key', () => {
  it('joins calls of the same request while one is under way', async () => {
    const { pay, gates } = makeShop();
    const calls = [1, 2, 3].map(() => pay.execute({ id: 'a', amount: 5 }));
    const other = pay.execute({ id: 'b', amount: 5 });
    await settle();
    expect(gates.length).toBe(2);
    for (const gate of gates) gate.resolve();
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 3 }, () => ({ at: new Date(0), total: 5 })));
    await other;
    void pay.execute({ id: 'a', amount: 5 });
    await settle();
    expect(gates.length).toBe(3);
  });

  it('lets one who joined leave, and cancels the run when the last has left', async () => {
    const { pay, gates, signals } = makeShop();
    const [first, second] = [new AbortController(), new AbortController()];
    const one = pay.execute({ id: 'a', amount: 5 }, { signal: first.signal }).catch((error: unknown) => error);
    const two = pay.execute({ id: 'a', amount: 5 }, { signal: second.signal }).catch((error: unknown) => error);
    await settle();
    first.abort();
    expect(await one).toBeInstanceOf(CancelledError);
    expect(signals[0]?.aborted).toBe(false);
    second.abort();
    expect(await two).toBeInstanceOf(CancelledError);
    expect([signals[0]?.aborted, gates.length]).toEqual([true, 1]);
  });

  it('refuses another request under the same key', async () => {
    const { pay, gates } = makeShop();
    const first = pay.execute({ id: 'a', amount: 5 });
    await settle();
    await expect(pay.execute({ id: 'a', amount: 6 })).rejects.toBeInstanceOf(KeyReusedError);
    gates[0]?.resolve();
    await first;
  });

  it('gives a remembered result, as its Bone reads it, and refuses another input then too', async () => {
    const clock = new VirtualClock();
    const results = makeStore(clock);
    const before = makeShop({ results });
    const first = before.pay.execute({ id: 'a', amount: 5 });
    await settle();
    before.gates[0]?.resolve();
    await first;
    const after = makeShop({ results });
    expect(await after.pay.execute({ id: 'a', amount: 5 })).toEqual({ at: new Date(0), total: 5 });
    await expect(after.pay.execute({ id: 'a', amount: 6 })).rejects.toBeInstanceOf(KeyReusedError);
    expect(after.gates.length).toBe(0);
  });

  it('leaves a key alone that another process works on, until its claim has run out', async () => {
    const clock = new VirtualClock();
    const results = makeStore(clock);
    const context = new Context({ clock });
    const one = makeShop({ results, claimMs: 1000 });
    const two = makeShop({ results, claimMs: 1000 });
    void one.pay.execute({ id: 'a', amount: 5 }, { context });
    await settle();
    const refused = await two.pay.execute({ id: 'a', amount: 5 }, { context }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(InProgressError);
    expect((refused as InProgressError).toProblem()).toMatchObject({ status: 409, retryAfterMs: 1000 });
    await clock.advance(1001);
    const taken = two.pay.execute({ id: 'a', amount: 5 }, { context });
    await settle();
    two.gates[0]?.resolve();
    expect((await taken).total).toBe(5);
  });

  it('frees its key when the run fails, and forgets a result in time', async () => {
    const clock = new VirtualClock();
    const results = makeStore(clock);
    const context = new Context({ clock });
    let runs = 0;
    const muscle = new Muscle({
      name: 'flaky',
      idempotencyKey: (id: string) => id,
      results,
      keepMs: 1000,
      run: (_id: string) => {
        runs += 1;
        if (runs === 1) throw new Error('down');
        return runs;
      },
    });
    await expect(muscle.execute('a', { context })).rejects.toThrow('down');
    expect([await muscle.execute('a', { context }), await muscle.execute('a', { context })]).toEqual([2, 2]);
    await clock.advance(1001);
    expect(await muscle.execute('a', { context })).toBe(3);
  });

  it('says so when a result could not be kept, and gives it all the same', async () => {
    let writes = 0;
    const results: StateStore = {
      get: async () => undefined,
      set: async (_key, value) => {
        writes += 1;
        if (writes === 2) throw new Error('disk full');
        return { value, version: writes };
      },
      delete: async () => true,
    };
    const muscle = new Muscle({
      name: 'm',
      idempotencyKey: (id: string) => id,
      results,
      run: (id: string) => `${id}!`,
    });
    const error = await muscle.execute('a').catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ResultNotKeptError);
    expect((error as ResultNotKeptError).result).toBe('a!');
  });

  it('may be of one tenant only', async () => {
    let runs = 0;
    const muscle = new Muscle({
      name: 'm',
      idempotencyKey: (id: string, { context }) => `${context.tenant}:${id}`,
      results: new Astrocyte(),
      run: (_id: string) => (runs += 1),
    });
    const ask = (tenant: string): Promise<number> => muscle.execute('a', { context: new Context({ tenant }) });
    expect([await ask('lisbon'), await ask('porto'), await ask('lisbon')]).toEqual([1, 2, 1]);
  });

  it('is checked, as are its options', async () => {
    const run = (): void => {};
    const muscle = new Muscle({ name: 'm', idempotencyKey: () => '', run });
    await expect(muscle.execute()).rejects.toThrow('idempotencyKey must be a non-empty string');
    const make = (options: object) => () => new Muscle({ name: 'm', run, ...options });
    expect(make({ results: {} })).toThrow('results must be used with an idempotencyKey');
    expect(make({ idempotencyKey: 'id' })).toThrow(OptionError);
    expect(make({ idempotencyKey: () => 'a', claimMs: 0 })).toThrow('claimMs must be');
    expect(make({ idempotencyKey: () => 'a', keepMs: -1 })).toThrow('keepMs must be');
  });
});
