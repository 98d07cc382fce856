import { CancelledError, Context, Organism, OrganismError, sleep, toGraph } from '@organism/cell';
import { Heart, type HeartFailure, type HeartOptions, RejectError } from '@organism/circulatory';
import { feedNeuron, judge, onMessage, publishingNeuron, TendonError, Tendons } from '@organism/circulatory/tendon';
import { constant } from '@organism/homeostasis';
import { Muscle, need } from '@organism/muscular';
import { NeuralCircuit, ReflexNeuron, typed } from '@organism/nervous';
import { Bone, isoDate } from '@organism/skeletal';
import { VirtualClock } from '@organism/testing';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';

const Quake = new Bone('seismic.quake', z.object({ id: z.string(), magnitude: z.number() }));
const Alert = new Bone('seismic.alert', z.object({ quake: z.string() }));

const open: [AsyncDisposable, VirtualClock][] = [];
afterEach(async () => {
  for (const [one, clock] of open.splice(0).toReversed()) await clock.runUntil(one[Symbol.asyncDispose]());
});

const make = async (options: HeartOptions = {}) => {
  const clock = new VirtualClock();
  const failures: HeartFailure[] = [];
  const heart = await new Heart({ clock, onError: (failure) => failures.push(failure), ...options }).start();
  open.push([heart, clock]);
  return { heart, clock, failures };
};

type Quake = z.infer<typeof Quake.schema>;

const assess = <R>(run: (quake: Readonly<Quake>) => R | Promise<R>): Muscle<Quake, R> =>
  new Muscle({ name: 'assess', input: Quake, run: (quake) => run(quake) });

const nothing = (): undefined => undefined;

