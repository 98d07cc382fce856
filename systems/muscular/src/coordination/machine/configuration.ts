import { isWithin, type StateNode } from './node.ts';
import type { MachineValue } from './snapshot.ts';

/** In the order of the document. */
export const byOrder = (a: StateNode, b: StateNode): number => a.order - b.order;

/** The active states of a machine. */
export class Configuration {
  /** The atomic state, in a machine without parallel states: all the others follow from it. */
  leaf: StateNode;
  readonly #single: boolean;
  readonly #root: StateNode;
  /** All but the root, by document order; empty in a machine without parallel states. */
  #active: StateNode[] = [];

  constructor(root: StateNode, single: boolean) {
    this.leaf = this.#root = root;
    this.#single = single;
  }

  has(node: StateNode): boolean {
    if (!this.#single) return node === this.#root || this.#active.includes(node);
    return node === this.leaf || isWithin(this.leaf, node);
  }

  enter(node: StateNode): void {
    if (this.#single) this.leaf = node;
    else if (node !== this.#root) this.#active = [...this.#active, node].sort(byOrder);
  }

  leave(nodes: readonly StateNode[]): void {
    if (!this.#single) this.#active = this.#active.filter((node) => !nodes.includes(node));
  }

  /** Active states within one, outermost first. */
  within(outer: StateNode): readonly StateNode[] {
    if (!this.#single) return this.#active.filter((node) => isWithin(node, outer));
    const path: StateNode[] = [];
    for (let at: StateNode | undefined = this.leaf; at !== undefined && at !== outer; at = at.parent) path.unshift(at);
    return path;
  }

  /** Active states that have none within them. */
  get leaves(): readonly StateNode[] {
    return this.#single ? [this.leaf] : this.#active.filter(({ children }) => children.size === 0);
  }

  value(node: StateNode = this.#root): MachineValue {
    const active = [...node.children.values()].filter((child) => this.has(child));
    const [first] = active;
    if (node.kind !== 'parallel' && first?.children.size === 0) return first.key;
    return Object.fromEntries(active.map((child) => [child.key, this.value(child)]));
  }

  /** Whether a state has come to its end: a final child, or all its regions have. */
  isDone(node: StateNode): boolean {
    const children = [...node.children.values()];
    if (node.kind === 'parallel') return children.every((region) => this.isDone(region));
    if (node.kind === 'final') return this.has(node);
    return children.some((child) => child.kind === 'final' && this.has(child));
  }
}
