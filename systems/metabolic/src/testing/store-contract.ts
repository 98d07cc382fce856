import { OrganismError } from '@organism/cell';
import type { StoredEntry } from '../cache/entry.ts';
import type { CacheStore, StoreRead } from '../cache/store.ts';

/** A store that does not do what the contract says. Code `METABOLIC_CONTRACT_BROKEN`. */
export class StoreContractError extends OrganismError {
  constructor(expected: string) {
    super('METABOLIC_CONTRACT_BROKEN', `The store breaks the contract: ${expected}.`);
  }
}

/** What a contract case works with: an empty store each time. */
export interface StoreUnderTest {
  readonly store: CacheStore;
  /** The store's time: milliseconds since the epoch. */
  now(): number;
  /** Lets the store's time pass. */
  pass(ms: number): Promise<void>;
}

/** One clause of the contract. */
export interface ContractCase {
  readonly name: string;
  /** Resolves when the store keeps the clause; rejects with StoreContractError when it does not. */
  run(subject: StoreUnderTest): Promise<void>;
}

const must = (holds: boolean, expected: string): void => {
  if (!holds) throw new StoreContractError(expected);
};
const holds = ({ entry }: StoreRead, value: unknown): boolean =>
  entry !== undefined && JSON.stringify(entry.value) === JSON.stringify(value);
const tagged = (value: unknown, ...tags: string[]): StoredEntry => ({ value, tags });

