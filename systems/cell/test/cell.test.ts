import {
  Cell,
  type CellState,
  Context,
  DeadlineError,
  type LifeEvent,
  OptionError,
  type Release,
  StartError,
  type StartScope,
  StateError,
  StopError,
} from '@organism/cell';
import { VirtualClock } from '@organism/testing';
import { describe, expect, test } from 'vitest';

/** The states a cell goes through, the first included. */
const statesOf = (cell: Cell): CellState[] => {
  const states = [cell.state];
  cell.observe(({ to }) => states.push(to));
  return states;
};

/** A promise and what settles it, with the calls counted. */
const gate = (): { readonly open: () => void; readonly wait: () => Promise<void>; readonly waiting: () => number } => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let waiting = 0;
  return {
    open: resolve,
    wait: () => {
      waiting++;
      return promise;
    },
    waiting: () => waiting,
  };
};

const thrownBy = async (work: Promise<unknown>): Promise<unknown> =>
  await work.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error,
  );

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a cell', () => {
  test.each(['', undefined, 7])('is refused without a proper name: %o', (name) => {
    const options: { name: string } = JSON.parse(JSON.stringify({ name }));
    expect(() => new Cell(options)).toThrow(OptionError);
    expect(() => new Cell(options)).toThrow('name must be a non-empty string');
  });

  test('takes its needs as names or as cells', () => {
    const db = new Cell({ name: 'db' });
    expect(new Cell({ name: 'api', needs: [db, 'cache'] }).needs).toEqual(['db', 'cache']);
  });

  test('goes from idle to running to stopped', async () => {
    const cell = new Cell({ name: 'c' });
    const states = statesOf(cell);
    expect(await cell.start()).toBe(cell);
    await cell.stop();
    expect(states).toEqual(['idle', 'starting', 'running', 'stopping', 'stopped']);
  });

  test('may be a subclass that overrides the hooks', async () => {
    const log: string[] = [];
    class Pool extends Cell {
      protected override onStart({ defer }: StartScope): void {
        log.push('open');
        defer(() => void log.push('closed'));
      }
      protected override onStop(): void {
        log.push('drain');
      }
      breakDown(): void {
        this.fail(new Error('lost'));
      }
    }
    const pool = new Pool({ name: 'pool' });
    await pool.start();
    pool.breakDown();
    expect([pool.state, pool.describe().kind]).toEqual(['failed', 'Pool']);
    await pool.stop();
    expect(log).toEqual(['open', 'drain', 'closed']);
  });
});

