import { OptionError, OrganismError, type Principal } from '@organism/cell';
import { Capillary, type CapillaryOptions, type Session } from '@organism/circulatory/capillary';
import { Bone } from '@organism/skeletal';
import { VirtualClock } from '@organism/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { type RawData, WebSocket } from 'ws';
import { z } from 'zod';
import { anyone, closeAll, connect, open, serve, until } from './capillary.harness.ts';

afterEach(closeAll);

/** A client that says exactly what it is told. */
const raw = async (url: string, headers: Record<string, string> = {}) => {
  const frames: unknown[][] = [];
  const socket = new WebSocket(url.replace('http', 'ws'), { headers });
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  socket.on('error', () => {});
  socket.on('message', (data: RawData) => frames.push(JSON.parse(String(data as Buffer)) as unknown[]));
  await new Promise((resolve) => socket.on('open', resolve).on('error', resolve));
  open.push({ [Symbol.asyncDispose]: async () => socket.terminate() });
  const say = (...frame: readonly unknown[]): void => socket.send(JSON.stringify(frame));
  const heard = async (kind: string): Promise<unknown[]> => {
    const find = (): unknown[] | undefined => frames.find(([first]) => first === kind);
    await until(() => expect(find()).toBeDefined());
    return find() ?? [];
  };
  const hello = async (parts: Record<string, unknown> = {}): Promise<Record<string, unknown>> => {
    say('hello', { version: 1, ...parts });
    return (await heard('open'))[1] as Record<string, unknown>;
  };
  return { socket, frames, say, heard, hello, closed };
};

const secret: CapillaryOptions['authenticate'] = ({ credentials }) => {
  if (credentials === 'down') throw new Error('the directory is down');
  if (credentials === 'banned') throw new OrganismError('SHOP_BANNED', 'Banned.', { status: 403 });
  return typeof credentials === 'string' && credentials.startsWith('user ') ? { id: credentials } : undefined;
};

describe('authentication', () => {
  it.each([
    ['wrong', 4401, 'unauthorized'],
    [undefined, 4401, 'unauthorized'],
    ['banned', 4403, 'forbidden'],
    ['down', 4500, 'unavailable'],
  ])('answers %s with %i %s', async (credentials, code, word) => {
    const { url, capillary } = await serve({ authenticate: secret });
    const one = await raw(url);
    one.say('hello', { version: 1, credentials });
    expect((await one.heard('close'))[1]).toBe(word);
    expect(await one.closed).toBe(code);
    expect(JSON.stringify(one.frames)).not.toContain('directory');
    expect([...capillary.sessions]).toEqual([]);
  });

  it('is given headers, address and transport, and its principal and tenant go with every message', async () => {
    const asked: unknown[] = [];
    const seen: unknown[] = [];
    const { url } = await serve({
      authenticate: ({ headers, remoteAddress, transport, credentials }) => {
        asked.push([headers.cookie, remoteAddress, transport, credentials]);
        return { id: 'ada', tenant: 'lisbon' };
      },
      onMessage: (_data, { principal, context }) => {
        seen.push(principal.id, context.tenant, context.principal?.id);
      },
    });
    const one = await raw(url, { cookie: 'a=b' });
    await one.hello({ credentials: { pass: 1 } });
    one.say('msg', 1, 'hi');
    await one.heard('ack');
    expect(asked).toEqual([['a=b', '127.0.0.1', 'websocket', { pass: 1 }]]);
    expect(seen).toEqual(['ada', 'lisbon', 'ada']);
  });

  it('is a status over HTTP', async () => {
    const { url } = await serve({ authenticate: secret });
    const post = async (credentials: string): Promise<unknown> => {
      const response = await fetch(url, {
        method: 'POST',
        body: JSON.stringify([['hello', { version: 1, credentials }]]),
      });
      const body = (await response.json()) as { code: string };
      return [response.status, body.code, response.headers.get('content-type')];
    };
    expect(await post('wrong')).toEqual([401, 'CIRCULATORY_UNAUTHORIZED', 'application/problem+json']);
    expect(await post('banned')).toEqual([403, 'SHOP_BANNED', 'application/problem+json']);
    expect(await post('down')).toEqual([500, 'CELL_UNEXPECTED', 'application/problem+json']);
  });

  it('waits only so long for a hello', async () => {
    const clock = new VirtualClock();
    const { url } = await serve({ clock, helloTimeoutMs: 3000 });
    const one = await raw(url);
    await clock.advance(3000);
    expect((await one.heard('close'))[1]).toBe('protocol');
    expect(await one.closed).toBe(4400);
  });
});

