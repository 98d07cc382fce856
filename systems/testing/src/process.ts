import { type Cell, Context, type Entropy } from '@organism/cell';
import type { ChildClock } from './child-clock.ts';
import { ProcessCrashedError } from './errors.ts';
import { Faults } from './faults.ts';
import type { Weather } from './weather.ts';

/** Options of a process. */
export interface ProcessOptions {
  /** How far its wall clock is ahead, in milliseconds; behind when negative. Default 0. */
  readonly skewMs?: number;
}

/** What a process asks of its world. */
export interface ProcessHost {
  readonly clock: ChildClock;
  readonly entropy: Entropy;
  readonly weather: Weather;
  /** Aborts at the end of the simulation. */
  readonly over: AbortSignal;
  sleep(ms: number): Promise<void>;
  start(cell: Cell): Promise<unknown>;
  /** Forgets its bodies: nobody will stop them. */
  abandon(): void;
  log(event: string, data?: unknown): void;
}

/**
 * Simulated process: what runs in it can be killed at any time, as by a loss of power. Nothing of it is stopped or
 * cleaned up then: its timers are dropped, its context's signal stays silent, and what it reaches through its own
 * `faults.wrap` ports is out of reach. What survives is what it wrote outside, so a new process can be checked to
 * recover from that.
 *
 * Made by `world.process(name)`.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict';
 * import { simulate } from '@organism/testing';
 *
 * await simulate('seed-1', async ({ process, sleep }) => {
 *   const disk: number[] = [];
 *   const life = process('writer');
 *   life.run(({ context }) => context.clock.setInterval(() => disk.push(disk.length), 10));
 *   await sleep(35);
 *   life.crash();
 *   await sleep(1000);
 *   assert.deepEqual(disk, [0, 1, 2]);
 * });
 * ```
 */
export class Process {
  readonly name: string;
  /** Its time: the simulation's, on a wall clock of its own. */
  readonly clock: ChildClock;
  /** Carries its clock and entropy; its signal aborts at the end of the simulation, but not when it is killed. */
  readonly context: Context;
  /** Injects faults into its calls, among them crashes; severs them when it is killed. */
  readonly faults: Faults;
  readonly #host: ProcessHost;
  // Lost work is kept in a plain set: an event listener for each costs ten times as much.
  readonly #work = new Set<() => void>();
  #crashed = false;
  #killed: AbortController | undefined;

  constructor(name: string, host: ProcessHost) {
    this.name = name;
    this.clock = host.clock;
    this.#host = host;
    this.context = new Context({ clock: host.clock, entropy: host.entropy, signal: host.over });
    this.faults = new Faults(host.weather, {
      crashed: () => this.#crashed,
      sleep: (ms) => host.sleep(ms),
      crash: () => this.crash(),
    });
  }

  /** Whether it was killed. */
  get crashed(): boolean {
    return this.#crashed;
  }

  /** Aborts when it is killed: for those outside that notice, as one does when a connection breaks. */
  get killed(): AbortSignal {
    if (this.#killed === undefined) {
      this.#killed = new AbortController();
      if (this.#crashed) this.#killed.abort(new ProcessCrashedError(this.name));
    }
    return this.#killed.signal;
  }

  /** Waits on its clock; for ever, once it is killed. */
  sleep(ms: number): Promise<void> {
    return this.#host.sleep(ms);
  }

  /**
   * Does work inside the process, with its context current.
   *
   * @throws {ProcessCrashedError} `TESTING_PROCESS_CRASHED` when it is killed before the work is done.
   */
  run<T>(work: (process: Process) => T | PromiseLike<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const lose = (): void => {
      // Whoever does not wait for it has nothing to handle either.
      promise.catch(() => {});
      reject(new ProcessCrashedError(this.name));
    };
    if (this.#crashed) {
      lose();
      return promise;
    }
    this.#work.add(lose);
    const settle = async (): Promise<void> => {
      try {
        resolve(await this.context.run(async () => await work(this)));
      } catch (error) {
        reject(error);
      }
      this.#work.delete(lose);
    };
    void settle();
    return promise;
  }

  /** Starts a cell or a whole body in it, and traces its life. @throws {ProcessCrashedError} when it is killed first. */
  async start<T extends Cell>(cell: T): Promise<T> {
    await this.run(() => this.#host.start(cell));
    return cell;
  }

  /** Kills it at once; the second time does nothing. */
  crash(): void {
    if (this.#crashed) return;
    this.#crashed = true;
    const timers = this.clock.drop();
    this.#host.abandon();
    this.#host.log(`${this.name}: crash`, { timers });
    this.#killed?.abort(new ProcessCrashedError(this.name));
    for (const lose of this.#work) lose();
  }
}
