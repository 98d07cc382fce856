import type { EventTendon, Shape } from '@organism/nervous';
import type { Workflow } from '../durable/workflow.ts';
import type { Tendon } from '../tendon.ts';
import type { MuscleCoordination } from './muscle-coordination.ts';

/** How an event becomes a run. */
export interface LaunchTrigger<T, In> {
  /** Input of the run. Default: the event's value. */
  readonly input?: (value: T) => In;
  /** Id of the run, so that an event that comes twice makes one run. Default: a random UUID. */
  readonly id?: (value: T) => string;
}

/**
 * Event trigger: joins a topic of the event bus to a durable workflow; each value launches a run.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { launchOn, memoryJournal, MuscleCoordination, workflow } from '@organism/muscular';
 * import { EventBus, typed } from '@organism/nervous';
 *
 * const Quake = typed<{ id: string; magnitude: number }>('quake.seen');
 * const alert = workflow({ name: 'alert', run: async (quake: { magnitude: number }) => quake.magnitude });
 * await using engine = await new MuscleCoordination({ store: memoryJournal(), workflows: [alert] }).start();
 * const bus = new EventBus();
 * bus.attach(launchOn(Quake, engine, alert, { id: (quake) => quake.id }));
 * await bus.publish(Quake, { id: 'q1', magnitude: 6 });
 * assert.equal(await engine.run('q1').result(), 6);
 * ```
 */
export const launchOn = <T, In, Tx>(
  topic: Shape<T>,
  engine: MuscleCoordination<Tx>,
  workflow: Workflow<In, unknown, Tx>,
  { input, id }: LaunchTrigger<T, In> = {},
): EventTendon & Tendon => ({
  kind: 'event',
  topic,
  target: workflow.name,
  handle: (value) => {
    const own = value as T;
    return engine.launch(
      workflow,
      input === undefined ? (own as unknown as In) : input(own),
      id ? { id: id(own) } : {},
    );
  },
});

/** How an event becomes a signal. */
export interface SignalTrigger<T> {
  /** Id of the run that it is for; undefined for none. */
  readonly run: (value: T) => string | undefined;
  /** Name of the signal. Default: the topic's. */
  readonly name?: string;
  /** Default: the event's value. */
  readonly payload?: (value: T) => unknown;
  /** Id of the signal, so that an event that comes twice counts once. Default: a random UUID. */
  readonly id?: (value: T) => string;
}

/** Event trigger: joins a topic of the event bus to runs that wait for it; each value signals the run it is for. */
export const signalOn = <T, Tx>(
  topic: Shape<T>,
  engine: MuscleCoordination<Tx>,
  { run, name = topic.name, payload, id }: SignalTrigger<T>,
): EventTendon & Tendon => ({
  kind: 'event',
  topic,
  target: engine.name,
  handle: async (value) => {
    const own = value as T;
    const target = run(own);
    if (target === undefined) return;
    await engine.signal(target, name, payload === undefined ? own : payload(own), id ? { id: id(own) } : {});
  },
});
