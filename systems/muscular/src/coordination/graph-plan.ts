import { GraphShapeError } from './errors.ts';

/** The shape of a graph, by the places of its nodes in their list. */
export interface GraphPlan {
  readonly names: readonly string[];
  /** Nodes that this one waits for. */
  readonly befores: readonly (readonly number[])[];
  /** Nodes that wait for this one. */
  readonly dependants: readonly (readonly number[])[];
  /** How many nodes each waits for. */
  readonly waits: Int32Array;
  /** Nodes that wait for none. */
  readonly first: readonly number[];
}

/** The names along a cycle, found among nodes that can never run. */
const cycleIn = (stuck: ReadonlySet<string>, after: (name: string) => readonly string[]): readonly string[] => {
  const path: string[] = [];
  for (let name = [...stuck][0] ?? ''; ;) {
    const seen = path.indexOf(name);
    // Walked backwards, from a node to one that it waits for.
    if (seen !== -1) return [...path.slice(seen), name].toReversed();
    path.push(name);
    // What is stuck waits for something that is stuck.
    name = after(name).find((other) => stuck.has(other)) ?? '';
  }
};

/**
 * Checks a graph and works out who waits for whom.
 *
 * @throws {GraphShapeError} `MUSCULAR_BAD_GRAPH` naming the path of a cycle, or the name that is not known.
 */
export const planOf = (
  graph: string,
  nodes: Readonly<Record<string, { readonly after: readonly string[] }>>,
): GraphPlan => {
  const names = Object.keys(nodes);
  const places = new Map(names.map((name, place) => [name, place]));
  const dependants = names.map((): number[] => []);
  const befores = names.map((): number[] => []);
  const waits = new Int32Array(names.length);
  for (const [place, name] of names.entries()) {
    for (const other of new Set(nodes[name]?.after)) {
      const before = places.get(other);
      if (before === undefined) throw new GraphShapeError(graph, 'unknown', [name, other]);
      dependants[before]?.push(place);
      befores[place]?.push(before);
      waits[place] = (waits[place] ?? 0) + 1;
    }
  }
  const first = [...names.keys()].filter((place) => waits[place] === 0);
  const left = waits.slice();
  const ready = [...first];
  const stuck = new Set(names);
  for (let place = ready.pop(); place !== undefined; place = ready.pop()) {
    stuck.delete(names[place] ?? '');
    for (const next of dependants[place] ?? []) {
      left[next] = (left[next] ?? 0) - 1;
      if (left[next] === 0) ready.push(next);
    }
  }
  if (stuck.size > 0)
    throw new GraphShapeError(
      graph,
      'cycle',
      cycleIn(stuck, (name) => nodes[name]?.after ?? []),
    );
  return { names, befores, dependants, waits, first };
};
