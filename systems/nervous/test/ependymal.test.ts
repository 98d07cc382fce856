import { CancelledError, Context, DeadlineError, OptionError, StopError } from '@organism/cell';
import {
  AdmissionError,
  CorticalNeuron,
  Ependymal,
  type EpendymalOptions,
  type Failure,
  type Lease,
  LeaseEndedError,
  LeaseLeakError,
  LeasesHeldError,
  Microglia,
  NeuralCircuit,
  NotRunningError,
  ResourceError,
  typed,
} from '@organism/nervous';
import { VirtualClock } from '@organism/testing';
import { getEventListeners } from 'node:events';
import { describe, expect, it, vi } from 'vitest';

interface Handle {
  readonly id: number;
  isOpen: boolean;
}

/** A gate to handles that know whether they are open, with everything it reports. */
const gateWith = async (options: Partial<EpendymalOptions<Handle>> = {}) => {
  const clock = new VirtualClock();
  const handles: Handle[] = [];
  const failures: Failure[] = [];
  const gate = new Ependymal<Handle>({
    name: 'files',
    clock,
    open: () => {
      const handle = { id: handles.length + 1, isOpen: true };
      handles.push(handle);
      return handle;
    },
    close: (handle) => void (handle.isOpen = false),
    onError: (failure) => failures.push(failure),
    ...options,
  });
  await gate.start();
  const open = (): number[] => handles.filter(({ isOpen }) => isOpen).map(({ id }) => id);
  return { clock, gate, handles, failures, open, counters: () => gate.describe().counters };
};

const errorOf = async (work: Promise<unknown>): Promise<unknown> =>
  await work.then(
    () => undefined,
    (error: unknown) => error,
  );

