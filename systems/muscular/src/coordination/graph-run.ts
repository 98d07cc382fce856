import type { GraphPlan } from './graph-plan.ts';

/** What other nodes do when one fails: all stop, those after it are skipped, or all go on. */
export type FailurePolicy = 'stop' | 'skip-dependants' | 'continue';

/** What happened in one run of a graph. */
export interface GraphOutcome {
  readonly results: Record<string, unknown>;
  readonly failures: Record<string, unknown>;
  readonly skipped: readonly string[];
}

/** How a graph is run. */
interface GraphRunOptions {
  readonly plan: GraphPlan;
  readonly concurrency: number;
  readonly onFailure: FailurePolicy;
  /** Runs one node, with the results of those it waits for. */
  readonly call: (place: number, results: Readonly<Record<string, unknown>>) => unknown;
  /** Called at the first failure when all stop. */
  readonly abort: (error: unknown) => void;
  /** No node begins once it aborts. */
  readonly signal: AbortSignal | undefined;
}

const done = 1;
const failed = 2;
const skipped = 3;

/**
 * One run of a graph: a node begins at the moment the last one that it waits for is done, in the order they became
 * ready. Counters in arrays and one callback for each node, none for each edge: about a microsecond a node, measured in
 * `muscular.dag`.
 */
export class GraphRun {
  readonly #options: GraphRunOptions;
  readonly #left: Int32Array;
  readonly #ready: number[];
  readonly #values: unknown[];
  readonly #states: Uint8Array;
  readonly #end: PromiseWithResolvers<GraphOutcome> = Promise.withResolvers();
  #head = 0;
  #active = 0;
  #firstFailed = -1;
  #stopped = false;

  constructor(options: GraphRunOptions) {
    const { waits, first, names } = options.plan;
    this.#options = options;
    this.#left = waits.slice();
    this.#ready = [...first];
    this.#values = Array.from({ length: names.length });
    this.#states = new Uint8Array(names.length);
  }

  /** Runs it. Resolves when no node is being run any more. */
  run(): Promise<GraphOutcome> {
    this.#advance();
    return this.#end.promise;
  }

  #advance(): void {
    const { concurrency, signal } = this.#options;
    const most = this.#stopped || signal?.aborted === true ? 0 : concurrency;
    while (this.#active < most && this.#head < this.#ready.length) {
      const place = this.#ready[this.#head] ?? 0;
      this.#head += 1;
      if (this.#states[place] === skipped) this.#release(place);
      else this.#begin(place);
    }
    if (this.#active === 0) this.#end.resolve(this.#outcome());
  }

  #begin(place: number): void {
    this.#active += 1;
    let result: unknown;
    try {
      result = this.#options.call(place, this.#resultsFor(place));
    } catch (error) {
      result = Promise.reject(error);
    }
    // Also what is there already: nodes that are done at once must not pile up calls.
    const promise = result instanceof Promise ? result : Promise.resolve(result);
    promise.then(
      (value: unknown) => this.#succeed(place, value),
      (error: unknown) => this.#fail(place, error),
    );
  }

  #resultsFor(place: number): Readonly<Record<string, unknown>> {
    const { befores, names } = this.#options.plan;
    const before = befores[place] ?? [];
    const results: Record<string, unknown> = {};
    for (const other of before) if (this.#states[other] === done) results[names[other] ?? ''] = this.#values[other];
    return results;
  }

  #succeed(place: number, value: unknown): void {
    this.#values[place] = value;
    this.#finish(place, done);
  }

  #finish(place: number, state: number): void {
    this.#states[place] = state;
    this.#active -= 1;
    this.#release(place);
    this.#advance();
  }

  #fail(place: number, error: unknown): void {
    const { onFailure, abort } = this.#options;
    this.#values[place] = error;
    const first = this.#firstFailed === -1;
    if (first) this.#firstFailed = place;
    if (onFailure === 'skip-dependants') this.#skipAfter(place);
    else if (onFailure === 'stop') {
      this.#stopped = true;
      if (first) abort(error);
    }
    this.#finish(place, failed);
  }

  #skipAfter(place: number): void {
    for (const next of this.#options.plan.dependants[place] ?? []) this.#states[next] = skipped;
  }

  #release(place: number): void {
    if (this.#states[place] === skipped) this.#skipAfter(place);
    for (const next of this.#options.plan.dependants[place] ?? []) {
      const left = (this.#left[next] ?? 0) - 1;
      this.#left[next] = left;
      if (left === 0) this.#ready.push(next);
    }
  }

  #outcome(): GraphOutcome {
    const results: Record<string, unknown> = {};
    const failures: Record<string, unknown> = {};
    const left: string[] = [];
    const { names } = this.#options.plan;
    const [values, states, firstFailed] = [this.#values, this.#states, this.#firstFailed];
    // In front: it is the cause.
    if (firstFailed !== -1) failures[names[firstFailed] ?? ''] = values[firstFailed];
    for (let place = 0; place < names.length; place += 1) {
      const name = names[place] ?? '';
      if (states[place] === done) results[name] = values[place];
      else if (states[place] === failed) failures[name] = values[place];
      else left.push(name);
    }
    return { results, failures, skipped: left };
  }
}
