import { Cell, Context, Organism, StopError, systemClock } from '@organism/cell';
import { describe, expect, test } from 'vitest';
import {
  ClockRunawayError,
  DeadlockError,
  ForeignClockError,
  formatTrace,
  type Scenario,
  simulate,
  type SimulateOptions,
  SimulationError,
  TimersLeakedError,
} from '@organism/testing';

const failureOf = async (scenario: Scenario<unknown> | Cell, options?: SimulateOptions): Promise<SimulationError> => {
  const run = scenario instanceof Cell ? simulate('s', scenario, options) : simulate('s', scenario, options);
  const error: unknown = await run.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof SimulationError)) throw new Error('expected a SimulationError', { cause: error });
  return error;
};

/** A body with enough going on that a wrong step would show: workers that sleep at random, a shared queue, restarts. */
const market: Scenario<number> = async ({ chance, clock, entropy, log, sleep, start }) => {
  const queue: string[] = [];
  const worker = (name: string): Cell =>
    new Cell({
      name,
      start: ({ defer, context }) => {
        const timer = context.clock.setInterval(
          () => log(`${name} takes`, queue.shift()),
          5 + Math.floor(context.entropy.random() * 20),
        );
        defer(timer);
      },
    });
  const body = await start(new Organism({ name: 'market', cells: [worker('ann'), worker('bob'), worker('cy')] }));
  for (let step = 0; step < 50; step++) {
    await sleep(chance.integer(0, 30));
    queue.push(entropy.uuid());
    if (chance.boolean(0.1)) {
      await body.stop();
      await start(body);
    }
  }
  return clock.monotonic();
};

describe('a scenario', () => {
  test('runs through hours at once, without anybody moving the clock', async () => {
    const { value, elapsedMs, timersFired } = await simulate('s', async ({ clock, sleep }) => {
      for (let hour = 0; hour < 10; hour++) await sleep(3_600_000);
      return clock.monotonic();
    });
    expect([value, elapsedMs, timersFired]).toEqual([36_000_000, 36_000_000, 10]);
  });

  test('may be plain, synchronous code', async () => {
    expect((await simulate(1, ({ seed }) => seed)).value).toBe('1');
  });

  test('goes the same way for the same seed, and another for another', async () => {
    const [one, two, other] = [await simulate('a', market), await simulate('a', market), await simulate('b', market)];
    expect(one.trace.length).toBeGreaterThan(60);
    expect(two.trace).toEqual(one.trace);
    expect([two.digest, two.value, two.timersFired]).toEqual([one.digest, one.value, one.timersFired]);
    expect(other.digest).not.toBe(one.digest);
    expect(formatTrace(other.trace)).not.toBe(formatTrace(one.trace));
  });

  test('goes the same way while other simulations run beside it', async () => {
    const alone = await simulate('a', market);
    const crowd = await Promise.all([simulate('b', market), simulate('a', market), simulate('c', market)]);
    expect(crowd[1].digest).toBe(alone.digest);
  });

  test("its own choices don't change what the code under test draws", async () => {
    const draws = async (choices: number): Promise<number> =>
      (
        await simulate('s', ({ chance, entropy }) => {
          for (let index = 0; index < choices; index++) chance.boolean();
          return entropy.random();
        })
      ).value;
    expect(await draws(0)).toBe(await draws(100));
  });

  test('has its context current, with its clock and entropy, aborted when it is over', async () => {
    const { value } = await simulate('s', async ({ context, clock, entropy, sleep }) => {
      await sleep(1);
      const current = Context.current();
      expect(current).toBe(context);
      expect([context.clock, context.entropy]).toEqual([clock, entropy]);
      return context.signal;
    });
    expect(value.aborted).toBe(true);
  });

  test('may move the clock itself', async () => {
    const { elapsedMs } = await simulate('s', async ({ clock }) => {
      await clock.advance(500);
      await clock.advance(500);
    });
    expect(elapsedMs).toBe(1000);
  });

  test('starts when told', async () => {
    const { value } = await simulate('s', ({ clock }) => clock.now(), { start: '2000-01-01T00:00:00Z' });
    expect(value).toBe(Date.UTC(2000, 0, 1));
  });
});

