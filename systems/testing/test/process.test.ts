import { Cell, Context, OptionError, Organism, sleep as sleepOn } from '@organism/cell';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ForeignClockError,
  forAllSeeds,
  formatTrace,
  ProcessCrashedError,
  type Scenario,
  simulate,
  TimersLeakedError,
} from '@organism/testing';

/** A cell that ticks, and says when it is stopped. */
const ticker = (name: string, log: string[]): Cell =>
  new Cell({
    name,
    start: ({ context, defer, signal }) => {
      signal.addEventListener('abort', () => log.push(`${name} aborted`));
      defer(context.clock.setInterval(() => log.push(name), 10));
      defer(() => void log.push(`${name} released`));
    },
    stop: () => void log.push(`${name} stopped`),
  });

describe('a killed cell', () => {
  test('is not stopped: no clean-up, no signal, no timer, also at the end', async () => {
    const log: string[] = [];
    const { trace } = await simulate('s', async ({ start, sleep, crash }) => {
      const doomed = await start(ticker('doomed', log));
      await start(ticker('other', log));
      await sleep(25);
      crash(doomed);
      await sleep(10);
      expect(doomed.state).toBe('running');
    });
    expect(log.slice(0, 5)).toEqual(['doomed', 'other', 'doomed', 'other', 'other']);
    expect(log.slice(5)).toEqual(['other aborted', 'other stopped', 'other released']);
    expect(formatTrace(trace)).toContain('+25 ms  doomed: crash {"timers":1}\n');
    expect(formatTrace(trace)).not.toContain('doomed: running → stopping');
  });

  test('takes its whole body with it, and a new one starts in its place', async () => {
    const log: string[] = [];
    const body = (): Organism => new Organism({ name: 'shop', cells: [ticker('a', log), ticker('b', log)] });
    await simulate('s', async ({ start, sleep, crash }) => {
      const first = await start(body());
      await sleep(10);
      crash(first);
      const second = await start(body());
      await sleep(10);
      await second.stop();
      expect(log.filter((line) => /^[ab]$/.test(line))).toEqual(['a', 'b', 'a', 'b']);
    });
  });

  test('must have been started here, live, and take its clock from its context', async () => {
    await simulate('s', async ({ clock, start, crash }) => {
      expect(() => crash(new Cell({ name: 'idle' }))).toThrow(OptionError);
      const own = await start(new Cell({ name: 'own', clock }));
      expect(() => crash(own)).toThrow('target must be a cell whose parts all take their clock from its context');
      const once = await start(new Cell({ name: 'once' }));
      crash(once);
      expect(() => crash(once)).toThrow(OptionError);
    });
  });

  test('while it starts rejects the start', async () => {
    const { elapsedMs } = await simulate('s', async ({ start, crash, sleep }) => {
      const cell = new Cell({ name: 'slow', start: ({ context }) => sleepOn(context.clock, 1000) });
      const starting = start(cell);
      await sleep(10);
      crash(cell);
      await expect(starting).rejects.toThrow(ProcessCrashedError);
    });
    expect(elapsedMs).toBe(10);
  });
});

