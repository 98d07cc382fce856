import type { Clock } from '@organism/cell';
import { chooseTransitions, firstAllowed } from './choose.ts';
import type { Compiled } from './compile.ts';
import type { MachineArgs, MachineEvent } from './config.ts';
import { byOrder, Configuration } from './configuration.ts';
import { Delays } from './delays.ts';
import { type ActionFunction, domainOf, type Move, pathInto, type StateNode, type Transition } from './node.ts';
import type { MachineSnapshot, MachineStatus, MachineValue } from './snapshot.ts';

/** What a run of a machine is made of. */
interface ActorOptions<Context> {
  readonly context: Context | undefined;
  readonly snapshot: MachineSnapshot<Context> | undefined;
  readonly clock: Clock;
  readonly onError: ((error: unknown) => void) | undefined;
}

const none: readonly Transition[] = [];

/** A chart that goes on by itself for longer is taken to go round for ever. */
const mostSteps = 1000;

/** A run of a state machine. Made by `machine(…).start()`. */
export class MachineActor<Context, Event extends MachineEvent> implements Disposable {
  readonly #compiled: Compiled;
  readonly #onError: ((error: unknown) => void) | undefined;
  readonly #active: Configuration;
  readonly #delays: Delays;
  #context: Context;
  #status: MachineStatus = 'active';
  #busy = false;
  readonly #queue: MachineEvent[] = [];
  readonly #raised: MachineEvent[] = [];
  readonly #done: StateNode[] = [];
  readonly #listeners = new Set<(actor: MachineActor<Context, Event>) => void>();
  readonly #raise = (event: MachineEvent): void => void this.#raised.push(event);

  constructor(compiled: Compiled, { snapshot, context, clock, onError }: ActorOptions<Context>) {
    this.#compiled = compiled;
    this.#onError = onError;
    this.#active = new Configuration(compiled.root, compiled.single);
    this.#delays = new Delays(clock, (node, delayMs) => this.#elapse(node, delayMs));
    this.#context = (snapshot === undefined ? context : snapshot.context) as Context;
    if (snapshot === undefined) this.#begin(compiled.root);
    else this.#restore(snapshot);
  }

