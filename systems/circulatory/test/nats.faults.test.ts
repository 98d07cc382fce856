import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { sleep, systemClock } from '@organism/cell';
import { constant } from '@organism/homeostasis';
import { Heart, HeartDriverError } from '@organism/circulatory';
import { NatsBroker } from '@organism/circulatory/nats';
import { describe, expect, it } from 'vitest';
import { canServe, FaultyRelay, NatsServer } from './nats.harness.ts';

interface Topics {
  readonly numbers: number;
}

/** What consumers have seen. */
class Witness {
  readonly seen = new Map<number, number>();
  readonly #lastOfKey = new Map<string, number>();
  /** Numbers that were first seen after a later one of their key. */
  readonly outOfOrder: number[] = [];

  see(n: number, key: string): void {
    if (!this.seen.has(n)) {
      const last = this.#lastOfKey.get(key) ?? -1;
      if (n < last) this.outOfOrder.push(n);
      this.#lastOfKey.set(key, Math.max(n, last));
    }
    this.seen.set(n, (this.seen.get(n) ?? 0) + 1);
  }
}

/** Publishes a number until that is acknowledged. */
const insist = async (heart: Heart<Topics>, n: number): Promise<void> => {
  for (;;) {
    try {
      await heart.publish('numbers', n, { id: `n${n}`, key: `k${n % 5}` });
      return;
    } catch (error) {
      expect(error).toBeInstanceOf(HeartDriverError);
      await sleep(systemClock, 20);
    }
  }
};

const patience = { ackTimeoutMs: 1000, backoff: constant(10), concurrency: 10, maxAttempts: 1000 };

const brokerAt = (servers: string): NatsBroker =>
  new NatsBroker({
    servers,
    timeoutMs: 400,
    pollMs: 100,
    connect: { reconnectTimeWait: 10, reconnectJitter: 10 },
  });

