import { setImmediate as afterTurn } from 'node:timers';
import { type Clock, type Entropy, sleep } from '@organism/cell';
import { exponential } from '@organism/homeostasis';
import type { Channel, ChannelModel, ConfirmChannel } from 'amqplib';
import { HeartDriverError } from '../errors.ts';

/** Connects to a server: what `connect` of amqplib gives, or a pool of your own. */
export type RabbitConnect = () => Promise<ChannelModel>;

/** Where a {@link RabbitBroker} stands with its server. */
export type RabbitState = 'closed' | 'connected' | 'reconnecting';

const backoff = exponential({ baseMs: 100, maxMs: 5000 });

/** The least wait: a server that refuses at once is not to be asked in a loop. */
const leastWaitMs = 10;

/** What the driver needs besides its server. */
export interface LinkHost {
  readonly clock: Clock;
  readonly entropy: Entropy;
  /** An answer that takes longer counts as a connection that is lost, in milliseconds. */
  readonly timeoutMs: number;
}

/** A driver error that is worth another try. */
export const troubleWith = (what: string, cause: unknown): HeartDriverError =>
  cause instanceof HeartDriverError ? cause : new HeartDriverError(what, { cause, retryable: true });

const closedMeanwhile = (): Error => new Error('The connection was closed meanwhile.');

/** A connection that comes back by itself: after an exponential backoff with jitter, for as long as it is open. */
export class Link {
  readonly host: LinkHost;
  readonly #connect: RabbitConnect;
  readonly #ups = new Set<() => void>();
  readonly #downs = new Set<() => void>();
  #model: ChannelModel | undefined;
  #opening: Promise<void> | undefined;
  #probing: Promise<void> | undefined;
  #isOpen = false;
  #over = new AbortController();
  #cause: unknown;
  #isCorked = false;
  /** Whether frames were announced that the client has yet to write. */
  #hasFrames = false;
  /** Whether the server takes no publishes for now: it is short of memory or disk. */
  isBlocked = false;

  constructor(connect: RabbitConnect, host: LinkHost) {
    this.#connect = connect;
    this.host = host;
  }

