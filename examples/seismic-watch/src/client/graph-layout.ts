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

/** Something that a line runs from one cell to another for; it goes through the bends that stand in the rows between. */
export interface Wire {
  readonly edge: GraphEdge;
  readonly bends: readonly { readonly x: number; readonly y: number }[];
  /** Whether it leads back up, against the order of the rows. */
  readonly isBack: boolean;
}

/** Where everything stands. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly frames: readonly Frame[];
  readonly wires: readonly Wire[];
}

export const boxWidth = 184;
export const boxHeight = 66;
/** Between two rows: lines bend here, and say what travels on them. */
export const rowGap = 78;
const columnGap = 34;
/** Room that a line takes where it passes between the cells of a row. */
const bendWidth = 30;
const margin = 26;
const sweeps = 12;

const isLeaf = (graph: AnatomyGraph, node: GraphNode): boolean => !graph.nodes.some(({ parent }) => parent === node.id);

/**
 * The cells in an order in which few edges lead back: what nothing leads to comes first, what leads nowhere last, and in a
 * ring the one that gives the most more than it takes.
 *
 * @see Eades, Lin, Smyth: A fast and effective heuristic for the feedback arc set problem, 1993
 */
const inOrder = (ids: readonly string[], edges: readonly GraphEdge[]): readonly string[] => {
  const [first, last]: [string[], string[]] = [[], []];
  let left = [...ids];
  let rest = [...edges];
  const take = (id: string, list: 'first' | 'last'): void => {
    if (list === 'first') first.push(id);
    else last.unshift(id);
    left = left.filter((one) => one !== id);
    rest = rest.filter(({ from, to }) => from !== id && to !== id);
  };
  while (left.length > 0) {
    const gain = (id: string): number =>
      rest.filter(({ from }) => from === id).length - rest.filter(({ to }) => to === id).length;
    const sink = left.find((id) => !rest.some(({ from }) => from === id));
    const source = left.find((id) => !rest.some(({ to }) => to === id));
    if (source !== undefined) take(source, 'first');
    else if (sink !== undefined) take(sink, 'last');
    else take(left.toSorted((a, b) => gain(b) - gain(a))[0] ?? '', 'first');
  }
  return [...first, ...last];
};

/** How many steps of flow lead to each cell at most; what flows back pushes nothing down. */
const depths = (ids: readonly string[], edges: readonly GraphEdge[]): ReadonlyMap<string, number> => {
  const order = inOrder(ids, edges);
  const depth = new Map<string, number>();
  for (const [index, id] of order.entries()) {
    const before = edges.filter(({ from, to }) => to === id && order.indexOf(from) < index);
    depth.set(id, Math.max(0, ...before.map(({ from }) => (depth.get(from) ?? 0) + 1)));
  }
  return depth;
};

/** What stands in a row: a cell, or the bend of a line that passes. */
interface Spot {
  readonly id: string;
  readonly node: GraphNode | undefined;
}

/** Brings the spots of each row into an order in which few lines cross; cells of one body part stay together. */
const untangle = (rows: readonly Spot[][], links: readonly (readonly [from: string, to: string])[]): void => {
  const at = new Map<string, number>();
  const number = (row: readonly Spot[]): void => {
    for (const [index, { id }] of row.entries()) at.set(id, (index + 0.5) / row.length);
  };
  for (const row of rows) number(row);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    const isDown = sweep % 2 === 0;
    for (const row of isDown ? rows : rows.toReversed()) {
      const pull = (id: string): number => {
        const others = links.flatMap(([from, to]) => (isDown ? (to === id ? [from] : []) : from === id ? [to] : []));
        return others.length === 0 ? (at.get(id) ?? 0) : mean(others.map((other) => at.get(other) ?? 0));
      };
      const pulls = new Map(row.map(({ id }) => [id, pull(id)]));
      const partOf = ({ id, node }: Spot): string => node?.parent ?? id;
      const together = (spot: Spot): number => {
        const part = partOf(spot);
        const isPart = part.includes('/');
        return isPart
          ? mean(row.filter((one) => partOf(one) === part).map(({ id }) => pulls.get(id) ?? 0))
          : (pulls.get(spot.id) ?? 0);
      };
      row.sort((a, b) => together(a) - together(b) || (pulls.get(a.id) ?? 0) - (pulls.get(b.id) ?? 0));
      number(row);
    }
  }
};

