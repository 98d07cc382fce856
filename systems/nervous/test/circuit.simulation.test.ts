import {
  CorticalNeuron,
  type Failure,
  Microglia,
  NeuralCircuit,
  ReflexNeuron,
  type StateStore,
  type Stored,
  typed,
} from '@organism/nervous';
import { forAllSeeds, type World } from '@organism/testing';
import assert from 'node:assert/strict';
import { describe, expect, it } from 'vitest';

/** One message: which sender sent it, and as which of its messages. */
interface Parcel {
  readonly sender: number;
  readonly index: number;
}

const Sent = typed<Parcel>('parcel');
const idOf = ({ sender, index }: Parcel): string => `${sender}/${index}`;

/** What the scenarios count while they run. */
class Ledger {
  /** Neurons that run, by name and life. */
  readonly alive = new Set<string>();
  readonly delivered: Parcel[] = [];
  readonly failures: Failure[] = [];
  #lives = 0;

  /** The life of a neuron: what is started must be stopped. */
  life(name: string): { readonly start: () => void; readonly stop: () => void } {
    let id = '';
    return {
      start: () => {
        this.#lives += 1;
        id = `${name} ${this.#lives}`;
        this.alive.add(id);
      },
      stop: () => void this.alive.delete(id),
    };
  }
}

const capacity = 4;

/** Passes parcels on, sometimes at once, sometimes later; on some parcels it fails, once or for ever. */
const makeWorker = ({ chance, sleep }: World, ledger: Ledger, poison: ReadonlySet<string>, flaky: Set<string>) =>
  new CorticalNeuron({
    name: 'worker',
    dendrites: { in: Sent },
    axons: { out: Sent },
    mailbox: capacity,
    initial: () => 0,
    ...ledger.life('worker'),
    react: {
      in: (parcel, soma) => {
        const work = (): Promise<void> | undefined => {
          if (poison.has(idOf(parcel))) throw new Error('poison');
          if (flaky.delete(idOf(parcel))) throw new Error('flaky');
          soma.state += 1;
          return soma.axons.out.fire(parcel);
        };
        return chance.boolean(0.5) ? work() : sleep(chance.integer(0, 5)).then(work);
      },
    },
  });

type Worker = ReturnType<typeof makeWorker>;

const makeEnds = ({ chance, sleep }: World, ledger: Ledger) => {
  const entry = new ReflexNeuron({
    name: 'entry',
    dendrites: { in: Sent },
    axons: { out: Sent },
    mailbox: capacity,
    ...ledger.life('entry'),
    react: { in: (parcel, { out }) => out.fire(parcel) },
  });
  const exit = new CorticalNeuron({
    name: 'exit',
    dendrites: { in: Sent },
    mailbox: capacity,
    initial: () => 0,
    ...ledger.life('exit'),
    react: {
      in: (parcel, soma) => {
        ledger.delivered.push(parcel);
        soma.state += 1;
        return chance.boolean(0.2) ? sleep(chance.integer(1, 3)) : undefined;
      },
    },
  });
  return { entry, exit };
};

/** How often what the scenario is about has happened. */
const seen = { restarted: 0, quarantined: 0, swapped: 0, paused: 0, stoppedEarly: 0 };

/**
 * Three senders, a worker that fails on some messages and is swapped meanwhile, pauses, and a stop that may come early.
 */
const supervisionAndHotSwap = async (world: World): Promise<void> => {
  const { chance, clock, sleep } = world;
  const ledger = new Ledger();
  const perSender = chance.integer(2, 6);
  const early = chance.boolean(0.2);
  const ids = [0, 1, 2].flatMap((sender) => Array.from({ length: perSender }, (_, index) => `${sender}/${index}`));
  const poison = new Set(ids.filter(() => chance.boolean(0.08)));
  const flaky = new Set(ids.filter((id) => !poison.has(id) && chance.boolean(0.1)));
  const supervisor = new Microglia({
    strategy: chance.pick(['one-for-one', 'one-for-all', 'rest-for-one']),
    attempts: 2,
    intensity: { restarts: 100, withinMs: 1000 },
    backoff: { baseMs: chance.pick([0, 1, 7]) },
  });
  supervisor.observe(({ type }) => {
    if (type === 'restarted' || type === 'quarantined') seen[type] += 1;
  });
  const { entry, exit } = makeEnds(world, ledger);
  const workers: Worker[] = [makeWorker(world, ledger, poison, flaky)];
  const first = workers[0] as Worker;
  const circuit = new NeuralCircuit({
    name: 'mail',
    supervisor,
    myelinate: chance.boolean(),
    onError: (failure) => void ledger.failures.push(failure),
  })
    .add(entry, first, exit)
    .connect(entry.axons.out, first.dendrites.in, chance.boolean(0.3) ? { delayMs: chance.integer(1, 4) } : {})
    .connect(first.axons.out, exit.dendrites.in);
  await world.start(circuit);

  const sent: Parcel[] = [];
  const senders = [0, 1, 2].map(async (sender) => {
    for (let index = 0; index < perSender; index += 1) {
      if (circuit.state !== 'running') return;
      sent.push({ sender, index });
      await circuit.send(entry.dendrites.in, { sender, index });
      if (chance.boolean(0.5)) await sleep(chance.integer(0, 4));
    }
  });
  const swapping = (async () => {
    for (let count = chance.integer(0, 3); count > 0; count -= 1) {
      await sleep(chance.integer(0, 12));
      if (circuit.state !== 'running') return;
      const next = makeWorker(world, ledger, poison, flaky);
      workers.push(next);
      await circuit.swap(workers.at(-2) as Worker, next).then(
        () => (seen.swapped += 1),
        () => {},
      );
    }
  })();
  const pausing = (async () => {
    if (!chance.boolean(0.3)) return;
    await sleep(chance.integer(0, 10));
    if (circuit.state !== 'running') return;
    await circuit.pause();
    seen.paused += 1;
    await sleep(chance.integer(0, 10));
    circuit.resume();
  })();

  if (early) {
    await sleep(chance.integer(0, 20));
    seen.stoppedEarly += 1;
  } else await Promise.all([...senders, swapping, pausing]);
  await circuit.stop({ timeoutMs: 5000 });
  await Promise.all([...senders, swapping, pausing]);

  const { delivered } = ledger;
  const quarantined = supervisor.quarantined.map(({ value }) => idOf(value as Parcel));
  const undelivered = ledger.failures
    .filter(({ error }) => (error as { readonly code?: string }).code === 'NERVOUS_UNDELIVERED')
    .map(({ value }) => idOf(value as Parcel));
  // Nothing lost, nothing twice: each parcel was delivered, or put aside, or is reported.
  assert.deepEqual([...delivered.map(idOf), ...quarantined, ...undelivered].sort(), sent.map(idOf).sort());
  assert.ok(
    quarantined.every((id) => poison.has(id)),
    'only poison is put aside',
  );
  assert.deepEqual(undelivered, [], 'a stop has time enough to deliver all');
  for (const sender of [0, 1, 2]) {
    const order = delivered.filter((parcel) => parcel.sender === sender).map(({ index }) => index);
    assert.deepEqual(
      order,
      order.toSorted((a, b) => a - b),
      `the order of sender ${sender}`,
    );
  }
  for (const { name, peak } of [entry, exit, ...workers]) assert.ok(peak <= capacity, `the mailbox of ${name}`);
  assert.deepEqual([...ledger.alive], [], 'every neuron that was started is stopped');
  const states = workers.map((worker) => worker.snapshot());
  assert.equal(Math.max(...states), delivered.length, 'the state survives restarts and swaps');
  assert.equal(clock.pending, 0);
};

