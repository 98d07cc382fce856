import { type Cell, Context, Organism, type Timer } from '@organism/cell';
import { Chance } from './chance.ts';
import { ForeignClockError, TimersLeakedError } from './errors.ts';
import { digestOf } from './hash.ts';
import { SeededEntropy } from './seeded-entropy.ts';
import { detailOf, formatTrace, type TraceEntry } from './trace.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What a scenario has to work with. Its parts may be taken out: `({ clock, start }) => …`. */
export interface World {
  readonly seed: string;
  /** Moved by the simulation as far as the scenario needs: a plain `await` is enough. */
  readonly clock: VirtualClock;
  /** For what is under test. */
  readonly entropy: SeededEntropy;
  /** For the scenario's own choices; drawing from it does not change `entropy`. */
  readonly chance: Chance;
  /** Carries clock and entropy; current while the scenario runs; its signal aborts when the simulation is over. */
  readonly context: Context;
  /** Adds an entry to the trace. */
  log(event: string, data?: unknown): void;
  /** Waits on the virtual clock. What still waits when the scenario is over is forgotten. */
  sleep(ms: number): Promise<void>;
  /** Starts a cell or a whole body, traces its life, and stops it at the end if it still runs then. */
  start<T extends Cell>(cell: T): Promise<T>;
}

const clocksOf = (cell: Cell): readonly Cell[] => [
  cell,
  ...(cell instanceof Organism ? cell.cells.flatMap((inner) => clocksOf(inner)) : []),
];

/** The world of one simulation, with what only the simulation itself may do. */
export class SimulatedWorld {
  readonly world: World;
  readonly trace: TraceEntry[] = [];
  readonly #clock: VirtualClock;
  readonly #entropy: SeededEntropy;
  readonly #choices: SeededEntropy;
  readonly #over = new AbortController();
  readonly #bodies: Cell[] = [];
  readonly #observed: Disposable[] = [];
  readonly #sleeps = new Set<Timer>();

  constructor(seed: string | number, clock: VirtualClock) {
    const root = new SeededEntropy(seed);
    this.#clock = clock;
    this.#entropy = root.fork('entropy');
    this.#choices = root.fork('chance');
    this.world = {
      seed: root.seed,
      clock,
      entropy: this.#entropy,
      context: new Context({ clock, entropy: this.#entropy, signal: this.#over.signal }),
      chance: new Chance(this.#choices),
      log: (event, data) => this.#log(event, data),
      sleep: (ms) => this.#sleep(ms),
      start: (cell) => this.#start(cell),
    };
  }

  #log(event: string, data: unknown): void {
    this.trace.push({ at: this.#clock.monotonic(), event, ...(data !== undefined && { detail: detailOf(data) }) });
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#clock.setTimeout(() => {
        this.#sleeps.delete(timer);
        resolve();
      }, ms);
      this.#sleeps.add(timer);
    });
  }

  async #start<T extends Cell>(cell: T): Promise<T> {
    this.#bodies.push(cell);
    this.#observed.push(
      cell.observe(({ cell: name, from, to, error }) => this.#log(`${name}: ${from} → ${to}`, error)),
    );
    await cell.start(this.world.context);
    for (const part of clocksOf(cell)) if (part.clock !== this.#clock) throw new ForeignClockError(part.name);
    return cell;
  }

  /** Stops what still runs, the last started first, and gives the errors met. */
  async stopBodies(timeoutMs: number): Promise<unknown[]> {
    const errors: unknown[] = [];
    for (const body of this.#bodies.toReversed()) {
      // A clock of its own would not move: its stop would have no deadline.
      await this.#clock.runUntil(body.stop({ timeoutMs })).catch((error: unknown) => errors.push(error));
    }
    for (const handle of this.#observed) handle[Symbol.dispose]();
    return errors;
  }

  /**
   * Ends the context's signal and the sleeps that nobody waits for any more, and tells which other timers are left that
   * would keep a process alive.
   */
  async close(): Promise<TimersLeakedError | undefined> {
    this.#over.abort();
    for (const timer of this.#sleeps) timer[Symbol.dispose]();
    await this.#clock.settle();
    const left = this.#clock.timers().filter((timer) => timer.referenced && timer.inMs !== Infinity);
    return left.length === 0 ? undefined : new TimersLeakedError(left);
  }

  /** A text that is the same for two runs only when they went the same way. */
  digest(): string {
    const counts = [this.#clock.monotonic(), this.#clock.fired, this.#entropy.draws, this.#choices.draws];
    return digestOf(`${counts.join(' ')}\n${formatTrace(this.trace)}`);
  }
}
