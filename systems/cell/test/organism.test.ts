import {
  Cell,
  type CellOptions,
  CompositionError,
  Context,
  DeadlineError,
  type LifeEvent,
  Organism,
  type OrganismOptions,
  sleep,
  StartError,
  StateError,
  StopError,
} from '@organism/cell';
import { VirtualClock } from '@organism/testing';
import { describe, expect, test } from 'vitest';

const thrownBy = async (work: Promise<unknown>): Promise<unknown> =>
  await work.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error,
  );

const hang = (): Promise<void> => new Promise(() => {});

/** A body on a virtual clock whose cells write down their starts and stops. */
const bodyOf = (
  cells: Readonly<Record<string, Omit<CellOptions, 'name'>>>,
  options: Partial<OrganismOptions> = {},
): { readonly body: Organism; readonly clock: VirtualClock; readonly log: string[] } => {
  const clock = new VirtualClock();
  const log: string[] = [];
  const made = Object.entries(cells).map(
    ([name, { start, stop, ...rest }]) =>
      new Cell({
        name,
        ...rest,
        start: async (scope) => {
          log.push(`${name} starts`);
          await start?.(scope);
          log.push(`${name} runs`);
        },
        stop: async (scope) => {
          log.push(`${name} stops`);
          await stop?.(scope);
          log.push(`${name} stopped`);
        },
      }),
  );
  return { body: new Organism({ name: 'body', clock, cells: made, ...options }), clock, log };
};

describe('composition', () => {
  test('orders cells by their needs, otherwise as given', () => {
    const { body } = bodyOf({ web: { needs: ['api', 'log'] }, api: { needs: ['db'] }, db: {}, log: {} });
    expect(body.cells.map((cell) => cell.name)).toEqual(['db', 'api', 'log', 'web']);
  });

  test.each([
    [
      'a missing need, with the path to it',
      { web: { needs: ['api'] }, api: { needs: ['db'] } },
      'CELL_NEED_MISSING',
      '"body" has no cell "db", needed along web → api → db. It has: web, api.',
      ['web', 'api', 'db'],
    ],
    [
      'a cycle, without the way into it',
      { in: { needs: ['a'] }, a: { needs: ['b'] }, b: { needs: ['c'] }, c: { needs: ['a'] } },
      'CELL_NEED_CYCLE',
      'Cells of "body" need each other in a circle: a → b → c → a.',
      ['a', 'b', 'c', 'a'],
    ],
    [
      'a cell that needs itself',
      { a: { needs: ['a'] } },
      'CELL_NEED_CYCLE',
      'Cells of "body" need each other in a circle: a → a.',
      ['a', 'a'],
    ],
  ])('refuses %s', (_, cells, code, message, path) => {
    const make = (): unknown => bodyOf(cells);
    expect(make).toThrow(CompositionError);
    expect(make).toThrow(expect.objectContaining({ code, message, details: { path } }));
  });

  test('refuses two cells of one name', () => {
    const make = (): unknown =>
      new Organism({ name: 'body', cells: [new Cell({ name: 'a' }), new Cell({ name: 'a' })] });
    expect(make).toThrow(
      expect.objectContaining({
        code: 'CELL_NAME_TAKEN',
        message: 'Two cells of "body" are named "a"; names must be unique.',
      }),
    );
  });

  test('takes long chains of needs', () => {
    const cells = Array.from({ length: 3000 }, (_, index) => {
      const needs = index === 0 ? [] : [`c${index - 1}`];
      return new Cell({ name: `c${index}`, needs });
    });
    const body = new Organism({ name: 'body', cells: cells.toReversed() });
    expect(body.cells.map((cell) => cell.name)).toEqual(cells.map((cell) => cell.name));
  });

  test('finds a cell by its name', () => {
    const { body } = bodyOf({ a: {} });
    expect([body.cell('a')?.name, body.cell('toString')]).toEqual(['a', undefined]);
  });

  test('may be empty', async () => {
    const body = new Organism({ name: 'body', cells: [] });
    await body.start();
    expect(await body.health()).toEqual({ status: 'pass', checks: {} });
    await body.stop();
  });
});

