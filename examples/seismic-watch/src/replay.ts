import { type Anatomy, Cell, type CellOptions, type StartScope, type Timer } from '@organism/cell';
import type { Quake, ReplayCommand, ReplayState } from './bones.ts';
import type { Feed } from './feed.ts';

/** What a {@link Replay} needs. */
export interface ReplayOptions extends Pick<CellOptions, 'needs' | 'clock'> {
  readonly feed: Feed;
  /** Recorded seconds per real second. */
  readonly speed: number;
  /** Plays only when it is told to. */
  readonly waits?: boolean;
  readonly onQuake: (quake: Quake) => void;
  readonly onState: (state: ReplayState) => void;
  readonly onRestart: () => void;
}

/** How often the state is told while playing, in milliseconds. */
const tickMs = 250;
/** How many of the rejected records the state lists; it counts them all. */
const mostListed = 20;

/** Plays a recorded feed as if it were live, at a chosen speed. */
export class Replay extends Cell {
  readonly #options: ReplayOptions;
  readonly #start: number;
  readonly #end: number;
  #status: ReplayState['status'] = 'paused';
  #speed: number;
  #next = 0;
  /** Recorded time at `#anchorReal`. */
  #anchor: number;
  #anchorReal = 0;
  #timer: Timer | undefined;

  constructor(options: ReplayOptions) {
    super({ name: 'replay', ...options });
    this.#options = options;
    this.#speed = options.speed;
    const { quakes } = options.feed;
    this.#start = quakes[0]?.time ?? 0;
    this.#end = quakes.at(-1)?.time ?? 0;
    this.#anchor = this.#start;
  }

  protected override onStart({ defer }: StartScope): void {
    defer(() => this.#pause());
    if (this.#options.waits !== true) this.command({ action: 'play' });
  }

  /** Goes on where another process was; from the beginning when there was none. */
  takeOver(state: ReplayState | undefined): void {
    if (state === undefined) {
      this.command({ action: 'restart' });
      return;
    }
    this.#pause();
    this.#next = state.played;
    this.#anchor = state.time;
    this.#speed = state.speed;
    this.#status = state.status === 'finished' ? 'finished' : 'paused';
    this.command(state.status === 'playing' ? { action: 'play' } : {});
  }

  /** Another process plays now. */
  yield(): void {
    this.#pause();
  }

  /** Time on the replay's clock, in milliseconds since the epoch. */
  get time(): number {
    if (this.#status !== 'playing') return this.#anchor;
    return Math.min(this.#end, this.#anchor + (this.clock.monotonic() - this.#anchorReal) * this.#speed);
  }

  get replayState(): ReplayState {
    const { quakes, rejected } = this.#options.feed;
    return {
      status: this.#status,
      speed: this.#speed,
      time: Math.round(this.time),
      start: this.#start,
      end: this.#end,
      played: this.#next,
      total: quakes.length,
      rejected: rejected.slice(0, mostListed),
      rejectedCount: rejected.length,
    };
  }

  /** Plays, pauses, starts over, or changes the speed. */
  command({ action, speed }: ReplayCommand): ReplayState {
    const wasPlaying = this.#status === 'playing';
    this.#pause();
    if (speed !== undefined) this.#speed = speed;
    if (action === 'restart') {
      this.#next = 0;
      this.#anchor = this.#start;
      this.#options.onRestart();
    }
    const finished = this.#next >= this.#options.feed.quakes.length;
    if (finished) this.#status = 'finished';
    else if (action === 'play' || action === 'restart' || (wasPlaying && action !== 'pause')) this.#play();
    this.#options.onState(this.replayState);
    return this.replayState;
  }

  #play(): void {
    this.#status = 'playing';
    this.#anchorReal = this.clock.monotonic();
    this.#timer = this.clock.setInterval(() => this.#tick(), tickMs / 5);
    this.#lastTold = this.#anchorReal;
  }

  #lastTold = 0;

  #pause(): void {
    this.#anchor = this.time;
    this.#timer?.[Symbol.dispose]();
    if (this.#status === 'playing') this.#status = 'paused';
  }

  #tick(): void {
    const { quakes } = this.#options.feed;
    const now = this.time;
    for (let quake = quakes[this.#next]; quake !== undefined && quake.time <= now; quake = quakes[this.#next]) {
      this.#next += 1;
      this.#options.onQuake(quake);
    }
    if (this.#next >= quakes.length) {
      this.#pause();
      this.#status = 'finished';
    } else if (this.clock.monotonic() - this.#lastTold < tickMs) return;
    this.#lastTold = this.clock.monotonic();
    this.#options.onState(this.replayState);
  }

  protected override onDescribe(): Partial<Anatomy> {
    return {
      ports: [{ name: 'quakes', direction: 'out', protocol: 'event' }],
      edges: [{ from: 'replay', to: 'heart', label: 'seismic.quake' }],
      counters: { played: this.#next, rejected: this.#options.feed.rejected.length },
    };
  }
}
