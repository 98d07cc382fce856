import type { GraphEdge } from '@organism/cell';
import { type Box, boxHeight, boxWidth, type Layout, type Wire } from './graph-layout.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A line as it is drawn, and where it says what travels on it. */
export interface Route {
  readonly edge: GraphEdge;
  /** Data of an SVG path. */
  readonly path: string;
  readonly label: string;
  /** Middle of the label. */
  readonly at: Point;
}

/** All lines, and the room at both sides that those leading back take. */
export interface Routes {
  readonly routes: readonly Route[];
  readonly left: number;
  readonly right: number;
}

const arrow = 7;
const corner = 12;
const laneWidth = 22;
const unitWidth = 6.4;
const lineHeight = 15;

/** Where the lines of a cell leave and arrive: beside one another, in the order of where they lead. */
const portsOf = (wires: readonly Wire[], { boxes }: Layout, end: 'from' | 'to'): ReadonlyMap<Wire, number> => {
  const ports = new Map<Wire, number>();
  for (const { node, x } of boxes.values()) {
    const own = wires.filter(({ edge }) => edge[end] === node.id);
    const other = ({ edge, bends }: Wire): number =>
      (end === 'from' ? bends[0]?.x : bends.at(-1)?.x) ?? boxes.get(edge[end === 'from' ? 'to' : 'from'])?.x ?? 0;
    own.sort((a, b) => other(a) - other(b));
    for (const [index, wire] of own.entries()) ports.set(wire, x + (boxWidth * (index + 1)) / (own.length + 1));
  }
  return ports;
};

/** Down from point to point, upright at each of them. */
const downwards = (points: readonly Point[]): string =>
  points
    .map(({ x, y }, index) => {
      const before = points[index - 1];
      if (before === undefined) return `M${x},${y}`;
      if (before.x === x) return `L${x},${y}`;
      const half = (y - before.y) / 2;
      return `C${before.x},${before.y + half} ${x},${y - half} ${x},${y}`;
    })
    .join('');

/** Straight from point to point, its corners rounded. */
const angular = (points: readonly Point[]): string =>
  points
    .map((point, index) => {
      const [before, after] = [points[index - 1], points[index + 1]];
      if (before === undefined) return `M${point.x},${point.y}`;
      if (after === undefined) return `L${point.x},${point.y}`;
      const towards = (other: Point): string => {
        const [dx, dy] = [other.x - point.x, other.y - point.y];
        const share = Math.min(corner, Math.hypot(dx, dy) / 2) / (Math.hypot(dx, dy) || 1);
        return `${point.x + dx * share},${point.y + dy * share}`;
      };
      return `L${towards(before)} Q${point.x},${point.y} ${towards(after)}`;
    })
    .join('');

/** Places for a label along a line, best first. */
const placesAlong = (points: readonly Point[]): Point[] =>
  points.slice(1).flatMap((to, index) => {
    const from = points[index] ?? to;
    return [0.5, 0.36, 0.64, 0.24, 0.76].map((share) => {
      // On the curve that `downwards` draws.
      const x = from.x + (to.x - from.x) * (3 * share ** 2 - 2 * share ** 3);
      return { x, y: from.y + (to.y - from.y) * share };
    });
  });

/** Draws the lines of a layout: downwards between the cells, and around them where they lead back. */
export const routesOf = (layout: Layout): Routes => {
  const { boxes, wires, width } = layout;
  const [leaving, arriving] = [portsOf(wires, layout, 'from'), portsOf(wires, layout, 'to')];
  const lanes = { left: 0, right: 0 };
  const taken: { readonly x: number; readonly y: number; readonly width: number }[] = [];
  const isFree = (at: Point, wide: number): boolean =>
    taken.every((one) => Math.abs(one.x - at.x) > (one.width + wide) / 2 + 4 || Math.abs(one.y - at.y) > lineHeight) &&
    [...boxes.values()].every(
      ({ x, y }) => at.x + wide / 2 < x || at.x - wide / 2 > x + boxWidth || at.y < y - 8 || at.y > y + boxHeight + 12,
    );

  const around = (start: Point, end: Point): Point[] => {
    const side = start.x + end.x < width ? 'left' : 'right';
    const lane = lanes[side];
    lanes[side] += 1;
    const x = side === 'left' ? -lane * laneWidth : width + lane * laneWidth;
    const shift = 12 + (lane % 4) * 6;
    return [
      start,
      { x: start.x, y: start.y + shift },
      { x, y: start.y + shift },
      { x, y: end.y - shift - arrow },
      { x: end.x, y: end.y - shift - arrow },
      end,
    ];
  };

  const routes = wires.flatMap((wire): Route[] => {
    const { edge, bends, isBack } = wire;
    const [from, to]: (Box | undefined)[] = [boxes.get(edge.from), boxes.get(edge.to)];
    if (from === undefined || to === undefined) return [];
    const start = { x: leaving.get(wire) ?? from.x, y: from.y + boxHeight };
    const end = { x: arriving.get(wire) ?? to.x, y: to.y - arrow };
    const middle = bends.flatMap(({ x, y }) => [
      { x, y },
      { x, y: y + boxHeight },
    ]);
    const points = isBack ? around(start, end) : [start, ...middle, end];
    const label = edge.label ?? edge.shape?.name ?? '';
    const wide = label.length * unitWidth;
    const places = isBack
      ? [0.5, 0.3, 0.7].map((share) => {
          const [, , low, high] = points;
          return { x: low?.x ?? 0, y: (low?.y ?? 0) + ((high?.y ?? 0) - (low?.y ?? 0)) * share };
        })
      : placesAlong(points);
    const at = places.find((place) => isFree(place, wide)) ?? places[0] ?? start;
    taken.push({ ...at, width: wide });
    return [{ edge, label, at, path: isBack ? angular(points) : downwards(points) }];
  });
  const room = (count: number): number => (count === 0 ? 0 : count * laneWidth + 7 * unitWidth);
  return { routes, left: room(lanes.left), right: room(lanes.right) };
};
