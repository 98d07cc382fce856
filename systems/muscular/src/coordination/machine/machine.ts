import { type Clock, OptionError, systemClock } from '@organism/cell';
import { MachineError } from '../errors.ts';
import { MachineActor } from './actor.ts';
import { type Compiled, Compiler } from './compile.ts';
import type { MachineConfig, MachineEvent, MachineImplementations } from './config.ts';
import type { MachineSnapshot } from './snapshot.ts';

/** How a machine is started. */
export interface MachineStart<Context> {
  /** Default: the one declared. */
  readonly context?: Context;
  /** Goes on where a snapshot was taken; wins over `context`. */
  readonly snapshot?: MachineSnapshot<Context>;
  /** For delayed transitions. Default: the system's. */
  readonly clock?: Clock;
  /** Told what an action of a delayed transition threw. Default: thrown in the timer's callback. */
  readonly onError?: (error: unknown) => void;
}

/** A declared state machine. Made by {@link machine}. */
export class Machine<Context, Event extends MachineEvent> {
  readonly id: string;
  /** As declared: XState's shape, for `createMachine` as far as it has names and no functions that return a context. */
  readonly config: MachineConfig<Context, Event>;
  readonly #compiled: Compiled;

  constructor(config: MachineConfig<Context, Event>, implementations: MachineImplementations<Context, Event> = {}) {
    const { id } = config;
    if (typeof id !== 'string' || !/^[\w-]+$/.test(id)) throw new OptionError('id', 'letters, digits, "_" and "-"', id);
    this.id = id;
    this.config = config;
    const compiler = new Compiler(id, implementations as MachineImplementations<unknown, unknown>);
    this.#compiled = compiler.compile(config as unknown as MachineConfig<unknown, MachineEvent>);
  }

  /** Paths of all states, in the order of the declaration. */
  get states(): readonly string[] {
    return [...this.#compiled.byPath.keys()].filter((path) => path !== '');
  }

  /**
   * Starts it: enters its initial states, or those of a snapshot without running their entry actions again.
   *
   * @throws {MachineError} `MUSCULAR_BAD_MACHINE` for a snapshot of another machine.
   */
  start(options: MachineStart<Context> = {}): MachineActor<Context, Event> {
    const { snapshot, clock = systemClock, onError } = options;
    const context = options.context ?? this.config.context;
    const strange = snapshot?.active.find((path) => !this.#compiled.byPath.has(path));
    if (strange !== undefined)
      throw new MachineError(this.id, `the snapshot has a state "${strange}", which is none of it`);
    return new MachineActor<Context, Event>(this.#compiled, { context, snapshot, clock, onError });
  }
}

/**
 * State machine (statechart): nested and parallel states, guards, entry and exit actions, transitions without events and
 * after a delay. A run handles one event at a time, to its end. The declaration is a part of XState's shape.
 *
 * @param implementations Guards and actions that the declaration names, as it does when it comes from elsewhere.
 * @throws {MachineError} `MUSCULAR_BAD_MACHINE` for a target, guard or action that there is none of.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { machine } from '@organism/muscular';
 * import { VirtualClock } from '@organism/testing';
 *
 * const alert = machine({
 *   id: 'alert',
 *   types: {} as { events: { type: 'ACKNOWLEDGE'; by: string } | { type: 'CLOSE' } },
 *   context: { by: '', calls: 0 },
 *   initial: 'open',
 *   states: {
 *     open: {
 *       entry: ({ context }) => ({ calls: context.calls + 1 }),
 *       on: { ACKNOWLEDGE: { target: 'acknowledged', actions: ({ event }) => ({ by: event.by }) } },
 *       after: { 60_000: { target: 'open', reenter: true, guard: ({ context }) => context.calls < 3 } },
 *     },
 *     acknowledged: { on: { CLOSE: 'closed' } },
 *     closed: { type: 'final' },
 *   },
 * });
 * const clock = new VirtualClock();
 * const actor = alert.start({ clock });
 * await clock.advance(130_000);
 * assert.equal(actor.context.calls, 3);
 * actor.send({ type: 'ACKNOWLEDGE', by: 'Ada' });
 * assert.deepEqual([actor.value, actor.context.by], ['acknowledged', 'Ada']);
 * actor.send({ type: 'CLOSE' });
 * assert.equal(actor.status, 'done');
 * ```
 * @see https://www.w3.org/TR/scxml/
 */
export const machine = <Context, Event extends MachineEvent>(
  config: MachineConfig<Context, Event>,
  implementations?: MachineImplementations<Context, Event>,
): Machine<Context, Event> => new Machine(config, implementations);
