import { messageOf, OrganismError } from '@organism/cell';

/** A graph that can't be run: a cycle, or a node that waits for one that there is none of. Code `MUSCULAR_BAD_GRAPH`. */
export class GraphShapeError extends OrganismError {
  /** The cycle, its first node at both ends; or the node and the name that is not known. */
  readonly path: readonly string[];

  constructor(graph: string, problem: 'cycle' | 'unknown', path: readonly string[]) {
    const [from = '', to = ''] = path;
    const why =
      problem === 'cycle'
        ? `has a cycle: ${path.join(' → ')}`
        : `has a node "${from}" after "${to}", which is none of it`;
    super('MUSCULAR_BAD_GRAPH', `Graph "${graph}" ${why}.`, { details: { graph, problem, path } });
    this.path = path;
  }
}

/** Nodes of a graph failed. Code `MUSCULAR_GRAPH_FAILED`; its cause is the first failure. */
export class GraphError extends OrganismError {
  /** What the failed nodes threw, by name. */
  readonly failures: Readonly<Record<string, unknown>>;
  /** Nodes that were not run. */
  readonly skipped: readonly string[];
  /** What the others gave. */
  readonly results: Readonly<Record<string, unknown>>;

  constructor(graph: string, outcome: Pick<GraphError, 'failures' | 'skipped' | 'results'>) {
    const [[name = '', cause] = []] = Object.entries(outcome.failures);
    super('MUSCULAR_GRAPH_FAILED', `Node "${name}" of graph "${graph}" failed: ${messageOf(cause)}`, {
      cause,
      details: { graph, failed: Object.keys(outcome.failures), skipped: outcome.skipped },
    });
    ({ failures: this.failures, skipped: this.skipped, results: this.results } = outcome);
  }
}

/** A state machine whose declaration does not fit together. Code `MUSCULAR_BAD_MACHINE`. */
export class MachineError extends OrganismError {
  constructor(machine: string, problem: string) {
    super('MUSCULAR_BAD_MACHINE', `State machine "${machine}": ${problem}.`, { details: { machine } });
  }
}
