import { MemoryState, type StateDriver } from '@organism/nervous';
import { SqliteState } from '@organism/nervous/sqlite';
import { ContractError, stateDriverChecks } from '@organism/nervous/testing';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'astrocyte-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

describe('MemoryState keeps the contract of a state driver', () => {
  it.each(stateDriverChecks(() => new MemoryState()))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

describe('SqliteState keeps the contract of a state driver', () => {
  const make = (): SqliteState => new SqliteState({ path: join(folder, `${files++}.db`), synchronous: 'normal' });
  it.each(stateDriverChecks(make, { isDurable: true }))('$name', async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});

describe('the contract of a state driver finds', () => {
  const any = { ifVersion: undefined };
  /** A driver in memory with a fault. */
  const faulty = (fault: (memory: MemoryState) => Partial<StateDriver>): StateDriver => {
    const memory = new MemoryState();
    const driver: StateDriver = {
      read: (key, now) => memory.read(key, now),
      write: (key, value, order) => memory.write(key, value, order),
      remove: (key, order) => memory.remove(key, order),
      keys: (prefix, now) => memory.keys(prefix, now),
      expire: (now, limit) => memory.expire(now, limit),
      nextExpiry: () => memory.nextExpiry(),
    };
    return Object.assign(driver, fault(memory));
  };
  it.each<[string, (memory: MemoryState) => Partial<StateDriver>]>([
    [
      'a write that ignores the version',
      (memory) => ({ write: (key, value, order) => memory.write(key, value, { ...order, ...any }) }),
    ],
    [
      'a delete that ignores the version',
      (memory) => ({ remove: (key, order) => memory.remove(key, { ...order, ...any }) }),
    ],
    ['a read that ignores the time', (memory) => ({ read: (key) => memory.read(key, 0) })],
    [
      'a store that forgets the time to live',
      (memory) => ({ write: (key, value, order) => memory.write(key, value, { ...order, expiresAt: undefined }) }),
    ],
    ['an expiry without limit', (memory) => ({ expire: (now) => memory.expire(now, Infinity) })],
    ['a list that ignores the prefix', (memory) => ({ keys: (_prefix, now) => memory.keys('', now) })],
    ['a list of expired keys', (memory) => ({ keys: (prefix) => memory.keys(prefix, 0) })],
    [
      'versions that begin again',
      () => {
        const rows = new Map<string, MemoryState>();
        const of = (key: string): MemoryState =>
          rows.get(key) ?? rows.set(key, new MemoryState()).get(key) ?? new MemoryState();
        return {
          read: (key, now) => of(key).read(key, now),
          write: (key, value, order) => of(key).write(key, value, order),
          remove: (key, order) => {
            const removed = of(key).remove(key, order);
            if (removed.done) rows.delete(key);
            return removed;
          },
        };
      },
    ],
    [
      'values that are shared',
      (memory) => {
        const values = new Map<string, unknown>();
        return {
          read: (key, now) => {
            const row = memory.read(key, now);
            return row && { ...row, value: values.get(key) };
          },
          write: (key, value, order) => {
            const written = memory.write(key, value, order);
            if (written.done) values.set(key, value);
            return written;
          },
        };
      },
    ],
  ])('%s', async (_what, fault) => {
    const outcomes = await Promise.allSettled(stateDriverChecks(() => faulty(fault)).map(({ run }) => run()));
    const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(errors.length).toBeGreaterThan(0);
    for (const error of errors) expect(error).toBeInstanceOf(ContractError);
  });
});