describe.runIf(canServe)('a NatsBroker', () => {
  it('loses nothing that was acknowledged when the server is killed and comes back', async () => {
    await using server = await NatsServer.start();
    const heart = await new Heart<Topics>({ driver: brokerAt(server.address) }).start();
    const witness = new Witness();
    await heart.subscribe(
      'numbers',
      ({ data, key = '', attempt }) => {
        if (data === 7) throw new TypeError('seven');
        if (data % 10 === 3 && attempt === 1) throw new Error('not yet');
        witness.see(data, key);
      },
      { ...patience, retryIf: (error) => !(error instanceof TypeError) },
    );
    const restarts: Promise<void>[] = [];
    for (let n = 0; n < 300; n += 1) {
      await insist(heart, n);
      // Not waited for: what is published next meets a server that dies, is dead, or comes back.
      if (n % 100 === 50) restarts.push(server.kill().then(() => server.start()));
    }
    await Promise.all(restarts);
    const missing = (): number[] =>
      Array.from({ length: 300 }, (_, n) => n).filter((n) => n !== 7 && !witness.seen.has(n));
    await expect.poll(missing, { timeout: 15_000 }).toEqual([]);
    expect(restarts.length).toBe(3);
    expect(witness.outOfOrder).toEqual([]);
    const letters = await heart.deadLetters('numbers');
    expect(letters.map(({ reason, envelope }) => [reason.code, envelope?.data])).toContainEqual(['rejected', 7]);
    await expect.poll(() => heart.health()).toEqual({ status: 'pass' });
    await heart.stop();
  }, 40_000);

  it('says so while there is no server, and goes on when it is back', async () => {
    await using server = await NatsServer.start();
    const heart = await new Heart<Topics>({ driver: brokerAt(server.address) }).start();
    const witness = new Witness();
    const errors: unknown[] = [];
    await heart.subscribe('numbers', ({ data }) => witness.see(data, ''), patience);
    await insist(heart, 1);
    await server.kill();
    await expect.poll(async () => (await heart.health()).status).toBe('fail');
    await heart.publish('numbers', 2).catch((error: unknown) => errors.push(error));
    expect(errors[0]).toMatchObject({ code: 'CIRCULATORY_DRIVER', status: 503, retryable: true });
    await server.start();
    await insist(heart, 3);
    await expect.poll(() => witness.seen.has(3)).toBe(true);
    await expect.poll(async () => (await heart.health()).status).toBe('pass');
    await heart.stop();
  });

  const rounds = Number(process.env['NATS_FAULT_ROUNDS'] ?? 20);

  it(`loses nothing in ${rounds} rounds of a network that drops, stalls and half-closes`, async () => {
    await using server = await NatsServer.start();
    await using relay = await FaultyRelay.to(server.port);
    const heart = await new Heart<Topics>({ driver: brokerAt(relay.address) }).start();
    const witness = new Witness();
    await heart.subscribe('numbers', ({ data, key = '' }) => witness.see(data, key), patience);
    const faults = [() => relay.drop(), () => relay.halfClose(), () => relay.stall(60), () => relay.stall(600)];
    let next = 0;
    const over = new AbortController();
    const publish = async (): Promise<void> => {
      while (!over.signal.aborted) {
        await insist(heart, next++);
        // No faster than consumers that wait for the end of a lease after each fault.
        await sleep(systemClock, 4);
      }
    };
    const publishing = publish();
    for (let round = 0; round < rounds; round += 1) {
      // One long stall in ten: it takes as long as the rest together.
      await faults[round % 10 === 9 ? 3 : round % 3]?.();
      await sleep(systemClock, 40);
    }
    over.abort();
    await publishing;
    const missing = (): number[] => Array.from({ length: next }, (_, n) => n).filter((n) => !witness.seen.has(n));
    await expect.poll(missing, { timeout: 15_000 }).toEqual([]);
    expect(witness.outOfOrder).toEqual([]);
    await expect.poll(async () => (await heart.inspect('numbers')).depth, { timeout: 15_000 }).toBe(0);
    expect(await heart.deadLetters('numbers')).toEqual([]);
    await heart.stop();
  }, 60_000);

  it('loses nothing when processes that publish and consume are killed', async () => {
    await using server = await NatsServer.start();
    const prefix = `workers-${process.pid}`;
    const published = new Set<number>();
    const witness = new Witness();
    const note = (line: string): void => {
      const [what, n, key = '-'] = line.split(' ');
      if (what === 'p') published.add(Number(n));
      else if (key !== '-') witness.see(Number(n), key);
      else witness.see(Number(n), `n${n}`);
    };
    const worker = fileURLToPath(new URL('fixtures/nats-worker.ts', import.meta.url));
    const args = ['--conditions=@organism/source', worker, server.address, prefix];
    const run = async (from: number, ms: number): Promise<void> => {
      const child = spawn(process.execPath, [...args, `${from}`], { stdio: ['ignore', 'pipe', 'inherit'] });
      const lines = createInterface({ input: child.stdout });
      lines.on('line', note);
      await once(lines, 'line');
      await sleep(systemClock, ms);
      child.kill('SIGKILL');
      // What it had written before is read to the end.
      await once(lines, 'close');
    };
    // Two at a time share the group; each publishes numbers and keys of its own.
    const shift = async (lane: number): Promise<void> => {
      for (let turn = 0; turn < 3; turn += 1) await run((lane * 3 + turn) * 100_000, 150);
    };
    await Promise.all([shift(0), shift(1)]);
    const driver = new NatsBroker({ servers: server.address, prefix, pollMs: 100 });
    const heart = await new Heart<Topics>({ driver }).start();
    await heart.subscribe('numbers', ({ data, key }) => witness.see(data, key ?? `n${data}`), patience);
    const missing = (): number[] => [...published].filter((n) => !witness.seen.has(n));
    await expect.poll(missing, { timeout: 15_000 }).toEqual([]);
    expect(published.size).toBeGreaterThan(20);
    expect(witness.outOfOrder).toEqual([]);
    expect(await heart.deadLetters('numbers')).toEqual([]);
    await heart.stop();
  }, 40_000);

  it('shares the messages of a group among a hundred consumers', async () => {
    await using server = await NatsServer.start();
    const hearts = await Promise.all(
      Array.from({ length: 4 }, () => new Heart<Topics>({ driver: brokerAt(server.address) }).start()),
    );
    const witness = new Witness();
    const running = new Map<string, number>();
    let overlaps = 0;
    const handle = async ({
      data,
      key = '',
    }: {
      readonly data: number;
      readonly key?: string | undefined;
    }): Promise<void> => {
      const others = running.get(key) ?? 0;
      if (key !== '' && others > 0) overlaps += 1;
      running.set(key, others + 1);
      await sleep(systemClock, 1);
      running.set(key, (running.get(key) ?? 1) - 1);
      witness.see(data, key === '' ? `n${data}` : key);
    };
    const options = { ackTimeoutMs: 10_000, prefetch: 4 };
    const consumers = Array.from({ length: 120 }, (_, n) => hearts[n % 4]?.subscribe('numbers', handle, options));
    await Promise.all(consumers);
    const count = 1000;
    await Promise.all(
      Array.from({ length: count }, (_, n) =>
        hearts[n % 4]?.publish('numbers', n, n % 2 === 0 ? {} : { key: `k${n % 25}` }),
      ),
    );
    await expect.poll(() => witness.seen.size, { timeout: 15_000 }).toBe(count);
    expect(overlaps).toBe(0);
    expect([...witness.seen.values()].filter((times) => times > 1)).toEqual([]);
    await Promise.all(hearts.map((heart) => heart.stop()));
  }, 40_000);
});
