import { sleep } from '@organism/cell';
import {
  type Announcement,
  Capillary,
  type CapillaryOptions,
  type Fanout,
  type Link,
  type LinkEvents,
  type Session,
} from '@organism/circulatory/capillary';
import {
  CapillaryClient,
  type ClientOptions,
  type Frame,
  type Transport,
} from '@organism/circulatory/capillary/client';
import { SeededEntropy, VirtualClock } from '@organism/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** A fan-out in memory: each listener hears each publisher in order, in its own time, and now and then twice. */
class Air implements Fanout {
  readonly #clock: VirtualClock;
  readonly #chance: SeededEntropy;
  readonly #listeners = new Set<{
    readonly listener: (one: Announcement) => void;
    readonly free: Map<string, number>;
  }>();
  readonly lagMs: number;
  broken = false;
  readonly heard: Announcement[] = [];

  constructor(clock: VirtualClock, chance: SeededEntropy, lagMs = 300) {
    this.#clock = clock;
    this.#chance = chance;
    this.lagMs = lagMs;
  }

  async publish(announcement: Announcement): Promise<void> {
    if (this.broken) throw new Error('no route');
    this.heard.push(announcement);
    for (const one of this.#listeners) {
      const now = this.#clock.monotonic();
      const at = Math.max(one.free.get(announcement.from) ?? 0, now + this.#chance.random() * this.lagMs);
      one.free.set(announcement.from, at);
      const times = this.#chance.random() < 0.1 ? 2 : 1;
      for (let time = 0; time < times; time += 1)
        this.#clock.setTimeout(() => {
          // Over JSON, as it would be.
          if (this.#listeners.has(one)) one.listener(JSON.parse(JSON.stringify(announcement)) as Announcement);
        }, at - now);
    }
  }

  subscribe(listener: (one: Announcement) => void): AsyncDisposable {
    const one = { listener, free: new Map<string, number>() };
    this.#listeners.add(one);
    return { [Symbol.asyncDispose]: async () => void this.#listeners.delete(one) };
  }
}

/** Leads each connection to one of several servers. */
const switchboard = (pick: () => Capillary | undefined, clock: VirtualClock, chance: SeededEntropy) => {
  let cut = (): void => {};
  let connections = 0;
  const transport: Transport = {
    name: 'memory',
    connect: (_url, hello, events) => {
      const capillary = pick();
      let broken = false;
      let [upFree, downFree] = [0, 0];
      let server: LinkEvents | undefined;
      const later = (free: number, deliver: () => void): number => {
        const at = Math.max(free, clock.monotonic() + chance.random() * 30);
        clock.setTimeout(() => {
          if (!broken) deliver();
        }, at - clock.monotonic());
        return at;
      };
      const up = (text: string): void => void (upFree = later(upFree, () => server?.frame(text)));
      const end = (): void => {
        if (broken) return;
        broken = true;
        clock.setTimeout(() => server?.closed(), chance.random() * 2000);
        clock.setTimeout(() => events.closed(), chance.random() * 200);
      };
      if (capillary === undefined || capillary.state !== 'running') {
        clock.setTimeout(() => events.closed(), 10);
        return { send: () => {}, close: () => {} };
      }
      connections += 1;
      const link: Link = {
        transport: 'memory',
        send: (frame) => {
          downFree = later(downFree, () => events.frame(JSON.parse(frame) as Frame));
          return true;
        },
        close: () => void (downFree = later(downFree, end)),
      };
      server = capillary.accept(link, { headers: {} });
      up(hello);
      cut = end;
      return {
        send: up,
        close: () => {
          broken = true;
          clock.setTimeout(() => server?.closed(), chance.random() * 2000);
        },
      };
    },
  };
  return { transport, cut: () => cut(), connections: () => connections };
};

const world = (seed: number, size: number, server: Partial<CapillaryOptions> = {}, lagMs?: number) => {
  const clock = new VirtualClock();
  const entropy = new SeededEntropy(seed);
  const chance = entropy.fork('network');
  const air = new Air(clock, entropy.fork('air'), lagMs);
  const heard: unknown[] = [];
  const ended: string[] = [];
  const begun: boolean[] = [];
  const servers: Capillary[] = [];
  let born = 0;
  const open = async (index: number): Promise<void> => {
    born += 1;
    const capillary: Capillary = new Capillary({
      authenticate: ({ credentials }) => ({ id: typeof credentials === 'string' ? credentials : 'ada' }),
      onMessage: (data) => void heard.push(data),
      onSession: (session) => {
        begun.push(session.moved);
        if (!session.moved) capillary.join(session, 'news');
      },
      onEnd: (_session, reason) => ended.push(reason),
      onRelayError: () => {},
      fanout: air,
      heartbeatMs: 1000,
      resumeMs: 20_000,
      clock,
      entropy: entropy.fork(`server ${born}`),
      ...server,
    });
    servers[index] = await capillary.start();
  };
  const connect = (pick: () => Capillary | undefined, options: Partial<ClientOptions> = {}) => {
    const board = switchboard(pick, clock, chance);
    const got: unknown[] = [];
    const notes: string[] = [];
    const client = new CapillaryClient({
      url: 'http://memory/',
      maxDelayMs: 5000,
      transports: [board.transport],
      onMessage: (data) => got.push(data),
      onReset: () => notes.push('reset'),
      onGap: (missed) => notes.push(`gap of ${missed}`),
      clock,
      entropy: entropy.fork('client'),
      ...options,
    });
    return { board, client, got, notes };
  };
  const start = async () => {
    for (let index = 0; index < size; index += 1) await open(index);
  };
  const stop = async () => {
    for (const one of servers) await clock.runUntil(one.stop());
  };
  return { clock, chance, air, servers, heard, ended, begun, open, connect, start, stop };
};

