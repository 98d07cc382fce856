import { type Cell, type Clock, Context, OptionError, Organism, type Timer } from '@organism/cell';
import { Actors } from './actors.ts';
import { Chance } from './chance.ts';
import { ForeignClockError, ProcessCrashedError, TimersLeakedError } from './errors.ts';
import { checkPlan, type FaultPlan } from './fault-plan.ts';
import { Faults } from './faults.ts';
import { digestOf } from './hash.ts';
import { arrivals, burst, type LoadHost } from './load.ts';
import { Process, type ProcessOptions } from './process.ts';
import { SeededEntropy } from './seeded-entropy.ts';
import { detailOf, formatTrace, type TraceEntry } from './trace.ts';
import { VirtualClock, type VirtualClockOptions } from './virtual-clock.ts';
import { Weather } from './weather.ts';
import type { World } from './world.ts';

/** What makes the world of one simulation. */
export interface WorldOptions extends Pick<VirtualClockOptions, 'start' | 'origins'> {
  readonly shuffle: boolean;
  readonly faults: FaultPlan;
}

const clocksOf = (cell: Cell): readonly Cell[] => [
  cell,
  ...(cell instanceof Organism ? cell.cells.flatMap((inner) => clocksOf(inner)) : []),
];

interface Life {
  readonly process: Process;
  readonly observed: Disposable;
}

type Sleeper = Pick<VirtualClock, 'setTimeout'>;

/** The world of one simulation, with what only the simulation itself may do. */
export class SimulatedWorld {
  readonly world: World;
  readonly clock: VirtualClock;
  readonly trace: TraceEntry[] = [];
  readonly weather: Weather;
  readonly actors: Actors;
  readonly #root: SeededEntropy;
  readonly #sources: SeededEntropy[] = [];
  readonly #entropy: SeededEntropy;
  readonly #over = new AbortController();
  readonly #processes: { readonly process: Process; readonly over: AbortController }[] = [];
  /** In the order in which they were started. */
  readonly #lives = new Map<Cell, Life>();
  readonly #sleeps = new Set<Timer>();
  #load: LoadHost | undefined;

