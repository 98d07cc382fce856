import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep, systemClock } from '@organism/cell';
import { constant } from '@organism/homeostasis';
import { Heart, HeartDriverError, RejectError } from '@organism/circulatory';
import { RedisBroker } from '@organism/circulatory/redis';
import { SeededEntropy } from '@organism/testing';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import {
  FaultProxy,
  freePort,
  isAscending,
  isPoison,
  patient,
  RedisServer,
  roundsOf,
  Worker,
} from './proof.harness.ts';

const folder = mkdtempSync(join(tmpdir(), 'heart-proof-'));
const cleanUps: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const hasServer = spawnSync('redis-server', ['--version']).status === 0;
if (!hasServer) process.emitWarning('There is no redis-server: the proofs of the RedisBroker are skipped.');

const serve = async (): Promise<RedisServer> => {
  const server = new RedisServer(await freePort(), folder, 'always');
  await server.start();
  cleanUps.push(() => server.kill());
  return server;
};

const faults = ['drop', 'stall', 'half-close', 'kill the server', 'kill a process'] as const;

describe.runIf(hasServer)('a Heart on Redis among faults', () => {
  const rounds = roundsOf(12);

  it(
    `keeps its promises over ${rounds} rounds`,
    async () => {
      const server = await serve();
      const proxy = new FaultProxy(server.port);
      const port = await proxy.listen();
      cleanUps.push(() => proxy.close());
      // The Heart speaks through the proxy, and says so when it has waited too long; effects go straight to the server.
      const near = patient(port, { commandTimeout: 250 });
      const effects = patient(server.port, { commandTimeout: 250, enableOfflineQueue: false });
      cleanUps.push(() => [near, effects].map((client) => client.disconnect()));
      const driver = new RedisBroker({ client: near, pollMs: 10 });
      const heart = await new Heart<{ numbers: number }>({ driver }).start();
      const chance = new SeededEntropy('redis faults');
      await heart.subscribe(
        'numbers',
        async ({ data, key = '', attempt }) => {
          if (isPoison(data)) throw new RejectError(`${data} is poison`, { reason: 'poison' });
          if (data % 10 === 3 && attempt === 1) throw new Error('not yet');
          await effects.rpush(`effects:${key}`, data);
        },
        { concurrency: 20, ackTimeoutMs: 400, backoff: constant(5), maxAttempts: 1000 },
      );
      const acknowledged: number[] = [];
      const state = { isOver: false };
      const refused: unknown[] = [];
      const publish = async (lane: number): Promise<void> => {
        for (let n = lane; !state.isOver; n += 4) {
          for (;;) {
            try {
              await heart.publish('numbers', n, { id: `n${n}`, key: `0-${lane}` });
              acknowledged.push(n);
              break;
            } catch (error) {
              refused.push(error);
              await sleep(systemClock, 5);
            }
          }
          await sleep(systemClock, 1);
        }
      };
      const publishing = Promise.all([0, 1, 2, 3].map(publish));

      for (let round = 0; round < rounds; round += 1) {
        const before = acknowledged.length;
        const fault = faults[round % faults.length];
        const forMs = 1 + Math.floor(chance.random() * 60);
        if (fault === 'drop') proxy.drop();
        else if (fault === 'half-close') proxy.halfClose();
        else if (fault === 'stall') {
          proxy.stall();
          // Now and then for longer than a lease.
          await sleep(systemClock, chance.random() < 0.2 ? 500 : forMs);
          proxy.resume();
        } else if (fault === 'kill the server') {
          await server.kill();
          await sleep(systemClock, forMs);
          await server.start();
        } else {
          const worker = new Worker(server.port, (round + 1) * 1_000_000);
          await worker.until(1 + Math.floor(chance.random() * 60));
          await worker.kill();
          acknowledged.push(...worker.acknowledged);
        }
        // The next fault comes when it works again.
        await expect.poll(() => acknowledged.length, { timeout: 10_000, interval: 5 }).toBeGreaterThan(before + 20);
      }
      state.isOver = true;
      await publishing;
      // As long as it gets on, it may take its time: the machine may be busy.
      const left = { now: Infinity };
      while (left.now > 0) {
        const before = left.now;
        const look = async (): Promise<number> => {
          const seen = await heart.inspect('numbers').catch(() => ({ depth: Infinity }));
          return (left.now = seen.depth);
        };
        await expect.poll(look, { timeout: 15_000 }).toBeLessThan(before);
      }

      expect(refused.filter((error) => !(error instanceof HeartDriverError))).toEqual([]);
      const applied = new Set<number>();
      for (const name of await effects.keys('effects:*')) {
        const numbers = (await effects.lrange(name, 0, -1)).map(Number);
        for (const n of numbers) applied.add(n);
        expect(isAscending(numbers), `the order of ${name}`).toBe(true);
      }
      const letters = await heart.deadLetters('numbers', { limit: Infinity });
      const buried = letters.map(({ envelope }) => envelope?.data as number);
      expect(
        buried.filter((n) => !isPoison(n)),
        'only poison is buried',
      ).toEqual([]);
      expect(new Set(letters.map(({ reason }) => reason.code)), 'for its reason').toEqual(new Set(['poison']));
      const lost = acknowledged.filter((n) => !(isPoison(n) ? buried.includes(n) : applied.has(n)));
      expect(lost, 'nothing acknowledged is lost').toEqual([]);
      expect(await heart.health()).toEqual({ status: 'pass' });
      await heart.stop();
      if (process.env['PROOF_ROUNDS'] !== undefined)
        console.log(
          `redis: ${rounds} rounds, ${acknowledged.length} acknowledged, ${refused.length} refused, ${applied.size} applied, ${buried.length} buried`,
        );
    },
    30_000 + rounds * 2000,
  );
});
