import type { Clock, Timer } from '@organism/cell';
import { createInbox, headers as newHeaders, type Msg, nanos, type Subscription } from '@nats-io/transport-node';
import { type Arrival, arrivalOf, header } from './arrival.ts';
import type { Link } from './link.ts';
import { delayedLane, mover } from './names.ts';
import type { TopicStream } from './streams.ts';

/** How long the server keeps a request for what is to be moved. */
const standingMs = 5000;

/** How many messages it looks at in one go. */
const batch = 256;

/** When a message could not be moved, since its topic is full: how long until it is tried again. */
const againMs = 500;

/**
 * Moves messages of one topic to their lanes when they are due: the server of this age delays deliveries, and not messages.
 * Until then they are in a lane of their own, so that they hold up nobody; all processes that use the topic share the work.
 */
export class Mover {
  readonly #link: Link;
  readonly #clock: Clock;
  readonly #topic: TopicStream;
  /** When what this process has put off is due, by number in the stream. */
  readonly #due = new Map<number, number>();
  #inbox = '';
  #subscription: Subscription | undefined;
  #timer: Timer | undefined;
  #left = 0;

  constructor(link: Link, clock: Clock, topic: TopicStream) {
    this.#link = link;
    this.#clock = clock;
    this.#topic = topic;
  }

  /** Begins to move what is due, if it does not yet. */
  start(): void {
    if (this.#subscription !== undefined) return;
    this.#inbox = `${createInbox()}.`;
    this.#subscription = this.#link.connection.subscribe(`${this.#inbox}*`, {
      callback: (error, message) => {
        if (error !== null) return;
        if (message.subject.startsWith(this.#inbox)) this.#left = 0;
        else this.#arrived(message);
        if (this.#left === 0) this.#ask();
      },
    });
    // An answer that is lost must not be waited for for ever.
    this.#timer = this.#clock.setInterval(() => this.#ask(), standingMs + 1000).unref();
    this.#ask();
  }

  #ask(): void {
    if (!this.#link.isUp) return;
    this.#left = batch;
    const request = JSON.stringify({ batch, expires: nanos(standingMs) });
    this.#link.send(`$JS.API.CONSUMER.MSG.NEXT.${this.#topic.stream}.${mover}`, request, `${this.#inbox}x`);
  }

  #arrived(message: Msg): void {
    this.#left -= 1;
    const arrival = arrivalOf(message, this.#topic.root);
    const wait = arrival.dueAt - this.#clock.now();
    if (wait <= 0) {
      // What could not be moved comes again, since it is not acknowledged.
      void this.#move(arrival).catch(() => this.#putOff(arrival, againMs));
      return;
    }
    this.#due.set(arrival.seq, arrival.dueAt);
    this.#putOff(arrival, wait);
  }

  #putOff({ reply }: Arrival, ms: number): void {
    if (this.#link.isUp) this.#link.send(reply, `-NAK {"delay":${Math.ceil(ms * 1e6)}}`);
  }

  async #move({ seq, subject, target = '', data, publishedAt, expiresAt, reply }: Arrival): Promise<void> {
    this.#due.delete(seq);
    const { root, stream } = this.#topic;
    if (expiresAt > this.#clock.now()) {
      const kind = subject.charAt(root.length + delayedLane.length + 2);
      const headers = newHeaders();
      // Moved twice, when its end was not confirmed: one message.
      headers.set(header.id, `moved.${stream}.${seq}`);
      headers.set(header.published, `${publishedAt}`);
      if (expiresAt !== Infinity) headers.set(header.expires, `${expiresAt}`);
      await this.#link.store(`${root}.${target}.${kind}`, data, headers);
    }
    await this.#link.confirm(reply, '+ACK');
  }

  /** When the next message is due that this process knows of; milliseconds since the epoch. */
  nextDue(): number {
    const now = this.#clock.now();
    let soonest = Infinity;
    for (const [seq, at] of this.#due)
      // Moved by another process, or about to be.
      if (at < now - againMs) this.#due.delete(seq);
      else soonest = Math.min(soonest, at);
    return soonest;
  }

  /** The connection is back: what was asked for is forgotten. */
  reconnected(): void {
    if (this.#subscription !== undefined) this.#ask();
  }

  /** Moves nothing more. */
  async close(): Promise<void> {
    this.#timer?.[Symbol.dispose]();
    if (this.#subscription?.isClosed() === false) this.#subscription.unsubscribe();
    this.#subscription = undefined;
    // Tells the server that nobody waits for an answer any more; see Puller.off.
    if (this.#link.isUp) await this.#link.api(`CONSUMER.INFO.${this.#topic.stream}.${mover}`, {}).catch(() => {});
  }
}