describe('starting', () => {
  test('waits for needs, and starts independent cells at the same time', async () => {
    const { body, clock, log } = bodyOf({
      api: { needs: ['db', 'cache'] },
      db: { start: ({ context }) => sleep(context.clock, 30) },
      cache: { start: ({ context }) => sleep(context.clock, 20) },
    });
    const start = body.start();
    await clock.advance(0);
    expect(log).toEqual(['db starts', 'cache starts']);
    await clock.advance(20);
    expect(log.at(-1)).toBe('cache runs');
    await clock.advance(10);
    await start;
    expect(log.slice(3)).toEqual(['db runs', 'api starts', 'api runs']);
    expect(clock.pending).toBe(0);
  });

  test('hands the body’s clock and entropy to its cells, in a context of its own trace', async () => {
    const contexts: Context[] = [];
    const { body, clock } = bodyOf({ a: { start: ({ context }) => void contexts.push(context) } });
    const outer = new Context({ tenant: 'lisbon' });
    await body.start(outer);
    expect(contexts[0]).toMatchObject({ clock, tenant: 'lisbon', correlationId: outer.correlationId });
    expect(contexts[0]?.trace.traceId).toBe(outer.trace.traceId);
  });

  test('that fails stops what had started, in reverse, and starts nothing more', async () => {
    const { body, log } = bodyOf({
      db: {},
      cache: { needs: ['db'] },
      api: {
        needs: ['cache'],
        start: () => {
          throw new Error('port taken');
        },
      },
      web: { needs: ['api'] },
    });
    const error = await thrownBy(body.start());
    expect(log.slice(0, 5)).toEqual(['db starts', 'db runs', 'cache starts', 'cache runs', 'api starts']);
    expect(log.slice(5)).toEqual(['cache stops', 'cache stopped', 'db stops', 'db stopped']);
    expect(error).toBeInstanceOf(StartError);
    expect(error).toMatchObject({
      message: 'Cell "body" failed to start: Cell "api" failed to start: port taken',
      errors: [{ message: 'Cell "api" failed to start: port taken' }],
    });
    expect(body.state).toBe('failed');
    expect(body.cells.map((cell) => cell.state)).toEqual(['stopped', 'stopped', 'failed', 'idle']);
  });

  test('that fails cancels the cells that are still starting, and does not blame them', async () => {
    const { body, clock, log } = bodyOf({
      slow: { start: ({ context, signal }) => sleep(context.clock, 60_000, { signal }) },
      rude: {
        start: ({ signal }) => new Promise((_, no) => signal.addEventListener('abort', () => no(signal.reason))),
      },
      bad: {
        start: async ({ context }) => {
          await sleep(context.clock, 10);
          throw new Error('bad luck');
        },
      },
    });
    const start = thrownBy(body.start());
    await clock.advance(10);
    expect(await start).toMatchObject({ errors: [{ message: 'Cell "bad" failed to start: bad luck' }] });
    expect(log).toEqual(['slow starts', 'rude starts', 'bad starts']);
    expect(clock.pending).toBe(0);
  });

  test('that fails reports every error: of others that fail, of their clean-ups, and of stops', async () => {
    const { body, clock } = bodyOf({
      stops: { stop: () => Promise.reject(new Error('stuck lock')) },
      first: {
        start: async ({ context }) => {
          await sleep(context.clock, 10);
          throw new Error('one');
        },
      },
      second: {
        start: async ({ context }) => {
          await sleep(context.clock, 20);
          throw new Error('two');
        },
      },
      messy: {
        start: async ({ context, signal, defer }) => {
          defer(() => Promise.reject(new Error('spilt')));
          await sleep(context.clock, 60_000, { signal });
        },
      },
    });
    const start = thrownBy(body.start());
    await clock.advance(20);
    const error = await start;
    const messages = error instanceof StartError ? error.errors.map((one) => (one as Error).message) : [];
    expect(messages.toSorted()).toEqual([
      'Cell "first" failed to start: one',
      'Cell "messy" failed to start: spilt',
      'Cell "second" failed to start: two',
      'Cell "stops" did not stop cleanly: stuck lock',
    ]);
  });

  test('has a limit, and names the cells that were late', async () => {
    const { body, clock, log } = bodyOf(
      { fine: {}, late: { start: hang }, later: { needs: ['late'] } },
      { startTimeoutMs: 5000, stopTimeoutMs: 1000 },
    );
    const start = thrownBy(body.start());
    await clock.advance(5000);
    expect(log).toEqual(['fine starts', 'late starts', 'fine runs', 'fine stops', 'fine stopped']);
    await clock.advance(1000);
    const error = await start;
    expect(error).toMatchObject({
      errors: [{ message: 'Not started after 5000 ms: late.' }, { message: expect.stringContaining('"late"') }],
    });
    expect(error).toMatchObject({ cause: expect.any(DeadlineError) });
    expect(clock.pending).toBe(0);
  });

  test('is cancelled by a stop, which waits until everything is undone', async () => {
    const { body, clock, log } = bodyOf({
      db: { stop: () => sleep(clock, 10) },
      api: { needs: ['db'], start: ({ context, signal }) => sleep(context.clock, 60_000, { signal }) },
    });
    const start = thrownBy(body.start());
    await clock.advance(5);
    const stop = body.stop();
    await clock.advance(10);
    await stop;
    expect(await start).toMatchObject({ errors: [{ code: 'CELL_CANCELLED' }] });
    expect(log).toEqual(['db starts', 'db runs', 'api starts', 'db stops', 'db stopped']);
    expect(body.state).toBe('stopped');
    expect(clock.pending).toBe(0);
  });

  test('is cancelled when its context is', async () => {
    const abort = new AbortController();
    const { body, log } = bodyOf({ db: {}, api: { needs: ['db'], start: () => abort.abort(new Error('enough')) } });
    const error = await thrownBy(body.start(new Context({ signal: abort.signal })));
    expect(error).toMatchObject({ errors: [{ message: 'enough' }] });
    expect(log.at(-1)).toBe('db stopped');
  });

  test('works again after a stop, and after a failure', async () => {
    let tries = 0;
    const { body, log } = bodyOf({
      db: {},
      api: {
        needs: ['db'],
        start: () => {
          if (++tries === 2) throw new Error('second time unlucky');
        },
      },
    });
    await body.start();
    await body.stop();
    await thrownBy(body.start());
    log.length = 0;
    await body.start();
    expect(log).toEqual(['db starts', 'db runs', 'api starts', 'api runs']);
    await body.stop();
    expect(body.cells.map((cell) => cell.state)).toEqual(['stopped', 'stopped']);
  });
});

