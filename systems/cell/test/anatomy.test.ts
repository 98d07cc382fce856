import { type Anatomy, Cell, Organism, toGraph, toMermaid } from '@organism/cell';
import { describe, expect, test } from 'vitest';

const anatomy = (name: string, rest: Partial<Anatomy> = {}): Anatomy => ({
  name,
  kind: 'Cell',
  state: 'running',
  needs: [],
  ports: [],
  edges: [],
  counters: {},
  children: [],
  ...rest,
});

const watch = anatomy('watch', {
  kind: 'Organism',
  children: [
    anatomy('bus'),
    anatomy('circuit', {
      needs: ['bus'],
      children: [anatomy('swarm'), anatomy('alert')],
      edges: [
        { from: 'swarm', to: 'alert', label: 'fires', counters: { messages: 3 } },
        { from: 'bus', to: 'swarm', shape: { name: 'seismic.quake', version: 1 } },
        { from: 'alert', to: 'pager' },
      ],
    }),
  ],
});

describe('the graph', () => {
  test('has every cell under its path, with its parent', () => {
    const { nodes } = toGraph(watch);
    expect(nodes.map(({ id, parent, kind }) => [id, parent, kind])).toEqual([
      ['watch', undefined, 'Organism'],
      ['watch/bus', 'watch', 'Cell'],
      ['watch/circuit', 'watch', 'Cell'],
      ['watch/circuit/swarm', 'watch/circuit', 'Cell'],
      ['watch/circuit/alert', 'watch/circuit', 'Cell'],
      ['pager', undefined, 'External'],
    ]);
  });

  test('finds the ends of edges among the children first, then outwards, then outside', () => {
    const { edges } = toGraph(watch);
    expect(edges.map(({ kind, from, to }) => `${from} ${kind} ${to}`)).toEqual([
      'watch/circuit needs watch/bus',
      'watch/circuit/swarm flow watch/circuit/alert',
      'watch/bus flow watch/circuit/swarm',
      'watch/circuit/alert flow pager',
    ]);
    expect(edges[1]).toMatchObject({ label: 'fires', counters: { messages: 3 } });
  });

  test('keeps cells of one name in different places apart', () => {
    const body = anatomy('body', {
      children: [
        anatomy('a', { children: [anatomy('db')], edges: [{ from: 'a', to: 'db' }] }),
        anatomy('b', { children: [anatomy('db')], edges: [{ from: 'b', to: 'db' }] }),
      ],
    });
    expect(toGraph(body).edges.map(({ from, to }) => `${from} ${to}`)).toEqual([
      'body/a body/a/db',
      'body/b body/b/db',
    ]);
  });

  test('is plain data', () => {
    const graph = toGraph(watch);
    expect(JSON.parse(JSON.stringify(graph))).toEqual(graph);
  });

  test('draws every end of every edge, whatever names are used', () => {
    const body = anatomy('x', { children: [anatomy('x', { needs: ['x', 'toString', '__proto__'] })] });
    const { nodes, edges } = toGraph(body);
    const ids = new Set(nodes.map(({ id }) => id));
    for (const { from, to } of edges) expect(ids.has(from) && ids.has(to)).toBe(true);
  });
});

describe('the drawing', () => {
  test('nests bodies, dots needs, and labels flows', () => {
    expect(toMermaid(watch)).toBe(`flowchart LR
  subgraph n0["watch · Organism"]
    n1["bus · Cell"]
    subgraph n2["circuit · Cell"]
      n3["swarm · Cell"]
      n4["alert · Cell"]
    end
  end
  n5["pager · External"]
  n2 -.-> n1
  n3 -->|"fires"| n4
  n1 -->|"seismic.quake"| n3
  n4 --> n5
`);
  });

  test('is the drawing of a real body', async () => {
    await using body = await new Organism({
      name: 'shop',
      cells: [new Cell({ name: 'api', needs: ['db'] }), new Cell({ name: 'db' })],
    }).start();
    expect(toMermaid(body.describe())).toContain('n2 -.-> n1');
  });

  test('lets no name break out of its label', () => {
    const evil = 'a"] --> b\n  click n0 "javascript:alert(1)" <img src=x> #quot; `md` \r\u2028end';
    const drawing = toMermaid(anatomy(evil, { kind: evil, edges: [{ from: evil, to: evil, label: evil }] }));
    const lines = drawing.trimEnd().split(/[\n\r\u2028]/);
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/^ {2}n0\["[^"<>`]*"\]$/);
    expect(lines[2]).toMatch(/^ {2}n0 -->\|"[^"<>`]*"\| n0$/);
    expect(drawing).not.toContain('#quot; `');
  });
});
