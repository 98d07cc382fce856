import { Context, DeadlineError, StartError } from '@organism/cell';
import {
  type ConnectionLeak,
  Oxygen,
  type OxygenDriver,
  type OxygenOptions,
  ResourceBusyError,
  ResourceDownError,
  type ResourceEvent,
} from '@organism/respiratory/oxygen';
import { oxygenDriverChecks } from '@organism/respiratory/testing';
import { SeededEntropy, VirtualClock } from '@organism/testing';
import { describe, expect, it } from 'vitest';

/** A pool of two numbered connections. */
class Client {
  isOpen = true;
  readonly free = [1, 2];
  readonly out = new Set<number>();
  readonly broken: number[] = [];
  readonly waiting: ((connection: number) => void)[] = [];
  #last = 2;

  async take(): Promise<number> {
    const connection = this.free.pop() ?? (await new Promise<number>((resolve) => this.waiting.push(resolve)));
    this.out.add(connection);
    return connection;
  }

  giveBack(connection: number, isBroken: boolean): void {
    this.out.delete(connection);
    if (isBroken) this.broken.push(connection);
    const usable = isBroken ? (this.#last += 1) : connection;
    const next = this.waiting.shift();
    if (next === undefined) this.free.push(usable);
    else next(usable);
  }
}

/** A server in memory. */
class Server {
  isUp = true;
  answers = true;
  opened = 0;
  client = new Client();
  lose: (error: unknown) => void = () => {};

