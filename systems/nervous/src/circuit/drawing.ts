import { type Anatomy, type CellState, toGraph, toMermaid } from '@organism/cell';
import { NestedCircuit } from './nested-circuit.ts';
import type { NeuralNode } from '../neuron/neuron.ts';
import type { Axon, Dendrite } from '../neuron/port.ts';
import type { Synapse } from './synapse.ts';

/** A way to draw a circuit. */
export type Drawing = 'mermaid' | 'dot' | 'json';

const quoted = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;

/**
 * A system's description as a Graphviz digraph: solid edges are values, dashed ones needs.
 *
 * @see https://graphviz.org/doc/info/lang.html
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Cell, Organism } from '@organism/cell';
 * import { toDot } from '@organism/nervous';
 *
 * const body = new Organism({ name: 'shop', cells: [new Cell({ name: 'api', needs: ['db'] }), new Cell({ name: 'db' })] });
 * assert.match(toDot(body.describe()), /"shop\/api" -> "shop\/db" \[style=dashed\];/);
 * ```
 */
export const toDot = (anatomy: Anatomy): string => {
  const { nodes, edges } = toGraph(anatomy);
  const lines = nodes.map(({ id, name, kind }) => `  ${quoted(id)} [label=${quoted(`${name}\n${kind}`)}];`);
  for (const { from, to, kind, label, shape, counters } of edges) {
    const text = [label ?? shape?.name, counters?.['passed']].filter((part) => part !== undefined).join(' · ');
    const attributes = kind === 'needs' ? ' [style=dashed]' : text === '' ? '' : ` [label=${quoted(text)}]`;
    lines.push(`  ${quoted(from)} -> ${quoted(to)}${attributes};`);
  }
  return `digraph ${quoted(anatomy.name)} {\n  rankdir=LR;\n  node [shape=box];\n${lines.join('\n')}\n}\n`;
};

/** Draws a description. */
export const draw = (anatomy: Anatomy, format: Drawing): string => {
  if (format === 'json') return JSON.stringify(toGraph(anatomy), undefined, 2);
  return format === 'dot' ? toDot(anatomy) : toMermaid(anatomy);
};

const portOf =
  (direction: 'in' | 'out') =>
  ({ name, shape }: Pick<Axon<unknown>, 'name' | 'shape'>) => ({
    name,
    direction,
    shape: { name: shape.name, version: shape.version },
  });

const describeNeuron = (neuron: NeuralNode, state: CellState): Anatomy => {
  const inner = neuron instanceof NestedCircuit ? neuron.describeInner() : undefined;
  return {
    name: neuron.name,
    kind: inner?.kind ?? neuron.constructor.name,
    state: neuron.isAlive ? neuron.state : state,
    needs: [],
    ports: [
      ...Object.values<Dendrite<never>>(neuron.dendrites).map(portOf('in')),
      ...Object.values<Axon<unknown>>(neuron.axons).map(portOf('out')),
    ],
    edges: inner?.edges ?? [],
    counters: neuron.counters,
    children: inner?.children ?? [],
  };
};

/** What a circuit tells of itself. */
export const describeCircuit = (circuit: {
  readonly state: CellState;
  readonly neurons: readonly NeuralNode[];
  readonly synapses: readonly Synapse[];
  readonly edges: Anatomy['edges'];
  readonly counters: Readonly<Record<string, number>>;
}): Partial<Anatomy> => ({
  children: circuit.neurons.map((neuron) => describeNeuron(neuron, circuit.state)),
  edges: [
    ...circuit.synapses.map(({ from, to, shape, passed, filtered, weight, kind }) => ({
      from,
      to,
      ...(kind !== 'excitatory' && { label: kind }),
      shape: { name: shape.name, version: shape.version },
      counters: { passed, filtered, weight },
    })),
    ...circuit.edges,
  ],
  counters: circuit.counters,
});
