import { MessageTooLargeError, OverloadedError, SessionClosedError } from './errors.ts';
import { closeFrame } from './frames.ts';
import type { Link, Payload } from './link.ts';
import type { Limits, SlowPolicy } from './options.ts';
import type { PortableSession } from './portable.ts';
import { Outbox } from './outbox.ts';
import type { CloseCode } from './protocol.ts';

/** What is known of a connection that takes over. */
export interface AttachOptions {
  /** Whether the client acknowledges at all. Default true. */
  readonly acknowledges?: boolean;
  /** First frame. */
  readonly hello?: string;
}

interface Blocked {
  readonly payload: Payload;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** One for all: most sends find room, and need no promise of their own. */
const taken: Promise<void> = Promise.resolve();

/** A rejection that may be ignored: clients go at any time, and one who only sends need not look. */
export const refused = (reason: unknown): Promise<void> => {
  const { promise, reject } = Promise.withResolvers<void>();
  promise.catch(() => {});
  reject(reason);
  return promise;
};

/** The way to one client: what waits for it, the present connection, and what to do when it is slow. */
export class Delivery {
  readonly #limits: Limits;
  readonly #slow: SlowPolicy;
  readonly #changed: () => void;
  readonly #outbox: Outbox;
  readonly #blocked: Blocked[] = [];
  #link: Link | undefined;
  #full = false;
  #acknowledges = true;
  #dropped: number;

  /**
   * @param changed Called when the connection may have become full, or have room again.
   * @param before What waited in another process.
   */
  constructor(limits: Limits, slow: SlowPolicy, changed: () => void, before?: PortableSession) {
    this.#limits = limits;
    this.#slow = slow;
    this.#changed = changed;
    const bounds = { maxMessages: limits.maxBufferedMessages, maxBytes: limits.maxBufferedBytes };
    this.#outbox = new Outbox(bounds, before?.first);
    this.#dropped = before?.dropped ?? 0;
    for (const text of before?.messages ?? []) this.#outbox.push({ text, bytes: Buffer.byteLength(text) });
  }

  /** What waits, for another process; those that waited for room go along. */
  pack(): Pick<PortableSession, 'first' | 'messages' | 'dropped'> {
    const messages = [...this.#outbox.payloads].map(({ text }) => text);
    for (const { payload, resolve } of this.#blocked.splice(0)) {
      messages.push(payload.text);
      resolve();
    }
    return { first: this.#outbox.first, messages, dropped: this.#dropped };
  }

  /** The present connection. */
  get link(): Link | undefined {
    return this.#link;
  }

  /** Whether the connection can't take more. */
  get full(): boolean {
    return this.#full;
  }

  /** Whether the client acknowledges. */
  get acknowledges(): boolean {
    return this.#acknowledges;
  }

  /** Messages that the client has not acknowledged. */
  get size(): number {
    return this.#outbox.size + this.#blocked.length;
  }

  /** Messages that were dropped before they were acknowledged. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes a message; undefined when there is no room, and the policy is to disconnect. */
  push(payload: Payload): Promise<void> | undefined {
    const { maxBufferedBytes, maxBufferedMessages } = this.#limits;
    if (payload.bytes > maxBufferedBytes) return Promise.reject(new MessageTooLargeError(maxBufferedBytes));
    if (this.#blocked.length === 0 && this.#makeRoom(payload)) {
      this.#outbox.push(payload);
      this.#pump();
      return taken;
    }
    if (this.#slow === 'disconnect') return undefined;
    if (this.#blocked.length >= maxBufferedMessages)
      return refused(new OverloadedError('messages that wait for this client', maxBufferedMessages));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    promise.catch(() => {});
    this.#blocked.push({ payload, resolve, reject });
    return promise;
  }

  #makeRoom(payload: Payload): boolean {
    const drop = this.#slow === 'drop-oldest';
    while (!this.#outbox.fits(payload)) {
      // Who never acknowledges can't be slow to do so: what was sent may go.
      if (!this.#acknowledges && this.#outbox.dropOldest(true)) continue;
      if (!drop || !this.#outbox.dropOldest(false)) return false;
      this.#dropped++;
    }
    return true;
  }

  #admit(): void {
    for (let first = this.#blocked[0]; first !== undefined && this.#makeRoom(first.payload); first = this.#blocked[0]) {
      this.#blocked.shift();
      this.#outbox.push(first.payload);
      first.resolve();
    }
    this.#pump();
  }

  #pump(): void {
    while (this.#link !== undefined && !this.#full) {
      const skipped = this.#outbox.skip();
      if (skipped > 0) {
        this.#full = !this.#link.send(`["skip",${this.#outbox.sent}]`);
        continue;
      }
      const payload = this.#outbox.take();
      if (payload === undefined) break;
      const { sent } = this.#outbox;
      this.#full = !this.#link.send(`["msg",${sent},${payload.text}]`, sent, payload);
    }
    this.#changed();
  }

  /** Sends a frame that is no message, when there is a connection. */
  control(frame: string): void {
    const link = this.#link;
    // A link that can't be paused answers by other ways, and a client that reads nothing must not fill memory.
    if (link === undefined || (this.#full && link.pause === undefined)) return;
    if (!link.send(frame)) this.#full = true;
    this.#changed();
  }

  /** Notes that the client has everything up to `seq`. Gives false when so many were never sent. */
  acknowledge(seq: number): boolean {
    if (!this.#outbox.acknowledge(seq)) return false;
    this.#admit();
    return true;
  }

  /** A connection takes over, whose client has everything up to `last`. Gives false when there never was as much. */
  attach(link: Link, last: number, { acknowledges = true, hello }: AttachOptions): boolean {
    if (!this.#outbox.rewind(last)) return false;
    const previous = this.#link;
    this.#link = undefined;
    if (previous !== undefined) {
      previous.send(closeFrame('replaced', 'Another connection has taken over.'));
      previous.close('replaced');
    }
    this.#acknowledges = acknowledges;
    this.#link = link;
    this.#full = hello !== undefined && !link.send(hello);
    this.#admit();
    return true;
  }

  /** There is room again. */
  drained(link: Link): void {
    if (this.#link !== link) return;
    this.#full = false;
    this.#pump();
  }

  /** A connection is gone. Gives false when it was not the present one. */
  detach(link: Link): boolean {
    if (this.#link !== link) return false;
    this.#link = undefined;
    return true;
  }

  /** Ends the connection, and everything that waits. */
  end(code: CloseCode, reason: string): void {
    const link = this.#link;
    this.#link = undefined;
    if (link !== undefined) {
      if (!this.#full) link.send(closeFrame(code, reason));
      link.close(code);
    }
    for (const { reject } of this.#blocked.splice(0)) reject(new SessionClosedError(code));
  }
}