/** Lets promise jobs run. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe('Ependymal: lending', () => {
  it('opens when needed, and lends again what came back', async () => {
    const { gate, counters } = await gateWith({ capacity: 2 });
    const first = await gate.acquire('a');
    await first.release();
    const second = await gate.acquire('b');
    const third = await gate.acquire('b');
    expect([second.resource.id, third.resource.id]).toEqual([1, 2]);
    expect(gate.leases).toEqual([
      { owner: 'b', heldMs: 0 },
      { owner: 'b', heldMs: 0 },
    ]);
    expect(counters()).toMatchObject({ capacity: 2, leased: 2, idle: 0, granted: 3 });
  });

  it('takes an owner by its name, or anything that has one', async () => {
    const { gate } = await gateWith();
    await gate.acquire({ name: 'neuron' });
    expect((await gate.releaseOwner('neuron')).leases).toHaveLength(1);
  });

  it('gives use() the resource and takes it back, also after an error', async () => {
    const { gate, counters } = await gateWith({ capacity: 1 });
    expect(await gate.use('a', ({ id }) => id)).toBe(1);
    await expect(gate.use('a', () => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
    expect(await gate.use('a', (handle, lease) => [handle.id, lease.owner])).toEqual([1, 'a']);
    expect(counters()).toMatchObject({ leased: 0, idle: 1 });
  });

  it('lets go at the end of a scope, once', async () => {
    const { gate, counters } = await gateWith({ capacity: 1 });
    let kept: Lease<Handle>;
    {
      await using lease = await gate.acquire('a');
      kept = lease;
      expect(lease.ended).toBeUndefined();
    }
    expect(kept.ended).toBe('released');
    await kept.release();
    await kept.discard(new Error('too late'));
    expect(() => kept.resource).toThrow(LeaseEndedError);
    expect(counters()).toMatchObject({ idle: 1, discarded: 0 });
  });

  it('lends first come, first served, and nobody passes those who wait', async () => {
    const { gate } = await gateWith({ capacity: 1 });
    const held = await gate.acquire('first');
    const order: string[] = [];
    const waiting = ['a', 'b', 'c'].map((owner) => gate.use(owner, () => void order.push(owner)));
    await held.release();
    const late = gate.use('late', () => void order.push('late'));
    await Promise.all([...waiting, late]);
    expect(order).toEqual(['a', 'b', 'c', 'late']);
  });

  it('gives one who waits what is free first: a resource that came back, or the one that was opened', async () => {
    const opening = Promise.withResolvers<void>();
    let opened = 0;
    const { gate, counters } = await gateWith({
      capacity: 2,
      open: async () => {
        if (++opened === 2) await opening.promise;
        return { id: opened, isOpen: true };
      },
    });
    const first = await gate.acquire('a');
    const waiting = gate.acquire('b');
    expect(counters()).toMatchObject({ opening: 1, waiting: 1 });
    await first.release();
    expect((await waiting).resource.id).toBe(1);
    opening.resolve();
    await settle();
    expect(counters()).toMatchObject({ opening: 0, idle: 1, leased: 1 });
  });

  it('opens for several at the same time', async () => {
    const opening = Promise.withResolvers<void>();
    let opened = 0;
    const open = async (): Promise<Handle> => {
      opened += 1;
      await opening.promise;
      return { id: opened, isOpen: true };
    };
    const { gate, counters } = await gateWith({ capacity: 3, open });
    const leases = Promise.all(['a', 'b', 'c', 'd'].map((owner) => gate.use(owner, () => owner)));
    expect(counters()).toMatchObject({ opening: 3, waiting: 4 });
    opening.resolve();
    expect(await leases).toEqual(['a', 'b', 'c', 'd']);
    expect(opened).toBe(3);
  });

  it('opens in its own context, not in that of the request', async () => {
    let seen: Context | undefined;
    const { gate } = await gateWith({
      open: ({ context }) => {
        seen = context;
        expect(Context.current()).toBe(context);
        return { id: 1, isOpen: true };
      },
    });
    const request = new Context({ tenant: 'lisbon' });
    await request.run(() => gate.acquire('a'));
    expect(seen).not.toBe(request);
    expect(seen?.tenant).toBeUndefined();
  });

  it('closes idle resources after a while, those unused longest first', async () => {
    const { gate, clock, open } = await gateWith({ idleMs: 1000 });
    const leases = await Promise.all(['a', 'b', 'c'].map((owner) => gate.acquire(owner)));
    for (const lease of leases) {
      await lease.release();
      await clock.advance(400);
    }
    expect(open()).toEqual([2, 3]);
    expect((await gate.acquire('d')).resource.id).toBe(3);
    await clock.advance(200);
    expect(open()).toEqual([3]);
    await clock.advance(100_000);
    expect(open()).toEqual([3]);
  });

  it('closes at once with idleMs 0', async () => {
    const { gate, open } = await gateWith({ idleMs: 0 });
    await gate.use('a', () => expect(open()).toEqual([1]));
    expect(open()).toEqual([]);
  });

  it('disposes resources that know how, unless told how to close', async () => {
    const log: string[] = [];
    const make = <R>(open: () => R) => new Ependymal<R>({ open, idleMs: 0, clock: new VirtualClock() }).start();
    const later = await make(() => ({ [Symbol.asyncDispose]: async () => void log.push('async') }));
    const now = await make(() => ({ [Symbol.dispose]: () => void log.push('sync') }));
    const none = await make(() => 42);
    await later.use('a', () => {});
    await now.use('a', () => {});
    await none.use('a', () => {});
    expect(log).toEqual(['async', 'sync']);
  });
});

describe('Ependymal: admission', () => {
  it('refuses one more than may wait: 503, may be tried again', async () => {
    const { gate, counters } = await gateWith({ capacity: 1, queue: 1 });
    const held = await gate.acquire('a');
    const waiting = gate.acquire('b');
    const error = await errorOf(gate.acquire('c'));
    expect(error).toBeInstanceOf(AdmissionError);
    expect(error).toMatchObject({ code: 'NERVOUS_ADMISSION_FULL', status: 503, retryable: true });
    expect((error as Error).message).toBe('Gate "files" refuses "c": 1 wait already.');
    expect(await gate.health()).toEqual({ status: 'warn', output: 'The queue is full.' });
    await held.release();
    await (await waiting).release();
    expect(counters()).toMatchObject({ refused: 1, waiting: 0 });
    expect(await gate.health()).toEqual({ status: 'pass' });
  });

  it('with a queue of 0 admits as many as there are places, also while they open', async () => {
    const { gate } = await gateWith({ capacity: 2, queue: 0 });
    const outcomes = await Promise.allSettled(['a', 'b', 'c'].map((owner) => gate.acquire(owner)));
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });

  it('gives up after timeoutMs', async () => {
    const { gate, clock, counters } = await gateWith({ capacity: 1 });
    await gate.acquire('a');
    const waiting = errorOf(gate.acquire('b', { timeoutMs: 100 }));
    await clock.advance(100);
    expect(await waiting).toMatchObject({ code: 'NERVOUS_ADMISSION_TIMEOUT', status: 503, retryable: true });
    expect(counters()).toMatchObject({ waiting: 0, refused: 1 });
    expect(clock.timers()).toHaveLength(0);
  });

  it('leaves no listener behind on the signal of a caller', async () => {
    const { gate } = await gateWith({ capacity: 1 });
    const { signal } = new AbortController();
    const held = await gate.acquire('a', { signal });
    const waiting = [gate.use('b', () => {}, { signal }), gate.use('c', () => {}, { signal })];
    expect(getEventListeners(signal, 'abort')).toHaveLength(2);
    await held.release();
    await Promise.all(waiting);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  it('leaves the queue when its signal aborts, or its context is over', async () => {
    const { gate, clock, counters } = await gateWith({ capacity: 1 });
    const held = await gate.acquire('a');
    const abort = new AbortController();
    const cancelled = errorOf(gate.acquire('b', { signal: abort.signal }));
    using context = new Context({ clock, deadline: clock.now() + 50 });
    const late = errorOf(gate.acquire('c', { context }));
    using ambient = new Context({ signal: abort.signal });
    const flowing = errorOf(ambient.run(() => gate.acquire('d')));
    const patient = gate.acquire('e');
    abort.abort(new Error('gone'));
    await clock.advance(50);
    expect(await cancelled).toBeInstanceOf(CancelledError);
    expect(await flowing).toBeInstanceOf(CancelledError);
    expect(await late).toBeInstanceOf(DeadlineError);
    expect(counters()).toMatchObject({ waiting: 1, cancelled: 3 });
    await held.release();
    expect((await patient).owner).toBe('e');
    await expect(gate.acquire('f', { signal: abort.signal })).rejects.toBeInstanceOf(CancelledError);
    await expect(gate.acquire('f', { context })).rejects.toBeInstanceOf(DeadlineError);
  });
});

describe('Ependymal: failures', () => {
  it('tells the one who waits longest that opening failed, reports it, and opens again for the next', async () => {
    let attempts = 0;
    const { gate, failures, counters } = await gateWith({
      capacity: 1,
      open: () => {
        if (++attempts === 1) throw new Error('refused');
        return { id: attempts, isOpen: true };
      },
    });
    const [first, second] = [errorOf(gate.acquire('a')), gate.acquire('b')];
    expect(await first).toBeInstanceOf(ResourceError);
    expect(await first).toMatchObject({
      code: 'NERVOUS_RESOURCE_OPEN',
      status: 503,
      retryable: true,
      cause: { message: 'refused' },
    });
    expect((await second).resource.id).toBe(2);
    expect(failures).toEqual([{ source: 'files', error: await first, value: undefined }]);
    expect(counters()).toMatchObject({ openFailures: 1, leased: 1, opening: 0 });
  });

  it('says so in its health until opening works again', async () => {
    let isBroken = true;
    const open = (): Handle => {
      if (isBroken) throw new Error('refused');
      return { id: 1, isOpen: true };
    };
    const { gate } = await gateWith({ open });
    await errorOf(gate.acquire('a'));
    expect(await gate.health()).toMatchObject({ status: 'warn' });
    isBroken = false;
    await gate.acquire('a');
    expect(await gate.health()).toEqual({ status: 'pass' });
  });

  it('gives up an opening that hangs, and closes what comes of it later', async () => {
    const opening = Promise.withResolvers<Handle>();
    let signal: AbortSignal | undefined;
    const { gate, clock, counters } = await gateWith({
      capacity: 1,
      openTimeoutMs: 1000,
      open: (scope) => {
        if (signal !== undefined) return { id: 2, isOpen: true };
        signal = scope.signal;
        return opening.promise;
      },
    });
    const hanging = errorOf(gate.acquire('a'));
    await clock.advance(1000);
    expect(await hanging).toMatchObject({ code: 'NERVOUS_RESOURCE_OPEN', cause: { code: 'CELL_DEADLINE_EXCEEDED' } });
    expect(signal?.aborted).toBe(true);
    expect((await gate.acquire('b')).resource.id).toBe(2);
    const late = { id: 1, isOpen: true };
    opening.resolve(late);
    await settle();
    expect(late.isOpen).toBe(false);
    expect(counters()).toMatchObject({ leased: 1, opening: 0 });
  });

  it('reports a failing or hanging close, and never loses its place', async () => {
    let closes = 0;
    const { gate, clock, failures, counters } = await gateWith({
      capacity: 1,
      idleMs: 0,
      closeTimeoutMs: 500,
      close: () => {
        if (++closes === 1) throw new Error('stuck');
        return closes === 2 ? new Promise(() => {}) : undefined;
      },
    });
    await (await gate.acquire('a')).release();
    void (await gate.acquire('b')).release();
    const waiting = gate.acquire('c');
    await settle();
    expect(counters()).toMatchObject({ closing: 1, waiting: 1 });
    await clock.advance(500);
    await (await waiting).release();
    expect(failures.map(({ error }) => (error as ResourceError).code)).toEqual([
      'NERVOUS_RESOURCE_CLOSE',
      'NERVOUS_RESOURCE_CLOSE',
    ]);
    expect(counters()).toMatchObject({ closeFailures: 2, closing: 0, leased: 0 });
  });

  it('closes a discarded resource, reports why, and replaces it', async () => {
    const { gate, failures, open } = await gateWith({ capacity: 1 });
    const lease = await gate.acquire('a');
    const waiting = gate.acquire('b');
    const reset = new Error('connection reset');
    await lease.discard(reset);
    expect((await waiting).resource.id).toBe(2);
    expect(open()).toEqual([2]);
    expect(failures).toEqual([{ source: 'files', error: reset, value: 'a' }]);
  });

  it('reports leases held too long, once, with their owner', async () => {
    const { gate, clock, failures, counters } = await gateWith({ leakAfterMs: 1000 });
    await gate.acquire('a');
    await clock.advance(600);
    await gate.acquire('b');
    const brief = await gate.acquire('c');
    await brief.release();
    expect(clock.timers()).toHaveLength(2);
    await clock.advance(10_000);
    const leaks = failures.map(({ error }) => error as LeaseLeakError);
    expect(leaks.map(({ leases }) => leases)).toEqual([[{ owner: 'a', heldMs: 1000 }], [{ owner: 'b', heldMs: 1000 }]]);
    expect(leaks[0]).toBeInstanceOf(LeaseLeakError);
    expect(leaks[0]?.message).toBe('A resource of gate "files" is held by "a" for 1000 ms.');
    expect(counters()).toMatchObject({ leaks: 2, leased: 2 });
  });

  it('survives an onError that throws, by telling the console', async () => {
    const console = vi.spyOn(globalThis.console, 'error').mockImplementation(() => {});
    const { gate } = await gateWith({
      onError: () => {
        throw new Error('worse');
      },
    });
    await (await gate.acquire('a')).discard(new Error('bad'));
    expect(console).toHaveBeenCalledOnce();
    console.mockRestore();
  });
});

describe('Ependymal: dead owners', () => {
  it('frees all that an owner had, and says what it was', async () => {
    const { gate, clock, open, counters } = await gateWith({ capacity: 2 });
    const lease = await gate.acquire('dead');
    const { signal } = lease;
    await gate.acquire('dead');
    const waiting = errorOf(gate.acquire('dead'));
    const other = gate.acquire('alive');
    await clock.advance(100);
    expect(await gate.releaseOwner('dead')).toEqual({
      owner: 'dead',
      leases: [
        { owner: 'dead', heldMs: 100 },
        { owner: 'dead', heldMs: 100 },
      ],
      waiting: 1,
    });
    expect(await waiting).toBeInstanceOf(CancelledError);
    expect(signal.aborted).toBe(true);
    expect(lease.signal).toBe(signal);
    expect(() => lease.resource).toThrow(LeaseEndedError);
    expect((await other).resource.id).toBe(3);
    expect(open()).toEqual([3]);
    await lease.release();
    expect(counters()).toMatchObject({ revoked: 2, leased: 1, idle: 0 });
  });

  it('is told by a supervisor when a neuron fails', async () => {
    const { gate, clock, open } = await gateWith();
    const writer = new CorticalNeuron({
      name: 'writer',
      dendrites: { in: typed<string>('line') },
      initial: () => 0,
      react: {
        in: async (line) => {
          const lease = await gate.acquire('writer');
          if (line === 'bad') throw new Error('dies with a handle in its hands');
          await lease.release();
        },
      },
    });
    const supervisor = new Microglia({ gates: [gate] });
    const options = { name: 'log', clock, supervisor, onError: () => {} };
    const circuit = await new NeuralCircuit(options).add(writer).start();
    for (const line of ['good', 'bad', 'good']) circuit.stimulate(writer.dendrites.in, line);
    await circuit.drain();
    await circuit.stop();
    expect(gate.leases).toEqual([]);
    expect(open()).toEqual([2]);
    expect(gate.describe().counters).toMatchObject({ granted: 3, revoked: 1 });
  });

  it('frees nothing of an owner that has nothing', async () => {
    const { gate } = await gateWith();
    expect(await gate.releaseOwner('nobody')).toEqual({ owner: 'nobody', leases: [], waiting: 0 });
  });

  it('tells a signal that is first asked for afterwards', async () => {
    const { gate } = await gateWith();
    const lease = await gate.acquire('dead');
    await gate.releaseOwner('dead');
    expect(lease.signal.aborted).toBe(true);
  });
});

describe('Ependymal: draining', () => {
  it('refuses newcomers and those who wait, and ends when the last lease comes back', async () => {
    const { gate, clock, open } = await gateWith({ capacity: 1 });
    const lease = await gate.acquire('a');
    const waiting = errorOf(gate.acquire('b'));
    const stopping = gate.stop({ timeoutMs: 10_000 });
    await settle();
    expect(await waiting).toMatchObject({ code: 'NERVOUS_ADMISSION_DRAINING', status: 503 });
    await expect(gate.acquire('c')).rejects.toMatchObject({ code: 'NERVOUS_ADMISSION_DRAINING' });
    await clock.advance(3000);
    expect(lease.resource.isOpen).toBe(true);
    await lease.release();
    await stopping;
    expect(open()).toEqual([]);
    expect(clock.timers()).toHaveLength(0);
    await expect(gate.acquire('d')).rejects.toBeInstanceOf(NotRunningError);
  });

  it('takes away what is left shortly before the deadline, closes it, and says who held it', async () => {
    const { gate, clock, open } = await gateWith({ closeTimeoutMs: 2000 });
    const lease = await gate.acquire('stubborn');
    await (await gate.acquire('quick')).release();
    const stopping = errorOf(gate.stop({ timeoutMs: 10_000 }));
    await clock.advance(7999);
    expect(lease.ended).toBeUndefined();
    expect(open()).toEqual([1]);
    await clock.advance(1);
    const error = await stopping;
    expect(error).toBeInstanceOf(StopError);
    const [held] = (error as StopError).errors;
    expect(held).toBeInstanceOf(LeasesHeldError);
    expect((held as LeasesHeldError).leases).toEqual([{ owner: 'stubborn', heldMs: 8000 }]);
    expect(lease.ended).toBe('revoked');
    expect(open()).toEqual([]);
  });

  it('says so when a resource does not close in time', async () => {
    const { gate, clock } = await gateWith({ close: () => new Promise(() => {}) });
    await gate.acquire('a');
    const stopping = errorOf(gate.stop({ timeoutMs: 1000 }));
    await clock.advance(1000);
    const { errors } = (await stopping) as StopError;
    expect(errors.map((error) => (error as LeasesHeldError).code)).toEqual([
      'NERVOUS_LEASES_HELD',
      'CELL_DEADLINE_EXCEEDED',
    ]);
  });

  it('tells an opening to stop, and closes what it opened', async () => {
    const handle = { id: 1, isOpen: true };
    const { gate, failures } = await gateWith({
      open: async ({ signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return handle;
      },
    });
    const waiting = errorOf(gate.acquire('a'));
    await settle();
    await gate.stop();
    expect(await waiting).toBeInstanceOf(AdmissionError);
    expect([handle.isOpen, failures]).toEqual([false, []]);
  });

  it('starts again after a stop', async () => {
    const { gate } = await gateWith();
    await gate.acquire('a');
    await gate.releaseOwner('a');
    await gate.stop();
    await gate.start();
    expect((await gate.acquire('a')).resource.id).toBe(2);
  });

  it('lends nothing before it starts', async () => {
    const gate = new Ependymal({ open: () => 1 });
    await expect(gate.acquire('a')).rejects.toBeInstanceOf(NotRunningError);
  });
});

describe('Ependymal: bad input', () => {
  it.each<[string, Partial<EpendymalOptions<Handle>>]>([
    ['capacity', { capacity: 0 }],
    ['capacity', { capacity: 1.5 }],
    ['queue', { queue: -1 }],
    ['idleMs', { idleMs: -1 }],
    ['openTimeoutMs', { openTimeoutMs: 0 }],
    ['closeTimeoutMs', { closeTimeoutMs: Number.NaN }],
    ['leakAfterMs', { leakAfterMs: 0 }],
    ['open', { open: 'file' as unknown as () => Handle }],
  ])('names %s', (field, options) => {
    const make = (): unknown => new Ependymal<Handle>({ open: () => ({ id: 1, isOpen: true }), ...options });
    expect(make).toThrow(OptionError);
    expect(make).toThrow(`${field} must be`);
  });

  it('names owner and timeoutMs', async () => {
    const { gate } = await gateWith();
    await expect(gate.acquire('')).rejects.toThrow('owner must be');
    await expect(gate.releaseOwner({} as { name: string })).rejects.toThrow('owner must be');
    await expect(gate.acquire('a', { timeoutMs: -1 })).rejects.toThrow('timeoutMs must be');
  });
});
