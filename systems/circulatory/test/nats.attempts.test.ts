import { jetstreamManager } from '@nats-io/jetstream';
import { createInbox, nanos, type NatsConnection } from '@nats-io/transport-node';
import type { HeartDriver, Lease, NewMessage } from '@organism/circulatory';
import { NatsBroker } from '@organism/circulatory/nats';
import { VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sharedNats } from './nats.harness.ts';

const { servers, connection, prefix } = await sharedNats('attempts');
let made = 0;

const server = (): NatsConnection => {
  if (connection === undefined) throw new Error('There is no server.');
  return connection;
};

/** So long that the server's own wait never ends in a test: leases end by the drivers' clock, which the test moves. */
const serverWaitMs = 600_000;
const leaseMs = 60_000;

/** As long as a timer may be: nothing that the drivers ask the server is late when the test moves their clock. */
const never = 2 ** 31 - 1;

/** How a lease may end, so that the message comes again. */
const ends = ['retry', 'release', 'lapse'] as const;
type End = (typeof ends)[number];

/** One message, drivers that share its group, and hands that do to the server what a network and other processes do. */
class Bench {
  readonly clock: VirtualClock = new VirtualClock();
  readonly #prefix = `${prefix}-${made++}`;
  readonly #stream = `${this.#prefix}_jobs`;
  readonly #drivers: NatsBroker[] = [];