describe('starting', () => {
  test('twice gives the same promise and does the work once', async () => {
    let starts = 0;
    const cell = new Cell({ name: 'c', start: () => void starts++ });
    const first = cell.start();
    expect(cell.start()).toBe(first);
    await first;
    expect(cell.start()).toBe(first);
    expect(starts).toBe(1);
  });

  test('hands over the context and a signal, and takes clock and entropy from the context', async () => {
    const context = new Context({ clock: new VirtualClock(), tenant: 'lisbon' });
    let scope: StartScope | undefined;
    const cell = new Cell({ name: 'c', start: (given) => void (scope = given) });
    await cell.start(context);
    expect(scope?.context).toBe(context);
    expect(scope?.signal.aborted).toBe(false);
    expect([cell.clock, cell.entropy]).toEqual([context.clock, context.entropy]);
  });

  test('prefers a clock and entropy of its own', async () => {
    const [own, other] = [new VirtualClock(), new VirtualClock()];
    const cell = new Cell({ name: 'c', clock: own });
    await cell.start(new Context({ clock: other }));
    expect(cell.clock).toBe(own);
  });

  test('that fails undoes what it had done, last first, and reports every error', async () => {
    const log: string[] = [];
    const cell = new Cell({
      name: 'c',
      start: ({ defer }) => {
        defer(() => void log.push('first'));
        defer(async () => {
          await turn();
          log.push('second');
          throw new Error('second broke');
        });
        defer({ [Symbol.dispose]: () => void log.push('third') });
        defer({ [Symbol.asyncDispose]: async () => void log.push('fourth') });
        throw new Error('no port');
      },
    });
    const states = statesOf(cell);
    const error = await thrownBy(cell.start());
    expect(log).toEqual(['fourth', 'third', 'second', 'first']);
    expect(error).toBeInstanceOf(StartError);
    expect(error).toMatchObject({
      code: 'CELL_START_FAILED',
      message: 'Cell "c" failed to start: no port; second broke',
      cause: { message: 'no port' },
      errors: [{ message: 'no port' }, { message: 'second broke' }],
    });
    expect(states).toEqual(['idle', 'starting', 'failed']);
    expect(cell.error).toBe(error);
  });

  test('that failed may be tried again', async () => {
    let tries = 0;
    const cell = new Cell({
      name: 'c',
      start: () => {
        if (++tries === 1) throw new Error('not yet');
      },
    });
    await thrownBy(cell.start());
    await cell.start();
    expect([cell.state, cell.error]).toEqual(['running', undefined]);
  });

  test('that failed leaves nothing to stop', async () => {
    let stops = 0;
    const cell = new Cell({ name: 'c', start: () => Promise.reject(new Error('no')), stop: () => void stops++ });
    await thrownBy(cell.start());
    await cell.stop();
    expect([stops, cell.state]).toEqual([0, 'failed']);
  });

  test('is cancelled when the context is aborted, before or meanwhile', async () => {
    const abort = new AbortController();
    let started = 0;
    const cell = new Cell({
      name: 'c',
      start: async ({ signal }) => {
        started++;
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
    });
    const start = cell.start(new Context({ signal: abort.signal }));
    abort.abort(new Error('gave up'));
    expect(await thrownBy(start)).toMatchObject({ errors: [{ message: 'gave up' }] });
    expect(await thrownBy(cell.start(new Context({ signal: abort.signal })))).toMatchObject({
      errors: [{ message: 'gave up' }],
    });
    expect([started, cell.state]).toEqual([1, 'failed']);
  });

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'text'],
    ['a number', 42],
    ['an object without a prototype', Object.create(null)],
    ['an object like an error', { message: 'like an error' }],
    ['a symbol', Symbol('s')],
  ])('survives that %s is thrown', async (_, thrown) => {
    const cell = new Cell({
      name: 'c',
      start: () => {
        throw thrown;
      },
    });
    const error = await thrownBy(cell.start());
    expect(error).toBeInstanceOf(StartError);
    expect(error).toMatchObject({ errors: [thrown] });
    expect((await cell.health()).status).toBe('fail');
  });
});

