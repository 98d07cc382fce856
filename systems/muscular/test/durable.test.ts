import { CancelledError } from '@organism/cell';
import {
  type Flow,
  memoryJournal,
  type MemoryTransaction,
  Muscle,
  MuscleCoordination,
  StepError,
  workflow,
} from '@organism/muscular';
import { Bone } from '@organism/skeletal';
import { SeededEntropy, simulate } from '@organism/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const echo = new Muscle<string, string>({ name: 'echo', run: (text) => text });
const breaks = new Muscle<string, string>({
  name: 'breaks',
  run: () => {
    throw new RangeError('no paper');
  },
});

describe('a durable workflow', () => {
  it('runs its steps once, and gives its result', async () => {
    await simulate('steps', async ({ start }) => {
      const greet = workflow({
        name: 'greet',
        input: new Bone('person', z.object({ name: z.string().trim() })),
        run: async ({ name }, flow) => {
          const first = await flow.step('first', echo, `Hello, ${name}`);
          const second = await flow.step('second', () => ({ length: first.length }));
          return [first, second.length];
        },
      });
      const engine = await start(new MuscleCoordination({ store: memoryJournal(), workflows: [greet] }));
      const run = await engine.launch(greet, { name: ' Ada ' }, { id: 'run-1' });
      expect(await run.result()).toEqual(['Hello, Ada', 10]);
      // Again: the same run.
      expect(await (await engine.launch(greet, { name: 'Eve' }, { id: 'run-1' })).result()).toEqual(['Hello, Ada', 10]);
      const { events, ...summary } = await run.inspect();
      expect(events.map(({ kind, name, value }) => [kind, name, value])).toEqual([
        ['step', 'first', 'Hello, Ada'],
        ['step', 'second', { length: 10 }],
      ]);
      expect(summary).toMatchObject({ id: 'run-1', status: 'completed', input: { name: 'Ada' } });
    });
  });

  it('goes on after a crash where it was, and never runs a journalled step again', async () => {
    await simulate('crash', async ({ process, sleep }) => {
      const store = memoryJournal();
      const ran: string[] = [];
      const slow = workflow({
        name: 'slow',
        run: async (_input: void, flow) => {
          await flow.step('a', () => void ran.push('a'));
          const drawn = [await flow.now(), await flow.random(), await flow.uuid()];
          await flow.sleep(60_000);
          await flow.step('b', () => void ran.push('b'));
          return drawn;
        },
      });
      const one = process('one');
      const first = new MuscleCoordination({ store, workflows: [slow] });
      await one.start(first);
      const run = await one.run(() => first.launch(slow, undefined, { id: 'x' }));
      await sleep(30_000);
      const before = (await run.inspect()).events;
      one.crash();
      const two = process('two');
      const second = new MuscleCoordination({ store, workflows: [slow], exclusive: true });
      await two.start(second);
      const result = await two.run(() => second.run('x').result());
      expect(ran).toEqual(['a', 'b']);
      expect(result).toEqual(before.slice(1, 4).map(({ value }) => value));
      const { events } = await second.inspect('x');
      expect(events.map(({ kind }) => kind)).toEqual(['step', 'now', 'random', 'uuid', 'timer', 'fired', 'step']);
      expect((events[5]?.at ?? 0) - (events[4]?.at ?? 0)).toBe(60_000);
    });
  });

  it('waits for signals: sent before, sent later, or timed out', async () => {
    await simulate('signals', async ({ start, sleep }) => {
      const waits = workflow({
        name: 'waits',
        run: async (_input: void, flow) => [
          await flow.waitFor<number>('early'),
          await flow.waitFor('later', { timeoutMs: 10_000 }),
          await flow.waitFor('never', { timeoutMs: 10_000 }),
        ],
      });
      const engine = await start(new MuscleCoordination({ store: memoryJournal(), workflows: [waits] }));
      const run = await engine.launch(waits, undefined);
      await run.signal('early', 1, { id: 'e' });
      await run.signal('early', 2, { id: 'e' });
      await sleep(5000);
      await run.signal('later');
      expect(await run.result()).toEqual([1, null, null]);
      expect((await run.inspect()).signals).toEqual([]);
    });
  });

  it('gives a failed step as the same error, live and replayed', async () => {
    const errors: StepError[] = [];
    await simulate('failure', async ({ process, sleep }) => {
      const store = memoryJournal();
      const fails = workflow({
        name: 'fails',
        run: async (_input: void, flow) => {
          try {
            await flow.step('print', breaks, '');
          } catch (error) {
            if (error instanceof StepError) errors.push(error);
          }
          await flow.sleep(10_000);
          throw new Error('give up');
        },
      });
      for (const name of ['one', 'two']) {
        const life = process(name);
        const engine = new MuscleCoordination({ store, workflows: [fails], exclusive: true });
        await life.start(engine);
        if (name === 'one') {
          await life.run(() => engine.launch(fails, undefined, { id: 'x' }));
          await sleep(1000);
          life.crash();
        } else
          await expect(life.run(() => engine.run('x').result())).rejects.toMatchObject({
            code: 'MUSCULAR_RUN_FAILED',
            failure: { name: 'Error', message: 'give up' },
          });
      }
    });
    expect(errors.map(({ message, failure }) => ({ message, failure }))).toEqual(
      Array.from({ length: 2 }, () => ({
        message: 'Step "print" failed: no paper',
        failure: { name: 'RangeError', message: 'no paper' },
      })),
    );
  });

  it('commits the effects of a transaction together with its place in the journal', async () => {
    await simulate('transaction', async ({ start }) => {
      const store = memoryJournal();
      const pay = workflow({
        name: 'pay',
        run: async (amount: number, flow: Flow<MemoryTransaction>) => {
          await flow.transaction('debit', (data) => void data.set('paid', amount));
          await flow
            .transaction('refused', (data) => {
              data.set('paid', -1);
              throw new Error('no');
            })
            .catch(() => {});
          return 'done';
        },
      });
      const engine = await start(new MuscleCoordination({ store, workflows: [pay] }));
      const run = await engine.launch(pay, 5);
      expect(await run.result()).toBe('done');
      expect(store.data.get('paid')).toBe(5);
      expect((await run.inspect()).events.map(({ failure }) => failure?.message)).toEqual([undefined, 'no']);
    });
  });

  it('undoes in reverse what it did, when it fails or is cancelled', async () => {
    await simulate('saga', async ({ start, sleep }) => {
      const undone: string[] = [];
      const undo = new Muscle<string, void>({ name: 'undo', run: (what) => void undone.push(what) });
      const trip = workflow({
        name: 'trip',
        run: async (fails: boolean, flow) => {
          for (const what of ['hotel', 'car']) {
            flow.compensate(`cancel ${what}`, undo, what);
            await flow.step(what, echo, what);
          }
          if (fails) await flow.step('flight', breaks, '');
          try {
            await flow.waitFor('go');
          } catch (error) {
            expect(error).toBeInstanceOf(CancelledError);
            throw error;
          }
        },
      });
      const engine = await start(new MuscleCoordination({ store: memoryJournal(), workflows: [trip] }));
      const failed = await engine.launch(trip, true);
      await expect(failed.result()).rejects.toMatchObject({ code: 'MUSCULAR_RUN_FAILED', failure: { step: 'flight' } });
      expect(undone.splice(0)).toEqual(['car', 'hotel']);
      const cancelled = await engine.launch(trip, false);
      await sleep(100);
      await cancelled.cancel('rain');
      await expect(cancelled.result()).rejects.toMatchObject({ code: 'MUSCULAR_RUN_CANCELLED', status: 499 });
      expect(undone).toEqual(['car', 'hotel']);
      expect((await cancelled.inspect()).failure?.message).toBe('rain');
    });
  });

  it('draws from its entropy, which makes runs repeatable', async () => {
    const draw = workflow({
      name: 'draw',
      run: async (_input: void, flow) => [await flow.random(), await flow.uuid()],
    });
    const results: unknown[] = [];
    for (let round = 0; round < 2; round += 1) {
      const entropy = new SeededEntropy('same');
      await using engine = await new MuscleCoordination({
        store: memoryJournal(),
        workflows: [draw],
        entropy,
      }).start();
      results.push(await (await engine.launch(draw, undefined)).result());
    }
    expect(results[0]).toEqual(results[1]);
  });
});