describe('pages of other origins', () => {
  it.each([
    ['same', (url: string) => new URL(url).origin, true],
    ['same', () => 'https://evil.example', false],
    ['same', () => 'null', false],
    ['any', () => 'https://evil.example', true],
    [['https://app.example'], () => 'https://app.example', true],
    [['https://app.example'], () => 'https://app.example.evil', false],
  ] as const)('%j', async (origins, originOf, allowed) => {
    const { url } = await serve({ origins });
    const origin = originOf(url);
    const one = await raw(url, { origin });
    expect(one.socket.readyState === WebSocket.OPEN).toBe(allowed);
    const response = await fetch(url, { method: 'POST', headers: { origin }, body: '[["hello",{"version":1}]]' });
    expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual(
      allowed ? [200, origin] : [403, null],
    );
    const preflight = await fetch(url, { method: 'OPTIONS', headers: { origin } });
    expect(preflight.status).toBe(allowed ? 204 : 403);
  });
});

describe('bad frames', () => {
  it.each([
    'x',
    '',
    '{}',
    '[]',
    '["open",{}]',
    '["hello",{"version":1}]',
    '["msg"]',
    '["msg",0,"a"]',
    '["msg",1.5,"a"]',
    '["msg",1]',
    '["msg","1","a"]',
    '["msg",2,"a gap"]',
    '["ack",-1]',
    '["ack",99]',
    '["toString"]',
    '["skip",1]',
    new Uint8Array([1, 2, 3]),
  ])('%j ends the connection, not the session', async (text) => {
    const { url, capillary } = await serve();
    const one = await raw(url);
    const { token } = await one.hello();
    one.socket.send(text);
    expect((await one.heard('close')).slice(0, 2)).toEqual(['close', 'protocol']);
    expect(await one.closed).toBe(4400);
    expect([...capillary.sessions].map(({ transport }) => transport)).toEqual([undefined]);
    const again = await raw(url);
    expect(await again.hello({ token, last: 0 })).toMatchObject({ resumed: true });
  });

  it.each([
    '["msg",1,"a"]',
    '["hello"]',
    '["hello",{}]',
    '["hello",{"version":"1"}]',
    '["hello",{"version":1,"token":5}]',
    '["hello",{"version":1,"last":-1}]',
    '["hello",{"version":2}]',
  ])('%s is no hello', async (text) => {
    const { url, capillary } = await serve();
    const one = await raw(url);
    one.socket.send(text);
    const word = text.includes('2') ? 'version' : 'protocol';
    expect((await one.heard('close'))[1]).toBe(word);
    expect([...capillary.sessions]).toEqual([]);
    const { status } = await fetch(url, { method: 'POST', body: `[${text}]` });
    expect([400, 410]).toContain(status);
  });

  it('are a status over HTTP', async () => {
    const { url } = await serve({ maxMessageBytes: 1000 });
    const { token } = (
      (await (await fetch(url, { method: 'POST', body: '[["hello",{"version":1}]]' })).json()) as [
        [string, { token: string }],
      ]
    )[0][1];
    const ask = async (init: RequestInit): Promise<unknown> => {
      const response = await fetch(url, init);
      return [response.status, ((await response.json()) as { code?: string }).code];
    };
    const headers = { 'capillary-session': token };
    expect(await ask({ method: 'POST', headers, body: '{' })).toEqual([400, 'CIRCULATORY_BAD_FRAME']);
    expect(await ask({ method: 'POST', headers, body: '{}' })).toEqual([400, 'CIRCULATORY_BAD_FRAME']);
    expect(await ask({ method: 'POST', headers, body: '[["msg",5,1]]' })).toEqual([400, 'CIRCULATORY_BAD_FRAME']);
    expect(await ask({ method: 'POST', headers, body: `["${'x'.repeat(100_000)}"]` })).toEqual([
      413,
      'CIRCULATORY_MESSAGE_TOO_LARGE',
    ]);
    expect(await ask({ headers: { ...headers, 'last-event-id': '-1' } })).toEqual([400, 'CIRCULATORY_BAD_FRAME']);
    expect(await ask({ headers: { ...headers, 'last-event-id': '7' } })).toEqual([400, 'CIRCULATORY_BAD_FRAME']);
    expect(await ask({})).toEqual([400, 'CIRCULATORY_BAD_FRAME']);
    expect(await ask({ method: 'PUT', headers })).toEqual([405, 'CIRCULATORY_METHOD_NOT_ALLOWED']);
    expect((await fetch(`${url}/else`)).status).toBe(404);
  });

  it('an oversized one closes with 1009, and the session stays', async () => {
    const { url, capillary } = await serve({ maxMessageBytes: 1000 });
    const one = await raw(url);
    await one.hello();
    one.say('msg', 1, 'x'.repeat(2000));
    expect(await one.closed).toBe(1009);
    await until(() => expect([...capillary.sessions].map(({ transport }) => transport)).toEqual([undefined]));
  });
});