describe('stopping', () => {
  test('before a start does nothing', async () => {
    let stops = 0;
    const cell = new Cell({ name: 'c', stop: () => void stops++ });
    await cell.stop();
    expect([cell.state, stops]).toEqual(['idle', 0]);
  });

  test('twice, at once or later, does the work once', async () => {
    let stops = 0;
    const cell = new Cell({ name: 'c', stop: () => void stops++ });
    await cell.start();
    await Promise.all([cell.stop(), cell.stop()]);
    await cell.stop();
    expect(stops).toBe(1);
  });

  test('does its own work first, then the clean-ups, last first', async () => {
    const log: string[] = [];
    const note =
      (what: string): Release =>
      () =>
        void log.push(what);
    const cell = new Cell({
      name: 'c',
      start: ({ defer }) => {
        defer(note('a'));
        defer(note('b'));
      },
      stop: async () => {
        await turn();
        log.push('stop');
      },
    });
    await cell.start();
    await cell.stop();
    expect(log).toEqual(['stop', 'b', 'a']);
  });

  test('runs every clean-up and reports every error', async () => {
    const log: string[] = [];
    const cell = new Cell({
      name: 'c',
      start: ({ defer }) => {
        defer(() => void log.push('a'));
        defer(() => Promise.reject(new Error('b broke')));
        defer(() => void log.push('c'));
      },
      stop: () => {
        throw new AggregateError([new Error('one'), new Error('two')]);
      },
    });
    await cell.start();
    const error = await thrownBy(cell.stop());
    expect(error).toBeInstanceOf(StopError);
    expect(error).toMatchObject({
      code: 'CELL_STOP_FAILED',
      errors: [{ message: 'one' }, { message: 'two' }, { message: 'b broke' }],
    });
    expect([log, cell.state, cell.error]).toEqual([['c', 'a'], 'failed', error]);
  });

  test('ends at its deadline, which is the clock’s and ten seconds away by default', async () => {
    const clock = new VirtualClock();
    const cell = new Cell({ name: 'c', clock, stop: () => new Promise(() => {}) });
    await cell.start();
    const stop = thrownBy(cell.stop());
    await clock.advance(9999);
    expect(cell.state).toBe('stopping');
    await clock.advance(1);
    const error = await stop;
    expect(error).toMatchObject({ errors: [expect.any(DeadlineError)] });
    expect(error).toMatchObject({ message: expect.stringContaining('Cell "c" did not stop in time.') });
    expect(cell.state).toBe('failed');
  });

  test.each([
    ['a time of the clock', { deadline: 1500, timeoutMs: 9000 }],
    ['milliseconds', { timeoutMs: 500 }],
  ])('takes its deadline as %s, and tells its work', async (_, options) => {
    const clock = new VirtualClock({ start: 1000 });
    let scope: { readonly deadline: number; readonly signal: AbortSignal } | undefined;
    const cell = new Cell({
      name: 'c',
      clock,
      stop: (given) => {
        scope = given;
        return new Promise(() => {});
      },
    });
    await cell.start();
    const stop = thrownBy(cell.stop(options));
    await clock.settle();
    expect(scope).toMatchObject({ deadline: 1500, signal: { aborted: false } });
    await clock.advance(500);
    expect(await stop).toBeInstanceOf(StopError);
    expect(scope?.signal.reason).toBeInstanceOf(DeadlineError);
  });

  test('at its deadline lets go of what was deferred, even when its own work hangs', async () => {
    const clock = new VirtualClock();
    const log: string[] = [];
    const cell = new Cell({
      name: 'c',
      clock,
      start: ({ defer }) => defer(() => void log.push('socket closed')),
      stop: () => new Promise(() => {}),
    });
    await cell.start();
    const stop = thrownBy(cell.stop({ timeoutMs: 100 }));
    await clock.advance(100);
    await stop;
    await turn();
    expect(log).toEqual(['socket closed']);
  });

  test('in time leaves no timer behind', async () => {
    const clock = new VirtualClock();
    const cell = new Cell({ name: 'c', clock });
    await cell.start();
    await cell.stop();
    expect(clock.pending).toBe(0);
  });

  test('waits for nothing when the deadline has already passed, but a quick stop still succeeds', async () => {
    const clock = new VirtualClock();
    const cell = new Cell({ name: 'c', clock });
    await cell.start();
    await cell.stop({ deadline: 0 });
    expect(cell.state).toBe('stopped');
  });

  test('happens by itself at the end of a block', async () => {
    const cell = new Cell({ name: 'c' });
    {
      await using running = await cell.start();
      expect(running.state).toBe('running');
    }
    expect(cell.state).toBe('stopped');
  });
});

