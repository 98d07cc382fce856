/** A named, versioned shape as anatomy shows it; every Bone is one. */
export interface ShapeReference {
  readonly name: string;
  readonly version?: number;
}

/** A place where a cell takes something in or gives something out. */
export interface Port {
  readonly name: string;
  readonly direction: 'in' | 'out';
  /** What it speaks: `http`, `event`, `call`, … */
  readonly protocol?: string;
  readonly shape?: ShapeReference;
}

/** A path between two cells or ports. Names are looked up among a cell's children first, then outwards. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label?: string;
  readonly shape?: ShapeReference;
  readonly counters?: Readonly<Record<string, number>>;
}

/** State of a cell's life. */
export type CellState = 'idle' | 'starting' | 'running' | 'stopping' | 'stopped' | 'failed';

/** Description of a cell: ports, shapes, edges, live counters. Plain data, safe to send as JSON. */
export interface Anatomy {
  readonly name: string;
  /** The cell's class, e.g. `EventBus`. */
  readonly kind: string;
  readonly state: CellState;
  readonly needs: readonly string[];
  readonly ports: readonly Port[];
  readonly edges: readonly Edge[];
  readonly counters: Readonly<Record<string, number>>;
  readonly children: readonly Anatomy[];
}

/** A cell in the joined graph; `id` is its path, e.g. `seismic-watch/circuit/swarm`. */
export interface GraphNode extends Omit<Anatomy, 'children' | 'edges'> {
  readonly id: string;
  readonly parent?: string;
}

/** An edge in the joined graph, between node ids. */
export interface GraphEdge extends Edge {
  readonly kind: 'needs' | 'flow';
}

/** The joined graph of a body. */
export interface AnatomyGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

const pathOf = ({ name }: Anatomy, parent: string | undefined): string =>
  parent === undefined ? name : `${parent}/${name}`;

/**
 * Joins a tree of descriptions into one flat graph with full paths. An edge end that names nothing in the body
 * becomes a node of kind `External`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Cell, Organism, toGraph } from '@organism/cell';
 *
 * const body = new Organism({ name: 'shop', cells: [new Cell({ name: 'db' }), new Cell({ name: 'api', needs: ['db'] })] });
 * const { nodes, edges } = toGraph(body.describe());
 * assert.deepEqual(nodes.map(({ id }) => id), ['shop', 'shop/db', 'shop/api']);
 * assert.deepEqual(edges, [{ kind: 'needs', from: 'shop/api', to: 'shop/db' }]);
 * ```
 */
export const toGraph = (body: Anatomy): AnatomyGraph => {
  const nodes = new Map<string, GraphNode>();
  const edges: GraphEdge[] = [];
  const visit = (cell: Anatomy, parent: string | undefined): void => {
    const { children, edges: _edges, ...rest } = cell;
    const id = pathOf(cell, parent);
    nodes.set(id, { ...rest, id, ...(parent !== undefined && { parent }) });
    for (const child of children) visit(child, id);
  };
  visit(body, undefined);

  const resolve = (name: string, scope: string): string => {
    for (let at: string | undefined = scope; at !== undefined; at = nodes.get(at)?.parent) {
      if (nodes.has(`${at}/${name}`)) return `${at}/${name}`;
      if (nodes.get(at)?.name === name) return at;
    }
    if (!nodes.has(name))
      nodes.set(name, { id: name, name, kind: 'External', state: 'running', needs: [], ports: [], counters: {} });
    return name;
  };
  const join = (cell: Anatomy, parent: string | undefined): void => {
    const id = pathOf(cell, parent);
    for (const need of cell.needs) edges.push({ kind: 'needs', from: id, to: resolve(need, parent ?? id) });
    for (const edge of cell.edges)
      edges.push({ ...edge, kind: 'flow', from: resolve(edge.from, id), to: resolve(edge.to, id) });
    for (const child of cell.children) join(child, id);
  };
  join(body, undefined);
  return { nodes: [...nodes.values()], edges };
};

/** A label that Mermaid shows as it is: neither markup nor the end of the label. */
const quoted = (text: string): string => {
  const plain = text.replaceAll(/\s+/g, ' ').replaceAll(/["#&<>`]/g, (mark) => `#${mark.charCodeAt(0)};`);
  return `"${plain}"`;
};

/**
 * Draws a description as a Mermaid flowchart.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { Cell, Organism, toMermaid } from '@organism/cell';
 *
 * const body = new Organism({ name: 'shop', cells: [new Cell({ name: 'db' }), new Cell({ name: 'api', needs: ['db'] })] });
 * assert.match(toMermaid(body.describe()), /flowchart LR/);
 * ```
 * @see https://mermaid.js.org/syntax/flowchart.html
 */
export const toMermaid = (body: Anatomy): string => {
  const { nodes, edges } = toGraph(body);
  const ids = new Map(nodes.map((node, index) => [node.id, `n${index}`]));
  const lines: string[] = ['flowchart LR'];
  const draw = (node: GraphNode, indent: string): void => {
    const children = nodes.filter((other) => other.parent === node.id);
    const label = quoted(node.kind === node.name ? node.name : `${node.name} · ${node.kind}`);
    if (children.length === 0) {
      lines.push(`${indent}${ids.get(node.id)}[${label}]`);
      return;
    }
    lines.push(`${indent}subgraph ${ids.get(node.id)}[${label}]`);
    for (const child of children) draw(child, `${indent}  `);
    lines.push(`${indent}end`);
  };
  for (const node of nodes) if (node.parent === undefined) draw(node, '  ');
  for (const edge of edges) {
    const label = edge.label ?? edge.shape?.name;
    const arrow = edge.kind === 'needs' ? '-.->' : '-->';
    lines.push(
      `  ${ids.get(edge.from)} ${arrow}${label === undefined ? '' : `|${quoted(label)}|`} ${ids.get(edge.to)}`,
    );
  }
  return `${lines.join('\n')}\n`;
};