const framesOf = (graph: AnatomyGraph, boxes: ReadonlyMap<string, Box>): Frame[] =>
  graph.nodes.flatMap((group): Frame[] => {
    const inside = [...boxes.values()].filter(({ node }) => node.parent === group.id);
    if (inside.length === 0 || group.parent === undefined) return [];
    const [left, top] = [Math.min(...inside.map(({ x }) => x)), Math.min(...inside.map(({ y }) => y))];
    const [right, bottom] = [
      Math.max(...inside.map(({ x }) => x)) + boxWidth,
      Math.max(...inside.map(({ y }) => y)) + boxHeight,
    ];
    return [{ name: group.name, x: left - 12, y: top - 22, width: right - left + 24, height: bottom - top + 34 }];
  });

/**
 * Places the cells in rows by how far along the flow they are.
 *
 * @see Sugiyama, Tagawa, Toda: Methods for visual understanding of hierarchical system structures, 1981
 */
export const layOut = (graph: AnatomyGraph): Layout => {
  const leaves = graph.nodes.filter((node) => isLeaf(graph, node));
  const known = new Set(leaves.map(({ id }) => id));
  const edges = graph.edges.filter(
    ({ kind, from, to }) => kind === 'flow' && known.has(from) && known.has(to) && from !== to,
  );
  const depth = depths(
    leaves.map(({ id }) => id),
    edges,
  );
  const rowOf = (id: string): number => depth.get(id) ?? 0;
  const rows: Spot[][] = Array.from({ length: Math.max(0, ...depth.values()) + 1 }, () => []);
  for (const node of leaves) rows[rowOf(node.id)]?.push({ id: node.id, node });
  const links: [string, string][] = [];
  const passes = edges.map((edge, index) => {
    const ids: string[] = [];
    for (let row = rowOf(edge.from) + 1; row < rowOf(edge.to); row += 1) {
      const id = `${index} in ${row}`;
      rows[row]?.push({ id, node: undefined });
      ids.push(id);
    }
    const isBack = rowOf(edge.to) <= rowOf(edge.from);
    const way = [edge.from, ...ids, edge.to];
    if (!isBack) for (const [at, id] of way.slice(1).entries()) links.push([way[at] ?? '', id]);
    return { edge, ids, isBack };
  });
  untangle(rows, links);

  const widthOf = ({ node }: Spot): number => (node === undefined ? bendWidth : boxWidth);
  const widths = rows.map((row) => row.reduce((sum, spot) => sum + widthOf(spot) + columnGap, -columnGap));
  const inner = Math.max(...widths);
  const boxes = new Map<string, Box>();
  const bends = new Map<string, { readonly x: number; readonly y: number }>();
  for (const [index, row] of rows.entries()) {
    let x = margin + (inner - (widths[index] ?? 0)) / 2;
    const y = margin + index * (boxHeight + rowGap);
    for (const spot of row) {
      if (spot.node === undefined) bends.set(spot.id, { x: x + bendWidth / 2, y });
      else boxes.set(spot.id, { node: spot.node, x, y });
      x += widthOf(spot) + columnGap;
    }
  }
  return {
    width: inner + 2 * margin,
    height: rows.length * (boxHeight + rowGap) - rowGap + 2 * margin,
    boxes,
    frames: framesOf(graph, boxes),
    wires: passes.map(({ edge, ids, isBack }) => ({
      edge,
      isBack,
      bends: ids.flatMap((id) => bends.get(id) ?? []),
    })),
  };
};