describe('stopping', () => {
  test('goes in reverse: a cell stops when nothing needs it any more, independent ones at the same time', async () => {
    const { body, clock, log } = bodyOf({
      db: {},
      api: { needs: ['db'], stop: () => sleep(clock, 20) },
      worker: { needs: ['db'], stop: () => sleep(clock, 10) },
    });
    await body.start();
    log.length = 0;
    const stop = body.stop();
    await clock.advance(0);
    expect(log).toEqual(['worker stops', 'api stops']);
    await clock.advance(20);
    await stop;
    expect(log.slice(2)).toEqual(['worker stopped', 'api stopped', 'db stops', 'db stopped']);
  });

  test('reports every error, and stops the others all the same', async () => {
    const { body, log } = bodyOf({
      db: { stop: () => Promise.reject(new Error('dirty')) },
      api: { needs: ['db'], stop: () => Promise.reject(new Error('busy')) },
      web: { needs: ['api'] },
    });
    await body.start();
    log.length = 0;
    const error = await thrownBy(body.stop());
    expect(error).toBeInstanceOf(StopError);
    expect(error).toMatchObject({
      errors: [
        { message: 'Cell "api" did not stop cleanly: busy' },
        { message: 'Cell "db" did not stop cleanly: dirty' },
      ],
    });
    expect(log).toEqual(['web stops', 'web stopped', 'api stops', 'db stops']);
    expect(body.state).toBe('failed');
  });

  test('shares one deadline, and keeps some of it for what slow cells need', async () => {
    const ends: Record<string, number> = {};
    const { body, clock, log } = bodyOf({
      db: { stop: ({ deadline }) => void (ends['db'] = deadline) },
      api: {
        needs: ['db'],
        stop: ({ deadline }) => {
          ends['api'] = deadline;
          return hang();
        },
      },
    });
    await body.start();
    const stop = thrownBy(body.stop({ timeoutMs: 1000 }));
    await clock.advance(1000);
    const error = await stop;
    expect(error).toMatchObject({ errors: [{ message: expect.stringContaining('"api" did not stop in time') }] });
    expect(log.at(-1)).toBe('db stopped');
    const end = clock.now();
    expect(ends['api']).toBeLessThan(ends['db'] ?? 0);
    expect(ends['db']).toBeLessThanOrEqual(end);
    expect(ends['api']).toBeGreaterThanOrEqual(end - 100);
  });

  test('does not cut off work in progress: contexts made from the one given at the start stay alive', async () => {
    const seen: string[] = [];
    const { body, clock } = bodyOf({
      server: {
        start: ({ context }) => {
          const request = context.child();
          request.signal.addEventListener('abort', () => seen.push('cut off'));
          context.clock.setTimeout(() => seen.push('answered'), 50);
        },
        stop: () => sleep(clock, 100),
      },
    });
    await body.start();
    const stop = body.stop();
    await clock.advance(100);
    await stop;
    expect(seen).toEqual(['answered']);
  });

  test('a cell that has failed stops like any other', async () => {
    class Fragile extends Cell {
      breakDown(): void {
        this.fail(new Error('lost'));
      }
      protected override onStop(): void {
        log.push('fragile stops');
      }
    }
    const log: string[] = [];
    const fragile = new Fragile({ name: 'fragile' });
    const body = new Organism({ name: 'body', cells: [fragile] });
    await body.start();
    fragile.breakDown();
    expect(await body.health()).toEqual({
      status: 'fail',
      checks: { fragile: { status: 'fail', output: 'failed: lost' } },
    });
    await body.stop();
    expect([log, fragile.state, body.state]).toEqual([['fragile stops'], 'stopped', 'stopped']);
  });

  test('refuses a start meanwhile', async () => {
    const { body, clock } = bodyOf({ slow: { stop: () => sleep(clock, 10) } });
    await body.start();
    const stop = body.stop();
    expect(await thrownBy(body.start())).toBeInstanceOf(StateError);
    await clock.advance(10);
    await stop;
  });
});

