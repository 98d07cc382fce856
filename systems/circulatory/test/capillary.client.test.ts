import { OptionError } from '@organism/cell';
import {
  CapillaryClient,
  type ClientOptions,
  eventStream,
  type Frame,
  longPoll,
  type Transport,
  webSocket,
  type WireEvents,
} from '@organism/circulatory/capillary/client';
import { SeededEntropy, VirtualClock } from '@organism/testing';
import { build } from 'esbuild';
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { closeAll, connect, serve, until } from './capillary.harness.ts';

afterEach(closeAll);

/** A server that a test plays itself. */
const scripted = (options: Partial<ClientOptions> = {}, names: readonly string[] = ['a']) => {
  const clock = new VirtualClock();
  const tries: {
    name: string;
    at: number;
    hello: unknown[];
    events: WireEvents;
    sent: unknown[][];
    closed: boolean;
  }[] = [];
  const transports = names.map((name): Transport => ({
    name,
    connect: (_url, hello, events) => {
      const one = {
        name,
        at: clock.monotonic(),
        hello: JSON.parse(hello) as unknown[],
        events,
        sent: [] as unknown[][],
        closed: false,
      };
      tries.push(one);
      return { send: (frame) => void one.sent.push(JSON.parse(frame) as unknown[]), close: () => (one.closed = true) };
    },
  }));
  const log: unknown[] = [];
  const client = new CapillaryClient({
    url: 'http://scripted/',
    transports,
    clock,
    entropy: new SeededEntropy(3),
    onMessage: (data) => log.push(data),
    onState: (state) => log.push(state),
    onReset: () => log.push('reset'),
    onClose: (code, reason) => log.push([code, reason]),
    ...options,
  });
  const last = () => {
    const one = tries.at(-1);
    if (one === undefined) throw new Error('Nothing was tried.');
    return one;
  };
  const open = (parts: Record<string, unknown> = {}): void => {
    const body = {
      session: 's',
      token: 't1',
      resumed: false,
      ack: 0,
      failures: [],
      heartbeatMs: 1000,
      maxMessageBytes: 200,
      ackEvery: 3,
      ...parts,
    };
    last().events.frame(['open', body] as unknown as Frame);
  };
  return { clock, client, tries, log, last, open };
};

describe('coming back', () => {
  it('waits a random time below a bound that doubles, up to the longest', async () => {
    const { clock, client, tries, last } = scripted({
      baseDelayMs: 100,
      maxDelayMs: 3200,
      entropy: { ...new SeededEntropy(1), random: () => 0.5 } as never,
    });
    client.connect();
    await clock.settle();
    const waits: number[] = [];
    for (let count = 0; count < 8; count++) {
      const { length } = tries;
      last().events.closed();
      const before = clock.monotonic();
      expect(client.state).toBe('waiting');
      await clock.next();
      await clock.settle();
      expect(tries.length).toBe(length + 1);
      waits.push(clock.monotonic() - before);
    }
    expect(waits).toEqual([50, 100, 200, 400, 800, 1600, 1600, 1600]);
  });

  it('spreads clients over the whole of the wait', async () => {
    const waits: number[] = [];
    for (let seed = 0; seed < 200; seed++) {
      const { clock, client, last } = scripted({ baseDelayMs: 1000, entropy: new SeededEntropy(seed) });
      client.connect();
      await clock.settle();
      last().events.closed();
      await clock.next();
      waits.push(clock.monotonic());
    }
    expect(Math.min(...waits)).toBeLessThan(100);
    expect(Math.max(...waits)).toBeGreaterThan(900);
    expect(new Set(waits).size).toBeGreaterThan(190);
  });

  it('begins with short waits again only after a connection that held', async () => {
    const { clock, client, last, open } = scripted({
      baseDelayMs: 100,
      stableMs: 5000,
      entropy: { ...new SeededEntropy(1), random: () => 0.5 } as never,
    });
    client.connect();
    await clock.settle();
    const wait = async (): Promise<number> => {
      last().events.closed();
      const before = clock.monotonic();
      await clock.next();
      await clock.settle();
      return clock.monotonic() - before;
    };
    const waits: number[] = [];
    for (let count = 0; count < 3; count++) {
      open();
      waits.push(await wait());
    }
    open();
    for (let second = 0; second < 5; second++) {
      await clock.advance(1000);
      last().events.frame(['ping']);
    }
    waits.push(await wait());
    expect(waits).toEqual([50, 100, 200, 50]);
  });

  it('can be cut short', async () => {
    const { clock, client, tries, last } = scripted();
    client.connect();
    await clock.settle();
    last().events.closed();
    client.connect();
    await clock.settle();
    expect([tries.length, clock.monotonic()]).toEqual([2, 0]);
    client.connect();
    expect(tries.length).toBe(2);
  });

  it('drops a connection from which nothing comes', async () => {
    const { clock, client, last, open } = scripted();
    client.connect();
    await clock.settle();
    open();
    await clock.advance(1500);
    last().events.frame(['ping']);
    expect(last().sent).toEqual([['ack', 0], ['pong']]);
    await clock.advance(1500);
    expect(client.state).toBe('open');
    const silent = last();
    await clock.advance(1000);
    expect([client.state, silent.closed]).not.toEqual(['open', false]);
  });

  it.each(['unauthorized', 'forbidden', 'version', 'replaced', 'normal'] as const)('ends at "%s"', async (code) => {
    const { clock, client, last, log } = scripted({}, ['a', 'b']);
    client.connect();
    await clock.settle();
    const waiting = client.send(1);
    last().events.frame(['close', code, 'because']);
    await expect(waiting).rejects.toMatchObject({ code: 'CIRCULATORY_CHANNEL_CLOSED' });
    expect([client.state, log.at(-1), last().closed, clock.pending]).toEqual(['closed', [code, 'because'], true, 0]);
    client.connect();
    await expect(client.send(1)).rejects.toMatchObject({ code: 'CIRCULATORY_CHANNEL_CLOSED' });
  });

  it.each(['overloaded', 'unavailable', 'going-away', 'slow'] as const)(
    'tries again, the same way, after "%s"',
    async (code) => {
      const { clock, client, tries, last } = scripted({}, ['a', 'b']);
      client.connect();
      await clock.settle();
      last().events.frame(['close', code, '']);
      expect(client.state).toBe('waiting');
      await clock.advance(1000);
      expect(tries.map(({ name }) => name)).toEqual(['a', 'a']);
    },
  );
});

