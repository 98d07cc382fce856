import { OptionError, StartError } from '@organism/cell';
import { Astrocyte, StateDriverError, StateValueError } from '@organism/nervous';
import { SqliteState, type SqliteStateOptions } from '@organism/nervous/sqlite';
import { VirtualClock } from '@organism/testing';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'astrocyte-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const freshPath = (): string => join(folder, `${files++}.db`);
const writer = fileURLToPath(new URL('fixtures/state-writer.ts', import.meta.url));
const run = (...args: string[]) =>
  spawn(process.execPath, ['--no-warnings', '--conditions=@organism/source', writer, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });

describe('SqliteState', () => {
  it('keeps state and versions over a restart', async () => {
    const driver = new SqliteState({ path: freshPath() });
    const astrocyte = await new Astrocyte({ driver }).start();
    const { version } = await astrocyte.set('a', { kept: [1, 'ä', null] });
    await astrocyte.stop();
    await astrocyte.start();
    expect(await astrocyte.get('a')).toEqual({ value: { kept: [1, 'ä', null] }, version });
    await astrocyte.delete('a');
    await astrocyte.stop();
    await using again = await new Astrocyte({ driver }).start();
    expect((await again.set('a', 1)).version).toBeGreaterThan(version);
  });

  it('takes up expiries after a restart', async () => {
    const path = freshPath();
    const clock = new VirtualClock();
    const first = await new Astrocyte({ driver: new SqliteState({ path }), clock }).start();
    await first.set('a', 1, { ttlMs: 1000 });
    await first.set('b', 1, { ttlMs: 3000 });
    await first.stop();
    await clock.advance(2000);
    await using second = await new Astrocyte({ driver: new SqliteState({ path }), clock }).start();
    expect([await second.has('a'), await second.has('b')]).toEqual([false, true]);
    await clock.advance(1000);
    expect(second.describe().counters).toMatchObject({ expired: 2 });
  });

  it('refuses what JSON would lose, and says where it is', async () => {
    await using astrocyte = await new Astrocyte({ driver: new SqliteState({ path: ':memory:' }) }).start();
    const cases: [unknown, string][] = [
      [{ at: [1, new Date(0)] }, '"a".at[1] must be a JSON value; got Date'],
      [new Map(), '"a" must be a JSON value: a plain object; got Map'],
      [{ ratio: Number.NaN }, '"a".ratio must be a finite number; got NaN'],
      [[undefined], '"a"[0] must be a JSON value; got undefined'],
      [undefined, '"a" must be a JSON value; got undefined'],
      [{ big: 1n }, '"a".big must be a JSON value; got bigint'],
    ];
    for (const [value, message] of cases) {
      await expect(astrocyte.set('a', value)).rejects.toBeInstanceOf(StateValueError);
      await expect(astrocyte.set('a', value)).rejects.toThrow(message);
    }
    const circular: unknown[] = [];
    circular.push(circular);
    await expect(astrocyte.set('a', circular)).rejects.toThrow('nested at most');
    await astrocyte.set('a', { left: undefined, zero: -0 });
    expect((await astrocyte.get('a'))?.value).toEqual({ zero: 0 });
  });

  it('keeps several stores in one file apart', async () => {
    const path = freshPath();
    await using one = await new Astrocyte({ driver: new SqliteState({ path, table: 'one' }) }).start();
    await using two = await new Astrocyte({ driver: new SqliteState({ path, table: 'two' }) }).start();
    await one.set('a', 1);
    await one.set('a', 2);
    expect((await two.set('a', 3)).version).toBe(1);
    expect((await one.get('a'))?.value).toBe(2);
  });

  it('says that it is busy, which may pass, when another holds the lock for too long', async () => {
    const path = freshPath();
    await using astrocyte = await new Astrocyte({ driver: new SqliteState({ path, busyTimeoutMs: 0 }) }).start();
    using other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    const error: unknown = await astrocyte.set('a', 1).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StateDriverError);
    expect(error).toMatchObject({ status: 503, retryable: true });
    expect(await astrocyte.get('a')).toBeUndefined();
    other.exec('ROLLBACK');
    await astrocyte.set('a', 1);
    expect(await astrocyte.has('a')).toBe(true);
  });

  it('fails to start when its file cannot be opened, or is none', async () => {
    const start = (path: string) => new Astrocyte({ driver: new SqliteState({ path }) }).start();
    await expect(start(join(folder, 'none', 'state.db'))).rejects.toBeInstanceOf(StartError);
    await expect(start(writer)).rejects.toMatchObject({ errors: [expect.any(StateDriverError)] });
  });

  it('does not work when not open, and closes twice', () => {
    const driver = new SqliteState({ path: ':memory:' });
    expect(() => driver.read('a', 0)).toThrow(StateDriverError);
    driver.open();
    driver.open();
    driver.close();
    driver.close();
  });

  it.each<[Partial<SqliteStateOptions>, string]>([
    [{ path: '' }, 'path'],
    [{ table: 'drop table' }, 'table'],
    [{ busyTimeoutMs: -1 }, 'busyTimeoutMs'],
    [{ synchronous: 'off' as 'full' }, 'synchronous'],
  ])('refuses %j', (options, field) => {
    const make = () => new SqliteState({ path: ':memory:', ...options });
    expect(make).toThrow(OptionError);
    expect(make).toThrow(`${field} must be`);
  });
});

describe('SqliteState among processes', () => {
  it('has every acknowledged write after its process was killed in the middle of writing', async () => {
    const path = freshPath();
    for (const killAt of [40, 150]) {
      const child = run(path, 'write');
      const exited = once(child, 'exit');
      const last = new Map<string, { number: number; version: number }>();
      for await (const line of createInterface(child.stdout)) {
        const [number = 0, version = 0] = line.split(' ').map(Number);
        if (Number.isNaN(number)) continue;
        last.set(`key-${number % 7}`, { number, version });
        if (number === killAt) child.kill('SIGKILL');
      }
      expect((await exited)[1]).toBe('SIGKILL');
      await using astrocyte = await new Astrocyte({ driver: new SqliteState({ path }) }).start();
      expect(last.size).toBe(7);
      for (const [key, { number, version }] of last) {
        const stored = await astrocyte.get<{ number: number; filler: string }>(key);
        // A write that was committed and not yet told of may be there as well.
        expect(stored?.version).toBeGreaterThanOrEqual(version);
        expect(stored?.value.number).toBeGreaterThanOrEqual(number);
        expect(stored?.value.filler).toHaveLength((stored?.value.number ?? 0) % 3000);
      }
    }
  });

  it('compares and sets against other processes: no increment is lost', async () => {
    const path = freshPath();
    const children = [run(path, 'count', '150'), run(path, 'count', '150'), run(path, 'count', '150')];
    for (const child of children) child.stdout.resume();
    const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0] as number));
    expect(codes).toEqual([0, 0, 0]);
    await using astrocyte = await new Astrocyte({ driver: new SqliteState({ path }) }).start();
    const count = await astrocyte.get('count');
    expect(count).toEqual({ value: 450, version: 450 });
  });
});
