import { type Context, OptionError } from '@organism/cell';
import { OverflowError } from '../errors.ts';
import type { Burst } from './membrane.ts';
import type { Settled } from './port.ts';
import { Ring } from '../ring.ts';
import type { OverflowPolicy } from '../bus/stream.ts';

/** Options of a mailbox. */
export interface MailboxOptions {
  /** How many messages may wait. Default 1024. */
  readonly capacity?: number;
  /**
   * What a full mailbox does with one message more. `block` (default) makes the sender wait, and its own senders in
   * turn; at most `capacity` senders wait, then it refuses. `drop-oldest` and `drop-newest` lose a message and count
   * it. `error` refuses the message: it goes to the circuit's `onError` with an OverflowError.
   */
  readonly overflow?: OverflowPolicy;
}

/** A value that waits for its neuron. */
export interface Message {
  /** The input it came to. */
  readonly port: string;
  readonly value: never;
  readonly weight: number;
  /** When it came, in milliseconds since the epoch. */
  readonly at: number;
  readonly context: Context | undefined;
  /** Gets the outcome of the reaction. */
  readonly settled: Settled | undefined;
  /** What it completed, when it is handled once more after a failure. */
  readonly burst: Burst<unknown> | undefined;
  /** How often it has made its neuron fail. */
  failures: number;
}

interface Waiting {
  readonly message: Message;
  readonly priority: number;
  readonly enter: () => void;
}

/** What became of a message: `refused`, or its sender must wait until it has entered. */
export type Posted = 'taken' | 'dropped' | 'refused' | Promise<void>;

interface Level {
  readonly priority: number;
  readonly ring: Ring<Message>;
}

/**
 * Bounded queue of messages: higher priority first, in order of arrival within one. Messages that are given back after
 * a failure go first of all.
 */
export class Mailbox {
  readonly capacity: number;
  readonly overflow: OverflowPolicy;
  /** How many messages the overflow policy has lost. */
  dropped: number = 0;
  /** How many have waited at once at most. */
  peak: number = 0;
  readonly #onDrop: (message: Message) => void;
  #levels: Level[] = [];
  #returned: Message[] = [];
  #blocked: Ring<Waiting> = new Ring();
  #length = 0;

  /** @throws {OptionError} naming `mailbox`, for a capacity that is not a whole number of 1 or more. */
  constructor(options: MailboxOptions | number, onDrop: (message: Message) => void) {
    const { capacity = 1024, overflow = 'block' } = typeof options === 'number' ? { capacity: options } : options;
    if (!Number.isSafeInteger(capacity) || capacity < 1)
      throw new OptionError('mailbox', 'a whole number of 1 or more', capacity);
    if (!['block', 'drop-oldest', 'drop-newest', 'error'].includes(overflow))
      throw new OptionError('mailbox.overflow', 'block, drop-oldest, drop-newest or error', overflow);
    this.capacity = capacity;
    this.overflow = overflow;
    this.#onDrop = onDrop;
  }

  /** How many messages wait, without the senders that wait for room. */
  get length(): number {
    return this.#length + this.#returned.length;
  }

  /** Takes a message, or does what the overflow policy says. */
  post(message: Message, priority: number): Posted {
    if (this.#length < this.capacity && this.#blocked.length === 0) {
      this.#enter(message, priority);
      return 'taken';
    }
    switch (this.overflow) {
      case 'drop-newest':
        this.#drop(message);
        return 'dropped';
      case 'drop-oldest': {
        const oldest = this.#takeLast();
        if (oldest !== undefined) this.#drop(oldest);
        this.#enter(message, priority);
        return 'taken';
      }
      case 'error':
        return 'refused';
      case 'block': {
        if (this.#blocked.length >= this.capacity) return 'refused';
        return new Promise((enter) => this.#blocked.push({ message, priority, enter }));
      }
    }
  }

  #drop(message: Message): void {
    this.dropped += 1;
    this.#onDrop(message);
  }

  #enter(message: Message, priority: number): void {
    this.#ringOf(priority).push(message);
    this.#length += 1;
    if (this.#length > this.peak) this.peak = this.#length;
  }

  #ringOf(priority: number): Ring<Message> {
    for (const level of this.#levels) if (level.priority === priority) return level.ring;
    const ring = new Ring<Message>();
    this.#levels = [...this.#levels, { priority, ring }].sort((a, b) => b.priority - a.priority);
    return ring;
  }

  /** The next message; lets in a sender that waits for room. */
  take(): Message | undefined {
    if (this.#returned.length > 0) return this.#returned.shift();
    if (this.#length === 0) return undefined;
    this.#length -= 1;
    let taken: Message | undefined;
    for (let index = 0; taken === undefined && index < this.#levels.length; index += 1)
      taken = this.#levels[index]?.ring.shift();
    this.#letIn();
    return taken;
  }

  #letIn(): void {
    if (this.#blocked.length === 0) return;
    while (this.#length < this.capacity) {
      const next = this.#blocked.shift();
      if (next === undefined) return;
      this.#enter(next.message, next.priority);
      next.enter();
    }
  }

  /** The oldest message of the lowest priority. */
  #takeLast(): Message | undefined {
    for (let index = this.#levels.length - 1; index >= 0; index -= 1) {
      const taken = this.#levels[index]?.ring.shift();
      if (taken === undefined) continue;
      this.#length -= 1;
      return taken;
    }
    return undefined;
  }

  /** Puts messages back in front of all that wait, in the order given. They don't count towards the capacity. */
  giveBack(messages: readonly Message[]): void {
    this.#returned = [...messages, ...this.#returned];
  }

  /** Moves everything to another mailbox, senders that wait included; that one must be empty. */
  moveTo(other: Mailbox): void {
    other.#levels = this.#levels;
    other.#returned = this.#returned;
    other.#blocked = this.#blocked;
    other.#length = this.#length;
    other.peak = Math.max(other.peak, this.#length);
    this.#levels = [];
    this.#returned = [];
    this.#blocked = new Ring();
    this.#length = 0;
  }

  /** Takes out everything, senders that wait included, in order. */
  empty(): Message[] {
    const all: Message[] = [];
    for (let message = this.take(); message !== undefined; message = this.take()) all.push(message);
    return all;
  }
}

/** The error of a message that a mailbox refuses. */
export const refusal = (neuron: string, mailbox: Mailbox): OverflowError =>
  new OverflowError(`The mailbox of "${neuron}"`, mailbox.capacity);