describe('falling back', () => {
  it('goes through the transports in order, at once, and waits when none gets through', async () => {
    const { clock, client, tries, last, log } = scripted({ connectTimeoutMs: 500 }, ['a', 'b', 'c']);
    client.connect();
    await clock.settle();
    last().events.closed();
    await clock.settle();
    await clock.advance(500);
    expect(tries.map(({ name, at, closed }) => [name, at, closed])).toEqual([
      ['a', 0, true],
      ['b', 0, true],
      ['c', 500, false],
    ]);
    last().events.closed();
    expect([client.state, log]).toEqual(['waiting', ['connecting', 'connecting', 'connecting', 'waiting']]);
    await clock.next();
    await clock.settle();
    expect(tries.at(-1)?.name).toBe('a');
  });

  it('keeps the one that got through', async () => {
    const { clock, client, tries, last, open } = scripted({}, ['a', 'b']);
    client.connect();
    await clock.settle();
    last().events.closed();
    await clock.settle();
    open();
    last().events.closed();
    await clock.advance(1000);
    expect(tries.map(({ name }) => name)).toEqual(['a', 'b', 'b']);
    expect(tries.at(-1)?.hello[1]).toMatchObject({ token: 't1', last: 0 });
  });

  it('does so on real servers: no upgrades, then a proxy that holds streams back', async () => {
    const plain = await serve();
    plain.server.removeAllListeners('upgrade');
    const sse = connect(plain.url);
    await sse.client.send('over sse');
    expect(sse.client.transport).toBe('sse');

    const target = new URL(plain.url);
    const holding = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { host: _host, connection: _connection, ...headers } = request.headers;
        const answer = fetch(target, {
          method: request.method ?? 'GET',
          headers: headers as Record<string, string>,
          ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
        });
        // Gives nothing before it has everything.
        void answer
          .then(async (got) =>
            response
              .writeHead(got.status, { 'content-type': got.headers.get('content-type') ?? '' })
              .end(await got.text()),
          )
          .catch(() => response.destroy());
      });
    });
    await new Promise<void>((resolve) => holding.listen(0, '127.0.0.1', resolve));
    const { port } = holding.address() as { port: number };
    const poll = connect(`http://127.0.0.1:${port}/capillary`, { connectTimeoutMs: 300 });
    await poll.client.send('over polls');
    expect(poll.client.transport).toBe('poll');
    // The session of the stream that was given up is not left behind.
    await until(() => expect([...plain.capillary.sessions].length).toBe(2));
    poll.client.close();
    holding.closeAllConnections();
    holding.close();
  });

  it('takes one session from transport to transport', async () => {
    const { url, capillary } = await serve();
    const choices = [webSocket, eventStream, longPoll];
    let choice = 0;
    let breakOff = (): void => {};
    const used: string[] = [];
    const moving: Transport = {
      name: 'moving',
      connect: (address, hello, events, host) => {
        const next = choices[choice++ % 3] ?? webSocket;
        used.push(next.name);
        breakOff = () => events.closed();
        return next.connect(address, hello, events, host);
      },
    };
    const { client, got } = connect(url, { transports: [moving], baseDelayMs: 1, maxDelayMs: 1 });
    for (let number = 0; number < 9; number++) {
      await client.send(number);
      const [session] = capillary.sessions;
      await session?.send(number);
      await until(() => expect(got.length).toBe(number + 1));
      breakOff();
    }
    expect(got).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(used.slice(0, 6)).toEqual(['websocket', 'sse', 'poll', 'websocket', 'sse', 'poll']);
    expect([...capillary.sessions].length).toBe(1);
  });
});

