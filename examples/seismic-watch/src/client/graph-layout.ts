import type { AnatomyGraph, GraphEdge, GraphNode } from '@organism/cell';

/** A cell's box. */
export interface Box {
  readonly node: GraphNode;
  readonly x: number;
  readonly y: number;
}

/** A frame around the cells of one body part. */
export interface Frame {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where everything stands. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly frames: readonly Frame[];
  readonly edges: readonly GraphEdge[];
}

export const boxWidth = 176;
export const boxHeight = 66;
const columnGap = 96;
const rowGap = 34;
const margin = 26;

const isLeaf = (graph: AnatomyGraph, node: GraphNode): boolean => !graph.nodes.some(({ parent }) => parent === node.id);

/** How many steps of flow lead to each cell at most; a path that comes back is not followed twice. */
const depths = (nodes: readonly GraphNode[], edges: readonly GraphEdge[]): Map<string, number> => {
  const depth = new Map<string, number>(nodes.map(({ id }) => [id, 0]));
  const visit = (id: string, at: number, path: readonly string[]): void => {
    if (path.includes(id) || at > nodes.length) return;
    depth.set(id, Math.max(depth.get(id) ?? 0, at));
    for (const edge of edges) if (edge.from === id) visit(edge.to, at + 1, [...path, id]);
  };
  const entered = new Set(edges.map(({ to }) => to));
  for (const { id } of nodes) if (!entered.has(id)) visit(id, 0, []);
  return depth;
};

/** Places the cells in columns by how far along the flow they are. */
export const layOut = (graph: AnatomyGraph): Layout => {
  const leaves = graph.nodes.filter((node) => isLeaf(graph, node));
  const known = new Set(leaves.map(({ id }) => id));
  const edges = graph.edges.filter(
    ({ kind, from, to }) => kind === 'flow' && known.has(from) && known.has(to) && from !== to,
  );
  // What flows back, to a cell it came from, is drawn but does not push anything to the right.
  const forward = edges.filter(
    (edge, index) => !edges.slice(0, index).some((other) => other.from === edge.to && other.to === edge.from),
  );
  const depth = depths(leaves, forward);
  const columns = new Map<number, GraphNode[]>();
  for (const node of leaves) {
    const column = depth.get(node.id) ?? 0;
    columns.set(
      column,
      [...(columns.get(column) ?? []), node].sort((a, b) => (a.parent ?? '').localeCompare(b.parent ?? '')),
    );
  }
  const tallest = Math.max(...[...columns.values()].map((column) => column.length));
  const height = tallest * (boxHeight + rowGap) - rowGap + 2 * margin;
  const boxes = new Map<string, Box>();
  for (const [column, nodes] of columns) {
    const top = (height - nodes.length * (boxHeight + rowGap) + rowGap) / 2;
    for (const [row, node] of nodes.entries())
      boxes.set(node.id, { node, x: margin + column * (boxWidth + columnGap), y: top + row * (boxHeight + rowGap) });
  }
  const frames = graph.nodes.flatMap((group): Frame[] => {
    const inside = [...boxes.values()].filter(({ node }) => node.parent === group.id);
    if (inside.length === 0 || group.parent === undefined) return [];
    const [left, top] = [Math.min(...inside.map(({ x }) => x)), Math.min(...inside.map(({ y }) => y))];
    const [right, bottom] = [
      Math.max(...inside.map(({ x }) => x)) + boxWidth,
      Math.max(...inside.map(({ y }) => y)) + boxHeight,
    ];
    return [{ name: group.name, x: left - 12, y: top - 24, width: right - left + 24, height: bottom - top + 36 }];
  });
  return {
    width: 2 * margin + Math.max(...columns.keys()) * (boxWidth + columnGap) + boxWidth,
    height,
    boxes,
    frames,
    edges,
  };
};