describe('stopping while starting', () => {
  test('cancels the start, cleans up, and ends stopped', async () => {
    const log: string[] = [];
    const cell = new Cell({
      name: 'c',
      start: async ({ defer, signal }) => {
        defer(() => void log.push('undone'));
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
      stop: () => void log.push('stop'),
    });
    const states = statesOf(cell);
    const start = thrownBy(cell.start());
    await turn();
    await cell.stop();
    expect(await start).toMatchObject({ code: 'CELL_START_FAILED', errors: [{ code: 'CELL_CANCELLED' }] });
    expect(log).toEqual(['undone']);
    expect(states).toEqual(['idle', 'starting', 'stopping', 'stopped']);
  });

  test('waits for a start that does not listen, and undoes it', async () => {
    const { open, wait } = gate();
    const log: string[] = [];
    const cell = new Cell({
      name: 'c',
      start: async ({ defer }) => {
        await wait();
        defer(() => void log.push('undone'));
      },
    });
    const start = thrownBy(cell.start());
    const stop = cell.stop();
    await turn();
    expect(cell.state).toBe('stopping');
    open();
    await stop;
    expect(await start).toBeInstanceOf(StartError);
    expect([log, cell.state]).toEqual([['undone'], 'stopped']);
  });

  test('a start that comes through after the stop has run out of time is undone and changes nothing', async () => {
    const clock = new VirtualClock();
    const { open, wait } = gate();
    const log: string[] = [];
    const cell = new Cell({
      name: 'c',
      clock,
      start: async ({ defer }) => {
        await wait();
        defer(() => void log.push('undone'));
      },
    });
    const start = thrownBy(cell.start());
    const stop = thrownBy(cell.stop({ timeoutMs: 50 }));
    await clock.advance(50);
    expect(await stop).toBeInstanceOf(StopError);
    expect(cell.state).toBe('failed');
    open();
    expect(await start).toBeInstanceOf(StartError);
    expect([log, cell.state]).toEqual([['undone'], 'failed']);
  });

  test('a new life is not touched by the late end of the old one', async () => {
    const clock = new VirtualClock();
    const { open, wait } = gate();
    let lives = 0;
    const log: string[] = [];
    const cell = new Cell({
      name: 'c',
      clock,
      start: ({ defer }) => {
        const life = ++lives;
        defer(() => void log.push(`undone ${life}`));
        return life === 1 ? wait() : undefined;
      },
    });
    const start = thrownBy(cell.start());
    const stop = thrownBy(cell.stop({ timeoutMs: 50 }));
    await clock.advance(50);
    await stop;
    await cell.start();
    open();
    await start;
    await turn();
    expect([cell.state, log]).toEqual(['running', ['undone 1']]);
    await cell.stop();
    expect([cell.state, log]).toEqual(['stopped', ['undone 1', 'undone 2']]);
  });

  test('a start asked for by the caller of the cancelled one is refused until the stop is done', async () => {
    const cell = new Cell({
      name: 'c',
      start: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    });
    const again = cell.start().catch(() => cell.start());
    const refused = thrownBy(again);
    await turn();
    await cell.stop();
    expect(await refused).toBeInstanceOf(StateError);
    expect(await refused).toMatchObject({ message: 'Cell "c" can\'t start while it is stopping.' });
    expect(cell.state).toBe('stopped');
  });
});

describe('starting while stopping', () => {
  test('is refused, and possible again afterwards', async () => {
    const { open, wait } = gate();
    const cell = new Cell({ name: 'c', stop: wait });
    await cell.start();
    const stop = cell.stop();
    const error = await thrownBy(cell.start());
    expect(error).toBeInstanceOf(StateError);
    expect(error).toMatchObject({ code: 'CELL_STATE', message: 'Cell "c" can\'t start while it is stopping.' });
    open();
    await stop;
    await cell.start();
    expect(cell.state).toBe('running');
    await cell.stop();
  });

  test('an observer may start the cell again as soon as it has stopped, and that life can be stopped', async () => {
    const cell = new Cell({ name: 'c' });
    await cell.start();
    const again = Promise.withResolvers<Cell>();
    let stop: Promise<void> | undefined;
    const watch = cell.observe(({ to }) => {
      if (to !== 'stopped') return;
      watch[Symbol.dispose]();
      again.resolve(cell.start());
      stop = cell.stop();
    });
    await cell.stop();
    await again.promise.catch(() => {});
    await stop;
    expect(cell.state).toBe('stopped');
  });
});

describe('restarting', () => {
  test('after a stop is a new life with a new context and new clean-ups', async () => {
    const log: string[] = [];
    const cell = new Cell({
      name: 'c',
      start: ({ context, defer }) => {
        log.push(`+${context.tenant}`);
        defer(() => void log.push(`-${context.tenant}`));
      },
    });
    for (const tenant of ['a', 'b']) {
      await cell.start(new Context({ tenant }));
      await cell.stop();
    }
    expect(log).toEqual(['+a', '-a', '+b', '-b']);
  });
});

describe('failing while running', () => {
  class Fragile extends Cell {
    breakDown(error: unknown): void {
      this.fail(error);
    }
  }

  test('shows in the state, the health and the events', async () => {
    const cell = new Fragile({ name: 'c', clock: new VirtualClock({ start: 5 }) });
    await cell.start();
    const events: LifeEvent[] = [];
    cell.observe((event) => events.push(event));
    const lost = new Error('lost the connection');
    cell.breakDown(lost);
    expect([cell.state, cell.error]).toEqual(['failed', lost]);
    expect(await cell.health()).toEqual({ status: 'fail', output: 'failed: lost the connection' });
    expect(events).toEqual([{ cell: 'c', from: 'running', to: 'failed', at: 5, error: lost }]);
  });

  test('must be followed by a stop before the next start', async () => {
    let undone = 0;
    const cell = new Fragile({ name: 'c', start: ({ defer }) => defer(() => void undone++) });
    await cell.start();
    cell.breakDown(new Error('x'));
    expect(await thrownBy(cell.start())).toMatchObject({ message: 'Cell "c" can\'t start while it is failed.' });
    await cell.stop();
    expect([cell.state, undone]).toEqual(['stopped', 1]);
    await cell.start();
    expect(cell.state).toBe('running');
  });

  test('means nothing for a cell that does not run', async () => {
    const cell = new Fragile({ name: 'c' });
    cell.breakDown(new Error('x'));
    expect(cell.state).toBe('idle');
    await cell.start();
    await cell.stop();
    cell.breakDown(new Error('x'));
    expect(cell.state).toBe('stopped');
  });
});

describe('observing', () => {
  test('goes on until disposed, whatever other observers do', async () => {
    const cell = new Cell({ name: 'c' });
    const seen: string[] = [];
    cell.observe(() => {
      throw new Error('an observer broke');
    });
    const handle = cell.observe(({ to }) => seen.push(to));
    await cell.start();
    handle[Symbol.dispose]();
    handle[Symbol.dispose]();
    await cell.stop();
    expect(seen).toEqual(['starting', 'running']);
  });

  test('with the same function twice gives two observers', async () => {
    const cell = new Cell({ name: 'c' });
    let calls = 0;
    const count = (): void => void calls++;
    const first = cell.observe(count);
    cell.observe(count);
    await cell.start();
    expect(calls).toBe(4);
    first[Symbol.dispose]();
    await cell.stop();
    expect(calls).toBe(6);
  });
});

describe('health', () => {
  test('is fail, with the state, for a cell that does not run', async () => {
    const cell = new Cell({ name: 'c' });
    expect(await cell.health()).toEqual({ status: 'fail', output: 'idle' });
    await cell.start();
    expect(await cell.health()).toEqual({ status: 'pass' });
    await cell.stop();
    expect(await cell.health()).toEqual({ status: 'fail', output: 'stopped' });
  });

  test('is what the check says, and fail when the check throws', async () => {
    const warn = await new Cell({ name: 'c', health: () => ({ status: 'warn', output: 'slow' }) }).start();
    expect(await warn.health()).toEqual({ status: 'warn', output: 'slow' });
    const broken = await new Cell({ name: 'c', health: () => Promise.reject(new Error('no answer')) }).start();
    expect(await broken.health()).toEqual({ status: 'fail', output: 'no answer' });
  });
});

describe('describing', () => {
  test('gives name, kind, state and needs, and what the cell adds', () => {
    const cell = new Cell({
      name: 'c',
      needs: ['db'],
      describe: () => ({ ports: [{ name: 'http', direction: 'in' }], counters: { requests: 3 } }),
    });
    expect(cell.describe()).toEqual({
      name: 'c',
      kind: 'Cell',
      state: 'idle',
      needs: ['db'],
      ports: [{ name: 'http', direction: 'in' }],
      edges: [],
      counters: { requests: 3 },
      children: [],
    });
  });
});
