import { CancelledError, Context, DeadlineError, systemClock, systemEntropy } from '@organism/cell';
import { SeededEntropy, VirtualClock } from '@organism/testing';
import { describe, expect, test } from 'vitest';

const thrownBy = (work: () => void): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('a context', () => {
  test('has defaults: system clock and entropy, a trace of its own, a correlation id, no deadline', () => {
    const context = new Context();
    expect([context.clock, context.entropy]).toEqual([systemClock, systemEntropy]);
    expect(context.trace.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(context.correlationId).toMatch(/^[0-9a-f-]{36}$/);
    expect([context.deadline, context.remainingMs, context.signal.aborted]).toEqual([undefined, Infinity, false]);
    expect(() => context.throwIfDone()).not.toThrow();
  });

  test('keeps its ids once they were looked at, whatever comes first', () => {
    const context = new Context();
    const child = context.child();
    const id = child.correlationId;
    expect([context.correlationId, context.child().correlationId]).toEqual([id, id]);
    expect(context.trace).toBe(context.trace);
  });

  test('gets the same ids from the same entropy', () => {
    const ids = (): unknown[] => {
      const context = new Context({ entropy: new SeededEntropy('x') });
      return [context.trace, context.correlationId, context.child().trace];
    };
    expect(ids()).toEqual(ids());
  });

  test('makes neither ids nor timers that nobody looks at', () => {
    const entropy = new SeededEntropy('x');
    const clock = new VirtualClock();
    const context = new Context({ entropy, clock, deadline: clock.now() + 10 });
    context.child({ tenant: 'a' }).child({ deadline: clock.now() + 5 });
    expect([entropy.draws, clock.pending]).toEqual([0, 0]);
  });
});

describe('a child', () => {
  test('inherits everything, with a new span in the same trace', () => {
    const clock = new VirtualClock();
    const entropy = new SeededEntropy(1);
    const deadline = clock.now() + 1000;
    const parent = new Context({
      clock,
      entropy,
      deadline,
      correlationId: 'order-7',
      causationId: 'm-1',
      principal: { id: 'ada' },
      tenant: 'lisbon',
    });
    const child = parent.child();
    expect(child).toMatchObject({
      clock,
      entropy,
      deadline,
      correlationId: 'order-7',
      causationId: 'm-1',
      principal: { id: 'ada' },
      tenant: 'lisbon',
    });
    expect(child.trace.traceId).toBe(parent.trace.traceId);
    expect(child.trace.spanId).not.toBe(parent.trace.spanId);
  });

  test('may have what is its own, and leaves its parent as it was', () => {
    const parent = new Context({ tenant: 'lisbon', causationId: 'm-1' });
    const child = parent.child({ tenant: 'faro', causationId: 'm-2', correlationId: 'other' });
    expect([child.tenant, child.causationId, child.correlationId]).toEqual(['faro', 'm-2', 'other']);
    expect([parent.tenant, parent.causationId]).toEqual(['lisbon', 'm-1']);
  });

  test.each([
    [100, 50, 50],
    [50, 100, 50],
    [undefined, 100, 100],
    [100, undefined, 100],
  ])('with deadline %s under %s has the earlier one, %s', (own, parents, expected) => {
    const parent = new Context(parents === undefined ? {} : { deadline: parents });
    expect(parent.child(own === undefined ? {} : { deadline: own }).deadline).toBe(expected);
  });
});

describe('the ambient context', () => {
  test('follows awaits, timers and callbacks', async () => {
    const context = new Context({ tenant: 'lisbon' });
    const seen = await context.run(async () => {
      await Promise.resolve();
      const inTimer = await new Promise((resolve) => setTimeout(() => resolve(Context.current()), 1));
      const inMicrotask = await new Promise((resolve) => queueMicrotask(() => resolve(Context.current())));
      return [Context.current(), inTimer, inMicrotask];
    });
    expect(seen).toEqual([context, context, context]);
    expect(Context.current()).toBeUndefined();
  });

  test('is handed over as an argument too, and gives back what the work gives', () => {
    const context = new Context();
    expect(context.run((given) => given)).toBe(context);
  });

  test('nests, and is put back when the work throws', async () => {
    const outer = new Context({ tenant: 'outer' });
    await outer.run(async () => {
      const inner = outer.child({ tenant: 'inner' });
      await inner
        .run(async () => {
          await Promise.resolve();
          expect(Context.current()?.tenant).toBe('inner');
          throw new Error('x');
        })
        .catch(() => {});
      expect(Context.current()).toBe(outer);
    });
  });

  test('keeps works that run at the same time apart', async () => {
    const seen = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        new Context({ tenant: `t${index}` }).run(async () => {
          for (let step = 0; step <= index % 7; step++) await Promise.resolve();
          return Context.current()?.tenant;
        }),
      ),
    );
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => `t${index}`));
  });
});

