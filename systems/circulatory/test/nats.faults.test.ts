import { sleep, systemClock } from '@organism/cell';
import { constant } from '@organism/homeostasis';
import { Heart, HeartDriverError } from '@organism/circulatory';
import { NatsBroker } from '@organism/circulatory/nats';
import { describe, expect, it } from 'vitest';
import { canServe, FaultyRelay, NatsServer, Witness } from './nats.harness.ts';

interface Topics {
  readonly numbers: number;
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

/** Longer than the waits between two tries of anything. */
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

  it('makes its groups anew when a server has lost them, since they were in memory', async () => {
    await using server = await NatsServer.start();
    const driver = new NatsBroker({ servers: server.address, timeoutMs: 400, pollMs: 100, storage: 'memory' });
    const heart = await new Heart<Topics>({ driver }).start();
    expect(heart.durability).toBe('memory');
    const witness = new Witness();
    await heart.subscribe('numbers', ({ data }) => witness.see(data, `n${data}`), patience);
    await insist(heart, 1);
    await expect.poll(() => witness.seen.has(1)).toBe(true);
    await server.kill();
    await server.start();
    await insist(heart, 2);
    await expect.poll(() => witness.seen.has(2)).toBe(true);
    await heart.stop();
  });

  it('remembers, when the server is killed and comes back, the ids of messages that are still there', async () => {
    await using server = await NatsServer.start();
    const heart = await new Heart<Topics>({ driver: brokerAt(server.address) }).start();
    await using vein = await heart.vein('numbers');
    await heart.publish('numbers', 1, { id: 'handled' });
    await (await vein.pull({ waitMs: 5000 }))[0]?.ack();
    await heart.publish('numbers', 2, { id: 'waiting' });
    await server.kill();
    await server.start();
    const again = async (id: string): Promise<boolean | undefined> =>
      await heart.publish('numbers', 3, { id }).then(
        ({ duplicate }) => duplicate,
        () => undefined,
      );
    await expect.poll(() => again('waiting')).toBe(true);
    expect(await again('handled')).toBe(false);
    await heart.stop();
  });
});
