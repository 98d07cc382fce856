import { batch, filter, map, pipe } from '@organism/circulatory/streams';
import { Effect, Stream } from 'effect';
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import * as rx from 'rxjs';
import type { Benchmark, Case, Peer, Work } from './lib/benchmark.ts';

/** What every contender reads: one value after another, asynchronously. */
const source = async function* (times: number): AsyncGenerator<number, undefined> {
  for (let n = 0; n < times; n += 1) yield n;
  return undefined;
};

const total = async (values: AsyncIterable<number>): Promise<number> => {
  let sum = 0;
  for await (const value of values) sum += value;
  return sum;
};

const double = (n: number): number => n * 2;
const isKept = (n: number): boolean => n % 3 !== 0;
const size = (values: readonly number[]): number => values.length + (values[0] ?? 0);
const later = (n: number): Promise<number> => Promise.resolve(n + 1);
const concurrency = 16;

const generators = {
  map: async function* <T, R>(values: AsyncIterable<T>, mapper: (value: T) => R): AsyncGenerator<R, undefined> {
    for await (const value of values) yield mapper(value);
    return undefined;
  },
  filter: async function* <T>(values: AsyncIterable<T>, test: (value: T) => boolean): AsyncGenerator<T, undefined> {
    for await (const value of values) if (test(value)) yield value;
    return undefined;
  },
  batch: async function* <T>(values: AsyncIterable<T>, most: number): AsyncGenerator<T[], undefined> {
    let held: T[] = [];
    for await (const value of values) {
      held.push(value);
      if (held.length < most) continue;
      yield held;
      held = [];
    }
    if (held.length > 0) yield held;
    return undefined;
  },
};

const web = <T, R>(step: (value: T, emit: (value: R) => void) => void): TransformStream<T, R> =>
  new TransformStream({ transform: (value, controller) => step(value, (out) => controller.enqueue(out)) });

const viaEffect = (stream: Stream.Stream<number, unknown>): Promise<number> =>
  Effect.runPromise(
    Stream.runFold(
      stream,
      () => 0,
      (sum: number, n: number) => sum + n,
    ),
  );
const read = (times: number): Stream.Stream<number, unknown> =>
  Stream.fromAsyncIterable(source(times), (error) => error);
const fold = (stream: rx.Observable<number>): Promise<number> =>
  rx.lastValueFrom(stream.pipe(rx.reduce((sum, n) => sum + n, 0)));

const peer = (name: string, work: Work, goal?: number): Peer => ({
  name,
  package: name === 'rxjs' || name === 'effect' ? name : 'node',
  work,
  ...(goal !== undefined && { goal }),
});

const workloads: readonly Case[] = [
  {
    name: 'map, filter, map',
    goal: null,
    ours: (times) => total(pipe(source(times), map(double), filter(isKept), map(double))),
    peers: [
      peer(
        'async generators',
        (times) => total(generators.map(generators.filter(generators.map(source(times), double), isKept), double)),
        1,
      ),
      peer('node:stream', (times) => total(Readable.from(source(times)).map(double).filter(isKept).map(double)), 0.5),
      peer(
        'Web streams',
        (times) =>
          total(
            (ReadableStream as unknown as { from(values: AsyncIterable<number>): ReadableStream<number> })
              .from(source(times))
              .pipeThrough(web<number, number>((n, emit) => emit(double(n))))
              .pipeThrough(web<number, number>((n, emit) => void (isKept(n) && emit(n))))
              .pipeThrough(web<number, number>((n, emit) => emit(double(n)))) as unknown as AsyncIterable<number>,
          ),
        0.5,
      ),
      peer('rxjs', (times) => fold(rx.from(source(times)).pipe(rx.map(double), rx.filter(isKept), rx.map(double)))),
      peer(
        'effect',
        (times) => viaEffect(read(times).pipe(Stream.map(double), Stream.filter(isKept), Stream.map(double))),
        1,
      ),
    ],
  },
  {
    name: 'asynchronous map, 16 at a time, in order',
    goal: null,
    ours: (times) => total(pipe(source(times), map(later, { concurrency }))),
    peers: [
      peer('node:stream', (times) => total(Readable.from(source(times)).map(later, { concurrency })), 0.5),
      peer(
        'effect',
        (times) =>
          viaEffect(read(times).pipe(Stream.mapEffect((n) => Effect.promise(() => later(n)), { concurrency }))),
        1,
      ),
    ],
  },
  {
    name: 'asynchronous map, 16 at a time, as done',
    goal: null,
    ours: (times) => total(pipe(source(times), map(later, { concurrency, ordered: false }))),
    peers: [peer('rxjs', (times) => fold(rx.from(source(times)).pipe(rx.mergeMap(later, concurrency))))],
  },
  {
    name: 'batches of 100',
    goal: null,
    ours: (times) => total(pipe(source(times), batch({ size: 100 }), map(size))),
    peers: [
      peer('async generators', (times) => total(generators.map(generators.batch(source(times), 100), size)), 1.5),
      peer('rxjs', (times) => fold(rx.from(source(times)).pipe(rx.bufferCount(100), rx.map(size)))),
      peer('effect', (times) => viaEffect(read(times).pipe(Stream.grouped(100), Stream.map(size))), 1),
    ],
  },
];

/** Streams of values that come one by one, through operators with backpressure; per value. RxJS has none. */
export const benchmark: Benchmark = {
  name: 'circulatory.streams',
  description:
    'values of an async generator through operators: against plain async generators, node:stream, Web streams, effect, and ' +
    'RxJS, which does without backpressure',
  verify: async () => {
    for (const { name, ours, peers } of workloads) {
      const expected = await ours(1000);
      for (const other of peers) assert.equal(await other.work(1000), expected, `${name}: ${other.name}`);
    }
  },
  cases: () => workloads,
};
