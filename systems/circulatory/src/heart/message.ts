import { Context, contextFromHeaders, OptionError, type Timer } from '@organism/cell';
import type { Envelope } from '../envelope.ts';
import { LeaseLostError, SettledError } from '../errors.ts';
import type { Link } from './chain.ts';
import { delay, duration } from './check.ts';
import type { Consumer } from './consumer.ts';
import type { Lease, MaybePromise, Settlement } from './driver.ts';
import { isThenable } from './thenable.ts';

/** How a message was settled. */
export type Settled = Settlement['kind'] | 'lost';

/**
 * Message as a consumer holds it: the envelope, and a lease on it. Until the lease runs out no other consumer of the
 * group gets it; after that, nothing can be done with it here any more.
 */
export class Message<T = unknown> implements Envelope<T>, Link<Message> {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly time: string;
  readonly data: T;
  declare readonly key?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Which attempt this is, from 1. */
  readonly attempt: number;
  /**
   * Fencing token: grows with every lease of the store. Hand it on to what you write to, and let that refuse a lower one
   * than it has seen, so that a stalled consumer can do no harm.
   */
  readonly fence: number;
  /** When the message was published: milliseconds since the epoch. */
  readonly publishedAt: number;
  /** For the consumer only. */
  readonly lease: Lease;
  /** For the consumer only. */
  before: Message | undefined = undefined;
  /** For the consumer only. */
  after: Message | undefined = undefined;
  readonly #consumer: Consumer;
  #until: number;
  #settled: Settled | undefined;
  #abort: AbortController | undefined;
  #timer: Timer | undefined;
  #context: Context | undefined;

  constructor(consumer: Consumer, lease: Lease, envelope: Envelope, data: T) {
    this.id = envelope.id;
    this.type = envelope.type;
    this.source = envelope.source;
    this.time = envelope.time;
    this.data = data;
    if (envelope.key !== undefined) this.key = envelope.key;
    this.headers = envelope.headers;
    this.attempt = lease.attempt;
    this.fence = lease.token;
    this.publishedAt = lease.publishedAt;
    this.lease = lease;
    this.#consumer = consumer;
    this.#until = lease.until;
  }

  /** When the lease runs out: milliseconds since the epoch. */
  get leasedUntil(): number {
    return this.#until;
  }

  /** How it was settled; undefined while it is held. */
  get settled(): Settled | undefined {
    return this.#settled;
  }

  /** Aborts when the lease is lost: stop what you are doing, another may have begun. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      this.#watchLease();
    }
    return this.#abort.signal;
  }

  /** Whether the sender had a context. */
  get hasContext(): boolean {
    return this.headers['traceparent'] !== undefined;
  }

  /** The sender's trace and correlation, with this message as cause. Handlers of a subscription run in it when the sender had one. */
  get context(): Context {
    if (this.#context === undefined) {
      const { clock, entropy, trusted } = this.#consumer;
      const base = { clock, entropy, causationId: this.id };
      const { 'x-causation-id': _cause, ...headers } = this.headers;
      this.#context =
        Object.keys(headers).length === 0 ? new Context(base) : contextFromHeaders(headers, base, { trusted });
    }
    return this.#context;
  }

  #watchLease(): void {
    if (this.#settled !== undefined) return;
    const { clock } = this.#consumer;
    this.#timer?.[Symbol.dispose]();
    this.#timer = clock.setTimeout(() => this.#lose(), Math.max(0, this.#until - clock.now())).unref();
  }

  #lose(): void {
    if (this.#settled === undefined) this.#consumer.lose(this);
  }

  /** For the consumer: marks the message, so that it is settled once; undefined takes that back. */
  mark(how: Settled | undefined): void {
    this.#settled = how;
    this.#timer?.[Symbol.dispose]();
    if (how === 'lost') this.#abort?.abort(new LeaseLostError(this.#consumer.topic.name, 'handle'));
  }

  /** For the consumer: the lease runs longer. */
  prolong(until: number): void {
    this.#until = until;
    if (this.#abort !== undefined) this.#watchLease();
  }

  #end(operation: string, end: Settlement): Promise<void> {
    const { name } = this.#consumer.topic;
    if (this.#settled === 'lost') return Promise.reject(new LeaseLostError(name, operation));
    if (this.#settled !== undefined) return Promise.reject(new SettledError(name, operation, this.#settled));
    const check = (held: boolean): void => {
      if (!held) throw new LeaseLostError(name, operation);
    };
    const done: MaybePromise<boolean> = this.#consumer.settle(this, end);
    if (isThenable(done)) return Promise.resolve(done).then(check);
    return done ? Promise.resolve() : Promise.reject(new LeaseLostError(name, operation));
  }

  /**
   * Acknowledges: the group is done with the message.
   *
   * @throws {LeaseLostError} when the lease has run out: another consumer may handle the message.
   * @throws {SettledError} when the message was settled before.
   */
  ack(): Promise<void> {
    return this.#end('ack', { ...this.#name(), kind: 'ack' });
  }

  /**
   * Gives the message back for another attempt, or, when it has had all of them, to the dead letters.
   *
   * @param options.delayMs Default: what the consumer's backoff says.
   * @throws {LeaseLostError} when the lease has run out.
   * @throws {SettledError} when the message was settled before.
   */
  async nack(options: { readonly delayMs?: number; readonly error?: unknown } = {}): Promise<void> {
    if (options.delayMs !== undefined) delay('delayMs', options.delayMs);
    await this.#end('nack', this.#consumer.failed(this, { error: options.error, delayMs: options.delayMs }));
  }

  /**
   * Puts the message among the dead letters at once.
   *
   * @param reason Stable word for what is wrong with it.
   * @throws {LeaseLostError} when the lease has run out.
   * @throws {SettledError} when the message was settled before.
   */
  async reject(reason: string, detail = ''): Promise<void> {
    if (typeof reason !== 'string' || reason === '')
      throw new OptionError('reason', 'a text that is not empty', reason);
    await this.#end('reject', { ...this.#name(), kind: 'dead', reason: { code: reason, detail } });
  }

  /** Gives the message back unhandled: the attempt does not count. Rejects as {@link Message.ack} does. */
  release(): Promise<void> {
    return this.#end('release', { ...this.#name(), kind: 'release' });
  }

  /**
   * Lets the lease run for another while from now.
   *
   * @param ms Default: the consumer's `ackTimeoutMs`.
   * @throws {LeaseLostError} when it has run out.
   */
  async extend(ms?: number): Promise<void> {
    if (ms !== undefined) duration('ms', ms);
    const { name } = this.#consumer.topic;
    if (this.#settled === 'lost') throw new LeaseLostError(name, 'extend');
    if (this.#settled !== undefined) throw new SettledError(name, 'extend', this.#settled);
    if (!(await this.#consumer.extend([this], ms))[0]) {
      this.mark('lost');
      throw new LeaseLostError(name, 'extend');
    }
  }

  #name(): { readonly ref: number | string; readonly token: number } {
    return { ref: this.lease.ref, token: this.lease.token };
  }
}
