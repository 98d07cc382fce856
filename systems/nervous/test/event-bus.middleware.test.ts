import { EventBus, type Failure, type RequestReply, requestReply, type Subscription, typed } from '@organism/nervous';
import { Bone } from '@organism/skeletal';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

interface Events {
  tick: number;
  'user.name': string;
  ask: RequestReply<number, number>;
}

describe('middleware', () => {
  it('sees what passes, the first outermost, and can change it', async () => {
    const bus = new EventBus<Events>();
    const log: unknown[] = [];
    bus.on('tick', (value) => log.push(value));
    bus.respond('ask', (value) => value + 1);
    bus.use((event, next) => {
      log.push(`${event.kind} ${event.topic}`);
      return next();
    });
    bus.use((event, next) => {
      event.value = (event.value as number) * 10;
      return next();
    });
    expect(bus.emit('tick', 1)).toBe(1);
    expect(await bus.publish('tick', 2)).toBe(1);
    expect(await bus.request('ask', 3)).toBe(31);
    expect(log).toEqual(['emit tick', 10, 'publish tick', 20, 'request ask']);
  });

  it('can drop a value, answer a request itself, or deliver again', async () => {
    const bus = new EventBus<Events>();
    const seen: number[] = [];
    bus.on('tick', (value) => seen.push(value));
    const dropping = bus.use(({ kind }) => (kind === 'request' ? 42 : undefined));
    expect([bus.emit('tick', 1), await bus.publish('tick', 1), await bus.request('ask', 1), seen]).toEqual([
      0,
      0,
      42,
      [],
    ]);
    dropping.unsubscribe();
    bus.use((_event, next) => {
      next();
      return next();
    });
    expect([bus.emit('tick', 2), seen]).toEqual([2, [2, 2]]);
  });

  it('can retry a request, and sees its error', async () => {
    const bus = new EventBus<Events>();
    let asked = 0;
    bus.respond('ask', () => {
      asked += 1;
      if (asked < 3) throw new Error('busy');
      return asked;
    });
    bus.use(async (_event, next) => {
      for (;;) {
        try {
          return await next();
        } catch {
          // Again.
        }
      }
    });
    expect(await bus.request('ask', 1)).toBe(3);
  });

  it('observes the failures of listeners', async () => {
    const reported: Failure[] = [];
    const bus = new EventBus<Events>({ onError: (failure) => reported.push(failure) });
    const observed: (readonly string[])[] = [];
    bus.use((event, next) => {
      const result = next();
      const note = (): unknown => observed.push(event.failures.map(({ error }) => (error as Error).message));
      return event.kind === 'publish' ? Promise.resolve(result).then(note) : note();
    });
    bus.on('tick', () => {
      throw new Error('at once');
    });
    bus.on('tick', async () => {
      throw new Error('later');
    });
    expect([bus.emit('tick', 1), await bus.publish('tick', 1)]).toEqual([2, 0]);
    expect([observed, reported.length]).toEqual([[['at once'], ['at once', 'later']], 4]);
  });

  it('throws to whoever calls; a rejection under emit is reported', async () => {
    const failures: Failure[] = [];
    const bus = new EventBus<Events>({ onError: (failure) => failures.push(failure) });
    const refuse = bus.use(() => {
      throw new Error('refused');
    });
    expect(() => bus.emit('tick', 1)).toThrow('refused');
    await expect(bus.publish('tick', 1)).rejects.toThrow('refused');
    await expect(bus.request('ask', 1)).rejects.toThrow('refused');
    refuse.unsubscribe();
    bus.use(() => Promise.reject(new Error('later')));
    expect(bus.emit('tick', 1)).toBe(0);
    await Promise.resolve();
    expect(failures.map(({ error }) => (error as Error).message)).toEqual(['later']);
  });

  it('is for the topics it names, now and later, until it is taken out', () => {
    const bus = new EventBus<Record<string, number>>();
    const log: string[] = [];
    bus.emit('a.x', 1);
    const subscription: Subscription = bus.use(
      ({ topic }, next) => {
        log.push(topic);
        return next();
      },
      { topics: 'a.*' },
    );
    for (const topic of ['a.x', 'a.y', 'b']) bus.emit(topic, 1);
    subscription.unsubscribe();
    subscription.unsubscribe();
    for (const topic of ['a.x', 'a.z']) bus.emit(topic, 1);
    expect(log).toEqual(['a.x', 'a.y']);
  });

  it('comes before the check of the value', () => {
    const Quake = new Bone('quake', z.object({ magnitude: z.number() }));
    const bus = new EventBus({ validate: 'always' });
    const seen: unknown[] = [];
    bus.on(Quake, (quake) => seen.push(quake));
    bus.use((event, next) => {
      event.value = { magnitude: Number(event.value) };
      return next();
    });
    bus.emit(Quake, '4.5' as never);
    expect(() => bus.emit(Quake, 'big' as never)).toThrow('magnitude must be a number');
    expect(seen).toEqual([{ magnitude: 4.5 }]);
  });

  it('answers for a responder that is not there', async () => {
    const Ask = requestReply(typed<number>('ask'), typed<number>('answer'));
    const bus = new EventBus();
    bus.use((_event, next) => next());
    await expect(bus.request(Ask, 1)).rejects.toThrow('Nobody responds to "ask".');
    bus.use((event) => (event.value as number) + 1);
    expect(await bus.request(Ask, 1)).toBe(2);
  });
});

