import { type Clock, type Entropy, systemClock, systemEntropy, type Timer } from '@organism/cell';
import type { BreakerSnapshot } from '@organism/homeostasis';
import type { SharedBreakerStore } from '../client/shared-breaker.ts';
import { loadScript, releaseScript, saveScript } from './breaker-scripts.ts';
import { type RedisCaller, RedisScript } from './script.ts';

/** A connection that listens. `Redis` of `ioredis` fits. */
export interface RedisListener {
  subscribe(channel: string): Promise<unknown>;
  on(event: string, listener: (...args: never[]) => void): unknown;
  disconnect(): void;
}

/** What the store needs of a Redis client: any command, and a second connection, to listen on. `ioredis` fits. */
export interface RedisBreakerClient extends RedisCaller {
  duplicate(): RedisListener;
}

/** Options of {@link RedisBreakerStore}. */
export interface RedisBreakerStoreOptions {
  readonly client: RedisBreakerClient;
  /** What all keys, and the channel, begin with. Default `breaker`. */
  readonly prefix?: string;
  readonly clock?: Clock;
  readonly entropy?: Entropy;
}

type Watcher = (snapshot: BreakerSnapshot) => void;
/** What is told to the others. */
interface News {
  readonly from: string;
  readonly name: string;
  readonly leftMs: number;
  readonly number: number;
  /** As JSON. */
  readonly state: string;
}
/** The text of a state, for how many milliseconds it is still open, and its number. */
type Stored = readonly [text: string, leftMs: string, number: number];

/** How long a state is remembered after its time: until then, newcomers wait for a probe as the others do. */
const keptAfterMs = 60 * 60 * 1000;
const catchUpAgainMs = 500;
const [save, load, release] = [saveScript, loadScript, releaseScript].map((source) => new RedisScript(source)) as [
  RedisScript,
  RedisScript,
  RedisScript,
];

/**
 * Breaker store on Redis: one state for the breakers of all processes, and one process at a time that probes. Times are
 * counted by the server's clock. Opens a second connection to listen on with the first breaker; `close` ends that one.
 *
 * While the server is away each breaker goes its own way; what changed meanwhile is told when it is back.
 *
 * @example
 * ```ts no-run
 * import { LungClient } from '@organism/respiratory/client';
 * import { RedisBreakerStore } from '@organism/respiratory/redis';
 * import { Redis } from 'ioredis';
 *
 * const store = new RedisBreakerStore({ client: new Redis({ maxRetriesPerRequest: 1 }) });
 * export const quakes = new LungClient({ baseUrl: 'https://quakes.example', breaker: { share: { store } } });
 * ```
 */
export class RedisBreakerStore implements SharedBreakerStore, Disposable {
  readonly #client: RedisBreakerClient;
  readonly #prefix: string;
  readonly #clock: Clock;
  /** Who we are, to tell our own news and claims from those of others. */
  readonly #id: string;
  readonly #watchers = new Map<string, Set<Watcher>>();
  /** States that are not stored yet, or could not be; the newest of each. */
  readonly #unsaved = new Map<string, BreakerSnapshot>();
  /** Number of the newest state that we know, by name. */
  readonly #known = new Map<string, number>();
  #listener: RedisListener | undefined;
  #later: Timer | undefined;

  constructor(options: RedisBreakerStoreOptions) {
    this.#client = options.client;
    this.#prefix = options.prefix ?? 'breaker';
    this.#clock = options.clock ?? systemClock;
    this.#id = (options.entropy ?? systemEntropy).uuid();
  }

