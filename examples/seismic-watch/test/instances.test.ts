import { jetstreamManager } from '@nats-io/jetstream';
import { connect as connectNats } from '@nats-io/transport-node';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { Redis } from 'ioredis';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alert, Escalation, Quake, ReplayState } from '../src/bones.ts';
import { endAll, Instance, until } from './instance.ts';

const folder = mkdtempSync(join(tmpdir(), 'seismic-'));
afterAll(async () => {
  await endAll();
  rmSync(folder, { recursive: true, force: true });
});

/** Whether something listens on a port of this machine. */
const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

/** Whether it plays. */
const leads = async (one: Instance): Promise<boolean> => {
  const { nodes } = await one.get<{ nodes: { name: string; counters: Record<string, number> }[] }>('/api/anatomy');
  return nodes.find(({ name }) => name === 'leader')?.counters['leads'] === 1;
};

const quakesOf = (one: Instance): Promise<{ total: number; quakes: Quake[] }> => one.get('/api/quakes');

const idsOf = async (one: Instance): Promise<string[]> => (await quakesOf(one)).quakes.map(({ id }) => id);

const alertsOf = (one: Instance): Promise<{ alerts: Alert[]; escalations: Escalation[] }> => one.get('/api/alerts');

const reading = { magnitude: 5.8, place: '10km N of Hualian, Taiwan', latitude: 24.1, longitude: 121.6 };

/** A store under the tests. All have a place of their own in it, as the app's topics have fixed names. */
interface Store {
  readonly name: string;
  readonly url: string;
  /** Where its server listens; none for a file. */
  readonly port?: number;
  /** Whether who comes late hears what was handled. */
  readonly isKept: boolean;
  readonly begin?: () => Promise<void>;
  readonly end?: () => Promise<void>;
}

const redisUrl = 'redis://127.0.0.1:6379/13';
const clearRedis = async (): Promise<void> => {
  const client = new Redis(redisUrl);
  await client.flushdb();
  client.disconnect();
};
const place = `seismic-${process.pid}`;
const deleteStreams = async (): Promise<void> => {
  const connection = await connectNats({ servers: '127.0.0.1:4222' });
  const manager = await jetstreamManager(connection);
  for await (const { config } of manager.streams.list())
    if (config.name.startsWith(place)) await manager.streams.delete(config.name);
  await connection.close();
};
// Each call takes a second, in which other tests go on.
const rabbitmqctl = async (...args: readonly string[]): Promise<void> => {
  await promisify(execFile)('rabbitmqctl', args);
};
const stores: readonly Store[] = [
  { name: 'SQLite', url: `sqlite:${join(folder, 'heart.db')}?synchronous=normal`, isKept: true },
  { name: 'Redis', url: redisUrl, port: 6379, isKept: true, begin: clearRedis, end: clearRedis },
  {
    name: 'NATS',
    url: `nats://127.0.0.1:4222?prefix=${place}&storage=memory`,
    port: 4222,
    isKept: false,
    end: deleteStreams,
  },
  {
    name: 'RabbitMQ',
    url: `amqp://guest:guest@127.0.0.1:5672/${place}`,
    port: 5672,
    isKept: false,
    begin: () => rabbitmqctl('set_permissions', '-p', place, 'guest', '.*', '.*', '.*'),
    end: () => rabbitmqctl('delete_vhost', place),
  },
];

/** Why a store can't be tested here. */
const absence = async ({ name, port }: Store): Promise<string | undefined> => {
  if (port !== undefined && !(await listens(port))) return `nobody listens on port ${port}`;
  if (name !== 'RabbitMQ') return undefined;
  try {
    await rabbitmqctl('add_vhost', place);
    return undefined;
  } catch {
    return 'rabbitmqctl, which makes a virtual host for the test, does not work';
  }
};
type Case = Store & { readonly isThere: boolean };
const cases: Case[] = [];
for (const store of stores) {
  const reason = await absence(store);
  if (reason !== undefined) console.warn(`Two instances over ${store.name} are not tested: ${reason}.`);
  cases.push({ ...store, isThere: reason === undefined });
}