describe('sticky topics', () => {
  it('give the last value to whoever listens later, by name or by pattern, at once', () => {
    const bus = new EventBus<Events>();
    bus.sticky('user.name');
    bus.emit('user.name', 'Ada');
    bus.emit('user.name', 'Grace');
    const log: string[] = [];
    bus.on('user.name', (name, topic) => log.push(`${topic.name}: ${name}`));
    bus.on('user.*', (name) => log.push(`pattern: ${String(name)}`));
    bus.once('user.name', (name) => log.push(`once: ${name}`));
    expect(log).toEqual(['user.name: Grace', 'pattern: Grace', 'once: Grace']);
    bus.emit('user.name', 'Edsger');
    expect(log.slice(3)).toEqual(['user.name: Edsger', 'pattern: Edsger']);
    expect([bus.lastValue('user.name'), bus.lastValue('tick')]).toEqual(['Edsger', undefined]);
  });

  it('serve waitFor, streams and publish', async () => {
    const bus = new EventBus<Events>();
    const topic = bus.sticky('tick', { keep: 3 });
    for (const value of [1, 2, 3, 4]) await topic.publish(value);
    expect(await bus.waitFor('tick', (value) => value > 2)).toBe(3);
    await using stream = bus.stream('tick');
    const seen: (number | undefined)[] = [];
    for (let count = 0; count < 3; count += 1) seen.push((await stream.next()).value);
    expect([seen, topic.lastValue, topic.listenerCount]).toEqual([[2, 3, 4], 4, 1]);
  });

  it('survive a listener that fails or leaves on the first of them', () => {
    const failures: Failure[] = [];
    const bus = new EventBus<Events>({ onError: (failure) => failures.push(failure) });
    bus.sticky('tick', { keep: 2 });
    bus.emit('tick', 1);
    bus.emit('tick', 2);
    const abort = new AbortController();
    const seen: number[] = [];
    bus.on('tick', (value) => (seen.push(value), abort.abort()), { signal: abort.signal });
    bus.on('tick', () => {
      throw new Error('x');
    });
    expect([seen, failures.map(({ value }) => value)]).toEqual([[1], [1, 2]]);
  });

  it('an overflow while the stream is made ends it', async () => {
    const bus = new EventBus<Events>();
    bus.sticky('tick', { keep: 3 });
    for (const value of [1, 2, 3]) bus.emit('tick', value);
    const stream = bus.stream('tick', { capacity: 2, overflow: 'error' });
    expect([(await stream.next()).value, (await stream.next()).value]).toEqual([1, 2]);
    await expect(stream.next()).rejects.toMatchObject({ code: 'NERVOUS_OVERFLOW' });
    expect(bus.topic('tick').listenerCount).toBe(0);
  });

  it('keep only values that passed the check, and none after a stop', async () => {
    const Quake = new Bone('quake', z.object({ magnitude: z.number() }));
    const bus = await new EventBus({ validate: 'always' }).start();
    bus.sticky(Quake);
    bus.emit(Quake, { magnitude: 1 });
    expect(() => bus.emit(Quake, { magnitude: 'big' } as never)).toThrow('magnitude must be a number');
    expect(bus.lastValue(Quake)).toEqual({ magnitude: 1 });
    await bus.stop();
    await bus.start();
    expect(bus.lastValue(Quake)).toBeUndefined();
    bus.emit(Quake, { magnitude: 2 });
    bus.sticky(Quake, { keep: 0 });
    let seen = 0;
    bus.on(Quake, () => (seen += 1));
    expect([bus.lastValue(Quake), seen]).toEqual([undefined, 0]);
    expect(() => bus.sticky(Quake, { keep: -1 })).toThrow('keep must be a whole number of 0 or more');
  });
});
