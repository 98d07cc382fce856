import { Context, OrganismError, sleep } from '@organism/cell';
import { Heart, MemoryBroker } from '@organism/circulatory';
import { RemoteError, requester, respond, type WireProblem } from '@organism/circulatory/patterns';
import { SqliteBroker } from '@organism/circulatory/sqlite';
import { requestReply } from '@organism/nervous';
import { Bone } from '@organism/skeletal';
import { VirtualClock } from '@organism/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const Locate = requestReply(
  new Bone('quake.locate', z.object({ id: z.string() })),
  new Bone('quake.located', z.object({ place: z.string() })),
);

const start = async (): Promise<{ heart: Heart; clock: VirtualClock }> => {
  const clock = new VirtualClock();
  return { heart: await new Heart({ clock }).start(), clock };
};

describe('request and response', () => {
  it('ask one responder of the group, and get its answer, typed', async () => {
    const { heart } = await start();
    const asked: string[] = [];
    const answer =
      (who: string) =>
      ({ id }: { id: string }) => {
        asked.push(`${who}:${id}`);
        return { place: `near ${id}` };
      };
    await using one = await respond(heart, Locate, answer('one'));
    await using two = await respond(heart, Locate, answer('two'));
    await using asking = requester(heart);
    const places = await Promise.all(['a', 'b', 'c'].map(async (id) => (await asking.request(Locate, { id })).place));
    expect(places).toEqual(['near a', 'near b', 'near c']);
    expect(asked).toHaveLength(3);
    expect(asking.counters).toMatchObject({ requests: 3, answered: 3, late: 0 });
    expect(one.counters.answered + two.counters.answered).toBe(3);
  });

  it('wait for a responder that comes later, and work by name', async () => {
    const { heart, clock } = await start();
    await using asking = requester(heart);
    const answer = asking.request('sum', [1, 2, 3]);
    await clock.advance(1000);
    await using _responder = await respond(heart, 'sum', (numbers) => (numbers as number[]).reduce((a, b) => a + b));
    expect(await clock.runUntil(answer)).toBe(6);
  });

  it('carry context there: correlation, trace and the deadline', async () => {
    const { heart, clock } = await start();
    await using _responder = await respond(heart, 'who', (_question, { context }) => ({
      correlation: Context.current()?.correlationId,
      same: context.correlationId,
      remainingMs: context.remainingMs,
    }));
    await using asking = requester(heart);
    const context = new Context({ clock, correlationId: 'order-7', deadline: clock.now() + 5000 });
    const answer = asking.request('who', undefined, { context, timeoutMs: 60_000 });
    expect(await clock.runUntil(answer)).toEqual({ correlation: 'order-7', same: 'order-7', remainingMs: 5000 });
  });

  it('bring errors back: code, status and what a client may see; all of it where the responder says so', async () => {
    const { heart } = await start();
    const fail = (): never => {
      throw new OrganismError('SHOP_SOLD_OUT', 'No seat is left.', {
        status: 409,
        retryable: true,
        details: { shard: 7 },
        extensions: { seats: 0 },
        cause: new Error('secret'),
      });
    };
    const crash = (): never => {
      throw new TypeError('password=hunter2');
    };
    await using _a = await respond(heart, 'book', fail);
    await using _b = await respond(heart, 'book.inside', fail, { exposeErrors: true });
    await using _c = await respond(heart, 'crash', crash);
    await using asking = requester(heart);
    const outside = await asking.request('book', 1).catch((error: unknown) => error);
    expect(outside).toBeInstanceOf(RemoteError);
    expect(outside).toMatchObject({
      code: 'SHOP_SOLD_OUT',
      status: 409,
      message: 'No seat is left.',
      retryable: true,
      extensions: { seats: 0 },
      details: {},
    });
    await expect(asking.request('book.inside', 1)).rejects.toMatchObject({
      code: 'SHOP_SOLD_OUT',
      details: { shard: 7 },
    });
    const crashed = await asking.request('crash', 1).catch((error: unknown) => error as RemoteError);
    expect(crashed).toMatchObject({ code: 'CELL_UNEXPECTED', status: 500 });
    expect(JSON.stringify([crashed, (crashed as Error).message])).not.toContain('hunter2');
    class SoldOut extends Error {}
    const revive = ({ code }: WireProblem): Error | undefined => (code === 'SHOP_SOLD_OUT' ? new SoldOut() : undefined);
    await using own = requester(heart, { revive });
    await expect(own.request('book', 1)).rejects.toBeInstanceOf(SoldOut);
  });

  it('check question and answer on both sides', async () => {
    const { heart } = await start();
    await using asking = requester(heart);
    const bad = { id: 7 } as unknown as { id: string };
    await expect(asking.request(Locate, bad)).rejects.toMatchObject({ name: 'ValidationError' });
    await using responder = await respond(heart, Locate, () => ({}) as { place: string });
    await expect(asking.request(Locate, { id: 'a' })).rejects.toBeInstanceOf(RemoteError);
    await expect(asking.request(Locate.name, bad)).rejects.toBeInstanceOf(RemoteError);
    expect(responder.counters.failed).toBe(2);
  });

  it('end at the deadline: nobody is answered after it, and what is late is dropped and counted', async () => {
    const { heart, clock } = await start();
    const ended: unknown[] = [];
    const responder = await respond(
      heart,
      'slow',
      async (ms, { signal }) => {
        signal.addEventListener('abort', () => ended.push(ms));
        await sleep(clock, ms as number);
        return ms;
      },
      { concurrency: 10 },
    );
    const asking = requester(heart, { timeoutMs: 1000 });
    const slow = asking.request('slow', 5000);
    const quick = asking.request('slow', 900);
    await expect(clock.runUntil(slow)).rejects.toMatchObject({ code: 'CELL_DEADLINE_EXCEEDED' });
    expect(await quick).toBe(900);
    await clock.advance(1);
    expect(ended).toEqual([5000]);
    await clock.advance(10_000);
    expect(responder.counters).toMatchObject({ answered: 1, expired: 1 });
    expect(asking.counters).toMatchObject({ answered: 1, timedOut: 1, late: 0 });
    await asking.close();
    await responder.close();
    await heart.stop();
    expect(clock.pending).toBe(0);
  });

  it('leave a request alone whose deadline passed before a responder came', async () => {
    const { heart, clock } = await start();
    await using asking = requester(heart, { timeoutMs: 100 });
    await expect(clock.runUntil(asking.request('later', 1))).rejects.toMatchObject({ code: 'CELL_DEADLINE_EXCEEDED' });
    const handled: unknown[] = [];
    await using _responder = await respond(heart, 'later', (question) => handled.push(question));
    await clock.advance(1000);
    expect(handled).toEqual([]);
    expect((await heart.inspect('later')).depth).toBe(0);
  });

  it('tell the responder when the asker gives up, also before it has begun', async () => {
    const { heart, clock } = await start();
    const aborted: unknown[] = [];
    const handled: unknown[] = [];
    await using responder = await respond(heart, 'work', async (question, { signal }) => {
      handled.push(question);
      signal.addEventListener('abort', () => aborted.push(question));
      await sleep(clock, 1000);
    });
    await using asking = requester(heart);
    const [first, second] = [new AbortController(), new AbortController()];
    const one = asking.request('work', 1, { signal: first.signal });
    const two = asking.request('work', 2, { signal: second.signal });
    const outcomes = Promise.allSettled([one, two]);
    await clock.advance(10);
    second.abort(new Error('enough'));
    await clock.advance(10);
    first.abort();
    await clock.advance(5000);
    const [, refused] = await outcomes;
    expect(refused).toMatchObject({
      status: 'rejected',
      reason: { code: 'CELL_CANCELLED', cause: { message: 'enough' } },
    });
    expect([handled, aborted]).toEqual([[1], [1]]);
    expect(responder.counters).toMatchObject({ cancelled: 2, answered: 0 });
    expect(asking.counters).toMatchObject({ cancelled: 2, late: 0 });
  });

  it('are done by another responder when the first is gone with the request', async () => {
    const { heart, clock } = await start();
    await using asking = requester(heart, { timeoutMs: 10_000 });
    // A responder that takes the request and dies: no answer, no acknowledgement.
    const dead = await heart.vein('work', { group: 'responders', ackTimeoutMs: 500 });
    const answer = asking.request('work', 1);
    const [taken] = await dead.pull();
    expect(taken?.data).toBe(1);
    await using _responder = await respond(heart, 'work', () => 'done');
    expect(await clock.runUntil(answer)).toBe('done');
  });

  it('keep the lease of a request that takes longer', async () => {
    const { heart, clock } = await start();
    let calls = 0;
    const work = async (): Promise<number> => {
      calls += 1;
      await sleep(clock, 5000);
      return calls;
    };
    await using _one = await respond(heart, 'long', work, { ackTimeoutMs: 500 });
    await using _two = await respond(heart, 'long', work, { ackTimeoutMs: 500 });
    await using asking = requester(heart);
    expect(await clock.runUntil(asking.request('long', 1))).toBe(1);
    await clock.advance(5000);
    expect(calls).toBe(1);
  });

  it('are given up when the requester closes, and the responder is told', async () => {
    const { heart, clock } = await start();
    const aborted = Promise.withResolvers<string>();
    await using responder = await respond(heart, 'work', async (_question, { signal }) => {
      signal.addEventListener('abort', () => aborted.resolve('told'));
      await aborted.promise;
    });
    const asking = requester(heart);
    const waiting = asking.request('work', 1).catch((error: unknown) => (error as { code: string }).code);
    await clock.settle();
    await asking.close();
    expect([await waiting, await aborted.promise]).toEqual(['CIRCULATORY_CLOSED', 'told']);
    await clock.settle();
    expect(responder.counters).toMatchObject({ cancelled: 1 });
  });

  it('bound how many wait, and end them when the requester closes', async () => {
    const { heart, clock } = await start();
    const asking = requester(heart, { maxPending: 2 });
    const waiting = Promise.allSettled([asking.request('nobody', 1), asking.request('nobody', 2)]);
    await expect(asking.request('nobody', 3)).rejects.toMatchObject({
      code: 'CIRCULATORY_TOO_MANY_REQUESTS',
      retryable: true,
    });
    await clock.settle();
    await asking.close();
    expect((await waiting).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(asking.request('nobody', 4)).rejects.toMatchObject({ code: 'CIRCULATORY_CLOSED' });
    await asking.close();
  });

  it('let askers share a topic for answers: each hears its own', async () => {
    const { heart } = await start();
    await using _responder = await respond(heart, 'echo', (question) => question, { concurrency: 10 });
    const askers = [1, 2, 3].map(() => requester(heart, { replyTopic: 'reply.shop' }));
    const answers = await Promise.all(askers.map((asking, index) => asking.request('echo', index)));
    expect(answers).toEqual([0, 1, 2]);
    expect((await heart.inspect('reply.shop')).groups).toHaveLength(3);
    expect(askers.map(({ counters }) => counters.late)).toEqual([0, 0, 0]);
    for (const asking of askers) await asking.close();
    expect((await heart.inspect('reply.shop')).groups).toHaveLength(0);
    expect(() => requester(heart, { replyTopic: 'mail.send' })).toThrow(/^replyTopic must be/);
  });

  it('work where topics must be declared, and declare none but their own', async () => {
    await using heart = await new Heart({ strict: true }).start();
    heart.declare('echo');
    await using _responder = await respond(heart, 'echo', async (question, { signal }) => {
      if (question === 'wait') await new Promise((_resolve, reject) => void signal.addEventListener('abort', reject));
      return question;
    });
    await using asking = requester(heart);
    expect(await asking.request('echo', 1)).toBe(1);
    const abort = new AbortController();
    const waiting = asking.request('echo', 'wait', { signal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CELL_CANCELLED' });
    await expect(asking.request('unheard-of', 1)).rejects.toMatchObject({ code: 'CIRCULATORY_UNKNOWN_TOPIC' });
    await expect(respond(heart, 'unheard-of', () => 1)).rejects.toMatchObject({ code: 'CIRCULATORY_UNKNOWN_TOPIC' });
    expect((await heart.inspect('unheard-of.cancel')).groups).toEqual([]);
  });

  it('do not send answers anywhere but to a requester', async () => {
    const { heart, clock } = await start();
    const handled: unknown[] = [];
    await using _responder = await respond(heart, 'work', (question) => handled.push(question));
    const hostile = [
      {},
      { 'x-reply-to': 'mail.send', 'x-request-id': 'a' },
      { 'x-reply-to': `reply.${crypto.randomUUID()}`, 'x-request-id': '' },
      { 'x-reply-to': `reply.${crypto.randomUUID()}`, 'x-request-id': 'a', 'x-deadline': 'soon' },
    ];
    for (const headers of hostile) await heart.publish('work', 1, { headers });
    await clock.advance(1000);
    expect(handled).toEqual([]);
    const letters = await heart.deadLetters('work', { group: 'responders' });
    expect(letters.map(({ reason }) => reason.code)).toEqual(hostile.map(() => 'not-a-request'));
    expect((await heart.inspect('mail.send')).depth).toBe(0);
  });

  it('leave nothing behind when a process of askers dies: its topic loses its group, and answers their life', async () => {
    const clock = new VirtualClock();
    const driver = new MemoryBroker();
    await using heart = await new Heart({ clock, driver, sweepMs: 10_000 }).start();
    const mortal = clock.child();
    const dying = await new Heart({ name: 'dying', clock: mortal, driver }).start();
    const topics: string[] = [];
    await using _responder = await respond(heart, 'echo', async (question, { message }) => {
      topics.push(message.headers['x-reply-to'] ?? '');
      await sleep(clock, 100);
      return question;
    });
    const asking = requester(dying);
    expect(await clock.runUntil(asking.request('echo', 1))).toBe(1);
    void asking.request('echo', 2).catch(() => {});
    await clock.advance(50);
    mortal.drop();
    await clock.advance(200);
    const [topic = ''] = topics;
    expect((await heart.inspect(topic)).groups).toHaveLength(1);
    await clock.advance(120_000);
    expect(await heart.inspect(topic)).toMatchObject({ depth: 0, groups: [] });
  });

  it('go between processes that share a SQLite file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'patterns-'));
    const path = join(folder, 'heart.db');
    const make = (name: string): Promise<Heart> =>
      new Heart({
        name,
        driver: new SqliteBroker({ path, synchronous: 'normal', pollMs: 5 }),
      }).start() as Promise<Heart>;
    {
      await using there = await make('there');
      await using here = await make('here');
      await using _responder = await respond(there, Locate, ({ id }) => ({ place: id.toUpperCase() }));
      await using asking = requester(here);
      expect(await asking.request(Locate, { id: 'a' })).toEqual({ place: 'A' });
    }
    rmSync(folder, { recursive: true, force: true });
  });
});
