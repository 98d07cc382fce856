import { sleep, systemClock } from '@organism/cell';
import { type Heart, HeartDriverError, RejectError } from '@organism/circulatory';
import { constant } from '@organism/homeostasis';
import { expect } from 'vitest';

/** What was acknowledged to publishers and what was handled, by whatever process. */
export class Ledger {
  readonly published = new Map<string, number[]>();
  readonly #handled: { readonly key: string; readonly n: number; readonly at: number }[] = [];

  publish(key: string, n: number): void {
    this.published.set(key, [...(this.published.get(key) ?? []), n]);
  }

  handle(key: string, n: number, at: number): void {
    this.#handled.push({ key, n, at });
  }

  /** Acknowledged and never handled, but for what is to be a dead letter. */
  get missing(): number[] {
    const seen = new Set(this.#handled.map(({ n }) => n));
    return [...this.published.values()].flat().filter((n) => n % 25 !== 13 && !seen.has(n));
  }

  /** Acknowledged, and to be a dead letter. */
  get poison(): number[] {
    return [...this.published.values()].flat().filter((n) => n % 25 === 13);
  }

  /** Handled for the first time after a later one of their key. */
  get outOfOrder(): string[] {
    const last = new Map<string, number>();
    const seen = new Set<number>();
    return this.#handled
      .toSorted((one, other) => one.at - other.at)
      .flatMap(({ key, n }) => {
        if (seen.has(n)) return [];
        seen.add(n);
        const before = last.get(key) ?? -1;
        last.set(key, Math.max(before, n));
        return n < before ? [`${key}: ${n} after ${before}`] : [];
      });
  }
}

const now = (): number => performance.timeOrigin + performance.now();

/** Consumes, and notes what was handled. */
export const consume = (heart: Heart<{ jobs: number }>, ledger: Ledger): Promise<unknown> =>
  heart.subscribe(
    'jobs',
    ({ data, key = '' }) => {
      if (data % 25 === 13) throw new RejectError('poison', { reason: 'poison' });
      ledger.handle(key, data, now());
    },
    { concurrency: 10, backoff: constant(10), maxAttempts: 50, ackTimeoutMs: 2000 },
  );

/** Publishes until told to end, each number again until it is acknowledged. Returns how often it was not. */
export const publish = async (
  heart: Heart<{ jobs: number }>,
  ledger: Ledger,
  key: string,
  first: number,
  isOver: () => boolean,
): Promise<number> => {
  let failures = 0;
  for (let n = first; !isOver(); n += 1)
    for (;;) {
      try {
        await heart.publish('jobs', n, { key });
        ledger.publish(key, n);
        break;
      } catch (error) {
        expect(error).toBeInstanceOf(HeartDriverError);
        failures += 1;
        await sleep(systemClock, 10);
      }
    }
  return failures;
};

/** Resolves when all that was acknowledged is handled or buried, in order. */
export const settled = async (heart: Heart<{ jobs: number }>, ledger: Ledger, timeout = 20_000): Promise<void> => {
  await expect.poll(() => ledger.missing, { timeout, interval: 50 }).toEqual([]);
  const dead = async (): Promise<number[]> => {
    const letters = await heart.deadLetters('jobs', { limit: 10_000 });
    for (const { reason } of letters) expect(reason).toEqual({ code: 'poison', detail: 'poison' });
    const found = new Set(letters.map(({ envelope }) => Number(envelope?.data)));
    return ledger.poison.filter((n) => !found.has(n));
  };
  await expect.poll(dead, { timeout, interval: 200 }).toEqual([]);
  await expect.poll(async () => (await heart.inspect('jobs')).depth, { timeout: 20_000 }).toBe(0);
  expect(ledger.outOfOrder).toEqual([]);
};
