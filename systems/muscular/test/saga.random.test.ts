import { Context, OrganismError, sleep } from '@organism/cell';
import { exponential, Retry, Timeout } from '@organism/homeostasis';
import { CompensationError, mapOver, Muscle, type ParkedCompensation, ParkingList, saga } from '@organism/muscular';
import { forAllSeeds, type Scenario } from '@organism/testing';
import { expect, it } from 'vitest';

interface Order {
  readonly id: string;
  readonly amount: number;
}

/**
 * A shop whose services are slow, fail and time out; orders come at once and are given up at random. Whatever happens,
 * an order has all of its effects, or none but those that are parked.
 */
const shop: Scenario<void> = async ({ clock, entropy, chance, log }) => {
  const effects = { stock: new Map<string, number>(), charges: new Map<string, number>(), parcels: new Set<string>() };
  const patience = chance.integer(20, 200);
  const trouble = chance.number(0, 0.4);
  const service = <T>(name: string, effect: (input: T) => unknown, idempotent = false) =>
    new Muscle({
      name,
      idempotent,
      policies: [new Timeout({ ms: patience, clock })],
      run: async (input: T, { signal }) => {
        await sleep(clock, chance.integer(0, 100), { signal });
        if (chance.boolean(trouble)) throw new OrganismError('SHOP_DOWN', `${name} is down.`, { retryable: true });
        effect(input);
        // The effect is there, and the answer may still be lost.
        await sleep(clock, chance.integer(0, 100), { signal });
        return input;
      },
    });
  const reserve = service('reserve', ({ id, amount }: Order) => effects.stock.set(id, amount));
  const release = service('release', (id: string) => effects.stock.delete(id), true);
  const charge = service('charge', ({ id, amount }: Order) => effects.charges.set(id, amount));
  const refund = service('refund', (id: string) => effects.charges.delete(id), true);
  const ship = service('ship', ({ id }: Order) => effects.parcels.add(id));
  const recall = service('recall', (id: string) => effects.parcels.delete(id), true);
  const parking = new ParkingList();
  const attempts = chance.integer(1, 8);
  const retry = new Retry({ attempts, backoff: exponential({ baseMs: 10 }), when: () => true, clock, entropy });
  const input = ({ input: order }: { readonly input: Order }): Order => order;
  const id = ({ input: order }: { readonly input: Order }): string => order.id;
  const order = saga<Order>({ name: 'order', parking, retry })
    .step('stock', reserve, { input, compensate: { run: release, input: id, whenFailed: id } })
    .step('charge', charge, { input, compensate: { run: refund, input: id, whenFailed: id } })
    .step('parcel', ship, { input, compensate: { run: recall, input: id, whenFailed: id } })
    .output(({ input: { id: name } }) => name);
  const outcomes = new Map<string, unknown>();
  const place = new Muscle({
    name: 'place',
    run: async (one: Order) => {
      const deadline = chance.boolean(0.3) ? { deadline: clock.now() + chance.integer(0, 400) } : {};
      const context = new Context(deadline, Context.current());
      outcomes.set(one.id, await order.execute(one, { context }).catch((error: unknown) => error));
    },
  });
  const orders = Array.from({ length: chance.integer(1, 6) }, (_, index): Order => ({
    id: `o${index}`,
    amount: index + 1,
  }));
  await mapOver({ name: 'all', muscle: place, concurrency: chance.integer(1, 4) }).execute(orders);

  const parked: readonly ParkedCompensation[] = parking.entries;
  const left = (name: string, step: string): boolean =>
    parked.some((entry) => entry.step === step && (entry.state as { readonly input: Order }).input.id === name);
  for (const { id: name } of orders) {
    const outcome = outcomes.get(name);
    const has = [effects.stock.has(name), effects.charges.has(name), effects.parcels.has(name)];
    log('order', { name, has, failed: outcome instanceof Error });
    if (outcome === name) expect(has).toEqual([true, true, true]);
    else {
      expect(outcome instanceof CompensationError).toBe(
        parked.some((entry) => (entry.state as { readonly input: Order }).input.id === name),
      );
      const unexplained = ['stock', 'charge', 'parcel'].filter((step, at) => has[at] === true && !left(name, step));
      expect(unexplained).toEqual([]);
    }
  }
  expect(order.counters.underWay).toBe(0);
};

it('leaves no order half done, in 1000 worlds', async () => {
  const { count } = await forAllSeeds(1000, shop, { shuffle: true });
  expect(count).toBe(1000);
});

it('replays exactly', async () => {
  const { count } = await forAllSeeds(50, shop, { checkReplay: true, prefix: 'replay' });
  expect(count).toBe(50);
});