  #begin(root: StateNode): void {
    const event = { type: 'init' };
    this.#settle(() => {
      this.#enter([root, ...pathInto(root, root)], event);
      return true;
    }, event);
  }

  #restore({ active, status, delays }: MachineSnapshot<Context>): void {
    const { byPath } = this.#compiled;
    const nodes = active.flatMap((path) => byPath.get(path) ?? []);
    for (const node of nodes.sort(byOrder)) this.#active.enter(node);
    this.#status = status;
    for (const { state, delayMs, dueAt } of status === 'active' ? delays : []) {
      const node = byPath.get(state);
      if (node !== undefined) this.#delays.resume(node, delayMs, dueAt);
    }
  }

  get context(): Context {
    return this.#context;
  }

  get status(): MachineStatus {
    return this.#status;
  }

  /** Where it is: `'open'`, `{ open: 'waiting' }`, `{ left: 'on', right: 'off' }`. */
  get value(): MachineValue {
    return this.#active.value();
  }

  /** Whether a state is active: its path from below the root, such as `open.waiting`. */
  matches(path: string): boolean {
    const node = this.#compiled.byPath.get(path);
    return node !== undefined && this.#active.has(node);
  }

  /** Whether an event would be taken now. */
  can(event: Event): boolean {
    return this.#status === 'active' && this.#select(event.type, event).length > 0;
  }

  /**
   * Handles an event, with all that follows from it. One sent from within an action waits until that is done.
   *
   * @returns whether a transition was taken; true for one that waits.
   */
  send(event: Event): boolean {
    if (this.#status !== 'active') return false;
    if (this.#busy) {
      this.#queue.push(event);
      return true;
    }
    const taken = this.#settle(() => this.#step(event.type, event), event);
    if (this.#queue.length > 0) this.#catchUp();
    return taken;
  }

  #catchUp(): void {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) this.send(next as Event);
  }

  #elapse(node: StateNode, delayMs: number): void {
    const event = { type: `after.${delayMs}` };
    const transitions = node.after.find((one) => one.delayMs === delayMs)?.transitions ?? none;
    try {
      this.#settle(() => this.#takeFirst(transitions, event), event);
      this.#catchUp();
    } catch (error) {
      if (this.#onError === undefined) throw error;
      this.#onError(error);
    }
  }

  /** Does a step and all that follows without events from outside; then tells who listens. */
  #settle(step: () => boolean, event: MachineEvent): boolean {
    this.#busy = true;
    let taken = false;
    try {
      taken = step();
      if (taken || this.#raised.length > 0) this.#follow(event);
    } catch (error) {
      this.#end('failed');
      throw error;
    } finally {
      this.#busy = false;
    }
    if (taken) for (const listener of this.#listeners) listener(this);
    return taken;
  }

  #follow(event: MachineEvent): void {
    let last = event;
    for (let steps = 0; this.#status === 'active'; steps += 1) {
      if (steps === mostSteps) throw new Error(`A state machine went on by itself for ${mostSteps} steps.`);
      if (this.#compiled.eventless && this.#takeAlways(last)) continue;
      const done = this.#done.shift();
      if (done !== undefined) {
        this.#takeFirst(done.onDone, last);
        continue;
      }
      const raised = this.#raised.shift();
      if (raised === undefined) return;
      last = raised;
      this.#step(raised.type, raised);
    }
  }

  #step(type: string, event: MachineEvent): boolean {
    if (!this.#compiled.single) return this.#take(this.#select(type, event), event);
    // Flat and without a list: one state, and mostly one transition. This is what a step of a simple machine costs.
    const candidates = this.#active.leaf.candidates.get(type);
    if (candidates === undefined) return false;
    for (const transition of candidates)
      if (transition.guard === undefined || transition.guard(this.#args(event))) {
        this.#apply(transition, event);
        return true;
      }
    return false;
  }

  #args(event: MachineEvent): MachineArgs<unknown, MachineEvent> {
    return { context: this.#context, event, raise: this.#raise };
  }

  #select(type: string, event: MachineEvent): readonly Transition[] {
    const of = (node: StateNode): readonly Transition[] => node.on.get(type) ?? none;
    return chooseTransitions(this.#active, of, () => this.#args(event));
  }

  #takeAlways(event: MachineEvent): boolean {
    return this.#take(
      chooseTransitions(
        this.#active,
        ({ always }) => always,
        () => this.#args(event),
      ),
      event,
    );
  }

  #takeFirst(transitions: readonly Transition[], event: MachineEvent): boolean {
    const found = firstAllowed(transitions, () => this.#args(event));
    if (found !== undefined) this.#apply(found, event);
    return found !== undefined;
  }

  #take(transitions: readonly Transition[], event: MachineEvent): boolean {
    const [only] = transitions;
    if (only === undefined) return false;
    if (transitions.length === 1) {
      this.#apply(only, event);
      return true;
    }
    // All together: first everything is left, then entered.
    const moves = transitions.map((transition) => this.#moveOf(transition));
    const exits = new Set(moves.flatMap((move) => move?.exits ?? []));
    this.#leave([...exits].sort(byOrder).toReversed(), event);
    for (const { actions } of transitions) this.#act(actions, event);
    const enters = new Set(moves.flatMap((move) => move?.enters ?? []));
    this.#enter([...enters].sort(byOrder), event);
    return true;
  }

  #apply(transition: Transition, event: MachineEvent): void {
    const move = this.#moveOf(transition);
    if (move !== undefined) this.#leave(move.exits, event);
    if (transition.actions.length > 0) this.#act(transition.actions, event);
    if (move !== undefined) this.#enter(move.enters, event);
  }

  #moveOf(transition: Transition): Move | undefined {
    const { target } = transition;
    if (target === undefined) return undefined;
    const { single, root } = this.#compiled;
    if (single && transition.from === this.#active.leaf) return transition.move;
    const domain = domainOf(transition) ?? root;
    const move: Move = { exits: this.#active.within(domain).toReversed(), enters: pathInto(domain, target) };
    if (single) [transition.from, transition.move] = [this.#active.leaf, move];
    return move;
  }

  #leave(nodes: readonly StateNode[], event: MachineEvent): void {
    for (const node of nodes) {
      if (node.after.length > 0) this.#delays.clear(node);
      if (node.exit.length > 0) this.#act(node.exit, event);
    }
    this.#active.leave(nodes);
  }

  #enter(nodes: readonly StateNode[], event: MachineEvent): void {
    for (const node of nodes) {
      this.#active.enter(node);
      if (node.entry.length > 0) this.#act(node.entry, event);
      for (const { delayMs } of node.after) this.#delays.add(node, delayMs, delayMs);
      if (node.kind === 'final') this.#reach(node.parent);
    }
  }

  /** A child of this state is final now: perhaps it is done, and the parallel state around it. */
  #reach(node: StateNode | undefined): void {
    if (node === undefined || !this.#active.isDone(node)) return;
    if (node === this.#compiled.root) {
      this.#end('done');
      return;
    }
    if (node.onDone.length > 0) this.#done.push(node);
    if (node.parent?.kind === 'parallel') this.#reach(node.parent);
  }

  #act(actions: readonly ActionFunction[], event: MachineEvent): void {
    for (const action of actions) {
      const patch = action(this.#args(event));
      if (typeof patch === 'object' && patch !== null) this.#context = { ...this.#context, ...patch };
    }
  }

  #end(status: MachineStatus): void {
    this.#status = status;
    this.#delays.clear();
    this.#raised.length = this.#done.length = this.#queue.length = 0;
  }

  /** Calls `listener` after each event that was taken. */
  subscribe(listener: (actor: MachineActor<Context, Event>) => void): Disposable {
    const own = (actor: MachineActor<Context, Event>): void => listener(actor);
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }

  /** Where it is now, to go on from later with `machine.start({ snapshot })`. */
  snapshot(): MachineSnapshot<Context> {
    return {
      value: this.value,
      active: this.#active.within(this.#compiled.root).map(({ path }) => path),
      context: this.#context,
      status: this.#status,
      delays: this.#delays.list.map(({ node, delayMs, dueAt }) => ({ state: node.path, delayMs, dueAt })),
    };
  }

  /** Stops it: no event is taken any more, and no delayed transition comes. */
  [Symbol.dispose](): void {
    if (this.#status === 'active') this.#end('stopped');
  }
}
