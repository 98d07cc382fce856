import { FencedError, UnknownRunError } from '../durable/errors.ts';
import type { AppendWrite, ClaimRequest, Entry, Journal, RunRecord, Write } from '../durable/journal.ts';

/** What a conformance suite needs of a test runner: `describe`, `it` and `beforeEach`-free; Vitest and `node:test` fit. */
export interface ContractRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => Promise<void>) => unknown;
}

/** A journal made for one test. */
export interface JournalSubject<Tx> {
  readonly journal: Journal<Tx>;
  /** The same store through another connection, as another process has it. */
  readonly other: Journal<Tx>;
  /** Makes one row of a table of the test's own, in a transaction of the store. */
  readonly effect: (tx: Tx) => void | Promise<void>;
  /** How many such rows there are. */
  readonly effects: () => number | Promise<number>;
  readonly close: () => void | Promise<void>;
}

const check = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(`The journal breaks its contract: ${what}.`);
};

const same = (actual: unknown, expected: unknown, what: string): void =>
  check(JSON.stringify(actual) === JSON.stringify(expected), `${what}: ${JSON.stringify(actual)}`);

const fenced = async (work: () => unknown, what: string): Promise<void> => {
  try {
    await work();
  } catch (error) {
    check(error instanceof FencedError, what);
    return;
  }
  check(false, what);
};

const recordOf = (id: string, workflow = 'w'): RunRecord => ({
  id,
  workflow,
  version: 1,
  status: 'running',
  input: '1',
  outcome: null,
  createdAt: 5,
  updatedAt: 5,
});

const create = (id: string, workflow?: string): Write<never> => ({
  type: 'create',
  run: id,
  record: recordOf(id, workflow),
});

const entryOf = (ordinal: number, name = 's'): Entry => ({
  ordinal,
  position: ordinal,
  issued: ordinal,
  kind: 'step',
  name,
  value: '{"a":1}',
  failed: false,
  at: 7.5,
});

const append = (run: string, ordinal: number, uses?: string): AppendWrite => ({
  type: 'append',
  run,
  entry: entryOf(ordinal),
  ...(uses !== undefined && { uses }),
});

const claimOf = (worker: string, more: Partial<ClaimRequest> = {}): ClaimRequest => ({
  worker,
  workflows: [{ name: 'w', version: 1 }],
  now: 100,
  limit: 10,
  blocked: false,
  again: false,
  ...more,
});

/**
 * Conformance suite of {@link Journal}: declares the tests that every store of durable execution must pass.
 *
 * @example
 * ```ts
 * import { memoryJournal } from '@organism/muscular';
 * import { journalContract } from '@organism/muscular/testing';
 *
 * // In a test file, with `describe` and `it` of the test runner:
 * const run = { describe: (_name: string, body: () => void) => body(), it: (_name: string, body: () => Promise<void>) => body() };
 * journalContract(run, 'memory', () => {
 *   const journal = memoryJournal();
 *   return {
 *     journal,
 *     other: journal,
 *     effect: (data) => void data.set(`${data.size}`, true),
 *     effects: () => journal.data.size,
 *     close: () => {},
 *   };
 * });
 * ```
 */