  /** Where it stands. */
  get state(): RabbitState {
    if (!this.#isOpen) return 'closed';
    return this.#model === undefined ? 'reconnecting' : 'connected';
  }

  /** Calls back after each connect, and after each loss. */
  observe(listener: { readonly up: () => void; readonly down: () => void }): Disposable {
    this.#ups.add(listener.up);
    this.#downs.add(listener.down);
    return {
      [Symbol.dispose]: () => {
        this.#ups.delete(listener.up);
        this.#downs.delete(listener.down);
      },
    };
  }

  /** Connects, if it does not yet. @throws {HeartDriverError} when the server can't be reached. */
  async open(): Promise<void> {
    if (this.#model !== undefined) return;
    if (this.#isOpen && this.#opening === undefined) throw this.#trouble('connect');
    this.#opening ??= this.#begin().finally(() => (this.#opening = undefined));
    await this.#opening;
  }

  async #begin(): Promise<void> {
    this.#over = new AbortController();
    this.#isOpen = true;
    try {
      await this.#attach();
    } catch (error) {
      this.#isOpen = false;
      throw troubleWith('connect', error);
    }
  }

  #trouble(what: string): HeartDriverError {
    return new HeartDriverError(what, {
      cause: this.#cause ?? new Error(`The connection is ${this.state}.`),
      retryable: true,
    });
  }

  async #attach(): Promise<void> {
    const { signal } = this.#over;
    const connecting = this.#connect();
    const model = await this.within(connecting, signal).catch((error: unknown) => {
      // It may still come, and nobody would close it.
      connecting.then(destroy, () => {});
      throw error;
    });
    let failure: unknown;
    model.on('error', (error) => (failure = error));
    model.on('blocked', () => (this.isBlocked = true));
    model.on('unblocked', () => (this.isBlocked = false));
    model.on('close', (error) => {
      if (this.#model !== model) return;
      destroy(model);
      this.#lost(failure ?? error ?? new Error('The server has closed the connection.'));
    });
    if (signal.aborted) {
      await this.#end(model);
      throw closedMeanwhile();
    }
    this.isBlocked = false;
    this.#model = model;
    for (const up of this.#ups) up();
  }

  #lost(cause: unknown): void {
    this.#model = undefined;
    this.#cause = cause;
    for (const down of this.#downs) down();
    if (this.#isOpen) void this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    const { clock, entropy } = this.host;
    const { signal } = this.#over;
    for (let failed = 1; !signal.aborted; failed += 1) {
      try {
        await sleep(clock, Math.max(leastWaitMs, backoff(failed, 0, entropy)), { signal });
        await this.#attach();
        return;
      } catch (error) {
        this.#cause = error;
      }
    }
  }

  /** What comes of a promise, or an error when it takes too long or the signal aborts. */
  async within<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
    const { clock, timeoutMs } = this.host;
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = clock.setTimeout(() => reject(new Error(`No answer in ${timeoutMs} ms.`)), timeoutMs);
    const cancel = (): void => reject(closedMeanwhile());
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
    work.catch(() => {});
    try {
      return await Promise.race([work, late]);
    } finally {
      signal?.removeEventListener('abort', cancel);
      timer[Symbol.dispose]();
    }
  }

  #up(what: string): ChannelModel {
    if (this.#model === undefined) throw this.#trouble(what);
    return this.#model;
  }

  /** @throws {HeartDriverError} when the connection is down. */
  check(what: string): void {
    this.#up(what);
  }

  /** A channel of its own. @throws {HeartDriverError} when the connection is down. */
  async channel(what: string): Promise<Channel> {
    const model = this.#up(what);
    const channel = await this.#ask(what, model.createChannel(), (cause) => this.cut(model, cause));
    channel.on('error', () => {});
    return channel;
  }

  /** A channel whose publishes are confirmed. @throws {HeartDriverError} when the connection is down. */
  async confirmChannel(what: string): Promise<ConfirmChannel> {
    const model = this.#up(what);
    const channel = await this.#ask(what, model.createConfirmChannel(), (cause) => this.cut(model, cause));
    channel.on('error', () => {});
    return channel;
  }

  /**
   * What the server answers. When it does not in time, the connection is probed, and cut if it does not answer either.
   *
   * @throws {HeartDriverError} when it fails.
   */
  ask<T>(what: string, work: Promise<T>): Promise<T> {
    const model = this.#model;
    return this.#ask(what, work, (cause) => this.probe(cause, model));
  }

  async #ask<T>(what: string, work: Promise<T>, late: (cause: unknown) => void): Promise<T> {
    let answered = false;
    work.then(
      () => (answered = true),
      () => (answered = true),
    );
    try {
      return await this.within(work);
    } catch (error) {
      if (!answered) late(error);
      throw troubleWith(what, error);
    }
  }

  /**
   * Looks whether the server answers at all: it may be one queue that has no leader for a while, or a server that takes nothing
   * for now. A connection that does not answer is cut.
   */
  probe(cause: unknown, model: ChannelModel | undefined = this.#model): void {
    if (model === undefined || model !== this.#model || this.isBlocked || this.#probing !== undefined) return;
    this.#probing = this.use('look whether the server answers', () => Promise.resolve())
      .catch(() => this.cut(model, cause))
      .finally(() => (this.#probing = undefined));
  }

  /** Does something on a channel of its own. @throws {HeartDriverError} when it fails. */
  async use<T>(what: string, work: (channel: Channel) => Promise<T>): Promise<T> {
    const channel = await this.channel(what);
    try {
      return await this.ask(what, work(channel));
    } finally {
      closeQuietly(channel);
    }
  }

  /** Ends a connection that does not answer, without its farewell. */
  cut(model: ChannelModel | undefined = this.#model, cause: unknown = new Error('The server does not answer.')): void {
    if (model === undefined || model !== this.#model) return;
    destroy(model);
    // Not every way of ending tells of it at once.
    if (this.#model === model) this.#lost(cause);
  }

  /**
   * Says that frames are about to be sent: those of a turn of the event loop go out in one write. The client writes each on its
   * own, and a system call for each is a third of what a message costs.
   */
  cork(): void {
    this.#hasFrames = true;
    if (!this.#isCorked) this.#corkTurn();
  }

  #corkTurn(): void {
    const stream = (this.#model?.connection as Streamed | undefined)?.stream;
    if (stream?.cork === undefined) return;
    this.#isCorked = true;
    stream.cork();
    afterTurn(() => {
      stream.uncork?.();
      this.#isCorked = false;
      if (!this.#hasFrames) return;
      // The client writes in the turn after: what was announced meanwhile is yet to come.
      this.#hasFrames = false;
      this.#corkTurn();
    });
  }

  async #end(model: ChannelModel): Promise<void> {
    try {
      await this.within(model.close());
    } catch {
      destroy(model);
    }
  }

  /** Ends the connection, and comes back no more. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#over.abort();
    const model = this.#model;
    this.#model = undefined;
    for (const down of this.#downs) down();
    if (model !== undefined) await this.#end(model);
    await this.#opening?.catch(() => {});
  }
}

interface Streamed {
  readonly stream?: { destroy?(error?: Error): unknown; cork?(): void; uncork?(): void };
}

/** Closes the socket itself. */
const destroy = (model: ChannelModel): void => {
  // It tells of that as an error, and one that came too late has nobody who listens.
  model.on('error', () => {});
  (model.connection as Streamed).stream?.destroy?.(new Error('cut'));
};

/** Closes a channel, if it is open. */
export const closeQuietly = (channel: Channel): void => {
  try {
    channel.close().catch(() => {});
  } catch {
    // The server has closed it, or its connection is gone.
  }
};