/** A process that keeps its sum on disk is killed now and then; the disk is slow, and sometimes fails. */
const crashAndRecover = async (world: World): Promise<void> => {
  const { chance, process, sleep, faults } = world;
  const disk = new Map<string, Stored>();
  const acknowledged: number[] = [];
  const refused: number[] = [];
  const live = async (values: readonly number[], killAfterMs: number): Promise<readonly number[]> => {
    const one = process('adder');
    const store = one.faults.wrap<StateStore>(
      {
        get: async (key) => disk.get(key),
        set: async (key, value, { ifVersion } = {}) => {
          const version = disk.get(key)?.version ?? 0;
          if (ifVersion !== undefined && ifVersion !== version) throw new Error('conflict');
          const stored = { value, version: version + 1 };
          disk.set(key, stored);
          return stored;
        },
        delete: async (key) => disk.delete(key),
      },
      { name: 'disk', delayMs: [0, 8], failRate: 0.05 },
    );
    const adder = new CorticalNeuron({
      name: 'adder',
      dendrites: { in: typed<number>('number') },
      axons: { done: typed<number>('number') },
      initial: (): readonly number[] => [],
      persist: { store, everyMessages: 1 },
      react: { in: (value, soma) => void (soma.state = [...soma.state, value]) },
    });
    const circuit = new NeuralCircuit({
      name: 'sums',
      onError: ({ value }) => {
        if (typeof value === 'number') refused.push(value);
      },
    }).add(adder);
    for (let attempt = 0; ; attempt += 1) {
      try {
        await one.start(circuit);
        break;
      } catch (error) {
        if (attempt > 20) throw error;
      }
    }
    const sending = (async () => {
      for (const value of values) {
        circuit.stimulate(adder.dendrites.in, value);
        await one.sleep(chance.integer(0, 20));
      }
    })();
    sending.catch(() => {});
    await sleep(killAfterMs);
    const state = adder.snapshot();
    acknowledged.push(...state.filter((value) => !acknowledged.includes(value)));
    one.crash();
    return state;
  };
  let next = 0;
  for (let life = 0; life < 4; life += 1) {
    const values = Array.from({ length: 5 }, () => next++);
    await live(values, chance.integer(5, 80));
    const kept = (disk.get('adder')?.value as { readonly state: readonly number[] } | undefined)?.state ?? [];
    // What the neuron has taken into its state was on disk before.
    for (const value of acknowledged) assert.ok(kept.includes(value), `${value} was lost`);
    assert.deepEqual(
      kept,
      [...new Set(kept)].toSorted((a, b) => a - b),
      'each once, and in order',
    );
    for (const value of refused) if (kept.includes(value)) assert.fail(`${value} was refused and kept`);
  }
  faults.calm();
};

describe('a supervised circuit, simulated', () => {
  it(
    'a process that is killed loses nothing of what its neuron had taken up: 1,000 seeds',
    { timeout: 120_000 },
    async () => {
      const report = await forAllSeeds(1000, crashAndRecover, { prefix: 'crash', shuffle: true });
      expect(report.faults.fail ?? 0).toBeGreaterThan(300);
    },
  );

  it('supervision and hot swap: 10,000 seeds', { timeout: 300_000 }, async () => {
    const report = await forAllSeeds(10_000, supervisionAndHotSwap, { prefix: 'hot-swap', shuffle: true });
    expect(report.count).toBe(10_000);
    // A scenario in which little happens proves little.
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(1000);
  });

  it('replays: the same seed goes the same way', async () => {
    const report = await forAllSeeds(50, supervisionAndHotSwap, { prefix: 'replay', checkReplay: true, shuffle: true });
    expect(report.count).toBe(50);
  });
});
