import { CancelledError, Context, sleep } from '@organism/cell';
import { constant, Retry, Timeout, TimeoutError } from '@organism/homeostasis';
import {
  type AnyMuscle,
  CompensationError,
  type FaultMap,
  Muscle,
  type Parking,
  ParkingList,
  type Saga,
  saga,
  type SagaBuilder,
  type SagaEvent,
} from '@organism/muscular';
import { Bone, ValidationError } from '@organism/skeletal';
import { simulate, VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';

interface Trip {
  readonly city: string;
  readonly cents: number;
}

const makeAgency = () => {
  const rooms = new Set<string>();
  const seats = new Set<string>();
  const bookRoom = new Muscle({ name: 'book-room', run: (city: string) => (rooms.add(city), { room: `${city}-1` }) });
  const cancelRoom = new Muscle({ name: 'cancel-room', idempotent: true, run: (city: string) => rooms.delete(city) });
  const bookSeat = new Muscle({ name: 'book-seat', run: (city: string) => (seats.add(city), { seat: 12 }) });
  const pay = new Muscle({
    name: 'pay',
    errors: { DECLINED: 'The card was declined.' },
    run: (cents: number, { fail }) => {
      if (cents > 100) throw fail('DECLINED');
      return { paid: cents };
    },
  });
  const trip = saga<Trip>({ name: 'trip' })
    .step('room', bookRoom, {
      input: ({ input }) => input.city,
      compensate: { run: cancelRoom, input: ({ input, room }) => room.room.slice(0, input.city.length) },
    })
    .step('seat', bookSeat, {
      input: ({ input, room }) => (room.room === '' ? '' : input.city),
      compensate: ({ input, seat }) => void (seat.seat === 12 && seats.delete(input.city)),
    })
    .step('payment', pay, { input: ({ input }) => input.cents })
    .output(({ room, payment }) => ({ room: room.room, paid: payment.paid }));
  return { rooms, seats, bookRoom, cancelRoom, pay, trip };
};

describe('a saga', () => {
  it('runs its steps in order, and its types flow', async () => {
    const { rooms, seats, trip } = makeAgency();
    const output = await trip.execute({ city: 'Lisbon', cents: 50 });
    expectTypeOf(output).toEqualTypeOf<{ readonly room: string; readonly paid: number }>();
    expect(output).toEqual({ room: 'Lisbon-1', paid: 50 });
    expect([[...rooms], [...seats]]).toEqual([['Lisbon'], ['Lisbon']]);
    expect(trip.anatomy()).toMatchObject({
      kind: 'saga',
      edges: [
        { from: 'book-room', to: 'book-seat' },
        { from: 'book-seat', to: 'pay' },
      ],
    });
  });

  it('undoes in reverse what was done, and gives the error that made it fail', async () => {
    const { rooms, seats, trip } = makeAgency();
    const events: string[] = [];
    using _observer = trip.observe(({ type, step }) => events.push(`${type} ${step ?? ''}`.trim()));
    trip.observe(() => {
      throw new Error('an observer that fails');
    });
    const result = await trip.attempt({ city: 'Porto', cents: 500 });
    expect(result.ok ? '' : result.error.code).toBe('DECLINED');
    expect([rooms.size, seats.size]).toEqual([0, 0]);
    expect(events).toEqual([
      'step-done room',
      'step-done seat',
      'step-failed payment',
      'compensated seat',
      'compensated room',
      'rolled-back',
    ]);
  });

  it('does not compile where a step is given something else than it takes', () => {
    const { bookRoom, cancelRoom, pay } = makeAgency();
    const begun = saga<Trip>({ name: 'trip' });
    // @ts-expect-error: a room takes a text
    begun.step('room', bookRoom, { input: ({ input }) => input.cents });
    // @ts-expect-error: there is no seat yet
    begun.step('room', bookRoom, { input: ({ seat }) => seat });
    begun.step('room', bookRoom, {
      input: ({ input }) => input.city,
      // @ts-expect-error: to cancel takes a text
      compensate: { run: cancelRoom, input: ({ input }) => input.cents },
    });
    const options = { input: ({ input }: { readonly input: Trip }) => input.cents };
    expect(() => begun.step('pay', pay, options).step('pay', pay, options)).toThrow('step must be a name of its own');
    expect(() => begun.step('input', pay, options)).toThrow('other than "input"');
    expect(() => begun.step('pay', pay, { input: 1 as never })).toThrow('pay.input must be a function');
    const compensate = { run: pay, input: () => 1 };
    expect(() => begun.step('pay', pay, { ...options, compensate })).toThrow('pay.compensate must be idempotent');
    expect(() => begun.step('pay', pay, { ...options, compensate: {} as never })).toThrow('pay.compensate must be');
    expect(() => begun.output(() => 1)).toThrow('at least one operation');
  });

  it('checks its input first, with its defaults', async () => {
    const Order = new Bone('order', z.object({ sku: z.string().default('tea') }));
    const runs: string[] = [];
    const note = new Muscle({ name: 'note', run: (sku: string) => void runs.push(sku) });
    const order = saga({ name: 'order', input: Order })
      .step('note', note, { input: ({ input }) => input.sku })
      .output(({ input }) => input);
    expect(await order.execute({})).toEqual({ sku: 'tea' });
    await expect(order.execute({ sku: 1 as never })).rejects.toBeInstanceOf(ValidationError);
    expect([runs, order.describe().input]).toEqual([['tea'], { name: 'order', version: 1 }]);
  });
});

interface World {
  readonly clock: VirtualClock;
  readonly effects: string[];
}

/** A saga of steps that take a second each and note what they do; compensations fail so many times first. */
const makeSteps = (
  { clock, effects }: World,
  options: { failing?: number; stubborn: readonly number[]; parking?: Parking },
) => {
  const retry = new Retry({ attempts: 3, backoff: constant(10), when: () => true, clock });
  const failures = options.stubborn.map((times) => ({ left: times }));
  let builder: SagaBuilder<void, unknown, FaultMap> = saga<void>({
    name: 'steps',
    retry,
    ...(options.parking && { parking: options.parking }),
  }) as never;
  for (const index of options.stubborn.keys()) {
    const step = new Muscle({
      name: `do-${index}`,
      run: async (_input: void, { signal }) => {
        await sleep(clock, 1000, { signal });
        if (index === options.failing) throw new Error(`step ${index}`);
        effects.push(`+${index}`);
        return index;
      },
    });
    const undo = new Muscle({
      name: `undo-${index}`,
      idempotent: true,
      run: async (of: number, { signal }) => {
        await sleep(clock, 100, { signal });
        const failure = failures[index];
        if (failure !== undefined && failure.left > 0) {
          failure.left -= 1;
          throw new Error(`undo ${index}`);
        }
        effects.push(`-${of}`);
      },
    });
    const compensate = { run: undo, input: (state: unknown) => (state as Record<string, number>)[`s${index}`] ?? -1 };
    builder = builder.step(`s${index}`, step as AnyMuscle, {
      input: () => undefined as never,
      compensate: compensate as never,
    }) as never;
  }
  return builder.output(() => 'done') as Saga<void, string>;
};

describe('the compensations of a saga', () => {
  it('undo exactly what was done, in reverse, whichever step fails and however often they fail themselves', async () => {
    const scenario = fc.record({
      stubborn: fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 6 }),
      failing: fc.nat({ max: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ stubborn, failing }) => {
        await simulate('saga', async ({ clock }) => {
          const world: World = { clock, effects: [] };
          const all = makeSteps(world, { failing, stubborn });
          const outcome = await all.execute().catch((error: unknown) => error);
          const done = [...stubborn.keys()].slice(0, failing);
          // Three attempts each: who fails more often is parked.
          const lost = done.filter((index) => (stubborn[index] ?? 0) >= 3).toReversed();
          if (failing >= stubborn.length) {
            expect([outcome, world.effects]).toEqual(['done', done.map((index) => `+${index}`)]);
            return;
          }
          const undone = done.toReversed().filter((index) => !lost.includes(index));
          expect(world.effects).toEqual([...done.map((index) => `+${index}`), ...undone.map((index) => `-${index}`)]);
          const parked = (all.parking as ParkingList).entries;
          expect(parked.map(({ step }) => step)).toEqual(lost.map((index) => `s${index}`));
          if (lost.length === 0) expect(outcome).toEqual(new Error(`step ${failing}`));
          else
            expect(outcome).toMatchObject({
              code: 'MUSCULAR_COMPENSATION_FAILED',
              cause: { message: `step ${failing}` },
            });
          // What is parked can be put right later, until nothing is left of the saga.
          for (const entry of parked) {
            while ((all.parking as ParkingList).entries.includes(entry)) await all.undoParked(entry).catch(() => {});
          }
          const left =
            world.effects.filter((one) => one.startsWith('+')).length -
            world.effects.filter((one) => one.startsWith('-')).length;
          expect(left).toBe(0);
        });
      }),
      { numRuns: 100 },
    );
  });

  it('run when the caller gives up in the middle, at whatever moment, and although its signal is aborted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 3500 }), fc.boolean(), async (ms, byDeadline) => {
        await simulate('cancel', async ({ clock, sleep: pause }) => {
          const world: World = { clock, effects: [] };
          const all = makeSteps(world, { stubborn: [0, 1, 2] });
          const controller = new AbortController();
          const context = new Context({ clock, ...(byDeadline && { deadline: clock.now() + ms }) });
          const how = byDeadline ? { context } : { context, signal: controller.signal };
          const outcome = all.execute(undefined, how).catch((error: unknown) => error);
          await pause(ms);
          controller.abort();
          const done = world.effects.filter((one) => one.startsWith('+')).length;
          const result = await outcome;
          if (result === 'done') expect(world.effects).toEqual(['+0', '+1', '+2']);
          else {
            expect(result).toMatchObject({ code: byDeadline ? 'CELL_DEADLINE_EXCEEDED' : 'CELL_CANCELLED' });
            const undone = [...Array(done).keys()].toReversed().map((index) => `-${index}`);
            expect(world.effects.filter((one) => one.startsWith('-'))).toEqual(undone);
          }
        });
      }),
      { numRuns: 60 },
    );
  });

  it('are told of with every attempt, and parked with all that is needed to put them right', async () => {
    const clock = new VirtualClock();
    const world: World = { clock, effects: [] };
    const parking = new ParkingList();
    const all = makeSteps(world, { failing: 1, stubborn: [5, 0], parking });
    const events: SagaEvent[] = [];
    all.observe((event) => events.push(event));
    const outcome = all
      .execute(undefined, { context: new Context({ clock, correlationId: 'c1' }) })
      .catch((error: unknown) => error);
    await clock.advance(10_000);
    const error = (await outcome) as CompensationError;
    expect(error).toBeInstanceOf(CompensationError);
    expect(error.message).toBe('Saga "steps" failed (step 1), and these steps could not be undone: s0.');
    const told = events.map(({ type, attempt }) => (attempt === undefined ? type : `${type} ${attempt}`));
    expect(told.slice(2)).toEqual([
      'compensation-failed 1',
      'compensation-failed 2',
      'compensation-failed 3',
      'parked',
      'rolled-back',
    ]);
    expect(parking.entries).toEqual(error.parked);
    expect(error.parked[0]).toMatchObject({ saga: 'steps', step: 's0', state: { s0: 0 }, correlationId: 'c1' });
    const [entry] = error.parked;
    if (entry === undefined) throw new Error('nothing was parked');
    await expect(all.undoParked({ ...entry, saga: 'other' })).rejects.toThrow('entry must be of saga "steps"');
    const again = all.undoParked(entry);
    await clock.advance(1000);
    await again;
    expect([parking.entries, world.effects]).toEqual([[], ['+0', '-0']]);
  });

  it('undo the step that failed too, where it may have had an effect all the same', async () => {
    const clock = new VirtualClock();
    const charged = new Set<string>();
    let refusals = 1;
    const charge = new Muscle({
      name: 'charge',
      policies: [new Timeout({ ms: 100, clock })],
      run: async (order: string) => {
        if (order === 'broke') throw new RangeError('declined');
        charged.add(order);
        await sleep(clock, 1000);
      },
    });
    const refund = new Muscle({
      name: 'refund',
      idempotent: true,
      run: (order: string) => {
        if (refusals > 0) throw new Error(`no ${(refusals -= 1)}`);
        charged.delete(order);
      },
    });
    const pay = saga<string>({ name: 'pay', retry: new Retry({ attempts: 1, clock }) })
      .step('charge', charge, {
        input: ({ input }) => input,
        compensate: {
          run: refund,
          input: ({ input }) => input,
          whenFailed: ({ input }, error) => (error instanceof TimeoutError ? input : undefined),
        },
      })
      .output(() => 'paid');
    await expect(pay.execute('broke')).rejects.toThrow('declined');
    const outcome = pay.execute('a1').catch((error: unknown) => error);
    await clock.advance(200);
    const error = (await outcome) as CompensationError;
    expect([error.code, error.cause, charged.size]).toEqual([
      'MUSCULAR_COMPENSATION_FAILED',
      expect.any(TimeoutError),
      1,
    ]);
    const [entry] = error.parked;
    expect(entry?.stepError).toBe(error.cause);
    if (entry !== undefined) await pay.undoParked(entry);
    expect([charged.size, (pay.parking as ParkingList).entries]).toEqual([0, []]);
    await clock.advance(2000);
  });

  it('are not lost when the parking fails: the error carries them', async () => {
    const clock = new VirtualClock();
    const parking: Parking = {
      park: () => {
        throw new Error('disk full');
      },
      release: () => {},
    };
    const all = makeSteps({ clock, effects: [] }, { failing: 2, stubborn: [9, 9, 0], parking });
    const types: string[] = [];
    all.observe(({ type }) => types.push(type));
    const outcome = all.execute(undefined, { context: new Context({ clock }) }).catch((error: unknown) => error);
    await clock.advance(10_000);
    const error = (await outcome) as CompensationError;
    expect(error.parked.map(({ step }) => step)).toEqual(['s1', 's0']);
    expect(error.parkingErrors).toEqual([new Error('disk full'), new Error('disk full')]);
    expect(types.filter((type) => type === 'parking-failed').length).toBe(2);
  });

  it('do not run for a saga that was cancelled before it began', async () => {
    const world: World = { clock: new VirtualClock(), effects: [] };
    const all = makeSteps(world, { stubborn: [0] });
    await expect(all.execute(undefined, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(CancelledError);
    expect(world.effects).toEqual([]);
  });
});