describe('messages', () => {
  it('are acknowledged together, at the latest after 200 ms; repeats are not heard, gaps begin again', async () => {
    const { clock, client, last, open, log } = scripted();
    client.connect();
    await clock.settle();
    open();
    const { events, sent } = last();
    events.frame(['msg', 1, 'a']);
    events.frame(['msg', 1, 'a']);
    events.frame(['msg', 2, 'b']);
    expect(sent).toEqual([['ack', 0]]);
    await clock.advance(200);
    expect(sent.slice(1)).toEqual([['ack', 2]]);
    for (const seq of [3, 4, 5]) events.frame(['msg', seq, seq]);
    expect(sent.slice(2)).toEqual([['ack', 5]]);
    events.frame(['msg', 7, 'too far']);
    expect([client.state, log.includes('too far')]).toEqual(['waiting', false]);
    await clock.advance(1000);
    expect(last().hello[1]).toMatchObject({ last: 5, token: 't1' });
  });

  it('that were sent into a session that is gone are in doubt; the rest goes to the new one', async () => {
    const { clock, client, last, open, log } = scripted();
    client.connect();
    await clock.settle();
    open();
    const doubtful = client.send('sent');
    doubtful.catch(() => {});
    last().events.closed();
    const fresh = client.send('not sent');
    await clock.advance(1000);
    open({ session: 's2', token: 't2' });
    await expect(doubtful).rejects.toMatchObject({ code: 'CIRCULATORY_SESSION_LOST' });
    expect([log.includes('reset'), last().sent, client.session]).toEqual([
      true,
      [
        ['ack', 0],
        ['msg', 1, 'not sent'],
      ],
      's2',
    ]);
    last().events.frame(['ack', 1]);
    await fresh;
    expect(client.unacknowledged).toBe(0);
  });

  it('are bounded, and checked before they are sent', async () => {
    const { clock, client, open, last } = scripted({ maxUnacknowledged: 3 });
    const early = client.send('x'.repeat(300));
    early.catch(() => {});
    client.connect();
    await clock.settle();
    open();
    await expect(early).rejects.toMatchObject({ code: 'CIRCULATORY_MESSAGE_TOO_LARGE' });
    await expect(client.send('ü'.repeat(100))).rejects.toMatchObject({ code: 'CIRCULATORY_MESSAGE_TOO_LARGE' });
    await expect(client.send(undefined)).rejects.toBeInstanceOf(OptionError);
    for (let count = 0; count < 3; count++) client.send(count).catch(() => {});
    await expect(client.send(4)).rejects.toMatchObject({ code: 'CIRCULATORY_CHANNEL_OVERLOADED' });
    expect(last().sent.length).toBe(4);
    client.close();
    expect(last().sent.at(-1)).toEqual(['close']);
  });

  it('go on when a callback fails', async () => {
    const errors: unknown[] = [];
    const { clock, client, last, open } = scripted({
      onMessage: () => {
        throw new Error('broken view');
      },
      onError: (error) => void errors.push((error as Error).message),
    });
    client.connect();
    await clock.settle();
    open();
    last().events.frame(['msg', 1, 1]);
    last().events.frame(['msg', 2, 1]);
    expect([errors, client.state]).toEqual([['broken view', 'broken view'], 'open']);
  });

  it('asks for fresh credentials each time, and tries again when there are none, and says why', async () => {
    let asked = 0;
    const errors: unknown[] = [];
    const { clock, client, tries, last } = scripted({
      credentials: async () => {
        if (++asked === 1) throw new Error('offline');
        return `token ${asked}`;
      },
      onError: (error) => void errors.push((error as Error).message),
    });
    client.connect();
    await clock.settle();
    expect([client.state, tries.length, errors]).toEqual(['waiting', 0, ['offline']]);
    await clock.advance(1000);
    last().events.closed();
    await clock.advance(2000);
    expect(tries.map(({ hello }) => (hello[1] as { credentials: string }).credentials)).toEqual(['token 2', 'token 3']);
  });
});

it('needs a URL of http', () => {
  for (const url of ['ws://a', '/live', '', undefined])
    expect(() => new CapillaryClient({ url: url as string })).toThrow(OptionError);
});

it('is at most 6 KB for a page, minified and compressed, with all it needs', async () => {
  const { outputFiles } = await build({
    stdin: { contents: "export * from '@organism/circulatory/capillary/client';", resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    conditions: ['@organism/source'],
  });
  const [file] = outputFiles;
  const text = file?.text ?? '';
  expect(text).toContain('WebSocket');
  expect(text).not.toMatch(/from ?["']/);
  expect(gzipSync(text, { level: 9 }).length).toBeLessThanOrEqual(6 * 1024);
});
