import { Aborter } from './aborter.ts';
import { checkSource, type Source, type Step, Upstream } from './source.ts';
import { loops, Stage, type StageOptions } from './stage.ts';

/** How a {@link serial} operator gets its next value from its source. */
export type Puller<In, Out> = (upstream: Upstream<In>) => Promise<Step<Out>>;

class Serial<In, Out> extends Stage<Out> {
  readonly #upstream: Upstream<In>;
  readonly #aborter = new Aborter();
  readonly #pull: Puller<In, Out>;

  constructor(source: Source<In>, begin: (aborter: Aborter) => Puller<In, Out>, options: StageOptions) {
    super(options);
    this.#upstream = new Upstream(source);
    this.#pull = begin(this.#aborter);
  }

  protected override pull(): Promise<Step<Out>> {
    return this.#pull(this.#upstream);
  }

  protected override close(): Promise<void> {
    this.#aborter.abort();
    return this.#upstream.close();
  }
}

/** An operator that reads its source one value after another, each when its reader asks. `begin` is called for each loop. */
export const serial =
  <In, Out>(
    begin: (aborter: Aborter) => Puller<In, Out>,
    options: StageOptions = {},
  ): ((source: Source<In>) => AsyncIterable<Out>) =>
  (source) => {
    checkSource(source);
    return loops(() => new Serial(source, begin, options));
  };