describe('a process', () => {
  test('has its context current, with its clock', async () => {
    await simulate('s', async ({ process, context, entropy }) => {
      const one = process('one');
      await one.run(async () => {
        await one.sleep(5);
        expect(Context.current()).toBe(one.context);
      });
      expect(one.context).not.toBe(context);
      expect([one.context.clock, one.context.entropy]).toEqual([one.clock, entropy]);
      expect(one.clock.monotonic()).toBe(5);
    });
  });

  test('has a wall clock of its own, which may jump, and the same time', async () => {
    await simulate('s', async ({ process, clock }) => {
      const [ahead, behind] = [process('ahead', { skewMs: 500 }), process('behind', { skewMs: -500 })];
      expect([ahead.clock.now() - clock.now(), behind.clock.now() - clock.now()]).toEqual([500, -500]);
      await Promise.all([ahead.sleep(100), behind.sleep(100)]);
      ahead.clock.setNow(0);
      expect([ahead.clock.now(), clock.monotonic(), behind.clock.monotonic()]).toEqual([0, 100, 100]);
      expect(() => ahead.clock.setNow(Number.NaN)).toThrow(OptionError);
      expect(() => process('x', { skewMs: Number.NaN })).toThrow('skewMs');
      expect(() => process('')).toThrow('name');
    });
  });

  test('that is killed loses its work, and those outside may notice', async () => {
    await simulate('s', async ({ process, sleep }) => {
      const one = process('one');
      const log: string[] = [];
      const { killed } = one;
      killed.addEventListener('abort', () => log.push('noticed'));
      one.context.signal.addEventListener('abort', () => log.push('cleaned up'));
      const work = one.run(async () => {
        await one.sleep(50);
        log.push('done');
      });
      void one.run(() => one.sleep(50));
      await sleep(20);
      expect(one.crashed).toBe(false);
      one.crash();
      one.crash();
      await expect(work).rejects.toMatchObject({ code: 'TESTING_PROCESS_CRASHED' });
      await expect(one.run(() => 1)).rejects.toThrow(ProcessCrashedError);
      await sleep(100);
      expect([one.crashed, killed.aborted, log]).toEqual([true, true, ['noticed']]);
    });
  });

  test('that is killed fires no timer that it sets afterwards', async () => {
    await simulate('s', async ({ process, sleep }) => {
      const one = process('one');
      one.crash();
      one.clock.setTimeout(() => expect.unreachable(), 1).unref();
      one.clock.setInterval(() => expect.unreachable(), 1)[Symbol.dispose]();
      await sleep(10);
      expect(one.killed.aborted).toBe(true);
    });
  });

  test('that is killed does not wake up at the end of the simulation', async () => {
    const log: string[] = [];
    await simulate('s', async ({ process, sleep }) => {
      for (const name of ['dead', 'alive']) {
        const one = process(name);
        const wait = async (): Promise<void> => {
          await sleepOn(one.clock, 60_000, { signal: one.context.signal }).catch(() => log.push(name));
        };
        void one.run(wait);
        await sleep(1);
        if (name === 'dead') one.crash();
      }
    });
    expect(log).toEqual(['alive']);
  });

  test('is checked for foreign clocks and leaks like the rest', async () => {
    const foreign = simulate('s', async ({ process, clock }) => {
      await process('one').start(new Cell({ name: 'own', clock }));
    });
    await expect(foreign).rejects.toMatchObject({ cause: expect.any(ForeignClockError) });
    const leak: Scenario<void> = ({ process, seed }) => {
      const one = process('one');
      one.clock.setTimeout(() => {}, 5000);
      if (seed === 'killed') one.crash();
    };
    await expect(simulate('s', leak)).rejects.toMatchObject({ cause: expect.any(TimersLeakedError) });
    await expect(simulate('s', leak)).rejects.toThrow('process.test.ts');
    expect((await simulate('killed', leak)).timersFired).toBe(0);
  });
});

test("a crash drops exactly the killed process's timers", async () => {
  const timer = fc.record({ owner: fc.nat(2), delay: fc.nat(50), every: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(timer, { maxLength: 30 }), fc.nat(50), fc.boolean(), async (plan, at, shuffle) => {
      await simulate(
        's',
        async ({ process, clock, sleep, crash }) => {
          const [one, two] = [process('one'), process('two')];
          const clocks = [clock, one.clock, two.clock] as const;
          const late: number[] = [];
          let crashed = false;
          const timers = plan.map(({ owner, delay, every }) => {
            const note = (): unknown => crashed && late.push(owner);
            const from = clocks[owner] ?? clock;
            return every ? from.setInterval(note, delay + 1) : from.setTimeout(note, delay);
          });
          await sleep(at);
          const before = clock.timers();
          crash(one);
          crashed = true;
          const kept = new Set(clock.timers().map(({ id }) => id));
          // Timers are numbered in the order in which they were set.
          const dropped = before.filter(({ id }) => !kept.has(id)).map(({ id }) => plan[id - 1]?.owner);
          const waiting = before.filter(({ id }) => plan[id - 1]?.owner === 1);
          expect(dropped).toEqual(waiting.map(() => 1));
          await sleep(200);
          expect(late).not.toContain(1);
          expect(late.includes(2)).toBe(before.some(({ id }) => plan[id - 1]?.owner === 2));
          for (const handle of timers) handle[Symbol.dispose]();
        },
        { shuffle },
      );
    }),
    { numRuns: 200 },
  );
});

