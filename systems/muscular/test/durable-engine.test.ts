import { OptionError } from '@organism/cell';
import {
  type AnyWorkflow,
  checkMigration,
  DeterminismError,
  type Flow,
  type Journal,
  type MemoryJournal,
  memoryJournal,
  Muscle,
  MuscleCoordination,
  NotJsonError,
  StepError,
  workflow,
} from '@organism/muscular';
import { simulate, type World } from '@organism/testing';
import { describe, expect, it } from 'vitest';

type Body = (input: number, flow: Flow) => Promise<unknown>;
const make = (run: Body, version = 1) => workflow({ name: 'w', version, run });

/** An engine in a process of its own. */
const begin = async (
  world: World,
  store: Journal<never> | MemoryJournal,
  workflows: readonly AnyWorkflow<unknown>[],
  options: object = {},
) => {
  const life = world.process('engine');
  const engine = new MuscleCoordination({ store: store as MemoryJournal, workflows, ...options });
  await life.start(engine);
  return { engine, crash: () => life.crash(), run: <T>(work: () => Promise<T>) => life.run(work) };
};

describe('code that goes another way than its journal', () => {
  const one = make(async (_input, flow) => {
    await flow.step('a', () => 1);
    await flow.step('b', () => 2);
    await flow.sleep(1000);
    return 'one';
  });

  it('stands still with an error that names the step, until code comes that fits', async () => {
    await simulate('diverge', async (world) => {
      const store = memoryJournal();
      const first = await begin(world, store, [one]);
      const { id } = await first.run(() => first.engine.launch(one, 1));
      await world.sleep(100);
      first.crash();
      let effects = 0;
      const other = make(async (_input, flow) => {
        await flow.step('a', () => 1);
        await flow.step('inserted', () => (effects += 1));
        await flow.step('b', () => 2);
      });
      const troubles: unknown[] = [];
      const second = await begin(world, store, [other], {
        exclusive: true,
        onTrouble: (error: unknown) => troubles.push(error),
      });
      await expect(second.run(() => second.engine.run(id).result())).rejects.toMatchObject({
        code: 'MUSCULAR_RUN_BLOCKED',
        failure: { code: 'MUSCULAR_NOT_DETERMINISTIC' },
      });
      expect(troubles).toEqual([expect.any(DeterminismError)]);
      expect(troubles[0]).toMatchObject({
        workflow: 'w',
        run: id,
        position: 2,
        expected: { kind: 'step', name: 'b' },
        actual: { kind: 'step', name: 'inserted' },
      });
      expect(effects).toBe(0);
      expect((await second.engine.list({ status: 'blocked' })).map((run) => run.id)).toEqual([id]);
      await second.engine.stop();
      const third = await begin(world, store, [one]);
      expect(await third.run(() => third.engine.run(id).result())).toBe('one');
    });
  });

  it.each([
    ['ends early', make(async (_input, flow) => void (await flow.step('a', () => 1))), 'end', ''],
    ['asks for another kind', make(async (_input, flow) => void (await flow.now())), 'now', ''],
    [
      'does something else side by side',
      make(async (_input, flow) => void (await Promise.all([flow.step('a', () => 1), flow.step('c', () => 1)]))),
      'step',
      'c',
    ],
    [
      'waits for something outside',
      make(async (_input, flow) => {
        await flow.step('a', () => 1);
        await new Promise(() => {});
      }),
      'nothing',
      '',
    ],
  ])('is found before a deploy when it %s', async (_what, code, kind, name) => {
    await simulate('migration', async (world) => {
      const store = memoryJournal();
      const { engine, run } = await begin(world, store, [one]);
      await run(() => engine.launch(one, 1, { id: 'x' }));
      await world.sleep(100);
      const { clock } = world;
      expect(await checkMigration(store, one, { clock })).toEqual({ checked: 1, divergences: [] });
      const { checked, divergences } = await checkMigration(store, code, { clock });
      expect(checked).toBe(1);
      expect(divergences[0]?.actual).toEqual({ kind, name });
      const story = store.load('x');
      expect(await checkMigration(story === undefined ? [] : [story], one, { clock })).toMatchObject({ checked: 1 });
      await engine.stop();
    });
  });

  it('replays races and chains side by side as they went', async () => {
    await simulate('races', async (world) => {
      const store = memoryJournal();
      const seen: string[][] = [];
      const racing = make(async (_input, flow) => {
        const order: string[] = [];
        seen.push(order);
        const chain = async (name: string, waits: readonly number[], jobs = 0): Promise<string> => {
          for (const [index, ms] of waits.entries()) {
            await flow.sleep(ms);
            // Slower to go on than the others, though woken first.
            for (let job = 0; job < jobs; job += 1) await undefined;
            order.push(`${name}${index}`);
            await flow.step(`${name}${index}`, () => world.sleep(25));
          }
          return name;
        };
        const winner = await Promise.race([chain('a', [7, 60], 8), chain('b', [10, 10, 10]), chain('c', [20, 80], 5)]);
        order.push(winner);
        await flow.sleep(1000);
        return order;
      });
      const first = await begin(world, store, [racing]);
      const { id } = await first.run(() => first.engine.launch(racing, 1));
      await world.sleep(500);
      first.crash();
      const second = await begin(world, store, [racing], { exclusive: true });
      const result = await second.run(() => second.engine.run(id).result());
      expect(seen).toHaveLength(2);
      expect(seen[0]).toEqual(seen[1]);
      expect(result).toEqual(seen[0]);
      expect(seen[0]).toContain('b');
    });
  });
});

