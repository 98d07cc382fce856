import type { AnatomyGraph, GraphNode } from '@organism/cell';
import '@organism/skin-elements';
import { byId } from './dom.ts';
import { type Box, boxHeight, boxWidth, layOut } from './graph-layout.ts';
import { type Route, routesOf } from './graph-routes.ts';
import { setUpTheme } from './theme.ts';

const refreshMs = 1000;

const shape = (tag: string, attributes: Readonly<Record<string, string | number>>, text?: string): SVGElement => {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
};

/** What fits into a box. */
const mostUnits = 25;

const countersOf = ({ counters }: GraphNode): string => {
  const [first = '', second = ''] = Object.entries(counters)
    .filter(([, value]) => value !== 0)
    .map(([name, value]) => `${name} ${value.toLocaleString()}`);
  const both = `${first} · ${second}`;
  return second === '' || both.length > mostUnits ? first : both;
};

const drawBox = ({ node, x, y }: Box): SVGElement[] => [
  shape('rect', { class: `cell ${node.state}`, x, y, width: boxWidth, height: boxHeight, rx: 10 }),
  shape('text', { class: 'name', x: x + 13, y: y + 22 }, node.name),
  shape('text', { class: 'kind', x: x + 13, y: y + 38 }, node.kind),
  shape('text', { class: 'count', x: x + 13, y: y + 55 }, countersOf(node)),
];

const drawRoute = ({ path, label, at }: Route, isBusy: boolean): SVGElement[] => [
  shape('path', { class: `edge${isBusy ? ' busy' : ''}`, d: path, 'marker-end': 'url(#arrow)' }),
  shape('text', { class: 'edge-label', x: at.x, y: at.y + 4, 'text-anchor': 'middle' }, label),
];

let before = new Map<string, number>();

const draw = (graph: AnatomyGraph): void => {
  const layout = layOut(graph);
  const { height, boxes, frames } = layout;
  const { routes, left, right } = routesOf(layout);
  const width = left + layout.width + right;
  const svg = byId('graph');
  svg.setAttribute('viewBox', `${-left} 0 ${width} ${height}`);
  const isFirst = !svg.hasChildNodes();
  svg.style.maxWidth = `${width * 1.1}px`;
  svg.style.minWidth = `${width * 0.8}px`;
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
  const lines = routes.flatMap((route) => {
    const { from, to } = route.edge;
    return drawRoute(route, before.size > 0 && now.get(from) !== before.get(from) && now.get(to) !== before.get(to));
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
  const frame = svg.parentElement;
  // The flow begins in the middle of what is wider than the page.
  if (isFirst && frame !== null) frame.scrollLeft = (frame.scrollWidth - frame.clientWidth) / 2;
};

const table = byId('cells', 'skin-table');
table.columns = [
  {
    key: 'id',
    label: 'Cell',
    sortable: true,
    // All are parts of the one body, which the page is about.
    format: (value: unknown) => String(value).replace(/^[^/]+\//, ''),
  },
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
