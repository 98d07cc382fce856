import { Mitochondrion, type MitochondrionOptions } from '@organism/metabolic/workers';
import { VirtualClock } from '@organism/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type * as movingTasks from './fixtures/moving-tasks.ts';
import type * as tasks from './fixtures/tasks.ts';

type Tasks = typeof tasks;
const module = new URL('fixtures/tasks.ts', import.meta.url);
const soon = { timeout: 10_000, interval: 5 };
const pools: Mitochondrion<Tasks>[] = [];

const startPool = async (options: Partial<MitochondrionOptions> = {}): Promise<Mitochondrion<Tasks>> => {
  const pool = new Mitochondrion<Tasks>({ name: 'cpu', module, maxThreads: 2, ...options });
  pools.push(pool);
  return await pool.start();
};
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.stop({ timeoutMs: 0 }).catch(() => {})));
});

/** A place where tasks of other threads can be watched and let go. */
const makeFlags = (): { flags: SharedArrayBuffer; arrived: () => number; release: (index: number) => void } => {
  const flags = new SharedArrayBuffer(64);
  const view = new Int32Array(flags);
  return {
    flags,
    arrived: () => Atomics.load(view, 0),
    release: (index) => {
      Atomics.store(view, index, 1);
      Atomics.notify(view, index);
    },
  };
};
const failure = (work: Promise<unknown>): Promise<{ code?: string; cause?: unknown; message: string }> =>
  work.then(
    () => ({ message: 'did not fail' }),
    (error: unknown) => error as { message: string },
  );

