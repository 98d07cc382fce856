import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { Redis } from 'ioredis';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import type { Alert, Escalation, Quake, ReplayState } from '../src/bones.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'seismic-'));
const children: ChildProcess[] = [];

/** Whether something listens on a port of this machine. */
const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

const end = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
};
afterEach(async () => {
  await Promise.all(children.splice(0).map((child) => end(child, 'SIGKILL')));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

class Instance {
  readonly child: ChildProcess;
  #output = '';

  constructor(heart: string, speed: number) {
    this.child = spawn(process.execPath, ['--conditions=@organism/source', 'examples/seismic-watch/start.mjs'], {
      cwd: root,
      env: { ...process.env, PORT: '0', JOURNAL: 'memory', HEART_URL: heart, SPEED: String(speed) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(this.child);
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.#output += chunk.toString()));
  }

  static async start(heart: string, speed = 1000): Promise<Instance> {
    const one = new Instance(heart, speed);
    await until(() => expect(one.#output).toContain('Open http'));
    return one;
  }

  get #url(): string {
    return /Open (\S+)/.exec(this.#output)?.[1] ?? '';
  }

  async get<T>(path: string): Promise<T> {
    return (await (await fetch(this.#url + path)).json()) as T;
  }

  async post<T>(path: string, body: unknown): Promise<{ readonly status: number; readonly value: T }> {
    const answer = await fetch(this.#url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    return { status: answer.status, value: (text === '' ? undefined : JSON.parse(text)) as T };
  }

  /** Whether it plays. */
  async leads(): Promise<boolean> {
    const { nodes } = await this.get<{ nodes: { name: string; counters: Record<string, number> }[] }>('/api/anatomy');
    return nodes.find(({ name }) => name === 'leader')?.counters['leads'] === 1;
  }

  quakes(): Promise<{ total: number; quakes: Quake[] }> {
    return this.get('/api/quakes');
  }

  alerts(): Promise<{ alerts: Alert[]; escalations: Escalation[] }> {
    return this.get('/api/alerts');
  }
}

const until = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 15_000, interval: 50 });

const reading = { magnitude: 5.8, place: '10km N of Hualian, Taiwan', latitude: 24.1, longitude: 121.6 };

// A database of its own, as the app's topics have fixed names.
const redisUrl = 'redis://127.0.0.1:6379/13';
const clean = async (): Promise<void> => {
  const client = new Redis(redisUrl);
  await client.flushdb();
  client.disconnect();
};
const stores = [
  ['SQLite', `sqlite:${join(folder, 'heart.db')}?synchronous=normal`, true],
  ['Redis', redisUrl, await listens(6379)],
] as const;
for (const [name, , isThere] of stores)
  if (!isThere) console.warn(`There is no ${name} on its usual port: no test that two instances share a feed over it.`);

describe.each(stores)('two instances with one Heart on %s', (name, url, isThere) => {
  it.runIf(isThere)(
    'share one feed, play it once, and go on when the one that plays is killed',
    async () => {
      if (name === 'Redis') await clean();
      const one = await Instance.start(url);
      const two = await Instance.start(url);
      await until(async () => expect([await one.leads(), await two.leads()]).toEqual([true, false]));

      // An entry in one shows in the other, with what follows from it.
      const { status, value } = await two.post<Quake>('/api/quakes', reading);
      expect(status).toBe(201);
      await until(async () => expect((await one.quakes()).quakes.map(({ id }) => id)).toContain(value.id));
      await until(async () => {
        for (const each of [one, two])
          expect((await each.alerts()).alerts.filter(({ id }) => id === `strong-${value.id}`)).toHaveLength(1);
      });
      await until(async () => expect((await two.alerts()).escalations).toHaveLength(1));
      expect((await two.post('/api/alerts/acknowledge', { alert: `strong-${value.id}` })).status).toBe(204);
      await until(async () =>
        expect((await one.alerts()).escalations).toMatchObject([
          { alert: `strong-${value.id}`, status: 'acknowledged' },
        ]),
      );
      expect((await two.post('/api/alerts/acknowledge', { alert: 'nobody' })).status).toBe(404);

      // The one that does not play hands orders on.
      expect((await two.post<ReplayState>('/api/replay', { speed: 3000 })).value).toMatchObject({ speed: 3000 });
      expect((await two.post<ReplayState>('/api/replay', { action: 'pause' })).value).toMatchObject({
        status: 'paused',
      });
      const before = (await one.quakes()).total;
      await until(async () => expect((await two.quakes()).total).toBe(before));
      expect((await two.post<ReplayState>('/api/replay', { action: 'play' })).value.status).toBe('playing');

      await end(one.child, 'SIGKILL');
      await until(async () => expect(await two.leads()).toBe(true));
      await until(async () => expect((await two.quakes()).total).toBeGreaterThan(before));
      // One that comes late has it all.
      const three = await Instance.start(url);
      await until(async () => {
        const [theirs, ours] = [await two.quakes(), await three.quakes()];
        expect(ours.quakes.map(({ id }) => id)).toContain(value.id);
        expect(Math.abs(theirs.total - ours.total)).toBeLessThan(20);
      });
      const { quakes } = await three.quakes();
      expect(new Set(quakes.map(({ id }) => id)).size).toBe(quakes.length);
    },
    60_000,
  );
});