  readonly driver: OxygenDriver<Client, number> = {
    kind: 'memory',
    connect: async ({ signal, onLost }) => {
      signal.throwIfAborted();
      if (!this.isUp) throw new Error('refused');
      if (!this.answers) await new Promise(() => {});
      this.opened += 1;
      this.lose = onLost;
      this.client = new Client();
      return this.client;
    },
    check: async ({ isOpen }) => {
      if (!this.isUp || !isOpen) throw new Error('gone');
      if (!this.answers) await new Promise(() => {});
    },
    close: async (client) => void (client.isOpen = false),
    acquire: async (client) => {
      const connection = await client.take();
      return { connection, release: (isBroken) => client.giveBack(connection, isBroken) };
    },
    counts: ({ free, waiting }) => ({ open: 2, idle: free.length, waiting: waiting.length }),
  };
}

const setUp = (options: Partial<OxygenOptions<Client, number>> = {}) => {
  const server = new Server();
  const clock = new VirtualClock();
  const events: ResourceEvent[] = [];
  const leaks: ConnectionLeak[] = [];
  const oxygen = new Oxygen<Client, number>({
    name: 'numbers',
    driver: server.driver,
    clock,
    entropy: new SeededEntropy('oxygen'),
    backoff: () => 100,
    onState: (event) => events.push(event),
    onLeak: (leak) => leaks.push(leak),
    ...options,
  });
  return { server, clock, events, leaks, oxygen, states: () => events.map(({ to }) => to) };
};

describe('the life of a resource', () => {
  it('waits for its server when it starts', async () => {
    const { server, clock, oxygen, states } = setUp();
    server.isUp = false;
    const starting = oxygen.start();
    await clock.advance(250);
    expect(oxygen.state).toBe('starting');
    server.isUp = true;
    await clock.advance(100);
    await starting;
    expect(await oxygen.health()).toEqual({ status: 'pass' });
    expect(states()).toEqual(['connecting', 'down', 'connecting', 'down', 'connecting', 'down', 'connecting', 'up']);
    await oxygen.stop();
    expect(oxygen.resource).toBe('down');
    expect(clock.pending).toBe(0);
  });

  it('fails its start when the server does not come, and says why', async () => {
    const { server, clock, oxygen } = setUp({ startTimeoutMs: 1000 });
    server.isUp = false;
    const starting = oxygen.start();
    const failure = expect(starting).rejects.toThrow(StartError);
    await clock.advance(1000);
    await failure;
    const error = (await starting.catch((thrown: unknown) => thrown)) as StartError;
    expect(error.errors[0]).toMatchObject({ code: 'RESPIRATORY_RESOURCE_DOWN', cause: { message: 'refused' } });
    expect(clock.pending).toBe(0);
  });

  it('gives up an attempt that takes too long', async () => {
    const { server, clock, oxygen, events } = setUp({ connectTimeoutMs: 500 });
    server.answers = false;
    const starting = oxygen.start();
    await clock.advance(500);
    expect(events.at(-1)?.error).toBeInstanceOf(DeadlineError);
    server.answers = true;
    await clock.advance(100);
    await starting;
    await oxygen.stop();
  });

  it('starts without its server when it is not required, and refuses work until it comes', async () => {
    const { server, clock, oxygen } = setUp({ required: false });
    server.isUp = false;
    await oxygen.start();
    await clock.advance(0);
    expect(await oxygen.health()).toEqual({ status: 'fail', output: 'down: refused' });
    await expect(oxygen.use(() => 1)).rejects.toThrow(ResourceDownError);
    await expect(oxygen.use(() => 1)).rejects.toMatchObject({ status: 503, retryable: true });
    expect(() => oxygen.client).toThrow(ResourceDownError);
    server.isUp = true;
    await clock.advance(100);
    expect(await oxygen.use((connection) => connection)).toBe(2);
    await oxygen.stop();
    expect(clock.pending).toBe(0);
  });

  it('stops while it tries to connect', async () => {
    const { server, clock, oxygen } = setUp({ required: false });
    server.isUp = false;
    await oxygen.start();
    await clock.advance(150);
    await oxygen.stop();
    expect(clock.pending).toBe(0);
    expect(server.opened).toBe(0);
  });

  it('connects anew when the client is lost', async () => {
    const { server, clock, oxygen, states } = setUp();
    await oxygen.start();
    server.isUp = false;
    server.lose(new Error('reset'));
    expect(await oxygen.health()).toMatchObject({ status: 'fail' });
    await clock.advance(150);
    server.isUp = true;
    await clock.advance(100);
    expect(await oxygen.health()).toEqual({ status: 'pass' });
    expect(oxygen.describe().counters).toMatchObject({ connects: 2 });
    expect(states().slice(0, 5)).toEqual(['connecting', 'up', 'down', 'connecting', 'down']);
    await oxygen.stop();
  });

  it('starts again after a stop', async () => {
    const { server, oxygen } = setUp();
    await oxygen.start();
    await oxygen.stop();
    await oxygen.start();
    expect(server.opened).toBe(2);
    await oxygen.stop();
  });
});

describe('signs of life', () => {
  it('are asked for at intervals', async () => {
    const { server, clock, oxygen, events } = setUp({ checkEveryMs: 1000, checkTimeoutMs: 200 });
    await oxygen.start();
    server.isUp = false;
    await clock.advance(1000);
    expect(await oxygen.health()).toEqual({ status: 'fail', output: 'down: gone' });
    server.isUp = true;
    await clock.advance(1000);
    expect(await oxygen.health()).toEqual({ status: 'pass' });
    server.answers = false;
    await clock.advance(1200);
    expect(events.at(-1)?.error).toBeInstanceOf(DeadlineError);
    expect(oxygen.describe().counters).toMatchObject({ failedChecks: 2, connects: 1 });
    await oxygen.stop();
    expect(clock.pending).toBe(0);
  });

  it('that are late while callers queue make a warning, and no outage', async () => {
    const { server, clock, oxygen } = setUp({ checkEveryMs: 1000, checkTimeoutMs: 200, acquireTimeoutMs: Infinity });
    await oxygen.start();
    const leases = [await oxygen.lease(), await oxygen.lease()];
    const third = oxygen.lease();
    server.answers = false;
    await clock.advance(1200);
    expect(await oxygen.health()).toEqual({ status: 'warn', output: 'All connections are in use.' });
    server.answers = true;
    for (const lease of leases) await lease.release();
    await (await third).release();
    await clock.advance(1000);
    expect(await oxygen.health()).toEqual({ status: 'pass' });
    await oxygen.stop();
  });

  it('can be asked for', async () => {
    const { server, oxygen } = setUp();
    await oxygen.start();
    await oxygen.check();
    server.isUp = false;
    await expect(oxygen.check()).rejects.toThrow('gone');
    await oxygen.stop();
  });
});

describe('connections', () => {
  it('are given back after use, whether it fails or not', async () => {
    const { server, oxygen } = setUp();
    await oxygen.start();
    expect(await oxygen.use(async (connection) => connection * 10)).toBe(20);
    const failure = new Error('duplicate key');
    await expect(
      oxygen.use(() => {
        throw failure;
      }),
    ).rejects.toBe(failure);
    expect([server.client.free, server.client.broken]).toEqual([[1, 2], []]);
    expect(oxygen.describe().counters).toMatchObject({ uses: 2, failures: 1, held: 0, open: 2, idle: 2 });
    await oxygen.stop();
  });

  it('are closed when the caller gives up in the middle of something', async () => {
    const { server, clock, oxygen } = setUp();
    await oxygen.start();
    const context = new Context({ clock, deadline: clock.now() + 100 });
    let seen: AbortSignal | undefined;
    const using = oxygen.use(
      async (_connection, { signal }) => {
        seen = signal;
        await new Promise(() => {});
      },
      { context },
    );
    const failure = expect(using).rejects.toThrow(DeadlineError);
    await clock.advance(100);
    await failure;
    expect([seen?.aborted, server.client.broken, server.client.out.size]).toEqual([true, [2], 0]);
    await oxygen.stop();
  });

  it('are waited for, in turn', async () => {
    const { oxygen } = setUp();
    await oxygen.start();
    const first = await oxygen.lease();
    const second = await oxygen.lease();
    const third = oxygen.use((connection) => connection);
    await first.release();
    await first.release();
    expect(await third).toBe(first.connection);
    await second.release();
    await oxygen.stop();
  });

  it('that come too late go back to the pool', async () => {
    const { server, clock, oxygen } = setUp({ acquireTimeoutMs: 300 });
    await oxygen.start();
    const leases = [await oxygen.lease(), await oxygen.lease()];
    const refused = expect(oxygen.lease()).rejects.toThrow(new ResourceBusyError('numbers', 300));
    await clock.advance(300);
    await refused;
    for (const lease of leases) await lease.release();
    await clock.advance(0);
    expect([server.client.free.length, server.client.out.size]).toEqual([2, 0]);
    await oxygen.stop();
  });

  it('that are held too long are reported once, by name', async () => {
    const { clock, oxygen, leaks } = setUp({ leakAfterMs: 1000, traces: true });
    await oxygen.start();
    await clock.advance(10);
    const lease = await oxygen.lease({ label: 'nightly report' });
    await clock.advance(5000);
    expect(leaks).toMatchObject([{ resource: 'numbers', kind: 'held', heldMs: 1000, label: 'nightly report' }]);
    expect(leaks[0]?.origin).toContain('oxygen.test');
    expect(oxygen.held).toMatchObject([{ label: 'nightly report', heldMs: 5000 }]);
    expect(oxygen.describe().counters).toMatchObject({ held: 1, leaked: 1 });
    await lease[Symbol.asyncDispose]();
    expect(oxygen.held).toEqual([]);
    await oxygen.stop();
  });

  it('are waited for when the resource stops, and closed at its deadline', async () => {
    const { server, clock, oxygen } = setUp();
    await oxygen.start();
    const lease = await oxygen.lease();
    const held = await oxygen.lease();
    const stopping = oxygen.stop({ timeoutMs: 1000 }).catch((error: unknown) => error);
    await expect(oxygen.lease()).rejects.toThrow(ResourceDownError);
    await lease.release();
    await clock.advance(500);
    expect(oxygen.state).toBe('stopping');
    await clock.advance(500);
    await stopping;
    expect(server.client.broken).toEqual([held.connection]);
  });
});

it('names a bad option', () => {
  expect(() => setUp({ leakAfterMs: -1 })).toThrow(/leakAfterMs/);
  expect(() => setUp({ driver: {} as OxygenDriver<Client, number> })).toThrow(/driver/);
});

describe('the conformance suite', () => {
  const checks = oxygenDriverChecks({
    up: () => new Server().driver,
    down: () => Object.assign(new Server(), { isUp: false }).driver,
  });
  it.each(checks)('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });

  it('finds a driver that connects to nobody', async () => {
    const bad = oxygenDriverChecks({ up: () => new Server().driver, down: () => new Server().driver });
    const outcomes = await Promise.allSettled(bad.map(({ run }) => run()));
    expect(outcomes.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0);
  });
});