describe('Mitochondrion', () => {
  it('runs tasks in threads, with typed inputs and results', async () => {
    const pool = await startPool();
    const sum: number = await pool.run('add', { a: 1, b: 2 });
    expect(sum).toBe(3);
    expect(await pool.run('later', 1)).toBe(1);
    expect(await pool.run('thread')).toBeGreaterThan(0);
    // @ts-expect-error: takes two numbers
    await pool.run('add', { a: 1 });
    // @ts-expect-error: takes something
    await expect(pool.run('add')).rejects.toThrow('undefined');
    // @ts-expect-error: not a function
    await expect(pool.run('notATask')).rejects.toThrow('exports no function "notATask"');
    expect(pool.describe()).toMatchObject({ kind: 'Mitochondrion', counters: { completed: 4, failed: 2, queued: 0 } });
  });

  it('warms up as many threads as are kept ready', async () => {
    const pool = await startPool({ minThreads: 2 });
    expect(pool.stats()).toMatchObject({ threads: 2, completed: 0 });
    const { flags, release } = makeFlags();
    const blocked = pool.run('waitFor', { flags, index: 1 });
    expect(await pool.run('isWarm')).toBe(true);
    release(1);
    await blocked;
  });

  it('gives back what a task throws, with its name and fields', async () => {
    const pool = await startPool();
    const error = await failure(pool.run('fail', 'E_BAD'));
    expect(error).toMatchObject({ name: 'RangeError', message: 'bad number', code: 'E_BAD' });
    expect(await failure(pool.run('failOddly'))).toEqual({ odd: true });
  });

  it('moves buffers rather than copying them, both ways', async () => {
    const pool = new Mitochondrion<typeof movingTasks>({
      name: 'moving',
      module: new URL('fixtures/moving-tasks.ts', import.meta.url),
      execArgv: ['--conditions=@organism/source'],
      maxThreads: 1,
    });
    await using running = await pool.start();
    const bytes = new Uint8Array(1000);
    const filled: Uint8Array = await running.run('fill', bytes, { transfer: [bytes.buffer] });
    expect([bytes.length, filled.length, filled[999]]).toEqual([0, 1000, 7]);
  });

  it('queues what does not fit, up to its bound', async () => {
    const pool = await startPool({ maxThreads: 1, maxQueue: 1 });
    const { flags, release } = makeFlags();
    const first = pool.run('waitFor', { flags, index: 1 });
    const second = pool.run('add', { a: 1, b: 1 });
    expect(await failure(pool.run('add', { a: 1, b: 1 }))).toMatchObject({
      code: 'METABOLIC_QUEUE_FULL',
      retryable: true,
    });
    expect([pool.stats(), await pool.health()]).toMatchObject([{ running: 1, queued: 1 }, { status: 'warn' }]);
    release(1);
    expect([await first, await second]).toEqual([1, 2]);
  });

  it('ends a task at its time limit, counted from when it starts', async () => {
    const clock = new VirtualClock();
    const pool = await startPool({ clock, maxThreads: 1, timeoutMs: 1000 });
    const { flags, arrived } = makeFlags();
    const first = failure(pool.run('waitFor', { flags, index: 1 }));
    const second = failure(pool.run('waitFor', { flags, index: 2 }, { timeoutMs: 500 }));
    await vi.waitFor(() => expect(arrived()).toBe(1), soon);
    await clock.advance(1000);
    expect(await first).toMatchObject({ code: 'METABOLIC_TASK_TIMEOUT', status: 504 });
    await vi.waitFor(() => expect(arrived()).toBe(2), soon);
    await clock.advance(499);
    expect(pool.stats()).toMatchObject({ running: 1, timedOut: 1 });
    await clock.advance(1);
    expect(await second).toMatchObject({ code: 'METABOLIC_TASK_TIMEOUT' });
    expect([await pool.run('add', { a: 2, b: 2 }), clock.pending]).toEqual([4, 0]);
  });

  it('ends a task at its memory limit, and nothing else', async () => {
    const pool = await startPool({ memoryLimitMb: 32 });
    const { flags, arrived, release } = makeFlags();
    const neighbour = pool.run('waitFor', { flags, index: 1 });
    await vi.waitFor(() => expect(arrived()).toBe(1), soon);
    expect(await failure(pool.run('hoard'))).toMatchObject({ code: 'METABOLIC_TASK_OUT_OF_MEMORY' });
    release(1);
    expect([await neighbour, await pool.run('add', { a: 1, b: 2 }), pool.stats().crashed]).toEqual([1, 3, 1]);
  });

  it.each([
    ['exits', 'exit', 3],
    ['throws outside the task', 'throwOutside', undefined],
  ] as const)('replaces a thread that %s', async (_how, task, input) => {
    const pool = await startPool({ maxThreads: 1 });
    for (let round = 1; round <= 3; round += 1) {
      expect(await failure(pool.run(task as 'exit', input as number))).toMatchObject({
        code: 'METABOLIC_WORKER_CRASHED',
      });
      expect([await pool.run('add', { a: round, b: 0 }), pool.stats().crashed]).toEqual([round, round]);
    }
  });

  it('says that a value can not cross threads', async () => {
    const pool = await startPool({ maxThreads: 1 });
    const withFunction = { a: 1, b: 2, c: () => {} };
    expect(await failure(pool.run('add', withFunction))).toMatchObject({ code: 'METABOLIC_NOT_CLONEABLE' });
    expect(await failure(pool.run('giveFunction'))).toMatchObject({ code: 'METABOLIC_NOT_CLONEABLE' });
    expect(await pool.run('add', { a: 1, b: 2 })).toBe(3);
  });

  it('finishes what it has taken when it stops, and takes no more', async () => {
    const pool = await startPool({ maxThreads: 1 });
    const { flags, arrived, release } = makeFlags();
    const work = Promise.all([pool.run('waitFor', { flags, index: 1 }), pool.run('add', { a: 1, b: 1 })]);
    await vi.waitFor(() => expect(arrived()).toBe(1), soon);
    const stopping = pool.stop();
    expect(await failure(pool.run('add', { a: 1, b: 1 }))).toMatchObject({ code: 'CELL_STATE' });
    release(1);
    expect(await work).toEqual([1, 2]);
    await stopping;
    expect([pool.state, pool.stats().threads]).toEqual(['stopped', 0]);
    await pool.start();
    expect(await pool.run('add', { a: 3, b: 1 })).toBe(4);
  });

  it('ends what is left when the time to stop is over', async () => {
    const clock = new VirtualClock();
    const pool = await startPool({ clock, maxThreads: 1 });
    const work = [failure(pool.run('spin')), failure(pool.run('add', { a: 1, b: 1 }))];
    const stopping = failure(pool.stop({ timeoutMs: 1000 }));
    await clock.advance(1000);
    for (const error of await Promise.all(work)) expect(error).toMatchObject({ code: 'CELL_CANCELLED' });
    expect(await stopping).toMatchObject({ code: 'CELL_STOP_FAILED' });
    await vi.waitFor(() => expect(pool.stats().threads).toBe(0), soon);
  });

  it('fails to start when the module can not be loaded', async () => {
    const pool = new Mitochondrion({ name: 'none', module: new URL('fixtures/no-such-file.ts', import.meta.url) });
    await expect(pool.start()).rejects.toMatchObject({ code: 'CELL_START_FAILED' });
  });

  it('names a bad option', async () => {
    const bad: [string, Partial<MitochondrionOptions>][] = [
      ['module', { module: './tasks.ts' as unknown as URL }],
      ['maxThreads', { maxThreads: 0 }],
      ['minThreads', { minThreads: 5 }],
      ['maxQueue', { maxQueue: -1 }],
      ['timeoutMs', { timeoutMs: Number.NaN }],
      ['memoryLimitMb', { memoryLimitMb: 15 }],
      ['idleTimeoutMs', { idleTimeoutMs: -1 }],
    ];
    for (const [field, options] of bad) {
      const make = (): unknown => new Mitochondrion({ name: 'cpu', module, maxThreads: 2, ...options });
      expect(make).toThrow(expect.objectContaining({ details: expect.objectContaining({ field }) }));
    }
    const pool = await startPool();
    expect(await failure(pool.run('add', { a: 1, b: 1 }, { timeoutMs: -1 }))).toMatchObject({
      details: { field: 'timeoutMs' },
    });
  });
});

