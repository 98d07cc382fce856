import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Heart, HeartDriverError } from '@organism/circulatory';
import { SqliteBroker } from '@organism/circulatory/sqlite';
import { afterAll, describe, expect, it } from 'vitest';

interface Events {
  readonly jobs: string;
  readonly door: number;
}

const folder = mkdtempSync(join(tmpdir(), 'heart-disk-'));
/** A disk of one megabyte, where the test may make one. */
const disk = join(folder, 'disk');
spawnSync('mkdir', [disk]);
const hasDisk = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]).status === 0;
if (!hasDisk) process.emitWarning('No disk can be mounted here: the test of a disk that is full is skipped.');
afterAll(() => {
  if (hasDisk) spawnSync('umount', [disk]);
  rmSync(folder, { recursive: true, force: true });
});

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a SqliteBroker', () => {
  it.runIf(hasDisk)(
    'on a full disk refuses with its error, loses nothing it took, and goes on when there is room',
    async () => {
      const driver = new SqliteBroker({ path: join(disk, 'heart.db') });
      await using heart = await new Heart<Events>({ driver }).start();
      const ballast = join(disk, 'ballast');
      // Another program has taken half of it.
      writeFileSync(ballast, 'x'.repeat(400_000));
      const accepted: string[] = [];
      let error: unknown;
      for (let n = 0; error === undefined; n += 1) {
        const text = `${n} ${'x'.repeat(5000)}`;
        error = await failureOf(heart.publish('jobs', text, { id: `job-${n}` }));
        if (error === undefined) accepted.push(text);
      }
      expect(error).toBeInstanceOf(HeartDriverError);
      expect(error).toMatchObject({ code: 'CIRCULATORY_DRIVER', status: 503 });
      expect(accepted.length).toBeGreaterThan(3);
      expect(await heart.inspect('jobs')).toMatchObject({ depth: accepted.length });
      expect(await failureOf(heart.publish('jobs', 'y'.repeat(5000)))).toBeInstanceOf(HeartDriverError);

      rmSync(ballast);
      // Once more with the id of the one that was refused: it had not been stored.
      const again = await heart.publish('jobs', `${accepted.length} again`, { id: `job-${accepted.length}` });
      expect(again.duplicate).toBe(false);
      accepted.push(`${accepted.length} again`);
      const got: string[] = [];
      await heart.subscribe('jobs', ({ data }) => void got.push(data), { concurrency: 10 });
      await expect.poll(async () => (await heart.inspect('jobs')).depth).toBe(0);
      expect(got).toEqual(accepted);
    },
  );

  it('on a file that has become read-only refuses with its error, says so in its health, and goes on when it is not', async () => {
    const driver = new SqliteBroker({ path: join(folder, 'read-only.db'), pollMs: 20 });
    await using heart = await new Heart<Events, DatabaseSync>({ driver }).start();
    const door = Promise.withResolvers<DatabaseSync>();
    await heart.subscribe('door', (_message, { transaction }) => transaction((database) => door.resolve(database)));
    await heart.publish('door', 1);
    const database = await door.promise;
    await heart.publish('jobs', 'before');
    database.exec('PRAGMA query_only = ON');
    const error = await failureOf(heart.publish('jobs', 'meanwhile'));
    expect(error).toBeInstanceOf(HeartDriverError);
    // SQLITE_READONLY. @see https://www.sqlite.org/rescode.html#readonly
    expect((error as HeartDriverError).cause).toMatchObject({ errcode: 8 });
    await expect.poll(async () => (await heart.health()).status, { timeout: 5000 }).toBe('fail');
    database.exec('PRAGMA query_only = OFF');
    await expect.poll(async () => (await heart.health()).status, { timeout: 5000 }).toBe('pass');
    await heart.publish('jobs', 'after');
    const got: string[] = [];
    await heart.subscribe('jobs', ({ data }) => void got.push(data));
    await expect.poll(() => got).toEqual(['before', 'after']);
  });
});