  constructor(seed: string | number, { shuffle, faults, ...options }: WorldOptions) {
    checkPlan(faults);
    this.#root = new SeededEntropy(seed);
    this.#entropy = this.#fork('entropy');
    const order = this.#fork('order');
    const clock = new VirtualClock({ ...options, ...(shuffle && { shuffle: order }) });
    this.clock = clock;
    const log = (event: string, data?: unknown): void => this.#log(event, data);
    const sleep = (ms: number): Promise<void> => this.#sleep(clock, ms);
    this.weather = new Weather(faults, new Chance(this.#fork('faults')), log);
    this.actors = new Actors({ chance: new Chance(order), soon: (resume) => this.#arm(clock, resume, 0), log });
    this.world = {
      seed: this.#root.seed,
      clock,
      entropy: this.#entropy,
      chance: new Chance(this.#fork('chance')),
      context: new Context({ clock, entropy: this.#entropy, signal: this.#over.signal }),
      faults: new Faults(this.weather, { crashed: () => false, sleep }),
      log,
      sleep,
      // Cells of a process that nobody asked for may also have been given the scenario's own clock.
      start: (cell) => this.#process(cell.name, {}, [clock]).start(cell),
      process: (name, given) => this.#process(name, given),
      crash: (target) => this.#crash(target),
      spawn: (name, actor) => this.actors.spawn(name, actor),
      burst: (count, send) => burst(this.#loadHost(), count, send),
      arrivals: (given, send) => arrivals(this.#loadHost(), given, send),
    };
  }

  #fork(label: string): SeededEntropy {
    const source = this.#root.fork(label);
    this.#sources.push(source);
    return source;
  }

  #loadHost(): LoadHost {
    this.#load ??= {
      chance: new Chance(this.#fork('load')),
      monotonic: () => this.clock.monotonic(),
      sleep: this.world.sleep,
      log: this.world.log,
    };
    return this.#load;
  }

  #log(event: string, data: unknown): void {
    this.trace.push({ at: this.clock.monotonic(), event, ...(data !== undefined && { detail: detailOf(data) }) });
  }

  #arm(clock: Sleeper, callback: () => void, ms: number): void {
    const timer = clock.setTimeout(() => {
      this.#sleeps.delete(timer);
      callback();
    }, ms);
    this.#sleeps.add(timer);
  }

  #sleep(clock: Sleeper, ms: number): Promise<void> {
    return new Promise((resolve) => this.#arm(clock, resolve, ms));
  }

  #process(name: string, { skewMs = 0 }: ProcessOptions = {}, others: readonly Clock[] = []): Process {
    if (typeof name !== 'string' || name === '') throw new OptionError('name', 'a non-empty string', name);
    const clock = this.clock.child({ skewMs });
    const over = new AbortController();
    const process: Process = new Process(name, {
      clock,
      over: over.signal,
      entropy: this.#entropy,
      weather: this.weather,
      sleep: (ms) => this.#sleep(clock, ms),
      start: (cell) => this.#start(cell, process, [clock, ...others]),
      abandon: () => {
        for (const [cell, life] of this.#lives) if (life.process === process) this.#forget(cell);
      },
      log: this.world.log,
    });
    this.#processes.push({ process, over });
    return process;
  }

  async #start(cell: Cell, process: Process, clocks: readonly Clock[]): Promise<void> {
    this.#forget(cell);
    const observed = cell.observe(({ cell: name, from, to, error }) => this.#log(`${name}: ${from} → ${to}`, error));
    this.#lives.set(cell, { process, observed });
    await cell.start(process.context);
    for (const { clock, name } of clocksOf(cell)) if (!clocks.includes(clock)) throw new ForeignClockError(name);
  }

  #forget(cell: Cell): void {
    this.#lives.get(cell)?.observed[Symbol.dispose]();
    this.#lives.delete(cell);
  }

  #crash(target: Cell | Process): void {
    const process = target instanceof Process ? target : this.#lives.get(target)?.process;
    if (process === undefined) throw new OptionError('target', 'a process or cell started here that lives', target);
    if (!(target instanceof Process) && clocksOf(target).some(({ clock }) => clock !== process.clock))
      throw new OptionError('target', 'a cell whose parts all take their clock from its context', target);
    process.crash();
  }

  /** Ends the faults, stops what still runs, the last started first, and gives the errors met. */
  async stopBodies(timeoutMs: number): Promise<unknown[]> {
    this.weather.calm = true;
    const errors: unknown[] = [];
    for (const [body, { process }] of [...this.#lives].toReversed()) {
      // A clock of its own would not move: its stop would have no deadline.
      await this.clock.runUntil(process.run(() => body.stop({ timeoutMs }))).catch((error: unknown) => {
        if (!(error instanceof ProcessCrashedError)) errors.push(error);
      });
    }
    for (const { observed } of this.#lives.values()) observed[Symbol.dispose]();
    return errors;
  }

  /**
   * Ends the context's signal and the sleeps that nobody waits for any more, and tells which other timers are left that
   * would keep a process alive.
   */
  async close(): Promise<TimersLeakedError | undefined> {
    this.#over.abort();
    // What was killed must not wake up and clean up now.
    for (const { process, over } of this.#processes) if (!process.crashed) over.abort(this.#over.signal.reason);
    for (const timer of this.#sleeps) timer[Symbol.dispose]();
    await this.clock.settle();
    const left = this.clock.timers().filter((timer) => timer.referenced && timer.inMs !== Infinity);
    return left.length === 0 ? undefined : new TimersLeakedError(left);
  }

  /** A text that is the same for two runs only when they went the same way. */
  digest(): string {
    const counts = [this.clock.monotonic(), this.clock.fired, ...this.#sources.map(({ draws }) => draws)];
    return digestOf(`${counts.join(' ')}\n${formatTrace(this.trace)}`);
  }
}