  /** Another process. */
  async driver(): Promise<NatsBroker> {
    const { clock } = this;
    const driver = new NatsBroker({ servers, prefix: this.#prefix, partitions: 1, clock, timeoutMs: never });
    await driver.open();
    this.#drivers.push(driver);
    await driver.join('jobs', 'g', { from: 'earliest', idleMs: Infinity, now: clock.now() });
    // The first says how long the server waits.
    await driver.reserve('jobs', 'g', { now: this.clock.now(), max: 1, leaseMs: serverWaitMs, maxAttempts: 1 });
    return driver;
  }

  async publish(driver: NatsBroker): Promise<void> {
    const now = this.clock.now();
    const message: NewMessage = {
      id: 'one',
      key: undefined,
      priority: 4,
      publishedAt: now,
      dueAt: now,
      expiresAt: Infinity,
      uniqueUntil: 0,
      body: 'one',
    };
    await driver.publish('jobs', [message], { now, maxDepth: Infinity, shed: false, retentionMs: 0 });
  }

  async ask(driver: HeartDriver, order: { max?: number; maxAttempts?: number } = {}): Promise<readonly Lease[]> {
    const { clock } = this;
    const answer = driver.reserve('jobs', 'g', { now: clock.now(), max: 9, leaseMs, maxAttempts: 100, ...order });
    for (;;) {
      const leases = await Promise.race([answer, server().flush()]);
      if (leases !== undefined) return leases;
      // A driver waits a little for what is on its way, on its own clock.
      await clock.advance(10);
    }
  }

  /** Leases the message, as soon as it is there. */
  async take(driver: HeartDriver): Promise<Lease> {
    const got: Lease[] = [];
    await expect.poll(async () => got.push(...(await this.ask(driver)))).toBe(1);
    return got[0] as Lease;
  }

  async settle(driver: NatsBroker, lease: Lease, kind: 'ack' | 'retry' | 'release'): Promise<boolean | undefined> {
    const { ref, token } = lease;
    const [isDone] = await driver.settle('jobs', 'g', [{ ref, token, kind, delayMs: 0 }]);
    return isDone;
  }

  /** Ends a lease so that the message comes again. */
  async end(driver: NatsBroker, lease: Lease, how: End): Promise<void> {
    if (how === 'lapse') await this.lapse(lease);
    else expect(await this.settle(driver, lease, how)).toBe(true);
  }

  /** How often the server has sent anything to the group. */
  async sendings(): Promise<number> {
    const { consumers } = await jetstreamManager(server());
    return (await consumers.info(this.#stream, 'g-u')).delivered.consumer_seq;
  }

  async #waiting(): Promise<number> {
    const { consumers } = await jetstreamManager(server());
    return (await consumers.info(this.#stream, 'g-u')).num_waiting;
  }

  /** Says of the first delivery, whatever came after it, that it is to be sent again; as a word does that comes late. */
  async nak(): Promise<void> {
    const word = await server().request(`$JS.ACK.${this.#stream}.g-u.1.1.1.0.0`, '-NAK');
    expect(word.data.length).toBe(0);
  }

  /** What the server calls out when it is told to send a message again. */
  async naked(work: () => Promise<unknown>): Promise<void> {
    const heard = server().subscribe(`$JS.EVENT.ADVISORY.CONSUMER.MSG_NAKED.${this.#stream}.g-u`, { max: 1 });
    await server().flush();
    await work();
    for await (const _ of heard) break;
  }

  /** Lets a lease run out, and its driver notice. */
  async lapse({ until }: Lease): Promise<void> {
    await this.clock.advanceTo(until + 200);
  }

  /** Lets drivers that nobody asks let go of their requests. */
  async rest(): Promise<void> {
    await this.clock.advance(5000);
    await expect.poll(() => this.#waiting()).toBe(0);
  }

  /** A request of a process that has died since: a server before 2.10.14 sends to nobody, and goes one message back. */
  async abandon(): Promise<void> {
    const inbox = createInbox();
    const subscription = server().subscribe(inbox);
    const request = JSON.stringify({ batch: 1, expires: nanos(60_000) });
    server().publish(`$JS.API.CONSUMER.MSG.NEXT.${this.#stream}.g-u`, request, { reply: inbox });
    await server().flush();
    subscription.unsubscribe();
    await server().flush();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#drivers.map((driver) => driver.close()));
  }
}

describe.runIf(connection !== undefined)('attempts at a NatsBroker', () => {
  it('count a lease that ran out when the server sends its message as if it were new', async () => {
    await using bench = new Bench();
    const driver = await bench.driver();
    await bench.publish(driver);
    const first = await bench.take(driver);
    await bench.rest();
    await bench.abandon();
    await bench.naked(() => bench.lapse(first));
    expect((await bench.take(driver)).attempt).toBe(2);
  });

  it('do not count what came again while it was leased', async () => {
    await using bench = new Bench();
    const driver = await bench.driver();
    await bench.publish(driver);
    const first = await bench.take(driver);
    for (const sendings of [2, 3]) {
      await bench.nak();
      await expect.poll(() => bench.sendings()).toBe(sendings);
    }
    expect(await bench.ask(driver)).toEqual([]);
    expect(await bench.settle(driver, first, 'retry')).toBe(true);
    expect((await bench.take(driver)).attempt).toBe(2);
  });

  it('do not count what came again before anybody asked for it', async () => {
    await using bench = new Bench();
    const driver = await bench.driver();
    await bench.publish(driver);
    const first = await bench.take(driver);
    // Sent at once, since the driver still asks.
    expect(await bench.settle(driver, first, 'retry')).toBe(true);
    await expect.poll(() => bench.sendings()).toBe(2);
    await bench.nak();
    await expect.poll(() => bench.sendings()).toBe(3);
    expect((await bench.take(driver)).attempt).toBe(2);
  });

  it('do not count what the server got ready for somebody who was gone', async () => {
    await using bench = new Bench();
    const driver = await bench.driver();
    await bench.publish(driver);
    let lease = await bench.take(driver);
    for (const attempt of [2, 3, 4]) {
      await bench.rest();
      await bench.abandon();
      await bench.naked(() => bench.settle(driver, lease, 'retry'));
      lease = await bench.take(driver);
      expect(lease.attempt).toBe(attempt);
    }
  });

  it('are counted for all that share a group, whoever had the message', async () => {
    await using bench = new Bench();
    const [one, other] = [await bench.driver(), await bench.driver()];
    await bench.publish(one);
    const first = await bench.take(one);
    await bench.rest();
    await bench.naked(() => bench.lapse(first));
    const second = await bench.take(other);
    expect(second.attempt).toBe(2);
    await bench.rest();
    await bench.settle(other, second, 'release');
    const third = await bench.take(one);
    expect(third.attempt).toBe(2);
    await bench.rest();
    await bench.settle(one, third, 'retry');
    const fourth = await bench.take(other);
    expect(fourth.attempt).toBe(3);
    // And however the server sends it.
    await bench.rest();
    await bench.abandon();
    await bench.naked(() => bench.settle(other, fourth, 'retry'));
    expect((await bench.take(one)).attempt).toBe(4);
  });

  it('are as many as there were leases of all that share a group', async () => {
    const step = fc.record({ end: fc.constantFrom(...ends), by: fc.nat({ max: 2 }) });
    const check = async (steps: readonly { readonly end: End; readonly by: number }[]): Promise<void> => {
      await using bench = new Bench();
      const drivers = [await bench.driver(), await bench.driver(), await bench.driver()] as const;
      // Else the first of them gets what is published, and keeps it for a while.
      await bench.rest();
      await bench.publish(drivers[0]);
      let attempts = 0;
      for (const { end, by } of steps) {
        const driver = drivers[by] ?? drivers[0];
        const lease = await bench.take(driver);
        expect(lease.attempt).toBe(attempts + 1);
        await bench.rest();
        await bench.naked(() => bench.end(driver, lease, end));
        if (end !== 'release') attempts += 1;
      }
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 6 }), check), {
      numRuns: Number(process.env['NATS_RUNS'] ?? 10),
      endOnFailure: true,
    });
  }, 60_000);

  it('count one that ended with its process', async () => {
    await using bench = new Bench();
    const dying = await bench.driver();
    await bench.publish(dying);
    await bench.take(dying);
    await dying.close();
    const driver = await bench.driver();
    // The server's wait is over.
    await bench.nak();
    expect((await bench.take(driver)).attempt).toBe(2);
  });

  it('make a dead letter of what ran out on the last of them, also when it came and went in between', async () => {
    await using bench = new Bench();
    const driver = await bench.driver();
    await bench.publish(driver);
    const first = await bench.take(driver);
    await bench.rest();
    await bench.naked(() => bench.lapse(first));
    // Comes while nobody has room for it, and goes back.
    await bench.ask(driver, { max: 0 });
    await bench.rest();
    await expect.poll(() => bench.ask(driver, { maxAttempts: 1 })).toEqual([]);
    await expect
      .poll(async () => await driver.deadLetters('jobs', 'g', { limit: 9 }))
      .toMatchObject([{ attempts: 1, reason: { code: 'lease-expired' } }]);
  });

  it('are as many as there were leases, whatever the server says', async () => {
    const step = fc.record({
      end: fc.constantFrom(...ends),
      again: fc.nat({ max: 2 }),
      isGone: fc.boolean(),
      unclaimed: fc.nat({ max: 1 }),
    });
    const check = async (steps: readonly (typeof step extends fc.Arbitrary<infer S> ? S : never)[]): Promise<void> => {
      await using bench = new Bench();
      const driver = await bench.driver();
      await bench.publish(driver);
      let attempts = 0;
      for (const { end, again, isGone, unclaimed } of steps) {
        const lease = await bench.take(driver);
        expect(lease.attempt).toBe(attempts + 1);
        for (let sent = 0; sent < again; sent += 1) {
          const before = await bench.sendings();
          await bench.nak();
          await expect.poll(() => bench.sendings()).toBe(before + 1);
        }
        if (isGone || end === 'lapse') await bench.rest();
        if (isGone) await bench.abandon();
        await bench.naked(() => bench.end(driver, lease, end));
        for (let sent = 0; sent < unclaimed; sent += 1) await bench.nak();
        if (end !== 'release') attempts += 1;
      }
      const last = await bench.take(driver);
      expect(last.attempt).toBe(attempts + 1);
      expect(await bench.settle(driver, last, 'ack')).toBe(true);
    };
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 4 }), check), {
      numRuns: Number(process.env['NATS_RUNS'] ?? 10),
      endOnFailure: true,
    });
  }, 60_000);
});
