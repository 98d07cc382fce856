import { CancelledError, Context, DeadlineError } from '@organism/cell';
import {
  EventBus,
  NoResponderError,
  NotRunningError,
  type RequestReply,
  requestReply,
  ResponderTakenError,
  type TopicInfo,
  typed,
} from '@organism/nervous';
import { Bone } from '@organism/skeletal';
import { VirtualClock } from '@organism/testing';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

interface Events {
  'quake.locate': RequestReply<{ id: string }, { place: string }>;
  tick: number;
}
const Ask = new Bone('quake.locate', z.object({ id: z.string() }));
const Answer = new Bone('quake.located', z.object({ place: z.string() }));
const Locate = requestReply(Ask, Answer);

describe('request', () => {
  it('gives the responder’s reply, now or later', async () => {
    const bus = new EventBus<Events>();
    bus.respond('quake.locate', ({ id }) => ({ place: `near ${id}` }));
    expect(await bus.request('quake.locate', { id: 'a1' })).toEqual({ place: 'near a1' });
    const other = new EventBus();
    other.respond(Locate, async ({ id }) => ({ place: `near ${id}` }));
    expect((await other.request(Locate, { id: 'a2' })).place).toBe('near a2');
  });

  it('rejects with what the responder throws, as it is', async () => {
    const bus = new EventBus<Events>();
    const error = new TypeError('no such quake');
    const subscription = bus.respond('quake.locate', () => {
      throw error;
    });
    await expect(bus.request('quake.locate', { id: 'a1' })).rejects.toBe(error);
    subscription.unsubscribe();
    bus.respond('quake.locate', () => Promise.reject(error));
    await expect(bus.request('quake.locate', { id: 'a1' })).rejects.toBe(error);
    expect(bus.describe().counters).toMatchObject({ requests: 2, failures: 0 });
  });

  it('rejects when nobody responds, and refuses a second responder', async () => {
    const bus = new EventBus<Events>();
    await expect(bus.request('quake.locate', { id: 'a1' })).rejects.toBeInstanceOf(NoResponderError);
    await expect(bus.request('quake.locate', { id: 'a1' })).rejects.toMatchObject({
      code: 'NERVOUS_NO_RESPONDER',
      status: 503,
      retryable: true,
      message: 'Nobody responds to "quake.locate".',
    });
    const first = bus.respond('quake.locate', () => ({ place: 'here' }));
    expect(() => bus.respond('quake.locate', () => ({ place: 'there' }))).toThrow(ResponderTakenError);
    first.unsubscribe();
    bus.respond('quake.locate', () => ({ place: 'there' }));
    first.unsubscribe();
    expect(await bus.request('quake.locate', { id: 'a1' })).toEqual({ place: 'there' });
  });

  it('times out on the bus’s clock; the responder’s signal tells it', async () => {
    const clock = new VirtualClock();
    const bus = new EventBus<Events>({ clock });
    const infos: TopicInfo[] = [];
    bus.respond('quake.locate', (_question, info) => {
      infos.push(info);
      return new Promise(() => {});
    });
    const late = expect(bus.request('quake.locate', { id: 'a1' }, { timeoutMs: 100 })).rejects.toBeInstanceOf(
      DeadlineError,
    );
    await clock.advance(99);
    expect([infos[0]?.context?.remainingMs, infos[0]?.context?.signal.aborted]).toEqual([1, false]);
    await clock.advance(1);
    await late;
    expect([infos[0]?.context?.signal.aborted, clock.pending]).toEqual([true, 0]);
  });

  it('leaves no timer behind once answered', async () => {
    const clock = new VirtualClock();
    const bus = new EventBus<Events>({ clock });
    bus.respond('quake.locate', () => ({ place: 'here' }));
    await bus.request('quake.locate', { id: 'a1' }, { timeoutMs: 60_000 });
    expect(clock.pending).toBe(0);
  });

  it('is cancelled by its signal, before and during', async () => {
    const bus = new EventBus<Events>();
    let asked = 0;
    bus.respond('quake.locate', () => {
      asked += 1;
      return new Promise(() => {});
    });
    const signal = AbortSignal.abort();
    await expect(bus.request('quake.locate', { id: 'a1' }, { signal })).rejects.toBeInstanceOf(CancelledError);
    expect(asked).toBe(0);
    const abort = new AbortController();
    const request = bus.request('quake.locate', { id: 'a1' }, { signal: abort.signal });
    abort.abort('gone');
    await expect(request).rejects.toMatchObject({ code: 'CELL_CANCELLED', cause: 'gone' });
    expect(asked).toBe(1);
  });

  it('carries the context: the current one, or the one it is given, with the earlier deadline', async () => {
    const clock = new VirtualClock();
    const bus = new EventBus<Events>({ clock });
    const seen: (Context | undefined)[] = [];
    bus.respond('quake.locate', async (_question, { context }) => {
      await Promise.resolve();
      seen.push(context, Context.current());
      return { place: 'here' };
    });
    const context = new Context({ clock, tenant: 'lisbon', deadline: clock.now() + 10 });
    await context.run(() => bus.request('quake.locate', { id: 'a1' }));
    await bus.request('quake.locate', { id: 'a1' }, { context });
    await bus.request('quake.locate', { id: 'a1' }, { context, timeoutMs: 1000 });
    expect(seen.slice(0, 4)).toEqual([context, context, context, context]);
    expect([seen[4]?.tenant, seen[4]?.deadline, seen[4] === seen[5]]).toEqual(['lisbon', context.deadline, true]);
    expect(seen[4]?.trace.traceId).toBe(context.trace.traceId);
  });

  it('is checked on both sides when the bus validates', async () => {
    const bus = new EventBus({ validate: 'always' });
    bus.respond(Locate, ({ id }) => (id === 'bad' ? ({ place: 7 } as never) : { place: 'here' }));
    await expect(bus.request(Locate, { id: 7 } as never)).rejects.toThrow('id must be a string');
    await expect(bus.request(Locate, { id: 'bad' })).rejects.toThrow('place must be a string');
    expect(await bus.request(Locate, { id: 'a1' })).toEqual({ place: 'here' });
  });

  it('is not heard by listeners, and is refused once the bus has stopped', async () => {
    const bus = await new EventBus<Events>().start();
    let heard = 0;
    bus.on('**', () => (heard += 1));
    bus.respond('quake.locate', () => ({ place: 'here' }));
    await bus.request('quake.locate', { id: 'a1' });
    expect([heard, bus.describe().ports]).toEqual([
      0,
      [{ name: 'quake.locate', direction: 'in', protocol: 'request' }],
    ]);
    await bus.stop();
    await expect(bus.request('quake.locate', { id: 'a1' })).rejects.toBeInstanceOf(NotRunningError);
    expect(() => bus.respond('quake.locate', () => ({ place: 'here' }))).toThrow(NotRunningError);
    await bus.start();
    await expect(bus.request('quake.locate', { id: 'a1' })).rejects.toBeInstanceOf(NoResponderError);
  });

  it('refuses a timeout that is none', async () => {
    const bus = new EventBus();
    bus.respond(typed<number>('n') as never, () => 1 as never);
    await expect(bus.request('n', 1, { timeoutMs: -1 })).rejects.toThrow('timeoutMs must be a number of milliseconds');
  });
});
