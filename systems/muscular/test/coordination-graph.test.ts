import { CancelledError, Context, DeadlineError, sleep } from '@organism/cell';
import {
  graph,
  GraphError,
  GraphShapeError,
  memoryJournal,
  Muscle,
  MuscleCoordination,
  node,
  workflow,
} from '@organism/muscular';
import { simulate, VirtualClock } from '@organism/testing';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const double = new Muscle({ name: 'double', run: (value: number) => value * 2 });

describe('a graph', () => {
  it('gives each node the results of those before it', async () => {
    const sums = graph({
      name: 'sums',
      nodes: {
        total: node(({ a, b }: { a: number; b: number }) => `${a}${b}`, { after: ['a', 'b'] }),
        a: node(double),
        b: node(double, { after: ['a'], input: ({ a }: { a: number }, given: number) => a + given * 4 }),
        c: node(() => 'alone'),
      },
    });
    expect(await sums.execute(5)).toEqual({ total: '1060', a: 10, b: 60, c: 'alone' });
  });

  it('refuses, at compile time, a node that needs what no node gives', async () => {
    const good = graph({
      name: 'good',
      nodes: { a: node(() => 1), b: node(({ a }: { a: number }) => `${a}`, { after: ['a'] }) },
    });
    const { b }: { readonly b: string } = await good.execute();
    expect(b).toBe('1');
    graph({
      name: 'wrong',
      nodes: {
        a: node(() => 1),
        // @ts-expect-error: a gives a number
        b: node(({ a }: { a: string }) => a, { after: ['a'] }),
      },
    });
    const given = graph({ name: 'given', nodes: { a: node(double) } });
    // @ts-expect-error: it must be given a number
    expect(await given.execute('1')).toEqual({ a: 2 });
  });

  it('refuses cycles and unknown names, and names the path', () => {
    const of = (nodes: Record<string, readonly string[]>) => () =>
      graph({
        name: 'g',
        nodes: Object.fromEntries(Object.entries(nodes).map(([name, after]) => [name, node(() => 1, { after })])),
      });
    expect(of({ a: [], b: ['a', 'd'], c: ['b'], d: ['c'], e: ['d'] })).toThrow(GraphShapeError);
    expect(of({ a: [], b: ['a', 'd'], c: ['b'], d: ['c'], e: ['d'] })).toThrow(
      /has a cycle: (b → c → d → b|c → d → b → c|d → b → c → d)\./,
    );
    expect(of({ a: ['a'] })).toThrow('Graph "g" has a cycle: a → a.');
    expect(of({ a: ['x'] })).toThrow('Graph "g" has a node "a" after "x", which is none of it.');
    expect(() => graph({ name: '', nodes: {} })).toThrow('name must be');
    expect(() => graph({ name: 'g', nodes: {}, concurrency: 0 })).toThrow('concurrency must be');
    expect(() => graph({ name: 'g', nodes: {}, onFailure: 'hope' as 'stop' })).toThrow('onFailure must be');
  });

  it('of no nodes gives no results', async () => {
    expect(await graph({ name: 'none', nodes: {} }).execute(undefined as never)).toEqual({});
  });

  it('begins each node the moment those before it are done, as many at once as allowed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ ms: fc.integer({ min: 1, max: 50 }), after: fc.array(fc.nat(), { maxLength: 4 }) }), {
          minLength: 1,
          maxLength: 25,
        }),
        fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
        async (shapes, concurrency) => {
          const clock = new VirtualClock();
          const spans = new Map<string, { from: number; to: number }>();
          const afterOf = (index: number): string[] =>
            index === 0 ? [] : (shapes[index]?.after ?? []).map((other) => `n${other % index}`);
          let active = 0;
          let most = 0;
          const nodes = Object.fromEntries(
            shapes.map(({ ms }, index) => [
              `n${index}`,
              node(
                async () => {
                  const from = clock.monotonic();
                  most = Math.max(most, (active += 1));
                  await sleep(clock, ms);
                  active -= 1;
                  spans.set(`n${index}`, { from, to: clock.monotonic() });
                },
                { after: afterOf(index) },
              ),
            ]),
          );
          const made = graph({ name: 'random', nodes, ...(concurrency !== undefined && { concurrency }) });
          await clock.runUntil(made.execute(undefined as never));
          expect(spans.size).toBe(shapes.length);
          expect(most).toBeLessThanOrEqual(concurrency ?? Infinity);
          for (const [index] of shapes.entries()) {
            const ends = afterOf(index).map((name) => spans.get(name)?.to ?? Infinity);
            const from = spans.get(`n${index}`)?.from ?? -1;
            if (concurrency === undefined) expect(from).toBe(Math.max(0, ...ends));
            else expect(from).toBeGreaterThanOrEqual(Math.max(0, ...ends));
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('a graph with a node that fails', () => {
  const make = (onFailure: 'stop' | 'skip-dependants' | 'continue', clock: VirtualClock, log: string[]) => {
    const after = (name: string, ms: number) =>
      new Muscle({
        name,
        run: async (_input: unknown, { signal }) => {
          await sleep(clock, ms, { signal });
          log.push(name);
          return name;
        },
      });
    const fails = new Muscle({
      name: 'fails',
      run: (): string => {
        throw new RangeError('no');
      },
    });
    return graph({
      name: 'g',
      onFailure,
      nodes: {
        slow: node(after('slow', 100)),
        fails: node(fails),
        next: node(after('next', 1), { after: ['fails'] }),
        last: node(after('last', 1), { after: ['next'] }),
        other: node(after('other', 1), { after: ['slow'] }),
      },
    });
  };

  it.each([
    ['stop', [], ['next', 'last', 'other'], ['fails', 'slow']],
    ['skip-dependants', ['slow', 'other'], ['next', 'last'], ['fails']],
    ['continue', ['next', 'last', 'slow', 'other'], [], ['fails']],
  ] as const)('%s', async (policy, ran, skipped, failed) => {
    const clock = new VirtualClock();
    const log: string[] = [];
    const outcome: unknown = await clock
      .runUntil(make(policy, clock, log).execute(undefined))
      .catch((error: unknown) => error);
    if (!(outcome instanceof GraphError)) throw outcome;
    expect(outcome.message).toBe('Node "fails" of graph "g" failed: no');
    expect(outcome.cause).toBeInstanceOf(RangeError);
    expect(log).toEqual(ran);
    expect(Object.keys(outcome.results).sort()).toEqual([...ran].sort());
    expect(outcome.skipped).toEqual(skipped);
    expect(Object.keys(outcome.failures)).toEqual(failed);
  });

  it('ends early when its caller gives up', async () => {
    const clock = new VirtualClock();
    const log: string[] = [];
    const made = make('continue', clock, log);
    const controller = new AbortController();
    const work = made.execute(undefined, { signal: controller.signal });
    clock.setTimeout(() => controller.abort(), 50);
    await expect(clock.runUntil(work)).rejects.toThrow(CancelledError);
    expect(log).toEqual(['next', 'last']);
    await expect(made.execute(undefined, { signal: AbortSignal.abort() })).rejects.toThrow(CancelledError);
    const context = new Context({ clock, deadline: clock.now() - 1 });
    await expect(made.execute(undefined, { context })).rejects.toThrow(DeadlineError);
  });
});

describe('a graph in a workflow', () => {
  it('runs each node as a durable step', async () => {
    await simulate('durable graph', async ({ process, sleep: wait }) => {
      const ran: string[] = [];
      const step = (name: string, ms: number) => async (): Promise<string> => {
        await wait(ms);
        ran.push(name);
        return name;
      };
      const work = graph({
        name: 'work',
        nodes: {
          a: node(step('a', 10)),
          b: node(step('b', 500)),
          c: node(({ a, b }: { a: string; b: string }) => a + b, { after: ['a', 'b'] }),
        },
      });
      const runs = workflow({ name: 'runs', run: (_input: void, flow) => work.within(flow, undefined) });
      const store = memoryJournal();
      const first = process('first');
      const one = new MuscleCoordination({ store, workflows: [runs] });
      await first.start(one);
      await first.run(() => one.launch(runs, undefined, { id: 'x' }));
      await wait(100);
      first.crash();
      const second = process('second');
      const two = new MuscleCoordination({ store, workflows: [runs], exclusive: true });
      await second.start(two);
      expect(await second.run(() => two.run('x').result())).toEqual({ a: 'a', b: 'b', c: 'ab' });
      expect(ran.filter((name) => name === 'a')).toHaveLength(1);
    });
  });
});
