import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryJournal } from '@organism/muscular';
import { postgresJournal } from '@organism/muscular/postgres';
import { sqliteJournal } from '@organism/muscular/sqlite';
import { journalContract } from '@organism/muscular/testing';
import { Pool } from 'pg';
import { afterAll, describe, expect, it } from 'vitest';

const runner = { describe, it };

journalContract(runner, 'memory', () => {
  const journal = memoryJournal();
  return {
    journal,
    other: journal,
    effect: (data) => void data.set(`row ${data.size}`, true),
    effects: () => journal.data.size,
    close: () => {},
  };
});

const folder = mkdtempSync(join(tmpdir(), 'organism-journal-'));
let files = 0;
journalContract(runner, 'SQLite', () => {
  const path = join(folder, `${(files += 1)}.db`);
  const [journal, other] = [sqliteJournal({ path }), sqliteJournal({ path, synchronous: 'normal' })];
  journal.database.exec('CREATE TABLE effects (n INTEGER)');
  return {
    journal,
    other,
    effect: (database) => void database.exec('INSERT INTO effects VALUES (1)'),
    effects: () => Number(other.database.prepare('SELECT count(*) AS n FROM effects').get()?.['n']),
    close: () => {
      journal[Symbol.dispose]();
      other[Symbol.dispose]();
    },
  };
});

const connectionString = process.env['POSTGRES_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
const pool = new Pool({ connectionString, max: 4, connectionTimeoutMillis: 2000 });
const reachable = await pool.query('SELECT 1').then(
  () => true,
  () => false,
);
const schema = `organism_test_${process.pid}`;
const drop = async (): Promise<void> => void (await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`));

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  if (reachable) await drop();
  await pool.end();
});

describe.skipIf(!reachable)('with a server', () => {
  journalContract(runner, 'PostgreSQL', async () => {
    await drop();
    const [journal, other] = [postgresJournal({ pool, schema }), postgresJournal({ pool, schema })];
    await journal.open();
    await pool.query(`CREATE TABLE ${schema}.effects (n integer)`);
    return {
      journal,
      other,
      effect: async (client) => void (await client.query(`INSERT INTO ${schema}.effects VALUES (1)`)),
      effects: async () => Number((await pool.query(`SELECT count(*) AS n FROM ${schema}.effects`)).rows[0].n),
      close: drop,
    };
  });
});

describe('bad options of journals', () => {
  it('name their field', () => {
    expect(() => sqliteJournal({ path: '' })).toThrow('path must be');
    expect(() => sqliteJournal({ path: ':memory:', table: 'a b' })).toThrow('table must be');
    expect(() => sqliteJournal({ path: ':memory:', synchronous: 'off' as 'full' })).toThrow('synchronous must be');
    expect(() => postgresJournal({ pool, schema: 'a;b' })).toThrow('schema must be');
    expect(() => postgresJournal({ pool: {} as typeof pool })).toThrow('pool must be');
  });
});
