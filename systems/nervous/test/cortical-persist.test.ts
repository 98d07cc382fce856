import { OptionError } from '@organism/cell';
import { CorticalNeuron, NeuralCircuit, type Persistence, type StateStore, type Stored } from '@organism/nervous';
import { describe, expect, it } from 'vitest';
import { Amount, failuresOf, rootOf } from './neurons.ts';

/** A store that can be told to fail, and counts. */
class Shelf implements StateStore {
  readonly rows = new Map<string, Stored>();
  writes = 0;
  broken = false;

  get(key: string): Promise<Stored | undefined> {
    return Promise.resolve(this.rows.get(key));
  }

  set(key: string, value: unknown, { ifVersion }: { readonly ifVersion?: number } = {}): Promise<Stored> {
    const version = this.rows.get(key)?.version ?? 0;
    if (this.broken) return Promise.reject(new Error('disk full'));
    if (ifVersion !== undefined && ifVersion !== version) return Promise.reject(new Error('version conflict'));
    const stored = { value: structuredClone(value), version: version + 1 };
    this.rows.set(key, stored);
    this.writes += 1;
    return Promise.resolve(stored);
  }

  delete(key: string): Promise<boolean> {
    return Promise.resolve(this.rows.delete(key));
  }
}

const sumsOn = (persist: Persistence<{ total: number }>) =>
  new CorticalNeuron({
    name: 'sums',
    dendrites: { add: Amount },
    initial: () => ({ total: 0 }),
    persist,
    react: { add: (amount, soma) => void (soma.state = { total: soma.state.total + amount }) },
  });

const runWith = async (persist: Persistence<{ total: number }>, amounts: readonly number[]) => {
  const { list, onError } = failuresOf();
  const sums = sumsOn(persist);
  const circuit = await new NeuralCircuit({ name: 'x', onError }).add(sums).start();
  for (const amount of amounts) circuit.stimulate(sums.dendrites.add, amount);
  await circuit.drain();
  return { sums, circuit, failures: list };
};

describe('a persistent neuron', () => {
  it('writes when it stops, and goes on from there', async () => {
    const store = new Shelf();
    const first = await runWith({ store }, [1, 2, 3]);
    expect(store.writes).toBe(0);
    await first.circuit.stop();
    expect(store.rows.get('sums')?.value).toEqual({ version: 1, state: { total: 6 } });
    const second = await runWith({ store }, [4]);
    expect(second.sums.snapshot()).toEqual({ total: 10 });
    await second.circuit.stop();
  });

  it('writes after so many messages, before it takes the next: a crash loses no more', async () => {
    const store = new Shelf();
    await runWith({ store, key: 'k', everyMessages: 2 }, [1, 2, 3, 4, 5]);
    expect([store.writes, store.rows.get('k')?.value]).toEqual([2, { version: 1, state: { total: 10 } }]);
  });

  it('brings an older state up to date, or refuses it, or a newer one, naming both versions', async () => {
    const store = new Shelf();
    await store.set('sums', { version: 1, state: 7 });
    const upcast = (state: unknown, version: number) => ({ total: (state as number) + version });
    const { sums, circuit } = await runWith({ store, version: 2, upcast }, [1]);
    expect(sums.snapshot()).toEqual({ total: 9 });
    await circuit.stop();
    expect(store.rows.get('sums')?.value).toEqual({ version: 2, state: { total: 9 } });
    const refused = async (persist: Persistence<{ total: number }>): Promise<unknown> =>
      rootOf(await runWith(persist, []).catch((error: unknown) => error));
    expect(await refused({ store, version: 3 })).toMatchObject({
      code: 'NERVOUS_SNAPSHOT_OLD',
      message: 'The stored state of "sums" is of version 2, the neuron of version 3: pass persist.upcast.',
    });
    expect(await refused({ store })).toMatchObject({ code: 'NERVOUS_SNAPSHOT_NEW' });
    await store.set('sums', 'rubbish');
    expect(await refused({ store })).toMatchObject({ code: 'NERVOUS_SNAPSHOT_BAD' });
  });

  it('a write that fails is a failed reaction: reported, and the state is as before', async () => {
    const store = new Shelf();
    const { sums, circuit, failures } = await runWith({ store, everyMessages: 1 }, [1]);
    store.broken = true;
    circuit.stimulate(sums.dendrites.add, 2);
    await circuit.drain();
    store.broken = false;
    circuit.stimulate(sums.dendrites.add, 3);
    await circuit.drain();
    expect([sums.snapshot(), failures.map(({ value }) => value)]).toEqual([{ total: 4 }, [2]]);
    await circuit.stop();
  });

  it('two that own one state find out: the second to write is refused', async () => {
    const store = new Shelf();
    const one = await runWith({ store, everyMessages: 1 }, []);
    const two = await runWith({ store, everyMessages: 1 }, [5]);
    one.circuit.stimulate(one.sums.dendrites.add, 1);
    await one.circuit.drain();
    expect(one.failures[0]?.error).toMatchObject({ message: 'version conflict' });
    expect(store.rows.get('sums')?.value).toEqual({ version: 1, state: { total: 5 } });
    await two.circuit.stop();
  });

  it.each([
    [{ version: 0 }, 'persist.version'],
    [{ everyMessages: 0 }, 'persist.everyMessages'],
  ])('refuses %j', (options, field) => {
    expect(() => sumsOn({ store: new Shelf(), ...options })).toThrow(OptionError);
    expect(() => sumsOn({ store: new Shelf(), ...options })).toThrow(field);
  });
});