describe('versions', () => {
  it('go on with the code they began with; an unknown one is waited for, and said', async () => {
    await simulate('versions', async (world) => {
      const store = memoryJournal();
      const old = make(async (_input, flow) => [await flow.waitFor('go'), 'old']);
      const next = make(async () => 'new', 2);
      const first = await begin(world, store, [old]);
      const { id } = await first.run(() => first.engine.launch(old, 1));
      await first.engine.stop();

      const second = await begin(world, store, [next]);
      await second.engine.signal(id, 'go', 1);
      expect(await (await second.run(() => second.engine.launch(next, 1))).result()).toBe('new');
      await world.sleep(5000);
      expect(await second.engine.health()).toEqual({
        status: 'warn',
        output: 'Unfinished runs of workflows that are not registered: w@1',
      });
      await expect(second.engine.launch(old, 1)).rejects.toMatchObject({ code: 'MUSCULAR_UNKNOWN_WORKFLOW' });
      await second.engine.stop();

      const third = await begin(world, store, [next, old]);
      expect(await third.run(() => third.engine.run(id).result())).toEqual([1, 'old']);
      expect(await third.engine.health()).toEqual({ status: 'pass' });
    });
  });
});

describe('operating on runs', () => {
  it('retries from the failed step, or from one before it', async () => {
    await simulate('retry', async (world) => {
      const counts = { a: 0, b: 0 };
      let broken = true;
      const code = make(async (_input, flow) => {
        const a = await flow.step('a', () => (counts.a += 1));
        const b = await flow.step(
          'b',
          () => {
            if (broken) throw new Error('broken');
            return (counts.b += 1);
          },
          { atMostOnce: true },
        );
        return [a, b];
      });
      const { engine, run } = await begin(world, memoryJournal(), [code]);
      const one = await run(() => engine.launch(code, 1));
      await expect(one.result()).rejects.toMatchObject({ failure: { step: 'b', message: 'broken' } });
      broken = false;
      await engine.retry(one.id);
      expect(await one.result()).toEqual([1, 1]);
      await expect(engine.retry(one.id)).rejects.toMatchObject({ code: 'MUSCULAR_RUN_STATE', status: 409 });

      broken = true;
      const two = await run(() => engine.launch(code, 1));
      await expect(two.result()).rejects.toThrow('broken');
      broken = false;
      await expect(engine.retry(two.id, { from: 'x' })).rejects.toThrow(OptionError);
      await engine.retry(two.id, { from: 'a' });
      expect(await two.result()).toEqual([3, 2]);
      await expect(engine.retry('none')).rejects.toMatchObject({ code: 'MUSCULAR_UNKNOWN_RUN' });
    });
  });

  it('forgets what has ended, when it is told to', async () => {
    await simulate('purge', async (world) => {
      const code = make(async (input, flow) => (input > 3 ? await flow.waitFor('go') : input));
      const { engine, run } = await begin(world, memoryJournal(), [code]);
      for (let input = 1; input <= 5; input += 1) await run(() => engine.launch(code, input));
      await world.sleep(1000);
      expect(await engine.purge(new Date(world.clock.now()))).toBe(3);
      expect((await engine.list()).map(({ input }) => input)).toEqual([5, 4]);
      await expect(engine.purge(Number.NaN)).rejects.toThrow('before must be');
    });
  });

  it('parks a run whose compensation fails, and finishes it when asked again', async () => {
    await simulate('parked', async (world) => {
      let broken = true;
      const undone: string[] = [];
      const undo = new Muscle<string, void>({
        name: 'undo',
        run: (what) => {
          if (broken && what === 'a') throw new Error('no answer');
          undone.push(what);
        },
      });
      const code = make(async (_input, flow) => {
        for (const what of ['a', 'b']) flow.compensate(`undo ${what}`, undo, what);
        await flow.step('a', () => 1);
        throw new Error('refused');
      });
      const { engine, run } = await begin(world, memoryJournal(), [code]);
      const one = await run(() => engine.launch(code, 1));
      await expect(one.result()).rejects.toMatchObject({
        code: 'MUSCULAR_RUN_PARKED',
        failure: { step: 'undo a', message: 'no answer' },
      });
      expect(undone).toEqual(['b']);
      expect(engine.describe().counters).toMatchObject({ parked: 1, failed: 0 });
      await expect(one.cancel()).rejects.toThrow('retry it, or abandon it');
      const two = await run(() => engine.launch(code, 1));
      await expect(engine.abandon(two.id)).rejects.toMatchObject({ code: 'MUSCULAR_RUN_STATE' });
      await expect(two.result()).rejects.toMatchObject({ code: 'MUSCULAR_RUN_PARKED' });
      await engine.abandon(two.id, 'done by hand');
      await expect(two.result()).rejects.toMatchObject({
        code: 'MUSCULAR_RUN_CANCELLED',
        failure: { message: 'done by hand' },
      });
      undone.pop();
      broken = false;
      await expect(engine.retry(one.id, { from: 'a' })).rejects.toThrow('its steps were undone');
      await engine.retry(one.id);
      await expect(one.result()).rejects.toMatchObject({
        code: 'MUSCULAR_RUN_FAILED',
        failure: { message: 'refused' },
      });
      expect(undone).toEqual(['b', 'a']);
    });
  });

  it('reaches runs of other engines: signals, cancels, results', async () => {
    await simulate('two engines', async (world) => {
      const store = memoryJournal();
      const code = make(async (_input, flow) => await flow.waitFor('go'));
      const one = await begin(world, store, [code]);
      const two = await begin(world, store, [code]);
      const [a, b] = await one.run(async () => [await one.engine.launch(code, 1), await one.engine.launch(code, 2)]);
      await two.engine.signal(a?.id ?? '', 'go', 'there');
      expect(await two.run(() => two.engine.run(a?.id ?? '').result())).toBe('there');
      await two.engine.cancel(b?.id ?? '', 'no more');
      await expect(two.run(() => two.engine.run(b?.id ?? '').result())).rejects.toThrow('no more');
      await expect(two.engine.run('none').result()).rejects.toMatchObject({ code: 'MUSCULAR_UNKNOWN_RUN' });
      await expect(two.engine.inspect('none')).rejects.toMatchObject({ status: 404 });
      expect(one.engine.describe().counters).toMatchObject({ launched: 2, completed: 1, cancelled: 1, active: 0 });
    });
  });

  it('runs a run in one engine only, also when two launch it', async () => {
    await simulate('same run', async (world) => {
      const store = memoryJournal();
      let runs = 0;
      const code = make(async (_input, flow) => {
        await flow.step('slow', async () => {
          runs += 1;
          await world.sleep(3000);
        });
        return 'done';
      });
      const one = await begin(world, store, [code]);
      const two = await begin(world, store, [code]);
      const launches = [one, two].map(({ engine, run }) =>
        run(async () => await (await engine.launch(code, 1, { id: 'x' })).result()),
      );
      expect(await Promise.all(launches)).toEqual(['done', 'done']);
      await world.sleep(2000);
      expect(runs).toBe(1);
      await expect(two.engine.cancel('x')).rejects.toMatchObject({ code: 'MUSCULAR_RUN_STATE' });
      expect([one, two].map(({ engine }) => engine.describe().counters['completed'])).toEqual([1, 0]);
    });
  });

  it('takes over from a worker that stalls, whose late writes count for nothing', async () => {
    await simulate('stall', async (world) => {
      const store = memoryJournal();
      const ran: string[] = [];
      const gate = Promise.withResolvers<void>();
      let stalls = false;
      // A store behind a line that hangs for the first engine.
      const line = new Proxy(store, {
        get: (target, key) => {
          const member: unknown = Reflect.get(target, key, target);
          if (typeof member !== 'function') return member;
          return async (...args: unknown[]) => {
            if (stalls) await gate.promise;
            return Reflect.apply(member, target, args) as unknown;
          };
        },
      });
      const code = make(async (_input, flow) => {
        await flow.step('a', () => void ran.push('a'));
        await flow.sleep(100);
        await flow.step('b', () => void ran.push('b'));
        return 'done';
      });
      const one = await begin(world, line, [code], { leaseMs: 1000, pollMs: 100 });
      const { id } = await one.run(() => one.engine.launch(code, 1));
      await world.sleep(50);
      stalls = true;
      await world.sleep(2000);
      const two = await begin(world, store, [code], { leaseMs: 1000, pollMs: 100 });
      expect(await two.run(() => two.engine.run(id).result())).toBe('done');
      const before = await two.engine.inspect(id);
      stalls = false;
      gate.resolve();
      await world.sleep(2000);
      expect(await two.engine.inspect(id)).toEqual(before);
      // The step that had no result in the journal is the only one that ran twice.
      expect(ran).toEqual(['a', 'b']);
      // It has begun anew and works again.
      expect(await (await one.run(() => one.engine.launch(code, 2))).result()).toBe('done');
    });
  });

  it('never runs a step again that must not be, and says that its outcome is not known', async () => {
    await simulate('at most once', async (world) => {
      const store = memoryJournal();
      let runs = 0;
      const code = make(async (_input, flow) => {
        const step = flow.step(
          'charge',
          async () => {
            runs += 1;
            await world.sleep(1000);
          },
          { atMostOnce: true },
        );
        return await step.catch((error: unknown) => (error instanceof StepError ? error.failure.code : error));
      });
      const one = await begin(world, store, [code]);
      const { id } = await one.run(() => one.engine.launch(code, 1));
      await world.sleep(500);
      one.crash();
      const two = await begin(world, store, [code], { exclusive: true });
      expect(await two.run(() => two.engine.run(id).result())).toBe('MUSCULAR_STEP_UNCERTAIN');
      expect(runs).toBe(1);
    });
  });

  it('lets steps end when it stops, and goes on after its next start', async () => {
    await simulate('stop', async (world) => {
      let aborted = true;
      let runs = 0;
      const code = make(async (_input, flow) => {
        await flow.step('slow', async ({ signal }) => {
          runs += 1;
          await world.sleep(2000);
          ({ aborted } = signal);
        });
        return 'done';
      });
      const { engine, run } = await begin(world, memoryJournal(), [code]);
      const one = await run(() => engine.launch(code, 1, { id: 'x' }));
      const waiting = expect(one.result()).rejects.toThrow('the engine has stopped');
      await world.sleep(500);
      await engine.stop();
      await waiting;
      await expect(engine.launch(code, 1)).rejects.toMatchObject({ code: 'MUSCULAR_RUN_STATE' });
      expect([runs, aborted]).toEqual([1, false]);
      await world.start(engine);
      expect(await engine.run('x').result()).toBe('done');
      expect(runs).toBe(1);
    });
  });
});