const cases: Record<string, (subject: StoreUnderTest) => Promise<void>> = {
  'gives what was written, with its stamps and tags': async ({ store, now }) => {
    must((await store.read('k', [])).entry === undefined, 'an empty store has no entry');
    const entry = {
      value: { deep: [1, 'two', null] },
      freshUntil: now() + 60_000,
      staleMs: 5,
      graceMs: 7,
      tags: ['t'],
    };
    must(await store.write('k', entry), 'a plain write is done');
    const read = await store.read('k', ['t']);
    must(JSON.stringify(read.entry) === JSON.stringify(entry), 'the entry comes back as it was');
    await store.write('absent', { freshUntil: now() + 60_000 });
    const absent = (await store.read('absent', [])).entry;
    must(absent !== undefined && absent.value === undefined, 'an absence comes back as an entry without a value');
  },
  'keeps keys of any characters apart': async ({ store }) => {
    const keys = ['a', 'A', ' ', '{a}', '}', '{', '{}', 'a:b', '\u{1f30b}', 'a\nb', '*', 'value', 'lock'];
    for (const key of keys) await store.write(key, tagged(key, key));
    for (const key of keys) must(holds(await store.read(key, [key]), key), 'every key has its own value');
    await store.delete(keys);
    for (const key of keys) must((await store.read(key, [])).entry === undefined, 'every key can be deleted');
  },
  'forgets an entry when it is of no more use': async ({ store, now, pass }) => {
    await store.write('ttl', { value: 1, freshUntil: now() + 60 });
    await store.write('grace', { value: 1, freshUntil: now() + 60, graceMs: 60_000 });
    must(!(await store.write('late', { value: 1, freshUntil: now() - 1 })), 'a dead entry is not written');
    must(holds(await store.read('ttl', []), 1), 'it is there before');
    await pass(90);
    must((await store.read('ttl', [])).entry === undefined, 'it is gone after its TTL');
    must(holds(await store.read('grace', []), 1), 'it is there for its grace');
  },
  'keeps an entry for longer when touched': async ({ store, pass }) => {
    if (store.touch === undefined) return;
    await store.write('k', { value: 1, slidingMs: 60 });
    await store.touch('k', 60_000);
    await store.touch('none', 1000);
    await pass(90);
    must(holds(await store.read('k', []), 1), 'a touched entry outlives its first period');
    must((await store.read('none', [])).entry === undefined, 'a touch makes no entry');
  },
  'invalidates by tag what was written before, and nothing else': async ({ store }) => {
    await store.write('a', tagged(1, 'x', 'y'));
    await store.write('b', tagged(2, 'y'));
    await store.write('c', tagged(3));
    await store.invalidateTags(['x', 'unknown']);
    must((await store.read('a', [])).entry === undefined, 'a tag takes its entries');
    must(holds(await store.read('b', []), 2) && holds(await store.read('c', []), 3), 'a tag takes no others');
    await store.write('a', tagged(4, 'x'));
    must(holds(await store.read('a', []), 4), 'what is written after an invalidation stays');
  },
  'drops what was loaded before an invalidation and written after it': async ({ store }) => {
    for (const invalidate of [() => store.invalidateTags(['t']), () => store.clear()]) {
      const { ticket } = await store.read('k', ['t']);
      await invalidate();
      await store.write('k', tagged('old', 't'), { ticket });
      must(
        (await store.read('k', [])).entry === undefined,
        'a ticket from before an invalidation writes nothing readable',
      );
      const again = await store.read('k', ['t']);
      await store.write('k', tagged('new', 't'), { ticket: again.ticket });
      must(holds(await store.read('k', []), 'new'), 'a ticket from after it writes');
    }
  },
  'takes tags that the ticket does not know as they are at the write': async ({ store }) => {
    const { ticket } = await store.read('k', []);
    await store.write('k', tagged(1, 'late'), { ticket });
    must(holds(await store.read('k', []), 1), 'the entry is readable');
    await store.invalidateTags(['late']);
    must((await store.read('k', [])).entry === undefined, 'the tag counts from then on');
  },
  'clears everything': async ({ store }) => {
    await store.write('a', tagged(1, 'x'));
    await store.write('b', tagged(2));
    await store.clear();
    for (const key of ['a', 'b']) must((await store.read(key, [])).entry === undefined, 'clear takes every entry');
    await store.write('a', tagged(3));
    must(holds(await store.read('a', []), 3), 'a cleared store takes new entries');
  },
  'gives the lease of a key to one at a time': async ({ store }) => {
    if (store.acquire === undefined) return;
    const all = await Promise.all([1, 2, 3].map(() => store.acquire?.('k', 60_000)));
    const [lease, ...more] = all.filter((one) => one !== undefined);
    must(lease !== undefined && more.length === 0, 'one of three gets it');
    must((await store.acquire('other', 60_000)) !== undefined, 'another key has another lease');
    must((await lease?.renew()) === true, 'its holder can renew it');
    await lease?.release();
    must((await lease?.renew()) === false, 'a lease given back can not be renewed');
    must((await store.acquire('k', 60_000)) !== undefined, 'it can be taken again');
  },
  'takes a lease away when its time is over, and lets nobody free the next': async ({ store, pass }) => {
    if (store.acquire === undefined) return;
    const first = await store.acquire('k', 60);
    await pass(90);
    const second = await store.acquire('k', 60_000);
    must(first !== undefined && second !== undefined, 'a lease runs out');
    must((await first?.renew()) === false, 'a lost lease can not be renewed');
    await first?.release();
    must((await store.acquire('k', 60_000)) === undefined, 'a lost lease frees nothing');
    must(!(await store.write('k', tagged('late'), first && { lease: first })), 'a lost lease writes nothing');
    must(await store.write('k', tagged('ours'), second && { lease: second }), 'a held lease writes');
  },
  'takes away the lease of a key that is deleted': async ({ store }) => {
    if (store.acquire === undefined) return;
    const lease = await store.acquire('k', 60_000);
    await store.delete(['k']);
    must(!(await store.write('k', tagged('old'), lease && { lease })), 'the load under way writes nothing');
    must((await store.read('k', [])).entry === undefined, 'the key stays deleted');
  },
};

/**
 * Conformance suite for second-level stores: every {@link CacheStore} must pass every case. Needs no test runner.
 *
 * @example
 * ```ts
 * import { systemClock } from '@organism/cell';
 * import { MemoryStore } from '@organism/metabolic';
 * import { storeContract } from '@organism/metabolic/testing';
 *
 * let now = 0;
 * const clock = { ...systemClock, now: () => now };
 * for (const { run } of storeContract) {
 *   await run({ store: new MemoryStore({ clock }), now: () => now, pass: async (ms) => void (now += ms) });
 * }
 * ```
 */
export const storeContract: readonly ContractCase[] = Object.entries(cases).map(([name, run]) => ({ name, run }));