describe('ports of a process', () => {
  test('are out of its reach once it is killed, with the calls under way', async () => {
    const { faults } = await simulate('s', async ({ process, sleep }) => {
      const disk: string[] = [];
      const one = process('one');
      const write = one.faults.wrap(async (line: string) => disk.push(line), { delayMs: 10 });
      void write('first');
      await sleep(15);
      void write('second').then(() => expect.unreachable());
      await sleep(5);
      one.crash();
      void write('third').then(() => expect.unreachable());
      await sleep(100);
      expect(disk).toEqual(['first']);
    });
    expect(faults.delay).toBe(2);
  });

  /** A counter on a disk: a transfer writes two rows, and repairs on the way up what the last life left half done. */
  const transfers =
    (repair: boolean): Scenario<void> =>
    async ({ process, faults }) => {
      const disk = { a: 50, b: 50, journal: undefined as { readonly amount: number; readonly b: number } | undefined };
      for (let life = 0; life < 3; life++) {
        const one = process(`life ${life}`);
        const put = one.faults.wrap(async (row: Partial<typeof disk>) => void Object.assign(disk, row), {
          name: 'put',
          crashRate: 0.1,
        });
        const move = async (amount: number): Promise<void> => {
          await put({ journal: { amount, b: disk.b } });
          await put({ a: disk.a - amount });
          await put({ b: disk.b + amount });
          await put({ journal: undefined });
        };
        const work = one.run(async () => {
          if (repair && disk.journal !== undefined) {
            const { amount, b } = disk.journal;
            await put({ a: 100 - b - amount, b: b + amount });
            await put({ journal: undefined });
          }
          for (let count = 0; count < 5; count++) await move(1);
        });
        await work.catch((error: unknown) => expect(error).toBeInstanceOf(ProcessCrashedError));
        one.crash();
      }
      faults.calm();
      const last = process('last');
      await last.run(() => {
        if (repair && disk.journal !== undefined) {
          const { amount, b } = disk.journal;
          Object.assign(disk, { a: 100 - b - amount, b: b + amount, journal: undefined });
        }
      });
      expect(disk.a + disk.b).toBe(100);
    };

  test('may kill it in the middle of its work: recovery that works, and none', async () => {
    const report = await forAllSeeds(200, transfers(true), { checkReplay: true });
    expect(report.faults.crash).toBeGreaterThan(200);
    await expect(forAllSeeds(200, transfers(false))).rejects.toThrow(/expected \d+ to be 100/);
  });

  test('crash before the effect of a call, or right after it', async () => {
    const effects = new Set<number>();
    await forAllSeeds(20, async ({ process }) => {
      let effect = 0;
      const one = process('one');
      const write = one.faults.wrap(async () => ++effect, { crashRate: 1 });
      await expect(one.run(() => write())).rejects.toThrow(ProcessCrashedError);
      effects.add(effect);
    });
    expect(effects).toEqual(new Set([0, 1]));
  });

  test('never kill it while the simulation stops what is left', async () => {
    const log: string[] = [];
    await simulate('s', async ({ process }) => {
      const one = process('one');
      const flush = one.faults.wrap(async () => log.push('flushed'), { crashRate: 1, failRate: 1 });
      await one.start(new Cell({ name: 'buffer', stop: async () => void (await flush()) }));
    });
    expect(log).toEqual(['flushed']);
  });
});
