import type { Cell, Context } from '@organism/cell';
import type { Actor } from './actors.ts';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import type { ArrivalOptions, Outcomes, Send } from './load.ts';
import type { Process, ProcessOptions } from './process.ts';
import type { SeededEntropy } from './seeded-entropy.ts';
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
  /** Injects faults where what is under test meets the outside. They end with the scenario. */
  readonly faults: Faults;
  /** Adds an entry to the trace. */
  log(event: string, data?: unknown): void;
  /** Waits on the virtual clock. What still waits when the scenario is over is forgotten. */
  sleep(ms: number): Promise<void>;
  /**
   * Starts a cell or a whole body, in a process of its own; traces its life, and stops it at the end if it still runs
   * then.
   */
  start<T extends Cell>(cell: T): Promise<T>;
  /** A process: a clock, a context and faults of its own, which can be killed with all that was started in it. */
  process(name: string, options?: ProcessOptions): Process;
  /**
   * Kills a process, or the one in which a cell was started: nothing of it is stopped or cleaned up, and its timers are
   * dropped. A cell that was killed stays as it is: start a new one in its place.
   *
   * @throws {OptionError} `CELL_BAD_OPTION` for a cell that was not started here, or that does not take its clock from
   *   its context.
   */
  crash(target: Cell | Process): void;
  /**
   * Starts an actor: code that runs beside the others, and lets them in at each `await step()`. Which of those that are
   * ready goes on is drawn from the seed, one at a time. The simulation waits for all actors, and fails when one does.
   */
  spawn<T>(name: string, actor: Actor<T>): Promise<T>;
  /** Makes `count` calls at one instant, none waiting for another. Resolves with their outcomes, in order. */
  burst<T>(count: number, send: Send<T>): Promise<Outcomes<T>>;
  /**
   * Makes calls at random times (a Poisson process), none waiting for another: an open loop, which does not slow down
   * when what is under test does. Resolves with their outcomes, in the order in which they were made.
   */
  arrivals<T>(options: ArrivalOptions, send: Send<T>): Promise<Outcomes<T>>;
}
