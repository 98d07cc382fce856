import type { Payload } from './link.ts';

/** Bounds of an {@link Outbox}. */
export interface OutboxLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

/**
 * Replay buffer: the numbered messages to one client that it has not acknowledged, bounded by count and bytes. Keeps a
 * place up to which they were sent, which goes back when a connection is resumed.
 */
export class Outbox {
  readonly #limits: OutboxLimits;
  // A map keeps the order of the numbers, and gives and takes any of them in constant time.
  readonly #payloads = new Map<number, Payload>();
  #bytes = 0;
  #first: number;
  #next: number;
  #sent: number;

  /** @param first Number of the first message. */
  constructor(limits: OutboxLimits, first = 1) {
    this.#limits = limits;
    this.#first = this.#next = first;
    this.#sent = first - 1;
  }

  /** Number of the first message that is here, or would be. */
  get first(): number {
    return this.#first;
  }

  /** The messages, in order. */
  get payloads(): Iterable<Payload> {
    return this.#payloads.values();
  }

  /** How many messages wait for their acknowledgement. */
  get size(): number {
    return this.#payloads.size;
  }

  /** Their bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Number of the message that was added last; 0 before the first. */
  get last(): number {
    return this.#next - 1;
  }

  /** Whether there is room for one more. */
  fits(payload: Payload): boolean {
    return this.#payloads.size < this.#limits.maxMessages && this.#bytes + payload.bytes <= this.#limits.maxBytes;
  }

  /** Adds a message. */
  push(payload: Payload): void {
    this.#payloads.set(this.#next++, payload);
    this.#bytes += payload.bytes;
  }

  /** Drops the oldest message. Gives false when `sentOnly` and it was not sent yet, or when there is none. */
  dropOldest(sentOnly: boolean): boolean {
    if (this.#payloads.size === 0 || (sentOnly && this.#first > this.#sent)) return false;
    this.#forget();
    return true;
  }

  #forget(): void {
    const payload = this.#payloads.get(this.#first);
    this.#payloads.delete(this.#first++);
    this.#bytes -= payload?.bytes ?? 0;
  }

  /** Notes that the client has everything up to `seq`. Gives false when so many were never sent. */
  acknowledge(seq: number): boolean {
    if (seq > this.#sent) return false;
    while (this.#first <= seq) this.#forget();
    return true;
  }

  /** Goes back to what the client has. Gives false when it claims more than there ever was. */
  rewind(last: number): boolean {
    if (last > this.last) return false;
    while (this.#first <= last) this.#forget();
    this.#sent = last;
    return true;
  }

  /** How many messages in front of the next one are gone; moves past them. */
  skip(): number {
    const gone = Math.max(0, this.#first - 1 - this.#sent);
    this.#sent += gone;
    return gone;
  }

  /** Number of the message that was sent, or skipped, last. */
  get sent(): number {
    return this.#sent;
  }

  /** Takes the next message to send. */
  take(): Payload | undefined {
    const payload = this.#payloads.get(this.#sent + 1);
    if (payload !== undefined) this.#sent++;
    return payload;
  }
}
