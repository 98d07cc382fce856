import { isThenable } from '../heart/thenable.ts';
import { Aborter } from './aborter.ts';
import { checkSource, ended, type Operator, type Source, type Step, Upstream } from './source.ts';
import { Stage, type StageOptions } from './stage.ts';

/** What one operator does with each value, in one loop. */
export interface SerialStep<In, Out> {
  /** Whether it wants no more: asked before each value is read. */
  isDone?(): boolean;
  /** Whether a value passes. Default: all do. */
  test?(value: In): boolean | PromiseLike<boolean>;
  /** Whether a value that does not pass is the end; otherwise it is left out. */
  readonly isLast?: boolean;
  /** What is given for it; default: itself. */
  map?(value: In): Out | PromiseLike<Out>;
}

type AnyStep = SerialStep<unknown, unknown>;
type Begin = (aborter: Aborter) => AnyStep;

class Serial<Out> extends Stage<Out> {
  readonly #upstream: Upstream<unknown>;
  readonly #aborter = new Aborter();
  readonly #steps: readonly AnyStep[];

  constructor(source: Source<unknown>, begins: readonly Begin[], options: StageOptions) {
    super(options);
    this.#upstream = new Upstream(source);
    this.#steps = begins.map((begin) => begin(this.#aborter));
  }

  protected override async pull(): Promise<Step<Out>> {
    next: for (;;) {
      for (const step of this.#steps) if (step.isDone?.() === true) return ended;
      const read = await this.#upstream.next();
      if (read.done === true) return ended;
      let { value } = read;
      // Waits only where there is something to wait for: that is most of what an operator costs.
      for (const step of this.#steps) {
        if (step.test !== undefined) {
          const verdict = step.test(value);
          const passes = typeof verdict === 'boolean' ? verdict : await verdict;
          if (!passes && step.isLast === true) return ended;
          if (!passes) continue next;
        }
        if (step.map === undefined) continue;
        const mapped = step.map(value);
        value = isThenable(mapped) ? await mapped : mapped;
      }
      return { done: false, value: value as Out };
    }
  }

  protected override close(): Promise<void> {
    this.#aborter.abort();
    return this.#upstream.close();
  }
}

/** Operators that follow each other and read one value after another: one loop does the work of all. */
class SerialChain<Out> implements AsyncIterable<Out, undefined> {
  readonly source: Source<unknown>;
  readonly begins: readonly Begin[];
  readonly options: StageOptions;

  constructor(source: Source<unknown>, begins: readonly Begin[], options: StageOptions) {
    this.source = source;
    this.begins = begins;
    this.options = options;
  }

  [Symbol.asyncIterator](): AsyncIterator<Out, undefined> {
    return new Serial<Out>(this.source, this.begins, this.options);
  }
}

/**
 * An operator that reads its source one value after another, each when its reader asks. `begin` is called for each loop; its
 * aborter aborts when that ends.
 */
export const serial =
  <In, Out>(begin: (aborter: Aborter) => SerialStep<In, Out>, options: StageOptions = {}): Operator<In, Out> =>
  (source) => {
    checkSource(source);
    const own = begin as Begin;
    // A signal is for what it was given to and what is behind that, so it begins a chain of its own.
    if (source instanceof SerialChain && options.signal === undefined)
      return new SerialChain<Out>(source.source, [...source.begins, own], source.options);
    return new SerialChain<Out>(source, [own], options);
  };
