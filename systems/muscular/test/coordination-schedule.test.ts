import {
  cronTimes,
  launchOn,
  memoryJournal,
  Muscle,
  MuscleCoordination,
  Schedule,
  scheduled,
  signalOn,
  type Tick,
  workflow,
} from '@organism/muscular';
import { EventBus, typed } from '@organism/nervous';
import { simulate } from '@organism/testing';
import { describe, expect, it } from 'vitest';

const hour = 3_600_000;
const iso = (time: number): string => new Date(time).toISOString();

/** The times of a cron expression from one to another. */
const between = (cron: string, zone: string, from: string, to: string): string[] => {
  const times = cronTimes(cron, zone);
  const found: string[] = [];
  for (let time = times.after(Date.parse(from)); time !== undefined && time < Date.parse(to); time = times.after(time))
    found.push(iso(time));
  return found;
};

describe('cron times', () => {
  it('move with the zone over summer time', () => {
    expect(between('0 9 * * *', 'Europe/Lisbon', '2026-03-28T00:00Z', '2026-03-31T00:00Z')).toEqual([
      '2026-03-28T09:00:00.000Z',
      '2026-03-29T08:00:00.000Z',
      '2026-03-30T08:00:00.000Z',
    ]);
  });

  it('happen once a day, also on days that skip or repeat an hour', () => {
    // New York skips 2:00 to 3:00 on 8 March 2026, and has 1:00 to 2:00 twice on 1 November.
    expect(between('30 2 * * *', 'America/New_York', '2026-03-07T12:00Z', '2026-03-09T12:00Z')).toEqual([
      '2026-03-08T07:00:00.000Z',
      '2026-03-09T06:30:00.000Z',
    ]);
    expect(between('30 1 * * *', 'America/New_York', '2026-10-31T12:00Z', '2026-11-02T12:00Z')).toEqual([
      '2026-11-01T05:30:00.000Z',
      '2026-11-02T06:30:00.000Z',
    ]);
  });

  it('refuse what is no expression and no zone', () => {
    expect(() => cronTimes('')).toThrow('cron must be');
    expect(() => cronTimes('61 * * * *')).toThrow('cron must be');
    expect(() => cronTimes('* * * * *', 'Mars/Olympus')).toThrow('timeZone must be');
    const run = (): void => {};
    expect(() => new Schedule({ name: 's', cron: '* * * * *', missed: 'x' as 'all', run })).toThrow('missed must be');
    expect(() => new Schedule({ name: 's', cron: '* * * * *', graceMs: -1, run })).toThrow('graceMs must be');
  });
});

describe('a schedule', () => {
  it('runs its operation at its times, one run after the other', async () => {
    await simulate('schedule', async ({ start, sleep }) => {
      const seen: string[] = [];
      const note = new Muscle({
        name: 'note',
        run: async (time: string) => {
          seen.push(time);
          await sleep(90_000);
        },
      });
      const schedule = await start(
        new Schedule({
          name: 'minutely',
          cron: '* * * * *',
          timeZone: 'UTC',
          run: note,
          input: ({ time }: Tick) => iso(time),
        }),
      );
      await sleep(250_000);
      expect(seen).toEqual(['2026-01-01T00:01:00.000Z', '2026-01-01T00:03:00.000Z']);
      expect(schedule.describe()).toMatchObject({
        edges: [{ from: 'minutely', to: 'note', label: '* * * * *' }],
        counters: { runs: 2, overlapped: 2, failures: 0 },
      });
      await schedule.stop({ timeoutMs: 60_000 });
      await sleep(hour);
      expect(seen).toHaveLength(2);
    });
  });

  it.each([
    ['skip', []],
    ['once', ['03:00']],
    ['all', ['01:00', '02:00', '03:00']],
  ] as const)('makes up for times that passed while it was stopped: %s', async (missed, expected) => {
    await simulate('missed', async ({ start, sleep }) => {
      const seen: string[] = [];
      const run = ({ time }: Tick): void => void seen.push(iso(time).slice(11, 16));
      const schedule = new Schedule({ name: 'hourly', cron: '0 * * * *', timeZone: 'UTC', missed, overlap: true, run });
      await start(schedule);
      await sleep(1000);
      await schedule.stop();
      await sleep(3.5 * hour);
      await start(schedule);
      expect(seen).toEqual(expected);
      await sleep(hour);
      expect(seen).toEqual([...expected, '04:00']);
    });
  });

  it('notices when the wall clock jumps, and runs no time twice', async () => {
    await simulate('jump', async ({ clock, start, sleep }) => {
      const seen: string[] = [];
      await start(
        new Schedule({
          name: 'daily',
          cron: '0 12 * * *',
          timeZone: 'UTC',
          missed: 'once',
          clock,
          run: ({ time }) => void seen.push(iso(time).slice(0, 16)),
        }),
      );
      clock.setNow(Date.UTC(2026, 0, 3, 13));
      await sleep(hour);
      expect(seen).toEqual(['2026-01-03T12:00']);
      clock.setNow(Date.UTC(2026, 0, 3, 11, 30));
      await sleep(2 * hour);
      expect(seen).toEqual(['2026-01-03T12:00']);
    });
  });

  it('fails when a run throws, unless someone is told', async () => {
    await simulate('failing', async ({ start, sleep }) => {
      const run = (): never => {
        throw new Error('no');
      };
      const schedule = await start(new Schedule({ name: 'a', cron: '* * * * *', run }));
      const told: unknown[] = [];
      const other = await start(
        new Schedule({
          name: 'b',
          cron: '* * * * *',
          run,
          onError: (error, { schedule: name }) => told.push(error, name),
        }),
      );
      await sleep(60_000);
      expect([schedule.state, other.state]).toEqual(['failed', 'running']);
      expect(told).toEqual([expect.any(Error), 'b']);
    });
  });
});

