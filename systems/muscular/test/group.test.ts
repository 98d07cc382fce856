import { CancelledError, Context, DeadlineError, OptionError, sleep } from '@organism/cell';
import {
  choose,
  type Fault,
  mapOver,
  Muscle,
  type MuscleGroup,
  need,
  NeedMissingError,
  parallel,
  race,
  RaceError,
  type Result,
  sequence,
  when,
} from '@organism/muscular';
import { Bone } from '@organism/skeletal';
import { simulate, VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';

const parse = new Muscle({ name: 'parse', deterministic: true, run: (text: string) => Number(text) });
const double = new Muscle({ name: 'double', deterministic: true, run: (n: number) => 2 * n });
const show = new Muscle({ name: 'show', run: (n: number) => ({ text: `${n}`, parts: [n] }) });
const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe('sequence', () => {
  it('hands on what each gives, and its types flow', async () => {
    const group = sequence({ name: 'all', steps: [parse, double, show] });
    expectTypeOf(group.execute).parameter(0).toEqualTypeOf<string>();
    const output = await group.execute('21');
    expectTypeOf(output).toEqualTypeOf<{ readonly text: string; readonly parts: readonly number[] }>();
    expect(output).toEqual({ text: '42', parts: [42] });
    expect([group.idempotent, sequence({ name: 'pure', steps: [parse, double] }).deterministic]).toEqual([false, true]);
  });

  it('does not compile where a join is wrong', async () => {
    // @ts-expect-error: a number is no text
    const wrong = sequence({ name: 'wrong', steps: [double, parse] });
    expect(wrong.members.length).toBe(2);
    // @ts-expect-error: the third step takes no object
    expect(sequence({ name: 'wrong', steps: [parse, show, double] }).members.length).toBe(3);
    const group = sequence({ name: 'right', steps: [parse, double] });
    // @ts-expect-error: its input is the first step's
    expect(await group.execute(21)).toBe(42);
    // @ts-expect-error: its output is the last step's
    const other: Muscle<string, string> = group;
    expect(other).toBe(group);
  });

  it('nests, and is drawn with its members', async () => {
    const inner = sequence({ name: 'inner', steps: [parse, double] });
    const outer = sequence({ name: 'outer', steps: [inner, show] });
    expect((await outer.execute('2')).text).toBe('4');
    expect(outer.anatomy()).toMatchObject({
      name: 'outer',
      kind: 'sequence',
      counters: { executions: 1, failures: 0, underWay: 0 },
      edges: [{ from: 'inner', to: 'show' }],
      children: [
        { name: 'inner', kind: 'sequence', children: [{ name: 'parse' }, { name: 'double' }] },
        { name: 'show' },
      ],
    });
  });

  it('stops at the first failure, and when its caller gives up between two steps', async () => {
    const controller = new AbortController();
    const runs: string[] = [];
    const step = (name: string, run: () => void) =>
      new Muscle({ name, run: (_input: void) => (runs.push(name), run()) });
    const good = step('good', () => {});
    const bad = step('bad', () => {
      throw new Error('broken');
    });
    const leaving = step('leaving', () => controller.abort());
    await expect(sequence({ name: 's', steps: [good, bad, good] }).execute()).rejects.toThrow('broken');
    const cancelled = sequence({ name: 's', steps: [leaving, good] }).execute(undefined, { signal: controller.signal });
    await expect(cancelled).rejects.toBeInstanceOf(CancelledError);
    expect(runs).toEqual(['good', 'bad', 'leaving']);
  });

  it('is an operation like any other: Bones for documents, declared failures, hooks', async () => {
    const In = new Bone('word', z.string());
    const Out = new Bone('count', z.number().min(1));
    const length = new Muscle({ name: 'length', input: In, run: (text) => text.length });
    const errors = { ZERO: 'Nothing is there.' } as const;
    const positive = new Muscle({
      name: 'positive',
      output: Out,
      errors,
      run: (n: number, { fail }) => {
        if (n === 0) throw fail('ZERO');
        return n;
      },
    });
    const seen: unknown[] = [];
    const group = sequence({ name: 'g', steps: [length, positive], hooks: { after: (output) => seen.push(output) } });
    expect(group.describe()).toEqual({
      name: 'g',
      input: { name: 'word', version: 1 },
      output: { name: 'count', version: 1 },
    });
    const result = await group.attempt('');
    expectTypeOf(result).toExtend<Result<number, Fault>>();
    expect(result.ok ? '' : result.error.code).toBe('ZERO');
    expect(await group.attempt('four')).toEqual({ ok: true, value: 4 });
    expect(seen).toEqual([4]);
  });

  it('refuses members that lack something, and what is no operation', () => {
    const needy = new Muscle({ name: 'needy', needs: { db: need<object>() }, run: () => {} });
    // @ts-expect-error: it lacks its database
    expect(() => sequence({ name: 's', steps: [needy] })).toThrow(NeedMissingError);
    // @ts-expect-error: a function is no operation
    expect(() => sequence({ name: 's', steps: [() => {}] })).toThrow(OptionError);
    // @ts-expect-error: there is nothing to do
    expect(() => sequence({ name: 's', steps: [] })).toThrow('Members of "s" must be at least one operation');
  });
});

const makeTimed = (clock: VirtualClock) => {
  const state = { running: 0, most: 0, aborted: 0 };
  const wait = new Muscle({
    name: 'wait',
    run: async (ms: number, { signal }) => {
      state.running += 1;
      state.most = Math.max(state.most, state.running);
      try {
        await sleep(clock, Math.abs(ms), { signal });
        if (ms < 0) throw new RangeError(`${ms}`);
        return ms;
      } catch (error) {
        if (signal.aborted) state.aborted += 1;
        throw error;
      } finally {
        state.running -= 1;
      }
    },
  });
  return { state, wait };
};

describe('parallel', () => {
  it('gives every output by name, and its types flow', async () => {
    const group = parallel({ name: 'both', members: { double, show } });
    const output = await group.execute(4);
    expectTypeOf(output.double).toEqualTypeOf<number>();
    expect(output).toEqual({ double: 8, show: { text: '4', parts: [4] } });
    // @ts-expect-error: one takes a text, the other a number
    const wrong: Muscle<number, object> = parallel({ name: 'wrong', members: { parse, double } });
    expect(wrong.name).toBe('wrong');
  });

  it('cancels the others at the first failure, and ends when they have', async () => {
    const clock = new VirtualClock();
    const { state, wait } = makeTimed(clock);
    const by = (ms: number) =>
      sequence({ name: `by-${ms}`, steps: [new Muscle({ name: 'ms', run: (_input: void) => ms }), wait] });
    const outcome = caught(parallel({ name: 'p', members: { a: by(500), b: by(-100), c: by(900) } }).execute());
    await clock.advance(100);
    expect(await outcome).toEqual(new RangeError('-100'));
    expect([state.running, state.aborted, clock.timers()]).toEqual([0, 2, []]);
  });

  it('refuses a bound that is none', () => {
    for (const concurrency of [0, -1, 1.5, NaN])
      expect(() => parallel({ name: 'p', members: { double }, concurrency })).toThrow('concurrency must be');
  });
});

describe('mapOver', () => {
  it('is what a plain loop gives, in order, and never runs more at once than it may', async () => {
    const items = fc.array(fc.integer({ min: -40, max: 60 }), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(items, fc.integer({ min: 1, max: 6 }), async (times, concurrency) => {
        await simulate('map-over', async ({ clock }) => {
          const { state, wait } = makeTimed(clock);
          const outcome = await caught(mapOver({ name: 'all', muscle: wait, concurrency }).execute(times));
          if (times.every((ms) => ms >= 0)) expect(outcome).toEqual(times);
          else expect(outcome).toBeInstanceOf(RangeError);
          expect(state.running).toBe(0);
          expect(state.most).toBeLessThanOrEqual(concurrency);
          if (times.every((ms) => ms > 0)) expect(state.most).toBe(Math.min(concurrency, times.length));
        });
      }),
      { numRuns: 60 },
    );
  });

  it('has the types of lists', async () => {
    const group = mapOver({ name: 'all', muscle: show });
    expectTypeOf(group).toEqualTypeOf<MuscleGroup<readonly number[], readonly { text: string; parts: number[] }[]>>();
    expect(await group.execute([])).toEqual([]);
    // @ts-expect-error: a list of texts is none of numbers
    expect(await group.execute(['a'])).toEqual([{ text: 'a', parts: ['a'] }]);
  });
});

describe('race', () => {
  const racer = (clock: VirtualClock, ms: number, state: { aborted: number }) =>
    new Muscle({
      name: `racer-${ms}`,
      run: async (_input: void, { signal }) => {
        try {
          await sleep(clock, Math.abs(ms), { signal });
        } catch (error) {
          state.aborted += 1;
          throw error;
        }
        if (ms < 0) throw new RangeError(`${ms}`);
        return ms;
      },
    });

  it('gives the first success, and cancels the losers', async () => {
    const clock = new VirtualClock();
    const state = { aborted: 0 };
    const members = [racer(clock, 300, state), racer(clock, -100, state), racer(clock, 200, state)] as const;
    const outcome = race({ name: 'r', members }).execute();
    await clock.advance(200);
    expect(await outcome).toBe(200);
    expect([state.aborted, clock.timers()]).toEqual([1, []]);
    const first = caught(race({ name: 'r', members, wins: 'first' }).execute());
    await clock.advance(100);
    expect(await first).toEqual(new RangeError('-100'));
    await clock.settle();
    expect(clock.timers()).toEqual([]);
  });

  it('fails when all do, and is cancelled with its caller', async () => {
    const clock = new VirtualClock();
    const state = { aborted: 0 };
    const failing = race({ name: 'r', members: [racer(clock, -1, state), racer(clock, -2, state)] });
    const outcome = caught(failing.execute());
    await clock.advance(2);
    expect(await outcome).toBeInstanceOf(RaceError);
    expect((await outcome) as RaceError).toMatchObject({ errors: [{ message: '-1' }, { message: '-2' }] });
    const slow = race({ name: 'r', members: [racer(clock, 500, state), racer(clock, 900, state)] });
    const controller = new AbortController();
    const cancelled = caught(slow.execute(undefined, { signal: controller.signal }));
    const late = caught(slow.execute(undefined, { context: new Context({ clock, deadline: clock.now() + 10 }) }));
    await clock.settle();
    controller.abort();
    expect(await cancelled).toBeInstanceOf(CancelledError);
    await clock.advance(10);
    expect(await late).toBeInstanceOf(DeadlineError);
    expect(() => race({ name: 'r', members: [failing], wins: 'last' as 'first' })).toThrow('wins must be');
  });
});

describe('choose and when', () => {
  it('run the case that the input calls for', async () => {
    const group = choose({ name: 'c', by: (n) => (n > 10 ? 'big' : 'small'), cases: { big: double, small: show } });
    const output = await group.execute(11);
    expectTypeOf(output).toEqualTypeOf<number | { readonly text: string; readonly parts: readonly number[] }>();
    expect([output, await group.execute(1)]).toEqual([22, { text: '1', parts: [1] }]);
    // @ts-expect-error: there is no such case
    const wrong = choose({ name: 'c', by: () => 'huge', cases: { big: double } });
    await expect(wrong.execute(1)).rejects.toThrow('by must be a function that gives big');
    const inherited = choose({ name: 'c', by: () => 'toString' as 'big', cases: { big: double } });
    await expect(inherited.execute(1)).rejects.toBeInstanceOf(OptionError);
  });

  it('run one or the other, or pass the input through', async () => {
    const either = when({ name: 'w', test: async (n) => n > 10, run: double, otherwise: show });
    expect([await either.execute(11), await either.execute(1)]).toEqual([22, { text: '1', parts: [1] }]);
    const maybe = when({ name: 'w', test: (n) => n > 10, run: double });
    expectTypeOf(maybe.execute).returns.toEqualTypeOf<Promise<number>>();
    expect([await maybe.execute(11), await maybe.execute(1)]).toEqual([22, 1]);
    expect(() => when({ name: 'w', test: true as never, run: double })).toThrow('test must be a function');
  });
});
