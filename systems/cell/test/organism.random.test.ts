import { Cell, DeadlineError, Organism, StartError, StopError } from '@organism/cell';
import { forAllSeeds, type Scenario } from '@organism/testing';
import { expect, test } from 'vitest';

/** What befell one cell in one life of the body. */
interface Record {
  starts: number;
  running: boolean;
  opened: number;
  closed: number;
  readonly errors: Error[];
}

const flatten = (error: unknown): unknown[] =>
  error instanceof StartError || error instanceof StopError ? error.errors.flatMap((one) => flatten(one)) : [error];

/**
 * A random directed acyclic graph of cells that take random time, and fail at random in their start, in their stop or
 * in a clean-up; with or without a stop from outside in the middle of it.
 */
const randomBody: Scenario<void> = async ({ chance, clock, context, log, sleep }) => {
  const size = chance.integer(1, 10);
  const trouble = chance.pick([0, 0.1, 0.4]);
  const records = new Map<string, Record>();
  const needsOf = new Map<string, readonly string[]>();
  const recordOf = (name: string): Record => {
    const record = records.get(name);
    if (record === undefined) throw new Error(`no cell ${name}`);
    return record;
  };

  const cells = Array.from({ length: size }, (_, index) => {
    const name = `c${index}`;
    const needs = Array.from({ length: index }, (__, other) => `c${other}`).filter(() => chance.boolean(0.35));
    const plan = {
      startMs: chance.integer(0, 40),
      stopMs: chance.integer(0, 40),
      listens: chance.boolean(0.7),
      startFails: chance.boolean(trouble),
      stopFails: chance.boolean(trouble),
      releaseFails: chance.boolean(trouble),
    };
    const record: Record = { starts: 0, running: false, opened: 0, closed: 0, errors: [] };
    records.set(name, record);
    needsOf.set(name, needs);
    const failWith = (message: string): never => {
      const error = new Error(`${name} ${message}`);
      record.errors.push(error);
      throw error;
    };
    return new Cell({
      name,
      needs,
      start: async ({ defer, signal }) => {
        for (const need of needs) expect(recordOf(need).running).toBe(true);
        record.starts++;
        record.opened++;
        defer(() => {
          record.closed++;
          record.running = false;
          if (plan.releaseFails) failWith('clean-up');
        });
        await sleep(plan.startMs);
        if (plan.listens) signal.throwIfAborted();
        if (plan.startFails) failWith('start');
        record.running = !signal.aborted;
      },
      stop: async () => {
        for (const [other, needed] of needsOf) if (needed.includes(name)) expect(recordOf(other).running).toBe(false);
        await sleep(plan.stopMs);
        if (plan.stopFails) failWith('stop');
      },
    });
  });

  const body = new Organism({ name: 'body', cells: chance.shuffle(cells) });
  body.observe(({ cell, to }) => log(cell, to));
  for (let life = 0; life < 2; life++) {
    for (const record of records.values()) Object.assign(record, { starts: 0, opened: 0, closed: 0 });
    for (const record of records.values()) record.errors.length = 0;
    const thrown: unknown[] = [];
    const keep = (error: unknown): void => void thrown.push(error);
    const start = body.start(context).catch(keep);
    if (chance.boolean(0.3)) {
      await sleep(chance.integer(0, 60));
      await body.stop({ timeoutMs: 10_000 }).catch(keep);
    }
    await start;
    if (body.state === 'running') for (const record of records.values()) expect(record.running).toBe(true);
    await body.stop({ timeoutMs: 10_000 }).catch(keep);

    // Every need ran before its dependents started (checked above), nothing started twice, and all of it was undone.
    for (const [name, record] of records) {
      expect(record.starts).toBeLessThanOrEqual(1);
      expect(record.closed).toBe(record.opened);
      expect(record.running).toBe(false);
      expect(['idle', 'stopped', 'failed']).toContain(body.cell(name)?.state);
      if (record.starts > 0) for (const need of needsOf.get(name) ?? []) expect(recordOf(need).starts).toBe(1);
    }
    // Every error of every cell was reported, once, and none came from nowhere.
    const told = thrown.flatMap((error) => flatten(error));
    const happened = [...records.values()].flatMap((record) => record.errors);
    for (const error of happened) expect(told.filter((one) => one === error)).toHaveLength(1);
    for (const error of told) {
      expect(error).not.toBeInstanceOf(DeadlineError);
      if (!happened.some((one) => one === error)) expect(error).toMatchObject({ code: 'CELL_CANCELLED' });
    }
    expect(clock.pending).toBe(0);
  }
};

test('bodies of any shape start in order, stop completely and report every error, whatever fails', async () => {
  await forAllSeeds(1000, randomBody);
});

test('and take the same course when replayed', async () => {
  await forAllSeeds(100, randomBody, { checkReplay: true, prefix: 'replay' });
});