describe('a workflow on schedule', () => {
  it('runs once for each time, however many engines there are, and knows what it missed', async () => {
    await simulate('scheduled', async ({ process, sleep }) => {
      const store = memoryJournal();
      const report = workflow({ name: 'report', run: async ({ time }: Tick) => iso(time) });
      const make = () =>
        new MuscleCoordination({
          store,
          workflows: [report],
          schedules: [
            scheduled({ name: 'hourly', cron: '0 * * * *', timeZone: 'UTC', missed: 'all', workflow: report }),
          ],
        });
      const [one, two] = [process('one'), process('two')];
      await one.start(make());
      await two.start(make());
      await sleep(2.5 * hour);
      one.crash();
      two.crash();
      await sleep(2 * hour);
      const three = process('three');
      const engine = make();
      await three.start(engine);
      await sleep(1000);
      const runs = await engine.list();
      expect(runs.map(({ id }) => id).toSorted()).toEqual(
        [1, 2, 3, 4].map((at) => `hourly@2026-01-01T0${at}:00:00.000Z`),
      );
      expect(runs.every(({ status }) => status === 'completed')).toBe(true);
      expect(() => scheduled({ name: '', cron: '* * * * *', workflow: report })).toThrow('name must be');
    });
  });
});

describe('event triggers', () => {
  it('launch runs and signal them', async () => {
    await simulate('triggers', async ({ start }) => {
      const Quake = typed<{ id: string; magnitude: number }>('quake.seen');
      const Seen = typed<{ quake?: string; by: string }>('quake.acknowledged');
      const alert = workflow({
        name: 'alert',
        run: async (magnitude: number, flow) => [magnitude, await flow.waitFor('acknowledged', { timeoutMs: 60_000 })],
      });
      const engine = await start(new MuscleCoordination({ store: memoryJournal(), workflows: [alert] }));
      const bus = await start(new EventBus());
      const launching = launchOn(Quake, engine, alert, { input: ({ magnitude }) => magnitude, id: ({ id }) => id });
      bus.attach(launching);
      bus.attach(
        signalOn(Seen, engine, {
          run: ({ quake }) => quake,
          name: 'acknowledged',
          payload: ({ by }) => by,
          id: ({ by }) => by,
        }),
      );
      expect([launching.kind, launching.target]).toEqual(['event', 'alert']);
      for (let twice = 0; twice < 2; twice += 1) await bus.publish(Quake, { id: 'q1', magnitude: 6 });
      await bus.publish(Seen, { by: 'nobody' });
      await bus.publish(Seen, { quake: 'q1', by: 'Ada' });
      expect(await engine.run('q1').result()).toEqual([6, 'Ada']);
      expect(await engine.list()).toHaveLength(1);
    });
  });
});
