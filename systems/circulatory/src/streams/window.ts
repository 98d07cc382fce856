import type { Clock, Timer } from '@organism/cell';
import { StreamOverflowError } from './errors.ts';
import { Intake } from './intake.ts';
import { Outlet } from './outlet.ts';
import { checkSource, type Operator, type Source } from './source.ts';
import { loops, type StageOptions } from './stage.ts';
import { checkWindow, type TimeWindow, type WindowOptions, type WindowSettings } from './window-options.ts';
import { OpenWindows } from './windows.ts';

class Windowed<T, K> extends Outlet<TimeWindow<T, K>> {
  readonly #intake: Intake<T>;
  readonly #settings: WindowSettings<T, K>;
  readonly #clock: Clock;
  readonly #windows: OpenWindows<T, K>;
  /** No value of an earlier time is expected any more. */
  #watermark = -Infinity;
  #timer: Timer | undefined;

  constructor(source: Source<T>, settings: WindowSettings<T, K>, stage: StageOptions) {
    super(stage);
    this.#settings = settings;
    this.#clock = settings.clock;
    this.#windows = new OpenWindows(settings);
    this.#intake = new Intake(source, {
      value: (value) => this.#take(value),
      end: () => {
        this.#closeUntil(Infinity);
        this.finish();
      },
      error: (error) => this.finish({ error }),
    });
  }

  #take(value: T): void {
    try {
      this.#add(value);
    } catch (error) {
      this.finish({ error });
    }
    if (this.isHungry) this.#intake.ask();
  }

  #add(value: T): void {
    const { timeOf, latenessMs, maxHeld, onLate } = this.#settings;
    const time = timeOf === undefined ? this.#clock.now() : timeOf(value);
    if (timeOf === undefined) this.#closeUntil(time);
    if (!this.#windows.add(value, time, this.#watermark)) onLate?.(value);
    if (this.#windows.held > maxHeld) throw new StreamOverflowError('The windows that are open', maxHeld);
    if (timeOf !== undefined) this.#closeUntil(time - latenessMs);
    this.#arm();
  }

  #closeUntil(watermark: number): void {
    this.#watermark = Math.max(this.#watermark, watermark);
    for (const window of this.#windows.close(this.#watermark)) this.put(window);
  }

  /** By arrival: when the next window ends. By event time: when nothing has come for a while. */
  #arm(): void {
    const { timeOf, idleMs } = this.#settings;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    if (this.#windows.nextEnd === Infinity) return;
    if (timeOf === undefined) {
      const waitMs = Math.max(0, this.#windows.nextEnd - this.#clock.now());
      this.#timer = this.#clock.setTimeout(() => this.#due(this.#clock.now()), waitMs);
    } else if (idleMs !== Infinity)
      this.#timer = this.#clock.setTimeout(() => this.#due(this.#windows.lastEnd), idleMs);
  }

  #due(watermark: number): void {
    this.#closeUntil(watermark);
    this.#arm();
  }

  protected override wanted(): void {
    this.#intake.ask();
  }

  protected override close(): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    return this.#intake.close();
  }
}

/**
 * Gathers values into windows of time: tumbling (`sizeMs`), sliding (`sizeMs` and a shorter `everyMs`) or sessions (`gapMs`
 * without a value ends one); for each key if `keyOf` says so.
 *
 * The time is when a value arrives, by the clock, or, with `timeOf`, what the value says. Then a window is given when a value
 * has come that is `latenessMs` later than its end: values out of order by less than that still find theirs. Windows are given in
 * the order of their ends; an error of the source comes without those that are open.
 *
 * @throws {OptionError} `CELL_BAD_OPTION` for a bad option.
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { collect, map, pipe, window } from '@organism/circulatory/streams';
 *
 * const readings = [{ at: 1 }, { at: 9 }, { at: 12 }, { at: 8 }, { at: 31 }];
 * const counts = pipe(
 *   readings,
 *   window({ sizeMs: 10, timeOf: ({ at }) => at, latenessMs: 5 }),
 *   map(({ startMs, values }) => [startMs, values.length]),
 * );
 * assert.deepEqual(await collect(counts), [[0, 3], [10, 1], [30, 1]]);
 * ```
 * @see Akidau et al., "The Dataflow Model", VLDB 2015
 */
export const window = <T, K = undefined>(options: WindowOptions<T, K>): Operator<T, TimeWindow<T, K>> => {
  const settings = checkWindow(options);
  return (source) => {
    checkSource(source);
    return loops(() => new Windowed(source, settings, options));
  };
};