describe('an operation bound to a topic', () => {
  it('runs for each message in the sender’s context, and publishes what it gives', async () => {
    const { heart, clock } = await make({ trusted: true });
    const tenants: unknown[] = [];
    const warn = new Muscle({
      name: 'warn',
      input: Quake,
      output: Alert,
      run: ({ id }, { context }) => {
        tenants.push(context.tenant, context.causationId);
        return { quake: id };
      },
    });
    await onMessage(Quake, warn).to(Alert).attach(heart);
    const alerts: unknown[] = [];
    await heart.subscribe(Alert, ({ data, key, context }) => alerts.push([data, key, context.tenant]));
    const context = new Context({ clock, tenant: 'lisbon' });
    const { id } = await heart.publish(Quake, { id: 'a', magnitude: 6 }, { key: 'hualien', context });
    await clock.settle();
    expect(alerts).toEqual([[{ quake: 'a' }, 'hualien', 'lisbon']]);
    expect(tenants).toEqual(['lisbon', id]);
    expect(await heart.inspect(Quake)).toMatchObject({ depth: 0, groups: [{ group: 'warn' }] });
  });

  it('tries again what may yet come through, and buries what can’t, with the error’s code', async () => {
    const { heart, clock, failures } = await make();
    const seen: string[] = [];
    const muscle = new Muscle({
      name: 'assess',
      input: Quake,
      errors: { SOLD_OUT: 'No pager is left.', BUSY: { message: 'Busy.', retryable: true } },
      run: ({ id }, { fail }) => {
        seen.push(id);
        if (id === 'crash' && seen.filter((one) => one === id).length < 3) throw new TypeError('the desk is down');
        if (id === 'fault') throw fail('SOLD_OUT');
        if (id === 'busy' && seen.filter((one) => one === id).length < 2) throw fail('BUSY');
        if (id === 'mine') throw new RejectError('not our region', { reason: 'region' });
        return undefined;
      },
    });
    await onMessage(Quake, muscle, { backoff: constant(100), concurrency: 8 }).attach(heart);
    for (const id of ['crash', 'fault', 'busy', 'mine', 'ok']) await heart.publish(Quake, { id, magnitude: 1 });
    await clock.advance(1000);
    expect(seen.toSorted()).toEqual(['busy', 'busy', 'crash', 'crash', 'crash', 'fault', 'mine', 'ok']);
    const dead = await heart.deadLetters(Quake, { group: 'assess' });
    expect(dead.map(({ envelope, reason }) => [(envelope?.data as Quake | undefined)?.id, reason])).toEqual([
      ['fault', { code: 'SOLD_OUT', detail: 'No pager is left.' }],
      ['mine', { code: 'region', detail: 'not our region' }],
    ]);
    expect(failures.map(({ group }) => group)).toEqual(Array.from({ length: 5 }, () => 'assess'));
    expect(await heart.inspect(Quake)).toMatchObject({ depth: 0 });
  });

  it('waits as long as an error asks it to', async () => {
    const { heart, clock } = await make();
    const at: number[] = [];
    const muscle = assess(() => {
      at.push(clock.now());
      if (at.length === 1)
        throw new OrganismError('DESK_BUSY', 'Busy.', {
          status: 503,
          retryable: true,
          extensions: { retryAfterMs: 5000 },
        });
    });
    await onMessage(Quake, muscle).attach(heart);
    await heart.publish(Quake, { id: 'a', magnitude: 1 });
    await clock.advance(4999);
    expect(at.length).toBe(1);
    await clock.advance(1);
    expect(at.length).toBe(2);
  });

  it('buries an input that the operation’s own Bone refuses', async () => {
    const { heart, clock } = await make();
    const Plain = typed<{ id: string; magnitude: number }>('plain');
    await onMessage(Plain, assess(nothing)).attach(heart);
    await heart.publish(Plain, { id: 'a', magnitude: 'big' } as never);
    await clock.settle();
    expect(await heart.deadLetters(Plain, { group: 'assess' })).toMatchObject([{ reason: { code: 'invalid' } }]);
  });

  it('may be told to judge otherwise', async () => {
    const { heart, clock } = await make();
    const tendon = onMessage(
      Quake,
      assess(() => {
        throw new Error('any');
      }),
      { judge: () => ({ kind: 'dead', reason: 'first-strike' }) },
    );
    await tendon.attach(heart);
    await heart.publish(Quake, { id: 'a', magnitude: 1 });
    await clock.settle();
    expect(await heart.deadLetters(Quake, { group: 'assess' })).toMatchObject([{ reason: { code: 'first-strike' } }]);
  });

  it('publishes one result for a message, however often it is delivered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 20 }), async (crashes) => {
        const { heart, clock } = await make();
        const left = [...crashes];
        const muscle = assess(({ id }) => ({ quake: id }));
        // Fails after its result was published: as when the process dies before the acknowledgement.
        const tendon = onMessage(Quake, muscle, { backoff: constant(10), maxAttempts: 10, concurrency: 4 }).to(Alert);
        await tendon.attach({
          name: heart.name,
          artery: (topic) => heart.artery(topic),
          subscribe: (topic, handler, options) =>
            heart.subscribe(
              topic,
              async (message, scope) => {
                await handler(message, scope);
                const index = Number((message.data as { id: string }).id);
                if ((left[index] ?? 0) > 0) {
                  left[index] = (left[index] ?? 0) - 1;
                  throw new Error('died');
                }
              },
              options,
            ),
        });
        const alerts: unknown[] = [];
        await heart.subscribe(Alert, ({ data }) => alerts.push(data.quake));
        await heart.publishBatch(
          Quake,
          crashes.map((_, index) => ({ value: { id: String(index), magnitude: 1 } })),
        );
        await clock.advance(1000);
        expect(alerts.toSorted()).toEqual(crashes.map((_, index) => String(index)).toSorted());
      }),
      { numRuns: 30 },
    );
  });

  it('holds the topic back while its results find no room', async () => {
    const { heart, clock } = await make();
    heart.declare(Alert, { maxDepth: 2, overflow: 'wait', maxWaitMs: 600_000 });
    const alerts = await heart.subscribe(Alert, () => {}, { paused: true });
    await onMessage(
      Quake,
      assess(({ id }) => ({ quake: id })),
      { ackTimeoutMs: 600_000 },
    )
      .to(Alert)
      .attach(heart);
    for (let n = 0; n < 10; n += 1) await heart.publish(Quake, { id: String(n), magnitude: 1 });
    await clock.advance(1000);
    expect((await heart.inspect(Alert)).depth).toBe(2);
    expect((await heart.inspect(Quake)).depth).toBe(8);
    alerts.resume();
    await clock.advance(1000);
    expect((await heart.inspect(Quake)).depth).toBe(0);
  });

  it('finishes what it has begun when it is let go', async () => {
    const { heart, clock } = await make();
    let done = 0;
    const slow = assess(async () => {
      await sleep(clock, 100);
      done += 1;
    });
    const attached = await onMessage(Quake, slow, { concurrency: 2 }).attach(heart);
    for (let n = 0; n < 5; n += 1) await heart.publish(Quake, { id: String(n), magnitude: 1 });
    await clock.advance(50);
    await clock.runUntil(attached[Symbol.asyncDispose]());
    expect(done).toBe(2);
    expect((await heart.inspect(Quake)).depth).toBe(3);
  });
});

