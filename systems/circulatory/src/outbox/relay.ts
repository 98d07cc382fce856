import {
  type Anatomy,
  Cell,
  type CellOptions,
  type Health,
  messageOf,
  OptionError,
  type StartScope,
  type StopScope,
  type Timer,
} from '@organism/cell';
import { type Backoff, exponential } from '@organism/homeostasis';
import { period, whole } from '../heart/check.ts';
import { Latch } from '../heart/latch.ts';
import { isPermanent, OutboxPublisher, type OutboxTarget, reasonOf } from './publish.ts';
import type { OutboxLease, OutboxStore } from './store.ts';

/** What went wrong in a relay. */
export interface RelayFailure {
  readonly error: unknown;
  /** The message that was put aside; undefined when the broker or the store is in trouble, and all is tried again. */
  readonly id?: string;
}

/** Options of an {@link OutboxRelay}. */
export interface OutboxRelayOptions extends Omit<CellOptions, 'name'> {
  /** Default `outbox-relay`. */
  readonly name?: string;
  readonly store: OutboxStore;
  /** The Heart, or anything with its `publishBatch`. */
  readonly heart: OutboxTarget;
  /** How often to look for messages, in milliseconds; {@link OutboxRelay.wake} looks at once. Default 100. */
  readonly pollMs?: number;
  /** How many lanes to work on at the same time. Default 4. */
  readonly concurrency?: number;
  /** Most messages of one batch. Default 100. */
  readonly maxBatch?: number;
  /** How long a lane is this relay's without a sign of life, in milliseconds. Default 30 000. */
  readonly leaseMs?: number;
  /** How long to wait when the broker or the store fails. Default: exponential from 100 ms to 10 s, with full jitter. */
  readonly backoff?: Backoff;
  /**
   * Whether a message will never be taken: then it is put aside, and those behind it go on. Default: errors that are of the message
   * itself, such as a value that its Bone refuses, and none of the broker.
   */
  readonly isPermanent?: (error: unknown) => boolean;
  /** Is told of every failure. */
  readonly onError?: (failure: RelayFailure) => void;
}

/** How long a failure is remembered after which there was nothing to do. */
const troubleMs = 30_000;

/** How many batches of one lane are relayed before others have their turn. */
const turns = 20;

/**
 * Outbox relay: publishes what transactions have left in an outbox, in the order of each key, and deletes it then.
 *
 * Each message keeps its id from the outbox, so that a relay that dies between publishing and deleting does no harm: the
 * next one publishes it again, and the Heart takes it once, as long as that comes within the topic's `dedupWindowMs`. Several
 * relays share the lanes of one outbox; when one dies another takes over its lanes after `leaseMs`.
 */
export class OutboxRelay extends Cell {
  readonly #store: OutboxStore;
  readonly #publisher: OutboxPublisher;
  readonly #settings: Required<Pick<OutboxRelayOptions, 'pollMs' | 'concurrency' | 'maxBatch' | 'leaseMs' | 'backoff'>>;
  readonly #onError: ((failure: RelayFailure) => void) | undefined;
  readonly #wake = new Latch();
  readonly #timers = new Set<Timer>();
  /** Lanes that are done with, and that the store has not been told of yet. */
  readonly #unreleased = new Set<OutboxLease>();
  readonly #counters = { relayed: 0, duplicates: 0, expired: 0, failed: 0, retried: 0, lost: 0 };
  #workers: readonly Promise<void>[] = [];
  #isOpen = false;
  #trouble: { readonly error: unknown; readonly at: number } | undefined;