describe('a session whose client comes back to another process', () => {
  it('loses nothing and repeats nothing, either way, while processes come and go', async () => {
    let moves = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 60 }), async (seed, count) => {
        const { clock, chance, servers, heard, begun, open, connect, start, stop } = world(seed, 3, {
          onMessage: (data) => {
            heard.push(data);
            return chance.random() < 0.5 ? undefined : sleep(clock, chance.random() * 300);
          },
        });
        await start();
        // Here publishers overtake each other, which they don't in a Heart's topic: a process that has just started does not
        // hear what others are yet to hear, so it gets clients when that is over.
        const ready = new Set(servers);
        const running = (): Capillary[] => servers.filter((one) => one.state === 'running' && ready.has(one));
        const renew = async (index: number): Promise<void> => {
          await servers[index]?.stop();
          await open(index);
          const { [index]: one } = servers;
          clock.setTimeout(() => void (one !== undefined && ready.add(one)), 300);
        };
        const { board, client, got, notes } = connect(() => running()[Math.floor(chance.random() * running().length)]);
        client.connect();
        await clock.runUntil(client.send('first'));
        const sent: Promise<unknown>[] = [];
        const news: number[] = [];
        const up: unknown[] = ['first'];
        for (let number = 1; number <= count; number += 1) {
          clock.setTimeout(() => {
            const [one] = running().toSorted(() => chance.random() - 0.5);
            if (one === undefined) return;
            news.push(number);
            sent.push(one.publish('news', number));
          }, chance.random() * 8000);
          clock.setTimeout(() => {
            up.push(number);
            sent.push(client.send(number));
          }, chance.random() * 8000);
        }
        for (let at = 0; at < 8000; at += 100 + chance.random() * 1500) clock.setTimeout(() => board.cut(), at);
        // One process after another is replaced, as in a rolling restart.
        for (const index of [0, 1, 2]) clock.setTimeout(() => void renew(index), 1000 + index * 2500);
        await clock.advance(9000);
        await clock.runUntil(Promise.all(sent));
        await clock.advance(30_000);
        expect(notes).toEqual([]);
        // Of several publishers each keeps its order; which of two comes first is the network's business.
        expect(got.toSorted()).toEqual(news.toSorted());
        expect(heard).toEqual(up);
        moves += begun.filter(Boolean).length;
        client.close();
        // Its last word is lost, so they wait for it in vain.
        await clock.advance(30_000);
        expect(running().flatMap((one) => [...one.sessions])).toEqual([]);
        await stop();
        expect(clock.timers()).toEqual([]);
      }),
      { numRuns: 60 },
    );
    expect(moves).toBeGreaterThan(60);
  });

  const two = async (server: Partial<CapillaryOptions> = {}, client: Partial<ClientOptions> = {}, lagMs = 50) => {
    const all = world(5, 2, server, lagMs);
    await all.start();
    let at = 0;
    const one = all.connect(() => all.servers[at], client);
    one.client.connect();
    await all.clock.runUntil(one.client.send('hello'));
    const go = async (index: number): Promise<void> => {
      at = index;
      one.board.cut();
      await all.clock.advance(5000);
    };
    const sessionAt = (index: number): Session | undefined => [...(all.servers[index]?.sessions ?? [])][0];
    return { ...all, ...one, go, sessionAt };
  };

  it('takes along what was not acknowledged, the rooms, the count of what was handled, and the refusals', async () => {
    const { servers, clock, client, board, got, go, sessionAt, ended, begun, notes } = await two({
      onMessage: (data) => {
        if (data === 'bad') throw new RangeError('no');
      },
      onError: () => {},
    });
    const session = sessionAt(0);
    const bad = client.send('bad').catch((error: { readonly code?: string }) => error.code);
    board.cut();
    void session?.send('while away');
    void servers[1]?.publish('news', 'from afar');
    const { session: id } = client;
    await go(1);
    expect([session?.signal.reason, ended, begun]).toEqual(['moved', ['moved'], [false, true]]);
    expect([client.session, notes, [...(servers[0]?.sessions ?? [])]]).toEqual([id, [], []]);
    await servers[0]?.publish('news', 'once more');
    await clock.advance(1000);
    expect(got.toSorted()).toEqual(['from afar', 'once more', 'while away']);
    expect(typeof (await bad)).toBe('string');
    await expect(session?.send('too late')).rejects.toMatchObject({ code: 'CIRCULATORY_SESSION_CLOSED' });
    expect(sessionAt(1)?.moved).toBe(true);
  });

  it('is not given to another principal, nor for a forged token, nor for one that was used up', async () => {
    const { servers, air, clock, connect, client, sessionAt, go } = await two();
    const session = sessionAt(0);
    const token = String(session?.opening(false).token);
    const hello = (body: unknown, credentials: string): Promise<readonly unknown[]> => {
      const { promise, resolve } = Promise.withResolvers<readonly unknown[]>();
      const link: Link = {
        transport: 'test',
        send: (frame) => (resolve(JSON.parse(frame) as unknown[]), true),
        close: () => {},
      };
      servers[1]
        ?.accept(link, { headers: {} })
        .frame(JSON.stringify(['hello', { version: 1, ...(body as object), credentials }]));
      return clock.runUntil(promise);
    };
    for (const [wrong, who] of [
      [token, 'eve'],
      [`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`, 'ada'],
      ['x', 'ada'],
      ['', 'ada'],
      ['../../etc/passwd.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'ada'],
    ] as const)
      expect(await hello({ token: wrong, last: 0 }, who)).toMatchObject(['open', { resumed: false }]);
    expect(sessionAt(0)).toBe(session);
    // No token of any session goes over the air.
    expect(JSON.stringify(air.heard)).not.toContain(token.split('.')[1]);
    await go(1);
    const old = connect(() => servers[0]);
    old.client.connect();
    await clock.advance(5000);
    expect(await hello({ token, last: 0 }, 'ada')).toMatchObject(['open', { resumed: false }]);
    expect(client.state).toBe('open');
  });

  it('begins anew when nobody gives it up in time', async () => {
    const { notes, go, client, got } = await two({ claimMs: 200 }, {}, 5000);
    await go(1);
    await go(1);
    expect([client.state, notes]).toEqual(['open', ['reset']]);
    expect(got).toEqual([]);
  });

  it('waits for the handler that is at work', async () => {
    let done = 0;
    const { clock, client, go, sessionAt, notes } = await two({
      onMessage: async (data) => {
        if (data === 'slow') await sleep(sessionAt(0)?.context.clock ?? clock, 1500);
        done += 1;
      },
    });
    const sent = client.send('slow');
    await clock.advance(100);
    await go(1);
    await clock.runUntil(sent);
    expect([done, notes, client.unacknowledged]).toEqual([2, [], 0]);
  });

  it('stays where it is when the others can’t be told, until its client comes back', async () => {
    const { air, clock, client, go, sessionAt, got, notes } = await two();
    void sessionAt(0)?.send('kept');
    await clock.advance(1000);
    air.broken = true;
    await go(1);
    air.broken = false;
    expect([client.state, notes, got]).toEqual(['open', ['reset'], ['kept']]);
    expect(sessionAt(0)).toBeDefined();
  });

  it('waits with the others when its process stops, and is forgotten in the end', async () => {
    const { clock, servers, client, notes, go, sessionAt, got } = await two();
    await clock.runUntil(servers[0]?.stop() ?? Promise.resolve());
    expect(servers[1]?.describe().counters['parked']).toBe(0);
    await clock.advance(50);
    expect(servers[1]?.describe().counters['parked']).toBe(1);
    void servers[1]?.publish('news', 'meanwhile');
    await go(1);
    expect([client.state, notes, got]).toEqual(['open', [], ['meanwhile']]);
    expect([servers[1]?.describe().counters['parked'], sessionAt(1)?.moved]).toEqual([0, true]);
  });

  it('waits on when the process that its client has come to is full', async () => {
    const { servers, clock, client, go, sessionAt, connect, notes, got } = await two({ maxSessions: 1 });
    const other = connect(() => servers[1], { credentials: () => 'eve' });
    other.client.connect();
    await clock.runUntil(other.client.send('taken'));
    void sessionAt(0)?.send('kept');
    await go(1);
    expect(client.state).not.toBe('open');
    [...(servers[1]?.sessions ?? [])][0]?.close();
    await clock.advance(15_000);
    expect([client.state, notes, got]).toEqual(['open', [], ['kept']]);
  });

  it('is no worse for rubbish on the air', async () => {
    const { air, clock, servers, client, go, notes } = await two();
    const room = String(client.session);
    for (const text of [
      '',
      'null',
      '[]',
      '{"state":{}}',
      '{"hash":1}',
      '{"state":{"id":"x","tokens":"y"}}',
      '{"hash":"x","principal":"ada"}',
    ])
      for (const kind of ['claim', 'park', 'taken', 'room'] as const)
        await air.publish({ from: 'stranger', number: 1, kind, room, text });
    await clock.advance(1000);
    expect(servers.map((one) => one.describe().counters['parked'])).toEqual([0, 0]);
    await go(1);
    expect([client.state, notes]).toEqual(['open', []]);
  });
});
