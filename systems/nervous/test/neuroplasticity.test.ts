import { CancelledError, Context, DeadlineError, OptionError } from '@organism/cell';
import {
  Neuroplasticity,
  type Path,
  type PlasticityOptions,
  type PlasticitySnapshot,
  type RouteChange,
  RoutingError,
} from '@organism/nervous';
import { SeededEntropy, simulate, VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const make = (options: PlasticityOptions<string> = {}) => {
  const clock = new VirtualClock();
  const entropy = new SeededEntropy('plasticity');
  return { clock, router: new Neuroplasticity({ targets: ['a', 'b', 'c'], clock, entropy, ...options }) };
};

/** Gives messages one by one; those to a target of the list fail. */
const send = (router: Neuroplasticity, messages: number, failing: readonly string[] = []): string[] =>
  Array.from({ length: messages }, () => {
    const path = router.choose();
    path.settle({ ok: !failing.includes(path.target), latencyMs: 10 });
    return path.target;
  });

const countOf = (targets: readonly string[], target: string): number => targets.filter((one) => one === target).length;
const codeOf = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error instanceof RoutingError ? error.code : error;
  }
  return undefined;
};

describe('choosing', () => {
  it('shares among equals, and turns away from a target that fails', () => {
    const { router } = make();
    const before = send(router, 600);
    for (const target of ['a', 'b', 'c']) expect(countOf(before, target)).toBeGreaterThan(150);
    const after = send(router, 600, ['b']);
    expect(countOf(after, 'b')).toBeLessThanOrEqual(5);
    expect(router.weights.get('b')).toBeLessThan(0.02);
  });

  it('sends less to a target the slower it is', () => {
    const { router } = make({ exploration: 0.1 });
    const latencyMs: Record<string, number> = { a: 10, b: 20, c: 100 };
    const paths: Path<string>[] = [];
    const counts: Record<string, number> = { a: 0, b: 0, c: 0 };
    for (let index = 0; index < 2000; index += 1) {
      const path = router.choose();
      counts[path.target] = (counts[path.target] ?? 0) + 1;
      paths.push(path);
      // Eight in flight.
      const oldest = paths.length > 8 ? paths.shift() : undefined;
      if (oldest !== undefined) oldest.succeed(latencyMs[oldest.target]);
    }
    const { a = 0, b = 0, c = 0 } = counts;
    expect(a).toBeGreaterThan(b);
    expect(b).toBeGreaterThan(c);
    expect(c).toBeGreaterThan(0);
  });

  it('gives a message to the target that has the fewest in flight', () => {
    const { router } = make();
    const chosen = [router.choose(), router.choose(), router.choose()].map(({ target }) => target);
    expect(chosen.toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('property: no target that answers waits longer than n / exploration messages, whatever the outcomes', () => {
    const outcome = fc.record({ ok: fc.boolean(), latencyMs: fc.double({ min: 0, max: 1e4, noNaN: true }) });
    fc.assert(
      fc.property(
        fc.array(outcome, { minLength: 200, maxLength: 600 }),
        fc.integer({ min: 2, max: 6 }),
        fc.string(),
        (outcomes, size, seed) => {
          const targets = Array.from({ length: size }, (_, index) => `t${index}`);
          const entropy = new SeededEntropy(seed);
          const router = new Neuroplasticity({ targets, entropy, clock: new VirtualClock(), exploration: 0.25 });
          const last = new Map(targets.map((target) => [target, 0]));
          outcomes.forEach((one, index) => {
            const path = router.choose();
            path.settle(one);
            last.set(path.target, index);
            // As many as are due at once can't be served at once.
            for (const at of last.values()) expect(index - at).toBeLessThanOrEqual(4 * size + size);
          });
        },
      ),
    );
  });

  it('property: weights are from 0 to 1 and sum to 1, and every message is counted once', async () => {
    const step = fc.record({
      how: fc.constantFrom('succeed', 'fail', 'cancel', 'leave', 'wait'),
      ms: fc.nat(5000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 200 }), fc.boolean(), async (steps, pruned) => {
        const { clock, router } = make({ pruneBelow: pruned ? 0.3 : 0, abandonAfterMs: 3000 });
        const tally = { succeeded: 0, failed: 0, left: 0 };
        for (const { how, ms } of steps) {
          if (how === 'wait') {
            await clock.advance(ms);
            continue;
          }
          const path = router.choose();
          if (how === 'succeed') tally.succeeded += Number(path.succeed(ms));
          else if (how === 'fail') tally.failed += Number(path.fail());
          else if (how === 'leave') tally.left += 1;
          else expect(path.cancel()).toBe(true);
        }
        const weights = [...router.weights.values()];
        expect(weights.every((weight) => weight >= 0 && weight <= 1)).toBe(true);
        expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1);
        const sum = (field: 'succeeded' | 'failed' | 'inFlight'): number =>
          router.routes.reduce((total, route) => total + route[field], 0);
        expect(sum('succeeded')).toBe(tally.succeeded);
        expect(sum('failed') + sum('inFlight')).toBe(tally.failed + tally.left);
      }),
      { numRuns: 50 },
    );
  });

  it('goes on when all targets fail, and finds the first that heals', () => {
    const { router } = make();
    const all = send(router, 300, ['a', 'b', 'c']);
    for (const target of ['a', 'b', 'c']) expect(countOf(all, target)).toBeGreaterThan(50);
    expect(countOf(send(router, 300, ['a', 'b']), 'c')).toBeGreaterThan(270);
  });

  it('forgets with time: what set a target apart fades towards the mean', async () => {
    const { clock, router } = make({ halfLifeMs: 1000 });
    send(router, 1000, ['b']);
    const weak = router.weights.get('b') ?? 0;
    await clock.advance(20_000);
    router.choose().cancel();
    expect(router.weights.get('b')).toBeGreaterThan(weak + 0.3);
  });

  it('takes any kind of target, with a name of its own', () => {
    const [first, second] = [{ id: 1 }, { id: 2 }];
    const router = new Neuroplasticity({ targets: [first, second], nameOf: ({ id }) => `node-${id}` });
    expect([first, second]).toContain(router.choose().target);
    expect(router.routes.map(({ name }) => name)).toEqual(['node-1', 'node-2']);
  });
});

describe('settling', () => {
  it('counts a path once, so a timeout and a late answer may both report', () => {
    const { router } = make();
    const path = router.choose();
    expect([path.open, path.fail(), path.succeed(), path.cancel(), path.open]).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(router.routes.map(({ failed, succeeded, inFlight }) => failed + succeeded * 10 + inFlight * 100)).toContain(
      1,
    );
  });

  it('learns nothing from a cancelled one', () => {
    const { router } = make();
    const before = router.snapshot();
    router.choose().cancel();
    expect(router.snapshot()).toEqual(before);
  });

  it.each([Number.NaN, -1, Infinity])('refuses a latency of %d, and leaves the path open', (latencyMs) => {
    const path = make().router.choose();
    expect(() => path.settle({ ok: true, latencyMs })).toThrow(OptionError);
    expect(() => path.succeed(latencyMs)).toThrow('latencyMs');
    expect(path.open).toBe(true);
  });

  it('gives up a message that is never settled, as failed, without a timer', async () => {
    const { clock, router } = make({ abandonAfterMs: 1000 });
    const lost = router.choose();
    await clock.advance(2000);
    expect(clock.pending).toBe(0);
    router.choose().cancel();
    expect([lost.open, lost.succeed()]).toEqual([false, false]);
    expect(router.routes.find(({ name }) => name === lost.target)).toMatchObject({ failed: 1, inFlight: 0 });
  });

  it('takes messages of a removed target', () => {
    const { router } = make();
    const path = router.choose();
    router.remove(path.target);
    expect(path.fail()).toBe(true);
    expect(router.weights.has(path.target)).toBe(false);
  });
});

describe('route and relay', () => {
  it('measures on the clock, returns the answer, and rethrows errors', async () => {
    const { value } = await simulate('route', async ({ clock, entropy, sleep }) => {
      const router = new Neuroplasticity({ targets: ['fast', 'slow', 'broken'], clock, entropy });
      const errors: unknown[] = [];
      const served: string[] = [];
      for (let index = 0; index < 300; index += 1) {
        try {
          const answer = await router.route(async (target) => {
            if (target === 'broken') throw new Error('no route to host');
            await sleep(target === 'slow' ? 200 : 10);
            return target;
          });
          served.push(answer);
        } catch (error) {
          errors.push(error);
        }
      }
      return { served, errors, routes: router.routes };
    });
    expect(value.errors.length).toBeGreaterThan(0);
    expect(value.errors.every((error) => error instanceof Error && error.message === 'no route to host')).toBe(true);
    expect(countOf(value.served, 'fast')).toBeGreaterThan(270);
    expect(value.routes.every(({ inFlight }) => inFlight === 0)).toBe(true);
  });

  it('does not blame the target when the caller gives up, but does when time ran out', async () => {
    const { router } = make({ targets: ['a'] });
    const run = async (reason: unknown): Promise<unknown> => {
      const controller = new AbortController();
      const call = router.route(
        (_target, signal) =>
          new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
        { signal: controller.signal },
      );
      controller.abort(reason);
      return await call.catch(() => router.routes[0]);
    };
    expect(await run(new Error('went away'))).toMatchObject({ failed: 0, inFlight: 0 });
    expect(await run(new DeadlineError())).toMatchObject({ failed: 1, inFlight: 0 });
  });

  it('refuses a call whose signal has aborted, and gives the signal of the context', async () => {
    const { router } = make();
    await expect(router.route((target) => target, { signal: AbortSignal.abort() })).rejects.toThrow(CancelledError);
    const context = new Context({ signal: new AbortController().signal });
    await context.run(() => router.route((_target, signal) => expect(signal).toBe(context.signal)));
  });

  it('takes errors that are not failures as answers', async () => {
    const { router } = make({ targets: ['a'], isFailure: (error) => !(error instanceof RangeError) });
    for (const error of [new RangeError('not found'), new Error('down')])
      await expect(router.route(async () => await Promise.reject(error))).rejects.toBe(error);
    expect(router.routes[0]).toMatchObject({ succeeded: 1, failed: 1 });
  });

  it('relays to functions at once, and waits for those that are asynchronous', async () => {
    const done = Promise.withResolvers<number>();
    const later = (): Promise<number> => done.promise;
    const router = new Neuroplasticity({ targets: [later], exploration: 0 });
    const answer = router.relay((target) => target());
    expect(router.routes[0]).toMatchObject({ name: 'later', inFlight: 1 });
    done.resolve(7);
    expect(await answer).toBe(7);
    expect(router.routes[0]).toMatchObject({ inFlight: 0, succeeded: 1 });
    expect(router.relay(() => 'now')).toBe('now');
    const boom = new Error('boom');
    expect(() =>
      router.relay(() => {
        throw boom;
      }),
    ).toThrow(boom);
    await expect(router.relay(() => Promise.reject(boom))).rejects.toBe(boom);
    expect(router.routes[0]).toMatchObject({ inFlight: 0, succeeded: 2, failed: 2 });
  });
});

describe('targets that come and go', () => {
  it('adds one as strong as the mean, and removes one', () => {
    const { router } = make();
    send(router, 100);
    router.add('d');
    expect(router.weights.get('d')).toBeCloseTo(0.25, 1);
    expect(router.remove('a').size).toBe(3);
    expect(new Set(send(router, 300))).toEqual(new Set(['b', 'c', 'd']));
  });

  it('has typed errors for no target, an unknown one, and one it has', () => {
    const { router } = make({ targets: [] });
    expect(codeOf(() => router.choose())).toBe('NERVOUS_NO_TARGET');
    expect(codeOf(() => router.remove('x'))).toBe('NERVOUS_UNKNOWN_TARGET');
    expect(codeOf(() => router.add('x').add('x'))).toBe('NERVOUS_TARGET_TAKEN');
    expect(router.size).toBe(1);
  });

  it('takes a weak target out, tries it after its probation, and reports both', async () => {
    const { clock, router } = make({ pruneBelow: 0.2, pruneAfterMs: 100, probationMs: 1000, exploration: 0.3 });
    const changes: RouteChange<string>[] = [];
    using _observer = router.observe((change) => changes.push(change));
    router.observe(() => {
      throw new Error('an observer that fails');
    });
    const run = async (ms: number, failing: readonly string[]): Promise<string[]> => {
      const targets: string[] = [];
      for (let at = 0; at < ms; at += 10) {
        targets.push(...send(router, 1, failing));
        await clock.advance(10);
      }
      return targets;
    };
    await run(1000, ['b']);
    expect(changes.map(({ kind, target }) => [kind, target])).toEqual([['pruned', 'b']]);
    expect([router.weights.get('b'), router.routes[1]?.live]).toEqual([0, false]);
    // Fails its trial: out again at once, for twice as long.
    expect(countOf(await run(1500, ['b']), 'b')).toBe(1);
    expect(changes.map(({ kind }) => kind)).toEqual(['pruned', 'readmitted', 'pruned']);
    await run(2500, []);
    expect(changes.map(({ kind }) => kind)).toEqual(['pruned', 'readmitted', 'pruned', 'readmitted']);
    expect(countOf(await run(6000, []), 'b')).toBeGreaterThan(150);
  });

  it('never takes out more than a third, nor the last one', async () => {
    const { clock, router } = make({ targets: ['a', 'b', 'c', 'd', 'e', 'f'], pruneBelow: 0.5, exploration: 0.5 });
    for (let index = 0; index < 500; index += 1) {
      send(router, 1, ['a', 'b', 'c', 'd']);
      await clock.advance(10);
      expect(router.routes.filter(({ live }) => !live).length).toBeLessThanOrEqual(2);
    }
    expect(router.routes.filter(({ live }) => !live).length).toBe(2);
    for (const { name, live } of router.routes) if (live) router.remove(name);
    expect(router.routes.map(({ name }) => name)).toContain(router.choose().target);
  });
});

describe('what was learned', () => {
  it('goes on from a snapshot, by name', () => {
    const { router } = make();
    send(router, 600, ['b']);
    const stored = JSON.parse(JSON.stringify(router.snapshot())) as PlasticitySnapshot;
    const { router: next } = make({ targets: ['b', 'c', 'new'] });
    next.hydrate(stored);
    expect(next.weights.get('b')).toBeLessThan(0.02);
    expect(countOf(send(next, 100, ['b']), 'b')).toBeLessThanOrEqual(2);
  });

  it.each([
    [null, 'snapshot'],
    [{ version: 2 }, 'snapshot'],
    [{ version: 1, typicalMs: Number.NaN, pathways: [] }, 'typicalMs'],
    [{ version: 1, typicalMs: 1, pathways: {} }, 'pathways'],
    [{ version: 1, typicalMs: 1, pathways: [{}] }, 'pathways'],
    [{ version: 1, typicalMs: 1, pathways: [{ name: 'a', strength: 2 }] }, 'strength'],
  ])('refuses %j', (snapshot, field) => {
    const { router } = make();
    const before = router.snapshot();
    expect(() => router.hydrate(snapshot as PlasticitySnapshot)).toThrow(OptionError);
    expect(() => router.hydrate(snapshot as PlasticitySnapshot)).toThrow(field);
    expect(router.snapshot()).toEqual(before);
  });
});

describe('options', () => {
  it.each<[object, string]>([
    [{ targets: 'abc' }, 'targets'],
    [{ targets: [() => {}] }, 'nameOf'],
    [{ learningRate: 0 }, 'learningRate'],
    [{ learningRate: 1.1 }, 'learningRate'],
    [{ halfLifeMs: 0 }, 'halfLifeMs'],
    [{ exploration: 1 }, 'exploration'],
    [{ exploration: Number.NaN }, 'exploration'],
    [{ pruneBelow: -0.1 }, 'pruneBelow'],
    [{ pruneAfterMs: 0 }, 'pruneAfterMs'],
    [{ probationMs: '1' }, 'probationMs'],
    [{ abandonAfterMs: Number.NaN }, 'abandonAfterMs'],
  ])('refuses %j', (options, field) => {
    expect(() => new Neuroplasticity(options as PlasticityOptions<string>)).toThrow(OptionError);
    expect(() => new Neuroplasticity(options as PlasticityOptions<string>)).toThrow(field);
  });
});
