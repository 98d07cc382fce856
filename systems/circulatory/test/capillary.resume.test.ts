import { sleep } from '@organism/cell';
import { Capillary, type CapillaryOptions, type Link, type LinkEvents } from '@organism/circulatory/capillary';
import {
  CapillaryClient,
  type ClientOptions,
  type Frame,
  type Transport,
} from '@organism/circulatory/capillary/client';
import { SeededEntropy, VirtualClock } from '@organism/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** One direction of a network: keeps the order, takes its time, and loses what is under way when it breaks. */
class Cable {
  readonly #clock: VirtualClock;
  readonly #chance: SeededEntropy;
  readonly #deliver: (text: string) => void;
  #free = 0;
  broken = false;

  constructor(clock: VirtualClock, chance: SeededEntropy, deliver: (text: string) => void) {
    this.#clock = clock;
    this.#chance = chance;
    this.#deliver = deliver;
  }

  send(text: string): void {
    this.#free = Math.max(this.#free, this.#clock.monotonic() + this.#chance.random() * 40);
    this.#clock.setTimeout(() => {
      if (!this.broken) this.#deliver(text);
    }, this.#free - this.#clock.monotonic());
  }
}

/** A network in memory; {@link Network.cut} breaks the present connection, which each side notices in its own time. */
class Network {
  readonly transport: Transport;
  connections = 0;
  cut: () => void = () => {};

  constructor(capillary: Capillary, clock: VirtualClock, chance: SeededEntropy) {
    this.transport = {
      name: 'memory',
      connect: (_url, hello, events) => {
        this.connections++;
        let server: LinkEvents | undefined;
        const up = new Cable(clock, chance, (text) => server?.frame(text));
        const down = new Cable(clock, chance, (text) => events.frame(JSON.parse(text) as Frame));
        const link: Link = {
          transport: 'memory',
          send: (frame) => {
            down.send(frame);
            return true;
          },
          close: () => clock.setTimeout(() => events.closed(), chance.random() * 40),
        };
        server = capillary.accept(link, { headers: {} });
        up.send(hello);
        const cut = (): void => {
          up.broken = down.broken = true;
          clock.setTimeout(() => server?.closed(), chance.random() * 2000);
        };
        this.cut = () => {
          if (up.broken) return;
          cut();
          clock.setTimeout(() => events.closed(), chance.random() * 200);
        };
        return { send: (frame) => up.send(frame), close: cut };
      },
    };
  }
}

const world = async (seed: number, server: Partial<CapillaryOptions> = {}, client: Partial<ClientOptions> = {}) => {
  const clock = new VirtualClock();
  const entropy = new SeededEntropy(seed);
  const chance = entropy.fork('network');
  const heard: unknown[] = [];
  const got: unknown[] = [];
  const capillary = await new Capillary({
    authenticate: () => ({ id: 'ada' }),
    onMessage: (data) => void heard.push(data),
    clock,
    entropy: entropy.fork('server'),
    ...server,
  }).start();
  const network = new Network(capillary, clock, chance);
  const one = new CapillaryClient({
    url: 'http://memory/',
    transports: [network.transport],
    onMessage: (data) => got.push(data),
    clock,
    entropy: entropy.fork('client'),
    ...client,
  });
  return { clock, chance, capillary, network, client: one, heard, got };
};

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('a session whose connection is cut again and again', () => {
  it('loses nothing and repeats nothing, either way', async () => {
    let cuts = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 80 }), async (seed, count) => {
        const { clock, chance, capillary, network, client, heard, got } = await world(seed, {
          // At once, or late: then the client may send again what has come and is not yet handled.
          onMessage: (data) => {
            heard.push(data);
            return chance.random() < 0.5 ? undefined : sleep(clock, chance.random() * 800);
          },
        });
        const lost: unknown[] = [];
        client.connect();
        await clock.runUntil(client.send(0));
        const [session] = capillary.sessions;
        const sent: Promise<void>[] = [];
        const down: number[] = [];
        const up: number[] = [0];
        for (const number of numbers(count)) {
          clock.setTimeout(() => down.push(number) && void session?.send(number), chance.random() * 5000);
          clock.setTimeout(() => up.push(number) && sent.push(client.send(number)), chance.random() * 5000);
        }
        for (let at = 0; at < 5000; at += chance.random() * 1000) clock.setTimeout(() => network.cut(), at);
        await clock.advance(5000);
        // Calm weather: everything arrives.
        await clock.runUntil(Promise.all(sent).catch((error: unknown) => lost.push(error)));
        await clock.advance(60_000);
        cuts += network.connections - 1;
        expect([heard, got, heard.length]).toEqual([up, down, count + 1]);
        expect([lost, session?.buffered, client.unacknowledged]).toEqual([[], 0, 0]);
        client.close();
        await capillary.stop();
      }),
      { numRuns: 60 },
    );
    expect(cuts).toBeGreaterThan(60);
  });

  it('keeps the order of each side', async () => {
    const { clock, capillary, network, client, heard, got } = await world(7);
    client.connect();
    await clock.runUntil(client.send(0));
    const [session] = capillary.sessions;
    const sent: Promise<void>[] = [];
    for (const number of numbers(200)) {
      void session?.send(number);
      sent.push(client.send(number));
      if (number % 20 === 0) network.cut();
      await clock.advance(25);
    }
    await clock.runUntil(Promise.all(sent));
    await clock.advance(10_000);
    expect([heard, got]).toEqual([[0, ...numbers(200)], numbers(200)]);
  });

  it('says what was dropped when the client was away too long for the buffer', async () => {
    let missed = 0;
    const { clock, capillary, network, client, got } = await world(
      8,
      { slow: 'drop-oldest', maxBufferedMessages: 10 },
      { onGap: (count) => (missed += count) },
    );
    client.connect();
    await clock.runUntil(client.send(0));
    const [session] = capillary.sessions;
    for (const number of numbers(5)) void session?.send(number);
    await clock.advance(1000);
    network.cut();
    for (const number of numbers(50)) void session?.send(number + 5);
    await clock.advance(10_000);
    expect(got).toEqual([...numbers(5), ...numbers(10).map((number) => number + 45)]);
    expect([missed, session?.dropped, session?.buffered]).toEqual([40, 40, 0]);
  });
});