describe('a deadline', () => {
  test('aborts the signal when it passes, on the context’s clock', async () => {
    const clock = new VirtualClock();
    const context = new Context({ clock, deadline: clock.now() + 100 });
    expect([context.remainingMs, context.signal.aborted]).toEqual([100, false]);
    await clock.advance(99);
    expect([context.remainingMs, context.signal.aborted]).toEqual([1, false]);
    await clock.advance(1);
    expect([context.remainingMs, context.signal.aborted]).toEqual([0, true]);
    expect(context.signal.reason).toBeInstanceOf(DeadlineError);
    expect(thrownBy(() => context.throwIfDone())).toBeInstanceOf(DeadlineError);
  });

  test('that has passed aborts at once', () => {
    const clock = new VirtualClock();
    const context = new Context({ clock, deadline: clock.now() - 1 });
    expect(thrownBy(() => context.throwIfDone())).toBeInstanceOf(DeadlineError);
    expect([context.signal.aborted, context.remainingMs, clock.pending]).toEqual([true, 0, 0]);
  });

  test('of the parent counts for the child, and takes one timer for both', async () => {
    const clock = new VirtualClock();
    const parent = new Context({ clock, deadline: clock.now() + 100 });
    const child = parent.child();
    expect(child.signal.aborted).toBe(false);
    expect(clock.pending).toBe(1);
    await clock.advance(100);
    expect(child.signal.reason).toBeInstanceOf(DeadlineError);
  });

  test('of the child does not touch the parent', async () => {
    const clock = new VirtualClock();
    const parent = new Context({ clock, deadline: clock.now() + 100 });
    const child = parent.child({ deadline: clock.now() + 10 });
    expect([parent.signal.aborted, child.signal.aborted]).toEqual([false, false]);
    await clock.advance(10);
    expect([parent.signal.aborted, child.signal.aborted]).toEqual([false, true]);
  });

  test('keeps no process alive, and its timer goes when the context is disposed', async () => {
    const clock = new VirtualClock();
    {
      using context = new Context({ clock, deadline: clock.now() + 100 });
      expect(context.signal.aborted).toBe(false);
      expect(clock.timers()).toMatchObject([{ referenced: false }]);
    }
    expect(clock.pending).toBe(0);
  });

  test.each([Number.NaN, '2026-01-01'])('that is no time is refused: %s', (deadline) => {
    const options: { deadline: number } = Object.assign({ deadline: 0 }, { deadline });
    expect(() => new Context(options)).toThrow('deadline must be');
  });
});

describe('the signal', () => {
  test('follows the caller’s, with the caller’s reason', () => {
    const abort = new AbortController();
    const context = new Context({ signal: abort.signal });
    const grandchild = context.child().child();
    const reason = new Error('closed the tab');
    abort.abort(reason);
    expect([context.signal.reason, grandchild.signal.reason]).toEqual([reason, reason]);
    const error = thrownBy(() => grandchild.throwIfDone());
    expect(error).toBeInstanceOf(CancelledError);
    expect(error).toMatchObject({ code: 'CELL_CANCELLED', cause: reason });
  });

  test('of a child follows both its own and its parent’s', () => {
    for (const which of [0, 1]) {
      const aborts = [new AbortController(), new AbortController()] as const;
      const child = new Context({ signal: aborts[0].signal }).child({ signal: aborts[1].signal });
      expect(child.signal.aborted).toBe(false);
      aborts[which]?.abort();
      expect(child.signal.aborted).toBe(true);
    }
  });

  test('of a child does not abort its parent', () => {
    const abort = new AbortController();
    const parent = new Context();
    const child = parent.child({ signal: abort.signal });
    abort.abort();
    expect([child.signal.aborted, parent.signal.aborted]).toEqual([true, false]);
  });

  test('is there from the start when the caller had given up before', () => {
    expect(new Context({ signal: AbortSignal.abort() }).child().signal.aborted).toBe(true);
  });
});
