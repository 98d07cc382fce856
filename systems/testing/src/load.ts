import { OptionError } from '@organism/cell';
import type { Chance } from './chance.ts';

/** Options of open-loop arrivals. */
export interface ArrivalOptions {
  /** How many arrive per second of virtual time, on average. */
  readonly ratePerSecond: number;
  /** For how long: milliseconds of virtual time. */
  readonly forMs: number;
  /** What the trace calls them. Default `arrival`. */
  readonly name?: string;
}

/** Sends one of many; the index counts from 0. */
export type Send<T> = (index: number) => T | PromiseLike<T>;

/** What load asks of its world. */
export interface LoadHost {
  readonly chance: Chance;
  monotonic(): number;
  sleep(ms: number): Promise<void>;
  log(event: string): void;
}

/** What became of each: what was returned, or thrown. */
export type Outcomes<T> = PromiseSettledResult<Awaited<T>>[];

const attempt = async <T>(send: Send<T>, index: number): Promise<Outcomes<T>> =>
  await Promise.allSettled([(async () => await send(index))()]);

/** `count` calls at one instant, none waiting for another; resolves with every outcome, in order. */
export const burst = async <T>({ log }: LoadHost, count: number, send: Send<T>): Promise<Outcomes<T>> => {
  if (!Number.isSafeInteger(count) || count < 0) throw new OptionError('count', 'a whole number >= 0', count);
  log(`burst of ${count}`);
  return (await Promise.all(Array.from({ length: count }, (_, index) => attempt(send, index)))).flat();
};

/**
 * Calls at random times, none waiting for another: a Poisson process. Times are rounded to whole milliseconds, so that
 * the last bits of the host's logarithm don't matter.
 */
export const arrivals = async <T>(
  { chance, monotonic, sleep, log }: LoadHost,
  { ratePerSecond, forMs, name = 'arrival' }: ArrivalOptions,
  send: Send<T>,
): Promise<Outcomes<T>> => {
  if (!(Number.isFinite(ratePerSecond) && ratePerSecond > 0))
    throw new OptionError('ratePerSecond', 'a finite number > 0', ratePerSecond);
  if (!(Number.isFinite(forMs) && forMs >= 0)) throw new OptionError('forMs', 'milliseconds >= 0', forMs);
  const sent: Promise<Outcomes<T>>[] = [];
  const from = monotonic();
  const gap = (): number => (-Math.log(1 - chance.number(0, 1)) * 1000) / ratePerSecond;
  for (let at = gap(); at < forMs; at += gap()) {
    const waitMs = from + Math.round(at) - monotonic();
    if (waitMs > 0) await sleep(waitMs);
    log(`${name} ${sent.length}`);
    sent.push(attempt(send, sent.length));
  }
  const left = from + forMs - monotonic();
  if (left > 0) await sleep(left);
  return (await Promise.all(sent)).flat();
};
