import {
  EventBus,
  type Failure,
  fromEmitter,
  fromEventTarget,
  fromObservable,
  toEmitter,
  toEventTarget,
  toObservable,
  typed,
} from '@organism/nervous';
import { EventEmitter } from 'node:events';
import { from, map, Observable, Subject, take, throwError } from 'rxjs';
import { describe, expect, it } from 'vitest';

const Tick = typed<number>('tick');

describe('RxJS', () => {
  it('takes a topic as an observable, which completes when the bus stops', async () => {
    const bus = await new EventBus().start();
    const log: unknown[] = [];
    const ticks = from(toObservable(bus.topic(Tick)));
    ticks.pipe(map((tick) => tick + 1)).subscribe({ next: (tick) => log.push(tick), complete: () => log.push('end') });
    const first = ticks.pipe(take(1)).subscribe((tick) => log.push(`first ${tick}`));
    bus.emit(Tick, 1);
    bus.emit(Tick, 2);
    expect([log, first.closed, bus.topic(Tick).listenerCount]).toEqual([[2, 'first 1', 3], true, 1]);
    await bus.stop();
    expect(log.at(-1)).toBe('end');
  });

  it('is found under Symbol.observable where the host has it', () => {
    const bus = new EventBus();
    const name = Symbol('observable');
    Object.defineProperty(Symbol, 'observable', { value: name, configurable: true });
    const observable = toObservable(bus.topic(Tick));
    Reflect.deleteProperty(Symbol, 'observable');
    expect([(observable as unknown as Record<symbol, () => unknown>)[name]?.(), observable['@@observable']()]).toEqual([
      observable,
      observable,
    ]);
    expect(Object.getOwnPropertySymbols(toObservable(bus.topic(Tick)))).toEqual([]);
  });

  it('feeds a topic; its error is reported, its end ends nothing', () => {
    const failures: Failure[] = [];
    const bus = new EventBus({ onError: (failure) => failures.push(failure) });
    const seen: number[] = [];
    bus.on(Tick, (tick) => seen.push(tick));
    const subject = new Subject<number>();
    const bridge = fromObservable(subject, bus.topic(Tick));
    subject.next(1);
    bridge.unsubscribe();
    subject.next(2);
    fromObservable(from([3, 4]), bus.topic(Tick));
    fromObservable(
      throwError(() => new Error('source')),
      bus.topic(Tick),
    );
    expect([seen, subject.observed]).toEqual([[1, 3, 4], false]);
    expect(failures.map(({ source, error }) => [source, (error as Error).message])).toEqual([['tick', 'source']]);
  });

  it('is unsubscribed by a signal', () => {
    const bus = new EventBus();
    let ended = 0;
    const source = new Observable<number>(() => () => (ended += 1));
    const abort = new AbortController();
    fromObservable(source, bus.topic(Tick), { signal: abort.signal });
    abort.abort();
    fromObservable(source, bus.topic(Tick), { signal: abort.signal });
    expect(ended).toBe(2);
  });
});

describe('EventTarget', () => {
  it('gets a topic’s values as events', () => {
    const bus = new EventBus();
    const target = new EventTarget();
    const seen: unknown[] = [];
    for (const type of ['tick', 'renamed'])
      target.addEventListener(type, (event) => seen.push([event.type, (event as CustomEvent).detail]));
    const bridge = toEventTarget(bus.topic(Tick), target);
    toEventTarget(bus.topic(Tick), target, { event: 'renamed' });
    bus.emit(Tick, 1);
    bridge.unsubscribe();
    bus.emit(Tick, 2);
    expect(seen).toEqual([
      ['tick', 1],
      ['renamed', 1],
      ['renamed', 2],
    ]);
  });

  it('feeds a topic, with events or what is made of them', () => {
    const failures: Failure[] = [];
    const bus = new EventBus({ onError: (failure) => failures.push(failure) });
    const target = new EventTarget();
    const abort = new AbortController();
    const Raw = typed<Event>('raw');
    const seen: unknown[] = [];
    bus.on(Raw, ({ type }) => seen.push(type));
    bus.on(Tick, (tick) => seen.push(tick));
    fromEventTarget(target, 'tick', bus.topic(Raw), { signal: abort.signal });
    fromEventTarget(target, 'tick', bus.topic(Tick), { map: (event: CustomEvent<number>) => event.detail });
    // @ts-expect-error: events are no numbers, so there must be a map
    expect(() => fromEventTarget(new EventTarget(), 'tick', bus.topic(Tick))).not.toThrow();
    target.dispatchEvent(new CustomEvent('tick', { detail: 1 }));
    abort.abort();
    target.dispatchEvent(new CustomEvent('tick', { detail: 2 }));
    expect(seen).toEqual(['tick', 1, 2]);
    const broken = fromEventTarget(target, 'bad', bus.topic(Tick), {
      map: () => {
        throw new Error('map');
      },
    });
    target.dispatchEvent(new Event('bad'));
    broken.unsubscribe();
    target.dispatchEvent(new Event('bad'));
    expect(failures.map(({ error }) => (error as Error).message)).toEqual(['map']);
  });
});

describe('EventEmitter', () => {
  it('gets and feeds a topic', () => {
    const bus = new EventBus();
    const emitter = new EventEmitter();
    const seen: unknown[] = [];
    emitter.on('tick', (value) => seen.push(`out ${value}`));
    const out = toEmitter(bus.topic(Tick), emitter);
    bus.emit(Tick, 1);
    out.unsubscribe();
    bus.on(Tick, (value) => seen.push(`in ${value}`));
    const bridge = fromEmitter(emitter, 'pair', bus.topic(Tick), { map: (a: number, b: number) => a + b });
    emitter.emit('pair', 2, 3);
    bridge.unsubscribe();
    emitter.emit('pair', 4, 5);
    expect([seen, emitter.listenerCount('pair')]).toEqual([['out 1', 'in 5'], 0]);
  });

  it('gives the first argument to a topic of unknown values, and never hears of failures', async () => {
    const failures: Failure[] = [];
    const bus = await new EventBus({ onError: (failure) => failures.push(failure) }).start();
    const Anything = typed<unknown>('anything');
    const emitter = new EventEmitter();
    fromEmitter(emitter, 'x', bus.topic(Anything));
    const next = bus.waitFor(Anything);
    emitter.emit('x', 'first', 'second');
    expect(await next).toBe('first');
    toEmitter(bus.topic(Anything), emitter, { event: 'error' });
    bus.emit(Anything, new Error('unheard'));
    await bus.stop();
    expect(emitter.emit('x', 1)).toBe(true);
    expect(failures.map(({ error }) => (error as { message: string }).message)).toEqual([
      'unheard',
      'The event bus can\'t emit "anything": it is not running.',
    ]);
  });
});
