import { CancelledError, Context, OptionError } from '@organism/cell';
import type { Flow, Operation } from '../durable/flow.ts';
import { GraphError } from './errors.ts';
import { type GraphPlan, planOf } from './graph-plan.ts';
import { type FailurePolicy, type GraphOutcome, GraphRun } from './graph-run.ts';

/** Options of a {@link node}. */
export interface NodeOptions<Needs, Given, In> {
  /** Names of the nodes that it waits for. Default: none. */
  readonly after?: readonly string[];
  /** Its input, from the results of the nodes that it waits for and what the graph was given. Default: what the graph was given. */
  readonly input?: (results: Needs, given: Given) => In;
}

/** A node of a graph, as made by {@link node}. */
export interface GraphNode<Needs, Given, Out> {
  readonly after: readonly string[];
  /** Runs it with the results of the nodes before it and what the graph was given. */
  readonly run: (results: Needs, given: Given, options: GraphExecution) => Out | Promise<Out>;
}

/** Any node. */
export type AnyNode = GraphNode<never, never, unknown>;

/** The results of a graph's nodes, by their names. */
export type GraphResults<Nodes> = {
  readonly [K in keyof Nodes]: Nodes[K] extends GraphNode<never, never, infer Out> ? Out : never;
};

/** The nodes themselves when each finds the results that it needs; else what a node would have to take. */
export type FittingNodes<Nodes> = {
  readonly [K in keyof Nodes]: Nodes[K] extends GraphNode<infer Needs, infer Given, infer Out>
    ? GraphResults<Nodes> extends Needs
      ? Nodes[K]
      : GraphNode<GraphResults<Nodes>, Given, Out>
    : never;
};

type GivenByEach<Nodes> = {
  [K in keyof Nodes]: Nodes[K] extends GraphNode<never, infer Given, unknown> ? (given: Given) => void : never;
}[keyof Nodes];

/** What a graph must be given: what all its nodes ask for. */
export type GraphInput<Nodes> =
  GivenByEach<Nodes> extends (given: infer Given) => void ? (unknown extends Given ? void : Given) : never;

/** Options of a {@link graph}. */
export interface GraphOptions<Nodes> {
  readonly name: string;
  readonly nodes: Nodes & FittingNodes<Nodes>;
  /** Most nodes that run at once. Default: as many as can. */
  readonly concurrency?: number;
  /**
   * What others do when a node fails: `stop` (default) cancels those under way and begins no more; `skip-dependants` runs
   * all that do not depend on it; `continue` runs all, with its result missing.
   */
  readonly onFailure?: FailurePolicy;
}

/** Options of one execution of a graph. */
export interface GraphExecution {
  readonly context?: Context;
  readonly signal?: AbortSignal;
}

/** Declares a node of a {@link graph}: an operation, or a function of the results before it. */
export function node<In, Out, Needs = unknown, Given = In>(
  operation: Operation<In, Out>,
  options?: NodeOptions<Needs, Given, In>,
): GraphNode<Needs, Given, Out>;
export function node<Out, Needs = unknown, Given = unknown>(
  work: (results: Needs, given: Given) => Out | Promise<Out>,
  options?: { readonly after?: readonly string[] },
): GraphNode<Needs, Given, Out>;
export function node<Out, Needs, Given>(
  work: Operation<never, Out> | ((results: Needs, given: Given) => Out | Promise<Out>),
  options: NodeOptions<Needs, Given, unknown> = {},
): GraphNode<Needs, Given, Out> {
  const { after = [], input } = options;
  if (typeof work === 'function') return { after, run: work };
  const operation = work as Operation<unknown, Out>;
  if (input === undefined) return { after, run: (_results, given, execution) => operation.execute(given, execution) };
  return { after, run: (results, given, execution) => operation.execute(input(results, given), execution) };
}

const refuseIfAborted = (signal: AbortSignal | undefined): void => {
  if (signal?.aborted === true) throw new CancelledError(undefined, { cause: signal.reason });
};

/** A graph of operations, as made by {@link graph}: itself an operation. */
export class Graph<In, Out> implements Operation<In, Out> {
  readonly name: string;
  readonly #plan: GraphPlan;
  readonly #nodes: readonly AnyNode[];
  readonly #concurrency: number;
  readonly #onFailure: FailurePolicy;