export const journalContract = <Tx>(
  { describe, it }: ContractRunner,
  name: string,
  make: () => JournalSubject<Tx> | Promise<JournalSubject<Tx>>,
): void => {
  const test = (what: string, body: (subject: JournalSubject<Tx>) => Promise<void>): void => {
    it(what, async () => {
      const subject = await make();
      try {
        await subject.journal.open();
        await subject.journal.register('one', 1000, false);
        await body(subject);
      } finally {
        await subject.close();
      }
    });
  };
  describe(`journal: ${name}`, () => {
    test('keeps runs and their entries as they were given', async ({ journal, other }) => {
      await journal.commit('one', [create('a'), create('b')]);
      await journal.commit('one', [append('a', 1), append('b', 1), append('a', 2)]);
      await other.open();
      const story = await other.load('a');
      same(story?.run, recordOf('a'), 'the record of a run');
      same(story?.entries, [entryOf(1), entryOf(2)], 'the entries of a run');
      check((await other.load('c')) === undefined, 'an unknown run has no story');
    });

    test('refuses a run that there is, and entries that do not come next', async ({ journal }) => {
      same([...(await journal.commit('one', [create('a')]))], [], 'refusals of a new run');
      same([...(await journal.commit('one', [create('a'), create('b')]))], ['a'], 'refusals of a known run');
      same([...(await journal.commit('one', [append('a', 2), append('b', 1)]))], ['a'], 'refusals of a gap');
      same([...(await journal.commit('one', [append('b', 1)]))], ['b'], 'refusals of an entry twice');
      same([...(await journal.commit('one', [append('x', 1)]))], ['x'], 'refusals of an unknown run');
      const finish = { type: 'finish', run: 'a', status: 'completed', outcome: '1', at: 9 } as const;
      same([...(await journal.commit('one', [append('a', 2), finish]))], ['a'], 'refusals after a refusal');
      same((await journal.load('a'))?.run.status, 'running', 'the status after a refused end');
    });

    test('ends runs, and takes nothing for them after that', async ({ journal }) => {
      await journal.commit('one', [create('a'), create('b')]);
      const finish = { type: 'finish', run: 'a', status: 'failed', outcome: '{"message":"no"}', at: 9 } as const;
      same([...(await journal.commit('one', [append('a', 1), finish]))], [], 'refusals of an end');
      const run = (await journal.load('a'))?.run;
      same([run?.status, run?.outcome, run?.updatedAt], ['failed', '{"message":"no"}', 9], 'an ended run');
      same([...(await journal.commit('one', [append('a', 2)]))], ['a'], 'refusals after the end');
      same(
        (await journal.list({ status: 'failed' })).map(({ id }) => id),
        ['a'],
        'failed runs',
      );
      same(
        (await journal.list({})).map(({ id }) => id),
        ['b', 'a'],
        'all runs, the newest first',
      );
      same((await journal.list({ workflow: 'v' })).length, 0, 'runs of another workflow');
      same((await journal.list({ limit: 1 })).length, 1, 'a limit');
    });

    test('gives a run to one worker only, until it lets go', async ({ journal, other }) => {
      await journal.commit('one', [create('a'), create('b', 'v')]);
      await other.register('two', 1000, false);
      same(await other.claim(claimOf('two')), [], 'what is owned');
      same([...(await other.commit('two', [append('a', 1)]))], ['a'], 'writes of one who does not own it');
      await journal.release('one');
      same(
        (await other.claim(claimOf('two'))).map(({ id }) => id),
        ['a'],
        'what is free and known',
      );
      same(await other.claim(claimOf('two')), [], 'what it owns already');
      same(
        (await other.claim(claimOf('two', { again: true }))).map(({ id }) => id),
        ['a'],
        'what it owns, again',
      );
      same([...(await other.commit('two', [append('a', 1)]))], [], 'writes of the new owner');
    });

    test('fences off a worker whose lease has ended', async ({ journal, other }) => {
      await journal.commit('one', [create('a')]);
      await other.register('two', 5000, false);
      same(await other.claim(claimOf('two', { now: 999 })), [], 'a lease that has not ended');
      check(await journal.renew('one', 2000), 'a lease can be renewed');
      same(await other.claim(claimOf('two', { now: 1500 })), [], 'a renewed lease');
      same(
        (await other.claim(claimOf('two', { now: 2500 }))).map(({ id }) => id),
        ['a'],
        'a lease that has ended',
      );
      check(!(await journal.renew('one', 9000)), 'a worker that was fenced off can not renew');
      await fenced(() => journal.commit('one', [append('a', 1)]), 'a worker that was fenced off can not write');
      same((await journal.load('a'))?.entries, [], 'the entries after a refused write');
      await other.release('two');
      await fenced(() => journal.claim(claimOf('one')), 'a worker that was fenced off can not claim');
      await other.register('four', 9000, false);
      await journal.register('three', 9000, true);
      await fenced(() => other.commit('four', [append('a', 1)]), 'taking over fences off all others');
      same(
        (await journal.claim(claimOf('three'))).map(({ id }) => id),
        ['a'],
        'what was taken over',
      );
    });

    test('gives blocked runs only to those who ask', async ({ journal }) => {
      await journal.commit('one', [create('a')]);
      await journal.commit('one', [{ type: 'finish', run: 'a', status: 'blocked', outcome: '{}', at: 9 }]);
      same(await journal.claim(claimOf('one')), [], 'blocked runs, not asked for');
      const claimed = await journal.claim(claimOf('one', { blocked: true }));
      same(
        claimed.map(({ id, status }) => [id, status]),
        [['a', 'running']],
        'blocked runs',
      );
      same((await journal.load('a'))?.run.status, 'running', 'the status of a claimed run');
    });

    test('keeps signals until an entry uses them', async ({ journal, other }) => {
      await journal.commit('one', [create('a')]);
      const signal = { run: 'a', id: 's1', name: 'go', payload: '{"x":1}', at: 8 };
      check(await other.send(signal), 'a signal is kept');
      check(!(await other.send(signal)), 'a signal is kept once');
      await other.send({ ...signal, id: 's2', payload: null });
      same(await journal.pending('one'), [signal, { ...signal, id: 's2', payload: null }], 'signals for a worker');
      same(await journal.pending('two'), [], 'signals for another worker');
      await journal.commit('one', [append('a', 1, 's1')]);
      same(
        (await journal.load('a'))?.signals.map(({ id }) => id),
        ['s2'],
        'signals that are left',
      );
      check(!(await other.send(signal)), 'a used signal is kept once');
      try {
        await other.send({ ...signal, run: 'x' });
        check(false, 'a signal for nobody is refused');
      } catch (error) {
        check(error instanceof UnknownRunError, 'a signal for nobody is refused');
      }
    });

    test('commits transactions with their effects, or neither', async ({ journal, effect, effects }) => {
      await journal.commit('one', [create('a')]);
      const transaction = (ordinal: number, fails: boolean, run = 'a'): Write<Tx> => ({
        type: 'transaction',
        run,
        ordinal,
        perform: (tx) => {
          const done = effect(tx);
          const then = (): Entry => {
            if (fails) throw new RangeError('no');
            return { ...entryOf(ordinal, 't'), kind: 'transaction' };
          };
          return done instanceof Promise ? done.then(then) : then();
        },
        refuse: (error) => ({ ...entryOf(ordinal, (error as Error).message), failed: true }),
      });
      same([...(await journal.commit('one', [transaction(1, false)]))], [], 'refusals of a transaction');
      same([...(await journal.commit('one', [transaction(2, true)]))], [], 'refusals of one that fails');
      same([...(await journal.commit('one', [transaction(5, false)]))], ['a'], 'refusals of one out of order');
      same([...(await journal.commit('one', [transaction(1, false, 'x')]))], ['x'], 'refusals for an unknown run');
      same(await effects(), 1, 'the effects of all that');
      const entries = (await journal.load('a'))?.entries.map(({ name: of, failed }) => [of, failed]);
      same(
        entries,
        [
          ['t', false],
          ['no', true],
        ],
        'the entries of transactions',
      );
    });

    test('abandons runs that stand still, and no others', async ({ journal }) => {
      await journal.commit('one', [create('a'), create('b')]);
      await journal.commit('one', [{ type: 'finish', run: 'a', status: 'blocked', outcome: '{}', at: 9 }]);
      check(await journal.abandon('a', '{"message":"no use"}', 10), 'a blocked run is abandoned');
      check(!(await journal.abandon('b', '{}', 10)), 'a running run is not');
      const run = (await journal.load('a'))?.run;
      same([run?.status, run?.outcome, run?.updatedAt], ['cancelled', '{"message":"no use"}', 10], 'an abandoned run');
      same(await journal.claim(claimOf('one', { blocked: true })), [], 'what is left to claim');
      try {
        await journal.abandon('x', '{}', 10);
        check(false, 'an unknown run can not be abandoned');
      } catch (error) {
        check(error instanceof UnknownRunError, 'an unknown run can not be abandoned');
      }
    });

    test('forgets runs that ended before a time', async ({ journal }) => {
      await journal.commit('one', [create('a'), create('b'), create('c')]);
      await journal.send({ run: 'a', id: 's1', name: 'go', payload: null, at: 8 });
      for (const [run, at] of [
        ['a', 50],
        ['b', 60],
      ] as const)
        await journal.commit('one', [append(run, 1), { type: 'finish', run, status: 'completed', outcome: null, at }]);
      same(await journal.purge(50, 10), 0, 'how many ended before');
      same(await journal.purge(100, 1), 1, 'a limit');
      same(await journal.purge(100, 10), 1, 'the rest');
      check((await journal.load('a')) === undefined, 'a forgotten run has no story');
      same([...(await journal.commit('one', [append('c', 1), create('a')]))], [], 'refusals of a forgotten id');
      same((await journal.load('a'))?.entries, [], 'the entries of a forgotten id');
    });

    test('reopens a run at a point of its journal', async ({ journal }) => {
      await journal.commit('one', [create('a')]);
      for (const id of ['s1', 's2']) await journal.send({ run: 'a', id, name: 'go', payload: null, at: 8 });
      await journal.commit('one', [append('a', 1, 's1'), append('a', 2, 's2'), append('a', 3)]);
      check(!(await journal.reopen('a', 1, 9)), 'a running run is not reopened');
      await journal.commit('one', [{ type: 'finish', run: 'a', status: 'failed', outcome: '{}', at: 9 }]);
      check(await journal.reopen('a', 1, 10), 'a failed run is reopened');
      const story = await journal.load('a');
      same([story?.run.status, story?.run.outcome, story?.entries.length], ['running', null, 1], 'a reopened run');
      same(
        story?.signals.map(({ id }) => id),
        ['s2'],
        'signals that are there again',
      );
      same(
        (await journal.claim(claimOf('one'))).map(({ id }) => id),
        ['a'],
        'a reopened run is free',
      );
      same([...(await journal.commit('one', [append('a', 2)]))], [], 'the next entry of a reopened run');
      same(
        (await journal.load('a'))?.entries.map(({ ordinal }) => ordinal),
        [1, 2],
        'entries of a reopened run',
      );
    });
  });
};
