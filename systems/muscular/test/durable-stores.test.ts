import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { type Flow, type Journal, MuscleCoordination, StepError, workflow } from '@organism/muscular';
import { type PostgresClient, postgresJournal } from '@organism/muscular/postgres';
import { sqliteJournal } from '@organism/muscular/sqlite';
import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** Pays in parts, side by side; the last is refused. Then waits, and pays the rest. */
const makePay = <Tx>(pay: (tx: Tx, run: string, part: string) => void | Promise<void>) =>
  workflow({
    name: 'pay',
    run: async (refuse: boolean, flow: Flow<Tx>) => {
      const parts = ['a', 'b', 'c'].map((part) => flow.transaction(part, (tx) => pay(tx, flow.id, part)));
      await Promise.all(parts);
      const refused = await flow
        .transaction('refused', (tx): void | Promise<void> => {
          const done = pay(tx, flow.id, 'refused');
          const then = (): void => {
            if (refuse) throw new RangeError('no');
          };
          return done instanceof Promise ? done.then(then) : then();
        })
        .catch((error: unknown) => (error instanceof StepError ? error.failure.name : error));
      const answer = await flow.waitFor('go');
      await flow.transaction('rest', (tx) => pay(tx, flow.id, 'rest'));
      return [refused ?? 'accepted', answer];
    },
  });

interface Store<Tx> {
  readonly open: () => { readonly journal: Journal<Tx>; readonly close: () => void };
  readonly pay: (tx: Tx, run: string, part: string) => void | Promise<void>;
  readonly paid: () => Promise<readonly string[]>;
}

/** Two lives of an engine on a real store. */
const lives = async <Tx>({ open, pay, paid }: Store<Tx>): Promise<void> => {
  const code = makePay(pay);
  const first = open();
  const one = await new MuscleCoordination({ store: first.journal, workflows: [code] }).start();
  const runs = [await one.launch(code, true, { id: 'x' }), await one.launch(code, false, { id: 'y' })];
  for (;;) {
    await setImmediate();
    const reports = await Promise.all(runs.map((run) => run.inspect()));
    if (reports.every(({ events }) => events.some(({ kind }) => kind === 'wait'))) break;
  }
  await runs[0]?.signal('go', { n: 1 });
  expect(await runs[0]?.result()).toEqual(['RangeError', { n: 1 }]);
  await one.stop();
  first.close();

  const second = open();
  const two = await new MuscleCoordination({ store: second.journal, workflows: [code], exclusive: true }).start();
  await two.signal('y', 'go', { n: 2 });
  expect(await two.run('y').result()).toEqual(['accepted', { n: 2 }]);
  expect(await paid()).toEqual(['x a', 'x b', 'x c', 'x rest', 'y a', 'y b', 'y c', 'y refused', 'y rest']);
  const { events } = await two.inspect('x');
  expect(events.map(({ ordinal }) => ordinal)).toEqual(events.map((_, index) => index + 1));
  expect(events.find(({ name }) => name === 'refused')?.failure).toEqual({ name: 'RangeError', message: 'no' });
  await two.stop();
  second.close();
};

describe('an engine on SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'organism-store-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'app.db');

  it('commits transactions once, side by side, over two lives', async () => {
    const look = sqliteJournal({ path });
    look.database.exec('CREATE TABLE paid (run TEXT, part TEXT)');
    await lives<DatabaseSync>({
      open: () => {
        const journal = sqliteJournal({ path });
        return { journal, close: () => journal[Symbol.dispose]() };
      },
      pay: (database, run, part) => void database.prepare('INSERT INTO paid VALUES (?, ?)').run(run, part),
      paid: async () =>
        look.database
          .prepare('SELECT run, part FROM paid ORDER BY run, part')
          .all()
          .map(({ run, part }) => `${String(run)} ${String(part)}`),
    });
    look[Symbol.dispose]();
  });

  it('refuses work that is not synchronous', async () => {
    using journal = sqliteJournal({ path });
    const code = workflow({
      name: 'late',
      run: async (_input: void, flow: Flow<DatabaseSync>) => await flow.transaction('late', async () => 1),
    });
    await using engine = await new MuscleCoordination({ store: journal, workflows: [code], exclusive: true }).start();
    await expect((await engine.launch(code, undefined)).result()).rejects.toMatchObject({
      failure: { step: 'late', message: 'The work of a transaction on SQLite must be synchronous.' },
    });
  });
});

const connectionString = process.env['POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
const pool = new Pool({ connectionString, max: 6, connectionTimeoutMillis: 2000 });
const reachable = await pool.query('SELECT 1').then(
  () => true,
  () => false,
);
const schema = `organism_stores_${process.pid}`;

describe.skipIf(!reachable)('an engine on PostgreSQL', () => {
  const drop = async (): Promise<void> => void (await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`));
  beforeAll(async () => {
    await drop();
    await postgresJournal({ pool, schema }).open();
    await pool.query(`CREATE TABLE ${schema}.paid (run text, part text, PRIMARY KEY (run, part))`);
  });
  afterAll(async () => {
    await drop();
    await pool.end();
  });

  it('commits transactions once, side by side, over two lives', async () => {
    await lives<PostgresClient>({
      open: () => ({ journal: postgresJournal({ pool, schema }), close: () => {} }),
      pay: async (client, run, part) =>
        void (await client.query(`INSERT INTO ${schema}.paid VALUES ($1, $2)`, [run, part])),
      paid: async () => {
        const { rows } = await pool.query<{ run: string; part: string }>(
          `SELECT run, part FROM ${schema}.paid ORDER BY run, part`,
        );
        return rows.map(({ run, part }) => `${run} ${part}`);
      },
    });
  });

  it('runs a transaction again after a serialization failure', async () => {
    let tries = 0;
    const code = workflow({
      name: 'again',
      run: async (_input: void, flow: Flow<PostgresClient>) =>
        await flow.transaction('again', async (client) => {
          tries += 1;
          if (tries < 3) await client.query(`DO $$ BEGIN RAISE EXCEPTION 'again' USING ERRCODE = '40001'; END $$`);
          return tries;
        }),
    });
    const store = postgresJournal({ pool, schema });
    await using engine = await new MuscleCoordination({ store, workflows: [code] }).start();
    expect(await (await engine.launch(code, undefined)).result()).toBe(3);
  });

  it('waits out a store that can not be reached, and loses nothing', async () => {
    const store = postgresJournal({ pool, schema });
    let down = 0;
    const line = new Proxy(store, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key, target);
        if (typeof member !== 'function') return member;
        return async (...args: unknown[]) => {
          if (key !== 'release' && down > 0) {
            down -= 1;
            throw Object.assign(new Error('connection terminated'), { code: 'ECONNRESET' });
          }
          return (await Reflect.apply(member, target, args)) as unknown;
        };
      },
    });
    const ran: string[] = [];
    const code = workflow({
      name: 'outage',
      run: async (_input: void, flow: Flow<PostgresClient>) => {
        await flow.step('a', () => void ran.push('a'));
        await flow.step('b', () => {
          ran.push('b');
          if (ran.length === 2) down = 3;
        });
        return ran.length;
      },
    });
    await using engine = await new MuscleCoordination({ store: line, workflows: [code], pollMs: 10 }).start();
    // The step whose result did not reach the journal is run again; the one before it is not.
    expect(await (await engine.launch(code, undefined)).result()).toBe(3);
    expect(ran).toEqual(['a', 'b', 'b']);
    expect(engine.describe().counters['troubles']).toBeGreaterThan(0);
  });
});