  constructor(options: GraphOptions<Readonly<Record<string, AnyNode>>>) {
    const { name, nodes, concurrency = Infinity, onFailure = 'stop' } = options;
    if (typeof name !== 'string' || name === '') throw new OptionError('name', 'a non-empty text', name);
    if (concurrency !== Infinity && (!Number.isSafeInteger(concurrency) || concurrency < 1))
      throw new OptionError('concurrency', 'a whole number of 1 or more', concurrency);
    if (!['stop', 'skip-dependants', 'continue'].includes(onFailure))
      throw new OptionError('onFailure', '"stop", "skip-dependants" or "continue"', onFailure);
    this.name = name;
    this.#plan = planOf(name, nodes);
    this.#nodes = Object.values(nodes);
    this.#concurrency = concurrency;
    this.#onFailure = onFailure;
  }

  /**
   * Runs the graph. Settles when no node is being run any more.
   *
   * @returns what each node gave, by name.
   * @throws {GraphError} `MUSCULAR_GRAPH_FAILED` when a node failed, with what the others gave.
   * @throws {CancelledError | DeadlineError} when the caller gave up.
   */
  async execute(input: In, options: GraphExecution = {}): Promise<Out> {
    const context = options.context ?? Context.current();
    context?.throwIfDone();
    const outer = options.signal ?? context?.signal;
    refuseIfAborted(outer);
    const controller = new AbortController();
    const { signal } = controller;
    const forward = (): void => controller.abort(outer?.reason);
    outer?.addEventListener('abort', forward, { once: true });
    const given = { ...(context !== undefined && { context }), signal };
    const nodes = this.#nodes;
    const call = (place: number, results: unknown): unknown =>
      nodes[place]?.run(results as never, input as never, given);
    const outcome = await this.#run(call, (error) => controller.abort(error), signal);
    outer?.removeEventListener('abort', forward);
    refuseIfAborted(outer);
    return this.#outOf(outcome);
  }

  /**
   * Runs the graph inside a durable workflow: each node is a step of its name, and is not run again after a restart.
   *
   * @throws {GraphError} `MUSCULAR_GRAPH_FAILED` when a node failed.
   */
  async within(flow: Flow, input: In): Promise<Out> {
    const call = (place: number, results: unknown): Promise<unknown> =>
      flow.step(this.#plan.names[place] ?? '', ({ signal }) =>
        this.#nodes[place]?.run(results as never, input as never, { signal }),
      );
    return this.#outOf(await this.#run(call, () => {}, undefined));
  }

  #run(
    call: (place: number, results: Readonly<Record<string, unknown>>) => unknown,
    abort: (error: unknown) => void,
    signal: AbortSignal | undefined,
  ): Promise<GraphOutcome> {
    const options = { plan: this.#plan, concurrency: this.#concurrency, onFailure: this.#onFailure };
    return new GraphRun({ ...options, call, abort, signal }).run();
  }

  #outOf(outcome: GraphOutcome): Out {
    for (const _failed in outcome.failures) throw new GraphError(this.name, outcome);
    return outcome.results as Out;
  }
}

/**
 * Directed acyclic graph of operations: each begins as soon as those it waits for are done, so as much as can runs at once.
 *
 * @throws {GraphShapeError} `MUSCULAR_BAD_GRAPH` for a cycle, whose path it names, or an unknown name.
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { graph, Muscle, node } from '@organism/muscular';
 *
 * const double = new Muscle({ name: 'double', run: (value: number) => value * 2 });
 * const sums = graph({
 *   name: 'sums',
 *   nodes: {
 *     a: node(double),
 *     b: node((_results, given: number) => given + 1),
 *     total: node(({ a, b }: { a: number; b: number }) => a + b, { after: ['a', 'b'] }),
 *   },
 * });
 * assert.deepEqual(await sums.execute(5), { a: 10, b: 6, total: 16 });
 * ```
 */
export const graph = <const Nodes extends Readonly<Record<string, AnyNode>>>(
  options: GraphOptions<Nodes>,
): Graph<GraphInput<Nodes>, GraphResults<Nodes>> => new Graph(options as never);