describe('bad input', () => {
  it('is refused, and named', async () => {
    await simulate('bad input', async (world) => {
      const code = make(async (_input, flow) => await flow.step('map', () => new Map()));
      const refuse = (run: () => unknown, field: string): void => expect(run).toThrow(field);
      refuse(() => workflow({ name: 'a b', run: async () => 1 }), 'name must be');
      refuse(() => workflow({ name: 'a', version: 0, run: async () => 1 }), 'version must be');
      refuse(() => workflow({ name: 'a', compensation: { attempts: 0 }, run: async () => 1 }), 'compensation.attempts');
      refuse(() => workflow({ name: 'a', compensation: { delayMs: -1 }, run: async () => 1 }), 'compensation.delayMs');
      const store = memoryJournal();
      refuse(() => new MuscleCoordination({ store, workflows: [code], leaseMs: 0 }), 'leaseMs must be');
      refuse(() => new MuscleCoordination({ store, workflows: [code, code] }), 'workflows must be');
      const { engine, run } = await begin(world, store, [code]);
      await expect(engine.launch(code, Number.NaN)).rejects.toThrow(NotJsonError);
      await expect(engine.launch(code, 1, { id: '' })).rejects.toThrow('id must be');
      await expect((await run(() => engine.launch(code, 1))).result()).rejects.toMatchObject({
        failure: { code: 'MUSCULAR_NOT_JSON', step: 'map' },
      });
      await expect(engine.signal('none', 'go')).rejects.toMatchObject({ code: 'MUSCULAR_UNKNOWN_RUN' });
      await expect(engine.signal('none', '')).rejects.toThrow('name must be');
      const sleeps = make(async (_input, flow) => await flow.sleep(-1), 3);
      const third = await begin(world, memoryJournal(), [sleeps]);
      await expect((await third.run(() => third.engine.launch(sleeps, 1))).result()).rejects.toThrow('ms must be');
    });
  });
});
