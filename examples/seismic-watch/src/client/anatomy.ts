import type { AnatomyGraph, GraphNode } from '@organism/cell';
import '@organism/skin-elements';
import { byId } from './dom.ts';
import { type Box, boxHeight, boxWidth, layOut } from './graph-layout.ts';
import { setUpTheme } from './theme.ts';

const refreshMs = 1000;

const shape = (tag: string, attributes: Readonly<Record<string, string | number>>, text?: string): SVGElement => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
};

const countersOf = ({ counters }: GraphNode): string =>
  Object.entries(counters)
    .filter(([, value]) => value !== 0)
    .slice(0, 2)
    .map(([name, value]) => `${name} ${value.toLocaleString()}`)
    .join(' · ');

const drawBox = ({ node, x, y }: Box): SVGElement[] => [
  shape('rect', { class: `cell ${node.state}`, x, y, width: boxWidth, height: boxHeight, rx: 10 }),
  shape('text', { class: 'name', x: x + 13, y: y + 22 }, node.name),
  shape('text', { class: 'kind', x: x + 13, y: y + 38 }, node.kind),
  shape('text', { class: 'count', x: x + 13, y: y + 55 }, countersOf(node)),
];

const drawEdge = (from: Box, to: Box, label: string, isBusy: boolean): SVGElement[] => {
  const back = to.x <= from.x;
  const [x1, y1] = back ? [from.x + boxWidth / 2, from.y + boxHeight] : [from.x + boxWidth, from.y + boxHeight / 2];
  const [x2, y2] = back ? [to.x + boxWidth / 2, to.y + boxHeight] : [to.x - 6, to.y + boxHeight / 2];
  const bend = back ? 46 : (x2 - x1) / 2;
  const path = back
    ? `M${x1},${y1} C${x1},${y1 + bend} ${x2},${y2 + bend} ${x2},${y2 + 6}`
    : `M${x1},${y1} C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}`;
  return [
    shape('path', { class: `edge${isBusy ? ' busy' : ''}`, d: path, 'marker-end': 'url(#arrow)' }),
    shape(
      'text',
      { class: 'edge-label', x: (x1 + x2) / 2, y: (y1 + y2) / 2 + (back ? bend * 0.8 : -6), 'text-anchor': 'middle' },
      label,
    ),
  ];
};

let before = new Map<string, number>();

const draw = (graph: AnatomyGraph): void => {
  const { width, height, boxes, frames, edges } = layOut(graph);
  const svg = byId('graph') as unknown as SVGSVGElement;
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  svg.style.maxWidth = `${width * 1.15}px`;
  const marker = shape('marker', {
    id: 'arrow',
    viewBox: '0 0 8 8',
    refX: 6,
    refY: 4,
    markerWidth: 6,
    markerHeight: 6,
    orient: 'auto-start-reverse',
  });
  marker.append(shape('path', { d: 'M0 0L8 4L0 8z', fill: 'context-stroke' }));
  const now = new Map(
    graph.nodes.map((node) => [node.id, Object.values(node.counters).reduce((sum, value) => sum + value, 0)]),
  );
  const lines = edges.flatMap((edge) => {
    const [from, to] = [boxes.get(edge.from), boxes.get(edge.to)];
    const isBusy =
      before.size > 0 && now.get(edge.from) !== before.get(edge.from) && now.get(edge.to) !== before.get(edge.to);
    return from === undefined || to === undefined
      ? []
      : drawEdge(from, to, edge.label ?? edge.shape?.name ?? '', isBusy);
  });
  before = now;
  svg.replaceChildren(
    marker,
    ...frames.flatMap(({ name, ...rect }) => [
      shape('rect', { class: 'group', ...rect, rx: 14 }),
      shape('text', { class: 'kind', x: rect.x + 10, y: rect.y + 15 }, name),
    ]),
    ...lines.filter(({ tagName }) => tagName === 'path'),
    ...[...boxes.values()].flatMap(drawBox),
    ...lines.filter(({ tagName }) => tagName === 'text'),
  );
};

const table = byId('cells', 'skin-table');
table.columns = [
  { key: 'id', label: 'Cell', sortable: true },
  { key: 'kind', label: 'Kind', sortable: true },
  { key: 'state', label: 'State', sortable: true },
  { key: 'needs', label: 'Needs', format: (value: unknown) => (value as readonly string[]).join(', ') },
  {
    key: 'counters',
    label: 'Counters',
    format: (value: unknown) =>
      Object.entries(value as Readonly<Record<string, number>>)
        .map(([name, count]) => `${name} ${count.toLocaleString()}`)
        .join(', '),
  },
];

const refresh = async (): Promise<void> => {
  const state = byId('state', 'skin-badge');
  try {
    const graph = (await (await fetch('/api/anatomy')).json()) as AnatomyGraph;
    draw(graph);
    table.rows = graph.nodes;
    state.tone = 'success';
    state.textContent = 'live';
  } catch {
    state.tone = 'danger';
    state.textContent = 'not reachable';
  }
  setTimeout(() => void refresh(), refreshMs);
};

setUpTheme();
await refresh();
