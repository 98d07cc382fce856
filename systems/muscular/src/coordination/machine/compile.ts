import { MachineError } from '../errors.ts';
import type {
  Action,
  Guard,
  MachineConfig,
  MachineEvent,
  MachineImplementations,
  OneOrMore,
  StateConfig,
  TransitionsConfig,
} from './config.ts';
import type { ActionFunction, GuardFunction, StateNode, Transition } from './node.ts';

type AnyState = StateConfig<unknown, MachineEvent>;
type AnyImplementations = MachineImplementations<unknown, unknown>;

/** A machine with all its names found. */
export interface Compiled {
  readonly id: string;
  readonly root: StateNode;
  readonly byPath: ReadonlyMap<string, StateNode>;
  /** Only one atomic state is ever active. */
  readonly single: boolean;
  /** Some state has transitions without events. */
  readonly eventless: boolean;
}

const known = new Set(['type', 'initial', 'states', 'on', 'after', 'always', 'onDone', 'entry', 'exit']);
const knownOfRoot = new Set([...known, 'id', 'context', 'types', 'version', 'description']);

const listOf = <T>(value: OneOrMore<T> | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];

/**
 * Checks a declaration and finds what its names mean.
 *
 * @throws {MachineError} `MUSCULAR_BAD_MACHINE` naming the state, and the name that means nothing.
 */
export class Compiler {
  readonly #id: string;
  readonly #implementations: AnyImplementations;
  readonly #nodes = new Map<string, StateNode>();
  readonly #configs = new Map<StateNode, AnyState>();

  constructor(id: string, implementations: AnyImplementations) {
    this.#id = id;
    this.#implementations = implementations;
  }

  compile(config: MachineConfig<unknown, MachineEvent>): Compiled {
    const root = this.#declare(config, '', undefined);
    for (const [node, state] of this.#configs) this.#connect(node, state);
    const types = new Set([...this.#nodes.values()].flatMap(({ on }) => [...on.keys()]));
    for (const node of this.#nodes.values()) this.#gather(node, types);
    const nodes = [...this.#nodes.values()];
    return {
      id: this.#id,
      root,
      byPath: this.#nodes,
      single: nodes.every(({ kind }) => kind !== 'parallel'),
      eventless: nodes.some(({ always }) => always.length > 0),
    };
  }

  #fail(node: StateNode, problem: string): never {
    throw new MachineError(this.#id, `state "${node.path === '' ? this.#id : node.path}" ${problem}`);
  }

  #declare(config: AnyState, key: string, parent: StateNode | undefined): StateNode {
    const path = parent === undefined || parent.path === '' ? key : `${parent.path}.${key}`;
    const { states = {}, type } = config;
    const kind = type ?? (Object.keys(states).length > 0 ? 'compound' : 'atomic');
    const node: StateNode = {
      path,
      key,
      parent,
      depth: parent === undefined ? 0 : parent.depth + 1,
      order: this.#nodes.size,
      kind,
      children: new Map(),
      initial: undefined,
      on: new Map(),
      always: [],
      onDone: [],
      after: [],
      entry: [],
      exit: [],
      candidates: new Map(),
    };
    const unknown = Object.keys(config).find((name) => !(parent === undefined ? knownOfRoot : known).has(name));
    if (unknown !== undefined) this.#fail(node, `has "${unknown}", which is not supported`);
    this.#nodes.set(path, node);
    this.#configs.set(node, config);
    for (const [name, state] of Object.entries(states)) {
      if (!/^[^.#\s]+$/.test(name)) this.#fail(node, `has a child whose name has ".", "#" or blanks`);
      node.children.set(name, this.#declare(state, name, node));
    }
    return node;
  }

  #connect(node: StateNode, config: AnyState): void {
    const { initial, on = {}, after = {}, always, onDone, entry, exit } = config;
    if (node.kind === 'compound') {
      node.initial = node.children.get(initial ?? '');
      if (node.initial === undefined) this.#fail(node, `needs an initial state of its own; got "${initial ?? ''}"`);
    } else if (node.kind !== 'parallel' && node.children.size > 0) this.#fail(node, `is ${node.kind} and has states`);
    for (const [type, transitions] of Object.entries(on as Record<string, TransitionsConfig<unknown, unknown>>))
      node.on.set(type, this.#transitions(node, transitions));
    node.after = Object.entries(after).map(([delay, transitions]) => {
      const delayMs = Number(delay);
      if (!(delayMs >= 0)) this.#fail(node, `has a delay that is no number of milliseconds: "${delay}"`);
      return { delayMs, transitions: this.#transitions(node, transitions) };
    });
    node.always = this.#transitions(node, always);
    node.onDone = this.#transitions(node, onDone);
    node.entry = listOf(entry).map((action) => this.#action(node, action));
    node.exit = listOf(exit).map((action) => this.#action(node, action));
  }

  #transitions(source: StateNode, given: TransitionsConfig<unknown, never> | undefined): readonly Transition[] {
    return listOf(given).map((one) => {
      const { target, guard, actions, reenter = false } = typeof one === 'string' ? { target: one } : one;
      return {
        source,
        target: target === undefined ? undefined : this.#target(source, target),
        guard: guard === undefined ? undefined : this.#guard(source, guard),
        actions: listOf(actions).map((action) => this.#action(source, action)),
        reenter,
        from: undefined,
        move: undefined,
      };
    });
  }

  #target(source: StateNode, target: string): StateNode {
    const within = (outer: StateNode | undefined, path: string): StateNode | undefined =>
      outer && this.#nodes.get(outer.path === '' || path === '' ? `${outer.path}${path}` : `${outer.path}.${path}`);
    let found: StateNode | undefined;
    if (target.startsWith('.')) found = within(source, target.slice(1));
    else if (target === `#${this.#id}`) found = this.#nodes.get('');
    else if (target.startsWith(`#${this.#id}.`)) found = this.#nodes.get(target.slice(this.#id.length + 2));
    // A transition of the root has no siblings.
    else found = within(source.parent ?? source, target);
    return found ?? this.#fail(source, `has a transition to "${target}", which is no state`);
  }

  #guard(node: StateNode, guard: Guard<unknown, never>): GuardFunction {
    const found = typeof guard === 'string' ? this.#implementations.guards?.[guard] : guard;
    return (
      (found as GuardFunction | undefined) ?? this.#fail(node, `names a guard that is not given: "${String(guard)}"`)
    );
  }

  #action(node: StateNode, action: Action<unknown, never>): ActionFunction {
    const found = typeof action === 'string' ? this.#implementations.actions?.[action] : action;
    return (
      (found as ActionFunction | undefined) ??
      this.#fail(node, `names an action that is not given: "${String(action)}"`)
    );
  }

  #gather(node: StateNode, types: ReadonlySet<string>): void {
    for (const type of types) {
      const candidates: Transition[] = [];
      for (let at: StateNode | undefined = node; at !== undefined; at = at.parent)
        candidates.push(...(at.on.get(type) ?? []));
      if (candidates.length > 0) node.candidates.set(type, candidates);
    }
  }
}