describe('what went wrong in Piscina', () => {
  it('#934: an aborted task takes no neighbour with it', async () => {
    const pool = await startPool({ maxThreads: 3 });
    const { flags, arrived, release } = makeFlags();
    const abort = new AbortController();
    const neighbours = [
      pool.run('waitFor', { flags, index: 1 }, { signal: new AbortController().signal }),
      pool.run('waitFor', { flags, index: 2 }),
    ];
    const aborted = failure(pool.run('waitFor', { flags, index: 3 }, { signal: abort.signal }));
    const queued = pool.run('add', { a: 1, b: 1 }, { signal: new AbortController().signal });
    await vi.waitFor(() => expect(arrived()).toBe(3), soon);
    abort.abort('no longer wanted');
    expect(await aborted).toMatchObject({ code: 'CELL_CANCELLED', cause: 'no longer wanted' });
    expect(await queued).toBe(2);
    release(1);
    release(2);
    expect(await Promise.all(neighbours)).toEqual([1, 2]);
    expect(pool.stats()).toMatchObject({ cancelled: 1, crashed: 0, completed: 3 });
  });

  it('#805: tasks after an aborted one start, when the next and then the running one are aborted', async () => {
    const pool = await startPool({ minThreads: 1, maxThreads: 1 });
    const { flags, arrived } = makeFlags();
    const [one, two] = [new AbortController(), new AbortController()];
    const first = failure(pool.run('waitFor', { flags, index: 1 }, { signal: one.signal }));
    const second = failure(pool.run('add', { a: 2, b: 2 }, { signal: two.signal }));
    const third = pool.run('add', { a: 3, b: 3 }, { signal: new AbortController().signal });
    await vi.waitFor(() => expect(arrived()).toBe(1), soon);
    two.abort();
    one.abort();
    expect([await first, await second]).toMatchObject([{ code: 'CELL_CANCELLED' }, { code: 'CELL_CANCELLED' }]);
    expect(await third).toBe(6);
  });

  it('#788: aborting everything leaves no more threads than are kept ready, and stopping leaves none', async () => {
    const pool = await startPool({ minThreads: 1, maxThreads: 3, idleTimeoutMs: 20 });
    const { flags, arrived } = makeFlags();
    const abort = new AbortController();
    const work = Array.from({ length: 6 }, (_, index) =>
      failure(pool.run('waitFor', { flags, index: index + 1 }, { signal: abort.signal })),
    );
    await vi.waitFor(() => expect(arrived()).toBe(3), soon);
    abort.abort();
    for (const error of await Promise.all(work)) expect(error).toMatchObject({ code: 'CELL_CANCELLED' });
    await vi.waitFor(() => expect(pool.stats()).toMatchObject({ threads: 1, running: 0, queued: 0 }), soon);
    expect(arrived()).toBe(3);
    await pool.stop();
    expect(pool.stats().threads).toBe(0);
  });

  it('a task that is aborted before it is asked for never runs', async () => {
    const pool = await startPool();
    const aborted = pool.run('add', { a: 1, b: 1 }, { signal: AbortSignal.abort() });
    expect(await failure(aborted)).toMatchObject({ code: 'CELL_CANCELLED' });
  });
});