  async load(name: string): Promise<BreakerSnapshot | undefined> {
    const found = (await load.run(this.#client, `${this.#prefix}:${name}`)) as Stored | null;
    return found === null ? undefined : this.#learn(name, found);
  }

  /** A state of others, and from now on what we know. */
  #learn(name: string, [text, leftMs, number]: Stored): BreakerSnapshot {
    this.#known.set(name, number);
    this.#unsaved.delete(name);
    return { ...(JSON.parse(text) as BreakerSnapshot), openUntil: this.#clock.now() + Number(leftMs) };
  }

  async save(name: string, snapshot: BreakerSnapshot): Promise<void> {
    // Those in this process need not wait for the server, which may be away.
    this.#tell(name, snapshot);
    this.#unsaved.set(name, snapshot);
    const { openUntil, ...state } = snapshot;
    const leftMs = Math.ceil(Math.max(0, openUntil - this.#clock.now()));
    const keepMs = state.state === 'isolated' ? -1 : leftMs + keptAfterMs;
    const known = this.#known.get(name) ?? 0;
    const answer = (await save.run(
      this.#client,
      `${this.#prefix}:${name}`,
      JSON.stringify(state),
      leftMs,
      keepMs,
      this.#prefix,
      this.#id,
      known,
      name,
    )) as number | Stored;
    if (typeof answer !== 'number') {
      this.#tell(name, this.#learn(name, answer));
      return;
    }
    this.#known.set(name, answer);
    if (this.#unsaved.get(name) === snapshot) this.#unsaved.delete(name);
  }

  watch(name: string, listener: Watcher): Disposable {
    const watchers = this.#watchers.get(name) ?? new Set();
    this.#watchers.set(name, watchers.add(listener));
    this.#listener ??= this.#listen();
    return {
      [Symbol.dispose]: () => {
        watchers.delete(listener);
        if (watchers.size > 0) return;
        this.#watchers.delete(name);
        this.#known.delete(name);
        this.#unsaved.delete(name);
      },
    };
  }

  #listen(): RedisListener {
    const listener = this.#client.duplicate();
    // The client connects anew by itself; what fails meanwhile shows in what is sent.
    listener.on('error', () => {});
    listener.on('message', (_channel: string, text: string) => this.#hear(text));
    const subscribe = (): Promise<unknown> => listener.subscribe(this.#prefix);
    // What was missed before, or while there was no connection, is read once nothing more can be missed.
    listener.on('ready', () =>
      subscribe().then(
        () => this.#catchUp(),
        () => {},
      ),
    );
    // A client that connects late needs a first word.
    subscribe().catch(() => {});
    return listener;
  }

  #hear(text: string): void {
    const { from, name, leftMs, number, state } = JSON.parse(text) as News;
    if (from !== this.#id && number > (this.#known.get(name) ?? 0))
      this.#tell(name, this.#learn(name, [state, String(leftMs), number]));
  }

  #tell(name: string, snapshot: BreakerSnapshot): void {
    for (const watcher of this.#watchers.get(name) ?? []) watcher(snapshot);
  }

  /** Tells and hears what was missed while there was no connection. */
  async #catchUp(): Promise<void> {
    this.#later?.[Symbol.dispose]();
    for (const name of this.#watchers.keys()) {
      try {
        const own = this.#unsaved.get(name);
        // What others decided meanwhile comes back; and an opening that has ended is no news.
        if (own !== undefined && (own.state !== 'open' || own.openUntil > this.#clock.now()))
          await this.save(name, own);
        else {
          const known = this.#known.get(name);
          const found = await this.load(name);
          if (found !== undefined && this.#known.get(name) !== known) this.#tell(name, found);
        }
      } catch {
        // The connection that sends may come back later than the one that listens.
        if (this.#listener !== undefined)
          this.#later = this.#clock.setTimeout(() => void this.#catchUp(), catchUpAgainMs).unref();
        return;
      }
    }
  }

  async claim(name: string, ms: number): Promise<boolean> {
    const key = `${this.#prefix}:probe:${name}`;
    return (await this.#client.call('SET', key, this.#id, 'NX', 'PX', Math.ceil(ms))) === 'OK';
  }

  async release(name: string): Promise<void> {
    await release.run(this.#client, `${this.#prefix}:probe:${name}`, this.#id);
  }

  /** Stops listening. The client that was given stays open. */
  [Symbol.dispose](): void {
    this.#listener?.disconnect();
    this.#listener = undefined;
    this.#later?.[Symbol.dispose]();
    this.#watchers.clear();
  }
}
