import { Intake } from './intake.ts';
import { Outlet } from './outlet.ts';
import { checkSource, type Source } from './source.ts';
import { loops, type StageOptions } from './stage.ts';

class Merged<T> extends Outlet<T> {
  readonly #intakes: readonly Intake<T>[];
  #open: number;

  constructor(sources: readonly Source<T>[], options: StageOptions) {
    super(options);
    this.#open = sources.length;
    this.#intakes = sources.map(
      (source) =>
        new Intake(source, {
          value: (value) => this.put(value),
          end: () => {
            this.#open -= 1;
            if (this.#open === 0) this.finish();
          },
          error: (error) => this.finish({ error }),
        }),
    );
    if (sources.length === 0) this.finish();
  }

  protected override wanted(): void {
    for (const intake of this.#intakes) intake.ask();
  }

  protected override async close(): Promise<void> {
    const closings = await Promise.allSettled(this.#intakes.map((intake) => intake.close()));
    for (const closing of closings) if (closing.status === 'rejected') throw closing.reason;
  }
}

/**
 * Several streams as one, in the order in which their values come. A reader that waits asks all of them at once, so one value
 * of each may be read ahead; no source waits for another. The first error ends it and closes the others.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { collect, merge } from '@organism/circulatory/streams';
 *
 * assert.deepEqual((await collect(merge([[1, 3], [2, 4]]))).sort(), [1, 2, 3, 4]);
 * ```
 */
export const merge = <T>(sources: readonly Source<T>[], options: StageOptions = {}): AsyncIterable<T> => {
  for (const source of sources) checkSource(source);
  return loops(() => new Merged(sources, options));
};
