import { Capillary, type CapillaryOptions, type Link, type LinkEvents } from '@organism/circulatory/capillary';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { anyone, closeAll, connect, open, serve, until } from './capillary.harness.ts';

afterEach(closeAll);

/** A client in memory that takes a frame only when told to. */
const slowClient = async (options: Partial<CapillaryOptions> = {}) => {
  const capillary = await new Capillary({ authenticate: anyone, maxBufferedMessages: 4, ...options }).start();
  open.push(capillary);
  const frames: string[] = [];
  const log: string[] = [];
  const state = { full: false };
  const link: Link = {
    transport: 'memory',
    send: (frame) => {
      frames.push(frame);
      return !state.full;
    },
    pause: (paused) => void log.push(paused ? 'pause' : 'resume'),
    close: (code) => void log.push(`close ${code}`),
  };
  const events: LinkEvents = capillary.accept(link, { headers: {} });
  events.frame('["hello",{"version":1}]');
  await until(() => expect(frames.length).toBe(1));
  const [session] = capillary.sessions;
  if (session === undefined) throw new Error('There is no session.');
  const messages = (): unknown[][] =>
    frames.map((frame) => JSON.parse(frame) as unknown[]).filter(([kind]) => kind === 'msg' || kind === 'skip');
  return { capillary, session, events, frames, log, state, messages };
};

const outcomeOf = (work: Promise<void>): Promise<string> =>
  Promise.race([
    work.then(
      () => 'taken',
      (error: { code: string }) => error.code,
    ),
    // All that can settle by itself has by then.
    new Promise<string>((resolve) => setImmediate(resolve, 'pending')),
  ]);

describe('a client that does not keep up', () => {
  it('is disconnected, by default; its session ends', async () => {
    const { session, capillary, log, frames } = await slowClient();
    for (let number = 1; number <= 4; number++) expect(await outcomeOf(session.send(number))).toBe('taken');
    expect(await outcomeOf(session.send(5))).toBe('CIRCULATORY_SESSION_CLOSED');
    expect(JSON.parse(frames.at(-1) ?? '')).toMatchObject(['close', 'slow', expect.any(String)]);
    expect([log, session.signal.aborted, [...capillary.sessions]]).toEqual([['close slow'], true, []]);
  });

  it('loses the oldest, and is told', async () => {
    const { session, events, state, messages } = await slowClient({ slow: 'drop-oldest' });
    state.full = true;
    for (let number = 1; number <= 10; number++) expect(await outcomeOf(session.send(number))).toBe('taken');
    expect([messages(), session.buffered, session.dropped]).toEqual([[['msg', 1, 1]], 4, 6]);
    state.full = false;
    events.drained();
    expect(messages().slice(1)).toEqual([
      ['skip', 6],
      ['msg', 7, 7],
      ['msg', 8, 8],
      ['msg', 9, 9],
      ['msg', 10, 10],
    ]);
    events.frame('["ack",10]');
    expect(session.buffered).toBe(0);
  });

  it('makes the sender wait, in order, and only so many', async () => {
    const { session, events, messages } = await slowClient({ slow: 'block' });
    const sends = Array.from({ length: 9 }, (_, index) => session.send(index + 1));
    expect(await Promise.all(sends.map(outcomeOf))).toEqual([
      'taken',
      'taken',
      'taken',
      'taken',
      'pending',
      'pending',
      'pending',
      'pending',
      'CIRCULATORY_CHANNEL_OVERLOADED',
    ]);
    events.frame('["ack",3]');
    expect(await Promise.all(sends.slice(4).map(outcomeOf))).toEqual([
      'taken',
      'taken',
      'taken',
      'pending',
      'CIRCULATORY_CHANNEL_OVERLOADED',
    ]);
    events.frame('["ack",7]');
    expect(messages().map(([, seq, data]) => [seq, data])).toEqual(
      Array.from({ length: 8 }, (_, index) => [index + 1, index + 1]),
    );
    const waiting = Array.from({ length: 5 }, (_, index) => session.send(index));
    session.close();
    expect(await outcomeOf(waiting.at(-1) ?? Promise.resolve())).toBe('CIRCULATORY_SESSION_CLOSED');
  });

  it('is bounded in bytes too, whatever the policy', async () => {
    const { session } = await slowClient({ slow: 'drop-oldest', maxBufferedBytes: 100, maxBufferedMessages: 1000 });
    for (let number = 0; number < 50; number++) await session.send('x'.repeat(38));
    expect(session.buffered).toBe(2);
    expect(await outcomeOf(session.send('x'.repeat(99)))).toBe('CIRCULATORY_MESSAGE_TOO_LARGE');
    expect(await outcomeOf(session.send(undefined))).toBe('CELL_BAD_OPTION');
    expect(session.buffered).toBe(2);
  });

  it('is not listened to while it takes nothing', async () => {
    const { session, events, log, state } = await slowClient();
    state.full = true;
    await session.send(1);
    state.full = false;
    events.drained();
    expect(log).toEqual(['pause', 'resume']);
  });
});

describe('on a real socket that is not read', () => {
  it('memory stays within the bounds, the others go on, and it resumes where it was', async () => {
    const { url, capillary } = await serve({
      slow: 'drop-oldest',
      maxBufferedBytes: 500_000,
      maxSocketBytes: 20_000,
    });
    const { client, got } = connect(url);
    await until(() => expect(client.state).toBe('open'));
    const socket = new WebSocket(url.replace('http', 'ws'));
    open.push({ [Symbol.asyncDispose]: async () => socket.terminate() });
    await new Promise((resolve) => socket.on('open', resolve));
    const frames: [string, number][] = [];
    const opened = new Promise((resolve) =>
      socket.on('message', (data) => {
        frames.push(JSON.parse(String(data as Buffer)) as [string, number]);
        resolve(undefined);
      }),
    );
    socket.send('["hello",{"version":1}]');
    await opened;
    socket.pause();
    const [, slow] = [...capillary.sessions];
    // Twenty megabytes: more than the system's own buffers take.
    for (let number = 1; number <= 2000; number++) {
      await capillary.broadcast({ number, text: 'x'.repeat(10_000) });
      if (number % 20 === 0) await until(() => expect(got.length).toBeGreaterThan(number - 20));
    }
    await until(() => expect(got.length).toBe(2000));
    expect(slow?.buffered).toBeLessThanOrEqual(50);
    expect(slow?.dropped).toBeGreaterThan(1000);
    socket.resume();
    await until(() => expect(frames.at(-1)?.slice(0, 2)).toEqual(['msg', 2000]));
    const seqs = frames.filter(([kind]) => kind === 'msg').map(([, seq]) => seq);
    expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
    expect(frames.some(([kind]) => kind === 'skip')).toBe(true);
  });
});