  /** @throws {OptionError} `CELL_BAD_OPTION` for a bad option. */
  constructor(options: OutboxRelayOptions) {
    super({ ...options, name: options.name ?? 'outbox-relay' });
    if (typeof options.store?.claim !== 'function') throw new OptionError('store', 'an outbox', options.store);
    if (typeof options.heart?.publishBatch !== 'function') throw new OptionError('heart', 'a Heart', options.heart);
    this.#store = options.store;
    this.#settings = {
      pollMs: period('pollMs', options.pollMs ?? 100),
      concurrency: whole('concurrency', options.concurrency ?? 4, 1),
      maxBatch: whole('maxBatch', options.maxBatch ?? 100, 1),
      leaseMs: period('leaseMs', options.leaseMs ?? 30_000),
      backoff: options.backoff ?? exponential({ baseMs: 100, maxMs: 10_000 }),
    };
    this.#onError = options.onError;
    this.#publisher = new OutboxPublisher(options.heart, this.clock, options.isPermanent ?? isPermanent);
  }

  /** Looks for messages now: call it when a transaction has committed, for the shortest delay. */
  wake(): void {
    this.#wake.open();
  }

  protected override async onStart({ defer }: StartScope): Promise<void> {
    await this.#store.setup();
    defer(async () => await this.#store.close?.());
    this.#isOpen = true;
    this.#workers = Array.from({ length: this.#settings.concurrency }, () => this.#work());
  }

  protected override async onStop({ signal }: StopScope): Promise<void> {
    this.#isOpen = false;
    for (const timer of this.#timers) timer[Symbol.dispose]();
    this.#wake.open();
    const late = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([Promise.all(this.#workers), late]);
  }

  async #work(): Promise<void> {
    let [failures, waitedMs] = [0, 0];
    while (this.#isOpen) {
      try {
        const hasWorked = await this.#serve();
        failures = waitedMs = 0;
        if (!hasWorked) await this.#sleep(this.#settings.pollMs);
      } catch (error) {
        this.#trouble = { error, at: this.clock.monotonic() };
        this.#report({ error });
        failures += 1;
        waitedMs = Math.max(1, this.#settings.backoff(failures, waitedMs, this.entropy));
        await this.#sleep(waitedMs);
      }
    }
  }

  #sleep(ms: number): Promise<void> {
    if (!this.#isOpen) return Promise.resolve();
    const due = Promise.withResolvers<void>();
    const timer = this.clock.setTimeout(due.resolve, ms);
    this.#timers.add(timer);
    return Promise.race([due.promise, this.#wake.wait()]).finally(() => {
      timer[Symbol.dispose]();
      this.#timers.delete(timer);
    });
  }

  /** Relays a lane; false when there was none to relay. */
  async #serve(): Promise<boolean> {
    const { leaseMs } = this.#settings;
    // Counted from before the claim, so that it ends here before it ends in the store.
    const since = this.clock.monotonic();
    await this.#release();
    const lease = await this.#store.claim(leaseMs);
    if (lease === undefined) return false;
    try {
      await this.#drain(lease, since + leaseMs);
    } finally {
      this.#unreleased.add(lease);
      // When that fails it is tried again, until the lease has run out by itself.
      await Promise.allSettled([this.#release()]);
    }
    return true;
  }

  async #release(): Promise<void> {
    for (const lease of this.#unreleased) {
      await this.#store.release(lease);
      this.#unreleased.delete(lease);
    }
  }

  async #drain(lease: OutboxLease, leasedUntil: number): Promise<void> {
    const { leaseMs, maxBatch } = this.#settings;
    let until = leasedUntil;
    for (let turn = 0; turn < turns && this.#isOpen; turn += 1) {
      const now = this.clock.monotonic();
      if (now > until - leaseMs / 2) {
        if (!(await this.#store.extend(lease, leaseMs))) {
          this.#counters.lost += 1;
          return;
        }
        until = now + leaseMs;
      }
      const records = await this.#store.read(lease.lane, maxBatch);
      if (records.length === 0) return;
      // Who was slow to read may have lost the lane meanwhile: better to ask again than to publish beside another.
      if (this.clock.monotonic() >= until) continue;
      const { done, duplicates, expired, failed, stopped } = await this.#publisher.publish(records);
      if (done.length > 0) await this.#store.done(done);
      this.#counters.relayed += done.length - duplicates - expired;
      this.#counters.duplicates += duplicates;
      this.#counters.expired += expired;
      for (const { record, error } of failed) {
        await this.#store.fail(record.seq, reasonOf(error));
        this.#counters.failed += 1;
        this.#report({ error, id: record.id });
      }
      if (stopped !== undefined) {
        this.#counters.retried += 1;
        throw stopped.error;
      }
      if (done.length > 0) this.#trouble = undefined;
      if (records.length < maxBatch) return;
    }
  }

  #report(failure: RelayFailure): void {
    try {
      this.#onError?.(failure);
    } catch {
      // Who is told of failures can't be told of its own.
    }
  }

  protected override onHealth(): Health {
    const trouble = this.#trouble;
    // What has neither failed again nor worked since may have been mended by another relay.
    if (trouble === undefined || this.clock.monotonic() - trouble.at > troubleMs) return { status: 'pass' };
    return { status: 'warn', output: messageOf(trouble.error) };
  }

  protected override onDescribe(): Partial<Anatomy> {
    return { counters: { ...this.#counters } };
  }
}