/** Two stores at a time, as most of the time is spent waiting for the lease of a process that was killed. */
const pairs = [cases.slice(0, 2), cases.slice(2)].map((pair) => ({
  pair,
  names: pair.map(({ name }) => name).join(', '),
}));

describe.each(pairs)('over $names', ({ pair }) => {
  describe.concurrent.each(pair)('two instances with one Heart on $name', ({ url, isKept, isThere, begin, end }) => {
    beforeAll(async () => {
      if (isThere) await begin?.();
    }, 60_000);
    afterAll(async () => {
      if (isThere) await end?.();
    }, 60_000);

    it.runIf(isThere)(
      'share one feed, play it once, and go on when the one that plays is killed',
      async ({ onTestFinished }) => {
        const settings = { HEART_URL: url, SPEED: '1000', UPLOADS: join(folder, 'uploads') };
        const start = async (): Promise<Instance> => {
          const instance = await Instance.start(settings);
          onTestFinished(() => instance.kill());
          return instance;
        };
        const leaderOf = async (all: readonly Instance[]): Promise<Instance> => {
          let leader: Instance | undefined;
          await until(async () => {
            const leading = await Promise.all(all.map(leads));
            expect(leading.filter((leadsNow) => leadsNow)).toHaveLength(1);
            leader = all[leading.indexOf(true)];
          });
          return leader as Instance;
        };
        // They may begin at once where the store knows that it has their baton already.
        const first = start();
        if (!isKept) await first;
        const both = await Promise.all([first, start()]);
        const one = await leaderOf(both);
        const two = both.find((each) => each !== one) as Instance;

        // What was before the second began is known to it where the store keeps that.
        const early = new Set(isKept ? [] : await idsOf(one));

        // An entry in one shows in the other, with what follows from it.
        const { status, value } = await two.post<Quake>('/api/quakes', reading);
        expect(status).toBe(201);
        await until(async () => expect((await quakesOf(one)).quakes.map(({ id }) => id)).toContain(value.id));
        await until(async () => {
          for (const each of [one, two])
            expect((await alertsOf(each)).alerts.filter(({ id }) => id === `strong-${value.id}`)).toHaveLength(1);
        });
        await until(async () => expect((await alertsOf(two)).escalations).toHaveLength(1));
        expect((await two.post('/api/alerts/acknowledge', { alert: `strong-${value.id}` })).status).toBe(204);
        await until(async () =>
          expect((await alertsOf(one)).escalations).toMatchObject([
            { alert: `strong-${value.id}`, status: 'acknowledged' },
          ]),
        );
        expect((await two.post('/api/alerts/acknowledge', { alert: 'nobody' })).status).toBe(404);

        // The one that does not play hands orders on.
        expect((await two.post<ReplayState>('/api/replay', { speed: 3000 })).value).toMatchObject({ speed: 3000 });
        expect((await two.post<ReplayState>('/api/replay', { action: 'pause' })).value).toMatchObject({
          status: 'paused',
        });
        const before = (await quakesOf(one)).total;
        await until(async () => {
          const theirs = new Set(await idsOf(two));
          expect((await idsOf(one)).filter((id) => !theirs.has(id) && !early.has(id))).toEqual([]);
        });
        expect((await two.post<ReplayState>('/api/replay', { action: 'play' })).value.status).toBe('playing');

        await one.kill();
        // One that comes late may lead as well, and has it all.
        const rest = isKept ? [two, await start()] : [two];
        const leader = await leaderOf(rest);
        await until(async () => expect((await quakesOf(two)).total).toBeGreaterThan(before));
        await leader.post<ReplayState>('/api/replay', { action: 'pause' });
        await until(async () => {
          const [ids = [], ...others] = await Promise.all(rest.map(idsOf));
          expect(ids).toContain(value.id);
          expect(new Set(ids).size).toBe(ids.length);
          for (const theirs of others) expect(theirs.toSorted()).toEqual(ids.toSorted());
        });
      },
      120_000,
    );
  });
});