describe('health', () => {
  test('is the worst of the cells, with each by name', async () => {
    const { body } = bodyOf({ a: {}, b: { health: () => ({ status: 'warn', output: 'slow' }) } });
    await body.start();
    expect(await body.health()).toEqual({
      status: 'warn',
      checks: { a: { status: 'pass' }, b: { status: 'warn', output: 'slow' } },
    });
  });

  test('does not wait for a check that hangs', async () => {
    const { body, clock } = bodyOf({ a: {}, b: { health: () => new Promise(() => {}) } }, { healthTimeoutMs: 300 });
    await body.start();
    const health = body.health();
    await clock.advance(300);
    expect(await health).toEqual({
      status: 'fail',
      checks: { a: { status: 'pass' }, b: { status: 'fail', output: 'no answer within 300 ms' } },
    });
    expect(clock.pending).toBe(0);
  });
});

describe('a body in a body', () => {
  const nested = (): { readonly outer: Organism; readonly log: string[] } => {
    const log: string[] = [];
    const cell = (name: string, needs: string[] = []): Cell =>
      new Cell({ name, needs, start: () => void log.push(`+${name}`), stop: () => void log.push(`-${name}`) });
    const inner = new Organism({ name: 'inner', needs: ['db'], cells: [cell('left'), cell('right', ['left'])] });
    return { outer: new Organism({ name: 'outer', cells: [inner, cell('db'), cell('web', ['inner'])] }), log };
  };

  test('starts and stops in its place', async () => {
    const { outer, log } = nested();
    await outer.start();
    await outer.stop();
    expect(log).toEqual(['+db', '+left', '+right', '+web', '-web', '-right', '-left', '-db']);
  });

  test('reports its health and shows its cells', async () => {
    const { outer } = nested();
    await outer.start();
    expect((await outer.health()).checks?.['inner']).toEqual({
      status: 'pass',
      checks: { left: { status: 'pass' }, right: { status: 'pass' } },
    });
    expect(outer.describe().children.find((child) => child.name === 'inner')?.children).toHaveLength(2);
    await outer.stop();
  });

  test('is observed with everything in it, until the handle is disposed', async () => {
    const { outer } = nested();
    const events: LifeEvent[] = [];
    const handle = outer.observe((event) => events.push(event));
    await outer.start();
    const running = events.filter(({ to }) => to === 'running').map(({ cell }) => cell);
    expect(running.join(' ')).toBe('db left right inner web outer');
    handle[Symbol.dispose]();
    const seen = events.length;
    await outer.stop();
    expect(events).toHaveLength(seen);
  });

  test('passes its errors outwards once, named by their path', async () => {
    const broken = new Cell({ name: 'broken', start: () => Promise.reject(new Error('x')) });
    const inner = new Organism({ name: 'inner', cells: [broken] });
    const error = await thrownBy(new Organism({ name: 'outer', cells: [inner] }).start());
    expect(error).toMatchObject({
      message: 'Cell "outer" failed to start: Cell "inner" failed to start: Cell "broken" failed to start: x',
    });
  });
});