describe('the trace', () => {
  test('holds what was logged, as it was at that time, and the life of the bodies', async () => {
    const { trace } = await simulate('s', async ({ log, sleep, start }) => {
      const order = { items: 1 };
      log('order', order);
      order.items = 2;
      await start(new Cell({ name: 'shop', start: ({ context }) => void context }));
      await sleep(10);
      log('done');
    });
    expect(formatTrace(trace).split('\n')).toEqual([
      '+0 ms  order {"items":1}',
      '+0 ms  shop: idle → starting',
      '+0 ms  shop: starting → running',
      '+10 ms  done',
      '+10 ms  shop: running → stopping',
      '+10 ms  shop: stopping → stopped',
      '',
    ]);
  });

  test('takes any data', async () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const { trace } = await simulate('s', ({ log }) => {
      for (const data of [null, 10n, new Error('no'), new Map([[1, 2]]), circular, () => 1, Symbol('x'), [undefined]])
        log('data', data);
    });
    expect(trace.map((entry) => entry.detail)).toEqual([
      'null',
      '"10n"',
      '"Error: no"',
      '[[1,2]]',
      'object',
      '"function"',
      '"symbol"',
      '[null]',
    ]);
  });
});

describe('a failure', () => {
  test('says the seed, the time, the reason, how to replay it, and what came before', async () => {
    const boom = new Error('boom');
    const error = await failureOf(async ({ log, sleep }) => {
      log('going');
      await sleep(1250);
      throw boom;
    });
    expect(error.message).toBe(
      [
        "Seed 's' failed 1250 ms into virtual time: boom",
        "Replay: simulate('s', scenario)",
        'End of the trace, 1 long:',
        '+0 ms  going',
      ].join('\n'),
    );
    expect(error).toMatchObject({ code: 'TESTING_SIMULATION_FAILED', cause: boom, seed: 's', errors: [boom] });
  });

  test('is the same when replayed', async () => {
    const scenario: Scenario<void> = async (world) => {
      await market(world);
      throw new Error('at the end');
    };
    expect((await failureOf(scenario)).digest).toBe((await failureOf(scenario)).digest);
  });

  test('a seed with odd characters is quoted so that the line can be pasted', async () => {
    const error: unknown = await simulate("it's\n", () => {
      throw new Error('x');
    }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: expect.stringContaining('simulate("it\'s\\n", scenario)') });
  });

  test('a promise that nobody settles is a deadlock', async () => {
    const error = await failureOf(async ({ sleep }) => {
      await sleep(5);
      await new Promise(() => {});
    });
    expect(error.cause).toBeInstanceOf(DeadlockError);
    expect(error.message).toContain('5 ms into virtual time it still waits and no timer is pending');
  });

  test('a scenario that only keeps timers going ends at the limits', async () => {
    const endless: Scenario<void> = async ({ clock }) => {
      clock.setInterval(() => {}, 1000);
      await new Promise(() => {});
    };
    expect((await failureOf(endless, { maxTimers: 50 })).cause).toBeInstanceOf(ClockRunawayError);
    expect((await failureOf(endless, { maxMs: 60_000 })).cause).toMatchObject({ code: 'TESTING_CLOCK_RUNAWAY' });
  });

  test('an error in a timer callback fails the scenario that waits', async () => {
    const error = await failureOf(async ({ clock, sleep }) => {
      clock.setTimeout(() => {
        throw new Error('in a callback');
      }, 5);
      await sleep(10);
    });
    expect(error.message).toContain('failed 5 ms into virtual time: in a callback');
  });

  test('timers left behind are named with the line that set them', async () => {
    const error = await failureOf(({ clock }) => {
      clock.setTimeout(() => {}, 5000);
      clock.setTimeout(() => {}, 9000).unref();
    });
    expect(error.cause).toBeInstanceOf(TimersLeakedError);
    expect(error.message).toMatch(/1 are set: #1 due in 5000 ms \(.*simulate\.test\.ts/);
    await simulate('s', ({ clock }) => void clock.setTimeout(() => {}, 5000), { leaks: 'ignore' });
  });

  test('but sleeps of the scenario itself that nobody waits for are forgotten', async () => {
    const { timersFired } = await simulate('s', ({ sleep }) => {
      void sleep(5000).then(() => expect.unreachable());
    });
    expect(timersFired).toBe(0);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('%s is no seed', async (seed) => {
    await expect(simulate(seed, () => {})).rejects.toThrow('seed must be a text or a finite number');
  });
});

describe('bodies', () => {
  test('left running are stopped at the end, the last started first, also when the scenario fails', async () => {
    const stopped: string[] = [];
    const cell = (name: string): Cell => new Cell({ name, stop: () => void stopped.push(name) });
    await failureOf(async ({ start }) => {
      await start(cell('a'));
      await start(cell('b'));
      throw new Error('boom');
    });
    expect(stopped).toEqual(['b', 'a']);
  });

  test('that do not stop cleanly fail the simulation', async () => {
    const error = await failureOf(async ({ start }) => {
      await start(new Cell({ name: 'stuck', stop: () => new Promise(() => {}) }));
    });
    expect(error.cause).toBeInstanceOf(StopError);
    expect(error.message).toContain('Cell "stuck" did not stop in time.');
  });

  test('that fail to start reject where they were started, and can be expected to', async () => {
    const broken = new Cell({
      name: 'broken',
      start: () => {
        throw new Error('no port');
      },
    });
    const { trace } = await simulate('s', async ({ start }) => {
      await expect(start(broken)).rejects.toThrow('no port');
    });
    expect(trace.at(-1)).toMatchObject({ event: 'broken: starting → failed' });
  });

  test('on another clock are refused, however deep', async () => {
    const inner = new Cell({ name: 'inner', clock: systemClock });
    const body = new Organism({ name: 'outer', cells: [new Organism({ name: 'middle', cells: [inner] })] });
    const error = await failureOf(async ({ start }) => void (await start(body)));
    expect(error.cause).toBeInstanceOf(ForeignClockError);
    expect(error.message).toContain('Expected cell "inner" to run on the simulation\'s clock');
  });
});

describe('a body in place of a scenario', () => {
  const beating = (log: number[]): Cell =>
    new Cell({
      name: 'heart',
      start: ({ context, defer }) => defer(context.clock.setInterval(() => log.push(context.clock.monotonic()), 1000)),
      health: () => ({ status: 'warn', output: 'excited' }),
    });

  test('runs for a while, tells how it is, and stops', async () => {
    const beats: number[] = [];
    const body = new Organism({ name: 'body', cells: [beating(beats)] });
    const { value, trace } = await simulate('s', body, { forMs: 3500 });
    expect(beats).toEqual([1000, 2000, 3000]);
    expect(value.status).toBe('warn');
    expect(body.state).toBe('stopped');
    expect(trace.at(-1)).toEqual({ at: 3500, event: 'body: stopping → stopped' });
  });

  test('runs for a minute by default', async () => {
    const beats: number[] = [];
    await simulate('s', beating(beats));
    expect(beats).toHaveLength(60);
  });

  test('that fails to start fails the simulation', async () => {
    const cell = new Cell({ name: 'slow', start: () => new Promise(() => {}) });
    const error = await failureOf(new Organism({ name: 'body', cells: [cell], startTimeoutMs: 5000 }));
    expect(error.message).toContain('Not started after 5000 ms: slow.');
  });
});
