import { EventBus, type EventStream, type RequestReply, requestReply, type Topic, typed } from '@organism/nervous';
import { Bone } from '@organism/skeletal';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';

interface Events {
  tick: number;
  'user.name': string;
  ask: RequestReply<string, boolean>;
}
const Quake = new Bone('quake', z.object({ magnitude: z.number() }));
const Locate = requestReply(Quake, typed<{ place: string }>('located'));

/** Compiled, not run. */
const neverRun = (): void => {
  const bus = new EventBus<Events>();
  // @ts-expect-error: a string is no tick
  bus.emit('tick', 'one');
  // @ts-expect-error: no such topic
  bus.emit('tock', 1);
  // @ts-expect-error: the Bone wants a number
  bus.emit(Quake, { magnitude: 'big' });
  // @ts-expect-error: a string is no tick
  void bus.publish('tick', 'one');
  // @ts-expect-error: the listener gets numbers
  bus.on('tick', (value: string) => value);
  // @ts-expect-error: a number is no question
  void bus.request('ask', 1);
  // @ts-expect-error: the answer is a boolean
  bus.respond('ask', () => 'yes');
  // @ts-expect-error: a tick is nothing to ask
  void bus.request('tick', 1);
  // @ts-expect-error: the answer has a place
  bus.respond(Locate, () => ({ region: 'x' }));
  // @ts-expect-error: the question has a magnitude
  void bus.request(Locate, { place: 'x' });
  // @ts-expect-error: nothing is emitted to a pattern
  bus.emit('user.*', 'x');
};

describe('types', () => {
  it('follow from the type map', () => {
    const bus = new EventBus<Events>();
    bus.on('tick', (value) => expectTypeOf(value).toEqualTypeOf<number>());
    bus.once('user.name', (value) => expectTypeOf(value).toEqualTypeOf<string>());
    bus.on('user.*', (value) => expectTypeOf(value).toEqualTypeOf<unknown>());
    bus.respond('ask', (question) => question === '');
    expectTypeOf(bus.topic('tick')).toEqualTypeOf<Topic<number>>();
    expectTypeOf(bus.sticky('tick')).toEqualTypeOf<Topic<number>>();
    expectTypeOf(bus.lastValue('tick')).toEqualTypeOf<number | undefined>();
    expectTypeOf(bus.stream('tick')).toEqualTypeOf<EventStream<number>>();
    expectTypeOf(bus.stream('*')).toEqualTypeOf<EventStream<unknown>>();
    expectTypeOf(bus.waitFor<'tick'>).returns.resolves.toEqualTypeOf<number>();
    expectTypeOf(bus.request('ask', 'x')).resolves.toEqualTypeOf<boolean>();
    expect(neverRun).toBeTypeOf('function');
  });

  it('follow from Bones', async () => {
    const bus = new EventBus();
    bus.on(Quake, (quake) => expectTypeOf(quake.magnitude).toEqualTypeOf<number>());
    expectTypeOf(bus.stream(Quake)).toEqualTypeOf<EventStream<{ readonly magnitude: number }>>();
    bus.respond(Locate, ({ magnitude }) => ({ place: magnitude.toFixed(1) }));
    const reply = await bus.request(Locate, { magnitude: 4 });
    expectTypeOf(reply).toEqualTypeOf<{ place: string }>();
    expect(reply).toEqual({ place: '4.0' });
  });

  it('are unknown where there is no map', () => {
    const bus = new EventBus();
    bus.on('anything', (value) => expectTypeOf(value).toEqualTypeOf<unknown>());
    expect(bus.emit('anything', { of: 'any kind' })).toBe(1);
  });
});
