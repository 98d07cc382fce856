import { CancelledError, Context, DeadlineError, sleep } from '@organism/cell';
import { BadOutputError, Muscle, onEvent } from '@organism/muscular';
import { EventBus, type Failure, typed } from '@organism/nervous';
import { Bone, ValidationError } from '@organism/skeletal';
import { VirtualClock } from '@organism/testing';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';

const Order = new Bone('shop.order', z.object({ sku: z.string(), amount: z.int().min(1).default(1) }));
const Receipt = new Bone('shop.receipt', z.object({ total: z.number() }));
const place = (): Muscle<{ sku: string; amount?: number | undefined }, { total: number }> =>
  new Muscle({ name: 'place', input: Order, output: Receipt, run: ({ amount }) => ({ total: amount * 5 }) });

describe('Muscle.execute', () => {
  it('checks the input, with its defaults, and gives the checked output', async () => {
    const muscle = place();
    const receipt = await muscle.execute({ sku: 'tea' });
    expect(receipt).toEqual({ total: 5 });
    expectTypeOf(receipt).toEqualTypeOf<{ readonly total: number }>();
    // @ts-expect-error: the amount is a number
    await expect(muscle.execute({ sku: 'tea', amount: 'many' })).rejects.toBeInstanceOf(ValidationError);
    expect(muscle.counters).toEqual({ executions: 1, failures: 0, underWay: 0 });
  });

  it('tells an output that does not fit apart from an input that does not: ours, not the caller’s', async () => {
    const muscle = new Muscle({ name: 'broken', output: Receipt, run: () => ({ total: 'much' }) as never });
    const error = await muscle.execute().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BadOutputError);
    expect((error as BadOutputError).toProblem()).toEqual({
      type: 'about:blank',
      title: 'Bad output',
      status: 500,
      code: 'MUSCULAR_BAD_OUTPUT',
    });
  });

  it('leaves out the checks it is told to leave out', async () => {
    const run = ({ amount }: { readonly amount: number }): { total: number } =>
      ({ total: amount, extra: 1 }) as { total: number };
    const onlyInput = new Muscle({ name: 'a', input: Order, output: Receipt, validate: 'input', run });
    expect(await onlyInput.execute({ sku: 'x', amount: 2 })).toEqual({ total: 2, extra: 1 });
    await expect(onlyInput.execute({ sku: 'x', amount: 0 })).rejects.toBeInstanceOf(ValidationError);
    const never = new Muscle({ name: 'b', input: Order, output: Receipt, validate: 'never', run });
    expect(await never.execute({ sku: 'x', amount: -1 })).toEqual({ total: -1, extra: 1 });
  });

  it('does not run when it was cancelled, or its deadline has passed, before it began', async () => {
    let runs = 0;
    const muscle = new Muscle({ name: 'count', run: () => void (runs += 1) });
    await expect(muscle.execute(undefined, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(CancelledError);
    const clock = new VirtualClock();
    const late = new Context({ clock, deadline: clock.now() - 1 });
    await expect(muscle.execute(undefined, { context: late })).rejects.toBeInstanceOf(DeadlineError);
    expect([runs, muscle.counters.executions]).toEqual([0, 0]);
  });

  it('reaches what it called through the signal: a deadline while it runs ends it', async () => {
    const clock = new VirtualClock();
    const muscle = new Muscle({ name: 'slow', run: (_input: void, { signal }) => sleep(clock, 10_000, { signal }) });
    const outcome = muscle
      .execute(undefined, { context: new Context({ clock, deadline: clock.now() + 1000 }) })
      .catch((thrown: unknown) => thrown);
    await clock.advance(1000);
    // The sleep reports a cancellation whose cause is the deadline; its reason is what the caller gets.
    const error = await outcome;
    expect([
      error instanceof DeadlineError || (error instanceof CancelledError && error.cause instanceof DeadlineError),
      muscle.counters.underWay,
    ]).toEqual([true, 0]);
    expect(clock.timers()).toEqual([]);
  });

  it('turns an AbortError of what it called into the reason it was aborted for', async () => {
    const muscle = new Muscle({
      name: 'fetching',
      run: (_input: void, { signal }) =>
        new Promise<void>((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError'))),
        ),
    });
    const controller = new AbortController();
    const outcome = muscle.execute(undefined, { signal: controller.signal });
    controller.abort();
    await expect(outcome).rejects.toBeInstanceOf(CancelledError);
  });

  it('lets other errors through as they are, and counts them', async () => {
    const error = new TypeError('disk full');
    const muscle = new Muscle({
      name: 'failing',
      run: () => {
        throw error;
      },
    });
    await expect(muscle.execute()).rejects.toBe(error);
    expect(muscle.counters).toEqual({ executions: 1, failures: 1, underWay: 0 });
  });

  it('runs inside the context it was given', async () => {
    const seen: unknown[] = [];
    const muscle = new Muscle({
      name: 'who',
      run: async (_input: void, { context }) => {
        await Promise.resolve();
        seen.push(Context.current()?.tenant, context.tenant);
      },
    });
    await muscle.execute(undefined, { context: new Context({ tenant: 'lisbon' }) });
    await new Context({ tenant: 'porto' }).run(() => muscle.execute());
    await muscle.execute();
    expect(seen).toEqual(['lisbon', 'lisbon', 'porto', 'porto', undefined, undefined]);
  });

  it('describes itself, and refuses a name that documents could not carry', () => {
    expect(place().describe()).toEqual({
      name: 'place',
      input: { name: 'shop.order', version: 1 },
      output: { name: 'shop.receipt', version: 1 },
    });
    expect(() => new Muscle({ name: 'two words', run: () => {} })).toThrow('name must be');
  });
});

describe('Muscle.perform', () => {
  it('gives and throws at once what is there at once', () => {
    const muscle = place();
    expect(muscle.perform({ sku: 'tea' })).toEqual({ total: 5 });
    expect(() => muscle.perform({ sku: 'tea', amount: 0 })).toThrow(ValidationError);
    const wrong = new Muscle({ name: 'wrong', output: Receipt, run: () => ({ total: 'much' }) as never });
    expect(() => wrong.perform()).toThrow(BadOutputError);
    expect([muscle.counters, wrong.counters]).toEqual([
      { executions: 1, failures: 0, underWay: 0 },
      { executions: 1, failures: 1, underWay: 0 },
    ]);
  });

  it('gives a promise for what takes its time, checked as ever', async () => {
    const { promise, resolve } = Promise.withResolvers<{ total: number }>();
    const slow = new Muscle({ name: 'slow', output: Receipt, run: () => promise });
    const given = slow.perform();
    expect([given instanceof Promise, slow.counters.underWay]).toEqual([true, 1]);
    resolve({ total: 7, more: true } as { total: number });
    expect(await given).toEqual({ total: 7 });
    expect(slow.counters).toEqual({ executions: 1, failures: 0, underWay: 0 });
    const failing = new Muscle({ name: 'failing', run: () => Promise.reject(new Error('no')) });
    await expect(failing.perform()).rejects.toThrow('no');
    expect(failing.counters).toEqual({ executions: 1, failures: 1, underWay: 0 });
  });

  it('is done within the context it is given, and cancelled with it', () => {
    const context = new Context({ tenant: 'lisbon' });
    const where = new Muscle({ name: 'where', run: () => Context.current()?.tenant });
    expect(where.perform(undefined, { context })).toBe('lisbon');
    const gone = AbortSignal.abort();
    expect(() => where.perform(undefined, { signal: gone })).toThrow(CancelledError);
  });
});

describe('onEvent', () => {
  it('joins an operation to a topic; its failures are the bus’s to report', async () => {
    const failures: Failure[] = [];
    const bus = new EventBus({ onError: (failure) => failures.push(failure) });
    const muscle = place();
    bus.attach(onEvent(Order, muscle));
    bus.emit(Order, { sku: 'tea', amount: 2 });
    bus.emit(Order, { sku: 'tea', amount: 0 });
    await expect.poll(() => failures.length).toBe(1);
    expect([muscle.counters.executions, failures[0]?.error instanceof ValidationError]).toEqual([1, true]);
    expect(bus.describe().edges).toEqual([{ from: 'bus', to: 'place', label: 'shop.order' }]);
  });

  it('needs a map where the topic carries something else, and the compiler says so', async () => {
    const Sku = typed<string>('shop.sku');
    const muscle = place();
    // @ts-expect-error: a text is no order
    onEvent(Sku, muscle);
    const bus = new EventBus();
    bus.attach(onEvent(Sku, muscle, (sku) => ({ sku })));
    expect(await bus.publish(Sku, 'tea')).toBe(1);
    expect(muscle.counters.executions).toBe(1);
  });
});
