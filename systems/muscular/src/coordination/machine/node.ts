import type { MachineArgs } from './config.ts';

/** A condition, found. */
export type GuardFunction = (args: MachineArgs<unknown, unknown>) => boolean;

/** An effect, found. */
export type ActionFunction = (args: MachineArgs<unknown, unknown>) => unknown;

/** States that a transition leaves and enters, each in the order in which that happens. */
export interface Move {
  readonly exits: readonly StateNode[];
  readonly enters: readonly StateNode[];
}

/** A transition, its names found. */
export interface Transition {
  readonly source: StateNode;
  readonly target: StateNode | undefined;
  readonly guard: GuardFunction | undefined;
  readonly actions: readonly ActionFunction[];
  readonly reenter: boolean;
  /** The last move and from where, in a machine without parallel states. */
  from: StateNode | undefined;
  move: Move | undefined;
}

/** A state, its names found. */
export interface StateNode {
  /** Names from below the root, joined by dots; empty for the root. */
  readonly path: string;
  readonly key: string;
  readonly parent: StateNode | undefined;
  readonly depth: number;
  /** Place in the document. */
  readonly order: number;
  readonly kind: 'atomic' | 'compound' | 'parallel' | 'final';
  readonly children: Map<string, StateNode>;
  initial: StateNode | undefined;
  readonly on: Map<string, readonly Transition[]>;
  always: readonly Transition[];
  onDone: readonly Transition[];
  after: readonly { readonly delayMs: number; readonly transitions: readonly Transition[] }[];
  entry: readonly ActionFunction[];
  exit: readonly ActionFunction[];
  /** By type of event: transitions of this state, then of those around it, in the order in which they are tried. */
  readonly candidates: Map<string, readonly Transition[]>;
}

/** Whether a state is within another. */
export const isWithin = (node: StateNode, outer: StateNode): boolean => {
  let at: StateNode | undefined = node;
  while (at !== undefined && at.depth > outer.depth) at = at.parent;
  return at === outer && node !== outer;
};

/** The innermost state around both. */
const commonAncestor = (one: StateNode, two: StateNode): StateNode | undefined => {
  let at = one.parent;
  while (at !== undefined && !isWithin(two, at)) at = at.parent;
  return at;
};

/** The state within which a transition happens: it stays, what is in it changes. */
export const domainOf = ({ source, target, reenter }: Transition): StateNode | undefined => {
  if (target === undefined) return undefined;
  const inside = target === source || isWithin(target, source);
  if (inside && !reenter) return source;
  return commonAncestor(source, target) ?? source;
};

/** Adds what is entered with a state: its initial child, or all its regions, and so on. */
const descend = (node: StateNode, into: StateNode[]): void => {
  if (node.kind === 'parallel')
    for (const child of node.children.values()) {
      into.push(child);
      descend(child, into);
    }
  else if (node.initial !== undefined) {
    into.push(node.initial);
    descend(node.initial, into);
  }
};

/** The regions of a parallel state beside one of them, with what is in them. */
const beside = (node: StateNode, region: StateNode, into: StateNode[]): void => {
  if (node.kind !== 'parallel') return;
  for (const other of node.children.values()) {
    if (other === region) continue;
    into.push(other);
    descend(other, into);
  }
};

/** What is entered below `domain` to be in `target`, outermost first. */
export const pathInto = (domain: StateNode, target: StateNode): StateNode[] => {
  const entered: StateNode[] = [];
  // Also for a target that is the domain: it enters its initial states again.
  descend(target, entered);
  for (let at = target; at !== domain && at.parent !== undefined; at = at.parent) {
    entered.push(at);
    beside(at.parent, at, entered);
  }
  return entered.sort((a, b) => a.order - b.order);
};