describe('tokens', () => {
  it('that are forged, used up or of somebody else open nothing', async () => {
    const { url, capillary } = await serve({ authenticate: secret });
    const first = await raw(url);
    const begun = await first.hello({ credentials: 'user ada' });
    const [session] = capillary.sessions;
    await session?.send('for ada only');
    first.socket.terminate();
    await until(() => expect(session?.transport).toBeUndefined());
    const token = String(begun['token']);

    for (const forged of [`${begun['session']}.`, `${token}x`, token.slice(0, -1), 'x.y', '', '.']) {
      const one = await raw(url);
      const answer = await one.hello({ credentials: 'user ada', token: forged, last: 0 });
      expect([answer['resumed'], answer['session'] === begun['session'], one.frames.length]).toEqual([false, false, 1]);
      expect((await fetch(url, { headers: { 'capillary-session': forged } })).status).toBe(410);
    }
    const thief = await raw(url);
    expect(await thief.hello({ credentials: 'user eve', token, last: 0 })).toMatchObject({ resumed: false });

    const second = await raw(url);
    const resumed = await second.hello({ credentials: 'user ada', token, last: 0 });
    expect([resumed['resumed'], resumed['token'] === token]).toEqual([true, false]);
    expect((await second.heard('msg'))[2]).toBe('for ada only');
    // Any word shows that the new token has come.
    second.say('ack', 1);
    await until(() => expect(session?.buffered).toBe(0));
    const replay = await raw(url);
    expect(await replay.hello({ credentials: 'user ada', token, last: 0 })).toMatchObject({ resumed: false });
    expect(second.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('hold until the answer that replaced them has come', async () => {
    const { url } = await serve();
    const { token, session } = await (await raw(url)).hello();
    for (let lost = 0; lost < 3; lost++)
      expect(await (await raw(url)).hello({ token, last: 0 })).toMatchObject({ resumed: true, session });
  });

  it('in a second window take the session over', async () => {
    const { url } = await serve();
    const first = await raw(url);
    const { token } = await first.hello();
    await (await raw(url)).hello({ token, last: 0 });
    expect((await first.heard('close'))[1]).toBe('replaced');
    expect(await first.closed).toBe(4409);
  });

  it('that claim messages never sent are refused', async () => {
    const { url } = await serve();
    const { token } = await (await raw(url)).hello();
    const liar = await raw(url);
    liar.say('hello', { version: 1, token, last: 5 });
    expect((await liar.heard('close'))[1]).toBe('protocol');
  });
});

describe('life', () => {
  it('pings, drops who is silent, and forgets who stays away', async () => {
    const clock = new VirtualClock();
    const ended: unknown[] = [];
    const onEnd = (session: Session, reason: string): void =>
      void ended.push([session.id, reason, session.signal.aborted]);
    const { url, capillary } = await serve({ clock, heartbeatMs: 1000, resumeMs: 5000, onEnd });
    const one = await raw(url);
    const { session } = await one.hello();
    await clock.advance(1000);
    await one.heard('ping');
    one.say('ping');
    await one.heard('pong');
    await clock.advance(4000);
    expect(await one.closed).toBe(1006);
    expect(capillary.session(String(session))?.transport).toBeUndefined();
    await clock.advance(5000);
    expect(ended).toEqual([[session, 'expired', true]]);
    expect([...capillary.sessions]).toEqual([]);
  });

  it('refuses before it runs, tells clients to come back when it stops, and describes itself', async () => {
    const idle = new Capillary({ authenticate: anyone });
    expect(idle.describe()).toMatchObject({ name: 'capillary', kind: 'Capillary', counters: { sessions: 0 } });
    const { url, capillary } = await serve();
    const one = await raw(url);
    await one.hello();
    expect(capillary.describe().counters).toEqual({ sessions: 1, connected: 1, buffered: 0 });
    await capillary.stop();
    expect((await one.heard('close'))[1]).toBe('going-away');
    expect(await one.closed).toBe(1001);
    expect((await fetch(url)).status).toBe(503);
    expect((await raw(url)).socket.readyState).not.toBe(WebSocket.OPEN);
  });

  it('bounds its sessions', async () => {
    const { url } = await serve({ maxSessions: 1 });
    await (await raw(url)).hello();
    const second = await raw(url);
    second.say('hello', { version: 1 });
    expect((await second.heard('close'))[1]).toBe('overloaded');
    expect((await fetch(url, { method: 'POST', body: '[["hello",{"version":1}]]' })).status).toBe(503);
  });

  it('ends a session from either side', async () => {
    const ended: string[] = [];
    const { url, capillary } = await serve({ onEnd: (_session, reason) => void ended.push(reason) });
    const one = await raw(url);
    await one.hello();
    one.say('close');
    expect(await one.closed).toBe(1000);
    const two = await raw(url);
    await two.hello();
    const [session] = capillary.sessions;
    session?.close('Good night.');
    expect((await two.heard('close')).slice(1)).toEqual(['normal', 'Good night.']);
    await expect(session?.send('late')).rejects.toMatchObject({ code: 'CIRCULATORY_SESSION_CLOSED' });
    expect(ended).toEqual(['normal', 'normal']);
  });

  it.each([
    ['path', { path: 'live' }],
    ['authenticate', { authenticate: undefined }],
    ['origins', { origins: 'https://a.example' }],
    ['slow', { slow: 'wait' }],
    ['maxSessions', { maxSessions: 0 }],
    ['heartbeatMs', { heartbeatMs: 1.5 }],
    ['resumeMs', { resumeMs: '1' }],
  ])('checks the option %s', (field, options) => {
    const make = (): Capillary => new Capillary({ authenticate: anyone, ...options } as unknown as CapillaryOptions);
    expect(make).toThrow(OptionError);
    expect(make).toThrow(expect.objectContaining({ details: expect.objectContaining({ field }) as object }));
  });
});

describe('messages from clients', () => {
  it('may be handled by a function that returns something by chance', async () => {
    const heard: unknown[] = [];
    const { url } = await serve({ onMessage: (data) => heard.push(data) as unknown as undefined });
    const { client } = connect(url);
    await Promise.all([client.send('a'), client.send('b')]);
    expect(heard).toEqual(['a', 'b']);
  });

  it('that do not fit the Bone, or fail, are refused one by one, with a problem', async () => {
    const failed: unknown[] = [];
    const Order = new Bone('shop.order', z.object({ total: z.number() }));
    const heard: unknown[] = [];
    const { url } = await serve({
      shape: Order,
      onMessage: async (order) => {
        heard.push(order);
        await Promise.resolve();
        if ((order as { total: number }).total < 0) throw new Error('no such table: orders');
      },
      onError: (error) => void failed.push((error as Error).message),
    });
    const { client } = connect(url);
    const outcomes = await Promise.allSettled([
      client.send({ total: 1 }),
      client.send({ total: 'much' }),
      client.send({ total: -1 }),
      client.send({ total: 2 }),
    ]);
    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      {
        status: 'rejected',
        reason: { code: 'SKELETAL_INVALID', status: 422, extensions: { errors: [{ pointer: '/total' }] } },
      },
      { status: 'rejected', reason: { code: 'CELL_UNEXPECTED', status: 500 } },
      { status: 'fulfilled' },
    ]);
    expect(JSON.stringify(outcomes)).not.toContain('no such table');
    expect([heard, failed]).toEqual([[{ total: 1 }, { total: -1 }, { total: 2 }], ['no such table: orders']]);
  });

  it('that come faster than they are handled wait at the socket', async () => {
    const gate = Promise.withResolvers<void>();
    let handled = 0;
    const { url, capillary } = await serve({
      maxInFlight: 4,
      onMessage: async () => {
        await gate.promise;
        handled++;
      },
    });
    const one = await raw(url);
    await one.hello();
    const big = 'x'.repeat(30_000);
    for (let seq = 1; seq <= 400; seq++) one.say('msg', seq, big);
    const [session] = capillary.sessions;
    await until(() => expect(session?.waiting).toBeGreaterThan(4));
    expect(one.socket.bufferedAmount).toBeGreaterThan(0);
    // What had left the socket when it was paused, and not the twelve megabytes.
    expect(session?.waiting).toBeLessThan(20);
    gate.resolve();
    await until(() => expect(handled).toBe(400));
  });
});

describe('clients that only listen, such as EventSource', () => {
  const listen = async (url: string, id?: string) => {
    const abort = new AbortController();
    const response = await fetch(url, {
      headers: { accept: 'text/event-stream', ...(id !== undefined && { 'last-event-id': id }) },
      signal: abort.signal,
    });
    let text = '';
    const read = async (): Promise<void> => {
      for await (const chunk of (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream()))
        text += String(chunk);
    };
    read().catch(() => {});
    open.push({ [Symbol.asyncDispose]: async () => abort.abort() });
    const events = (): { id: string; data: unknown }[] =>
      [...text.matchAll(/^id: (.+)\ndata: (.+)\n\n/gm)].map(([, event = '', data = '']) => ({
        id: event,
        data: JSON.parse(data) as unknown,
      }));
    const retry = (): number => Number(/^retry: (\d+)\n\n/m.exec(text)?.[1]);
    return { response, abort, events, retry };
  };

  it('resume by the id of the last event', async () => {
    const { url, capillary } = await serve();
    const first = await listen(url);
    expect(first.response.headers.get('content-type')).toBe('text/event-stream');
    const [session] = capillary.sessions;
    for (const number of [1, 2, 3]) await session?.send(number);
    await until(() => expect(first.events().map(({ data }) => data)).toEqual([1, 2, 3]));
    first.abort.abort();
    await until(() => expect(session?.transport).toBeUndefined());
    await session?.send(4);
    expect(first.retry()).toBeGreaterThanOrEqual(500);
    expect(first.retry()).toBeLessThanOrEqual(3000);
    const second = await listen(url, first.events()[1]?.id);
    await until(() => expect(second.events().map(({ data }) => data)).toEqual([3, 4]));
    expect([...capillary.sessions].length).toBe(1);
    const third = await listen(url, 'forged.token.2');
    await until(() => expect([...capillary.sessions].length).toBe(2));
    expect(third.events()).toEqual([]);
  });

  it('never acknowledge, and are not slow for that', async () => {
    const { url, capillary } = await serve({ maxBufferedMessages: 10 });
    const one = await listen(url);
    const [session] = capillary.sessions;
    for (let number = 0; number < 100; number++) await session?.send(number);
    await until(() => expect(one.events().length).toBe(100));
    expect([session?.signal.aborted, (session?.buffered ?? 99) <= 10]).toEqual([false, true]);
  });
});

it('asks for the principal again at each hello', async () => {
  let known: Principal | undefined = { id: 'ada' };
  const { url } = await serve({ authenticate: () => known });
  const { token } = await (await raw(url)).hello();
  known = undefined;
  const again = await raw(url);
  again.say('hello', { version: 1, token, last: 0 });
  expect((await again.heard('close'))[1]).toBe('unauthorized');
});
