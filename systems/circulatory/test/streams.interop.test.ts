import { sleep, systemClock } from '@organism/cell';
import {
  batch,
  collect,
  defer,
  fromObservable,
  fromReadableStream,
  map,
  pipe,
  take,
  toObservable,
  toReadableStream,
  toTransformStream,
} from '@organism/circulatory/streams';
import * as rx from 'rxjs';
import { describe, expect, it } from 'vitest';

/** Numbers from 0 on, and what became of them. */
const counting = (end = Infinity): { source: AsyncIterable<number>; state: { read: number; closed: number } } => {
  const state = { read: 0, closed: 0 };
  const source = defer(async function* () {
    try {
      for (let n = 0; n < end; n += 1) {
        state.read += 1;
        yield n;
      }
    } finally {
      state.closed += 1;
    }
  });
  return { source, state };
};

describe('Web streams', () => {
  it('read a sequence when they are read, and close it when they are cancelled', async () => {
    const { source, state } = counting();
    const reader = toReadableStream(source).getReader();
    expect([await reader.read(), await reader.read()].map(({ value }) => value)).toEqual([0, 1]);
    await sleep(systemClock, 0);
    expect(state.read).toBe(2);
    await reader.cancel();
    expect(state.closed).toBe(1);
  });

  it('become sequences, and are cancelled when their reader leaves, even while it waits', async () => {
    const cancelled = Promise.withResolvers<unknown>();
    const silent = new ReadableStream<number>({ cancel: (reason) => cancelled.resolve(reason) });
    const iterator = fromReadableStream(silent)[Symbol.asyncIterator]();
    const waiting = iterator.next();
    await iterator.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await cancelled.promise;
    expect(silent.locked).toBe(false);
    expect(await collect(fromReadableStream(toReadableStream([1, 2])))).toEqual([1, 2]);
    const failing = new ReadableStream({ start: (controller) => controller.error(new Error('torn')) });
    await expect(collect(fromReadableStream(failing))).rejects.toThrow('torn');
  });

  it('pass errors on', async () => {
    const failing = defer((): number[] => {
      throw new Error('no such file');
    });
    expect(() => toReadableStream(failing)).toThrow('no such file');
    const later = pipe(
      [1],
      map((): number => {
        throw new Error('torn');
      }),
    );
    await expect(toReadableStream(later).getReader().read()).rejects.toThrow('torn');
  });

  it('are transformed by operators, with backpressure', async () => {
    const { source, state } = counting();
    const doubled = toReadableStream(source).pipeThrough(toTransformStream(map((n: number) => n * 2)));
    const reader = doubled.getReader();
    expect([await reader.read(), await reader.read()].map(({ value }) => value)).toEqual([0, 2]);
    await sleep(systemClock, 5);
    expect(state.read).toBeLessThan(6);
    await reader.cancel(new Error('enough'));
    await sleep(systemClock, 5);
    expect(state.closed).toBe(1);
    const all = toReadableStream([1, 2, 3]).pipeThrough(toTransformStream(batch<number>({ size: 2 })));
    expect(await collect(fromReadableStream(all))).toEqual([[1, 2], [3]]);
  });

  it('end on both sides when the operator ends, fails, or the writer aborts', async () => {
    const { source, state } = counting();
    const first = toReadableStream(source).pipeThrough(toTransformStream(take<number>(2)));
    expect(await collect(fromReadableStream(first))).toEqual([0, 1]);
    await sleep(systemClock, 5);
    expect(state.closed).toBe(1);
    const failing = toTransformStream(
      map((): number => {
        throw new Error('torn');
      }),
    );
    const writer = failing.writable.getWriter();
    writer.closed.catch(() => {});
    const written = writer.write(undefined);
    await expect(failing.readable.getReader().read()).rejects.toThrow('torn');
    await Promise.allSettled([written]);
    await expect(writer.write(undefined)).rejects.toThrow('torn');
    const aborted = toTransformStream(map((n: number) => n));
    const reading = aborted.readable.getReader().read();
    await aborted.writable.abort(new Error('gone'));
    await expect(reading).rejects.toThrow('gone');
  });
});

describe('observables', () => {
  it('become sequences with a bounded buffer, and are unsubscribed from', async () => {
    const subject = new rx.Subject<number>();
    const iterator = fromObservable(subject, { capacity: 2 })[Symbol.asyncIterator]();
    for (const n of [1, 2]) subject.next(n);
    expect((await iterator.next()).value).toBe(1);
    for (const n of [3, 4]) subject.next(n);
    expect([(await iterator.next()).value, (await iterator.next()).value]).toEqual([2, 3]);
    await expect(iterator.next()).rejects.toMatchObject({ code: 'CIRCULATORY_STREAM_OVERFLOW' });
    expect(subject.observed).toBe(false);
    const latest = fromObservable(rx.of(1, 2, 3, 4), { capacity: 2, overflow: 'drop-oldest' });
    expect(await collect(latest)).toEqual([3, 4]);
    expect(await collect(fromObservable(rx.of(1, 2, 3, 4), { capacity: 2, overflow: 'drop-newest' }))).toEqual([1, 2]);
    await expect(collect(fromObservable(rx.throwError(() => new Error('torn'))))).rejects.toThrow('torn');
    expect(() => fromObservable({} as rx.Observable<number>)).toThrow(/^observable must be/);
  });

  it('are made of sequences, which are closed when nobody listens any more', async () => {
    const { source, state } = counting(5);
    const doubled = rx.from(toObservable(source)).pipe(rx.map((n) => n * 2));
    expect(await rx.lastValueFrom(doubled.pipe(rx.toArray()))).toEqual([0, 2, 4, 6, 8]);
    expect(await rx.lastValueFrom(doubled.pipe(rx.take(2), rx.toArray()))).toEqual([0, 2]);
    await sleep(systemClock, 0);
    expect(state.closed).toBe(2);
    const failing = pipe(
      source,
      map((): number => {
        throw new Error('torn');
      }),
    );
    await expect(rx.lastValueFrom(rx.from(toObservable(failing)))).rejects.toThrow('torn');
  });
});
