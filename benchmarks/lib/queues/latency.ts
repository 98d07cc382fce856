import { systemClock } from '@organism/cell';
import { heapUsed } from '../heap.ts';
import { type Queue, reading } from './contender.ts';

/** Milliseconds from the call of publish to the call of the handler. */
export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  /** Messages consumed a second, over the whole run. */
  readonly perSecond: number;
}

/** The value below which so large a share lies. */
export const quantile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/** How long each message took, in milliseconds, and how long all took. */
interface Measured {
  readonly taken: Float64Array;
  readonly seconds: number;
}

const measure = async (open: () => Promise<Queue>, rate: number, seconds: number): Promise<Measured> => {
  await using queue = await open();
  const count = Math.round(rate * seconds);
  const [sent, taken] = [new Float64Array(count), new Float64Array(count)];
  const done = Promise.withResolvers<void>();
  let seen = 0;
  queue.onValue = ({ n }) => {
    taken[n] = performance.now() - (sent[n] ?? 0);
    seen += 1;
    if (seen === count) done.resolve();
  };
  const started = performance.now();
  let next = 0;
  const burst = (): void => {
    const due = Math.min(count, Math.floor(((performance.now() - started) / 1000) * rate));
    for (; next < due; next += 1) {
      sent[next] = performance.now();
      queue.publish(reading(next)).catch(done.reject);
    }
    if (next < count) systemClock.setTimeout(burst, 1);
  };
  burst();
  await done.promise;
  return { taken, seconds: (performance.now() - started) / 1000 };
};

const summary = (taken: Float64Array, seconds: number, count: number): Latency => {
  const sorted = taken.toSorted();
  return {
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
    max: quantile(sorted, 1),
    perSecond: count / seconds,
  };
};

/**
 * Publishes so many a second whether the queue keeps up or not, in a small burst each millisecond, and waits until all are
 * consumed. The first tenth is for the compilers and is not counted.
 */
export const paced = async (open: () => Promise<Queue>, rate: number, seconds: number): Promise<Latency> => {
  const run = await measure(open, rate, seconds);
  return summary(run.taken.subarray(Math.floor(run.taken.length / 10)), run.seconds, run.taken.length);
};

/** A long run, and by how many bytes the heap grew from its first tenth to its end. */
export interface Endurance extends Latency {
  readonly heapGrowth: number;
}

/** As {@link paced}, in ten parts on one queue, all of them counted, with the heap measured after each. */
export const sustained = async (open: () => Promise<Queue>, rate: number, seconds: number): Promise<Endurance> => {
  await using queue = await open();
  // The parts share the queue; each thinks it is its own.
  const shared = (): Promise<Queue> =>
    Promise.resolve({
      publish: (value) => queue.publish(value),
      set onValue(handler: Queue['onValue']) {
        queue.onValue = handler;
      },
      get onValue() {
        return queue.onValue;
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    });
  const taken = new Float64Array(rate * seconds);
  const heaps: number[] = [];
  let [at, elapsed] = [0, 0];
  for (let part = 0; part < 10; part += 1) {
    const run = await measure(shared, rate, seconds / 10);
    taken.set(run.taken, at);
    at += run.taken.length;
    elapsed += run.seconds;
    heaps.push(await heapUsed());
  }
  return { ...summary(taken, elapsed, at), heapGrowth: (heaps.at(-1) ?? 0) - (heaps[0] ?? 0) };
};