describe('a binding that does not fit', () => {
  const Person = new Bone('person', z.object({ name: z.string() }));
  const When = new Bone('when', z.object({ at: isoDate() }));
  const greet = new Muscle({ name: 'greet', input: Person, output: Person, run: (person) => person });

  it('is a compile error, and an error before anything starts', () => {
    // @ts-expect-error: a quake is no person
    expect(() => onMessage(Quake, greet)).toThrow(TendonError);
    // @ts-expect-error: a quake is no person, even with options
    expect(() => onMessage(Quake, greet, { concurrency: 2 })).toThrow(/name: required by the reader/);
    // @ts-expect-error: a person is no alert
    expect(() => onMessage(Person, greet).to(Alert)).toThrow(/"person" does not fit "seismic.alert" \(quake/);
    // @ts-expect-error: the operation takes the text of a date, and the topic gives the date
    onMessage(When, new Muscle({ name: 'note', input: When, run: () => undefined }));
  });

  it('fits with a map, on either side', async () => {
    const { heart, clock } = await make();
    const greeted: unknown[] = [];
    await onMessage(Quake, greet, { map: ({ id }) => ({ name: id }) })
      .to(Alert, ({ name }) => ({ quake: name }))
      .attach(heart);
    await heart.subscribe(Alert, ({ data }) => greeted.push(data));
    await heart.publish(Quake, { id: 'a', magnitude: 1 });
    await clock.settle();
    expect(greeted).toEqual([{ quake: 'a' }]);
  });

  it('says what the operation still needs', () => {
    const needy = new Muscle({ name: 'needy', input: Quake, needs: { pager: need<string>() }, run: () => undefined });
    // @ts-expect-error: it can't run yet
    expect(() => onMessage(Quake, needy)).toThrow('it needs pager');
  });

  it('takes a newer version that reads the older', () => {
    const Newer = Quake.evolve(z.object({ id: z.string(), magnitude: z.number(), depth: z.number().optional() }), {
      upcast: (quake) => quake,
    });
    expect(() => onMessage(Quake, new Muscle({ name: 'newer', input: Newer, run: () => undefined }))).not.toThrow();
  });

  it('is refused when two would share one group', () => {
    const heart = new Heart();
    const tendons = [
      onMessage(Quake, assess(nothing), { group: 'g' }),
      onMessage(Quake, greet, { group: 'g', map: () => ({ name: '' }) }),
    ];
    expect(() => new Tendons({ heart, tendons })).toThrow('"assess" is in its group "g"');
  });
});

describe('a verdict', () => {
  it.each([
    ['a bug', new TypeError('x'), { kind: 'retry' }],
    ['a text that was thrown', 'x', { kind: 'retry' }],
    ['a server’s failure', new OrganismError('X', 'x', { status: 502 }), { kind: 'retry' }],
    ['a caller’s mistake', new OrganismError('X', 'x', { status: 404 }), { kind: 'dead', reason: 'X' }],
    ['who says so', new OrganismError('X', 'x', { status: 429, retryable: true }), { kind: 'retry' }],
    ['who gave up', new CancelledError(), { kind: 'retry' }],
  ] as const)('on %s', (_name, error, verdict) => {
    expect(judge(error)).toEqual(verdict);
  });
});

describe('neurons and topics', () => {
  const Reading = typed<number>('reading');
  const Sum = typed<number>('sum');

  it('flow both ways, and a reaction that fails is tried again', async () => {
    const { heart, clock } = await make();
    let failing = 1;
    const add = new ReflexNeuron({
      name: 'add',
      dendrites: { readings: Reading },
      axons: { sums: Sum },
      react: {
        readings: async (value, { sums }) => {
          if (value === 2 && failing-- > 0) throw new Error('once');
          await sums.fire(value * 10);
        },
      },
    });
    const out = publishingNeuron(heart, Sum);
    const circuit = new NeuralCircuit({ name: 'c', clock, onError: () => {} })
      .add(add, out)
      .connect(add.axons.sums, out.dendrites.input);
    await circuit.start();
    open.push([circuit, clock]);
    await feedNeuron(Reading, circuit, add.dendrites.readings, { backoff: constant(50) }).attach(heart);
    const sums: number[] = [];
    await heart.subscribe(Sum, ({ data }) => sums.push(data));
    for (const value of [1, 2, 3]) await heart.publish(Reading, value);
    await clock.advance(100);
    expect(sums).toEqual([10, 30, 20]);
    expect(await heart.inspect(Reading)).toMatchObject({ depth: 0 });
  });

  it('leaves in the topic what the neuron has not done', async () => {
    const { heart, clock } = await make();
    const slow = new ReflexNeuron({
      name: 'slow',
      dendrites: { readings: Reading },
      mailbox: 2,
      concurrency: 1,
      react: { readings: () => sleep(clock, 1000) },
    });
    const circuit = await new NeuralCircuit({ name: 'c', clock }).add(slow).start();
    open.push([circuit, clock]);
    await feedNeuron(Reading, circuit, slow.dendrites.readings, { concurrency: 3 }).attach(heart);
    for (let value = 0; value < 10; value += 1) await heart.publish(Reading, value);
    await clock.advance(500);
    expect((await heart.inspect(Reading)).groups).toMatchObject([{ group: 'c/slow', lag: 10 }]);
    await clock.advance(2000);
    expect((await heart.inspect(Reading)).depth).toBe(8);
  });

  it('keeps a neuron waiting while the topic is full', async () => {
    const { heart, clock } = await make();
    heart.declare(Sum, { maxDepth: 1, overflow: 'wait', maxWaitMs: 600_000 });
    const out = publishingNeuron(heart, Sum, { maxBatch: 1 });
    const circuit = await new NeuralCircuit({ name: 'c', clock }).add(out).start();
    open.push([circuit, clock]);
    const seen: number[] = [];
    const subscription = await heart.subscribe(Sum, ({ data }) => seen.push(data), { paused: true });
    for (let value = 0; value < 5; value += 1) circuit.stimulate(out.dendrites.input, value);
    await clock.advance(100);
    expect(out.running).toBe(4);
    subscription.resume();
    await clock.advance(1000);
    expect([seen, out.running]).toEqual([[0, 1, 2, 3, 4], 0]);
  });

  it('refuses an input of another shape', () => {
    const person = new ReflexNeuron({
      name: 'person',
      dendrites: { input: new Bone('person', z.object({ name: z.string() })) },
      react: { input: () => {} },
    });
    const circuit = new NeuralCircuit({ name: 'c' }).add(person);
    // @ts-expect-error: a quake is no person
    expect(() => feedNeuron(Quake, circuit, person.dendrites.input)).toThrow(TendonError);
  });
});

describe('the cell of bindings', () => {
  it('attaches, drains, and shows every way in the anatomy', async () => {
    const clock = new VirtualClock();
    const heart = new Heart();
    const show = new ReflexNeuron({ name: 'show', dendrites: { alerts: Alert }, react: { alerts: () => {} } });
    const circuit = new NeuralCircuit({ name: 'watch' }).add(show);
    const tendons = new Tendons({
      heart,
      tendons: [
        onMessage(
          Quake,
          assess(({ id }) => ({ quake: id })),
        ).to(Alert),
        feedNeuron(Alert, circuit, show.dendrites.alerts),
      ],
    });
    const body = await new Organism({ name: 'body', clock, cells: [tendons, circuit, heart] }).start();
    await heart.publish(Quake, { id: 'a', magnitude: 1 });
    await clock.settle();
    const { nodes, edges } = toGraph(body.describe());
    expect(nodes.filter(({ kind }) => kind === 'External')).toEqual([]);
    expect(nodes.find(({ id }) => id === 'body/tendons/assess')?.counters).toMatchObject({ executions: 1 });
    const flows = edges.filter(({ kind }) => kind === 'flow').map(({ from, to, label }) => [from, to, label]);
    expect(flows).toEqual(
      expect.arrayContaining([
        ['body/heart', 'body/tendons/assess', 'seismic.quake'],
        ['body/tendons/assess', 'body/heart', 'seismic.alert'],
        ['body/heart', 'body/watch/show', 'seismic.alert'],
      ]),
    );
    expect(edges.find(({ label }) => label === 'seismic.quake')?.counters).toMatchObject({ acked: 1 });
    await clock.runUntil(body.stop());
    expect(clock.timers()).toEqual([]);
  });

  it('attaches none when one can’t be', async () => {
    const { heart, clock } = await make({ strict: true });
    heart.declare(Quake);
    const tendons = new Tendons({
      heart,
      tendons: [
        onMessage(Quake, assess(nothing)),
        onMessage(Alert, new Muscle({ name: 'other', input: Alert, run: () => undefined })),
      ],
    });
    await expect(tendons.start()).rejects.toThrow('"seismic.alert" is not declared');
    await heart.publish(Quake, { id: 'a', magnitude: 1 });
    await clock.advance(100);
    expect((await heart.inspect(Quake)).depth).toBe(1);
  });
});
